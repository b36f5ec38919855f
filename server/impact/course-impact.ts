import { and, eq, inArray, lte } from 'drizzle-orm'
import { courses, events, programmes } from '#db/courses.ts'
import { assignments } from '#db/trainers.ts'
import { formatDate, londonDate } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import type { EventKind } from '#server/courses/input.ts'
import { Missing } from '#server/errors.ts'
import { type GroupPage, groupPage } from './group-page.ts'
import { bookedByEvent } from './measures.ts'
import {
  columns,
  countsIn,
  courseGroup,
  eventGroup,
  eventsOf,
  eventsOfCourse,
  idsOf,
  type ProgrammeEvent,
  periodWords,
  programmeCalled,
  standingOf,
} from './programme.ts'
import { type WhatOthersSaw, whatOthersSaw } from './what-others-saw.ts'

interface Heading {
  programme: { name: string; words: string }
  course: { code: string; title: string; keyBehaviour: string }
}

export interface EventRow {
  id: number
  kind: EventKind
  when: string
  state: ProgrammeEvent['state']
  places: number
  booked: number
  attended: number
  answered: number
  /** Whether its own page shows how the answers fall. */
  isShown: boolean
}

export interface CourseImpact extends Heading, GroupPage {
  events: EventRow[]
  others: WhatOthersSaw
}

export interface EventImpact extends Heading, GroupPage {
  event: { id: number; kind: EventKind; when: string; state: ProgrammeEvent['state'] }
}

/** The home of the impact pages: one course over a programme. */
export async function courseImpact(ctx: Context, input: { programme: string; code: string }): Promise<CourseImpact> {
  const db = ctx.store.long
  const programme = await programmeCalled(db, input.programme)
  const [course] = await db.select(courseColumns).from(courses).where(eq(courses.code, input.code))
  if (!course) throw new Missing()
  const all = await eventsOf(db, programme.id, ctx.now)
  const own = eventsOfCourse(all, course.id)
  if (!own.length) throw new Missing()
  const group = { id: courseGroup(course.id), own: own.filter(({ state }) => state !== 'cancelled'), all }
  const standing = await standingOf(db, all, group.own, ctx.now)
  const [page, booked, others] = await Promise.all([
    groupPage(db, group, standing),
    bookedByEvent(db, idsOf(own)),
    whatOthersSaw(db, course.id, programme.id),
  ])
  return {
    ...heading(programme, course),
    events: own.map((event) => {
      const { attended, answered } = countsIn(standing, [event])
      return {
        id: event.id,
        kind: event.kind,
        when: whenWords(event),
        state: event.state,
        places: event.capacity,
        booked: booked.get(event.id) ?? 0,
        attended,
        answered,
        isShown: standing.shown.has(eventGroup(event.id)),
      }
    }),
    others,
    ...page,
  }
}

/** One event: a trainer's only where they are assigned to it. */
export async function eventImpact(ctx: Context, id: number): Promise<EventImpact> {
  const db = ctx.store.long
  const [found] = await db
    .select({ programme: columns, course: courseColumns })
    .from(events)
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(programmes, eq(programmes.id, events.programmeId))
    .where(and(eq(events.id, id), lte(events.publishedAt, ctx.now), mayRead(ctx)))
  if (!found) throw new Missing()
  const all = await eventsOf(db, found.programme.id, ctx.now)
  const event = all.find((one) => one.id === id)
  if (!event) throw new Missing()
  const standing = await standingOf(db, all, [event], ctx.now)
  return {
    ...heading(found.programme, found.course),
    event: { id, kind: event.kind, when: whenWords(event), state: event.state },
    ...(await groupPage(db, { id: eventGroup(id), own: [event], all }, standing)),
  }
}

const courseColumns = {
  id: courses.id,
  code: courses.code,
  title: courses.title,
  keyBehaviour: courses.keyBehaviour,
}

function mayRead({ db, actor }: Context) {
  if (actor.kind !== 'person') throw new Missing()
  if (actor.role !== 'trainer') return undefined
  if (actor.personId === null) throw new Missing()
  return inArray(
    events.id,
    db.select({ id: assignments.eventId }).from(assignments).where(eq(assignments.trainerId, actor.personId)),
  )
}

function heading(
  programme: { name: string; startsOn: string; endsOn: string },
  { code, title, keyBehaviour }: { code: string; title: string; keyBehaviour: string },
): Heading {
  return {
    programme: { name: programme.name, words: periodWords(programme) },
    course: { code, title, keyBehaviour },
  }
}

function whenWords({ startsAt, lastOn }: ProgrammeEvent): string {
  const firstOn = londonDate(startsAt)
  return firstOn === lastOn ? formatDate(firstOn) : `${formatDate(firstOn)} to ${formatDate(lastOn)}`
}
