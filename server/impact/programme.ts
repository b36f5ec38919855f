import { and, asc, eq, isNotNull, sql } from 'drizzle-orm'
import { courses, eventCancellations, events, programmes } from '#db/courses.ts'
import type { Reading } from '#db/transact.ts'
import { formatDateShort, londonDate, type On } from '#server/calendar.ts'
import { type EventKind, taughtKinds } from '#server/courses/input.ts'
import { Missing } from '#server/errors.ts'
import { attendersAt, countsOf, type EventCounts, type GroupCounts } from './attenders.ts'

/** One published event of a programme; `held` once it has begun and was not cancelled. */
export interface ProgrammeEvent {
  id: number
  courseId: number
  code: string
  title: string
  kind: EventKind
  capacity: number
  startsAt: number
  lastOn: On
  state: 'held' | 'to-come' | 'cancelled'
}

export interface Programme {
  id: number
  name: string
  startsOn: On
  endsOn: On
}

export const periodWords = ({ startsOn, endsOn }: Pick<Programme, 'startsOn' | 'endsOn'>): string =>
  `${formatDateShort(startsOn)} to ${formatDateShort(endsOn)}`

/** @throws Missing when there is no programme of that name */
export async function programmeCalled(db: Reading, name: string): Promise<Programme> {
  const [programme] = await db.select(columns).from(programmes).where(eq(programmes.name, name))
  if (!programme) throw new Missing()
  return programme
}

export const columns = {
  id: programmes.id,
  name: programmes.name,
  startsOn: programmes.startsOn,
  endsOn: programmes.endsOn,
}

/** The published events of a programme, soonest first. */
export async function eventsOf(db: Reading, programmeId: number, now: number): Promise<ProgrammeEvent[]> {
  const rows = await db
    .select({
      id: events.id,
      courseId: events.courseId,
      code: courses.code,
      title: courses.title,
      kind: events.kind,
      capacity: events.capacity,
      startsAt: events.startsAt,
      endsAt: events.endsAt,
      lastOn: events.lastOn,
      isCancelled: sql<number>`${eventCancellations.eventId} is not null`,
    })
    .from(events)
    .innerJoin(courses, eq(courses.id, events.courseId))
    .leftJoin(eventCancellations, eq(eventCancellations.eventId, events.id))
    .where(and(eq(events.programmeId, programmeId), isNotNull(events.publishedAt)))
    .orderBy(asc(events.startsAt), asc(events.id))
  return rows.map(({ isCancelled, ...event }) => ({
    ...event,
    state: isCancelled ? 'cancelled' : event.endsAt <= now ? 'held' : 'to-come',
  }))
}

export const isTaught = ({ kind }: { kind: EventKind }): boolean => (taughtKinds as readonly EventKind[]).includes(kind)

/** What is so of a programme at one moment: each event's counts, the figures of one group, and which groups may show how their answers fall. */
export interface Standing {
  events: Map<number, EventCounts>
  group: GroupCounts
  shown: Set<string>
}

export const programmeGroup = 'programme'
export const courseGroup = (courseId: number) => `course:${courseId}`
export const eventGroup = (eventId: number) => `event:${eventId}`

/** Of events set beside, such as last year's: how many came and answered. Says nothing of what may be shown. */
export async function standingOf(
  db: Reading,
  all: readonly ProgrammeEvent[],
  group: readonly ProgrammeEvent[],
  now: number,
): Promise<Standing> {
  const held = all.filter(({ state }) => state === 'held')
  const { events, came } = await attendersAt(db, idsOf(held), londonDate(now), { isBrief: true })
  return { events, group: countsOf(group.flatMap(({ id }) => came.get(id) ?? [])), shown: new Set() }
}

export const idsOf = (events: readonly { id: number }[]): number[] => events.map(({ id }) => id)

const nobody: EventCounts = { booked: 0, attended: 0, answered: 0, notMarked: 0 }

export function countsIn(standing: Pick<Standing, 'events'>, events: readonly { id: number }[]): EventCounts {
  const of = events.map(({ id }) => standing.events.get(id) ?? nobody)
  const sum = (key: keyof EventCounts) => of.reduce((total, counted) => total + counted[key], 0)
  return { booked: sum('booked'), attended: sum('attended'), answered: sum('answered'), notMarked: sum('notMarked') }
}

/**
 * The events that a course's page is about: those counted among the taught, or, for a course that has none, all of them. So no page's
 * total cuts across another's.
 */
export function eventsOfCourse<E extends ProgrammeEvent>(all: readonly E[], courseId: number): E[] {
  const own = all.filter((event) => event.courseId === courseId)
  const taught = own.filter(isTaught)
  return taught.length ? taught : own
}
