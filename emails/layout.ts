import { type Block, type Letter, oneLine } from './message.ts'

/** What every letter of one partnership shares. */
export type Look = {
  partnership: string
  /** The public origin, as `https://training.example.org`; no letter links anywhere else. */
  origin: string
  /** The person whose name stands below. */
  signedBy: string
  /** Says on every letter that nothing in it is real. */
  isExample: boolean
}

export const exampleMark = 'Example – not a real message'

const ink = '#12243a'
const soft = '#51627a'
const line = '#d5dce4'
const action = '#00635f'
const link = '#0a5a8a'
const font = "-apple-system,'Segoe UI',Roboto,Arial,sans-serif"

/**
 * Writes one letter twice, as HTML and as text, from the same blocks.
 * @throws TypeError when a link leads anywhere but to the origin
 */
export function render(letter: Letter, look: Look): { html: string; text: string } {
  const whole = { ...letter, blocks: letter.blocks.map(tidy) }
  for (const href of hrefsOf(whole)) {
    if (new URL(href).origin !== new URL(look.origin).origin)
      throw new TypeError(`A letter may link only to ${look.origin}`)
  }
  return { html: html(whole, look), text: text(whole, look) }
}

/** Every link of a letter, in reading order. */
export function hrefsOf(letter: Letter): string[] {
  const hrefs = letter.blocks.flatMap((block) => {
    if (block.type === 'button' || block.type === 'link') return [block.href]
    return block.type === 'choices' ? block.choices.map((choice) => choice.href) : []
  })
  return letter.optOut ? [...hrefs, letter.optOut.href] : hrefs
}

function html(letter: Letter, look: Look): string {
  const mark = look.isExample
    ? `<p style="margin:0 0 20px;padding:6px 10px;border:2px dashed ${ink};font-size:15px"><strong>${exampleMark}</strong></p>`
    : ''
  // Outlook for Windows knows no max-width, so it gets a table of a fixed one.
  return `<!DOCTYPE html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="format-detection" content="telephone=no">
<meta name="color-scheme" content="light">
<title>${escapeHtml(oneLine(letter.subject))}</title>
</head>
<body style="margin:0;padding:0;background:#ffffff;color:${ink};font-family:${font};font-size:17px;line-height:1.5">
${letter.preheader ? `<div aria-hidden="true" style="display:none;max-height:0;overflow:hidden;mso-hide:all">${escapeHtml(oneLine(letter.preheader))}</div>\n` : ''}<!--[if mso]><table role="presentation" width="580" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" cellpadding="0" cellspacing="0" border="0" width="100%" style="max-width:580px">
<tr><td style="padding:24px 16px;font-family:${font};font-size:17px;line-height:1.5;color:${ink}">
${mark}${letter.blocks.map(blockHtml).join('\n')}
<p style="margin:24px 0 0">${escapeHtml(signedBy(letter, look))}<br>${escapeHtml(oneLine(look.partnership))}</p>
${letter.optOut ? `<p style="margin:24px 0 0;font-size:15px;color:${soft}">${anchor(letter.optOut.href, letter.optOut.text)}</p>\n` : ''}</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</body>
</html>
`
}

