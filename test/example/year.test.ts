import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client, InValue } from '@libsql/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cast } from '#db/example/cast.ts'
import { exampleStart, fillExample } from '#db/example/fill.ts'
import { schoolHolidays } from '#db/example/terms.ts'
import { migrate } from '#db/migrate.ts'
import { openFile } from '#db/open-node.ts'
import { installation } from '#db/schema.ts'
import { addDays, daysBetween, isWorkingDay, londonClock, londonDate, weekday } from '#server/calendar.ts'
import { askingInstant, dueDates, lateAfter, reminderOn } from '#server/surveys/due-dates.ts'

const folder = mkdtempSync(join(tmpdir(), 'afterwards-example-'))
const taught = "e.kind in ('course', 'learning-event')"
const counted = "r.stage = 'follow-up' and r.core_at is not null and r.doubted_because is null"

async function filled(name: string) {
  const store = await openFile(join(folder, name), { thread: false })
  await migrate(store.client, 0)
  await store.write((db) =>
    db.insert(installation).values({ id: 1, mode: 'example', madeAt: 0, clockAt: exampleStart }),
  )
  const said: [number, string][] = []
  const started = performance.now()
  await fillExample(store, {
    clockAt: exampleStart,
    certificateCode: (id) => `code ${id}`,
    progress: (fraction, words) => said.push([fraction, words]),
  })
  return { store, said, took: performance.now() - started }
}

/** Every row of every table, in the order of its key. */
async function hashOf(client: Client): Promise<string> {
  const hash = createHash('sha256')
  const tables = await client.execute(
    "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name",
  )
  for (const { name } of tables.rows) {
    hash.update(String(name))
    for (const row of (await client.execute(`select * from "${name}" order by 1, 2`)).rows)
      hash.update(JSON.stringify(Object.values(row)))
  }
  return hash.digest('hex')
}

let client: Client
let first: Awaited<ReturnType<typeof filled>>

beforeAll(async () => {
  first = await filled('first.db')
  client = first.store.client
  console.log(`The example was filled in ${Math.round(first.took)} ms`)
})

afterAll(async () => {
  await first.store.close()
  rmSync(folder, { recursive: true, force: true })
})

// biome-ignore lint/suspicious/noExplicitAny: rows of plain SQL
type Plain = Record<string, any>

async function rows(sql: string, args: InValue[] = []): Promise<Plain[]> {
  const result = await client.execute({ sql, args })
  return result.rows.map((row) => Object.fromEntries(result.columns.map((column) => [column, row[column]])))
}

const row = async (sql: string, args: InValue[] = []): Promise<Plain> => (await rows(sql, args))[0] ?? {}
const number = async (sql: string, args: InValue[] = []): Promise<number> =>
  Number(Object.values(await row(sql, args))[0])

const inYear = `from events e join courses c on c.id = e.course_id join programmes p on p.id = e.programme_id where p.name = ? and ${taught}`
const attended = `from attendances a join events e on e.id = a.event_id join courses c on c.id = e.course_id join programmes p on p.id = e.programme_id join bookings b on b.id = a.booking_id`

it('shows the agreed requirement: two agencies have agreed, each with a lead of its own who chases', async () => {
  expect(
    await rows(
      'select a.agreed_on as "on", g.parent_id as parent, exists (select 1 from roles r where r.person_id = a.chaser_id and r.role = \'agency-lead\' and r.agency_id = a.agency_id) as leads from agreements a join agencies g on g.id = a.agency_id',
    ),
  ).toEqual([
    { on: '2026-04-20', parent: null, leads: 1 },
    { on: '2026-04-20', parent: null, leads: 1 },
  ])
  expect(await row("select value from settings where name = 'requirement-agreed-on'")).toEqual({ value: '2026-04-20' })
})

