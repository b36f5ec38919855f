import { londonDate } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { settingsOf } from '#server/settings.ts'
import type { Answers } from './answers.ts'
import { type Attender, type Attenders, attendersAt, countsOf } from './attenders.ts'
import { type Group, namesOf, type ProgrammeNames } from './group.ts'
import { type Guard, guardOf } from './guard.ts'
import { type AsIssued, type Issued, type IssuedRow, issuedOf } from './issued.ts'
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
import { defaultThresholds } from './shared/disclosure.ts'
import type { GateThresholds } from './shared/sentences-gates.ts'

/** Thresholds and the target as the partnership has set them. */
export interface Rules extends GateThresholds {
  /** Per cent of those who came that the partnership wants to hear from. */
  target: number
}

export async function rulesOf(ctx: Pick<Context, 'db'>): Promise<Rules> {
  const set = await settingsOf(
    ctx,
    'shown-from-attended',
    'shown-from-answered',
    'percentages-from',
    'no-practice-below',
    'early-signs-below',
    'response-target',
  )
  return {
    attended: Number(set['shown-from-attended']),
    answered: Number(set['shown-from-answered']),
    percentages: Number(set['percentages-from']),
    noPractice: Number(set['no-practice-below']),
    earlySigns: Number(set['early-signs-below']),
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
  /** What issued reports have shown of it; without cut-offs where a report counts every answer. */
  issued: Issued
  /** The same as the live pages have it, which leave out what came since. */
  live: Issued
}

/**
 * Which answers pages count: `live` leaves out those that came since an issued report counted their event, a `report` counts them. A
 * report that is not issued yet stands for what the live pages will be once it is.
 */
export type Counting = 'live' | 'report' | AsIssued

/** Gathered over the whole programme, since whether a group may be shown depends on all others. `isBrief`: question one alone, for the years set beside; `beside`: rows that readers see besides those of issued reports; `isBuiltIn`: by the built-in numbers, whatever the partnership asks for. */
export async function gather(
  ctx: Pick<Context, 'db' | 'store' | 'now'>,
  programme: Programme,
  {
    counting = 'live',
    isBrief = false,
    beside = [],
    isBuiltIn = false,
  }: { counting?: Counting; isBrief?: boolean; beside?: readonly IssuedRow[]; isBuiltIn?: boolean } = {},
): Promise<Gathered> {
  const db = ctx.store.long
  const names = await namesOf(db, programme, ctx.now)
  const held = names.all.filter(({ state }) => state === 'held')
  const ids = idsOf(held)
  const issued = await issuedOf(db, programme.id, names.all, typeof counting === 'object' ? counting : null)
  const cutOffs = counting === 'report' ? new Map<number, number>() : issued.cutOffs
  const [rules, attenders, versions, asked] = await Promise.all([
    rulesOf(ctx).then((rules) => (isBuiltIn ? { ...rules, ...defaultThresholds } : rules)),
    attendersAt(db, ids, londonDate(ctx.now), { cutOffs, isBrief }),
    versionsByEvent(db, ids),
    isBrief ? new Map<number, AskedBetween>() : askedByEvent(db, ids),
  ])
  const guard = guardOf({
    held,
    came: attenders.came,
    answers: attenders.answers,
    themes: names.themesOf,
    issued: [...issued.rows, ...beside],
    thresholds: rules,
  })
  return {
    ...names,
    held,
    attenders,
    answers: attenders.answers,
    versions,
    asked,
    guard,
    rules,
    issued: { ...issued, cutOffs },
    live: issued,
  }
}

/** The people of a group who came. */
export function peopleOf({ attenders }: Pick<Gathered, 'attenders'>, group: Pick<Group, 'events' | 'who'>): Attender[] {
  const { came } = attenders
  const { who } = group
  const those: Attender[][] = []
  if (!who) for (const { id } of group.events) those.push(came.get(id) ?? [])
  else {
    const by = whoCame(came)['sectorId' in who ? 'sectors' : 'agencies']
    const number = 'sectorId' in who ? who.sectorId : who.agencyId
    for (const { id } of group.events) those.push(by.get(id)?.get(number) ?? [])
  }
  return those.flat()
}

type ByPart = ReadonlyMap<number, ReadonlyMap<number, Attender[]>>
const whoCameLately = new WeakMap<Attenders['came'], { sectors: ByPart; agencies: ByPart }>()

/** By event those of each sector and agency, made once: a programme's page asks for every one of them. */
function whoCame(came: Attenders['came']): { sectors: ByPart; agencies: ByPart } {
  let known = whoCameLately.get(came)
  if (!known) {
    const by = (partOf: (one: Attender) => number): ByPart =>
      new Map([...came].map(([id, people]) => [id, Map.groupBy(people, partOf)]))
    whoCameLately.set(came, (known = { sectors: by((one) => one.sectorId), agencies: by((one) => one.topId) }))
  }
  return known
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
