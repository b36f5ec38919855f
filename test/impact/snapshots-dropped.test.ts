/** A snapshot of an event is dropped with the first change to what it was made from. */
import { describe, expect, it } from 'vitest'
import { type Attender, attend } from './attenders.ts'
import { openWorlds } from './open-worlds.ts'

const world = openWorlds()

const answered: Attender = { practice: 'once', before: [0, 1], now: [2, 3] }

describe('a snapshot', () => {
  /** Two events of two courses, each with one person who answered, and what is theirs. */
  async function two() {
    const w = await world()
    const { client, stage } = w
    await client.execute(
      `insert into courses (code, title, aims, level, audience, key_behaviour, minutes, participatory_minutes, attendance_rule, earns, why)
        select 'OTH1', title, aims, level, audience, key_behaviour, minutes, participatory_minutes, attendance_rule, earns, why from courses`,
    )
    const other = Number((await client.execute("select id from courses where code = 'OTH1'")).rows[0]!.id)
    const mine = await stage.event({ on: ['2026-01-20', '2026-01-21'] })
    const theirs = await stage.event({ on: ['2026-01-22'], courseId: other })
    const [a] = await attend(w, mine, [{ ...answered }])
    const [b] = await attend(w, theirs, [{ ...answered }])
    for (const id of [a!, b!])
      await client.execute(
        `insert into commitments (booking_id, position, kind, made_at) values (${id}, 1, 'nothing', 0)`,
      )
    return { w, mine, theirs, a: a!, b: b!, course: stage.course, bea: stage.bea }
  }
  type Two = Awaited<ReturnType<typeof two>>

  const copy = (table: string, columns: string, values: string, where: string) =>
    `insert into ${table} (${columns}) select ${values} from ${table} where ${where} limit 1`
  const bookingColumns =
    'agency_id, sector_id, role_group, workforce, charge_tier, source, terms_version, at, state' as const
  const session = (event: number) => `(select id from event_sessions where event_id = ${event} and position = 1)`
  const one = (table: string, event: number) => `id = (select min(id) from ${table} where event_id = ${event})`

  /** What is written, and whose snapshots are gone then: of the first event, or of both. */
  const writes: [what: string, sql: (of: Two) => string, gone?: 'both' | 'theirs'][] = [
    [
      'a booking is made',
      ({ a, bea }) =>
        copy(
          'bookings',
          `event_id, person_id, day_code, ${bookingColumns}`,
          `event_id, ${bea}, 'NEW234', ${bookingColumns}`,
          `id = ${a}`,
        ),
    ],
    ['a booking is another person’s', ({ a, bea }) => `update bookings set person_id = ${bea} where id = ${a}`],
    ['a booking is given up', ({ a }) => `update bookings set state = 'cancelled' where id = ${a}`],
    [
      'a booking is of another event',
      ({ a, theirs }) => `update bookings set event_id = ${theirs} where id = ${a}`,
      'both',
    ],
    ['a booking is removed', ({ b }) => `delete from bookings where id = ${b}`, 'theirs'],
    [
      'a mark is made',
      ({ a, mine, bea }) =>
        `insert into marks (event_session_id, booking_id, mark, at, replaced_at, "by") values (${session(mine)}, ${a}, 'absent', 0, 1, ${bea})`,
    ],
    ['a mark is replaced', ({ a }) => `update marks set replaced_at = 1 where booking_id = ${a}`],
    [
      'a mark is of another event session',
      ({ a, mine, theirs }) =>
        `update marks set event_session_id = ${session(theirs)} where booking_id = ${a} and event_session_id = ${session(mine)}`,
      'both',
    ],
    ['a mark is removed', ({ a }) => `delete from marks where booking_id = ${a}`],
    [
      'an event session is added',
      ({ mine }) =>
        `insert into event_sessions (event_id, position, "on", starts, ends, online) values (${mine}, 3, '2026-01-23', '09:30', '16:30', 0)`,
    ],
    [
      'an event session is changed',
      ({ mine }) => `update event_sessions set "on" = '2026-01-19' where event_id = ${mine}`,
    ],
    [
      'an event session is of another event',
      ({ mine, theirs }) => `update event_sessions set event_id = ${theirs} where event_id = ${mine} and position = 2`,
      'both',
    ],
    [
      'an event session is removed',
      ({ mine }) => `delete from event_sessions where event_id = ${mine} and position = 2`,
    ],
    ['an event begins at another time', ({ mine }) => `update events set starts_at = starts_at + 1 where id = ${mine}`],
    ['an event ends on another day', ({ mine }) => `update events set last_on = '2026-01-25' where id = ${mine}`],
    [
      'an event is of another course',
      ({ mine, course }) =>
        `update events set course_id = (select id from courses where id <> ${course}) where id = ${mine}`,
    ],
    ['an event is removed', ({ mine }) => `delete from events where id = ${mine}`],
    [
      'a course has another rule of attendance',
      ({ course }) => `update courses set attendance_rule = 'any' where id = ${course}`,
    ],
    [
      'a course earns another follow-up',
      ({ course }) => `update courses set earns = 'one-question' where id = ${course}`,
    ],
    [
      'somebody begins to answer',
      ({ a }) =>
        copy(
          'responses',
          'booking_id, event_id, stage, instrument_id, channel, started_at',
          "booking_id, event_id, 'end', instrument_id, channel, started_at",
          `booking_id = ${a}`,
        ),
    ],
    [
      'an answer is doubted',
      ({ mine }) => `update responses set doubted_because = 'too-fast' where ${one('responses', mine)}`,
    ],
    [
      'a response is of another event',
      ({ mine, theirs }) => `update responses set event_id = ${theirs} where ${one('responses', mine)}`,
      'both',
    ],
    ['a response is removed', ({ mine }) => `delete from responses where ${one('responses', mine)}`],
    [
      'an option is chosen',
      ({ mine }) =>
        copy(
          'answers',
          'response_id, event_id, question_id, option_id',
          'response_id, event_id, question_id, option_id + 1',
          `event_id = ${mine} and learning_outcome_id is null`,
        ),
    ],
    [
      'another option is chosen',
      ({ mine }) => `update answers set option_id = option_id + 1 where ${one('answers', mine)}`,
    ],
    [
      'an answer is of another event',
      ({ mine, theirs }) => `update answers set event_id = ${theirs} where ${one('answers', mine)}`,
      'both',
    ],
    ['an answer is taken back', ({ mine }) => `delete from answers where ${one('answers', mine)}`],
    [
      'a follow-up is opened',
      ({ a, b, mine, theirs }) =>
        `delete from follow_ups where booking_id in (${a}, ${b}); ${again(mine)}; ${again(theirs)}; insert into follow_ups (booking_id, event_id, person_id, target_on, opened_at) select id, event_id, person_id, '2026-04-20', 0 from bookings where id = ${a}`,
    ],
    ['a follow-up is closed', ({ a }) => `update follow_ups set closed_because = 'left' where booking_id = ${a}`],
    [
      'a follow-up is of another event',
      ({ a, theirs }) => `update follow_ups set event_id = ${theirs} where booking_id = ${a}`,
      'both',
    ],
    ['a follow-up is removed', ({ a }) => `delete from follow_ups where booking_id = ${a}`],
    [
      'a commitment is made',
      ({ a }) => `insert into commitments (booking_id, position, kind, made_at) values (${a}, 2, 'nothing', 0)`,
    ],
    ['a commitment is changed', ({ a }) => `update commitments set kind = 'not-sure' where booking_id = ${a}`],
    [
      'a commitment is of another booking',
      ({ a, b }) => `update commitments set booking_id = ${b}, position = 2 where booking_id = ${a}`,
      'both',
    ],
    ['a commitment is removed', ({ a }) => `delete from commitments where booking_id = ${a}`],
    [
      'an event is cancelled',
      ({ mine }) => `insert into event_cancellations (event_id, at, reason) values (${mine}, 0, 'Ill')`,
    ],
    [
      'a cancellation is of another event',
      ({ mine, theirs }) =>
        `insert into event_cancellations (event_id, at, reason) values (${mine}, 0, 'Ill'); ${again(mine)}; update event_cancellations set event_id = ${theirs}`,
      'both',
    ],
    [
      'a cancellation is taken back',
      ({ mine }) =>
        `insert into event_cancellations (event_id, at, reason) values (${mine}, 0, 'Ill'); ${again(mine)}; delete from event_cancellations`,
    ],
    [
      'a version of the general questions is published',
      () => "insert into instruments (stage, version, published_at) values ('follow-up', 99, 0)",
      'both',
    ],
  ]
  const again = (event: number) =>
    `insert or replace into event_snapshots (event_id, shape, settled, made_on, packed) values (${event}, 'a form', 1, '2026-02-01', x'00')`

  /** Whose snapshots are left when this was written, each time from the start. */
  async function leftAfter({ w, mine, theirs }: Two, sql: string): Promise<number[]> {
    const writing = await w.client.transaction('write')
    try {
      for (const one of `PRAGMA defer_foreign_keys=ON; ${again(mine)}; ${again(theirs)}; ${sql}`.split('; '))
        await writing.execute(one)
      const { rows } = await writing.execute('select event_id from event_snapshots order by event_id')
      return rows.map((row) => Number(row.event_id))
    } finally {
      writing.close()
    }
  }

  it('is dropped with every change to what it was made from, and no other with it', async () => {
    const of = await two()
    for (const [what, sql, gone] of writes) {
      const left = gone === 'both' ? [] : gone === 'theirs' ? [of.mine] : [of.theirs]
      expect({ what, left: await leftAfter(of, sql(of)) }).toEqual({ what, left })
    }
  })

  it('stays while nothing of it is touched', async () => {
    const of = await two()
    for (const sql of [
      "update courses set title = 'Another title', attendance_rule = attendance_rule, earns = earns",
      "update events set notes = 'Bring a coat', capacity = 40, starts_at = starts_at, last_on = last_on",
      "update people set name = 'Another Name', email = null, erased_at = 1",
      "update sectors set education = 1; update agencies set name = 'Renamed ' || id",
      "insert into instruments (stage, course_id, version, published_at) values ('follow-up', 1, 1, 0)",
    ])
      expect({ sql, left: await leftAfter(of, sql) }).toEqual({ sql, left: [of.mine, of.theirs] })
  })

  it('is watched over in every table that it is made from, also after a change of the schema has built one anew', async () => {
    const { client } = await world()
    const { rows } = await client.execute(
      "select tbl_name, count(*) as n from sqlite_schema where type = 'trigger' and sql like '%DELETE FROM event_snapshots%' group by 1 order by 1",
    )
    expect(rows.map((row) => [row.tbl_name, row.n])).toEqual([
      ['answers', 3],
      ['bookings', 3],
      ['commitments', 3],
      ['courses', 1],
      ['event_cancellations', 3],
      ['event_sessions', 3],
      ['events', 2],
      ['follow_ups', 3],
      ['instruments', 1],
      ['marks', 3],
      ['responses', 3],
    ])
  })
})
