import { and, asc, desc, eq, inArray, isNull, notInArray, sql } from 'drizzle-orm'
import { answers, commitments, consents, texts } from '#db/surveys.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { Missing, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { mostCharacters, type RedactionInput, type TextKind, type TextState } from './input.ts'
import { mustNotBeTooSoon } from './pressed-too-soon.ts'
import { findIdentifiers, type Identifier } from './shared/identifiers.ts'
import { soundsUrgent } from './shared/urgent.ts'
import { isUnsettled, tellCover } from './urgent-telling.ts'

/*
 * Free text: held until a coordinator has read it without the name, agency or date in view. It stands in `texts` alone, never
 * in the history, a log line or an e-mail.
 */

/**
 * Keeps what someone wrote of this kind about this booking, in place of what stood there; empty words take it back. New words
 * are held; urgent ones tell everyone on cover at once, without the text.
 * @returns the text's id, or null when there is none now
 */
export async function writeText(
  ctx: Writing,
  {
    bookingId,
    kind,
    words,
    questionId = null,
  }: { bookingId: number; kind: TextKind; words: string; questionId?: number | null },
): Promise<number | null> {
  const written = words.replace(/\r\n?/g, '\n').trim()
  const [known] = await ctx.db
    .select({
      id: texts.id,
      original: texts.original,
      cleared: texts.cleared,
      state: texts.state,
      urgentAt: texts.urgentAt,
    })
    .from(texts)
    .where(and(eq(texts.bookingId, bookingId), eq(texts.kind, kind), ofQuestion(questionId)))
    .orderBy(desc(texts.id))
    .limit(1)
  // Cover was told of these words: they stay to be read and settled, whatever is written instead.
  const isKept = known?.urgentAt != null
  if (written && known && written === (known.original ?? known.cleared)) return known.id
  if (!written) {
    if (known && !isKept) await takeBack(ctx, known.id)
    return null
  }
  const urgentAt = soundsUrgent(written) ? ctx.now : null
  const values = {
    original: written,
    cleared: null,
    state: 'held',
    writtenAt: ctx.now,
    clearedBy: null,
    clearedAt: null,
    urgentAt,
  } as const
  const id =
    (isKept ? undefined : known?.id) ??
    (
      await ctx.db
        .insert(texts)
        .values({ bookingId, kind, questionId, ...values })
        .returning({ id: texts.id })
    )[0]?.id
  if (id === undefined) throw new Error('The text was not written')
  if (known && !isKept) await ctx.db.update(texts).set(values).where(eq(texts.id, id))
  if (urgentAt !== null) await tellCover(ctx, id)
  return id
}

async function takeBack(ctx: Writing, id: number): Promise<void> {
  await ctx.db.delete(answers).where(eq(answers.textId, id))
  await ctx.db.delete(commitments).where(eq(commitments.textId, id))
  // A reader or a quote may refer to it: then only the words go, and with them what was made of them.
  const isReferredTo = sql`(exists (select 1 from codings where codings.text_id = "texts"."id") or exists (select 1 from quotes where quotes.text_id = "texts"."id"))`
  await ctx.db
    .update(texts)
    .set({ original: null, cleared: '', state: 'redacted', clearedAt: ctx.now })
    .where(and(eq(texts.id, id), isReferredTo))
  await ctx.db.delete(texts).where(and(eq(texts.id, id), sql`not ${isReferredTo}`))
}

const ofQuestion = (questionId: number | null) =>
  questionId === null ? isNull(texts.questionId) : eq(texts.questionId, questionId)

/** What was written, as its writer may see it again; of kind `added`, to this question. */
export async function ownText(
  ctx: Pick<Context, 'db'>,
  bookingId: number,
  kind: TextKind,
  questionId: number | null = null,
): Promise<string> {
  const [row] = await ctx.db
    .select({ words: sql<string | null>`ifnull(${texts.original}, ${texts.cleared})` })
    .from(texts)
    .where(and(eq(texts.bookingId, bookingId), eq(texts.kind, kind), ofQuestion(questionId)))
    .orderBy(desc(texts.id))
    .limit(1)
  return row?.words ?? ''
}

// Clearing

export interface HeldText {
  id: number
  kind: TextKind
  text: string
  isUrgent: boolean
  /** What may tell who someone is, for a person to judge. */
  found: Identifier[]
}

/** Words that sounded urgent, until someone has recorded where they were passed; cleared or not. */
export interface UrgentText extends HeldText {
  isHeld: boolean
}

/**
 * Everything held, and apart from it what nobody has settled: nothing here says who wrote it, where they work or when.
 */
export async function heldTexts(
  ctx: Context,
): Promise<{ urgent: UrgentText[]; texts: HeldText[]; more: number; longest: number }> {
  const shown = {
    id: texts.id,
    kind: texts.kind,
    original: texts.original,
    cleared: texts.cleared,
    state: texts.state,
    urgentAt: texts.urgentAt,
  }
  const unsettled = await ctx.db.select(shown).from(texts).where(isUnsettled(ctx)).orderBy(asc(texts.id))
  const apart = unsettled.map(({ id }) => id)
  const isWaiting = and(eq(texts.state, 'held'), notInArray(texts.id, apart))
  const rows = await ctx.db
    .select(shown)
    .from(texts)
    .where(isWaiting)
    .orderBy(sql`${texts.urgentAt} is null`, asc(texts.id))
    .limit(LISTED)
  return {
    urgent: unsettled.map((row) => ({ ...asHeld(row), isHeld: row.state === 'held' })),
    texts: rows.map(asHeld),
    more: rows.length < LISTED ? 0 : (await ctx.db.$count(texts, isWaiting)) - rows.length,
    longest: mostCharacters.redaction,
  }
}

