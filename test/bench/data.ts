/** The invented data that every row is measured on: a year of follow-ups and a term of events to come, written straight as rows. */
import { createHash } from 'node:crypto'
import { createClient, type InArgs, type InStatement, type ResultSet } from '@libsql/client'
import { migrate } from '#db/migrate.ts'
import { openFile } from '#db/open-node.ts'
import { installation } from '#db/schema.ts'
import { londonInstant } from '#server/calendar.ts'
import { certificateCode } from '#server/certificates/code.ts'
import type { Claims } from '#server/certificates/shared/claims.ts'
import { readConfig } from '#server/config.ts'
import { keepSnapshots } from '#server/impact/snapshots.ts'
import { publishInstruments } from '#server/surveys/instruments.ts'
import { choreContext, type World } from '#server/world.ts'

/** Monday 14 September 2026, 9am, where the bench's clock starts. */
export const start = londonInstant('2026-09-14', '09:00')
/** Where the clock of whoever sends asking messages starts: they leave from Tuesday to Thursday, between 10:00 and 16:00. */
export const askingTime = londonInstant('2026-09-15', '10:30')
export const secrets = ['the secret of the bench, thirty-two characters']

/*
 * Every id starts at a number of its own, so that a recorded statement's arguments can be told apart and put in the place of others
 * (recording.ts), and leaves room for a hundred times the data.
 */
export const firstId = {
  person: 100_000_000,
  pastEvent: 300_000_000,
  eventToCome: 310_000_000,
  eventToBook: 320_000_000,
  eventToAnswer: 340_000_000,
  eventFallingDue: 360_000_000,
  eventSession: 400_000_000,
  booking: 700_000_000,
  bookingToCome: 750_000_000,
  bookingToAnswer: 800_000_000,
  bookingFallingDue: 850_000_000,
  signIn: 900_000_000,
  message: 1_100_000_000,
  response: 1_300_000_000,
  text: 1_500_000_000,
  consent: 1_600_000_000,
} as const
export const coordinator = 900_001

export interface Size {
  events: number
  pastEvents: number
  bookings: number
  followUps: number
  responses: number
  people: number
  certificates: number
}

/** @param times 1: 200 events, 20,000 bookings, 10,000 responses; 10: ten times as many of each */
export const sizeOf = (times: number): Size => ({
  events: 200 * times,
  pastEvents: 150 * times,
  bookings: 20_000 * times,
  followUps: 13_500 * times,
  responses: 10_000 * times,
  people: 5_000 * times,
  certificates: 1_000,
})

const bookedAtEach = 100
/** People who may sign in. */
export const signedIn = 5_000
export const signInToken = (personId: number) => `bench-sign-in-${personId}`

const hour = 3_600_000
const day = 24 * hour

interface Runs {
  execute(statement: InStatement): Promise<ResultSet>
}

const upTo = 'with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < ?)'

/** Makes the database file for one size. */
export async function makeData(path: string, size: Size): Promise<void> {
  const store = await openFile(path, { thread: false })
  await migrate(store.client, 0)
  await store.write(async (db) => {
    await db.insert(installation).values({ id: 1, mode: 'example', madeAt: start, clockAt: start })
    await publishInstruments(db, start)
  })
  await store.close()
  const client = createClient({ url: `file:${path}`, concurrency: 1 })
  for (const pragma of ['synchronous=OFF', 'foreign_keys=OFF', 'cache_size=-200000'])
    await client.execute(`PRAGMA ${pragma}`)
  const transaction = await client.transaction('write')
  await whatStandsStill(transaction, size)
  await people(transaction, 0, size.people)
  await signIns(transaction)
  await events(transaction, 'pastEvent', size.pastEvents, '2025-04-01', 364, '2025-26')
  await events(transaction, 'eventToCome', size.events - size.pastEvents, '2026-09-21', 90, '2026-27')
  await bookings(transaction, size)
  await followUps(transaction, size)
  await responses(transaction, size)
  await certificates(transaction, size)
  for (const [table, id] of [
    ['texts', firstId.text],
    ['consents', firstId.consent],
  ] as const)
    await transaction.execute({ sql: 'insert into sqlite_sequence (name, seq) values (?, ?)', args: [table, id] })
  await transaction.commit()
  // As an installation keeps its own: by PRAGMA optimize, or ANALYZE after the example is filled.
  await client.execute('ANALYZE')
  await client.execute('PRAGMA wal_checkpoint(TRUNCATE)')
  client.close()
  await snapshots(path)
}

