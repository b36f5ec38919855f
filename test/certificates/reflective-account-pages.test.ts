import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asc, eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answers, commitments, options, people, questions, responses, suggestions, texts } from '#db/schema.ts'
import { accountPdf } from '#server/certificates/account-document.ts'
import { accountFoot, reflectiveAccount } from '#server/certificates/shared/reflective-account.ts'
import { makeToken } from '#server/keys.ts'
import { tellMore } from '#server/surveys/answering.ts'
import type { Anchor } from '#server/surveys/input.ts'
import { currentInstrument, optionBy, question } from '#server/surveys/questions.ts'
import { redactText } from '#server/surveys/texts.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import {
  answerPath,
  at,
  attend,
  factsHash,
  handOver,
  messagesOf,
  optOutPath,
  outcomesOfStage,
  press,
  remark,
  runAsking,
} from '../surveys/facts.ts'
import { readPdf } from './pdf.ts'

let w: TestWorld
let bookingId: number
let eventId: number
let path: string

const day = '2026-09-15'
const asked = '2026-12-15'

beforeEach(async () => {
  w = await makeWorld()
  eventId = await w.stage.event({ on: [day] })
  bookingId = await attend(w, eventId, w.stage.bea)
  await w.store.write(async (db) => {
    const [suggestion] = await db.select().from(suggestions).where(eq(suggestions.courseId, w.stage.course))
    await db
      .insert(commitments)
      .values({ bookingId, position: 1, kind: 'suggestion', suggestionId: suggestion!.id, madeAt: 0 })
  })
  at(w, asked)
  await runAsking(w)
  await handOver(w)
  path = await answerPath(w, bookingId)
  at(w, asked, '11:00')
})
afterEach(() => w.close())

const file = async (address: string) => {
  const answer = await w.app.request(`${w.config.origin}${address}`)
  return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) }
}
const plain = (text: string) => text.slice(text.indexOf('<main>'), text.indexOf('</main>')).replace(/<[^>]+>/g, ' ')

/** Anchors for each learning outcome at one stage, as its forms leave them. */
async function place(stage: 'before' | 'end', ...given: [question: string, anchor: Anchor][]) {
  const instrument = await currentInstrument(w.ctx(), stage, w.stage.course)
  const outcomes = await outcomesOfStage(w)
  await w.store.write(async (db) => {
    const [response] = await db
      .insert(responses)
      .values({ bookingId, eventId, stage, instrumentId: instrument.id, channel: 'page', startedAt: 0, coreAt: 0 })
      .returning()
    for (const [key, anchor] of given)
      for (const outcome of outcomes)
        await db.insert(answers).values({
          responseId: response!.id,
          eventId,
          questionId: question(instrument, key).id,
          optionId: optionBy(question(instrument, key), anchor)!.id,
          learningOutcomeId: outcome.id,
        })
  })
}

const answerInFull = async (example = 'I sat down with the toolkit, & it took <an hour>.') => {
  await place('before', ['outcomes', 'not-yet'])
  await place('end', ['outcomes', 'some'], ['then', 'not-yet'])
  await press(w, path, 'once')
  const outcomes = await outcomesOfStage(w)
  await tellMore(w.ctx({ kind: 'link', bookingId }), bookingId, {
    chosen: {
      chance: ['most-weeks'],
      difference: ['noticed-sooner', 'confident-to-ask'],
      helped: ['manager'],
      'in-the-way': ['time'],
      'where-seen': ['supervision'],
      anyway: ['no'],
    },
    outcomes: { outcomes: Object.fromEntries(outcomes.map(({ id }) => [id, 'good'])) },
    example,
  })
}

