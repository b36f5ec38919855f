import { artifact, EDGE, INK, LINE, PAGE, SOFT, TEAL, WIDTH } from './document.ts'
import {
  type Account,
  type AccountPart,
  accountExampleNotice,
  accountFoot,
  accountSource,
  quoted,
} from './shared/reflective-account.ts'
import { bytesOf, openDocument } from './tagged-document.ts'
import { type Fonts, type Style, type Typesetter, tidied, typesetter, UNPRINTABLE } from './typesetting.ts'

/** A part of the page whose height is known before it is drawn. */
type Block = { height: number; after: number; draw: (y: number) => void }

const TOP = 58
const BOTTOM = PAGE.height - 52
const LINES_TO_WRITE = 4
const LINE_APART = 25
const INDENT = 16
const UNPRINTABLE_NOTE = `${UNPRINTABLE} stands for a letter that this file cannot print. The text file has it.`

/**
 * The account as an A4 page in PDF 1.7, tagged for PDF/UA-1, with real text in embedded fonts. What does not fit in the
 * smallest size runs on to a second page.
 * @param print `madeAt`: milliseconds UTC; the same account and moment give the same bytes
 */
export async function accountPdf(
  account: Account,
  print: { partnership: string; isExample: boolean; fonts: Fonts; madeAt: number },
): Promise<Uint8Array> {
  const doc = openDocument({
    title: tidied(print.isExample ? `${account.title} (${accountExampleNotice})` : account.title),
    author: tidied(print.partnership),
    subject: 'Reflective account',
    madeAt: print.madeAt,
  })
  const set = typesetter(doc, print.fonts)
  const root = doc.struct('Document')
  doc.addStructure(root)
  let blocks: Block[] = []
  for (const scale of [1, 0.95, 0.9]) {
    blocks = blocksOf(doc, set, root, account, print, scale)
    if (heightOf(blocks) <= BOTTOM - TOP) break
  }
  doc.addPage({ size: 'A4', margin: 0 })
  let y = TOP
  for (const block of blocks) {
    if (y + block.height > BOTTOM) {
      doc.addPage({ size: 'A4', margin: 0 })
      y = TOP
    }
    block.draw(y)
    y += block.height + block.after
  }
  root.end()
  return bytesOf(doc)
}

const heightOf = (blocks: Block[]) =>
  blocks.reduce((sum, { height, after }, at) => sum + height + (at < blocks.length - 1 ? after : 0), 0)

function blocksOf(
  doc: PDFKit.PDFDocument,
  set: Typesetter,
  root: PDFKit.PDFStructureElement,
  { title, parts }: Account,
  { partnership, isExample }: { partnership: string; isExample: boolean },
  scale: number,
): Block[] {
  const style = (size: number, colour: string, face: Style['face'] = 'regular'): Style => ({
    face,
    size: size * scale,
    colour,
  })
  const plain = style(10.5, INK)
  const words = (tag: string, text: string, how: Style, after: number): Block => {
    const setting = set.text(text, how, WIDTH)
    return {
      height: setting.height,
      after: after * scale,
      draw: (y) => root.add(set.element(tag, setting, EDGE, y)),
    }
  }
  const own = (text: string): Block => {
    const setting = set.text(quoted(text), plain, WIDTH - INDENT)
    return {
      height: setting.height,
      after: 9 * scale,
      draw: (y) => {
        artifact(doc, () => doc.rect(EDGE, y, 3, setting.height).fill(TEAL))
        root.add(doc.struct('BlockQuote', {}, [set.element('P', setting, EDGE + INDENT, y)]))
      },
    }
  }
  /** A heading keeps the paragraph under it on its page. */
  const headed = (heading: string, first: Block): Block => {
    const head = words('H2', heading, style(13, INK, 'bold'), 5)
    const skip = head.height + head.after
    return {
      height: skip + first.height,
      after: first.after,
      draw: (y) => {
        head.draw(y)
        first.draw(y + skip)
      },
    }
  }
  const toWrite = (): Block => {
    const hint = words('P', 'Room for my own words:', style(9, SOFT), 0)
    return {
      height: hint.height + LINES_TO_WRITE * LINE_APART,
      after: 14 * scale,
      draw: (y) => {
        hint.draw(y)
        artifact(doc, () => {
          for (let line = 1; line <= LINES_TO_WRITE; line++)
            doc.rect(EDGE, y + hint.height + line * LINE_APART - 2, WIDTH, 0.75).fill(LINE)
        })
      },
    }
  }
  const partBlocks = ({ heading, paragraphs, isToWrite }: AccountPart): Block[] => {
    const blocks = isToWrite
      ? [toWrite()]
      : paragraphs.map((one) => ('own' in one ? own(one.own) : words('P', one.said.join(' '), plain, 7)))
    const [first, ...rest] = blocks
    if (!first) return []
    const all = heading === null ? blocks : [headed(heading, first), ...rest]
    const last = all.at(-1)
    if (last) last.after += 9 * scale
    return all
  }
  const body = parts.flatMap(partBlocks)
  const everything = parts.flatMap(({ paragraphs }) =>
    paragraphs.map((one) => ('own' in one ? one.own : one.said.join(' '))),
  )
  return [
    ...(isExample ? [words('P', accountExampleNotice, style(10, SOFT, 'bold'), 12)] : []),
    words('H1', title, style(20, TEAL), 14),
    ...body,
    words('P', accountFoot, style(9, SOFT), 3),
    words('P', accountSource(partnership), style(9, SOFT), 3),
    ...(set.allPrintable(tidied([title, ...everything].join('')))
      ? []
      : [words('P', UNPRINTABLE_NOTE, style(9, SOFT), 3)]),
  ]
}