/** As the chore keeps them; but there are always some events whose answers came since. */
async function snapshots(path: string): Promise<void> {
  const store = await openFile(path, { thread: false, durable: false })
  const world = { store, clock: () => start, config: readConfig({}, () => '', 'bench'), secrets } as unknown as World
  while (await keepSnapshots(choreContext(world)));
  await store.client.execute('delete from event_snapshots where event_id % 100 = 0')
  await store.client.execute('ANALYZE event_snapshots')
  await store.close()
}

async function whatStandsStill(client: Runs, { people }: Size): Promise<void> {
  const run = (sql: string, args: InArgs = []) => client.execute({ sql, args })
  for (const [id, name] of ['Councils', 'Education', 'Health', 'Police', 'Voluntary'].entries())
    await run('insert into sectors (id, name, education) values (?, ?, ?)', [
      id + 1,
      name,
      name === 'Education' ? 1 : 0,
    ])
  await run(
    `${upTo} insert into agencies (id, name, sector_id) select i + 1, 'Invented agency ' || i, 1 + i % 5 from n`,
    [60],
  )
  await run(
    `${upTo} insert into courses (id, code, title, aims, level, audience, key_behaviour, minutes, participatory_minutes, attendance_rule, earns, why)
     select i + 1, 'BEN' || (i + 1), 'Invented course number ' || (i + 1),
       'To see it early, to ask well, to write down what was said, and to act together with the other agencies round the table.',
       'Group ' || substr('ABC', 1 + i % 3, 1), 'both', 'Raise it in the next supervision', 360, 300, 'all', 'full', 'Needs analysis, March 2026' from n`,
    [20],
  )
  await run(
    `${upTo} insert into learning_outcomes (id, course_id, position, text) select i + 1, 1 + i / 4, 1 + i % 4, 'I can do the thing that number ' || (1 + i % 4) || ' of this course is about' from n`,
    [80],
  )
  await run(
    `${upTo} insert into suggestions (id, course_id, position, text) select i + 1, 1 + i / 4, 1 + i % 4, 'Use tool number ' || (1 + i % 4) || ' with one family' from n`,
    [80],
  )
  await run(`${upTo} insert into themes (id, name) select i + 1, 'Theme number ' || (i + 1) from n`, [6])
  await run(
    `${upTo} insert into course_themes (course_id, theme_id) select 1 + i / 2, 1 + (i / 2 + 2 * (i % 2)) % 6 from n`,
    [40],
  )
  await run(
    `${upTo} insert into venues (id, name, address) select i + 1, 'Invented hall ' || (i + 1), (i + 1) || ' Example Street' from n`,
    [10],
  )
  for (const [id, from] of [2024, 2025, 2026].entries())
    await run("insert into programmes (id, name, kind, starts_on, ends_on) values (?, ?, 'year', ?, ?)", [
      id + 1,
      `${from}-${String((from + 1) % 100)}`,
      `${from}-04-01`,
      `${from + 1}-03-31`,
    ])
  const person =
    'insert into people (id, email, name, agency_id, role_group, workforce, made_at) select ?, ?, ?, 1, ?, ?, ?'
  await run(person, [coordinator, 'coordinator@council.test', 'Invented Coordinator', 'management', 'both', 0])
  for (const role of ['delegate', 'coordinator'])
    await run('insert into roles (person_id, role, given_at) values (?, ?, 0)', [coordinator, role])
  for (let n = 0; n < 24; n++) {
    await run(person, [
      900_100 + n,
      `trainer${n}@trust.test`,
      `Trainer Number${n}`,
      'nursing',
      'both',
      people ? 0 : null,
    ])
    await run('insert into trainers (person_id) values (?)', [900_100 + n])
  }
}

async function people(client: Runs, from: number, count: number): Promise<void> {
  await client.execute({
    sql: `${upTo} insert into people (id, email, name, agency_id, role_group, workforce, made_at)
      select ${firstId.person + from} + i, 'person' || (${from} + i) || '@agency.test', 'Invented Person' || (${from} + i), 1 + i % 60, 'social-work', 'children', ? from n`,
    args: [count, start - 700 * day],
  })
  await client.execute(
    `insert into roles (person_id, role, given_at) select id, 'delegate', made_at from people where id >= ${firstId.person + from}`,
  )
}

