import { and, asc, desc, eq, inArray, isNull, like, lte, sql } from 'drizzle-orm'
import { programmes, themes } from '#db/courses.ts'
import { singleAgencyReturns, singleAgencyThemes } from '#db/impact.ts'
import { messages } from '#db/outbox.ts'
import { agencies } from '#db/people.ts'
import type { Reading } from '#db/transact.ts'
import { cleanName, type Mailbox } from '#emails/message.ts'
import type { singleAgencyReturn } from '#emails/single-agency-return.ts'
import { addMonths, formatDateShort, formatMonth, londonDate, type On } from '#server/calendar.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { Invalid, type Issue, Missing, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { makeDatedToken } from '#server/keys.ts'
import type { Message } from '#server/outbox/delivery.ts'
import { queue } from '#server/outbox/queue.ts'
import {
  AGENCIES,
  isReturn,
  openUntil,
  type ReturnKey,
  returnKey,
  returnNumber,
  returnState,
  toldWords,
} from './agency-return.ts'
import { periodWords } from './programme.ts'

/*
 * The single-agency return: once a year each agency is asked, by a link, what it taught its own people. It can be filled in and changed until
 * half a year after the year's end (agency-return.ts). Here is the coordinator's side: who is asked, who has told, and the message.
 */

const aboutOf = (key: ReturnKey) => `single-agency-return:${returnNumber(key)}`

interface Year {
  id: number
  name: string
  startsOn: On
  endsOn: On
}

/** It can be asked for from the last month of the year on, so that what is told is of a whole year. */
const mayAsk = ({ endsOn }: Year, today: On): boolean => addMonths(endsOn, -1) <= today && today <= openUntil(endsOn)

export interface ReturnTold {
  staff: number
  /** Null where they do not know. */
  taught: number | null
  evidence: string | null
  by: string
  on: string
  themes: { name: string; last: string; people: number }[]
}

export interface ReturnAsked {
  agencyId: number
  agency: string
  email: string
  asked: string
  /** The last reminder; null before any. */
  reminded: string | null
  told: ReturnTold | null
}

export interface ReturnsPage {
  programme: { name: string; words: string } | null
  /** Years that have begun, newest first. */
  programmes: string[]
  /** The last day on which agencies can fill it in, in words. */
  until: string
  /** Null while it may be asked for; otherwise why not. */
  notNow: string | null
  asked: ReturnAsked[]
  notAsked: { id: number; name: string; mailbox: string | null }[]
  label: string
}

/** The returns of one year; without a name, of the year that is being asked about, or the last that was. @throws Missing */
export async function returnsPage(ctx: Context, name: string): Promise<ReturnsPage> {
  const today = londonDate(ctx.now)
  const years = await yearsBegun(ctx.db, today)
  const year = name ? years.find((one) => one.name === name) : (years.find((one) => mayAsk(one, today)) ?? years[0])
  if (name && !year) throw new Missing()
  const top = await ctx.db
    .select({ id: agencies.id, name: agencies.name, mailbox: agencies.mailbox })
    .from(agencies)
    .where(isNull(agencies.parentId))
    .orderBy(asc(agencies.name))
  const asked = year ? await askedIn(ctx.db, year.id) : []
  return {
    programme: year ? { name: year.name, words: periodWords(year) } : null,
    programmes: years.map(({ name }) => name),
    until: year ? formatDateShort(openUntil(year.endsOn)) : '',
    notNow: year ? whyNotNow(year, today) : 'There is no year yet',
    asked,
    notAsked: year ? top.filter(({ id }) => !asked.some(({ agencyId }) => agencyId === id)) : [],
    label: toldWords,
  }
}

const yearsBegun = (db: Reading, today: On): Promise<Year[]> =>
  db
    .select({ id: programmes.id, name: programmes.name, startsOn: programmes.startsOn, endsOn: programmes.endsOn })
    .from(programmes)
    .where(and(eq(programmes.kind, 'year'), lte(programmes.startsOn, today)))
    .orderBy(desc(programmes.startsOn))

