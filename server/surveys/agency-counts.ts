import { and, asc, eq, inArray, isNotNull, or, sql } from 'drizzle-orm'

import { events, programmes } from '#db/courses.ts'
import { agencies, sectors } from '#db/people.ts'
import { followUps } from '#db/surveys.ts'
import { formatInstant, londonDate } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { Missing } from '#server/errors.ts'
import { signedIn } from '#server/people/sign-in.ts'
import { attenders, isAskedFor } from './follow-up.ts'

/*
 * What an agency lead sees of the follow-ups of their people: how many were asked and how many answered in a year, never who. The agency
 * is the one kept with the booking.
 */

/** An agency with fewer people asked than this is never counted on its own. */
export const FEWEST_ASKED = 5

export interface Counts {
  asked: number
  answered: number
}

/** One line of the page. */
export interface CountLine {
  /** 'own': the agency's own people; 'child': one that belongs to it; 'together': the small ones of the network. */
  kind: 'own' | 'child' | 'together'
  /** Null for those that are counted together. */
  agency: string | null
  /** Of those counted together: how many. */
  agencies: number | null
  /** Null where fewer were asked than may be counted. */
  asked: number | null
  /** Null also where nobody or everybody has answered, for then the number would say it of each person. */
  answered: number | null
}

export interface LedAgency {
  id: number
  name: string
  isSchools: boolean
  lines: CountLine[]
}

export interface AgencyCounts {
  programme: string
  programmes: string[]
  asOf: string
  fewest: number
  agencies: LedAgency[]
}

/** The agencies that this person leads, each with those that belong to it, over one year. @throws Missing: no such year */
export async function agencyCounts(ctx: Context, { programme }: { programme: string }): Promise<AgencyCounts> {
  const today = londonDate(ctx.now)
  const years = await ctx.db
    .select()
    .from(programmes)
    .where(eq(programmes.kind, 'year'))
    .orderBy(asc(programmes.startsOn))
  const begun = years.filter(({ startsOn }) => startsOn <= today)
  const year = programme ? begun.find(({ name }) => name === programme) : begun.at(-1)
  if (programme && !year) throw new Missing()
  const { agencyIds } = signedIn(ctx)
  const rows = await ctx.db
    .select({ id: agencies.id, name: agencies.name, parentId: agencies.parentId, isSchools: sectors.education })
    .from(agencies)
    .innerJoin(sectors, eq(sectors.id, agencies.sectorId))
    .where(or(inArray(agencies.id, agencyIds), inArray(agencies.parentId, agencyIds)))
    .orderBy(asc(agencies.name))
  const counts = year
    ? await countsOf(
        ctx,
        year.id,
        rows.map(({ id }) => id),
      )
    : new Map<number, Counts>()
  const withCounts = rows.map((row) => ({ ...row, ...(counts.get(row.id) ?? { asked: 0, answered: 0 }) }))
  return {
    programme: year?.name ?? '',
    programmes: begun.map(({ name }) => name).reverse(),
    asOf: formatInstant(ctx.now),
    fewest: FEWEST_ASKED,
    agencies: withCounts
      .filter(({ id, parentId }) => agencyIds.includes(id) && !(parentId !== null && agencyIds.includes(parentId)))
      .map(({ id, name, isSchools, asked, answered }) => ({
        id,
        name,
        isSchools,
        lines: linesOf(
          { name, asked, answered },
          withCounts.filter(({ parentId }) => parentId === id),
        ),
      })),
  }
}

type Counted = Counts & { name: string }

/**
 * The lines of one agency and those that belong to it, so that no number shown, alone or against another, tells how many of a small one
 * (fewer than `FEWEST_ASKED` asked) were asked or have answered:
 * - there is no total of the whole, so nothing can be taken from it
 * - the small ones are one line, without names, and only when their sum leaves every one of them anywhere from one asked to four: when
 *   it is no more than the others could make up with four each
 * - of that line, as of each, the answered stand only where some have answered and some have not
 * No larger one is merged with them: it would vanish from its network's page, and its own lead, who knows it, could take it away again.
 */
export function linesOf(own: Counted, children: readonly Counted[]): CountLine[] {
  const isSmall = ({ asked }: Counts) => asked < FEWEST_ASKED
  const alone = (kind: 'own' | 'child', { name, asked, answered }: Counted): CountLine => ({
    kind,
    agency: name,
    agencies: null,
    asked: asked < FEWEST_ASKED ? null : asked,
    answered: asked < FEWEST_ASKED ? null : someOf({ asked, answered }),
  })
  if (children.length === 0) return [alone('own', own)]
  const small = [...children, ...(own.asked > 0 ? [own] : [])].filter(isSmall)
  return [
    ...(isSmall(own) ? [] : [alone('own', own)]),
    ...children.filter((child) => !isSmall(child)).map((child) => alone('child', child)),
    ...(small.length ? [together(small)] : []),
  ]
}

function together(small: readonly Counted[]): CountLine {
  const asked = small.reduce((sum, one) => sum + one.asked, 0)
  const answered = small.reduce((sum, one) => sum + one.answered, 0)
  const others = small.filter((one) => one.asked > 0).length - 1
  const isShown = asked >= FEWEST_ASKED && asked <= others * (FEWEST_ASKED - 1)
  return {
    kind: 'together',
    agency: null,
    agencies: small.length,
    asked: isShown ? asked : null,
    answered: isShown ? someOf({ asked, answered }) : null,
  }
}

const someOf = ({ asked, answered }: Counts): number | null => (answered > 0 && answered < asked ? answered : null)

/** Everyone who came, was asked, and is still to be counted so, by the agency of the day they booked. */
async function countsOf(ctx: Context, programmeId: number, agencyIds: number[]): Promise<Map<number, Counts>> {
  const of = attenders(ctx.db, londonDate(ctx.now), and(eq(events.programmeId, programmeId), isAskedFor))
  const rows = await ctx.db
    .select({
      agencyId: of.agencyId,
      asked: sql<number>`count(*)`.mapWith(Number),
      answered: sql<number>`count(${of.responseId})`.mapWith(Number),
    })
    .from(of)
    .innerJoin(followUps, eq(followUps.bookingId, of.bookingId))
    .where(and(inArray(of.agencyId, agencyIds), isNotNull(followUps.firstAskedOn)))
    .groupBy(of.agencyId)
  return new Map(rows.map(({ agencyId, asked, answered }) => [agencyId, { asked, answered }]))
}