describe('the year 2025-26, to the last digit of figures.md', () => {
  it('ran 59 events of 21 courses with 1,326 places and 905 attendances', async () => {
    expect(
      await row(`select count(*) events, count(distinct c.id) courses, sum(e.capacity) places ${inYear}`, ['2025-26']),
    ).toEqual({ events: 59, courses: 21, places: 1326 })
    expect(await number(`select count(*) ${attended} where p.name = '2025-26' and ${taught}`)).toBe(905)
    expect(
      await number(
        `select count(*) from (select distinct b.person_id, e.id ${attended} where p.name = '2025-26' and ${taught})`,
      ),
    ).toBe(905)
  })

  it('was led by the Introduction with 80, Effective Supervision with 73 over two days, and no other course over 79', async () => {
    const courses = await rows(
      `select c.code, count(distinct e.id) events, (select sum(x.capacity) from events x join programmes y on y.id = x.programme_id where x.course_id = c.id and y.name = '2025-26') places, count(*) came ${attended} where p.name = '2025-26' and ${taught} group by c.code`,
    )
    const of = (code: string) => courses.find((course) => course.code === code)
    expect(of('INTRO')).toEqual({ code: 'INTRO', events: 5, places: 110, came: 80 })
    expect(of('SUPER')).toEqual({ code: 'SUPER', events: 4, places: 96, came: 73 })
    const others = courses.filter(({ code }) => code !== 'INTRO' && code !== 'SUPER')
    const sum = (key: string) => others.reduce((total, course) => total + Number(course[key]), 0)
    expect([others.length, sum('events'), sum('places'), sum('came')]).toEqual([19, 50, 1120, 752])
    expect(Math.max(...others.map(({ came }) => Number(came)))).toBeLessThan(80)
    expect(
      await rows(
        `select count(*) n from event_sessions s join events e on e.id = s.event_id join courses c on c.id = e.course_id group by e.id having (c.code = 'SUPER') <> (count(*) = 2)`,
      ),
    ).toEqual([])
  })

  it('counts attendances by the top agency of the day: 127, 281, four of 5 to 8 with 26 together, eight others with 471', async () => {
    const agencies = await rows(
      `select t.name, count(*) came ${attended} join agencies g on g.id = b.agency_id join agencies t on t.id = ifnull(g.parent_id, g.id) where p.name = '2025-26' and ${taught} group by t.id order by came`,
    )
    expect(agencies).toHaveLength(14)
    const came = (name: string) => agencies.find((agency) => agency.name === name)?.came
    expect(came('Ashmere Education Service')).toBe(127)
    expect(came('Ashmere Children’s Services')).toBe(281)
    const small = agencies.filter(({ came }) => came <= 8)
    expect(small.map(({ came }) => came)).toEqual([5, 6, 7, 8])
    const others = agencies.filter(({ came, name }) => came > 8 && !/Education|Children/.test(name))
    expect(others).toHaveLength(8)
    expect(others.reduce((sum, { came }) => sum + came, 0)).toBe(471)
  })

  it('counts some people where they were then, not where they are now', async () => {
    expect(
      await number(
        'select count(*) from bookings b join people p on p.id = b.person_id where b.agency_id <> p.agency_id',
      ),
    ).toBeGreaterThan(10)
  })

  it('heard from 320 of 905 and matched 300 on the first learning outcome: 120, 60, 81, 27 and 12', async () => {
    expect(
      await number(
        `select count(*) from responses r join events e on e.id = r.event_id join programmes p on p.id = e.programme_id where ${counted} and p.name = '2025-26' and ${taught}`,
      ),
    ).toBe(320)
    const moves = await movesOf(`p.name = '2025-26' and ${taught}`)
    const of = (wanted: (from: number, to: number) => boolean) =>
      moves.filter(({ was, is }) => wanted(was, is)).reduce((sum, { n }) => sum + n, 0)
    expect(of(() => true)).toBe(300)
    expect(of((was, is) => was === 2 && is === 3)).toBe(120)
    expect(of((was, is) => was === 3 && is === 4)).toBe(60)
    expect(of((was, is) => was === is)).toBe(81)
    expect(of((was, is) => was < is && !(was === 2 && is === 3) && !(was === 3 && is === 4))).toBe(27)
    expect(of((was, is) => was > is)).toBe(12)
  })

  it('charged 14 people £40 for not attending, 44 the year before, late cancellations apart', async () => {
    const charged = await rows(
      `select p.name year, count(*) n, sum(h.sum_pence) pence from charges h join bookings b on b.id = h.booking_id join events e on e.id = b.event_id join programmes p on p.id = e.programme_id where h.kind = 'non-attendance' and h.waived_because is null group by p.name`,
    )
    expect(charged).toContainEqual({ year: '2025-26', n: 14, pence: 56000 })
    expect(charged).toContainEqual({ year: '2024-25', n: 44, pence: 176000 })
    expect(
      await number(
        `select count(*) from charges where kind = 'non-attendance' and booking_id in (select booking_id from attendances)`,
      ),
    ).toBe(0)
    expect(await number(`select count(*) from charges where kind = 'late-cancellation'`)).toBeGreaterThan(0)
  })

  it('reached 55 of the 60 schools and colleges at the forum', async () => {
    expect(await number(`select count(*) from agencies where expected_from is not null`)).toBe(60)
    expect(
      await number(
        `select count(distinct b.agency_id) ${attended} join agencies g on g.id = b.agency_id where p.name = '2025-26' and e.kind = 'forum' and g.expected_from is not null`,
      ),
    ).toBe(55)
  })

  it('has events and courses that the small-number rule lets show their answers', async () => {
    const shown = await rows(
      `select c.code, e.id, count(*) came, (select count(*) from responses r where r.event_id = e.id and ${counted}) answered ${attended} where p.name = '2025-26' and ${taught} group by e.id`,
    )
    const events = shown.filter(({ came, answered }) => came >= 10 && answered >= 5)
    expect(events.length).toBeGreaterThan(25)
    expect(events.filter(({ code }) => code === 'INTRO').length).toBeGreaterThanOrEqual(2)
    expect(shown.filter(({ answered }) => answered > 0 && answered < 5).length).toBeGreaterThan(5)
    const byCourse = Map.groupBy(shown, ({ code }) => code)
    const answered = [...byCourse.values()].map((all) => all.reduce((sum, one) => sum + one.answered, 0))
    expect(answered.filter((n) => n >= 10).length).toBeGreaterThan(15)
  })
})