async function signIns(client: Runs): Promise<void> {
  const hash = (personId: number) => createHash('sha256').update(signInToken(personId)).digest('hex')
  const tokens = Array.from({ length: signedIn }, (_, n) => hash(firstId.person + n))
  const signIn = `insert into sign_ins (id, token_hash, email, person_id, role, started_at, seen_at)`
  // Seen a little ahead, so that no row of the bench also notes that somebody was seen.
  await client.execute({
    sql: `${signIn} select ${firstId.signIn} + key, value, 'person' || key || '@agency.test', ${firstId.person} + key, 'delegate', ?, ? from json_each(?)`,
    args: [start - hour, start + hour, JSON.stringify(tokens)],
  })
  await client.execute({
    sql: `${signIn} values (?, ?, 'coordinator@council.test', ?, 'coordinator', ?, ?)`,
    args: [900_001, hash(coordinator), coordinator, start - hour, start + hour],
  })
}

type Events = 'pastEvent' | 'eventToCome' | 'eventToBook' | 'eventToAnswer' | 'eventFallingDue'

/** Events spread over `days` from a day on; every fourth has two event sessions, unless all end on one day. */
async function events(client: Runs, which: Events, count: number, from: string, days: number, programme: string) {
  const first = firstId[which]
  await client.execute({
    sql: `${upTo} insert into events (id, course_id, kind, programme_id, delivered_by, capacity, minimum, bookable_by, starts_at, ends_at, last_on, published_at, booking_opens_at, booking_closes_at)
      select ${first} + i, 1 + i % 20, 'course', (select id from programmes where name = ?), 'pool', 120, 5, 'everyone', s, e, date(e / 1000, 'unixepoch'), ?, ?, s
      from (select i, unixepoch(d || ' 08:30') * 1000 as s, (unixepoch(d || ' 15:30') + (${days} > 0 and i % 4 = 3) * 86400) * 1000 as e
        from (select i, date(?, (i * ? / ?) || ' days') as d from n))`,
    args: [count, programme, start - 600 * day, start - 600 * day, from, days, count],
  })
  await client.execute(
    `insert into event_sessions (id, event_id, position, "on", starts, ends, venue_id, online)
      select ${firstId.eventSession} + (e.id - ${firstId.pastEvent}) * 2 + p.n, e.id, p.n + 1, date(e.starts_at / 1000 + p.n * 86400, 'unixepoch'), '09:30', '16:30', 1 + e.id % 10, 0
      from events e join (select 0 as n union all select 1) p
      where e.id >= ${first} and e.id < ${first + count} and (p.n = 0 or (${days} > 0 and (e.id - ${first}) % 4 = 3))`,
  )
  await client.execute(
    `insert into assignments (event_id, trainer_id, "as") select id, 900100 + id % 24, 'lead' from events where id >= ${first} and id < ${first + count}`,
  )
}

/** A hundred at each event, nobody twice at one: of so many people, from one on. */
async function book(
  client: Runs,
  which: Events,
  bookingId: number,
  eventCount: number,
  people: number,
  firstPerson: number = firstId.person,
) {
  await client.execute({
    sql: `${upTo} insert into bookings (id, event_id, person_id, agency_id, sector_id, role_group, workforce, charge_tier, source, day_code, terms_version, at, state)
      select ${bookingId} + i, ${firstId[which]} + i / ${bookedAtEach}, p.id, p.agency_id, a.sector_id, p.role_group, p.workforce, 'partner', 'self', printf('%06d', i), '2026-04', ?, 'confirmed'
      from n join people p on p.id = ${firstPerson} + i % ? join agencies a on a.id = p.agency_id`,
    args: [eventCount * bookedAtEach, start - 500 * day, people],
  })
  const made = `id >= ${bookingId} and id < ${bookingId + eventCount * bookedAtEach}`
  await client.execute(
    `insert into booking_steps (booking_id, step, at) select id, 'confirmed', at from bookings where ${made}`,
  )
  await client.execute(
    `insert into history (at, actor, what, about) select at, 'person:' || person_id, 'booking.confirmed', 'booking:' || id from bookings where ${made}`,
  )
}

async function bookings(client: Runs, size: Size): Promise<void> {
  await book(client, 'pastEvent', firstId.booking, size.pastEvents, size.people)
  await book(client, 'eventToCome', firstId.bookingToCome, size.events - size.pastEvents, size.people)
  await marks(client, firstId.booking, size.pastEvents)
  await client.execute(
    `insert into charges (booking_id, kind, sum_pence, at) select id, 'non-attendance', 5000, at from bookings where id < ${firstId.bookingToCome} and id % 20 = 19`,
  )
}

/** Nine in ten came, or as many of a hundred as are said. */
async function marks(client: Runs, bookingId: number, eventCount: number, came = 90): Promise<void> {
  await client.execute(
    `insert into marks (event_session_id, booking_id, mark, at)
      select s.id, b.id, case when b.id % 100 < ${came} then 'present' else 'absent' end, b.at
      from bookings b join event_sessions s on s.event_id = b.event_id where b.id >= ${bookingId} and b.id < ${bookingId + eventCount * bookedAtEach}`,
  )
}

