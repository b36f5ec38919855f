import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import { bookings, charges } from '#db/bookings.ts'
import { events } from '#db/courses.ts'
import { costs } from '#db/impact.ts'
import type { Reading } from '#db/transact.ts'
import { formatInstant } from '#server/calendar.ts'
import { type Context, transact } from '#server/context.ts'
import { Missing } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { once } from '#server/repeats.ts'
import { type Charges, chargesIn } from './attendance-figures.ts'
import { placesAt } from './course-figures.ts'
import { type CostHead, type CostInput, costHeads, incomeHeads } from './input.ts'
import { countsIn, isTaught, type Programme, type ProgrammeEvent, programmeCalled, type Standing } from './programme.ts'
import { programmeFigure } from './programme-words.ts'
import { headWords } from './shared/cost-words.ts'
import type { Cell, Figure } from './shared/figures.ts'
import { moneyWords } from './shared/money.ts'
import { costsSentence } from './shared/sentences-programme.ts'
import { capital, listed } from './shared/sentences-words.ts'

/* The money of a programme: lines that a coordinator types under heads, what is charged through bookings, and the figures of both. */

export interface CostLine {
  id: number
  head: CostHead
  pence: number
  about: string
  /** When it was entered, in words. */
  at: string
}

export interface CostLines {
  programme: string
  lines: CostLine[]
  /** Of the lines alone: what is charged through bookings comes on top. */
  income: number
  spent: number
}

const isIncome = (head: CostHead): boolean => (incomeHeads as readonly CostHead[]).includes(head)

/** The lines of a programme that stand, in the order of the heads. */
export async function costLines(ctx: Context, name: string): Promise<CostLines> {
  const programme = await programmeCalled(ctx.db, name)
  const rows = await ctx.db
    .select({ id: costs.id, head: costs.head, pence: costs.sumPence, about: costs.about, at: costs.at })
    .from(costs)
    .where(and(eq(costs.programmeId, programme.id), isNull(costs.removedAt)))
    .orderBy(asc(costs.id))
  const lines = rows
    .toSorted((a, b) => costHeads.indexOf(a.head) - costHeads.indexOf(b.head))
    .map((row) => ({ ...row, at: formatInstant(row.at) }))
  const sum = (own: readonly { pence: number }[]) => own.reduce((total, { pence }) => total + pence, 0)
  return {
    programme: programme.name,
    lines,
    income: sum(lines.filter(({ head }) => isIncome(head))),
    spent: sum(lines.filter(({ head }) => !isIncome(head))),
  }
}

/** @throws Missing when there is no such programme */
export function addCost(ctx: Context, { name, ...input }: { name: string } & CostInput): Promise<{ id: number }> {
  return transact(ctx, async (ctx) => {
    const programme = await programmeCalled(ctx.db, name)
    return once(ctx, `cost of ${programme.id}`, input.repeatKey, async () => {
      const [row] = await ctx.db
        .insert(costs)
        .values({
          programmeId: programme.id,
          head: input.head,
          sumPence: input.sum,
          about: input.about,
          at: ctx.now,
          by: ctx.actor.kind === 'person' ? ctx.actor.personId : null,
        })
        .returning({ id: costs.id })
      await record(ctx, 'cost.added', `cost:${row!.id}`, input.head)
      return { id: row!.id }
    })
  })
}

/**
 * It counts no more; it stays in the table. Taking back what was taken back is no fault: two people may press at once.
 * @throws Missing when there is none
 */
export function takeBackCost(ctx: Context, id: number): Promise<{ id: number }> {
  return transact(ctx, async (ctx) => {
    const [row] = await ctx.db.select().from(costs).where(eq(costs.id, id))
    if (!row) throw new Missing()
    if (row.removedAt === null) {
      await ctx.db.update(costs).set({ removedAt: ctx.now }).where(eq(costs.id, id))
      await record(ctx, 'cost.taken-back', `cost:${id}`, row.head)
    }
    return { id }
  })
}

const noMoney = 'No income and no cost has been entered.'

/** Costs that are not of the courses themselves; the conference has a line of its own, outreach has no places here. */
const apart: readonly CostHead[] = ['conference', 'outreach']

/**
 * Income and costs by head, and what a place and a person cost. `standing` is of the events that were held, `charged` of all: money is
 * counted once it is charged, even where the event is still to come.
 */
