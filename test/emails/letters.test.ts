/** What every letter says and how it looks to whoever reads it (trust.md E1–E3, S21, S30; product.md 4.6). */
import { describe, expect, it } from 'vitest'
import { catalogue, sampleOrigin } from '#emails/catalogue.ts'
import { compose } from '#emails/envelope.ts'
import { exampleMark, render } from '#emails/layout.ts'
import { cleanName, type Letter } from '#emails/message.ts'
import { previews, sampleLook } from '#emails/preview.ts'
import { messageKinds } from '#server/outbox/input.ts'
import { addresses, decode, hrefs, seen, tags, wordsOf } from './reading.ts'

const all = previews()

describe('the catalogue', () => {
  it('has every kind of message that the outbox can owe, and no other', () => {
    expect(catalogue.map(({ name }) => name).sort()).toEqual(Object.keys(messageKinds).sort())
    for (const { samples } of catalogue) expect(samples.length).toBeGreaterThan(0)
  })
})

describe.each(all.map((one, n) => ({ ...one, title: `${one.name} ${n}: “${one.letter.subject}”` })))(
  'the letter $title',
  ({ letter, email }) => {
    it('says the same in HTML and in text', () => {
      expect(wordsOf(seen(email.html))).toEqual(wordsOf(email.text.replace(/^https?:\/\/\S+$/gm, '')))
      expect(wordsOf(email.text).length).toBeGreaterThan(20)
    })

    it('has the same links in both, in the same order, written out in the text', () => {
      expect(addresses(email.text)).toEqual(hrefs(email.html))
      expect(email.text.match(/https?:/g) ?? []).toHaveLength(hrefs(email.html).length)
    })

    it('links to us alone', () => {
      for (const href of hrefs(email.html)) {
        expect(new URL(href).origin).toBe(sampleOrigin)
        expect(href).toMatch(/^https:/)
      }
    })

    it('names each link by what it does', () => {
      for (const [, inside = ''] of email.html.matchAll(/<a [^>]*>(.*?)<\/a>/g)) {
        expect(decode(inside)).not.toMatch(/click here|^here$|read more|https?:/i)
        expect(wordsOf(decode(inside)).length).toBeGreaterThan(1)
      }
    })

    it('loads nothing from anywhere, so that opening it tells nobody', () => {
      expect(email.html).not.toMatch(/<(img|link|script|iframe|object|embed|video|audio|svg|form|input|base)\b/i)
      expect(email.html).not.toMatch(/url\(|@import|@font-face|\bsrc=|\bbackground=|\bsrcset=|\bon[a-z]+=/i)
    })

    it('can be read aloud: language, direction, title, and tables that are no tables', () => {
      expect(email.html).toMatch(/^<!DOCTYPE html>\n<html lang="en" dir="ltr">/)
      expect(email.html).toContain(`<title>`)
      const tables = email.html.match(/<table\b[^>]*>/g) ?? []
      expect(tables.length).toBeGreaterThan(0)
      for (const table of tables) expect(table).toContain('role="presentation"')
      expect(email.html).toContain('max-width:580px')
      expect(email.html).toContain('<!--[if mso]><table role="presentation" width="580"')
      expect(email.html).not.toMatch(/<style\b|\bclass=/)
      for (const [, size] of email.html.matchAll(/font-size:(\d+)px/g)) expect(Number(size)).toBeGreaterThanOrEqual(15)
    })

    it('closes what it opens', () => {
      const open: string[] = []
      for (const tag of tags(email.html)) {
        if (tag?.startsWith('/')) expect(open.pop()).toBe(tag.slice(1))
        else if (tag && tag !== 'br') open.push(tag)
      }
      expect(open).toEqual([])
    })

    it('asks for one thing', () => {
      const main = letter.blocks.flatMap(({ type }) => (type === 'button' || type === 'choices' ? [type] : []))
      // Two follow-ups in one message are the same request twice, each under its own question.
      expect([[], ['button'], ['choices'], ['choices', 'choices']]).toContainEqual(main)
    })

    it('names nobody’s address, and can be stopped by one press where it is not owed', () => {
      expect(Object.keys(email.headers).filter((name) => name.startsWith('List-'))).toEqual(
        letter.optOut ? ['List-Unsubscribe', 'List-Unsubscribe-Post'] : [],
      )
      expect(email.headers['Auto-Submitted']).toBe('auto-generated')
      expect(email.text).not.toMatch(/\S@\S/)
    })

    it('carries no personal link in its calendar entry', () => {
      expect(email.calendar?.content ?? '').not.toMatch(/https?:|token|sample/i)
    })

    it('has a short subject, without the word that makes people delete it', () => {
      expect(`${letter.subject} ${letter.preheader ?? ''}`).not.toMatch(/survey|questionnaire|feedback/i)
      expect(letter.subject.length).toBeLessThanOrEqual(78)
      expect(letter.subject).not.toMatch(/[{}]|undefined|null|NaN/)
    })

    it('shows beside its subject only what it says inside', () => {
      const inside = wordsOf(email.text)
      for (const word of wordsOf(letter.preheader ?? '')) expect([...inside, 'and']).toContain(word)
    })

    it('has no hole where a fact should stand', () => {
      expect(email.text).not.toMatch(/undefined|null|NaN|\[object|\{\w*\}| {2}| [,.]|“”/)
    })

    it('is signed, and says where nothing is real', () => {
      expect(email.text).toContain(sampleLook.partnership)
      expect(email.text.startsWith(`*** ${exampleMark} ***`)).toBe(true)
      const real = render(letter, { ...sampleLook, isExample: false })
      expect(real.text + real.html).not.toContain(exampleMark)
    })
  },
)

describe('the code', () => {
  it('is typed, never followed: its letter has no link', () => {
    const code = all.find(({ name }) => name === 'sign-in-code')!
    expect(hrefs(code.email.html)).toEqual([])
    expect(code.letter.subject).not.toMatch(/\d/)
  })
})

/** Every sample with one string put in place of each that a person or a form could have given. */
function withWords(names: RegExp, put: (given: string) => string) {
  return catalogue.flatMap(({ name, samples, write }) =>
    samples.map((sample) => ({ name, letter: write(replaced(sample, '')) })),
  )
  function replaced(value: unknown, key: string): unknown {
    if (typeof value === 'string') return names.test(key) ? put(value) : value
    if (Array.isArray(value)) return value.map((one) => replaced(one, key))
    if (value && typeof value === 'object')
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replaced(one, key)]))
    return value
  }
}