function blockHtml(block: Block): string {
  const p = (inside: string, style = '') => `<p style="margin:0 0 16px${style}">${inside}</p>`
  switch (block.type) {
    case 'heading':
      return `<h2 style="margin:24px 0 8px;font-size:19px;line-height:1.3">${escapeHtml(block.text)}</h2>`
    case 'paragraph':
      return p(lines(block.text))
    case 'code':
      return p(`<strong>${escapeHtml(block.text)}</strong>`, ';font-size:32px;letter-spacing:4px')
    case 'list':
      return `<ul style="margin:0 0 16px;padding:0 0 0 20px">${block.items.map((item) => `<li style="margin:0 0 6px">${escapeHtml(item)}</li>`).join('')}</ul>`
    case 'link':
      return p(`${escapeHtml(block.before)} ${anchor(block.href, block.text)}`)
    case 'button':
      return rows([
        `<tr><td style="background:${action};border-radius:4px"><a href="${escapeHtml(block.href)}" style="display:inline-block;padding:14px 22px;color:#ffffff;font-weight:bold;text-decoration:none">${escapeHtml(block.text)}</a></td></tr>`,
      ])
    case 'choices':
      return rows(
        block.choices.map(
          (choice) =>
            `<tr><td style="padding:0 0 8px"><a href="${escapeHtml(choice.href)}" style="display:block;padding:15px 16px;border:2px solid ${action};border-radius:4px;color:${action};font-weight:bold;text-decoration:none">${escapeHtml(choice.text)}</a></td></tr>`,
        ),
        ' width="100%"',
      )
    case 'facts':
      return rows(
        block.facts.map(
          ([label, value]) =>
            `<tr><td valign="top" style="padding:6px 16px 6px 0;border-bottom:1px solid ${line};color:${soft}">${escapeHtml(label)}</td><td valign="top" style="padding:6px 0;border-bottom:1px solid ${line}">${lines(value)}</td></tr>`,
        ),
        ' width="100%"',
      )
    case 'small':
      return p(lines(block.text), `;font-size:15px;color:${soft}`)
  }
}

function rows(inside: string[], width = ''): string {
  return `<table role="presentation" cellpadding="0" cellspacing="0" border="0"${width} style="margin:0 0 16px">${inside.join('')}</table>`
}

function anchor(href: string, words: string): string {
  return `<a href="${escapeHtml(href)}" style="color:${link}">${escapeHtml(words)}</a>`
}

function text(letter: Letter, look: Look): string {
  const parts = letter.blocks.map(blockText)
  if (look.isExample) parts.unshift(`*** ${exampleMark} ***`)
  parts.push(`${signedBy(letter, look)}\n${oneLine(look.partnership)}`)
  if (letter.optOut) parts.push(`${letter.optOut.text}:\n${letter.optOut.href}`)
  return `${parts.join('\n\n')}\n`
}

function blockText(block: Block): string {
  switch (block.type) {
    case 'heading':
      return block.text.toUpperCase()
    case 'paragraph':
    case 'code':
    case 'small':
      return block.text
    case 'list':
      return block.items.map((item) => `- ${item}`).join('\n')
    case 'link':
      return `${block.before} ${labelled(block.text)}\n${block.href}`
    case 'button':
      return `${labelled(block.text)}\n${block.href}`
    case 'choices':
      return block.choices.map((choice) => `${choice.text}:\n${choice.href}`).join('\n\n')
    case 'facts':
      return block.facts.map(([label, value]) => `${label}: ${value}`).join('\n')
  }
}

function signedBy(letter: Letter, look: Look): string {
  return oneLine(letter.signedBy ?? look.signedBy)
}

function tidy(block: Block): Block {
  switch (block.type) {
    case 'list':
      return { ...block, items: block.items.map(oneLine) }
    case 'choices':
      return {
        ...block,
        choices: block.choices.map((choice) => ({ text: oneLine(choice.text), href: address(choice.href) })),
      }
    case 'facts':
      return { ...block, facts: block.facts.map(([label, value]) => [oneLine(label), severalLines(value)]) }
    case 'link':
      return { ...block, before: oneLine(block.before), text: oneLine(block.text), href: address(block.href) }
    case 'button':
      return { ...block, text: oneLine(block.text), href: address(block.href) }
    case 'paragraph':
    case 'small':
      return { ...block, text: severalLines(block.text) }
    default:
      return { ...block, text: oneLine(block.text) }
  }
}

function address(href: string): string {
  return new URL(href).href
}

function severalLines(words: string): string {
  return words
    .split(/\r\n|[\r\n\u2028\u2029]/)
    .map(oneLine)
    .join('\n')
    .trim()
}

function lines(words: string): string {
  return escapeHtml(words).replaceAll('\n', '<br>')
}

function escapeHtml(words: string): string {
  return words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

/** Above an address; a question keeps its own mark. */
function labelled(text: string): string {
  return /[?!.]$/.test(text) ? text : `${text}:`
}
