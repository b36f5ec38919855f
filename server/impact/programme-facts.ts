import { and, count, eq, inArray, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { programmes } from '#db/courses.ts'
import { reports } from '#db/impact.ts'
import { responses } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { addDays, londonDate } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { asked, counts } from '#server/surveys/follow-up.ts'
import { cameFrom, cancelledAt, chargesIn } from './attendance-figures.ts'
import { bookingFigure, chargeFigure, followUpFigure, peopleFigure } from './booking-facts.ts'
import { costFigures } from './cost-figures.ts'
import { type Answered, answeredIn } from './course-figures.ts'
import { coverageFigures } from './coverage.ts'
import { gapFigures } from './gap-view.ts'
import type { Rules } from './gathered.ts'
import { capacityFigures, delivererFigure, eventFigures, mixFigures } from './held-figures.ts'
import { otherKindsOf } from './other-kinds.ts'
import { otherKindFigures } from './other-kinds-figures.ts'
import { otherTrainingFigures } from './other-training.ts'
import type { Presences } from './presence.ts'
import { columns, eventsOf, idsOf, isTaught, type Programme, type ProgrammeEvent, type Standing } from './programme.ts'
import { isNobodyAskedYet } from './said.ts'
import type { Figure } from './shared/figures.ts'
import { trainerFigure } from './trainer-figures.ts'

/**
 * What every board publishes of a programme: the parts 'programme' and 'reach' of its page. `standing` is of its taught events. None of
 * it says how answers fall, so none of it is under the small-number rule.
 */
export async function programmeFacts(
  ctx: Context,
  programme: Programme,
  all: readonly ProgrammeEvent[],
  standing: Standing,
  presences: Presences,
  rules: Rules,
): Promise<Figure[]> {
  const db = ctx.store.long
  const held = all.filter(({ state }) => state === 'held')
  const taught = held.filter(isTaught)
  const today = londonDate(ctx.now)
  const untilOn = today < programme.endsOn ? today : programme.endsOn
  const charged = await chargesIn(db, programme.id, idsOf(taught))
  const [events, cancelled, came, delivered, before, kinds, costs, trainers, others, coverage, gaps] =
    await Promise.all([
      eventFigures(db, programme, all),
      cancelledAt(db, taught),
      cameFrom(db, standing.group),
      delivererFigure(db, taught, standing),
      yearBefore(ctx, db, programme),
      otherKindsOf(db, programme, all, standing),
      costFigures(db, programme, held, standing, charged.atAll),
      trainerFigure(db, programme, held),
      otherTrainingFigures(db, programme),
      coverageFigures(db, held, presences.agencies, untilOn),
      gapFigures(db, untilOn),
    ])
  // Of courses and learning events alone: where none was held, that nobody came would be said of a forum to which people came.
  const ofTaught = (...figures: Figure[]) => (taught.length ? figures : [])
  return [
    ...events,
    ...ofTaught(
      ...capacityFigures(taught, standing),
      bookingFigure(presences, cancelled),
      peopleFigure(presences),
      ...mixFigures(came),
      delivered,
    ),
    trainers,
    ...ofTaught(
      followUpFigure(
        { ...answeredIn(standing, taught), isNobodyAskedYet: isNobodyAskedYet(standing.group.room) },
        before,
        rules,
      ),
      chargeFigure(charged.atThese, before),
    ),
    ...costs,
    ...otherKindFigures(kinds, all),
    ...others,
    ...coverage,
    ...gaps,
  ]
}

/** The programme that ended the day before this one began, for the figures set beside. */
async function yearBefore(ctx: Context, db: Reading, { startsOn }: Programme) {
  const [before] = await db
    .select(columns)
    .from(programmes)
    .where(and(eq(programmes.kind, 'year'), eq(programmes.endsOn, addDays(startsOn, -1))))
  if (!before) return null
  const held = (await eventsOf(db, before.id, ctx.now)).filter((event) => isTaught(event) && event.state === 'held')
  if (held.length === 0) return null
  const ids = idsOf(held)
  const [followUps, charged] = await Promise.all([answeredOf(db, before.id, ids), chargesIn(db, before.id, ids)])
  return { programme: before.name, ...followUps, ...charged.atThese }
}

/** Who came and how many of them answered; once that year's report is issued, those it counted, so that the two never differ. */
async function answeredOf(db: Reading, programmeId: number, eventIds: readonly number[]): Promise<Answered> {
  const [issued] = await db
    .select({ at: sql<number | null>`max(${reports.issuedAt})` })
    .from(reports)
    .where(and(eq(reports.programmeId, programmeId), eq(reports.scope, 'programme'), eq(reports.state, 'issued')))
  const isCounted = sql`${counts} and ${responses.coreAt} <= ${issued?.at ?? Number.MAX_SAFE_INTEGER}`
  const [row] = await db
    .select({ attended: count(), answered: sql<number>`ifnull(sum(${isCounted}), 0)`.mapWith(Number) })
    .from(bookings)
    .leftJoin(responses, and(eq(responses.bookingId, bookings.id), eq(responses.stage, 'follow-up')))
    .where(and(inArray(bookings.eventId, [...eventIds]), eq(bookings.state, 'confirmed'), asked.attends))
  const { attended = 0, answered = 0 } = row ?? {}
  return { attended, answered }
}