describe('the year 2024-25', () => {
  it('heard from 187 of 850, with 9 at Effective Supervision', async () => {
    expect(await number(`select count(*) ${attended} where p.name = '2024-25' and ${taught}`)).toBe(850)
    expect(
      await number(
        `select count(*) from responses r join events e on e.id = r.event_id join programmes p on p.id = e.programme_id where ${counted} and p.name = '2024-25' and ${taught}`,
      ),
    ).toBe(187)
    expect(await number(`select count(*) ${attended} where p.name = '2024-25' and c.code = 'SUPER'`)).toBe(9)
  })
})

describe('the conference of January 2026', () => {
  const here = "e.kind = 'conference' and p.name = '2025-26'"

  it('was booked by 91; 80 came, 77 could be reached and were asked, 42 answered', async () => {
    expect(
      await number(
        `select count(*) from bookings b join events e on e.id = b.event_id join programmes p on p.id = e.programme_id where ${here}`,
      ),
    ).toBe(91)
    expect(await number(`select count(*) ${attended} where ${here}`)).toBe(80)
    expect(
      await number(
        `select count(*) ${attended} where ${here} and not exists (select 1 from bounces x where x.person_id = b.person_id and x.settled_at is null)`,
      ),
    ).toBe(77)
    expect(
      await number(
        `select count(*) from contacts x join bookings b on b.id = x.booking_id join events e on e.id = b.event_id join programmes p on p.id = e.programme_id where ${here} and x.step = 'invitation'`,
      ),
    ).toBe(77)
    expect(
      await number(
        `select count(*) from opt_outs x join bookings b on b.id = x.booking_id join events e on e.id = b.event_id join programmes p on p.id = e.programme_id where ${here}`,
      ),
    ).toBe(0)
    expect(
      await row(
        `select min(first_asked_on) asked, max(last_asked_on) again from follow_ups f join events e on e.id = f.event_id join programmes p on p.id = e.programme_id where ${here}`,
      ),
    ).toEqual({ asked: '2026-04-30', again: '2026-05-21' })
  })

  it('was answered 15, 11, 5, 3, 4, 1 and 3', async () => {
    const said = await rows(
      `select o.key, count(*) n from responses r join events e on e.id = r.event_id join programmes p on p.id = e.programme_id join answers w on w.response_id = r.id join questions q on q.id = w.question_id join options o on o.id = w.option_id where ${here} and ${counted} and q.key = 'practice' group by o.key`,
    )
    const of = (...keys: string[]) => said.filter(({ key }) => keys.includes(key)).reduce((sum, { n }) => sum + n, 0)
    expect(of('routine')).toBe(15)
    expect(of('once')).toBe(11)
    expect(of('started')).toBe(5)
    expect(of('not-yet', 'did-not-fit')).toBe(3)
    expect(of('no-chance')).toBe(4)
    expect(of('left')).toBe(1)
    expect(of('already')).toBe(3)
  })

  it('was answered fully by 31 and matched for 28, as the sketch of its page has it', async () => {
    expect(
      await number(
        `select count(*) from responses r join events e on e.id = r.event_id join programmes p on p.id = e.programme_id where ${here} and r.stage = 'follow-up' and r.full_at is not null`,
      ),
    ).toBe(31)
    const matrix = [0, 1, 2, 3].map(() => [0, 0, 0, 0])
    for (const { was, is, n } of await movesOf(here)) matrix[was - 1]![is - 1] = n
    expect(matrix).toEqual([
      [1, 3, 4, 0],
      [1, 3, 6, 1],
      [0, 2, 4, 1],
      [0, 0, 0, 2],
    ])
  })

  it('names the obstacles of the sketch', async () => {
    const said = await rows(
      `select o.key, count(*) n from responses r join events e on e.id = r.event_id join programmes p on p.id = e.programme_id join answers w on w.response_id = r.id join questions q on q.id = w.question_id join options o on o.id = w.option_id where ${here} and r.stage = 'follow-up' and q.key = 'in-the-way' and o.key <> 'nothing' group by o.key order by n desc`,
    )
    expect(said).toEqual([
      { key: 'time', n: 11 },
      { key: 'unsure-how', n: 7 },
      { key: 'no-case', n: 4 },
      { key: 'another-agency', n: 3 },
    ])
  })
})