describe('the page of the reflective account', () => {
  it('gives back what was answered at every stage, and tells of nobody', async () => {
    await answerInFull()
    const { status, text, headers } = await w.visitor.get(`${path}/account`)
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-robots-tag')).toBe('noindex')
    expect(text.match(/<h1>/g)).toHaveLength(1)
    const said = plain(text)
    for (const words of [
      'I took part in “Recognising neglect” on Tuesday 15 September 2026.',
      'I looked back on it on Tuesday 15 December 2026.',
      'Before the day I could not do them yet; by the end of the day I could do some of each, with checking or asking; now I can do them on my own.',
      'At the end of the training I planned to use the neglect toolkit with one family. I have done it at least once. In the time since, my job gave me a chance most weeks.',
      'I am more confident to ask.',
      'I would not have done what I did without the training. What I did can be seen in a supervision record.',
      'I sat down with the toolkit, &amp; it took &lt;an hour&gt;.',
      'What helped was my manager or supervision.',
      'What got in the way was time and workload.',
      'What I will do next',
      accountFoot,
    ])
      expect(said).toContain(words)
    for (const { text: outcome } of await outcomesOfStage(w)) expect(said).toContain(outcome)
    for (const canary of ['Bea', 'Fern', 'council.test', 'Council children']) expect(text).not.toContain(canary)
    expect(text).toContain(`href="${path}/account.pdf">PDF</a>`)
    expect(text).toContain(`href="${path}/account.txt">Text</a>`)
    // The box to write in belongs to no form: nothing typed there can be sent.
    expect(text.slice(0, text.indexOf('<textarea'))).not.toContain('<form')
  })

  it('is short and whole after one press', async () => {
    await press(w, path, 'not-yet')
    const said = plain((await w.visitor.get(`${path}/account`)).text)
    expect(said).toContain('I have not done it yet.')
    for (const heading of ['What I learnt', 'What difference it made', 'What helped'])
      expect(said).not.toContain(heading)
  })

  it('is linked from the page of thanks, and still there when the time to answer is over', async () => {
    await press(w, path, 'routine')
    expect((await w.visitor.get(`${path}/done`)).text).toContain(
      `<a href="${path}/account">Your reflective account</a>`,
    )
    at(w, '2027-06-01')
    const closed = await w.visitor.get(`${path}/done`)
    expect(closed.status).toBe(410)
    expect(closed.text).toContain(`<a href="${path}/account">your reflective account</a>`)
    expect((await w.visitor.get(`${path}/account`)).status).toBe(200)
    expect((await file(`${path}/account.pdf`)).status).toBe(200)
  })

  it('has their own words from the text that stands: what was redacted is gone', async () => {
    await answerInFull('Jo Bloggs of 3 High Street')
    const [held] = await w.store.read.select().from(texts).where(eq(texts.bookingId, bookingId)).orderBy(asc(texts.id))
    const ada = w.ctx({
      kind: 'person',
      personId: w.stage.ada,
      email: 'ada@council.test',
      role: 'coordinator',
      roles: ['coordinator'],
      agencyIds: [],
      signInId: 1,
    })
    await redactText(ada, held!.id, { text: '[a name] of [an address]' })
    for (const ending of ['', '.txt', '.pdf']) {
      const { bytes } = await file(`${path}/account${ending}`)
      const said = ending === '.pdf' ? readPdf(bytes).elements.join(' ') : bytes.toString()
      expect(said).toContain('[a name] of [an address]')
      expect(said).not.toContain('Bloggs')
    }
  })

  it('changes no fact and sends nothing: own words stand in no email', async () => {
    await answerInFull('A sentence for nobody else')
    const before = await factsHash(w)
    for (const ending of ['', '.txt', '.pdf']) expect((await file(`${path}/account${ending}`)).status).toBe(200)
    expect(await factsHash(w)).toBe(before)
    while (await w.chores());
    expect(JSON.stringify([w.kept, await messagesOf(w)])).not.toContain('A sentence for nobody else')
  })

  it('is written with the words for whoever the course is for', async () => {
    await answerInFull()
    const [row] = await w.store.read
      .select({ text: options.text })
      .from(options)
      .innerJoin(questions, eq(questions.id, options.questionId))
      .where(eq(options.key, 'noticed-sooner'))
    const said = plain((await w.visitor.get(`${path}/account`)).text)
    expect(said).toMatch(/A worry( about an? (child|adult))? was noticed sooner\./)
    expect(row!.text).toBe('A worry was noticed sooner')
  })
})

