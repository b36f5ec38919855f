/**
 * One of the parts of the example: what was made of the words that people wrote in the worked-out year. Some for whom it had not come
 * about wrote too; two people read the texts with a codebook of eight codes, a few stand as quotes, and two accounts were checked.
 */
import { sql } from 'drizzle-orm'
import { addDays, londonDate, londonInstant } from '#server/calendar.ts'
import { accounts, answers, codes, codingCodes, codings, consents, history, quotes, texts } from '../schema.ts'
import type { Writing } from '../transact.ts'
import { insertMany } from './rows.ts'
import type { Known } from './write.ts'
import { seed } from './year.ts'

const madeAt = londonInstant('2026-04-13', '10:00')

export const codebook: readonly { name: string; definition: string }[] = [
  {
    name: 'Noticed or asked sooner',
    definition: 'A sign seen or a question put that would have been left. Not: what was done then.',
  },
  {
    name: 'Their voice',
    definition: 'What the child, adult or family said was written down or heard. Not: what was said of them.',
  },
  {
    name: 'Right people together',
    definition: 'Another service was rung, came along or shared in time. Not: a form that was sent.',
  },
  {
    name: 'Passed on to the team',
    definition: 'Colleagues use it: a poster, a checklist, supervision. Not: the writer alone.',
  },
  {
    name: 'Time and workload',
    definition: 'It takes, took or saved time; caseloads. Not: the length of the day itself.',
  },
  {
    name: 'Procedures and forms',
    definition: 'A form, system or policy helped or stood in the way. Not: people who did.',
  },
  { name: 'On one’s own', definition: 'Nobody else of the team came or joined in. Not: a manager who said no.' },
  {
    name: 'About the day',
    definition: 'The room, the groups, the slides, what was missing. Not: anything done since.',
  },
]

/** Words of the texts, by a part that only they have, and the codes (1 to 8) they are given. */
const told: readonly [part: string, codes: readonly number[]][] = [
  ['asked a question', [1]],
  ['begin each meeting', [2]],
  ['rang another service', [3]],
  ['checklist together', [4, 5]],
  ['wrote down the words', [2]],
  ['number on the wall', [4]],
  ['small groups', [8]],
  ['was cold', [8]],
  ['slides', [8]],
  ['been through it', [8]],
  ['shorter lunch', [8]],
  ['mix of agencies', [3, 8]],
  ['no room for it', [6]],
  ['no time to sit', [5]],
  ['new procedure', [6]],
  ['could not get it going', [7]],
  ['nobody it would have fitted', []],
]

/** By people for whom it had not come about. */
const notYet: readonly string[] = [
  'The form we use has no room for it, so it ends up in my own notes.',
  'There was no time to sit down together this spring; I still mean to.',
  'We were asked to wait for the new procedure.',
  'Nobody else of my team had come, so I could not get it going by myself.',
  'There has been nobody it would have fitted since.',
]

interface Answered {
  bookingId: number
  eventId: number
  responseId: number
  instrumentId: number
  courseId: number
  coreAt: number
  practice: string
  isFull: number
  wrote: number
}

interface Written {
  id: number
  bookingId: number
  words: string
  clearedAt: number
  kind: string
}

/** Writes them beside the rows of the stories; call it last. */
export async function writeVoices(db: Writing, { coordinator, clockAt }: Known): Promise<void> {
  const deputy = await deputyOf(db, coordinator.id)
  const answered = await answeredOf(db)
  await writeNotYet(db, answered, coordinator.id, clockAt)
  const codeIds = await writeCodebook(db, coordinator.id)
  await writeCodings(db, codeIds, [coordinator.id, deputy])
  await writeQuotes(db, codeIds, coordinator.id)
  await writeAccounts(db, answered, coordinator.id)
}

async function deputyOf(db: Writing, coordinatorId: number): Promise<number> {
  const [row] = await db.all<{ id: number }>(
    sql`select person_id as id from roles where role = 'coordinator' and person_id <> ${coordinatorId} order by person_id limit 1`,
  )
  return row?.id ?? coordinatorId
}

