import { and, asc, desc, eq, inArray, isNull, sql } from 'drizzle-orm'
import { answers, commitments, consents, texts } from '#db/surveys.ts'
import { formatInstant } from '#server/calendar.ts'
import type { CoverPerson } from '#server/config.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { Missing, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { queue } from '#server/outbox/queue.ts'
import { firstName } from '#server/people/first-name.ts'
import { mostCharacters, type RedactionInput, type TextKind, type TextState } from './input.ts'
import { soundsUrgent } from './shared/urgent.ts'

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
  { bookingId, kind, words }: { bookingId: number; kind: TextKind; words: string },
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
    .where(and(eq(texts.bookingId, bookingId), eq(texts.kind, kind)))
    .orderBy(desc(texts.id))
    .limit(1)
  // Cover was told of these words: they stay to be read, whatever is written instead.
  const isKept = known?.urgentAt != null && known.state === 'held'
  if (known && written === (known.original ?? known.cleared)) return known.id
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
        .values({ bookingId, kind, ...values })
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
  await ctx.db.delete(texts).where(eq(texts.id, id))
}

/** What was written, as its writer may see it again. */
export async function ownText(ctx: Pick<Context, 'db'>, bookingId: number, kind: TextKind): Promise<string> {
  const [row] = await ctx.db
    .select({ words: sql<string | null>`ifnull(${texts.original}, ${texts.cleared})` })
    .from(texts)
    .where(and(eq(texts.bookingId, bookingId), eq(texts.kind, kind)))
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
}

/** Everything held, urgent first: nothing here says who wrote it, where they work or when. */
export async function heldTexts(ctx: Context): Promise<{ texts: HeldText[]; longest: number }> {
  const rows = await ctx.db
    .select({ id: texts.id, kind: texts.kind, original: texts.original, urgentAt: texts.urgentAt })
    .from(texts)
    .where(eq(texts.state, 'held'))
    .orderBy(sql`${texts.urgentAt} is null`, asc(texts.id))
    .limit(100)
  return {
    texts: rows.map(({ id, kind, original, urgentAt }) => ({
      id,
      kind,
      text: original ?? '',
      isUrgent: urgentAt !== null,
    })),
    longest: mostCharacters.redaction,
  }
}

/** Lets a text stand as it is. @throws Missing, Refused `already-cleared` */
export function clearText(ctx: Context, id: number): Promise<{ id: number; state: TextState }> {
  return transact(ctx, async (ctx) => {
    const { bookingId, original } = await held(ctx, id)
    const state = (await mayQuote(ctx, bookingId)) ? 'quotable' : 'cleared'
    return settle(ctx, id, state, original)
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
    return settle(ctx, id, 'redacted', text)
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
  if (row.state !== 'held' || row.original === null)
    throw new Refused('already-cleared', 'Someone has cleared this text already')
  return { bookingId: row.bookingId, original: row.original }
}

async function settle(ctx: Writing, id: number, state: TextState, cleared: string) {
  const { actor } = ctx
  await ctx.db
    .update(texts)
    .set({
      state,
      cleared,
      original: null,
      clearedBy: actor.kind === 'person' ? actor.personId : null,
      clearedAt: ctx.now,
    })
    .where(eq(texts.id, id))
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

const mayQuote = async (ctx: Writing, bookingId: number) => (await quoteConsentOf(ctx, bookingId)) !== 'no-quote'

// Urgent words

async function tellCover(ctx: Writing, textId: number): Promise<void> {
  for (const { address } of coverOf(ctx))
    await queue(ctx, {
      kind: 'urgent-words',
      about: `text:${textId}`,
      occurrence: `${ctx.now} ${address}`,
      toAddress: address,
    })
  await record(ctx, 'text.urgent', `text:${textId}`)
}

/** Everyone on cover is told, whoever works today; without cover (the example) the training team. */
const coverOf = ({ config }: Pick<Context, 'config'>): Pick<CoverPerson, 'name' | 'address'>[] =>
  config.cover.length ? config.cover : [{ name: config.partnership.coordinator, address: config.partnership.email }]

/** Whether what this person wrote sounded urgent: the page then shows whom to ring before anything else. */
export async function wroteUrgently(ctx: Pick<Context, 'db'>, bookingId: number): Promise<boolean> {
  const [row] = await ctx.db
    .select({ id: texts.id })
    .from(texts)
    .where(and(eq(texts.bookingId, bookingId), sql`${texts.urgentAt} is not null`))
    .limit(1)
  return row !== undefined
}

/** What the message to cover says now; null when the text was taken back. */
export async function urgentWordsFacts(ctx: Context, textId: number, toAddress: string) {
  const [row] = await ctx.db.select({ writtenAt: texts.writtenAt }).from(texts).where(eq(texts.id, textId))
  if (!row) return null
  const cover = coverOf(ctx)
  return {
    firstName: firstName(cover.find(({ address }) => address === toAddress)?.name ?? ''),
    writtenAt: formatInstant(row.writtenAt),
    alsoTold: cover.filter(({ address }) => address !== toAddress).map(({ name }) => name),
    isReminder: false,
    href: `${ctx.config.origin}/texts`,
  }
}
