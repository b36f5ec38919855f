import { and, asc, eq, inArray, lte } from 'drizzle-orm'
import { courses, courseThemes, events, programmes, themes } from '#db/courses.ts'
import { agencies, sectors } from '#db/people.ts'
import { assignments } from '#db/trainers.ts'
import type { Reading } from '#db/transact.ts'
import { formatDate, formatDateShort, londonDate, type On } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import type { Audience, FollowUpEarned } from '#server/courses/input.ts'
import { Missing } from '#server/errors.ts'
import { agencyGroup, sectorGroup, themeGroup } from './guard.ts'
import {
  columns,
  courseGroup,
  eventGroup,
  eventsOf,
  eventsOfCourse,
  isTaught,
  type Programme,
  type ProgrammeEvent,
  periodWords,
  programmeCalled,
  programmeGroup,
} from './programme.ts'
import type { Level } from './shared/pages.ts'
import { uncapital } from './shared/sentences-words.ts'

/** Of whom a page is: the people of some events, or those of one sector or agency among them. */
export interface Group {
  key: string
  level: Level
  title: string
  lead: string
  /** Null for a free period, which has its days. */
  programme: Programme | null
  fromOn?: On
  untilOn?: On
  /** Held, and cancelled or to come. */
  own: ProgrammeEvent[]
  /** The held ones. */
  events: ProgrammeEvent[]
  who?: { sectorId: number } | { agencyId: number }
  /** In whose words options are read. */
  audience: Audience
  course?: CourseOf
}

export interface CourseOf {
  id: number
  code: string
  title: string
  keyBehaviour: string
  audience: Audience
  earns: FollowUpEarned
}

/** Where a page stands, as its address says it. */
export type Address =
  | { level: 'programme'; name: string }
  | { level: 'course'; name: string; code: string }
  | { level: 'event'; id: number }
  | { level: 'theme' | 'sector' | 'agency'; name: string; id: number }

/** A programme with all that groups of it are made of. */
export interface ProgrammeNames {
  programme: Programme
  /** Published, soonest first. */
  all: ProgrammeEvent[]
  courses: Map<number, CourseOf>
  themes: { id: number; name: string }[]
  themesOf: Map<number, number[]>
  sectors: Map<number, string>
  agencies: Map<number, string>
}

export async function namesOf(db: Reading, programme: Programme, now: number): Promise<ProgrammeNames> {
  const [all, ofCourse, allThemes, allSectors, allAgencies] = await Promise.all([
    eventsOf(db, programme.id, now),
    db.select().from(courseThemes),
    db.select({ id: themes.id, name: themes.name }).from(themes).orderBy(asc(themes.name)),
    db.select({ id: sectors.id, name: sectors.name }).from(sectors),
    db.select({ id: agencies.id, name: agencies.name }).from(agencies),
  ])
  const ids = [...new Set(all.map(({ courseId }) => courseId))]
  const own = await db.select(courseColumns).from(courses).where(inArray(courses.id, ids))
  const themesOf = new Map<number, number[]>()
  for (const { courseId, themeId } of ofCourse) themesOf.set(courseId, [...(themesOf.get(courseId) ?? []), themeId])
  return {
    programme,
    all,
    courses: new Map(own.map((course) => [course.id, course])),
    themes: allThemes,
    themesOf,
    sectors: new Map(allSectors.map(({ id, name }) => [id, name])),
    agencies: new Map(allAgencies.map(({ id, name }) => [id, name])),
  }
}

const courseColumns = {
  id: courses.id,
  code: courses.code,
  title: courses.title,
  keyBehaviour: courses.keyBehaviour,
  audience: courses.audience,
  earns: courses.earns,
}

/**
 * The programme that an address belongs to; an event only to those who may read it, a trainer their own.
 * @throws Missing when there is none
 */
