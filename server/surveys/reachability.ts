import { and, desc, eq, gt, isNotNull, isNull, sql } from 'drizzle-orm'
import { courses, events } from '#db/courses.ts'
import { messages } from '#db/outbox.ts'
import { agencies, people, sectors } from '#db/people.ts'
import { bounces, contacts, followUps, successors } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { addDays, addMonths, formatDateShort, formatInstant, londonDate, type On } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { attenders, overAfter, STILL_ASKED_DAYS } from './follow-up.ts'

/* Who cannot be reached, and why. Whoever opted out is counted and not listed: nobody is to be talked round. */

const MONTHS_BACK = 15
/** Three months, the time to ask and the time after the last asking together are shorter. */
const MONTHS_IN_TIME = 9
const PEOPLE_SHOWN = 200
const DELAYED_SHOWN = 50

export type WhyNot = 'refused' | 'no-mailbox' | 'not-delivered' | 'left'

export interface OutOfReach {
  personId: number
  name: string
  agency: string
  email: string | null
  phone: string | null
  why: WhyNot
  /** What the mail system said, in plain words; null where it said nothing. */
  said: string | null
  since: string | null
  followUps: {
    bookingId: number
    event: string
    /** Asking would still be in time. */
    isInTime: boolean
    hasLeft: boolean
    successor: { name: string; email: string } | null
  }[]
}

export interface Reachability {
  people: OutOfReach[]
  /** More than are shown. */
  isCut: boolean
  /** Also could not be asked, and nothing is to be done about it. */
  optedOut: number
  outOfTime: number
  /** Mail that was put off and will be tried again. */
  delayed: { name: string; agency: string; said: string; next: string }[]
}

/** Everyone who could not be asked for want of an address, the last fifteen months, those who may still be asked first. */
export async function outOfReach(ctx: Context): Promise<Reachability> {
  const db = ctx.store.long
  const today = londonDate(ctx.now)
  const rows = await notAsked(db, today, MONTHS_BACK)
  const found = new Map<number, OutOfReach>()
  let optedOut = 0
  let outOfTime = 0
  for (const row of rows) {
    const why = whyNot(row)
    if (why === null) {
      if (row.closedBecause === 'opted-out' || overAfter(addMonths(row.lastOn, 3), row.isEducation) >= today) optedOut++
      else outOfTime++
      continue
    }
    const one = found.get(row.personId) ?? personOf(row, why, row.refusal ?? row.lastReply)
    found.set(row.personId, one)
    one.followUps.push({
      bookingId: row.bookingId,
      event: `${row.course}, ${formatDateShort(row.lastOn)}`,
      isInTime: isInTime(row, today),
      hasLeft: row.closedBecause === 'left',
      successor:
        row.successorName && row.successorEmail ? { name: row.successorName, email: row.successorEmail } : null,
    })
  }
  for (const row of await refusedElsewhere(db))
    if (!found.has(row.personId)) found.set(row.personId, personOf(row, 'refused', row.refusal))
  const list = [...found.values()].sort((a, b) => Number(canBeAsked(b)) - Number(canBeAsked(a)))
  return {
    people: list.slice(0, PEOPLE_SHOWN),
    isCut: list.length > PEOPLE_SHOWN,
    optedOut,
    outOfTime,
    delayed: await delayed(db),
  }
}

