import { and, desc, eq, inArray, ne, type SQL, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { events, programmes } from '#db/courses.ts'
import { codingCodes, codings } from '#db/impact.ts'
import { people } from '#db/people.ts'
import { texts } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { Invalid, Missing, NotSignedIn, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { settingsOf } from '#server/settings.ts'
import { type Code, codesNow } from './codebook.ts'
import type { CodingInput } from './input.ts'
import { agreedPercent, agreementSentence, fewestReadTwice, type ReadTwice } from './shared/agreement.ts'
import { inProgramme, programmesToRead } from './voice-programmes.ts'

/*
 * Reading what people wrote, one text after another, without the name, agency or date of whoever wrote it, in an order that tells
 * nothing. A share, by hash of the text's id, is read by a second person, who is never shown what the first gave, nor that they are
 * the second.
 */

/** What is read: what people tell. What they plan, and what they need on the day, is not. */
export const kindsRead = ['example', 'suggestion', 'added'] as const

/** Cleared words that still stand. Needs `texts` and `people` in the statement around it. */
export const isCleared: SQL = sql`(${texts.state} <> 'held' and ${texts.cleared} <> '' and ${people.erasedAt} is null)`
const isRead = and(isCleared, inArray(texts.kind, [...kindsRead]))

/** Other words in its place since make a reading void: nobody has read those. Needs `texts` around it. */
const coder = (version: number, place: 1 | 2) =>
  sql`(select codings.coder_id from codings where codings.text_id = ${texts.id} and codings.version = ${version} and codings.place = ${place} and codings.at >= ${texts.clearedAt})`

/** A fixed draw from 0 to 2³² − 1 by the text's id (Knuth's multiplicative hash). */
const isDrawn = (percent: number) => sql`((${texts.id} * 2654435761) % 4294967296) * 100 < ${percent} * 4294967296`
const inNoOrder = sql`(${texts.id} * 2246822519 + 374761393) % 4294967296`

export interface CodingDesk {
  programmes: string[]
  programme: string
  /** What waits for this person in other programmes, the newest first. */
  elsewhere: { programme: string; waiting: number }[]
  version: number
  codes: Code[]
  /** Of the texts that are this person's to read. */
  read: number
  of: number
  next: { id: number; text: string } | null
  secondPercent: number
  agreement: Agreement
}

export interface Agreement {
  /** Texts of this version read by two people. */
  texts: number
  fewest: number
  /** Empty while there are too few to tell. */
  codes: { name: string; percent: number; words: string }[]
}

/** The next text for whoever asks, and how far they are. @throws Missing when there is no such programme */
export async function codingDesk(ctx: Context, name: string): Promise<CodingDesk> {
  const { programmes, programme } = await programmesToRead(ctx, name)
  const { version, codes } = await codesNow(ctx.db)
  const percent = await secondPercent(ctx)
  const mine = standing(myId(ctx), version, percent)
  const where = inProgramme(programme.id)
  const [{ read, waiting }, elsewhere] = await Promise.all([
    counted(ctx.db, where, mine),
    version ? waitingBut(ctx.db, programme.id, mine) : [],
  ])
  const [next] = version ? await textsWith(ctx.db, where, mine.isWaiting) : []
  return {
    programmes,
    programme: programme.name,
    elsewhere,
    version,
    codes,
    read,
    of: read + waiting,
    next: next ?? null,
    secondPercent: percent,
    agreement: await agreementOf(ctx.db, version, codes),
  }
}

/** The texts of a programme, or one of them, by what is asked of them here; every statement joins the same four tables. */
const textsWith = (db: Reading, where: SQL | undefined, isWaiting: SQL | undefined) =>
  db
    .select({ id: texts.id, text: sql<string>`${texts.cleared}` })
    .from(texts)
    .innerJoin(bookings, eq(bookings.id, texts.bookingId))
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(people, eq(people.id, bookings.personId))
    .where(and(where, isRead, isWaiting))
    .orderBy(inNoOrder)
    .limit(1)

async function counted(db: Reading, where: SQL, { isMine, isWaiting }: { isMine: SQL; isWaiting: SQL }) {
  const [row] = await db
    .select({
      read: sql<number>`ifnull(sum(${isMine}), 0)`,
      waiting: sql<number>`ifnull(sum(${isWaiting}), 0)`,
    })
    .from(texts)
    .innerJoin(bookings, eq(bookings.id, texts.bookingId))
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(people, eq(people.id, bookings.personId))
    .where(and(where, isRead))
  return { read: Number(row?.read ?? 0), waiting: Number(row?.waiting ?? 0) }
}

async function waitingBut(db: Reading, programmeId: number, { isWaiting }: { isWaiting: SQL }) {
  const rows = await db
    .select({ programme: programmes.name, waiting: sql<number>`count(*)`.mapWith(Number) })
    .from(texts)
    .innerJoin(bookings, eq(bookings.id, texts.bookingId))
    .innerJoin(events, eq(events.id, bookings.eventId))
    .innerJoin(programmes, eq(programmes.id, events.programmeId))
    .innerJoin(people, eq(people.id, bookings.personId))
    .where(and(ne(programmes.id, programmeId), isRead, isWaiting))
    .groupBy(programmes.id)
    .orderBy(desc(programmes.startsOn), desc(programmes.id))
  return rows
}

function standing(me: number, version: number, percent: number): { isMine: SQL; isWaiting: SQL } {
  const first = coder(version, 1)
  const second = coder(version, 2)
  return {
    isMine: sql`(ifnull(${first} = ${me}, 0) or ifnull(${second} = ${me}, 0))`,
    isWaiting: sql`(${first} is null or (${first} <> ${me} and ${second} is null and ${isDrawn(percent)}))`,
  }
}

function myId({ actor }: Pick<Context, 'actor'>): number {
  if (actor.kind !== 'person' || actor.personId === null) throw new NotSignedIn()
  return actor.personId
}

async function secondPercent(ctx: Pick<Context, 'db'>): Promise<number> {
  const { 'second-coder-percent': percent } = await settingsOf(ctx, 'second-coder-percent')
  return Number(percent)
}

/**
 * Which codes this person gives a text; none is an answer too. Sent again by the same person it stands in place of what they gave.
 * @throws Missing; Invalid at `codes`; Refused `codebook-changed`, `already-read`
 */
export function giveCodes(
  ctx: Context,
  textId: number,
  { version, codes: given }: CodingInput,
): Promise<{ read: true }> {
  const me = myId(ctx)
  return transact(ctx, async (ctx) => {
    const [text] = await textsWith(ctx.db, eq(texts.id, textId), undefined)
    if (!text) throw new Missing()
    const now = await codesNow(ctx.db)
    if (version !== now.version)
      throw new Refused(
        'codebook-changed',
        'Someone has changed the codebook. Open this page again to read with theirs.',
      )
    const wanted = [...new Set(given)]
    if (wanted.some((id) => !now.codes.some((code) => code.id === id)))
      throw new Invalid([{ path: 'codes', message: 'Choose from the codes shown' }])
    const codingId = await takePlace(ctx, { textId, version, me })
    await ctx.db.delete(codingCodes).where(eq(codingCodes.codingId, codingId))
    if (wanted.length) await ctx.db.insert(codingCodes).values(wanted.map((codeId) => ({ codingId, codeId })))
    await record(ctx, 'text.coded', `text:${textId}`, `version ${version}`)
    return { read: true as const }
  })
}

/** The coding of this text that is this person's: the one they have, the first, or the second where one is drawn. */
async function takePlace(
  ctx: Writing,
  { textId, version, me }: { textId: number; version: number; me: number },
): Promise<number> {
  await forgetVoid(ctx, textId, version)
  const known = await ctx.db
    .select({ id: codings.id, place: codings.place, coderId: codings.coderId })
    .from(codings)
    .where(and(eq(codings.textId, textId), eq(codings.version, version)))
  const mine = known.find(({ coderId }) => coderId === me)
  if (mine) {
    await ctx.db.update(codings).set({ at: ctx.now }).where(eq(codings.id, mine.id))
    return mine.id
  }
  const place = known.length + 1
  const [drawn] = await textsWith(
    ctx.db,
    eq(texts.id, textId),
    place === 1 ? undefined : isDrawn(await secondPercent(ctx)),
  )
  const [made] =
    drawn && place <= 2
      ? await ctx.db
          .insert(codings)
          .values({ textId, version, place, coderId: me, at: ctx.now })
          .onConflictDoNothing()
          .returning({ id: codings.id })
      : []
  if (!made) throw new Refused('already-read', 'Someone else has read this text meanwhile. Go on with the next.')
  return made.id
}

/** Readings of words that have been replaced since. */
async function forgetVoid(ctx: Writing, textId: number, version: number): Promise<void> {
  const rows = await ctx.db
    .select({ id: codings.id })
    .from(codings)
    .innerJoin(texts, eq(texts.id, codings.textId))
    .where(and(eq(codings.textId, textId), eq(codings.version, version), sql`${codings.at} < ${texts.clearedAt}`))
  const ids = rows.map(({ id }) => id)
  if (!ids.length) return
  await ctx.db.delete(codingCodes).where(inArray(codingCodes.codingId, ids))
  await ctx.db.delete(codings).where(inArray(codings.id, ids))
}

// Agreement

/** How far two people agree, code by code, over everything that both have read with this version. */
export async function agreementOf(
  db: Reading,
  version: number,
  codes: readonly Pick<Code, 'id' | 'name'>[],
): Promise<Agreement> {
  const rows = await db
    .select({ text: codings.textId, place: codings.place, code: codingCodes.codeId })
    .from(codings)
    .innerJoin(texts, eq(texts.id, codings.textId))
    .leftJoin(codingCodes, eq(codingCodes.codingId, codings.id))
    .where(and(eq(codings.version, version), sql`${codings.at} >= ${texts.clearedAt}`))
  const given = { 1: new Map<number, Set<number>>(), 2: new Map<number, Set<number>>() }
  for (const { text, place, code } of rows) {
    const ofPlace = given[place as 1 | 2]
    const ofText = ofPlace.get(text) ?? new Set()
    if (code !== null) ofText.add(code)
    ofPlace.set(text, ofText)
  }
  const twice = [...given[2].keys()].filter((text) => given[1].has(text))
  const read = ({ id }: { id: number }): ReadTwice => {
    const counted = { both: 0, first: 0, second: 0, neither: 0 }
    for (const text of twice) {
      const [first, second] = [given[1].get(text)?.has(id), given[2].get(text)?.has(id)]
      counted[first ? (second ? 'both' : 'first') : second ? 'second' : 'neither']++
    }
    return counted
  }
  return {
    texts: twice.length,
    fewest: fewestReadTwice,
    codes:
      twice.length < fewestReadTwice
        ? []
        : codes.map((code) => {
            const readings = read(code)
            return { name: code.name, percent: agreedPercent(readings), words: agreementSentence(readings) }
          }),
  }
}