export async function programmeAt(ctx: Context, address: Address): Promise<Programme> {
  const db = ctx.store.long
  if (address.level !== 'event') return programmeCalled(db, address.name)
  const [found] = await db
    .select(columns)
    .from(events)
    .innerJoin(programmes, eq(programmes.id, events.programmeId))
    .where(and(eq(events.id, address.id), lte(events.publishedAt, ctx.now), mayRead(ctx)))
  if (!found) throw new Missing()
  return found
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

/** @throws Missing when the programme has no such course, event, theme, sector or agency */
export function groupFor(names: ProgrammeNames, address: Address): Group {
  const group = groupAt(names, address)
  if (!group) throw new Missing()
  return group
}

function groupAt(names: ProgrammeNames, address: Address): Group | null {
  switch (address.level) {
    case 'programme':
      return programmeGroupOf(names)
    case 'course': {
      const course = [...names.courses.values()].find(({ code }) => code === address.code)
      return course ? courseGroupOf(names, course) : null
    }
    case 'event':
      return eventGroupOf(names, address.id)
    case 'theme':
      return themeGroupOf(names, address.id)
    case 'sector':
      return partGroupOf(names, 'sector', address.id)
    case 'agency':
      return partGroupOf(names, 'agency', address.id)
  }
}

export function programmeGroupOf(names: ProgrammeNames): Group {
  const { programme, all } = names
  return {
    key: programmeGroup,
    level: 'programme',
    title: `Programme ${yearWords(programme.name)}`,
    lead: periodWords(programme),
    programme,
    ...heldOf(all.filter(isTaught)),
    audience: 'both',
  }
}

export function courseGroupOf({ programme, all }: ProgrammeNames, course: CourseOf): Group | null {
  const own = eventsOfCourse(all, course.id)
  if (!own.length) return null
  const held = heldOf(own)
  return {
    key: courseGroup(course.id),
    level: 'course',
    title: course.title,
    lead: `${course.code} · ${yearWords(programme.name)} · ${held.events.length} ${held.events.length === 1 ? 'event' : 'events'} held. What it is meant to change: ${behaviourWords(course.keyBehaviour)}`,
    programme,
    ...held,
    audience: course.audience,
    course,
  }
}

/** As it stands within a sentence: an abbreviation, or “I”, keeps its capital. */
const behaviourWords = (behaviour: string): string =>
  /^\p{Lu}\p{Ll}/u.test(behaviour) ? uncapital(behaviour) : behaviour

/** Whether anybody who came to one of its events could be asked; a forum is followed up by nothing. */
export const isFollowedUp = (
  { courses }: Pick<ProgrammeNames, 'courses'>,
  { events }: Pick<Group, 'events'>,
): boolean => events.some(({ courseId }) => courses.get(courseId)?.earns !== 'none')

export function eventGroupOf({ programme, all, courses }: ProgrammeNames, id: number): Group | null {
  const event = all.find((one) => one.id === id)
  const course = event && courses.get(event.courseId)
  if (!course) return null
  const cancelled = event.state === 'cancelled' ? ' · cancelled' : ''
  return {
    key: eventGroup(id),
    level: 'event',
    title: course.title,
    lead: `${kindWords[event.kind]} · ${whenWords(event)}${cancelled}`,
    programme,
    own: [event],
    events: event.state === 'held' ? [event] : [],
    audience: course.audience,
    course,
  }
}

export function themeGroupOf({ programme, all, themes, themesOf }: ProgrammeNames, id: number): Group | null {
  const theme = themes.find((one) => one.id === id)
  const own = all.filter((event) => isTaught(event) && themesOf.get(event.courseId)?.includes(id))
  if (!theme || !own.length) return null
  return {
    key: themeGroup(id),
    level: 'theme',
    title: theme.name,
    lead: `Theme · ${yearWords(programme.name)} · every course and learning event on it`,
    programme,
    ...heldOf(own),
    audience: 'both',
  }
}

/** @param whole of whose people a part is; made where it is not given */
export function partGroupOf(
  names: ProgrammeNames,
  level: 'sector' | 'agency',
  id: number,
  whole: Group = programmeGroupOf(names),
): Group | null {
  const name = (level === 'sector' ? names.sectors : names.agencies).get(id)
  if (name === undefined) return null
  return {
    ...whole,
    key: level === 'sector' ? sectorGroup(id) : agencyGroup(id),
    level,
    title: name,
    lead: `${level === 'sector' ? 'Sector' : 'Agency'} · ${yearWords(names.programme.name)} · as people were on the day, at courses and learning events`,
    who: level === 'sector' ? { sectorId: id } : { agencyId: id },
  }
}

export function heldOf(all: readonly ProgrammeEvent[]): Pick<Group, 'own' | 'events'> {
  return { own: [...all], events: all.filter(({ state }) => state === 'held') }
}

/** "2025 to 2026" of "2025-26", as a year is read; another name stays as it is. */
export function yearWords(name: string): string {
  const year = /^(\d{2})(\d{2})-(\d{2})$/.exec(name)
  return year ? `${year[1]}${year[2]} to ${year[1]}${year[3]}` : name
}

export function whenWords({ startsAt, lastOn }: Pick<ProgrammeEvent, 'startsAt' | 'lastOn'>): string {
  const firstOn = londonDate(startsAt)
  return firstOn === lastOn ? formatDate(firstOn) : `${formatDate(firstOn)} to ${formatDate(lastOn)}`
}

export const spanWords = (from: On, until: On): string => `${formatDateShort(from)} to ${formatDateShort(until)}`

const kindWords: Record<ProgrammeEvent['kind'], string> = {
  course: 'Course',
  'learning-event': 'Learning event',
  forum: 'Forum',
  briefing: 'Briefing',
  conference: 'Conference',
  'e-learning': 'E-learning',
}