/** A row for each follow-up that could not be asked, of the events of so many months. */
function notAsked(db: Reading, today: On, months: number) {
  const of = attenders(db, today, gt(events.lastOn, addMonths(today, -months)))
  return db
    .select({
      bookingId: of.bookingId,
      personId: of.personId,
      erasedAt: people.erasedAt,
      name: people.name,
      email: people.email,
      phone: people.phone,
      agency: agencies.name,
      course: courses.title,
      lastOn: events.lastOn,
      isEducation: sectors.education,
      closedBecause: followUps.closedBecause,
      firstAskedOn: followUps.firstAskedOn,
      lastAskedOn: followUps.lastAskedOn,
      successorName: successors.name,
      successorEmail: successors.email,
      refusal: standingRefusal,
      lastReply: sql<
        string | null
      >`(select ${messages.reply} from ${contacts} inner join ${messages} on ${messages.id} = ${contacts.messageId} where ${contacts.bookingId} = ${of.bookingId} and ${messages.state} = 'dead' order by ${contacts.id} desc limit 1)`,
    })
    .from(of)
    .innerJoin(people, eq(people.id, of.personId))
    .innerJoin(agencies, eq(agencies.id, people.agencyId))
    .innerJoin(events, eq(events.id, of.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(sectors, eq(sectors.id, of.sectorId))
    .leftJoin(followUps, eq(followUps.bookingId, of.bookingId))
    .leftJoin(successors, eq(successors.bookingId, of.bookingId))
    .where(and(eq(of.disposition, 'could-not-be-asked'), isNull(people.erasedAt)))
    .orderBy(desc(events.lastOn), people.name)
}

/** How many people could not be asked and still would be, were it put right; nobody asked longer ago can be. */
export async function canBePutRight(ctx: Context): Promise<number> {
  const today = londonDate(ctx.now)
  const rows = await notAsked(ctx.db, today, MONTHS_IN_TIME)
  const those = rows.filter((row) => whyNot(row) !== null && row.successorEmail === null && isInTime(row, today))
  return new Set(those.map(({ personId }) => personId)).size
}

const canBeAsked = ({ followUps }: OutOfReach) => followUps.some(({ isInTime, hasLeft }) => isInTime && !hasLeft)

/** When it came and what was said, of the latest refusal of the address that stands. */
const standingRefusal = sql<
  string | null
>`(select ${bounces.at} || ' ' || ${bounces.reply} from ${bounces} where ${bounces.personId} = ${people.id} and ${bounces.hard} = 1 and ${bounces.settledAt} is null and ${bounces.email} = ${people.email} order by ${bounces.id} desc limit 1)`

function whyNot(row: { closedBecause: string | null; email: string | null; refusal: string | null }): WhyNot | null {
  if (row.closedBecause === 'left') return 'left'
  if (row.closedBecause === 'opted-out') return null
  if (row.email === null) return 'no-mailbox'
  if (row.refusal !== null) return 'refused'
  return row.closedBecause === 'bounced' ? 'not-delivered' : null
}

function personOf(
  row: { personId: number; name: string; agency: string; email: string | null; phone: string | null },
  why: WhyNot,
  refusal: string | null,
): OutOfReach {
  const { personId, name, agency, email, phone } = row
  const [, at, reply] = /^(\d{10,}) ([\s\S]*)$/.exec(refusal ?? '') ?? [null, null, refusal]
  return {
    personId,
    name,
    agency,
    email,
    phone,
    why,
    said: reply ? replyWords(reply) : null,
    since: at ? formatInstant(Number(at)) : null,
    followUps: [],
  }
}

/** People whose address refuses mail and who are owed no follow-up that shows it. */
const refusedElsewhere = (db: Reading) =>
  db
    .selectDistinct({
      personId: people.id,
      name: people.name,
      agency: agencies.name,
      email: people.email,
      phone: people.phone,
      refusal: standingRefusal,
    })
    .from(bounces)
    .innerJoin(people, and(eq(people.id, bounces.personId), eq(people.email, bounces.email)))
    .innerJoin(agencies, eq(agencies.id, people.agencyId))
    .where(and(eq(bounces.hard, true), isNull(bounces.settledAt), isNull(people.erasedAt)))
    .orderBy(people.name)

/** The first time is before the time to ask is over; later on, while they are still being asked. */
export function isInTime(
  row: { firstAskedOn: On | null; lastAskedOn: On | null; lastOn: On; isEducation: boolean },
  today: On,
): boolean {
  if (row.firstAskedOn === null) return overAfter(addMonths(row.lastOn, 3), row.isEducation) >= today
  return (row.lastAskedOn ?? row.firstAskedOn) >= addDays(today, -STILL_ASKED_DAYS)
}

async function delayed(db: Reading): Promise<Reachability['delayed']> {
  const rows = await db
    .select({ name: people.name, agency: agencies.name, reply: messages.reply, notBefore: messages.notBefore })
    .from(messages)
    .innerJoin(people, eq(people.id, messages.toPersonId))
    .innerJoin(agencies, eq(agencies.id, people.agencyId))
    .where(and(isNull(messages.sentAt), eq(messages.state, 'retry'), isNotNull(messages.reply)))
    .orderBy(messages.notBefore)
    .limit(DELAYED_SHOWN)
  return rows.map(({ name, agency, reply, notBefore }) => ({
    name,
    agency,
    said: replyWords(reply ?? ''),
    next: formatInstant(notBefore),
  }))
}

/** What a mail system’s reply means for someone who has to do something about it (RFC 3463). */
export function replyWords(reply: string): string {
  const status = /\b([45])\.(\d{1,3})\.(\d{1,3})\b/.exec(reply)
  const code = status ? `${status[2]}.${status[3]}` : ''
  if (/^(1\.1|1\.10|1\.0|1\.3)$/.test(code)) return 'There is no mailbox with this name.'
  if (/^(1\.2|4\.4)$/.test(code)) return 'The part after the @ does not exist: check the spelling.'
  if (code === '1.6') return 'The mailbox has moved and left no new address.'
  if (/^(2\.0|2\.1)$/.test(code)) return 'The mailbox is switched off.'
  if (code === '2.2') return 'The mailbox is full.'
  if (/^(4\.1|4\.7|4\.2)$/.test(code)) return 'Their mail system did not answer in time.'
  if (/^7\./.test(code)) return 'Their mail system turns our mail away: ask their IT to let it in.'
  if (/^3\./.test(code)) return 'Their mail system could not take the message.'
  if (/user unknown|no such user|does not exist|unknown recipient|recipient not found|invalid recipient/i.test(reply))
    return 'There is no mailbox with this name.'
  if (/^4\d\d\b|later/.test(reply)) return 'Their mail system asked us to try again later.'
  return 'Their mail system refused it.'
}
