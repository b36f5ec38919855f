import { and, asc, eq, isNotNull, sql } from 'drizzle-orm'
import { courses, eventCancellations, events, programmes } from '#db/courses.ts'
import type { Reading } from '#db/transact.ts'
import { formatDateShort, londonDate, type On } from '#server/calendar.ts'
import { type EventKind, taughtKinds } from '#server/courses/input.ts'
import { Missing } from '#server/errors.ts'
import { attendersAt, type EventCounts, type GroupCounts } from './attenders.ts'
import { type Branch, shownGroups } from './shared/disclosure.ts'

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

/** Counted over the whole programme, since whether a group may be shown depends on all others; the group's own figures besides. */
export async function standingOf(
  db: Reading,
  all: readonly ProgrammeEvent[],
  group: readonly ProgrammeEvent[],
  now: number,
): Promise<Standing> {
  const held = all.filter(({ state }) => state === 'held')
  const counted = await attendersAt(
    db,
    idsOf(held),
    idsOf(group.filter(({ state }) => state === 'held')),
    londonDate(now),
  )
  const of = ({ id }: ProgrammeEvent) => counted.events.get(id) ?? nobody
  return { ...counted, shown: new Set(trees(held, of).flatMap((tree) => [...shownGroups(tree)])) }
}

export const idsOf = (events: readonly { id: number }[]): number[] => events.map(({ id }) => id)

const nobody: EventCounts = { booked: 0, attended: 0, answered: 0, notMarked: 0 }

export function countsIn(standing: Standing, events: readonly { id: number }[]): EventCounts {
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

/**
 * The trees of groups whose answers are shown somewhere. The programme's total is of taught events; a conference or a forum stands under
 * its own heading and in no total, so its course is a tree of its own, and an event that no course page holds is one alone.
 */
export function trees(
  held: readonly ProgrammeEvent[],
  of: (event: ProgrammeEvent) => { attended: number; answered: number },
): Branch[] {
  const leaf = (event: ProgrammeEvent): Branch => {
    const { attended, answered } = of(event)
    return { id: eventGroup(event.id), attended, answered }
  }
  const byCourse = [...new Set(held.map(({ courseId }) => courseId))].map((courseId) => {
    const own = eventsOfCourse(held, courseId)
    const alone = held.filter((event) => event.courseId === courseId && !own.includes(event))
    return { taught: own.some(isTaught), branch: branch(courseGroup(courseId), own.map(leaf)), alone: alone.map(leaf) }
  })
  return [
    branch(
      programmeGroup,
      byCourse.filter(({ taught }) => taught).map(({ branch }) => branch),
    ),
    ...byCourse.filter(({ taught }) => !taught).map(({ branch }) => branch),
    ...byCourse.flatMap(({ alone }) => alone),
  ]
}

export function branch(id: string, children: readonly Branch[]): Branch {
  return {
    id,
    attended: children.reduce((sum, child) => sum + child.attended, 0),
    answered: children.reduce((sum, child) => sum + child.answered, 0),
    children,
  }
}