/** Those of the worked-out year whose answer counts. */
const answeredOf = (db: Writing) =>
  db.all<Answered>(sql`
    select r.booking_id as bookingId, r.event_id as eventId, r.id as responseId, r.instrument_id as instrumentId,
      e.course_id as courseId, r.core_at as coreAt, o.key as practice, r.full_at is not null as isFull,
      exists (select 1 from texts t where t.booking_id = r.booking_id) as wrote
    from responses r join events e on e.id = r.event_id join programmes p on p.id = e.programme_id and p.name = '2025-26'
    join bookings b on b.id = r.booking_id and b.state = 'confirmed'
    join answers a on a.response_id = r.id and a.learning_outcome_id is null
    join questions q on q.id = a.question_id and q.key = 'practice'
    join options o on o.id = a.option_id
    where r.stage = 'follow-up' and r.core_at is not null and r.doubted_because is null
    order by r.booking_id`)

async function writeNotYet(db: Writing, answered: readonly Answered[], coordinatorId: number, clockAt: number) {
  const chance = seed.fork('voices, not yet')
  const writers = answered
    .filter((one) => one.isFull && !one.wrote && ['not-yet', 'did-not-fit', 'no-chance'].includes(one.practice))
    .filter((one) => clearedOn(one.coreAt) < clockAt)
  for (const [n, one] of chance
    .shuffled(writers)
    .slice(0, 2 * notYet.length)
    .entries()) {
    const writtenAt = one.coreAt + 120_000
    const consent = n % 2 === 0 ? (n % 4 === 0 ? 'quote' : 'quote-with-job') : null
    const words = notYet[n % notYet.length]!
    const [text] = await db
      .insert(texts)
      .values({
        bookingId: one.bookingId,
        kind: 'example',
        cleared: words,
        state: consent ? 'quotable' : 'cleared',
        writtenAt,
        clearedBy: coordinatorId,
        clearedAt: clearedOn(one.coreAt),
      })
      .returning({ id: texts.id })
    const [question] = await db.all<{ id: number }>(
      sql`select id from questions where instrument_id = ${one.instrumentId} and key = 'example'`,
    )
    await db
      .insert(answers)
      .values({ responseId: one.responseId, eventId: one.eventId, questionId: question!.id, textId: text!.id })
    if (consent) {
      await db.insert(consents).values({ bookingId: one.bookingId, what: consent, givenAt: writtenAt })
      await note(db, writtenAt, 'link', 'consent.given', `booking:${one.bookingId}`)
    }
    await note(db, clearedOn(one.coreAt), `person:${coordinatorId}`, 'text.cleared', `text:${text!.id}`)
  }
}

const clearedOn = (coreAt: number) => londonInstant(addDays(londonDate(coreAt), 1), '11:30')

const note = (db: Writing, at: number, actor: string, what: string, about: string, details: string | null = null) =>
  db.insert(history).values({ at, actor, what, about, details })

async function writeCodebook(db: Writing, coordinatorId: number): Promise<number[]> {
  const made = await db
    .insert(codes)
    .values(codebook.map((code, n) => ({ ...code, version: 1, position: n + 1, madeAt })))
    .returning({ id: codes.id })
  await note(db, madeAt, `person:${coordinatorId}`, 'codebook.changed', 'codebook:1')
  return made.map(({ id }) => id)
}

/** The coordinator has read what was cleared until the end of July; the deputy the share drawn by hash, a little differently. */
async function writeCodings(db: Writing, codeIds: readonly number[], [first, second]: readonly [number, number]) {
  const until = londonInstant('2026-07-31', '17:00')
  const read = await writtenIn(db, until)
  const chance = seed.fork('voices, coding')
  const rows = read.flatMap(({ id, words, clearedAt }, n) => {
    const given = told.find(([part]) => words.includes(part))?.[1] ?? []
    const at = Math.max(madeAt + 86_400_000, clearedAt + 60_000) + n * 20_000
    const place1 = { textId: id, place: 1, coderId: first, at, given }
    const isDrawn = ((id * 2654435761) % 4294967296) * 100 < 20 * 4294967296
    if (!isDrawn) return [place1]
    const other = chance.chance(0.15) ? [...given.slice(1), chance.between(1, codebook.length)] : given
    return [place1, { textId: id, place: 2, coderId: second, at: at + 86_400_000, given: [...new Set(other)] }]
  })
  await insertMany(
    db,
    codings,
    rows.map(({ given: _, ...row }, n) => ({ id: n + 1, version: 1, ...row })),
  )
  await insertMany(
    db,
    codingCodes,
    rows.flatMap(({ given }, n) => given.map((position) => ({ codingId: n + 1, codeId: codeIds[position - 1]! }))),
  )
  await insertMany(
    db,
    history,
    rows.map(({ textId, coderId, at }) => ({
      at,
      actor: `person:${coderId}`,
      what: 'text.coded',
      about: `text:${textId}`,
      details: 'version 1',
    })),
  )
}