const email = (letter: Letter, name = 'Sam') =>
  compose({
    id: 'message-1',
    to: { name, address: 'sam@example.org' },
    from: { name: 'Partnership', address: 'training@example.org' },
    replyTo: 'training@example.org',
    letter,
    look: sampleLook,
    writtenAt: 0,
  })

describe('a name that somebody typed', () => {
  const typed = [
    'Pay now http://evil.test',
    'http://evil.test/pay?now',
    'HTTPS://EVIL.TEST',
    'evil.test',
    'www.evil.test',
    'Sam@evil.test',
    'mailto:x@evil.test',
    'javascript:alert(1)//evil.test',
    '//evil.test/x',
    'e\u200bvil.test',
    'evil\u2024test.evil.test',
    'evil。test',
    'ftp://evil.test',
    '=?utf-8?B?aHR0cDovL2V2aWwudGVzdA==?=',
    'Sam\r\nBcc: x@evil.test',
    '\u202etset.live\u202c',
    `Sam${'x'.repeat(300)}`,
    'Sam\u0000\u0007\u001b[31m',
  ]
  it.each(typed)('%j cannot make us send a link, an address or a control character', (name) => {
    for (const { letter } of withWords(
      /^(firstName|alsoTold|trainer|fromTrainer|colleagueName|delegateName|delegateAgency|name)$/,
      () => name,
    )) {
      const { html, text, to, subject } = email(letter, name)
      const shown = [to.name ?? '', subject, seen(html), text.replace(/^https:\/\/training\.example\.org\/\S*$/gm, '')]
      for (const words of shown) {
        expect(words).not.toMatch(/evil[.\u2024。]|:\/\/|www\.|@|mailto:|javascript:/i)
        expect(words.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u200b\u202a-\u202e\u2028\u2029]/u)
      }
      expect(`${to.name}${subject}`).not.toMatch(/=\?/)
      expect(Array.from(to.name ?? '').length).toBeLessThanOrEqual(100)
      for (const href of hrefs(html)) expect(new URL(href).origin).toBe(sampleOrigin)
    }
  })

  it.each([
    ['Zoë O’Neill-Ash', 'Zoë O’Neill-Ash'],
    ['Dr. Sam Lee', 'Dr. Sam Lee'],
    ['李小龍', '李小龍'],
    ['नीरज', 'नीरज'],
    ['Sam (they/them)', 'Sam (they them)'],
    ['J.R. Ash', 'J R. Ash'],
  ])('%j stays %j', (given, shown) => {
    expect(cleanName(given)).toBe(shown)
  })
})

