/**
 * One of the parts of the voices: the success and non-success sampler (Brinkerhoff's Success Case Method). Of those who said "you may
 * ring me" two of each kind are drawn by hash for every course of a programme, never by anybody's choice, and each says on the
 * telephone whether what they answered holds. Who is not reached twice, or would rather not, is replaced by the next of the draw.
 */
import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { courses, events, programmes, suggestions } from '#db/courses.ts'
import { accounts } from '#db/impact.ts'
import { agencies, people } from '#db/people.ts'
import { commitments, responses } from '#db/surveys.ts'
import { formatDate, type On } from '#server/calendar.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { Missing, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { sha256 } from '#server/keys.ts'
import { giveCallConsent } from '#server/surveys/call-consent.ts'
import { asked, counts } from '#server/surveys/follow-up.ts'
import type { PracticeAnswer } from '#server/surveys/input.ts'
import { ownText } from '#server/surveys/texts.ts'
import type { AccountInput, AccountKind, AccountOutcome } from './input.ts'
import { inProgramme, programmesToRead } from './voice-programmes.ts'

/** Of each kind, for a course over a programme. */
export const accountsEach = 2

const kindOf: Partial<Record<PracticeAnswer, AccountKind>> = {
  routine: 'success',
  once: 'success',
  'not-yet': 'non-success',
  'did-not-fit': 'non-success',
  'no-chance': 'non-success',
}

const practice = sql<PracticeAnswer | null>`(
  select options.key from answers
  inner join questions on questions.id = answers.question_id and questions.key = 'practice'
  inner join options on options.id = answers.option_id
  where answers.response_id = ${responses.id} and answers.learning_outcome_id is null limit 1)`

/** "You may ring me" stands. Needs `bookings` in the statement around it. */
const mayBeRung = sql<number>`exists (select 1 from consents where consents.booking_id = ${bookings.id} and consents.what = 'call' and consents.withdrawn_at is null)`

/**
 * Who may be rung, with what was drawn of them and what became of it:
 * - they came, their answer counts, and the event was not called off
 * - or they were drawn before; whether they may still be rung is said beside
 */
async function candidates(ctx: Pick<Context, 'db'>, programmeId: number, bookingId?: number) {
  const rows = await ctx.db
    .select({
      bookingId: bookings.id,
      courseId: events.courseId,
      course: courses.title,
      lastOn: events.lastOn,
      name: people.name,
      phone: sql<string | null>`nullif(trim(${people.phone}), '')`,
      agency: agencies.name,
      practice,
      mayBeRung: sql<number>`(${mayBeRung} and ${people.erasedAt} is null and ${asked.attends} and not ${asked.isVoided} and ${counts})`,
      kind: accounts.kind,
      outcome: accounts.outcome,
      triedBy: accounts.outcomeBy,
    })
    .from(bookings)
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(courses, eq(courses.id, events.courseId))
    .innerJoin(people, eq(people.id, bookings.personId))
    .innerJoin(agencies, eq(agencies.id, bookings.agencyId))
    .innerJoin(responses, and(eq(responses.bookingId, bookings.id), eq(responses.stage, 'follow-up')))
    .leftJoin(accounts, eq(accounts.bookingId, bookings.id))
    .where(
      and(
        inProgramme(programmeId),
        bookingId === undefined ? undefined : eq(bookings.id, bookingId),
        eq(bookings.state, 'confirmed'),
        sql`(${accounts.bookingId} is not null or ${mayBeRung})`,
      ),
    )
    .orderBy(asc(courses.title), asc(bookings.id))
  return rows
}
type Candidate = Awaited<ReturnType<typeof candidates>>[number]

/** Drawn, not told yet, and they may still be rung. */
const isOnSheet = ({ kind, outcome, mayBeRung }: Candidate) => kind !== null && outcome === null && mayBeRung === 1

/** Whom the draw would add, in its order: the same whoever asks, and whenever. */
async function drawn(rows: readonly Candidate[]): Promise<{ bookingId: number; kind: AccountKind }[]> {
  const hashed = await Promise.all(
    rows.map(async (row) => ({ ...row, hash: await sha256(`account of booking:${row.bookingId}`) })),
  )
  hashed.sort((a, b) => (a.hash < b.hash ? -1 : 1))
  const picked: { bookingId: number; kind: AccountKind }[] = []
  for (const courseId of new Set(rows.map(({ courseId }) => courseId)))
    for (const kind of ['success', 'non-success'] as const) {
      const own = hashed.filter((row) => row.courseId === courseId)
      const held = own.filter(
        (row) => row.kind === kind && (row.outcome === 'verified' || row.outcome === 'not-verified' || isOnSheet(row)),
      ).length
      const free = own.filter(
        (row) => row.kind === null && row.mayBeRung === 1 && row.practice && kindOf[row.practice] === kind,
      )
      for (const { bookingId } of free.slice(0, Math.max(0, accountsEach - held))) picked.push({ bookingId, kind })
    }
  return picked
}

