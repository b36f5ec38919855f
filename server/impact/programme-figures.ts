import { and, desc, eq, isNotNull, sql } from 'drizzle-orm'
import { eventCancellations, events, programmes } from '#db/courses.ts'
import type { Reading } from '#db/transact.ts'
import { addDays, formatInstant } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { type CameFrom, type ChargeFigures, cameFrom, cancelledAt, chargesAt } from './attendance-figures.ts'
import { type Answered, answeredIn, type CourseFigures, coursesAt, placesAt, tenths } from './course-figures.ts'
import { type GroupPage, groupPage } from './group-page.ts'
import { movesAt } from './measures.ts'
import { type OtherKind, otherKindsOf } from './other-kinds.ts'
import { matrixOf, type OutcomeMoves, outcomeMoves, shownMatrices } from './outcome-moves.ts'
import {
  columns,
  countsIn,
  eventsOf,
  idsOf,
  isTaught,
  type Programme,
  type ProgrammeEvent,
  periodWords,
  programmeCalled,
  programmeGroup,
  type Standing,
  standingOf,
} from './programme.ts'
import { type Matrix, movesOf } from './shared/pictures.ts'

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

export interface FirstOutcomes extends OutcomeMoves {
  moves: { someToGood: number; goodToStrong: number; otherRises: number; unchanged: number; fell: number } | null
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
  bookings: {
    /** Places that were held at some time: confirmed, whatever became of them. */
    made: number
    cancelledInTime: number
    /** After the last day on which cancelling is free. */
    cancelledLate: number
    didNotAttend: number
    /** Places of which no register says anything. */
    notMarked: number
  }
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
  const taught = all.filter(isTaught)
  const held = taught.filter(({ state }) => state === 'held')
  const standing = await standingOf(db, all, taught, ctx.now)
  const ids = idsOf(held)
  const [page, cancelled, came, charged, lastYear, firstOutcomes, otherKinds] = await Promise.all([
    groupPage(db, { id: programmeGroup, own: taught, all }, standing),
    cancelledAt(db, ids),
    cameFrom(db, standing.group),
    chargesAt(db, ids),
    yearBefore(ctx, db, programme),
    firstOutcomesOf(db, held, standing),
    otherKindsOf(db, programme, all, standing),
  ])
  const followUps = answeredIn(standing, held)
  const { booked, attended, notMarked } = countsIn(standing, held)
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
    bookings: {
      made: booked + cancelled.cancelledInTime + cancelled.cancelledLate,
      ...cancelled,
      didNotAttend: booked - attended - notMarked,
      notMarked,
    },
    people: standing.group.people,
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
  const [standing, charged] = await Promise.all([standingOf(db, held, [], ctx.now), chargesAt(db, idsOf(held))])
  return { programme: before.name, followUps: answeredIn(standing, held), charges: charged }
}

/** Everyone matched on the first learning outcome of their course, added up. */
async function firstOutcomesOf(
  db: Reading,
  held: readonly ProgrammeEvent[],
  standing: Standing,
): Promise<FirstOutcomes> {
  const moves = await movesAt(db, idsOf(held), 1)
  const matrix = matrixOf(moves, standing.group.room.answered)
  const isShown = shownMatrices(held, moves, standing).has(programmeGroup)
  return {
    ...outcomeMoves('The first learning outcome of each course', matrix, isShown),
    moves: isShown ? namedMoves(matrix) : null,
  }
}

function namedMoves(matrix: Matrix): FirstOutcomes['moves'] {
  const { up, same, down } = movesOf(matrix)
  const someToGood = matrix.counts[1]![2]!
  const goodToStrong = matrix.counts[2]![3]!
  return { someToGood, goodToStrong, otherRises: up - someToGood - goodToStrong, unchanged: same, fell: down }
}