describe('the history keeps the follow-up’s own rules', () => {
  it('asks nobody twice within 28 days, nor more than four times in twelve months, nor in two series at once', async () => {
    const asked = await rows(
      'select person_id person, first_asked_on first, last_asked_on last, closed_at closed from follow_ups order by person_id, first_asked_on',
    )
    const faults: string[] = []
    for (const [person, series] of Map.groupBy(asked, ({ person }) => person))
      for (const [i, one] of series.entries()) {
        const next = series[i + 1]
        const fifth = series[i + 4]
        const over = one.closed === null ? addDays(one.last, 30) : londonDate(one.closed)
        if (next && daysBetween(one.first, next.first) < 28) faults.push(`${person} within 28 days`)
        if (next && next.first <= over) faults.push(`${person} in two series`)
        if (fifth && daysBetween(one.first, fifth.first) <= 366) faults.push(`${person} five times`)
      }
    expect(asked.length).toBeGreaterThan(1900)
    expect(faults).toEqual([])
  })

  it('asks on the day that the dates give, at ten, and reminds four working days later whoever has not answered', async () => {
    const facts = await rows(
      `select b.id booking, s.education, e.last_on, f.target_on, r.core_at, o.at opted_out, (select min(x.at) from bounces x where x.person_id = b.person_id) bounced,
        (select x."on" from contacts x where x.booking_id = b.id and x.step = 'invitation') invited,
        (select x."on" from contacts x where x.booking_id = b.id and x.step = 'reminder-1') reminded,
        (select count(*) from contacts x where x.booking_id = b.id) contacts
        from attendances a join bookings b on b.id = a.booking_id join events e on e.id = b.event_id join courses c on c.id = e.course_id join sectors s on s.id = b.sector_id
        left join follow_ups f on f.booking_id = b.id left join responses r on r.booking_id = b.id and r.stage = 'follow-up' left join opt_outs o on o.booking_id = b.id
        where c.earns in ('full', 'one-question')`,
    )
    const faults: unknown[] = []
    for (const fact of facts) {
      const asking = {
        lastSessionOn: fact.last_on,
        education: Boolean(fact.education),
        termDates: [...schoolHolidays],
        pauses: [],
      }
      const { send, target, outOfPattern } = dueDates(asking)
      const isDue = askingInstant(send) <= exampleStart
      if (fact.bounced !== null && fact.bounced < askingInstant(send)) {
        if (fact.invited !== null) faults.push({ ...fact, why: 'asked at an address that refuses mail' })
        continue
      }
      if (!isDue) {
        if (fact.invited !== null) faults.push({ ...fact, why: 'asked too early' })
        continue
      }
      if (outOfPattern || fact.invited !== send || fact.target_on !== target)
        faults.push({ ...fact, why: 'invited on another day', send })
      if (weekday(send) < 2 || weekday(send) > 4 || !isWorkingDay(send))
        faults.push({ ...fact, why: 'a day that does not fit' })
      const remindOn = reminderOn(send, 1, asking)
      const ended = Math.min(fact.core_at ?? Infinity, fact.opted_out ?? Infinity)
      const isReminded = askingInstant(remindOn) <= exampleStart && ended > askingInstant(remindOn)
      if (fact.reminded !== (isReminded ? remindOn : null)) faults.push({ ...fact, why: 'reminded wrongly', remindOn })
      if (fact.core_at !== null && londonDate(fact.core_at) > lateAfter(target)) faults.push({ ...fact, why: 'late' })
    }
    expect(facts.length).toBeGreaterThan(2000)
    expect(faults.slice(0, 5)).toEqual([])
    const times = await rows(`select distinct m.queued_at at from messages m where m.kind like 'follow-up-%'`)
    expect(new Set(times.map(({ at }) => londonClock(at)))).toEqual(new Set(['10:00']))
  })

  it('takes each step once, never after an answer, and an answer comes more than a minute after the hand-over', async () => {
    expect(
      await number('select count(*) from (select 1 from contacts group by booking_id, step having count(*) > 1)'),
    ).toBe(0)
    expect(
      await number(
        `select count(*) from contacts x join messages m on m.id = x.message_id join responses r on r.booking_id = x.booking_id and r.stage = 'follow-up' where m.sent_at > r.core_at - 60000`,
      ),
    ).toBe(0)
    expect(
      await number(
        `select count(*) from responses r where r.stage = 'follow-up' and r.wave <> (select count(*) from contacts x where x.booking_id = r.booking_id)`,
      ),
    ).toBe(0)
    expect(
      await number(
        `select count(*) from responses r where r.stage = 'follow-up' and r.booking_id not in (select booking_id from attendances)`,
      ),
    ).toBe(0)
    expect(
      await number(
        `select count(*) from follow_ups f join responses r on r.booking_id = f.booking_id and r.stage = 'follow-up' where f.closed_because is not 'answered' or f.closed_at <> r.core_at`,
      ),
    ).toBe(0)
    expect(
      await number(
        `select count(*) from follow_ups where closed_because = 'answered' and booking_id not in (select booking_id from responses where stage = 'follow-up')`,
      ),
    ).toBe(0)
  })

  it('uses what was said before only when it was said before', async () => {
    expect(
      await number(
        `select count(*) from responses r join events e on e.id = r.event_id where r.stage = 'before' and r.core_at >= e.starts_at`,
      ),
    ).toBe(0)
  })
})