/** Fills up to two of each kind for every course of the programme. Nothing happens when there is nobody to add. */
export function drawAccounts(ctx: Context, name: string): Promise<{ drawn: number }> {
  return transact(ctx, async (ctx) => {
    const { programme } = await programmesToRead(ctx, name)
    return { drawn: await fillUp(ctx, programme.id) }
  })
}

async function fillUp(ctx: Writing, programmeId: number): Promise<number> {
  let added = 0
  for (const { bookingId, kind } of await drawn(await candidates(ctx, programmeId))) {
    const made = await ctx.db
      .insert(accounts)
      .values({ bookingId, kind, pickedAt: ctx.now })
      .onConflictDoNothing()
      .returning({ bookingId: accounts.bookingId })
    if (!made.length) continue
    added++
    await record(ctx, 'account.drawn', `booking:${bookingId}`, kind)
  }
  return added
}

// The sheet

export interface AccountEntry {
  bookingId: number
  kind: AccountKind
  name: string
  /** Null: ring `agency`, which is named only then. */
  phone: string | null
  agency: string | null
  course: string
  date: string
  /** What they planned, ready-made. */
  planned: string[]
  wroteOwn: boolean
  answered: PracticeAnswer
  /** How often they were rung in vain: 0 or 1. */
  tries: 0 | 1
  questions: readonly string[]
}

export type AccountCounts = Record<AccountOutcome, number>

export interface AccountsPage {
  programmes: string[]
  programme: string
  entries: AccountEntry[]
  counts: AccountCounts
  /** People who said that they may be rung, drawn or not. */
  consenting: number
  /** Whom a draw would add. */
  toDraw: number
}

const questions: Record<AccountKind, readonly string[]> = {
  success: [
    'What did you do, and when was the last time?',
    'What came of it for the people you work with, and how can you tell?',
    'What helped, and would it have happened without the day?',
  ],
  'non-success': [
    'What happened when you tried, or what kept you from trying?',
    'What would have to be different where you work?',
    'What should we change in the course?',
  ],
}

/** Whom to ring of a programme, and what the calls said so far. @throws Missing when there is no such programme */
export async function accountsPage(ctx: Context, name: string): Promise<AccountsPage> {
  const { programmes, programme } = await programmesToRead(ctx, name)
  const rows = await candidates(ctx, programme.id)
  const sheet = rows.filter(isOnSheet)
  const planned = await plannedBy(
    ctx,
    sheet.map(({ bookingId }) => bookingId),
  )
  return {
    programmes,
    programme: programme.name,
    entries: sheet.flatMap((row) =>
      row.kind === null || row.practice === null
        ? []
        : [
            {
              bookingId: row.bookingId,
              kind: row.kind,
              name: row.name,
              phone: row.phone,
              agency: row.phone === null ? row.agency : null,
              course: row.course,
              date: formatDate(row.lastOn as On),
              planned: planned
                .filter((one) => one.bookingId === row.bookingId && one.text)
                .map(({ text }) => text ?? ''),
              wroteOwn: planned.some((one) => one.bookingId === row.bookingId && one.isOwn),
              answered: row.practice,
              tries: row.triedBy === null ? 0 : 1,
              questions: questions[row.kind],
            },
          ],
    ),
    counts: countsOf(rows.map(({ outcome }) => outcome)),
    consenting: rows.filter(({ mayBeRung }) => mayBeRung).length,
    toDraw: (await drawn(rows)).length,
  }
}

function countsOf(outcomes: readonly (AccountOutcome | null)[]): AccountCounts {
  const of = (outcome: AccountOutcome) => outcomes.filter((one) => one === outcome).length
  return {
    verified: of('verified'),
    'not-verified': of('not-verified'),
    'not-reached': of('not-reached'),
    withdrawn: of('withdrawn'),
  }
}

