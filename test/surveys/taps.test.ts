/**
 * How much is asked of a delegate: the presses and the words of every page behind an e-mail or a day code, counted over the
 * pages themselves. The table is printed; a page that grows past its limit fails.
 */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bookings, commitments, learningOutcomes, responses, suggestions } from '#db/schema.ts'
import type { AddedQuestion } from '#server/surveys/input.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { at, attend, nonceIn, optOutPath } from './facts.ts'

const day = '2026-09-15'
const askedOn = '2026-12-15'

/** Most words to read on each page, its band and foot included. */
const mostWords: Record<string, number> = {
  'The email: core answer': 200,
  'Question one': 230,
  'Was this you?': 175,
  'Where are you now?': 185,
  'What has been different since?': 175,
  'What helped, and what got in the way?': 175,
  'Tell us about one time': 240,
  'A few questions about this course': 190,
  'Thank you': 330,
  'Day code': 70,
  'End of the day': 600,
  'End of the day, with three added questions': 720,
  'End of the day: done': 80,
  'Stop asking me': 80,
  'Stopped asking': 90,
}

/** Options ticked in a typical full answer; one where nothing is said. */
const ticked: Record<string, number> = { difference: 2, commitment: 2 }

const added: AddedQuestion[] = [
  { kind: 'one', text: 'Is the toolkit to hand where you work?', most: 1, options: ['Yes', 'Elsewhere', 'No'] },
  {
    kind: 'several',
    text: 'Where have you used it?',
    most: 2,
    options: ['At a visit', 'In supervision', 'In a meeting'],
  },
  { kind: 'text', text: 'What is missing from it?', most: 1, options: [] },
]

interface Counted {
  page: string
  words: number
  /** Fields answered, and the one button that sends them. */
  presses: number
}

let w: TestWorld
let bookingId: number
const counted: Counted[] = []

/** The words a person meets: what stands in the body, without what only machines read. */
const wordsOf = (html: string): number =>
  html
    .replace(/<head>.*?<\/head>|<(style|script|title)\b.*?<\/\1>/gs, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&\w+;|&#\d+;/g, ' ')
    .split(/\s+/)
    .filter((word) => /[\p{L}\d]/u.test(word)).length

interface Filled {
  action: string
  fields: Record<string, string[]>
  presses: number
}

/** Fills the page's form as someone would who answers everything: one tap a line, one into each box. */
function fill(html: string): Filled {
  const form = /<form method="post" action="([^"]+)"[^>]*>(.*?)<\/form>/s.exec(html)
  if (!form) throw new Error('There is no form on this page')
  const [, action = '', inside = ''] = form
  const fields: Record<string, string[]> = { nonce: [nonceIn(inside)] }
  const pressed = /name="practice" value="([^"]+)"><p>You chose/.exec(inside)?.[1]
  if (pressed) fields.practice = [pressed]
  let presses = 0
  const offered = new Map<string, { type: string; values: string[]; isGiven: boolean }>()
  for (const [, type = '', name = '', value = '', rest = ''] of inside.matchAll(
    /<input type="(radio|checkbox)" name="([^"]+)" value="([^"]+)"([^>]*)>/g,
  )) {
    const group = offered.get(name) ?? { type, values: [], isGiven: false }
    group.values.push(value)
    if (rest.includes(' checked')) {
      group.isGiven = true
      fields[name] = [...(fields[name] ?? []), value]
    }
    offered.set(name, group)
  }
  for (const [name, { type, values, isGiven }] of offered) {
    if (isGiven) continue
    fields[name] = values.slice(0, type === 'checkbox' ? (ticked[name] ?? 1) : 1)
    presses += fields[name].length
  }
  for (const [, name = ''] of inside.matchAll(/<(?:textarea|input type="text")[^>]* name="([^"]+)"/g)) {
    // Own words stand in place of a ready commitment, and a name is typed only where the printed one is wrong.
    if (name === 'own-words' || name === 'name') continue
    fields[name] = ['We tried it and it helped']
    presses++
  }
  if (/<button name="next" value="on">/.test(inside)) fields.next = ['on']
  return { action, fields, presses: presses + 1 }
}

const note = (page: string, html: string, presses: number) => {
  counted.push({ page, words: wordsOf(html), presses })
  return html
}

/** Opens a page, fills it, sends it. @returns where it led */
async function answer(page: string, address: string): Promise<string> {
  const { status, text } = await w.visitor.get(address)
  expect(status, page).toBe(200)
  const { action, fields, presses } = fill(text)
  note(page, text, presses)
  const sent = await w.visitor.form(action, fields)
  expect(sent.status, `${page}: ${/<li>.*?<\/li>/.exec(sent.text)?.[0] ?? ''}`).toBe(303)
  return sent.headers.get('location') ?? ''
}