describe('the rows are those that the verbs write', () => {
  it('has a state that equals the last step of each booking', async () => {
    expect(
      await number(
        'select count(*) from bookings b where b.state is not (select s.step from booking_steps s where s.booking_id = b.id order by s.at desc, s.id desc limit 1)',
      ),
    ).toBe(0)
  })

  it('never has more people than places, at no moment', async () => {
    const steps = await rows(
      `select b.event_id event, e.capacity, s.step, s.at from booking_steps s join bookings b on b.id = s.booking_id join events e on e.id = b.event_id order by s.at, s.id`,
    )
    const seated = new Map<number, number>()
    const over = new Set<number>()
    for (const { event, capacity, step } of steps) {
      const n = (seated.get(event) ?? 0) + (step === 'confirmed' ? 1 : -1)
      seated.set(event, n)
      if (n > capacity) over.add(event)
    }
    expect([...over]).toEqual([])
  })

  it('books while booking is open, cancels before the day, marks on it and awards after it, all before the clock starts', async () => {
    expect(
      await number(
        'select count(*) from bookings b join events e on e.id = b.event_id where b.at < e.booking_opens_at or b.at >= e.booking_closes_at',
      ),
    ).toBe(0)
    expect(
      await number(
        `select count(*) from booking_steps s join bookings b on b.id = s.booking_id join events e on e.id = b.event_id where s.step = 'cancelled' and (s.at >= e.starts_at or s.at <= b.at)`,
      ),
    ).toBe(0)
    expect(
      await number(
        'select count(*) from marks m join bookings b on b.id = m.booking_id join event_sessions s on s.id = m.event_session_id where s.event_id <> b.event_id',
      ),
    ).toBe(0)
    expect(
      await number(
        'select count(*) from certificates c where c.booking_id not in (select booking_id from attendances)',
      ),
    ).toBe(0)
    const waiting = await rows(
      'select distinct e.last_on from attendances a join events e on e.id = a.event_id where a.booking_id not in (select booking_id from certificates)',
    )
    expect(waiting).toEqual([{ last_on: '2026-09-11' }])
    for (const table of ['bookings', 'booking_steps', 'marks', 'history', 'charges'])
      expect(await number(`select max(at) from ${table}`)).toBeLessThan(exampleStart)
    expect(await number('select max(sent_at) from messages')).toBeLessThan(exampleStart)
    expect(await number("select count(*) from messages where state is not 'sent' or attempts <> 1")).toBe(0)
  })

  it('keeps every reference and every check', async () => {
    expect(await rows('pragma foreign_key_check')).toEqual([])
    expect(await rows('pragma integrity_check')).toEqual([{ integrity_check: 'ok' }])
  })

  it('tells of every booking, certificate and asking in the history and by a message', async () => {
    const pairs: [string, string, string][] = [
      ['select count(*) from bookings', 'booking.confirmed', 'booking-confirmation'],
      [`select count(*) from booking_steps where step = 'cancelled'`, 'booking.cancelled', 'booking-cancellation'],
      ['select count(*) from certificates', 'certificate.awarded', 'certificate-ready'],
      [`select count(*) from contacts where step = 'invitation'`, 'follow-up.invited', 'follow-up-invitation'],
      [`select count(*) from contacts where step <> 'invitation'`, 'follow-up.reminded', 'follow-up-reminder'],
    ]
    for (const [facts, what, kind] of pairs) {
      const n = await number(facts)
      expect(n).toBeGreaterThan(0)
      expect(await number('select count(*) from history where what = ?', [what])).toBe(n)
      expect(await number('select count(*) from messages where kind = ?', [kind])).toBe(n)
    }
  })

  it('puts two trainers from different agencies on every event, and nobody on two events in a day', async () => {
    expect(
      await rows(
        `select e.id from events e join assignments a on a.event_id = e.id join people p on p.id = a.trainer_id group by e.id having count(*) <> 2 or count(distinct p.agency_id) <> 2`,
      ),
    ).toEqual([])
    expect(await number('select count(distinct event_id) from assignments')).toBe(
      await number('select count(*) from events'),
    )
    expect(
      await rows(
        `select a.trainer_id from assignments a join event_sessions s on s.event_id = a.event_id group by a.trainer_id, s."on" having count(*) > 1`,
      ),
    ).toEqual([])
  })
})

