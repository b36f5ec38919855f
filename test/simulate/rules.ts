/*
 * The rules of asking, told a second time and on their own, to hold the engine to them: from rows and the moment of hand-over
 * alone, without the engine's dates and plans. Used by random histories and by the simulated year.
 */
import type { Client } from '@libsql/client'
import { bankHoliday } from '#server/bank-holidays.ts'
import { addDays, addMonths, londonClock, londonDate, type On, weekday } from '#server/calendar.ts'

export interface Broken {
  rule: string
  about: string
}

interface AskedRow {
  bookingId: number
  personId: number
  step: string
  why: string
  lastOn: On
  education: number
  sectorId: number
  agencyId: number
  parentId: number | null
  eventId: number
  awayUntil: On | null
  email: string | null
  erasedAt: number | null
  closedAt: number | null
  answered: number
  attends: number
  voided: number
  optedOut: number
  refused: number
}

const facts = `
  select b.id as bookingId, b.person_id as personId, c.step, c.why, e.last_on as lastOn, s.education, b.sector_id as sectorId,
    b.agency_id as agencyId, a.parent_id as parentId, b.event_id as eventId, p.away_until as awayUntil, p.email, p.erased_at as erasedAt,
    f.closed_at as closedAt,
    exists (select 1 from responses r where r.booking_id = b.id and r.stage = 'follow-up' and r.core_at is not null and (r.doubted_because is null or r.confirmed_at is not null)) as answered,
    exists (select 1 from attendances t where t.booking_id = b.id) as attends,
    exists (select 1 from event_cancellations x where x.event_id = b.event_id) as voided,
    exists (select 1 from opt_outs o join bookings ob on ob.id = o.booking_id join events oe on oe.id = ob.event_id
      where o.person_id = b.person_id and o.undone_at is null and (o.scope = 'all' or oe.course_id = e.course_id)) as optedOut,
    exists (select 1 from bounces n where n.person_id = p.id and n.hard = 1 and n.settled_at is null and n.email = p.email) as refused
  from bookings b join events e on e.id = b.event_id join people p on p.id = b.person_id join sectors s on s.id = b.sector_id join agencies a on a.id = b.agency_id`

/** Whatever is true of a day for this attender, by the rows as they stand. */
export async function holdsOn(client: Client, row: AskedRow, on: On): Promise<string | null> {
  const { rows: paused } = await client.execute({
    sql: `select scope from pauses where lifted_at is null and from_on <= ? and to_on >= ? and (scope = 'everyone' or sector_id = ? or agency_id in (?, ?) or event_id = ? or person_id = ?)`,
    args: [on, on, row.sectorId, row.agencyId, row.parentId ?? -1, row.eventId, row.personId],
  })
  if (paused[0]) return `paused for ${paused[0].scope}`
  if (row.awayUntil !== null && on <= row.awayUntil) return 'away'
  const { rows: put } = await client.execute({
    sql: 'select to_on from postponements where booking_id = ? order by id desc limit 1',
    args: [row.bookingId],
  })
  if (put[0] && on < String(put[0].to_on)) return 'postponed'
  if (row.education) {
    const { rows: closed } = await client.execute({
      sql: 'select 1 from term_dates where closed_from <= ? and closed_to >= ?',
      args: [on, on],
    })
    if (closed.length) return 'school holiday'
  }
  if (bankHoliday(on)) return 'bank holiday'
  return weekday(on) > 5 ? 'weekend' : null
}

const inChristmas = (on: On) => on.slice(5) >= '12-20' || on.slice(5) <= '01-05'

/** The last day that fits a target, and the last on which a missed one may be made up. */
export function windowOf(lastOn: On, education: boolean): { target: On; limit: On; over: On } {
  const target = addMonths(lastOn, 3)
  let limit = addDays(target, 35)
  if (education && /-0[78]-/.test(target)) {
    // The Friday of the third whole week of September.
    let monday = `${target.slice(0, 4)}-09-01`
    while (weekday(monday) !== 1) monday = addDays(monday, 1)
    const friday = addDays(monday, 18)
    if (friday > limit) limit = friday
  }
  return { target, limit, over: addDays(limit, 21) }
}

/** The rules on one asking message at the moment it is handed over. */
export async function brokenAtHandOver(client: Client, messageId: number, now: number): Promise<Broken[]> {
  const on = londonDate(now)
  const clock = londonClock(now)
  const { rows } = await client.execute({
    sql: `${facts} join contacts c on c.booking_id = b.id left join follow_ups f on f.booking_id = b.id where c.message_id = ?`,
    args: [messageId],
  })
  const all = rows as unknown as AskedRow[]
  // A message asks about those of its follow-ups that are still owed; it must not go when none is.
  const owed = all.filter((row) => stopped(row) === null)
  if (!owed.length)
    return [
      {
        rule: 'nobody is asked after a stop condition',
        about: `${all[0]?.step} of ${all[0]?.bookingId}: ${all[0] ? stopped(all[0]) : 'no contact'}`,
      },
    ]
  const broken: Broken[] = []
  const say = (rule: string, about: string) => broken.push({ rule, about: `${about} on ${on}` })
  if (clock < '10:00' || clock >= '16:00') say('asking messages leave between 10:00 and 16:00', `${clock}`)
  for (const row of owed) {
    const who = `${row.step} of booking ${row.bookingId}`
    const hold = await holdsOn(client, row, on)
    if (hold) say('nobody is asked on a day the rules exclude', `${who}: ${hold}`)
    const { rows: steps } = await client.execute({
      sql: `select count(*) as n, count(distinct step) as steps from contacts where booking_id = ?`,
      args: [row.bookingId],
    })
    if (Number(steps[0]!.n) > 4 || steps[0]!.n !== steps[0]!.steps) say('four asking messages at most, each once', who)
    if (row.step !== 'invitation') continue
    const { target } = windowOf(row.lastOn, Boolean(row.education))
    if (on < target) say('nobody is asked before three months', who)
    const isPattern = weekday(on) >= 2 && weekday(on) <= 4
    if (!isPattern && !row.why.includes('Out of pattern'))
      say('invitations go on a Tuesday, Wednesday or Thursday unless marked out of pattern', `${who}: ${row.why}`)
    if (inChristmas(on)) say('nobody is invited between 20 December and 5 January', who)
  }
  return [...broken, ...(await betweenFollowUps(client, owed, messageId, on))]
}