const look = async (page: string, address: string) => note(page, (await w.visitor.get(address)).text, 0)
const pressesOf = (pages: readonly string[]) =>
  counted.filter(({ page }) => pages.includes(page)).reduce((sum, { presses }) => sum + presses, 0)

const optional = [
  'Where are you now?',
  'What has been different since?',
  'What helped, and what got in the way?',
  'Tell us about one time',
]

beforeAll(async () => {
  w = await makeWorld()
  // As much as a course may ask: three learning outcomes, six ready commitments, three questions added at each stage.
  await w.store.write(async (db) => {
    await db
      .insert(learningOutcomes)
      .values({ courseId: w.stage.course, position: 3, text: 'I can write down what a child said in their own words' })
    await db.insert(suggestions).values(
      [5, 6].map((position) => ({
        courseId: w.stage.course,
        position,
        text: `Ask about home at the next visit, and write down what is said (${position})`,
      })),
    )
  })
  const eventId = await w.stage.event({ on: [day] })
  bookingId = await attend(w, eventId, w.stage.bea)
  const [booking] = await w.store.read.select().from(bookings).where(eq(bookings.id, bookingId))
  const dayCode = booking!.dayCode
  at(w, day, '16:00')
  const plain = await w.visitor.get(`/day/${eventId}/${dayCode}`)
  note('End of the day', plain.text, fill(plain.text).presses)
  const ada = await w.as(w.stage.ada, 'coordinator')
  for (const stage of ['end', 'follow-up'])
    expect((await ada.post(`/api/courses/NEG1/questions/${stage}`, { seen: 0, questions: added })).status).toBe(201)
  const code = await w.visitor.get(`/day/${eventId}`)
  note('Day code', code.text, 2)
  const done = await answer('End of the day, with three added questions', `/day/${eventId}/${dayCode}`)
  await look('End of the day: done', done)
  const planned = await w.store.read.select().from(commitments).where(eq(commitments.bookingId, bookingId))
  expect(planned).toHaveLength(2)

  at(w, askedOn, '10:00')
  while (await w.chores());
  const email = w.kept.find(({ html }) => html.includes('/answer/'))
  if (!email) throw new Error('Nobody was asked')
  note('The email: core answer', email.html, 1)
  const [, link = ''] = /href="https?:\/\/[^/"]+(\/answer\/[\w.-]+\/once)"/.exec(email.html) ?? []
  at(w, askedOn, '11:00')
  let next = await answer('Question one', link)
  for (const page of [...optional, 'A few questions about this course']) next = await answer(page, next)
  await look('Thank you', next)

  await w.store.write((db) =>
    db.update(responses).set({ doubtedBecause: 'two-answers' }).where(eq(responses.stage, 'follow-up')),
  )
  note('Was this you?', (await w.visitor.get(link.replace(/once$/, 'check'))).text, 1)
  const out = await optOutPath(w, bookingId)
  const asked = await w.visitor.get(out)
  note('Stop asking me', asked.text, 1)
  note('Stopped asking', (await w.visitor.form(out, { scope: 'course' })).text, 0)

  const table = counted.map(
    ({ page, words, presses }) => `${page.padEnd(40)}${String(words).padStart(6)}${String(presses).padStart(9)}`,
  )
  process.stdout.write(`\n${'Page'.padEnd(40)} words  presses\n${table.join('\n')}\n`)
})
afterAll(() => w?.close())

describe('a delegate', () => {
  it('gives a core answer in two presses: the button in the email, and the one on the page', () => {
    expect(pressesOf(['The email: core answer', 'Question one'])).toBe(2)
  })

  it('fills in the whole follow-up in at most 25, with the email’s and every button, leaving nothing out', () => {
    const full = pressesOf(['The email: core answer', 'Question one', ...optional])
    const withAdded = full + pressesOf(['A few questions about this course'])
    process.stdout.write(`Full follow-up: ${full} presses; with three added questions: ${withAdded}\n`)
    expect(full).toBeLessThanOrEqual(25)
    expect(withAdded).toBeLessThanOrEqual(25)
  })

  it('fills in the end of the day, its code included, in at most 25', () => {
    const presses = pressesOf(['Day code', 'End of the day, with three added questions'])
    process.stdout.write(`End of the day: ${presses} presses, three added questions among them\n`)
    expect(presses).toBeLessThanOrEqual(25)
  })

  it('confirms a doubted answer, and stops all asking, in one press', () => {
    expect(pressesOf(['Was this you?'])).toBe(1)
    expect(pressesOf(['Stop asking me'])).toBe(1)
  })

  it('reads no more than was agreed on any page', () => {
    expect(counted.map(({ page }) => page).sort()).toEqual(Object.keys(mostWords).sort())
    expect(counted.filter(({ page, words }) => words > mostWords[page]!)).toEqual([])
  })
})