describe('nobody gets an account', () => {
  const everyWay = async (of: string) =>
    Promise.all(['', '.pdf', '.txt'].map((ending) => w.visitor.get(`${of}/account${ending}`)))
  const refused = async (of: string, words: string) => {
    for (const { status, text, headers } of await everyWay(of)) {
      expect(status).toBe(404)
      expect(headers.get('content-type')).toContain('text/html')
      expect(text).toContain(words)
      expect(text).not.toContain('neglect toolkit')
    }
  }

  it('before they answered', async () => {
    await refused(path, 'There is no account of this yet')
    expect((await w.visitor.get(`${path}/account`)).text).toContain(
      `<a href="${path}">Answer the one question first</a>`,
    )
  })

  it('while their answer is doubted', async () => {
    at(w, asked, '10:00')
    await press(w, path, 'once')
    await refused(path, 'Tell us whether it was you')
  })

  it('once the register says that they did not come', async () => {
    await press(w, path, 'once')
    await remark(w, bookingId, 'absent')
    await refused(path, 'The register does not show you as there')
  })

  it('after erasure', async () => {
    await press(w, path, 'once')
    await w.store.write((db) => db.update(people).set({ erasedAt: w.now() }).where(eq(people.id, w.stage.bea)))
    await refused(path, 'This link does not work')
  })

  it('with a token for another purpose, another booking’s, or none', async () => {
    await press(w, path, 'once')
    const theirs = await attend(w, eventId, w.stage.olu)
    await refused(await answerPath(w, theirs), 'There is no account of this yet')
    const [mine, mac] = path.replace('/answer/', '').split('.')
    const optOut = (await optOutPath(w, bookingId)).replace('/opt-out/', '')
    const certificate = await makeToken(w.world.secrets, 'certificate', bookingId)
    for (const token of [
      optOut,
      certificate,
      `${theirs.toString(36)}.${mac}`,
      `${mine}.${'A'.repeat(22)}`,
      String(bookingId),
    ])
      await refused(`/answer/${token}`, 'This link does not work')
  })
})