function stopped(row: AskedRow): string | null {
  if (row.answered) return 'answered'
  if (row.optedOut) return 'opted out'
  if (row.refused || row.email === null) return 'no address'
  if (row.erasedAt !== null) return 'erased'
  if (!row.attends) return 'attendance corrected'
  if (row.voided) return 'event voided'
  return row.closedAt !== null ? 'closed' : null
}

async function betweenFollowUps(client: Client, owed: AskedRow[], messageId: number, on: On): Promise<Broken[]> {
  const [first] = owed
  if (!first) return []
  const { rows } = await client.execute({
    sql: `select c.booking_id as bookingId, c.message_id as messageId, m.sent_at as sentAt from contacts c join follow_ups f on f.booking_id = c.booking_id join messages m on m.id = c.message_id
      where f.person_id = ? and c.step = 'invitation' and m.state in ('sent', 'uncertain')`,
    args: [first.personId],
  })
  const before = rows
    .filter((row) => row.sentAt !== null)
    .map((row) => ({
      bookingId: Number(row.bookingId),
      messageId: Number(row.messageId),
      sentAt: Number(row.sentAt),
      on: londonDate(Number(row.sentAt)),
    }))
  const broken: Broken[] = []
  if (first.step === 'invitation') {
    const others = before.filter((row) => row.messageId !== messageId)
    const near = others.find((row) => addDays(row.on, 28) > on && row.on <= on)
    if (near)
      broken.push({
        rule: 'none within 28 days of the last',
        about: `booking ${first.bookingId} on ${on}, ${near.bookingId} on ${near.on}`,
      })
    const year = others.filter((row) => row.on > addMonths(on, -12) && row.on <= on)
    if (year.length + owed.length > 4)
      broken.push({ rule: 'at most four follow-ups in twelve months', about: `person ${first.personId} on ${on}` })
    if (owed.length > 2)
      broken.push({ rule: 'two at most share a message', about: `person ${first.personId} on ${on}` })
  } else {
    const mine = before.find((row) => row.bookingId === first.bookingId)
    const later = before.find((row) => mine && row.sentAt > mine.sentAt)
    if (later)
      broken.push({
        rule: 'one live series for each person',
        about: `booking ${first.bookingId} on ${on} beside ${later.bookingId}`,
      })
  }
  return broken
}

/**
 * Who should have been asked by now and was not. To be called after the chores ran on `on` between 10:00 and 16:00: everyone
 * reachable and not stopped, whose window ends today or is over and whom today suits, stands in a row by now; so does, from
 * the target on, whoever was never asked about anything else.
 */
export async function brokenAfterChores(client: Client, on: On): Promise<Broken[]> {
  if (weekday(on) < 2 || weekday(on) > 4 || inChristmas(on)) return []
  const { rows } = await client.execute(
    `${facts.replace('c.step, c.why,', `'' as step, '' as why,`)} join courses k on k.id = e.course_id left join follow_ups f on f.booking_id = b.id
     where f.booking_id is null and b.state = 'confirmed' and k.earns = 'full'`,
  )
  const waiting = (rows as unknown as AskedRow[]).filter((row) => stopped(row) === null)
  const broken: Broken[] = []
  for (const row of waiting) {
    const { target, limit, over } = windowOf(row.lastOn, Boolean(row.education))
    if (on < target || on > over || (await holdsOn(client, row, on)) !== null) continue
    const { rows: others } = await client.execute({
      sql: `select 1 from bookings b where b.person_id = ? and b.id <> ? and b.state = 'confirmed'`,
      args: [row.personId, row.bookingId],
    })
    if (on >= limit || others.length === 0)
      broken.push({
        rule: 'whoever is reachable and not stopped is asked within the window',
        about: `booking ${row.bookingId} on ${on}`,
      })
  }
  return broken
}

/** Every attender stands in exactly one disposition, told by SQL and by TypeScript alike; and no contact was handed over twice. */
export async function brokenAtEnd(
  client: Client,
  handedOver: readonly { messageId: number; state: string }[],
): Promise<Broken[]> {
  const broken: Broken[] = []
  const seen = new Map<number, number>()
  for (const { messageId } of handedOver) seen.set(messageId, (seen.get(messageId) ?? 0) + 1)
  for (const [messageId, times] of seen)
    if (times > 1)
      broken.push({ rule: 'nobody gets the same contact twice', about: `message ${messageId}, ${times} times` })
  const { rows } = await client.execute(
    `select booking_id, count(*) n from contacts where message_id is not null group by booking_id, step having count(*) > 1`,
  )
  for (const row of rows)
    broken.push({ rule: 'nobody gets the same contact twice', about: `booking ${row.booking_id}` })
  return broken
}
