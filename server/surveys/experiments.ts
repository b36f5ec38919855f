import { and, desc, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm'
import { attendances } from '#db/attendance.ts'
import { bookings } from '#db/bookings.ts'
import { messages } from '#db/outbox.ts'
import { contacts, experimentDraws, experiments } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { formatDate, londonDate } from '#server/calendar.ts'
import type { Chore } from '#server/chores.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { Missing, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { sha256 } from '#server/keys.ts'
import { signedIn } from '#server/people/sign-in.ts'
import { type ExperimentSize, experimentSize, planAhead } from './experiment-forecast.ts'
import { type ExperimentResult, isOver, resultOf, stepOf, triedOn } from './experiment-results.ts'
import { type Wordings, wordingsOf } from './experiment-wordings.ts'
import { type ExperimentArm, type ExperimentInput, type ExperimentKind, experimentKinds } from './input.ts'

/*
 * One experiment at a time, off until a coordinator starts it. It runs until both wordings were sent to as many people as it needs
 * and all of them have had their time to answer; until then nobody is told anything of how it goes, here or anywhere.
 */

/** An experiment that takes longer than this is advised against. */
const LONGEST_MONTHS = 24

type Experiment = typeof experiments.$inferSelect

export interface ExperimentsPage {
  /** Nothing of how it goes stands here. */
  running: { id: number; what: ExperimentKind; started: string; needed: number } | null
  kinds: { what: ExperimentKind; wordings: Wordings; size: ExperimentSize; isTooLong: boolean }[]
  ended: { id: number; what: ExperimentKind; started: string; ended: string; result: ExperimentResult | null }[]
}

export async function experimentsPage(ctx: Context): Promise<ExperimentsPage> {
  const running = await runningNow(ctx.db)
  const ahead = planAhead(ctx)
  const past = await ctx.db
    .select()
    .from(experiments)
    .where(isNotNull(experiments.endedAt))
    .orderBy(desc(experiments.endedAt), desc(experiments.id))
  return {
    running: running && {
      id: running.id,
      what: running.what,
      started: formatDate(londonDate(running.startedAt)),
      needed: running.needed,
    },
    kinds: await Promise.all(
      experimentKinds.map(async (what) => {
        const size = await experimentSize(ctx, what, ahead)
        return { what, wordings: wordingsOf(ctx.config, what), size, isTooLong: isTooLong(size) }
      }),
    ),
    ended: await Promise.all(
      past.map(async (one) => ({
        id: one.id,
        what: one.what,
        started: formatDate(londonDate(one.startedAt)),
        ended: formatDate(londonDate(one.endedAt ?? ctx.now)),
        result: resultOf(one, await triedOn(ctx.db, one, londonDate(ctx.now))),
      })),
    ),
  }
}

/**
 * Starts one, for as many people as it needs today.
 * @throws Refused `experiment-running`: one at a time; `experiment-too-long`: it would take longer than is advised, and nobody said "even so"
 */
export async function startExperiment(ctx: Context, { what, evenSo }: ExperimentInput): Promise<{ id: number }> {
  const size = await experimentSize(ctx, what)
  return transact(ctx, async (ctx) => {
    if (isTooLong(size) && !evenSo)
      throw new Refused('experiment-too-long', 'It would take longer than two years. Tick that you start it even so')
    const [started] = await ctx.db
      .insert(experiments)
      .values({ what, needed: size.needed, startedAt: ctx.now, startedBy: signedIn(ctx).personId, running: 1 })
      .onConflictDoNothing()
      .returning({ id: experiments.id })
    if (!started) throw new Refused('experiment-running', 'An experiment is running already. One runs at a time')
    await record(ctx, 'experiment.started', `experiment:${started.id}`, `${what} needs ${size.needed} in each`)
    return started
  })
}

/**
 * Ends one by hand. Unless it was over by itself, who got which wording is thrown away in the same moment, so that nobody, now or
 * later, can look at what it would have shown.
 * @throws Missing: no such experiment. Refused `experiment-over`: it has ended
 */
export async function endExperiment(ctx: Context, id: number): Promise<{ id: number }> {
  return transact(ctx, async (ctx) => {
    const [one] = await ctx.db.select().from(experiments).where(eq(experiments.id, id))
    if (!one) throw new Missing()
    if (one.running === null) throw new Refused('experiment-over', 'This experiment has ended already')
    if (await isComplete(ctx, one)) await end(ctx, one, 'experiment.finished')
    else {
      await ctx.db.delete(experimentDraws).where(eq(experimentDraws.experimentId, id))
      await end(ctx, one, 'experiment.ended-early')
    }
    return { id }
  })
}

/**
 * Ends the experiment that is over by itself:
 * - as many people as it needs were sent each wording
 * - none of those drawn is still being asked
 */
export const finishExperiment: Chore = async (ctx) => {
  const running = await runningNow(ctx.db)
  if (!running || !(await isComplete(ctx, running))) return false
  return transact(ctx, async (ctx) => {
    const running = await runningNow(ctx.db)
    return running !== null && (await isComplete(ctx, running)) && end(ctx, running, 'experiment.finished')
  })
}

/**
 * Draws this booking into an arm of the experiment that runs on such messages, if one does and still wants people: by the hash of
 * experiment and booking, so that nobody chooses and asking twice gives the same.
 */
export async function drawArm(ctx: Writing, what: ExperimentKind, bookingId: number): Promise<void> {
  const running = await runningNow(ctx.db)
  if (running?.what !== what || (await isFull(ctx.db, running))) return
  await ctx.db
    .insert(experimentDraws)
    .values({ experimentId: running.id, bookingId, arm: await armOf(running.id, bookingId), at: ctx.now })
    .onConflictDoNothing()
}

/** The wording drawn for the message about this booking, also by another that shares it; `a` is the one that everybody gets without an experiment. */
export async function armDrawn(
  ctx: Pick<Context, 'db'>,
  what: ExperimentKind,
  bookingId: number,
): Promise<ExperimentArm> {
  const [row] = await ctx.db
    .select({ arm: experimentDraws.arm })
    .from(experimentDraws)
    .innerJoin(experiments, eq(experiments.id, experimentDraws.experimentId))
    .where(
      and(
        eq(experiments.what, what),
        sql`(${experimentDraws.bookingId} = ${bookingId} or ${experimentDraws.bookingId} in (
          select other.booking_id from contacts own inner join contacts other on other.message_id = own.message_id
          where own.booking_id = ${bookingId} and own.step = ${stepOf(what)} and other.step = own.step))`,
      ),
    )
    .orderBy(experiments.id, experimentDraws.bookingId)
    .limit(1)
  return row?.arm ?? 'a'
}

const isTooLong = ({ months }: ExperimentSize) => months === null || months > LONGEST_MONTHS

async function runningNow(db: Reading): Promise<Experiment | null> {
  const [one] = await db.select().from(experiments).where(isNotNull(experiments.running))
  return one ?? null
}

async function armOf(experimentId: number, bookingId: number): Promise<ExperimentArm> {
  const hash = await sha256(`experiment:${experimentId} booking:${bookingId}`)
  return Number.parseInt(hash.slice(0, 2), 16) % 2 === 0 ? 'a' : 'b'
}

/** Whether both wordings were sent, or are on their way, to as many people as are needed. The cheap count first: it is asked at every sending. */
async function isFull(db: Reading, { id, what, needed }: Experiment): Promise<boolean> {
  const drawn = await db
    .select({ n: sql<number>`count(*)`.mapWith(Number) })
    .from(experimentDraws)
    .where(eq(experimentDraws.experimentId, id))
    .groupBy(experimentDraws.arm)
  if (drawn.length < 2 || drawn.some(({ n }) => n < needed)) return false
  const sent = await db
    .select({ n: sql<number>`count(distinct ${bookings.personId})`.mapWith(Number) })
    .from(experimentDraws)
    .innerJoin(bookings, eq(bookings.id, experimentDraws.bookingId))
    .innerJoin(contacts, and(eq(contacts.bookingId, bookings.id), eq(contacts.step, stepOf(what))))
    .innerJoin(messages, eq(messages.id, contacts.messageId))
    .where(
      and(
        eq(experimentDraws.experimentId, id),
        eq(bookings.state, 'confirmed'),
        inArray(messages.state, ['queued', 'claimed', 'transmitting', 'sent', 'retry']),
        sql`exists (select 1 from ${attendances} where ${attendances}.booking_id = ${bookings.id})`,
        // Of someone drawn twice the first counts.
        sql`not exists (select 1 from experiment_draws d inner join bookings b on b.id = d.booking_id where d.experiment_id = ${id}
          and b.person_id = ${bookings.personId} and (d.at < ${experimentDraws.at} or (d.at = ${experimentDraws.at} and d.booking_id < ${experimentDraws.bookingId})))`,
      ),
    )
    .groupBy(experimentDraws.arm)
  return sent.length === 2 && sent.every(({ n }) => n >= needed)
}

async function isComplete(ctx: Pick<Context, 'db' | 'now'>, one: Experiment): Promise<boolean> {
  return (await isFull(ctx.db, one)) && isOver(one, await triedOn(ctx.db, one, londonDate(ctx.now)))
}

async function end(
  ctx: Writing,
  { id }: Experiment,
  how: 'experiment.finished' | 'experiment.ended-early',
): Promise<boolean> {
  const ended = await ctx.db
    .update(experiments)
    .set({ endedAt: ctx.now, running: null })
    .where(and(eq(experiments.id, id), isNull(experiments.endedAt)))
    .returning({ id: experiments.id })
  if (ended.length) await record(ctx, how, `experiment:${id}`)
  return ended.length > 0
}
