import { londonDate } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { settingsOf } from '#server/settings.ts'
import type { Answers } from './answers.ts'
import { type Attender, type Attenders, attendersAt, type GroupCounts } from './attenders.ts'
import { type Counted, countedBy, inAll } from './counted.ts'
import { type Group, namesOf, type ProgrammeNames } from './group.ts'
import { type Guard, guardOf } from './guard.ts'
import { type AsIssued, type Issued, type IssuedRow, issuedOf } from './issued.ts'
import type { AskedBetween } from './measures.ts'
import {
  countsIn,
  courseGroup,
  eventGroup,
  idsOf,
  isTaught,
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
  const issued = await issuedOf(
    db,
    programme.id,
    names.all,
    names.themesOf,
    typeof counting === 'object' ? counting : null,
  )
  const cutOffs = counting === 'report' ? new Map<number, number>() : issued.cutOffs
  const [rules, attenders] = await Promise.all([
    rulesOf(ctx).then((rules) => (isBuiltIn ? { ...rules, ...defaultThresholds } : rules)),
    attendersAt(db, ids, londonDate(ctx.now), { cutOffs, isBrief }),
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
    versions: attenders.versions,
    asked: attenders.asked,
    guard,
    rules,
    issued: { ...issued, cutOffs },
    live: issued,
  }
}

/** The people of a group who came. */
export function peopleOf(
  { attenders }: Pick<Gathered, 'attenders'>,
  { events, who }: Pick<Group, 'events' | 'who'>,
): Attender[] {
  const isOf = (one: Attender) =>
    !who || ('sectorId' in who ? one.sectorId === who.sectorId : one.topId === who.agencyId)
  const those: Attender[] = []
  for (const { id } of events) for (const one of attenders.came.get(id) ?? []) if (isOf(one)) those.push(one)
  return those
}

/** How many of a group came and answered: without reading its people, since a page names every group below it. */
export function sizeOf(gathered: Gathered, { events, who }: Group): Pick<Counted, 'came' | 'answered'> {
  if (who) {
    const { sector, agency } = partsOf(gathered)
    return ('sectorId' in who ? sector.get(who.sectorId) : agency.get(who.agencyId)) ?? inAll([])
  }
  const { attended, answered } = countsIn(gathered.attenders, events)
  return { came: attended, answered }
}

/** What people of a programme are told apart by; schools count under their parent. */
export const partIn = {
  sector: ({ sectorId }: Attender) => sectorId,
  agency: ({ topId }: Attender) => topId,
}
export type Part = keyof typeof partIn

const partsLately = new WeakMap<Gathered, Record<Part, ReadonlyMap<number, Counted>>>()

/** Those who came to the taught events, sector by sector and agency by agency; made once. */
export function partsOf(gathered: Gathered): Record<Part, ReadonlyMap<number, Counted>> {
  let known = partsLately.get(gathered)
  if (!known) {
    const those = peopleOf(gathered, { events: gathered.held.filter(isTaught) })
    known = { sector: countedBy(those, partIn.sector), agency: countedBy(those, partIn.agency) }
    partsLately.set(gathered, known)
  }
  return known
}

/** What figures that are not protected read: each event's counts, those of one group, and which groups show how their answers fall. */
export function standingIn({ attenders, held, guard }: Gathered, group: GroupCounts): Standing {
  const groups = [programmeGroup, ...held.flatMap(({ id, courseId }) => [courseGroup(courseId), eventGroup(id)])]
  return { events: attenders.events, group, shown: new Set(groups.filter((key) => guard.shows('practice', key))) }
}
