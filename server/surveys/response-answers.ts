import { and, eq, inArray, sql } from 'drizzle-orm'
import { courses, events } from '#db/courses.ts'
import { messages } from '#db/outbox.ts'
import { contacts, followUps, responses } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { type Channel, channels, contactSteps } from './input.ts'

/* By wave and by channel: rows of answers, not of people who came. The rest of the response page is in response-figures.ts. */

/** An asking message, or a way to answer: what came by it. */
export interface AnswersRow {
  key: string
  name: string
  /** How many were sent this message; null for a channel, which nobody is sent. */
  asked: number | null
  core: number
  full: number
  doubted: number
  late: number
  /** Core answers of everyone who came, in per cent. */
  percent: number | null
  lastYear: { core: number; percent: number | null } | null
}

export const percentOf = (n: number, of: number): number | null => (of === 0 ? null : Math.round((n * 1000) / of) / 10)

/** The programmes a page is about. */
export interface Ids {
  year: number
  before: number | null
}

export const idsOf = ({ year, before }: Ids) => (before === null ? [year] : [year, before])

const waveNames = [
  'Before any message',
  'After the invitation',
  'After the first reminder',
  'After the second reminder',
  'After the third reminder',
]

export async function answersBy(
  db: Reading,
  by: 'wave' | 'channel',
  ids: Ids,
  { whole, wholeBefore }: { whole: { attended: number }; wholeBefore: { attended: number } | null },
): Promise<AnswersRow[]> {
  const isBefore = sql<number>`(${events.programmeId} = ${ids.before ?? 0})`
  const doubted = sql`(${responses.doubtedBecause} is not null and ${responses.confirmedAt} is null)`
  const group = by === 'wave' ? sql<string>`min(${responses.wave}, 4)` : sql<string>`${responses.channel}`
  const rows = await db
    .select({
      isBefore: isBefore.as('is_before'),
      group: group.as('grouped'),
      core: sql<number>`sum(not ${doubted})`,
      full: sql<number>`sum(not ${doubted} and ${responses.fullAt} is not null)`,
      doubted: sql<number>`sum(${doubted})`,
      late: sql<number>`sum(not ${doubted} and ${responses.late})`,
    })
    .from(responses)
    .innerJoin(events, eq(events.id, responses.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .where(
      and(
        eq(responses.stage, 'follow-up'),
        sql`${responses.coreAt} is not null`,
        inArray(events.programmeId, idsOf(ids)),
        // Whose attendance was taken back later stands in no figure.
        sql`exists (select 1 from attendances where attendances.booking_id = ${responses.bookingId})`,
      ),
    )
    .groupBy(sql`1`, sql`2`)
  const asked = by === 'wave' ? await askedBy(db, ids) : new Map<number, number>()
  const keys: readonly string[] = by === 'wave' ? waveNames.map((_, wave) => String(wave)) : channels
  return keys.flatMap((key, n) => {
    const of = (side: 0 | 1) => rows.find((row) => Number(row.isBefore) === side && String(row.group) === key)
    const [now, then] = [of(0), of(1)]
    const sent = by === 'wave' ? (asked.get(n - 1) ?? 0) : null
    if (!now && !then && !sent) return []
    const core = Number(now?.core ?? 0)
    return [
      {
        key,
        name: by === 'wave' ? waveNames[n]! : (key as Channel),
        asked: sent,
        core,
        full: Number(now?.full ?? 0),
        doubted: Number(now?.doubted ?? 0),
        late: Number(now?.late ?? 0),
        percent: percentOf(core, whole.attended),
        lastYear: wholeBefore && {
          core: Number(then?.core ?? 0),
          percent: percentOf(Number(then?.core ?? 0), wholeBefore.attended),
        },
      },
    ]
  })
}

/** How many were sent each asking message, by its place in `contactSteps`. */
async function askedBy(db: Reading, ids: Ids): Promise<Map<number, number>> {
  const rows = await db
    .select({ step: contacts.step, n: sql<number>`count(*)` })
    .from(contacts)
    .innerJoin(followUps, eq(followUps.bookingId, contacts.bookingId))
    .innerJoin(events, eq(events.id, followUps.eventId))
    .leftJoin(messages, eq(messages.id, contacts.messageId))
    .where(
      and(
        eq(events.programmeId, ids.year),
        sql`(${messages.id} is null or ${messages.state} in ('sent', 'uncertain'))`,
      ),
    )
    .groupBy(contacts.step)
  return new Map(rows.map(({ step, n }) => [contactSteps.indexOf(step), Number(n)]))
}