function whyNotNow(year: Year, today: On): string | null {
  if (mayAsk(year, today)) return null
  return today > openUntil(year.endsOn)
    ? `It closed on ${formatDateShort(openUntil(year.endsOn))}, half a year after the year’s end. What was told stands.`
    : `It can be asked for from ${formatDateShort(addMonths(year.endsOn, -1))}, in the last month of the year.`
}

async function askedIn(db: Reading, programmeId: number): Promise<ReturnAsked[]> {
  const rows = await db
    .select({
      row: singleAgencyReturns,
      agency: agencies.name,
      remindedAt: sql<number | null>`(
        select max(${messages.queuedAt}) from ${messages}
        where ${messages.kind} = 'single-agency-return' and ${like(messages.occurrence, 'reminder-%')}
          and ${messages.about} = 'single-agency-return:' || (${singleAgencyReturns.programmeId} * ${sql.raw(String(AGENCIES))} + ${singleAgencyReturns.agencyId}))`,
    })
    .from(singleAgencyReturns)
    .innerJoin(agencies, eq(agencies.id, singleAgencyReturns.agencyId))
    .where(eq(singleAgencyReturns.programmeId, programmeId))
    .orderBy(sql`${singleAgencyReturns.toldAt} is not null`, asc(agencies.name))
  const told = await toldThemes(db, programmeId)
  return rows.map(({ row, agency, remindedAt }) => ({
    agencyId: row.agencyId,
    agency,
    email: row.askedEmail ?? '',
    asked: dayOf(row.askedAt),
    reminded: remindedAt === null || remindedAt < row.askedAt ? null : dayOf(Number(remindedAt)),
    told:
      row.toldAt === null
        ? null
        : {
            staff: row.staff ?? 0,
            taught: row.taught,
            evidence: row.evidence,
            by: row.toldBy ?? '',
            on: dayOf(row.toldAt),
            themes: told
              .filter(({ agencyId }) => agencyId === row.agencyId)
              .map(({ name, lastOn, people }) => ({ name, last: formatMonth(lastOn), people })),
          },
  }))
}

const dayOf = (at: number) => formatDateShort(londonDate(at))

/** What agencies told of themes in a programme's return: by theme and agency, the month as its first day. Told to us, not checked. */
export const toldThemes = (db: Reading, programmeId: number) =>
  db
    .select({
      agencyId: singleAgencyThemes.agencyId,
      sectorId: agencies.sectorId,
      themeId: singleAgencyThemes.themeId,
      name: themes.name,
      lastOn: singleAgencyThemes.lastOn,
      people: singleAgencyThemes.people,
    })
    .from(singleAgencyThemes)
    .innerJoin(themes, eq(themes.id, singleAgencyThemes.themeId))
    .innerJoin(agencies, eq(agencies.id, singleAgencyThemes.agencyId))
    .where(eq(singleAgencyThemes.programmeId, programmeId))
    .orderBy(asc(themes.name))

/**
 * Asks agencies for the year's return, one message each. Asked again at the same address it is asked once; at another, the message goes there
 * and one still waiting goes nowhere.
 * @throws Missing: no such year; Refused `not-now`; Invalid: nobody chosen, or an agency that belongs to another
 */
export function askForReturns(
  ctx: Context,
  { programme, asked }: { programme: string; asked: Record<string, string> },
): Promise<{ asked: number }> {
  return transact(ctx, async (ctx) => {
    const year = await yearToAsk(ctx, programme)
    const chosen = Object.entries(asked).map(([id, email]) => ({ agencyId: Number(id), email }))
    if (!chosen.length) throw new Invalid([{ path: 'asked', message: 'Choose the agencies to ask' }])
    const ids = chosen.map(({ agencyId }) => agencyId)
    const there = await ctx.db
      .select({ id: agencies.id })
      .from(agencies)
      .where(and(inArray(agencies.id, ids), isNull(agencies.parentId)))
    const issues: Issue[] = ids
      .filter((id) => !there.some((one) => one.id === id))
      .map((id) => ({ path: `asked.${id}`, message: 'Choose an agency in the list' }))
    if (issues.length) throw new Invalid(issues)
    let n = 0
    for (const { agencyId, email } of chosen) if (await ask(ctx, { agencyId, programmeId: year.id }, email)) n++
    return { asked: n }
  })
}

