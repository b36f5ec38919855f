import { and, desc, eq, isNotNull, sql } from 'drizzle-orm'
import { eventCancellations, events, programmes } from '#db/courses.ts'
import type { Reading } from '#db/transact.ts'
import { addDays, formatInstant } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import type { EventKind } from '#server/courses/input.ts'
import {
  agenciesReached,
  type BookingFigures,
  bookingFigures,
  type CameFrom,
  type ChargeFigures,
  cameFrom,
  chargesAt,
} from './attendance-figures.ts'
import {
  type GroupPage,
  groupPage,
  labels,
  matrixOf,
  type OutcomeMoves,
  outcomeMoves,
  shownMatrices,
} from './group-page.ts'
import { movesAt } from './measures.ts'
import {
  cameIn,
  columns,
  courseGroup,
  dispositionsIn,
  eventsOf,
  isTaught,
  type Programme,
  type ProgrammeEvent,
  periodWords,
  programmeCalled,
  programmeGroup,
  type Standing,
  standingOf,
} from './programme.ts'
import { figure, type Matrix, movesOf } from './shared/pictures.ts'

export interface ProgrammeListed {
  name: string
  words: string
  held: number
  toCome: number
  isNow: boolean
}

/** Every programme with events, newest first. */
export async function programmeList(ctx: Context): Promise<ProgrammeListed[]> {
  const hasBegun = sql`${events.startsAt} <= ${ctx.now}`
  const rows = await ctx.store.long
    .select({
      ...columns,
      held: sql<number>`sum(${hasBegun})`,
      toCome: sql<number>`sum(not ${hasBegun})`,
    })
    .from(programmes)
    .innerJoin(events, eq(events.programmeId, programmes.id))
    .where(
      and(
        isNotNull(events.publishedAt),
        sql`not exists (select 1 from ${eventCancellations} where ${eventCancellations.eventId} = ${events.id})`,
      ),
    )
    .groupBy(programmes.id)
    .orderBy(desc(programmes.startsOn))
  return rows.map((row) => ({
    name: row.name,
    words: periodWords(row),
    held: Number(row.held),
    toCome: Number(row.toCome),
    isNow: Number(row.held) > 0 && Number(row.toCome) > 0,
  }))
}

interface Share extends CameFrom {
  /** Of all attendances; one decimal. */
  percent: number
}

export interface CourseFigures {
  code: string
  title: string
  events: number
  places: number
  attended: number
  percentOfCapacity: number | null
  answered: number
  /** Whether the course's page shows how the answers fall. */
  isShown: boolean
}

export interface Answered {
  answered: number
  attended: number
  /** One decimal; null when nobody came. */
  percent: number | null
}

export interface FirstOutcomes extends OutcomeMoves {
  moves: { someToGood: number; goodToStrong: number; otherRises: number; unchanged: number; fell: number } | null
}

/** A kind that stands under its own heading and in no total. */
export interface OtherKind {
  kind: EventKind
  events: number
  places: number
  attended: number
  answered: number
  courses: CourseFigures[]
  /** For a forum: of the agencies expected there, how many came. */
  agencies: { expected: number; reached: number; words: string } | null
}

export interface ProgrammeFigures extends GroupPage {
  programme: { name: string; words: string }
  /** The moment the figures were worked out. */
  asOf: string
  events: { held: number; toCome: number; cancelled: number }
  courses: number
  places: number
  attended: number
  percentOfCapacity: number | null
  bookings: BookingFigures
  people: number
  byCourse: CourseFigures[]
  bySector: Share[]
  byAgency: Share[]
  charges: {
    nonAttendance: ChargeFigures
    lateCancellation: ChargeFigures
    lastYear: { nonAttendance: ChargeFigures; lateCancellation: ChargeFigures } | null
  }
  followUps: Answered & { lastYear: (Answered & { programme: string }) | null }
  firstOutcomes: FirstOutcomes
  otherKinds: OtherKind[]
}

/** What every board publishes of a programme, and what became of it all. Only courses and learning events are in the totals. */
export async function programmeFigures(ctx: Context, name: string): Promise<ProgrammeFigures> {
  const db = ctx.store.long
  const programme = await programmeCalled(db, name)
  const all = await eventsOf(db, programme.id, ctx.now)
  const standing = await standingOf(db, all, ctx.now)
  const taught = all.filter(isTaught)
  const held = taught.filter(({ state }) => state === 'held')
  const ids = held.map(({ id }) => id)
  const [page, bookings, came, charged, lastYear, firstOutcomes, otherKinds] = await Promise.all([
    groupPage(db, { id: programmeGroup, own: taught, all }, standing),
    bookingFigures(db, held),
    cameFrom(db, ids),
    chargesAt(db, ids),
    yearBefore(ctx, db, programme),
    firstOutcomesOf(db, held, standing),
    otherKindsOf(db, programme, all, standing),
  ])
  const followUps = answeredIn(standing, held)
  const places = placesAt(held)
  const shareOf = (one: CameFrom): Share => ({ ...one, percent: tenths(one.attended, followUps.attended) ?? 0 })
  return {
    programme: { name: programme.name, words: periodWords(programme) },
    asOf: formatInstant(ctx.now),
    events: {
      held: held.length,
      toCome: taught.filter(({ state }) => state === 'to-come').length,
      cancelled: taught.filter(({ state }) => state === 'cancelled').length,
    },
    courses: new Set(held.map(({ courseId }) => courseId)).size,
    places,
    attended: followUps.attended,
    percentOfCapacity: tenths(followUps.attended, places),
    bookings,
    people: came.people,
    byCourse: coursesAt(held, standing),
    bySector: came.sectors.map(shareOf),
    byAgency: came.agencies.map(shareOf),
    charges: { ...charged, lastYear: lastYear?.charges ?? null },
    followUps: {
      ...followUps,
      lastYear: lastYear ? { ...lastYear.followUps, programme: lastYear.programme } : null,
    },
    firstOutcomes,
    otherKinds,
    ...page,
  }
}