async function plannedBy(ctx: Pick<Context, 'db'>, bookingIds: readonly number[]) {
  const rows = await ctx.db
    .select({ bookingId: commitments.bookingId, text: suggestions.text, kind: commitments.kind })
    .from(commitments)
    .leftJoin(suggestions, eq(suggestions.id, commitments.suggestionId))
    .where(inArray(commitments.bookingId, [...bookingIds]))
    .orderBy(asc(commitments.bookingId), asc(commitments.position))
  return rows.map(({ kind, ...row }) => ({ ...row, isOwn: kind === 'own-words' }))
}

/** What came of one call, and when that was entered. */
export interface AccountTold {
  bookingId: number
  eventId: number
  kind: AccountKind
  outcome: AccountOutcome
  at: number
}

/** What came of the calls to people of these events. */
export async function accountsOf(ctx: Pick<Context, 'db'>, of: readonly { id: number }[]): Promise<AccountTold[]> {
  const rows = await ctx.db
    .select({
      bookingId: accounts.bookingId,
      eventId: bookings.eventId,
      kind: accounts.kind,
      outcome: accounts.outcome,
      at: accounts.outcomeAt,
    })
    .from(accounts)
    // Few are ever drawn: a cross join has SQLite begin with them.
    .crossJoin(bookings)
    .where(
      sql`${bookings.id} = ${accounts.bookingId} and ${bookings.eventId} in (select value from json_each(${JSON.stringify(of.map(({ id }) => id))}))`,
    )
  return rows.flatMap(({ outcome, at, ...row }) => (outcome === null || at === null ? [] : [{ ...row, outcome, at }]))
}

// A call

/**
 * What a call said. The first time nobody was reached is only noted, as who tried it; the second time is the outcome, and the next of
 * the draw takes the place. "Would rather not" withdraws the consent.
 * @throws Missing when they were never drawn; Refused `not-on-the-sheet`, `told-meanwhile`
 */
export function recordAccount(
  ctx: Context,
  bookingId: number,
  { outcome, tries }: AccountInput,
): Promise<{ outcome: AccountOutcome | null }> {
  return transact(ctx, async (ctx) => {
    const { programmeId } = await mustBeOnSheet(ctx, bookingId)
    const by = ctx.actor.kind === 'person' ? ctx.actor.personId : null
    const isFirstInVain = outcome === 'not-reached' && tries === 0
    const done = await ctx.db
      .update(accounts)
      .set(isFirstInVain ? { outcomeBy: by } : { outcome, outcomeAt: ctx.now, outcomeBy: by })
      .where(
        and(
          eq(accounts.bookingId, bookingId),
          isNull(accounts.outcome),
          tries === 0 ? isNull(accounts.outcomeBy) : sql`${accounts.outcomeBy} is not null`,
        ),
      )
      .returning({ bookingId: accounts.bookingId })
    if (!done.length) throw toldMeanwhile()
    await record(ctx, 'account.told', `booking:${bookingId}`, isFirstInVain ? 'not-reached-once' : outcome)
    if (outcome === 'withdrawn') await giveCallConsent(ctx, bookingId, false)
    if (outcome === 'withdrawn' || (outcome === 'not-reached' && !isFirstInVain)) await fillUp(ctx, programmeId)
    return { outcome: isFirstInVain ? null : outcome }
  })
}

const toldMeanwhile = () => new Refused('told-meanwhile', 'Someone else has recorded a call to them meanwhile')

async function mustBeOnSheet(ctx: Writing, bookingId: number): Promise<{ programmeId: number }> {
  const [known] = await ctx.db
    .select({ programmeId: programmes.id, outcome: accounts.outcome })
    .from(accounts)
    .innerJoin(bookings, eq(bookings.id, accounts.bookingId))
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(programmes, eq(programmes.id, events.programmeId))
    .where(eq(accounts.bookingId, bookingId))
  if (!known) throw new Missing()
  if (known.outcome !== null) throw toldMeanwhile()
  const [row] = await candidates(ctx, known.programmeId, bookingId)
  if (!row || !isOnSheet(row))
    throw new Refused('not-on-the-sheet', 'They are not on the sheet any more: they have taken back that we may ring')
  return { programmeId: known.programmeId }
}

/**
 * What someone on the sheet wrote they would do differently; that it was looked at is in the history.
 * @throws as `recordAccount`
 */
export function showAccountWords(ctx: Context, bookingId: number): Promise<{ words: string }> {
  return transact(ctx, async (ctx) => {
    await mustBeOnSheet(ctx, bookingId)
    const words = await ownText(ctx, bookingId, 'commitment')
    await record(ctx, 'text.shown-for-call', `booking:${bookingId}`)
    return { words }
  })
}