const LISTED = 100

function asHeld({
  id,
  kind,
  original,
  cleared,
  urgentAt,
}: Pick<typeof texts.$inferSelect, 'id' | 'kind' | 'original' | 'cleared' | 'urgentAt'>): HeldText {
  const text = original ?? cleared ?? ''
  return { id, kind, text, isUrgent: urgentAt !== null, found: findIdentifiers(text) }
}

/** Lets a text stand as it is. @throws Missing, Refused `already-cleared` */
export function clearText(ctx: Context, id: number): Promise<{ id: number; state: TextState }> {
  return transact(ctx, async (ctx) => {
    const { bookingId, original } = await held(ctx, id)
    const state = (await mayQuote(ctx, bookingId)) ? 'quotable' : 'cleared'
    return finishClearing(ctx, id, state, original)
  })
}

/** Keeps only the words without what was taken out; the original is destroyed in the same write. @throws as `clearText` */
export async function redactText(
  ctx: Context,
  id: number,
  { text }: RedactionInput,
): Promise<{ id: number; state: TextState }> {
  const done = await transact(ctx, async (ctx) => {
    await held(ctx, id)
    return finishClearing(ctx, id, 'redacted', text)
  })
  // The write-ahead log still holds the page as it was.
  await ctx.store.forget?.()
  return done
}

async function held(ctx: Writing, id: number): Promise<{ bookingId: number; original: string }> {
  const [row] = await ctx.db
    .select({ bookingId: texts.bookingId, original: texts.original, state: texts.state })
    .from(texts)
    .where(eq(texts.id, id))
  if (!row) throw new Missing()
  if (row.state !== 'held' || row.original === null) throw alreadyCleared()
  return { bookingId: row.bookingId, original: row.original }
}

const alreadyCleared = () => new Refused('already-cleared', 'Someone has cleared this text already')

async function finishClearing(ctx: Writing, id: number, state: TextState, cleared: string) {
  const { actor } = ctx
  const [done] = await ctx.db
    .update(texts)
    .set({
      state,
      cleared,
      original: null,
      clearedBy: actor.kind === 'person' ? actor.personId : null,
      clearedAt: ctx.now,
    })
    .where(and(eq(texts.id, id), eq(texts.state, 'held')))
    .returning({ id: texts.id })
  if (!done) throw alreadyCleared()
  await record(ctx, state === 'redacted' ? 'text.redacted' : 'text.cleared', `text:${id}`)
  return { id, state }
}

// Consent to quote

export type QuoteConsent = 'no-quote' | 'quote' | 'quote-with-job'
const quoteWords = ['no-quote', 'quote', 'quote-with-job'] as const

/** The answer to "May we quote what you wrote?", no until told otherwise. */
export async function quoteConsentOf(ctx: Pick<Context, 'db'>, bookingId: number): Promise<QuoteConsent> {
  const [row] = await ctx.db
    .select({ what: consents.what })
    .from(consents)
    .where(
      and(eq(consents.bookingId, bookingId), inArray(consents.what, [...quoteWords]), isNull(consents.withdrawnAt)),
    )
    .orderBy(sql`${consents.id} desc`)
    .limit(1)
  return row && row.what !== 'call' ? row.what : 'no-quote'
}

/** Gives or withdraws consent; a text cleared before follows it. */
export async function giveQuoteConsent(ctx: Writing, bookingId: number, what: QuoteConsent): Promise<void> {
  if ((await quoteConsentOf(ctx, bookingId)) === what) return
  await ctx.db
    .update(consents)
    .set({ withdrawnAt: ctx.now })
    .where(
      and(eq(consents.bookingId, bookingId), inArray(consents.what, [...quoteWords]), isNull(consents.withdrawnAt)),
    )
  await ctx.db.insert(consents).values({ bookingId, what, givenAt: ctx.now })
  const isYes = what !== 'no-quote'
  await ctx.db
    .update(texts)
    .set({ state: isYes ? 'quotable' : 'cleared' })
    .where(and(eq(texts.bookingId, bookingId), eq(texts.state, isYes ? 'cleared' : 'quotable')))
  await record(ctx, isYes ? 'consent.given' : 'consent.withdrawn', `booking:${bookingId}`)
}

/**
 * "Do not quote what I wrote": until the report that would quote it is issued, with the link from the email.
 * @throws Refused `too-soon`
 */
export const withdrawQuoteConsent = (ctx: Context, bookingId: number): Promise<void> =>
  transact(ctx, async (ctx) => {
    await mustNotBeTooSoon(ctx, bookingId)
    await giveQuoteConsent(ctx, bookingId, 'no-quote')
  })

const mayQuote = async (ctx: Writing, bookingId: number) => (await quoteConsentOf(ctx, bookingId)) !== 'no-quote'

// Urgent words

/** Whether what this person wrote sounded urgent: the page then shows whom to ring before anything else. */
export async function wroteUrgently(ctx: Pick<Context, 'db'>, bookingId: number): Promise<boolean> {
  const [row] = await ctx.db
    .select({ id: texts.id })
    .from(texts)
    .where(and(eq(texts.bookingId, bookingId), sql`${texts.urgentAt} is not null`))
    .limit(1)
  return row !== undefined
}