async function followUps(client: Runs, size: Size): Promise<void> {
  const end = firstId.booking + size.pastEvents * bookedAtEach
  await ask(client, firstId.booking, end, `case when ${hasAnswered('b.id')} then b.at else null end`)
}

/** Two in three of those who were booked have answered: 10,000 of 15,000. */
const hasAnswered = (id: string) => `(${id} % 100 < 66 + (${id} / 100 % 3 > 0))`

/** Asked six days ago, with a commitment of their own choosing. */
async function ask(client: Runs, from: number, to: number, closedAt: string): Promise<void> {
  const those = `b.id >= ${from} and b.id < ${to} and b.id % 100 < 90`
  await client.execute(
    `insert into follow_ups (booking_id, event_id, person_id, target_on, opened_at, first_asked_on, last_asked_on, closed_at, closed_because)
      select id, event_id, person_id, target, opened, '2026-09-08', '2026-09-08', closed, case when closed is null then null else 'answered' end
      from (select b.id, b.event_id, b.person_id, date(e.last_on, '3 months') as target, ${start - 6 * day} as opened, ${closedAt} as closed
        from bookings b join events e on e.id = b.event_id where ${those})`,
  )
  await client.execute(
    `insert into messages (id, kind, about, occurrence, to_person_id, class, state, queued_at, not_before, deadline, attempts, sent_at)
      select ${firstId.message} + b.id - ${firstId.booking}, 'follow-up-invitation', 'booking:' || b.id, 'invitation', b.person_id, 'never-twice', 'sent', ${start - 6 * day}, ${start - 6 * day}, ${start + 8 * day}, 1, ${start - 6 * day}
      from bookings b where ${those}`,
  )
  await client.execute(
    `insert into contacts (booking_id, step, message_id, "on", why) select b.id, 'invitation', ${firstId.message} + b.id - ${firstId.booking}, '2026-09-08', 'due' from bookings b where ${those}`,
  )
  await client.execute(
    `insert into commitments (booking_id, position, kind, suggestion_id, made_at)
      select b.id, 1, 'suggestion', (e.course_id - 1) * 4 + 1 + b.id % 4, b.at from bookings b join events e on e.id = b.event_id where ${those}`,
  )
}

/** Each of the answered gave eleven answers, and five before the day. */
async function responses(client: Runs, size: Size): Promise<void> {
  const past = `b.id >= ${firstId.booking} and b.id < ${firstId.booking + size.pastEvents * bookedAtEach}`
  const instrumentOf = (stage: string) =>
    `(select id from instruments where stage = '${stage}' order by version desc limit 1)`
  await client.execute(
    `insert into responses (id, booking_id, event_id, stage, instrument_id, channel, wave, started_at, core_at, full_at, late)
      select ${firstId.response} + (b.id - ${firstId.booking}) * 2, b.id, b.event_id, 'before', ${instrumentOf('before')}, 'page', 0, e.starts_at - ${2 * day}, e.starts_at - ${2 * day}, null, 0
      from bookings b join events e on e.id = b.event_id where ${past} and b.id % 100 < 60
      union all
      select ${firstId.response} + (b.id - ${firstId.booking}) * 2 + 1, b.id, b.event_id, 'follow-up', ${instrumentOf('follow-up')}, 'e-mail', 1, ${start - 5 * day}, ${start - 5 * day}, ${start - 5 * day}, 0
      from bookings b where ${past} and ${hasAnswered('b.id')}`,
  )
  const indexes = await client.execute(
    "select name, sql from sqlite_schema where type = 'index' and tbl_name = 'answers' and sql is not null",
  )
  for (const { name } of indexes.rows) await client.execute(`drop index "${String(name)}"`)
  for (const [stage, slots] of [
    ['before', ['outcomes 1', 'outcomes 2', 'outcomes 3', 'outcomes 4', 'chance']],
    [
      'follow-up',
      [
        'practice',
        'chance',
        'outcomes 1',
        'outcomes 2',
        'outcomes 3',
        'outcomes 4',
        'difference',
        'difference',
        'helped',
        'in-the-way',
        'anyway',
      ],
    ],
  ] as const) {
    await client.execute(
      `insert into answers (response_id, event_id, question_id, option_id, learning_outcome_id)
        select r.id, r.event_id, q.question_id, q.first + (r.id * 7 + r.id / 13 + slot.key * 3) % q.options, case when slot.value like 'outcomes%' then (e.course_id - 1) * 4 + substr(slot.value, 10) end
        from responses r join events e on e.id = r.event_id join json_each('${JSON.stringify(slots)}') slot
        join (select q.id as question_id, q.key, min(o.id) as first, count(*) as options from questions q join options o on o.question_id = q.id
          where q.instrument_id = ${instrumentOf(stage)} group by q.id) q on q.key = substr(slot.value, 1, instr(slot.value || ' ', ' ') - 1)
        where r.stage = '${stage}'`,
    )
  }
  for (const { sql } of indexes.rows) await client.execute(String(sql))
}

