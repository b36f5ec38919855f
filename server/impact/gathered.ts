import { londonDate } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { settingsOf } from '#server/settings.ts'
import { type Attender, type Attenders, attendersAt, countsOf } from './attenders.ts'
import { type Answers, answersAt } from './cells.ts'
import { type Group, namesOf, type ProgrammeNames } from './group.ts'
import { type Guard, guardOf } from './guard.ts'
import { issuedOf } from './issued.ts'
import { type AskedBetween, askedByEvent, versionsByEvent } from './measures.ts'
import {
  courseGroup,
  eventGroup,
  idsOf,
  type Programme,
  type ProgrammeEvent,
  programmeGroup,
  type Standing,
} from './programme.ts'
import { defaultGates, type GateThresholds } from './shared/sentences-gates.ts'

/** Thresholds and the target as the partnership has set them. */
export interface Rules extends GateThresholds {
  /** Per cent of those who came that the partnership wants to hear from. */
  target: number
}

export async function rulesOf(ctx: Pick<Context, 'db'>): Promise<Rules> {
  const set = await settingsOf(ctx, 'shown-from-attended', 'shown-from-answered', 'percentages-from', 'response-target')
  return {
    ...defaultGates,
    attended: Number(set['shown-from-attended']),
    answered: Number(set['shown-from-answered']),
    percentages: Number(set['percentages-from']),
    target: Number(set['response-target']),
  }
}

/** All that is known of one programme at one moment: what its pages are made of, and which of it they may show. */
export interface Gathered extends ProgrammeNames {
  held: ProgrammeEvent[]
  attenders: Attenders
  answers: Answers
  versions: Map<number, number[]>
  asked: Map<number, AskedBetween>
  guard: Guard
  rules: Rules
}

const nothingAnswered: Answers = { chosen: new Map(), levels: new Map(), outcomes: [] }

/**
 * Gathered over the whole programme, since whether a group may be shown depends on all others. Of events that an issued report counts,
 * answers that came later are left out, unless `counting` is a report's, which counts them. `isBrief`: question one alone, for the years set beside.
 */
export async function gather(
  ctx: Pick<Context, 'db' | 'store' | 'now'>,
  programme: Programme,
  { counting = 'live', isBrief = false }: { counting?: 'live' | 'report'; isBrief?: boolean } = {},
): Promise<Gathered> {
  const db = ctx.store.long
  const names = await namesOf(db, programme, ctx.now)
  const held = names.all.filter(({ state }) => state === 'held')
  const ids = idsOf(held)
  const issued = await issuedOf(db, programme.id, names.all)
  const cutOffs = counting === 'live' ? issued.cutOffs : new Map<number, number>()
  const [rules, attenders, answers, versions, asked] = await Promise.all([
    rulesOf(ctx),
    attendersAt(db, ids, londonDate(ctx.now), { cutOffs, isBrief }),
    isBrief ? nothingAnswered : answersAt(db, ids),
    versionsByEvent(db, ids),
    isBrief ? new Map<number, AskedBetween>() : askedByEvent(db, ids),
  ])
  const guard = guardOf({
    held,
    came: attenders.came,
    answers,
    themes: names.themesOf,
    issued: issued.rows,
    thresholds: rules,
  })
  return { ...names, held, attenders, answers, versions, asked, guard, rules }
}

/** The people of a group who came. */
export function peopleOf({ attenders }: Pick<Gathered, 'attenders'>, group: Pick<Group, 'events' | 'who'>): Attender[] {
  const those = group.events.flatMap(({ id }) => attenders.came.get(id) ?? [])
  const { who } = group
  if (!who) return those
  return those.filter((one) => ('sectorId' in who ? one.sectorId === who.sectorId : one.topId === who.agencyId))
}

/** What figures that are not protected read: each event's counts, those of one group, and which groups show how their answers fall. */
export function standingIn(gathered: Gathered, those: readonly Attender[]): Standing {
  const { attenders, held, guard } = gathered
  const groups = [programmeGroup, ...held.flatMap(({ id, courseId }) => [courseGroup(courseId), eventGroup(id)])]
  return {
    events: attenders.events,
    group: countsOf(those),
    shown: new Set(groups.filter((key) => guard.shows('practice', key))),
  }
}