export async function costFigures(
  db: Reading,
  programme: Programme,
  held: readonly ProgrammeEvent[],
  standing: Pick<Standing, 'events'>,
  charged: Charges,
): Promise<Figure[]> {
  const [lines, fees] = await Promise.all([
    db
      .select({ head: costs.head, pence: sql<number>`sum(${costs.sumPence})`.mapWith(Number) })
      .from(costs)
      .where(and(eq(costs.programmeId, programme.id), isNull(costs.removedAt)))
      .groupBy(costs.head),
    feesIn(db, programme.id),
  ])
  const of = (head: CostHead) => lines.find((line) => line.head === head)?.pence ?? 0
  const income: [string, number][] = [
    ...incomeHeads.map((head): [string, number] => [headWords[head], of(head)]),
    ['Fees charged through bookings, any kind of event', fees],
    ['Charged for not attending, any kind of event', charged.nonAttendance.pence],
    ['Charged for cancelling late, any kind of event', charged.lateCancellation.pence],
  ]
  const spent = costHeads.filter((head) => !isIncome(head)).map((head): [string, number] => [headWords[head], of(head)])
  const total = (rows: readonly [string, number][]) => rows.reduce((sum, [, pence]) => sum + pence, 0)
  const [came, went] = [total(income), total(spent)]
  const taught = held.filter(isTaught)
  const conferences = held.filter(({ kind }) => kind === 'conference')
  const each = (own: readonly ProgrammeEvent[], pence: number) => ({
    pence,
    places: placesAt(own),
    came: countsIn(standing, own).attended,
  })
  const ofCourses = each(taught, went - apart.reduce((sum, head) => sum + of(head), 0))
  const ofConference = each(conferences, of('conference'))
  const inNeither = [
    ...(of('outreach') === 0 ? [] : [`outreach (${moneyWords(of('outreach'))})`]),
    ...(of('conference') === 0 ? [] : [`the conference (${moneyWords(of('conference'))})`]),
  ]
  const stand = (rows: readonly [string, number][]): Cell[][] =>
    rows.filter(([, pence]) => pence !== 0).map(([label, pence]) => [label, moneyWords(pence)])
  const perEach = [
    { label: 'Courses and learning events', ...ofCourses },
    ...(conferences.length > 0 ? [{ label: 'Conference', ...ofConference }] : []),
  ]
  const divided = (pence: number, by: number): Cell => (by === 0 || pence <= 0 ? '–' : moneyWords(roundedTo(pence, by)))
  return [
    programmeFigure({
      key: 'costs',
      title: 'Income and costs',
      sentence:
        went === 0 && came === 0
          ? noMoney
          : `${went === 0 ? 'No cost has been entered' : `${moneyWords(went)} was spent`} and ${came === 0 ? 'no income has been entered' : `${moneyWords(came)} came in or was charged`}.`,
      definition:
        'As entered by the coordinator, head by head. What was charged through bookings of the programme’s events, held, cancelled or to come, is added by itself, credits and waived charges taken off, whether or not it has been paid. Work that nobody paid for, such as time given by trainers, has no sum here.',
      table: {
        caption: 'Income and costs by head',
        head: ['Head', 'Sum'],
        rows: [
          ...stand(income),
          ['Income in all', moneyWords(came)],
          ...stand(spent),
          ['Costs in all', moneyWords(went)],
        ],
      },
    }),
    programmeFigure({
      key: 'cost-each',
      title: 'What a place and a person cost',
      sentence:
        ofCourses.pence <= 0
          ? 'No cost of courses has been entered.'
          : taught.length === 0
            ? 'No course or learning event has been held, so there is nothing to divide the costs by.'
            : `For courses and learning events: ${costsSentence(ofCourses)}${inNeither.length ? ` ${capital(listed(inNeither))} ${inNeither.length === 1 ? 'is' : 'are'} in neither.` : ''}`,
      definition:
        'Costs by the places of events that were held, and by attendances. For courses and learning events: all costs but those of the conference and of voluntary outreach. Other kinds of event are in their costs but not in their places, unless they have a line of their own.',
      table: {
        caption: 'What a place and a person cost',
        head: ['What', 'Each place offered', 'Each person who came', 'Costs', 'Places offered', 'Attendances'],
        rows: perEach.map(({ label, pence, places, came }) => [
          label,
          divided(pence, places),
          divided(pence, came),
          moneyWords(pence),
          places,
          came,
        ]),
      },
    }),
  ]
}

/** Of a programme in which nothing was held: what stands in its books already, if anything does. */
export async function costsSoFar(db: Reading, programme: Programme): Promise<Figure[]> {
  const { atAll } = await chargesIn(db, programme.id, [])
  const figures = await costFigures(db, programme, [], { events: new Map() }, atAll)
  return figures.some(({ sentence }) => sentence === noMoney) ? [] : figures
}

/** Pence, halves up. */
const roundedTo = (pence: number, by: number): number => Math.floor((2 * pence + by) / (2 * by))

/** Fees charged through bookings and not waived, in pence. */
async function feesIn(db: Reading, programmeId: number): Promise<number> {
  const [row] = await db
    .select({ pence: sql<number>`ifnull(sum(${charges.sumPence}), 0)`.mapWith(Number) })
    .from(charges)
    .innerJoin(bookings, eq(bookings.id, charges.bookingId))
    .innerJoin(events, eq(events.id, bookings.eventId))
    .where(and(eq(events.programmeId, programmeId), eq(charges.kind, 'fee'), isNull(charges.waivedBecause)))
  return row?.pence ?? 0
}