async function certificates(client: Runs, { certificates }: Size): Promise<void> {
  const rows = await Promise.all(
    Array.from({ length: certificates }, async (_, n) => {
      const claims: Claims = {
        partnership: 'Example Safeguarding Partnership',
        person: `Invented Person${n}`,
        course: 'Invented course number 1',
        level: 'Group B',
        dates: 'Thursday 24 April 2025',
        hours: 6,
        participatoryHours: 5,
        learningOutcomes: [1, 2, 3, 4].map((one) => `I can do the thing that number ${one} of this course is about`),
        trainersAgencies: ['Invented agency 3', 'Invented agency 7'],
        signatory: { name: 'Rosalind Ekwueme', job: 'Training coordinator' },
        number: `EX-2026-${String(n + 1).padStart(6, '0')}`,
        issuedOn: '28 April 2025',
        example: true,
      }
      const codeHash = createHash('sha256')
        .update(await certificateCode(secrets, n + 1))
        .digest('hex')
      return { id: n + 1, number: claims.number, codeHash, snapshot: JSON.stringify(claims) }
    }),
  )
  await client.execute({
    sql: `insert into certificates (id, booking_id, number, code_hash, awarded_at, because, snapshot)
      select value ->> 'id', ${firstId.booking} + (value ->> 'id' - 1) / 90 * 100 + (value ->> 'id' - 1) % 90, value ->> 'number', value ->> 'codeHash', ${start - 400 * day}, 'survey', value ->> 'snapshot' from json_each(?)`,
    args: [JSON.stringify(rows)],
  })
}

// What a row uses up is added just before it, so that the rows before it find the size they name

/** Further events with a hundred and twenty free places each. */
export async function addEventsToBook(client: Runs, count: number): Promise<void> {
  await events(client, 'eventToBook', count, '2026-10-01', 60, '2026-27')
}

/** Further follow-ups that nobody has answered; their booking ids are `bookingToAnswer` on, those ending in 90 to 99 left out. */
export async function addFollowUpsToAnswer(client: Runs, count: number, people: number): Promise<void> {
  const eventCount = Math.ceil(count / 90)
  await events(client, 'eventToAnswer', eventCount, '2026-05-01', 40, '2026-27')
  await book(client, 'eventToAnswer', firstId.bookingToAnswer, eventCount, people)
  await marks(client, firstId.bookingToAnswer, eventCount)
  await ask(
    client,
    firstId.bookingToAnswer,
    firstId.bookingToAnswer + eventCount * bookedAtEach,
    'cast(null as integer)',
  )
}

/** Further people, each of whom came to one event three months before `askingTime`, so that all are to be asked on that day. */
export async function addFallingDue(client: Runs, count: number, { people: before }: Size): Promise<void> {
  const eventCount = count / bookedAtEach
  await people(client, before, count)
  await events(client, 'eventFallingDue', eventCount, '2026-06-15', 0, '2026-27')
  await book(client, 'eventFallingDue', firstId.bookingFallingDue, eventCount, count, firstId.person + before)
  await marks(client, firstId.bookingFallingDue, eventCount, bookedAtEach)
  await client.execute(
    `insert into commitments (booking_id, position, kind, suggestion_id, made_at)
      select b.id, 1, 'suggestion', (e.course_id - 1) * 4 + 1 + b.id % 4, b.at from bookings b join events e on e.id = b.event_id
      where b.id >= ${firstId.bookingFallingDue} and b.id < ${firstId.bookingFallingDue + count}`,
  )
}

/** The booking of the nth follow-up of those. */
export const followUpToAnswer = (n: number): number => firstId.bookingToAnswer + Math.floor(n / 90) * 100 + (n % 90)

/** The booking of the nth of the follow-ups that stand unanswered in the data. */
export const unansweredFollowUp = (n: number, { pastEvents }: Size): number =>
  firstId.booking + (n % pastEvents) * 100 + 70 + (Math.floor(n / pastEvents) % 20)