describe('the partnership', () => {
  it('has 14 top agencies, 60 schools and colleges, 600 people and 24 trainers, whose addresses lead nowhere', async () => {
    expect(await number('select count(*) from agencies where parent_id is null')).toBe(14)
    expect(await number('select count(*) from agencies where parent_id is not null')).toBe(60)
    expect(await number('select count(*) from people')).toBe(600)
    expect(await number('select count(*) from trainers')).toBe(24)
    expect(await number(`select count(*) from people where email not like '%.example'`)).toBe(0)
    expect(await number(`select count(*) from agencies where mailbox not like '%.example'`)).toBe(0)
  })

  it('has its cast, one at least of each role', async () => {
    for (const { as, email, name } of cast) {
      const person = await row('select id, name from people where email = ?', [email])
      expect(person.name).toBe(name)
      if (as !== 'delegate')
        expect(await number('select count(*) from roles where person_id = ? and role = ?', [person.id, as])).toBe(1)
    }
    expect(new Set(cast.map(({ as }) => as)).size).toBe(6)
  })

  it('leaves its delegate a certificate, an answer given and one still being asked, and nothing booked', async () => {
    const person = await number('select id from people where email = ?', [
      cast.find(({ as }) => as === 'delegate')!.email,
    ])
    const follow = await rows(
      'select f.closed_because, f.last_asked_on from follow_ups f where f.person_id = ? order by f.opened_at',
      [person],
    )
    expect(follow).toEqual([
      { closed_because: 'answered', last_asked_on: expect.any(String) },
      { closed_because: null, last_asked_on: '2026-09-09' },
    ])
    expect(
      await number('select count(*) from certificates c join bookings b on b.id = c.booking_id where b.person_id = ?', [
        person,
      ]),
    ).toBe(2)
    expect(
      await number(
        'select count(*) from bookings b join events e on e.id = b.event_id where b.person_id = ? and e.starts_at > ?',
        [person, exampleStart],
      ),
    ).toBe(0)
  })

  it('has some forty-five events ahead, one full, one nearly, and people being asked as the clock starts', async () => {
    const ahead = await rows(
      `select e.id, e.capacity, (select count(*) from bookings b where b.event_id = e.id and b.state = 'confirmed') booked from events e where e.starts_at > ? and e.published_at <= ?`,
      [exampleStart, exampleStart],
    )
    expect(ahead.length).toBeGreaterThanOrEqual(44)
    expect(ahead.filter(({ capacity, booked }) => capacity === booked)).toHaveLength(1)
    expect(ahead.filter(({ capacity, booked }) => capacity - booked === 1)).toHaveLength(1)
    expect(
      await number(`select count(*) from follow_ups where closed_at is null and last_asked_on > '2026-08-15'`),
    ).toBeGreaterThan(20)
    expect(await number(`select count(*) from texts where state = 'held'`)).toBeGreaterThan(0)
    expect(await number(`select count(*) from texts where state = 'held'`)).toBeLessThan(8)
    expect(await number(`select count(*) from texts where state <> 'held' and original is not null`)).toBe(0)
  })
})

