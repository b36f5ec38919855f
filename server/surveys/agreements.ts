import { and, asc, eq, isNull } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import { agencies, people, roles } from '#db/people.ts'
import { agreements } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { formatDate, londonDate, type On } from '#server/calendar.ts'
import { type Context, transact } from '#server/context.ts'
import { Invalid, Missing } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { signedIn } from '#server/people/sign-in.ts'
import { setSetting, settingsOf } from '#server/settings.ts'
import type { AgreementInput } from './input.ts'

/*
 * The agreed requirement: which agencies have agreed that answering three months on is part of the course, since when, and who
 * chases. It changes what people are told when they book, and nothing about anyone who does not answer.
 */

export interface Lead {
  id: number
  name: string
}

export interface Agreement {
  agencyId: number
  agency: string
  agreedOn: On
  agreedWords: string
  /** Null while nobody is named. */
  chaser: (Lead & { /** Still a lead of the agency or of the one it belongs to. */ isLead: boolean }) | null
  /** How many agencies belong to it, for which it stands too. */
  covers: number
}

/** An agency without an agreement of its own. */
export interface AgencyWithout {
  id: number
  name: string
  /** The agency it belongs to, when that has agreed. */
  coveredBy: string | null
}

export interface Agreements {
  agreements: Agreement[]
  without: AgencyWithout[]
  /** Who can be named to chase, by agency: its leads, and those of the agency it belongs to. */
  leads: Record<number, Lead[]>
  /** The day on which the partnership as a whole agreed; null until it has. */
  partnership: { on: On; words: string } | null
}

export async function agreementsPage(ctx: Context): Promise<Agreements> {
  const parents = alias(agencies, 'parents')
  const [rows, held, { 'requirement-agreed-on': agreedOn }] = await Promise.all([
    ctx.db
      .select({
        id: agencies.id,
        name: agencies.name,
        parentId: agencies.parentId,
        parent: parents.name,
        agreedOn: agreements.agreedOn,
        chaserId: agreements.chaserId,
        chaser: people.name,
      })
      .from(agencies)
      .leftJoin(parents, eq(parents.id, agencies.parentId))
      .leftJoin(agreements, eq(agreements.agencyId, agencies.id))
      .leftJoin(people, eq(people.id, agreements.chaserId))
      .orderBy(asc(agencies.name)),
    leadRows(ctx.db),
    settingsOf(ctx, 'requirement-agreed-on'),
  ])
  const agreed = new Set(rows.flatMap(({ id, agreedOn }) => (agreedOn === null ? [] : [id])))
  const leads = Object.fromEntries(rows.map(({ id, parentId }) => [id, leadsFor(held, id, parentId)]))
  return {
    agreements: rows.flatMap(({ id, name, agreedOn, chaserId, chaser }) =>
      agreedOn === null
        ? []
        : [
            {
              agencyId: id,
              agency: name,
              agreedOn,
              agreedWords: formatDate(agreedOn),
              chaser:
                chaserId === null
                  ? null
                  : { id: chaserId, name: chaser ?? '', isLead: (leads[id] ?? []).some((one) => one.id === chaserId) },
              covers: rows.filter(({ parentId }) => parentId === id).length,
            },
          ],
    ),
    without: rows
      .filter(({ id }) => !agreed.has(id))
      .map(({ id, name, parentId, parent }) => ({
        id,
        name,
        coveredBy: parentId !== null && agreed.has(parentId) ? parent : null,
      })),
    leads,
    partnership: agreedOn ? { on: agreedOn, words: formatDate(agreedOn) } : null,
  }
}

/**
 * Records that an agency agreed, or changes when and who chases; said twice it is said once.
 * @throws Missing: no such agency. Invalid: a day to come, or somebody who leads neither the agency nor the one it belongs to
 */
export function recordAgreement(ctx: Context, agencyId: number, { agreedOn, chaserId }: AgreementInput) {
  return transact(ctx, async (ctx) => {
    const [agency] = await ctx.db.select().from(agencies).where(eq(agencies.id, agencyId))
    if (!agency) throw new Missing()
    mustBePast(ctx, agreedOn, 'agreedOn')
    if (
      chaserId !== null &&
      !leadsFor(await leadRows(ctx.db), agencyId, agency.parentId).some(({ id }) => id === chaserId)
    )
      throw new Invalid([{ path: 'chaserId', message: 'Choose one of the leads in the list' }])
    const [before] = await ctx.db.select().from(agreements).where(eq(agreements.agencyId, agencyId))
    if (before && before.agreedOn === agreedOn && before.chaserId === chaserId) return { agencyId }
    const set = { agreedOn, chaserId, recordedAt: ctx.now, recordedBy: signedIn(ctx).personId }
    await ctx.db
      .insert(agreements)
      .values({ agencyId, ...set })
      .onConflictDoUpdate({ target: agreements.agencyId, set })
    await record(
      ctx,
      before ? 'agreement.changed' : 'agreement.recorded',
      `agency:${agencyId}`,
      `${agreedOn} chased by ${chaserId === null ? 'nobody' : `person:${chaserId}`}`,
    )
    return { agencyId }
  })
}

/** Ends an agreement: from now on people of the agency are told only that they are asked. @throws Missing: there is none */
export function endAgreement(ctx: Context, agencyId: number) {
  return transact(ctx, async (ctx) => {
    const [ended] = await ctx.db.delete(agreements).where(eq(agreements.agencyId, agencyId)).returning()
    if (!ended) throw new Missing()
    await record(ctx, 'agreement.ended', `agency:${agencyId}`, ended.agreedOn)
    return { agencyId }
  })
}

/** Sets the day on which the partnership as a whole agreed; null takes it back. @throws Invalid: a day to come */
export function setRequirement(ctx: Context, on: On | null) {
  return transact(ctx, async (ctx) => {
    if (on !== null) mustBePast(ctx, on, 'on')
    await setSetting(ctx, 'requirement-agreed-on', on ?? '')
    return { on }
  })
}

function mustBePast({ now }: Pick<Context, 'now'>, on: On, path: string): void {
  if (on > londonDate(now))
    throw new Invalid([{ path, message: 'Enter a day that is not still to come, such as that of the meeting' }])
}

type LeadRow = Lead & { agencyId: number | null }

function leadRows(db: Reading): Promise<LeadRow[]> {
  return db
    .select({ id: people.id, name: people.name, agencyId: roles.agencyId })
    .from(roles)
    .innerJoin(people, eq(people.id, roles.personId))
    .where(and(eq(roles.role, 'agency-lead'), isNull(people.erasedAt)))
    .orderBy(asc(people.name), asc(people.id))
}

const leadsFor = (held: readonly LeadRow[], agencyId: number, parentId: number | null): Lead[] => [
  ...new Map(
    held
      .filter(({ agencyId: of }) => of !== null && (of === agencyId || of === parentId))
      .map(({ id, name }) => [id, { id, name }]),
  ).values(),
]