describe('words that look like markup', () => {
  const payload = '"><img src=x onerror=alert(1)></title><script>x</script><!-- \' & &amp; {{7*7}}'
  const plain = 'Plain'
  const names =
    /^(course|about|period|venue|where|when|toBring|reason|charge|suggestion|text|firstName|trainer|dates|hours|phone|resource|sentence|askOn|date|monthName|deadline|remaining|fromTrainer|colleagueName|delegateName|delegateAgency|name)$/

  it('stay words: the page has the same tags as with plain ones, and the text the same words', () => {
    const [hostile, harmless] = [withWords(names, () => payload), withWords(names, () => plain)]
    hostile.forEach(({ letter }, n) => {
      const { html, text } = email(letter)
      expect(tags(html)).toEqual(tags(email(harmless[n]!.letter).html))
      expect(html).not.toMatch(/<(img|script)|<\/title><|<!-- '/)
      expect(html.match(/<title>/g)).toHaveLength(1)
      expect(wordsOf(seen(html))).toEqual(wordsOf(text.replace(/^https?:\/\/\S+$/gm, '')))
    })
  })

  it('of a course’s title are shown as they were written', () => {
    for (const { name, letter } of withWords(/^course$/, () => payload)) {
      if (['sign-in-code', 'urgent-words', 'single-agency-return', 'report-summary'].includes(name)) continue
      const { html, text } = email(letter)
      expect(text).toContain(payload)
      expect(seen(html)).toContain(payload)
    }
  })

  it('of a partnership’s own name are escaped, too', () => {
    for (const { letter } of all) {
      const { html } = render(letter, { ...sampleLook, partnership: payload, signedBy: payload })
      expect(html).not.toMatch(/<(img|script)/)
    }
  })
})

describe('a link', () => {
  const linking = (href: string): Letter => ({ subject: 'x', blocks: [{ type: 'button', text: 'Go there', href }] })
  it('to anywhere else is never sent', () => {
    for (const href of [
      'https://evil.test/',
      'http://training.example.org/',
      'https://training.example.org.evil.test/',
      'https://training.example.org:444/',
      'https://training.example.org@evil.test/',
      'javascript:alert(1)',
      'data:text/html,x',
      '//evil.test',
      '/bookings',
      '',
    ])
      expect(() => render(linking(href), sampleLook), href).toThrow(TypeError)
    for (const block of [
      { type: 'link', before: 'a', text: 'b', href: 'https://evil.test/' },
      { type: 'choices', choices: [{ text: 'a', href: 'https://evil.test/' }] },
    ] as const)
      expect(() => render({ subject: 'x', blocks: [{ ...block } as Letter['blocks'][number]] }, sampleLook)).toThrow()
    expect(() =>
      render({ subject: 'x', blocks: [], optOut: { text: 'Stop', href: 'https://evil.test/' } }, sampleLook),
    ).toThrow(TypeError)
  })

  it('cannot leave its attribute', () => {
    const { html, text } = render(linking(`${sampleOrigin}/a"onmouseover='x'&b=<i>`), sampleLook)
    expect(hrefs(html)).toEqual(addresses(text))
    expect(html).not.toMatch(/"onmouseover|<i>/)
  })
})