/** The programme that ended the day before this one began, for the figures set beside. */
async function yearBefore(ctx: Context, db: Reading, { startsOn }: Programme) {
  const [before] = await db
    .select(columns)
    .from(programmes)
    .where(and(eq(programmes.kind, 'year'), eq(programmes.endsOn, addDays(startsOn, -1))))
  if (!before) return null
  const held = (await eventsOf(db, before.id, ctx.now)).filter((event) => isTaught(event) && event.state === 'held')
  if (!held.length) return null
  const ids = held.map(({ id }) => id)
  const [standing, charged] = await Promise.all([standingOf(db, held, ctx.now), chargesAt(db, ids)])
  return { programme: before.name, followUps: answeredIn(standing, held), charges: charged }
}

/** Everyone matched on the first learning outcome of their course, added up. */
async function firstOutcomesOf(
  db: Reading,
  held: readonly ProgrammeEvent[],
  standing: Standing,
): Promise<FirstOutcomes> {
  const moves = await movesAt(
    db,
    held.map(({ id }) => id),
    1,
  )
  const matrix = matrixOf(moves, dispositionsIn(standing, held).answered)
  const isShown = shownMatrices(held, moves, standing).has(programmeGroup)
  return {
    ...outcomeMoves('The first learning outcome of each course', matrix, isShown),
    label: labels.outcomes,
    moves: isShown ? namedMoves(matrix) : null,
  }
}

function namedMoves(matrix: Matrix): FirstOutcomes['moves'] {
  const { up, same, down } = movesOf(matrix)
  const someToGood = matrix.counts[1]![2]!
  const goodToStrong = matrix.counts[2]![3]!
  return { someToGood, goodToStrong, otherRises: up - someToGood - goodToStrong, unchanged: same, fell: down }
}

async function otherKindsOf(
  db: Reading,
  { endsOn }: Programme,
  all: readonly ProgrammeEvent[],
  standing: Standing,
): Promise<OtherKind[]> {
  const held = all.filter((event) => event.state === 'held' && !isTaught(event))
  const kinds = [...new Set(held.map(({ kind }) => kind))]
  return Promise.all(
    kinds.map(async (kind) => {
      const own = held.filter((event) => event.kind === kind)
      const { attended, answered } = answeredIn(standing, own)
      return {
        kind,
        events: own.length,
        places: placesAt(own),
        attended,
        answered,
        courses: coursesAt(own, standing),
        agencies: kind === 'forum' ? await forumAgencies(db, own, endsOn) : null,
      }
    }),
  )
}

async function forumAgencies(db: Reading, own: readonly ProgrammeEvent[], untilOn: string) {
  const { expected, reached } = await agenciesReached(
    db,
    own.map(({ id }) => id),
    untilOn,
  )
  if (expected === 0) return null
  return {
    expected,
    reached,
    words: `Reached ${figure(reached)} of the ${figure(expected)} schools and colleges expected.`,
  }
}

function coursesAt(held: readonly ProgrammeEvent[], standing: Standing): CourseFigures[] {
  const first = new Map(held.map((event) => [event.courseId, event]))
  return [...first.values()]
    .map(({ courseId, code, title }) => {
      const own = held.filter((event) => event.courseId === courseId)
      const { attended, answered } = answeredIn(standing, own)
      const places = placesAt(own)
      return {
        code,
        title,
        events: own.length,
        places,
        attended,
        percentOfCapacity: tenths(attended, places),
        answered,
        isShown: standing.shown.has(courseGroup(courseId)),
      }
    })
    .sort((a, b) => b.attended - a.attended || a.title.localeCompare(b.title, 'en-GB'))
}

function answeredIn(standing: Standing, held: readonly ProgrammeEvent[]): Answered {
  const counted = dispositionsIn(standing, held)
  const attended = cameIn(counted)
  return { answered: counted.answered, attended, percent: tenths(counted.answered, attended) }
}

const placesAt = (held: readonly ProgrammeEvent[]) => held.reduce((sum, { capacity }) => sum + capacity, 0)

/** Per cent to one decimal, halves up; null of nobody. */
function tenths(count: number, of: number): number | null {
  return of === 0 ? null : Math.floor((2000 * count + of) / (2 * of)) / 10
}
