import { and, asc, eq } from 'drizzle-orm'
import { programmes, themes } from '#db/courses.ts'
import { singleAgencyReturns, singleAgencyThemes } from '#db/impact.ts'
import { agencies } from '#db/people.ts'
import { cleanName } from '#emails/message.ts'
import { addMonths, formatDateShort, londonDate, type On } from '#server/calendar.ts'
import { type Context, transact } from '#server/context.ts'
import { Invalid, type Issue, Missing, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import type { ReturnInput } from './input.ts'
import { periodWords } from './programme.ts'

/* One agency's yearly return, as whoever holds its link reads and fills it in: until half a year after the year's end. Nobody checks it. */

export const toldWords = 'Told to us, not checked'

/** Months after the year's last day in which a return may be filled in and changed. */
const MONTHS_OPEN = 6
/** A number of agencies that no partnership has: one number stands for an agency in a programme, in links and messages. */
export const AGENCIES = 1_000_000

/** Which return: one agency's, of one programme. */
export interface ReturnKey {
  agencyId: number
  programmeId: number
}

/** One number for one return, as its token and its messages hold it. */
export const returnNumber = ({ agencyId, programmeId }: ReturnKey): number => programmeId * AGENCIES + agencyId

export const returnKey = (number: number): ReturnKey => ({
  agencyId: number % AGENCIES,
  programmeId: Math.floor(number / AGENCIES),
})

/** The row of one return. */
export const isReturn = (key: ReturnKey) =>
  and(eq(singleAgencyReturns.agencyId, key.agencyId), eq(singleAgencyReturns.programmeId, key.programmeId))

/** The last day on which it may be filled in and changed. */
export const openUntil = (endsOn: On): On => addMonths(endsOn, MONTHS_OPEN)

export type ReturnState = NonNullable<Awaited<ReturnType<typeof returnState>>>

/** One return as it stands, with every theme to be told of; null when it was never asked for. */
export async function returnState(ctx: Pick<Context, 'db' | 'now'>, key: ReturnKey) {
  const [found] = await ctx.db
    .select({
      row: singleAgencyReturns,
      agency: agencies.name,
      name: programmes.name,
      startsOn: programmes.startsOn,
      endsOn: programmes.endsOn,
    })
    .from(singleAgencyReturns)
    .innerJoin(agencies, eq(agencies.id, singleAgencyReturns.agencyId))
    .innerJoin(programmes, eq(programmes.id, singleAgencyReturns.programmeId))
    .where(isReturn(key))
  if (!found) return null
  const [all, told] = await Promise.all([
    ctx.db.select({ id: themes.id, name: themes.name }).from(themes).orderBy(asc(themes.name)),
    ctx.db
      .select()
      .from(singleAgencyThemes)
      .where(and(eq(singleAgencyThemes.agencyId, key.agencyId), eq(singleAgencyThemes.programmeId, key.programmeId))),
  ])
  const { row, agency, name, startsOn, endsOn } = found
  return {
    ...key,
    agency: cleanName(agency),
    programme: { name, words: periodWords({ startsOn, endsOn }) },
    askedAt: row.askedAt,
    email: row.askedEmail,
    until: formatDateShort(openUntil(endsOn)),
    isOpen: londonDate(ctx.now) <= openUntil(endsOn),
    themes: all.map((theme) => {
      const its = told.find(({ themeId }) => themeId === theme.id)
      return { ...theme, told: its ? { lastOn: its.lastOn, people: its.people } : null }
    }),
    told:
      row.toldAt === null
        ? null
        : { staff: row.staff ?? 0, taught: row.taught, evidence: row.evidence, by: row.toldBy ?? '' },
  }
}

/**
 * Keeps what an agency tells; again, in place of what it told before. The same sent twice is told once.
 * @param asked the return as its link was made for: one that was asked for anew since is told by the newer link alone
 * @throws Missing: never asked for; Refused `closed` or `asked-anew`; Invalid at its fields
 */
export function tellReturn(ctx: Context, asked: ReturnKey & { askedAt: number }, input: ReturnInput): Promise<void> {
  const key = { agencyId: asked.agencyId, programmeId: asked.programmeId }
  return transact(ctx, async (ctx) => {
    const state = await returnState(ctx, key)
    if (!state) throw new Missing()
    if (state.askedAt !== asked.askedAt) throw new Refused('asked-anew', 'It was asked for anew, at another address')
    if (!state.isOpen) throw new Refused('closed', `It closed on ${state.until}`)
    const { staff, taught, evidence, toldBy } = input
    const told = input.themes.toSorted((a, b) => a.themeId - b.themeId)
    check(state, input, londonDate(ctx.now))
    const before = state.themes
      .flatMap(({ id, told }) => (told ? [{ themeId: id, ...told }] : []))
      .toSorted((a, b) => a.themeId - b.themeId)
    const isSame =
      state.told !== null &&
      JSON.stringify([state.told.staff, state.told.taught, state.told.evidence, state.told.by]) ===
        JSON.stringify([staff, taught, evidence, toldBy]) &&
      JSON.stringify(before) ===
        JSON.stringify(told.map(({ themeId, lastOn, people }) => ({ themeId, lastOn, people })))
    if (isSame) return
    await ctx.db
      .update(singleAgencyReturns)
      .set({ staff, taught, evidence, toldBy, toldAt: ctx.now })
      .where(isReturn(key))
    await ctx.db
      .delete(singleAgencyThemes)
      .where(and(eq(singleAgencyThemes.agencyId, key.agencyId), eq(singleAgencyThemes.programmeId, key.programmeId)))
    if (told.length) await ctx.db.insert(singleAgencyThemes).values(told.map((one) => ({ ...key, ...one })))
    await record(
      ctx,
      state.told ? 'return.changed' : 'return.told',
      `agency:${key.agencyId}`,
      `programme:${key.programmeId}`,
    )
  })
}

function check({ themes }: ReturnState, { staff, taught, themes: told }: ReturnInput, today: On): void {
  const issues: Issue[] = []
  if (taught !== null && taught > staff)
    issues.push({ path: 'taught', message: 'No more can have been taught than work there' })
  for (const { themeId, lastOn } of told) {
    if (!themes.some(({ id }) => id === themeId)) throw new Missing()
    if (lastOn > today) issues.push({ path: `last-${themeId}`, message: 'Enter a month that is not still to come' })
  }
  if (issues.length) throw new Invalid(issues)
}