/** What the coding page would show of the worked-out year. */
const writtenIn = (db: Writing, until: number) =>
  db.all<Written>(sql`
    select t.id as id, t.booking_id as bookingId, t.cleared as words, t.cleared_at as clearedAt, t.kind as kind
    from texts t join bookings b on b.id = t.booking_id join events e on e.id = b.event_id
    join programmes p on p.id = e.programme_id and p.name = '2025-26'
    where t.state <> 'held' and t.kind in ('example', 'suggestion') and t.cleared_at < ${until} order by t.id`)

/** Three that tell of something done and one that did not work, each of another theme. */
async function writeQuotes(db: Writing, codeIds: readonly number[], coordinatorId: number) {
  const at = londonInstant('2026-08-10', '10:00')
  const mayBe = (await writtenIn(db, at)).filter(({ kind }) => kind === 'example')
  const consented = new Set(
    (
      await db.all<{ id: number }>(
        sql`select booking_id as id from consents where what in ('quote', 'quote-with-job') and withdrawn_at is null`,
      )
    ).map(({ id }) => id),
  )
  const chosen: [part: string, nonSuccess: boolean][] = [
    ['asked a question', false],
    ['begin each meeting', false],
    ['number on the wall', false],
    ['no room for it', true],
  ]
  for (const [part, nonSuccess] of chosen) {
    const text = mayBe.find(({ words, bookingId }) => words.includes(part) && consented.has(bookingId))
    const theme = told.find(([one]) => one === part)?.[1][0]
    if (!text || !theme) continue
    await db
      .insert(quotes)
      .values({ textId: text.id, codeId: codeIds[theme - 1]!, nonSuccess, chosenAt: at, chosenBy: coordinatorId })
    await note(
      db,
      at,
      `person:${coordinatorId}`,
      'quote.chosen',
      `text:${text.id}`,
      nonSuccess ? 'did-not-work' : 'worked',
    )
  }
}

/** Of four courses one of each kind allowed a call, so that the draw takes them all; two of them have been rung. */
async function writeAccounts(db: Writing, answered: readonly Answered[], coordinatorId: number) {
  const pickedAt = londonInstant('2026-08-11', '09:30')
  const kinds = [
    ['success', ['routine', 'once']],
    ['non-success', ['not-yet', 'did-not-fit', 'no-chance']],
  ] as const
  const courseIds = [...new Set(answered.map(({ courseId }) => courseId))]
    .filter((id) => kinds.every(([, of]) => answered.some((one) => one.courseId === id && isOf(of, one))))
    .slice(0, 4)
  const drawn = courseIds.flatMap((courseId) =>
    kinds.flatMap(([kind, of]) => {
      const one = answered.find((each) => each.courseId === courseId && isOf(of, each))
      return one ? [{ ...one, kind }] : []
    }),
  )
  for (const [n, { bookingId, kind, coreAt }] of drawn.entries()) {
    const isTold = n < 2
    const toldAt = pickedAt + 3_600_000 * (n + 1)
    await db.insert(consents).values({ bookingId, what: 'call', givenAt: coreAt + 180_000 })
    await note(db, coreAt + 180_000, 'link', 'consent.given', `booking:${bookingId}`, 'call')
    await db.insert(accounts).values({
      bookingId,
      kind,
      pickedAt,
      ...(isTold ? { outcome: 'verified' as const, outcomeAt: toldAt, outcomeBy: coordinatorId } : {}),
    })
    await note(db, pickedAt, `person:${coordinatorId}`, 'account.drawn', `booking:${bookingId}`, kind)
    if (isTold) await note(db, toldAt, `person:${coordinatorId}`, 'account.told', `booking:${bookingId}`, 'verified')
  }
}

const isOf = (answers: readonly string[], { practice }: { practice: string }) => answers.includes(practice)