async function ask(ctx: Writing, key: ReturnKey, email: string): Promise<boolean> {
  const [before] = await ctx.db.select().from(singleAgencyReturns).where(isReturn(key))
  if (before?.askedEmail === email || (before && before.toldAt !== null)) return false
  await ctx.db
    .insert(singleAgencyReturns)
    .values({ ...key, askedAt: ctx.now, askedEmail: email })
    .onConflictDoUpdate({
      target: [singleAgencyReturns.agencyId, singleAgencyReturns.programmeId],
      set: { askedAt: ctx.now, askedEmail: email },
    })
  // The address stands in the return alone: messages are kept for good.
  await queue(ctx, { kind: 'single-agency-return', about: aboutOf(key), occurrence: `asked-${ctx.now}` })
  await record(ctx, 'return.asked', `agency:${key.agencyId}`, `programme:${key.programmeId}`)
  return true
}

/** Reminds an agency that has not told yet; once a day at most. @throws Missing: it was not asked; Refused `not-now`, `told-already`, `reminded-today` */
export function remindOfReturn(
  ctx: Context,
  { programme, agencyId }: { programme: string; agencyId: number },
): Promise<{ agencyId: number }> {
  return transact(ctx, async (ctx) => {
    const year = await yearToAsk(ctx, programme)
    const key = { agencyId, programmeId: year.id }
    const [row] = await ctx.db.select().from(singleAgencyReturns).where(isReturn(key))
    if (!row) throw new Missing()
    if (row.toldAt !== null) throw new Refused('told-already', 'They have filled it in already')
    const on = londonDate(ctx.now)
    const owed = { kind: 'single-agency-return', about: aboutOf(key), occurrence: `reminder-${on}` } as const
    if (londonDate(row.askedAt) === on || (await queue(ctx, owed)) === null)
      throw new Refused('reminded-today', 'We have written to them today already. Remind them another day')
    await record(ctx, 'return.reminded', `agency:${agencyId}`, `programme:${year.id}`)
    return { agencyId }
  })
}

async function yearToAsk(ctx: Writing, name: string): Promise<Year> {
  const today = londonDate(ctx.now)
  const year = (await yearsBegun(ctx.db, today)).find((one) => one.name === name)
  if (!year) throw new Missing()
  const why = whyNotNow(year, today)
  if (why) throw new Refused('not-now', why)
  return year
}

/**
 * What the message says now, or why it must not go:
 * - nothing was told yet, and there is time left to
 * - it was not asked anew since, at another address
 */
export async function returnFacts(
  ctx: Context,
  message: Pick<Message, 'queuedAt' | 'occurrence' | 'about'>,
): Promise<{ to: Mailbox; props: Parameters<typeof singleAgencyReturn>[0] } | { cancelled: string }> {
  const key = returnKey(Number(message.about.slice(message.about.indexOf(':') + 1)))
  const state = await returnState(ctx, key)
  if (!state?.email) return { cancelled: 'It is not asked for any more' }
  if (state.told) return { cancelled: 'They have filled it in' }
  if (!state.isOpen) return { cancelled: 'Its time is over' }
  if (message.queuedAt < state.askedAt) return { cancelled: 'It was asked for anew, at another address' }
  return {
    to: { name: cleanName(state.agency), address: state.email },
    props: {
      agency: state.agency,
      year: state.programme.words,
      until: state.until,
      isReminder: message.occurrence.startsWith('reminder-'),
      href: `${ctx.config.origin}/agency-return/${await makeDatedToken(ctx.secrets, 'single-agency-return', returnNumber(key), state.askedAt)}`,
      phone: ctx.config.partnership.phone,
    },
  }
}