describe('the account as a file', () => {
  it('is text to keep, under its name', async () => {
    await answerInFull('Erzsébet, “Ø” & Łukasz')
    const { headers, bytes } = await file(`${path}/account.txt`)
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(headers.get('content-disposition')).toBe('attachment; filename="reflective-account.txt"')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(bytes.toString('utf8')).toContain('“Erzsébet, ‘Ø’ & Łukasz”')
    expect(bytes.toString('utf8')).toContain(`From what I answered to ${w.config.partnership.name}.`)
    expect(bytes.toString('utf8')).not.toContain('<')
  })

  it('is a tagged PDF of one page in British English, the same byte for byte for the same answers', async () => {
    await answerInFull()
    const { headers, bytes } = await file(`${path}/account.pdf`)
    expect(headers.get('content-type')).toBe('application/pdf')
    expect(headers.get('content-disposition')).toBe('attachment; filename="reflective-account.pdf"')
    const { source, elements, pages, contents, lines } = readPdf(bytes)
    expect(pages).toBe(1)
    for (const sign of [
      '/StructTreeRoot',
      '/Marked true',
      '/Lang (en-GB)',
      '/DisplayDocTitle true',
      '<pdfuaid:part>1</pdfuaid:part>',
      '/ToUnicode',
      '/FontFile2',
    ])
      expect(source).toContain(sign)
    expect(source).toMatch(/<dc:title>[\s\S]*Reflective account: Recognising neglect/)
    const count = (tag: string) => source.split(`/S /${tag}\n`).length - 1
    expect([count('Document'), count('H1'), count('H2'), count('BlockQuote')]).toEqual([1, 1, 5, 1])
    expect(elements).toContain('Reflective account: Recognising neglect')
    expect(elements).toContain('What I will do next')
    expect(elements).toContain('“I sat down with the toolkit, & it took <an hour>.”')
    expect(elements).toContain(accountFoot)
    for (const { left, right, y } of lines) {
      expect(left).toBeGreaterThanOrEqual(60)
      // Measured without kerning, so a little wider than it is.
      expect(right).toBeLessThanOrEqual(595.28 - 60 + 3)
      expect(y).toBeGreaterThan(30)
    }
    let depth = 0
    for (const [operator] of contents.matchAll(/\b(BDC|BMC|EMC|TJ|f|S)$/gm)) {
      if (operator === 'EMC') depth--
      else if (operator.startsWith('B')) depth++
      else expect(depth).toBeGreaterThan(0)
    }
    expect(depth).toBe(0)
    w.later('P3D')
    expect((await file(`${path}/account.pdf`)).bytes.equals(bytes)).toBe(true)
  })

  it('reads aloud in order, by the tags alone, to a program that was not ours', async () => {
    await answerInFull()
    const folder = mkdtempSync(join(tmpdir(), 'afterwards-account-'))
    try {
      const name = join(folder, 'account.pdf')
      writeFileSync(name, (await file(`${path}/account.pdf`)).bytes)
      const found = tool('pdfinfo', ['-struct-text', name])
      // Poppler is not everywhere; the rest of this file reads the same tags.
      if (found === null) return
      const order = [
        'H1',
        'What I learnt',
        'What I did',
        'What difference it made',
        'BlockQuote',
        'What I will do next',
      ]
      expect(order.map((sign) => found.indexOf(sign)).every((place, n, all) => place > (all[n - 1] ?? -1))).toBe(true)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('runs on to a second page when someone said a great deal, with nothing lost or cut', async () => {
    const long = 'word after word and line after line of what I saw and did '.repeat(5).trim()
    const paragraphs = Array.from({ length: 14 }, (_, n) => ({ said: [`${n}: ${long}.`] }))
    const { parts, title } = reflectiveAccount({
      course: 'Recognising neglect',
      dates: 'Tuesday 15 September 2026',
      hours: 6,
      participatoryHours: 6,
      answeredOn: 'Tuesday 15 December 2026',
      plans: [{ kind: 'own-words', words: 'W'.repeat(140) }],
      firstChance: null,
      practice: 'once',
      chance: null,
      outcomes: [],
      difference: [],
      anyway: null,
      helped: [],
      inTheWay: [],
      foreseen: [],
      whereSeen: [],
      example: long,
    })
    const [opening, ...rest] = parts
    const bytes = await accountPdf(
      { title, parts: [opening!, { heading: 'What I learnt', paragraphs }, ...rest] },
      { partnership: 'Exampleshire', isExample: false, fonts: await w.world.fonts(), madeAt: 0 },
    )
    const { pages, elements, lines } = readPdf(bytes)
    expect(pages).toBe(2)
    for (const { said } of paragraphs) expect(elements).toContain(said[0])
    expect(elements).toContain(`“${'W'.repeat(140)}”`)
    expect(elements.join(' ')).not.toContain('invented')
    for (const { right, y } of lines) {
      expect(right).toBeLessThanOrEqual(595.28 - 60 + 3)
      expect(y).toBeGreaterThan(30)
    }
  })

  it('prints own words in letters that the fonts lack as □, says so, and keeps what was typed', async () => {
    await answerInFull('我学到了')
    const { elements } = readPdf((await file(`${path}/account.pdf`)).bytes)
    expect(elements).toContain('“□□□□”')
    expect(elements.join(' ')).toContain('The text file has it.')
    expect((await file(`${path}/account.txt`)).bytes.toString()).toContain('我学到了')
  })
})

const tool = (name: string, given: string[]): string | null => {
  try {
    return execFileSync(name, given, { encoding: 'utf8' })
  } catch {
    return null
  }
}

describe('My certificates', () => {
  it('lead to one’s own account once it is answered', async () => {
    while (await w.chores());
    const bea = await w.as(w.stage.bea)
    const line = async () => (await bea.get('/api/certificates')).json.certificates[0]
    expect((await line()).accountHref).toBe(null)
    await press(w, path, 'once')
    expect((await line()).accountHref).toBe(`${path}/account`)
    expect((await w.visitor.get((await line()).accountHref)).status).toBe(200)
    const olu = await w.as(w.stage.olu)
    expect((await olu.get('/api/certificates')).text).not.toContain(path)
  })
})