describe('filling', () => {
  it('gives the same rows every time', async () => {
    const second = await filled('second.db')
    expect(await hashOf(second.store.client)).toBe(await hashOf(client))
    await second.store.close()
  })

  it('says how far it is, ever further', () => {
    const fractions = first.said.map(([fraction]) => fraction)
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
    expect(fractions.at(-1)).toBe(1)
  })
})

/** Where people stood on the first learning outcome, 1 to 4, before and three months on, and how many moved so. */
async function movesOf(where: string): Promise<{ was: number; is: number; n: number }[]> {
  const anchorOf = (stage: string, response: string) =>
    `select r.booking_id, o.position from responses r join answers w on w.response_id = r.id join questions q on q.id = w.question_id join options o on o.id = w.option_id join learning_outcomes l on l.id = w.learning_outcome_id where r.stage = '${stage}' and q.key = 'outcomes' and l.position = 1${response}`
  return (await rows(
    `select x.position was, y.position "is", count(*) n from (${anchorOf('before', '')}) x join (${anchorOf('follow-up', ' and r.core_at is not null and r.doubted_because is null')}) y on y.booking_id = x.booking_id join bookings b on b.id = x.booking_id join events e on e.id = b.event_id join programmes p on p.id = e.programme_id where ${where} group by 1, 2`,
  )) as { was: number; is: number; n: number }[]
}
