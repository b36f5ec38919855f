/* One of the two halves of a page: which groups have one, in what order figures stand on it, and the rows a report shows. The figures are made elsewhere. */

import { formatInstant, type On } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { Missing } from '#server/errors.ts'
import { addedFigures, addedShown } from './added-figures.ts'
import { dispositionsFigure, flowFigure, whoAnsweredFigures } from './answered-figures.ts'
import { answerFigures } from './answers-said.ts'
import { countsOf } from './attenders.ts'
import { colleaguesFigure } from './colleagues-figure.ts'
import { costsSoFar } from './cost-figures.ts'
import { evidenceFigures } from './evidence.ts'
import { type Counting, type Gathered, gather, type Part, partsOf, peopleOf, sizeOf, standingIn } from './gathered.ts'
import {
  type Address,
  courseGroupOf,
  eventGroupOf,
  type Group,
  groupFor,
  isFollowedUp,
  partGroupOf,
  programmeAt,
  themeGroupOf,
  whenWords,
  yearWords,
} from './group.ts'
import { cannotTell, methodOf, provisionalOf } from './group-page.ts'
import { type Issued, leftOut, nothingIssued } from './issued.ts'
import { movesFigures } from './moves-figures.ts'
import { type Offered, periodGathered, periodsOffered, periodsWithin } from './period.ts'
import { breakEvenFigure, opportunityFigure, partsFigure, wavesFigure, wholeRoomFigure } from './practice-figures.ts'
import { presencesOf } from './presence.ts'
import { isTaught, periodWords, programmeCalled, programmeGroup } from './programme.ts'
import { programmeFacts } from './programme-facts.ts'
import { nobodyAskedWords, type Said, saidOf, whyNoWords } from './said.ts'
import { defaultThresholds, mayShow } from './shared/disclosure.ts'
import type { Figure } from './shared/figures.ts'
import { apartWords, type ImpactPage, type Level, type ShownAnswers } from './shared/pages.ts'
import { figure } from './shared/pictures.ts'
import { uncapital } from './shared/sentences-words.ts'
import { earlierOf, earlierYears, trendFigure, yearBefore } from './trend.ts'
import { voicesOf } from './voices.ts'

/** What a report is about: the page of it, and the pages below that. */
export type ImpactScope =
  | { kind: 'programme'; name: string }
  | { kind: 'course'; programme: string; code: string }
  | { kind: 'theme'; programme: string; themeId: number }
  /** From the first to the last day, both whole months that are offered. */
  | { kind: 'period'; from: On; until: On }

/** A live page with where it stands among the others; a trainer, who reads their own events alone, is told of no other page. */
export interface PageRead {
  page: ImpactPage
  /** Addresses of the pages below, by their keys. */
  hrefs: Record<string, string>
  crumbs: { href: string; words: string }[]
}

/** The page of one group as it is now. An event's is a trainer's only where they are assigned to it. */
export async function impactPage(ctx: Context, address: Address): Promise<PageRead> {
  const programme = await programmeAt(ctx, address)
  const gathered = await gather(ctx, programme)
  const group = groupFor(gathered, address)
  // How few of a small agency answered is nobody's to see.
  if (group.level === 'agency' && sizeOf(gathered, group).came < gathered.rules.attended) throw new Missing()
  const earlier = await earlierFor(ctx, group)
  const page = await pageOf(ctx, gathered, group, { earlier, shown: new Map(), isReport: false })
  if (ctx.actor.kind === 'person' && ctx.actor.role === 'trainer') return { page, hrefs: {}, crumbs: [] }
  const top = { href: '/impact', words: 'Impact' }
  const year = { href: hrefOf(gathered, programmeGroup), words: yearWords(programme.name) }
  const course = group.course && courseGroupOf(gathered, group.course)
  return {
    page,
    hrefs: Object.fromEntries(page.below.map(({ key }) => [key, hrefOf(gathered, key)])),
    crumbs: [
      top,
      ...(group.level === 'programme' ? [] : [year]),
      ...(group.level === 'event' && course ? [{ href: hrefOf(gathered, course.key), words: course.title }] : []),
    ],
  }
}

/** The address of a page of the programme by its key. */
function hrefOf({ programme, courses }: Gathered, key: string): string {
  const top = `/impact/programmes/${encodeURIComponent(programme.name)}`
  const [level, id = ''] = key.split(':')
  switch (level as Level) {
    case 'programme':
      return top
    case 'course':
      return `${top}/courses/${encodeURIComponent(courses.get(Number(id))?.code ?? '')}`
    case 'theme':
      return `${top}/themes/${id}`
    case 'sector':
      return `${top}/sectors/${id}`
    case 'agency':
      return `${top}/agencies/${id}`
    case 'event':
      return `/impact/events/${id}`
    case 'period':
      return '/impact/period'
  }
}

/** The page of the taught events, of any programme, whose last session lies between two days; without days only what is offered. */
export async function periodPage(
  ctx: Context,
  period: { from: On; until: On } | null,
): Promise<{ page: ImpactPage | null; offered: Offered }> {
  const offered = await periodsOffered(ctx)
  if (!period) return { page: null, offered }
  const { gathered, group } = await periodGathered(ctx, period, 'live')
  return { page: await pageOf(ctx, gathered, group, { earlier: [], shown: new Map(), isReport: false }), offered }
}

const earlierFor = async (ctx: Context, { level, programme }: Group): Promise<Gathered[]> =>
  level === 'event' || programme === null ? [] : earlierYears(ctx, programme)

/**
 * The pages of a report at this moment, the scope's own first, and every row of answers they show with whose it is. What came since an earlier
 * report is taken in whole or left out whole: beside the pages on screen, which leave it out, a report that took in fewer than five
 * would be their answers.
 * @throws Missing when there is no such programme, course, theme or period
 */
export async function impactPages(
  ctx: Context,
  scope: ImpactScope,
  counting: Counting = 'report',
): Promise<{ pages: ImpactPage[]; shown: ShownAnswers[] }> {
  if (counting !== 'report') return scopedPages(ctx, scope, { counting, isReport: false })
  const without = await scopedPages(ctx, scope, { counting: 'live', isReport: true })
  if (!without.hasMore) return without
  const leaving = { ...without, shown: [...without.shown, leftOut] }
  if (scope.kind === 'period') return leaving
  // With all filters, and by the built-in numbers: whatever is on screen while the draft is read, or was before more people were asked for.
  const year = { kind: 'programme' as const, name: scope.kind === 'programme' ? scope.name : scope.programme }
  const onScreen = await scopedPages(ctx, year, { counting: 'live', isReport: false, isBuiltIn: true })
  const beside = [...onScreen.shown, ...(onScreen.year ? await periodRows(ctx, onScreen.year) : [])]
  const taken = await scopedPages(ctx, scope, { counting: 'report', isReport: true, beside })
  return taken.isShown || !without.isShown ? taken : leaving
}

interface Scoped {
  pages: ImpactPage[]
  shown: ShownAnswers[]
  /** Answers came since an issued report counted their event. */
  hasMore: boolean
  /** The scope's own page shows how its answers fall. */
  isShown: boolean
  /** The programme it is of; null for a free period. */
  year: Gathered | null
}

async function scopedPages(
  ctx: Context,
  scope: ImpactScope,
  how: { counting: Counting; isReport: boolean; beside?: readonly ShownAnswers[]; isBuiltIn?: boolean },
): Promise<Scoped> {
  const shown = new Map<string, ShownAnswers>()
  const { counting, isReport } = how
  const hasMore = (gathered: Gathered, own: Group) => peopleOf(gathered, own).some(({ since }) => since)
  if (scope.kind === 'period') {
    const { gathered, group } = await periodGathered(ctx, scope, counting)
    return {
      pages: [await pageOf(ctx, gathered, group, { earlier: [], shown, isReport })],
      shown: [...shown.values()],
      hasMore: hasMore(gathered, group),
      isShown: gathered.guard.shows('practice', group.key),
      year: null,
    }
  }
  const programme = await programmeCalled(ctx.store.long, scope.kind === 'programme' ? scope.name : scope.programme)
  const gathered = await gather(ctx, programme, {
    counting,
    isBuiltIn: how.isBuiltIn ?? false,
    ...(how.beside ? { beside: how.beside } : {}),
  })
  const earlier = await earlierYears(ctx, programme, typeof counting === 'object' ? counting : 'live')
  const own = groupFor(gathered, addressOf(scope))
  const pages: ImpactPage[] = []
  for (const group of [own, ...groupsBelow(gathered, own, true)])
    pages.push(await pageOf(ctx, gathered, group, { earlier, shown, isReport }))
  // Of what will be on screen once a report is issued, the filters too.
  if (typeof counting === 'object' && scope.kind === 'programme')
    for (const row of await periodRows(ctx, gathered)) shown.set(`${row.measure} ${row.row}`, row)
  return {
    pages,
    shown: [...shown.values()],
    hasMore: hasMore(gathered, own),
    isShown: gathered.guard.shows('practice', own.key),
    year: gathered,
  }
}

/** Every row of answers that the free periods of one programme show. */
async function periodRows(ctx: Context, year: Gathered): Promise<ShownAnswers[]> {
  const rows: ShownAnswers[] = []
  for (const { period, gathered, group } of periodsWithin(year)) {
    const shown = new Map<string, ShownAnswers>()
    await pageOf(ctx, gathered, group, { earlier: [], shown, isReport: false })
    for (const row of shown.values()) rows.push({ ...row, row: `${row.row} ${period.from} to ${period.until}` })
  }
  return rows
}

function addressOf(scope: Exclude<ImpactScope, { kind: 'period' }>): Address {
  if (scope.kind === 'programme') return { level: 'programme', name: scope.name }
  if (scope.kind === 'course') return { level: 'course', name: scope.programme, code: scope.code }
  return { level: 'theme', name: scope.programme, id: scope.themeId }
}

/** The groups whose pages stand below one; `isWhole` with those below them, and only events that show their answers. */
function groupsBelow(gathered: Gathered, group: Group, isWhole: boolean): Group[] {
  const { level } = group
  const present = (groups: (Group | null)[]) => groups.filter((one) => one !== null)
  const eventsBelow = (own: Group) =>
    present(own.own.map(({ id }) => eventGroupOf(gathered, id))).filter(
      ({ key }) => !isWhole || gathered.guard.shows('practice', key),
    )
  if (level === 'course') return eventsBelow(group)
  if (level !== 'programme' && level !== 'theme') return []
  const ids = new Set((level === 'programme' ? gathered.held : group.events).map(({ courseId }) => courseId))
  const courses = present(
    [...ids].map((id) => {
      const course = gathered.courses.get(id)
      return course ? courseGroupOf(gathered, course) : null
    }),
  ).toSorted((a, b) => a.title.localeCompare(b.title, 'en-GB'))
  const withEvents = isWhole ? courses.flatMap((course) => [course, ...eventsBelow(course)]) : courses
  if (level === 'theme') return withEvents
  const parts = (what: Part) => {
    const names = what === 'sector' ? gathered.sectors : gathered.agencies
    return (
      [...partsOf(gathered)[what]]
        // How few of a small agency answered is nobody's to see.
        .flatMap(([id, { came }]) => (came >= gathered.rules.attended ? id : []))
        .toSorted((a, b) => (names.get(a) ?? '').localeCompare(names.get(b) ?? '', 'en-GB'))
        .map((id) => partGroupOf(gathered, what, id, group))
    )
  }
  return [
    ...present(gathered.themes.map(({ id }) => themeGroupOf(gathered, id))),
    ...withEvents,
    ...present(parts('sector')),
    ...present(parts('agency')),
  ]
}

interface Around {
  /** Earlier years, oldest first. */
  earlier: readonly Gathered[]
  /** Takes every row of answers that the page shows. */
  shown: Map<string, ShownAnswers>
  isReport: boolean
}

async function pageOf(ctx: Context, gathered: Gathered, group: Group, around: Around): Promise<ImpactPage> {
  const said = saidOf(gathered, group, around.shown)
  const [figures, method] = await Promise.all([
    figuresOf(ctx, said, around),
    methodOf(ctx.store.long, said, around.isReport),
  ])
  return {
    key: group.key,
    level: group.level,
    title: group.title,
    lead: group.lead,
    programme: group.programme ? { name: group.programme.name, words: periodWords(group.programme) } : null,
    asOf: formatInstant(ctx.now),
    provisional: provisionalOf(said),
    earlySigns: said.gate === 'early-signs' || said.gate === 'no-practice',
    figures,
    below: groupsBelow(gathered, group, false).map((below) => ({
      key: below.key,
      title: below.level === 'event' ? eventTitle(below) : below.title,
      words: `${belowWords(gathered, below)}${isApart(group, below) ? apartWords : ''}`,
    })),
    method,
    cannotTell,
  }
}

/** A course of another kind of event, such as a conference, whose people are in no total of the programme. */
const isApart = ({ level }: Group, { level: of, own }: Group): boolean =>
  level === 'programme' && of === 'course' && own.length > 0 && !own.some(isTaught)

const eventTitle = ({ own: [event], title }: Group): string => (event ? whenWords(event) : title)

/** How many came and answered, which is said of a group of any size, and whether its page says how. */
function belowWords(gathered: Gathered, group: Group): string {
  const [event] = group.own
  if (group.level === 'event' && event && event.state !== 'held')
    return event.state === 'cancelled' ? 'Cancelled' : 'To come'
  const { came, answered } = sizeOf(gathered, group)
  const isShown = gathered.guard.shows('practice', group.key)
  if (!came) return 'Nobody came'
  if (!answered) {
    const { room } = countsOf(peopleOf(gathered, group))
    const how = uncapital(nobodyAskedWords(gathered, group, room) ?? 'Nobody answered')
    return `${figure(came)} came, ${isFollowedUp(gathered, group) ? how : 'not followed up'}`
  }
  const isEnough = mayShow({ attended: came, answered }, gathered.rules)
  const how = isShown ? '' : `; how is not shown${isEnough ? ': it would give away a smaller group' : ''}`
  return `${figure(came)} came, ${figure(answered)} answered${how}`
}

async function factsOf(ctx: Context, { group, gathered, counts, rules }: Said): Promise<Figure[]> {
  if (group.level !== 'programme' || !group.programme) return []
  const { all, attenders, held } = gathered
  return programmeFacts(ctx, group.programme, all, standingIn(gathered, counts), presencesOf(attenders, held), rules)
}

/** Of a programme without a taught event: its other kinds, or what stands in its books already. */
async function factsWithoutTaught(ctx: Context, said: Said): Promise<Figure[]> {
  const { group, gathered } = said
  if (gathered.held.length) return factsOf(ctx, said)
  return group.level === 'programme' && group.programme ? costsSoFar(ctx.store.long, group.programme) : []
}

/**
 * What is counted beside question one a report counts up to now, and leaves out only what would be told by subtraction: from reports issued
 * before, and from the live page, which a reader of the draft has beside it.
 */
async function asDrafted(ctx: Context, { group, gathered, isShown }: Said): Promise<Issued> {
  const { live } = gathered
  const upToNow = { rows: live.rows, cutOffs: nothingIssued.cutOffs }
  if (!live.cutOffs.size) return upToNow
  const onScreen = [
    ...(await voicesOf(ctx, group, isShown, live)).shownByDefault,
    ...(group.level === 'course' ? await addedShown(ctx, group, isShown, live, defaultThresholds) : []),
  ].map((row) => ({ measure: row.measure, row: `${group.key}/${row.row}`, units: row.units }))
  return { ...upToNow, rows: [...live.rows, ...onScreen] }
}

/** Every figure of a page, in the order in which they are read: this is the one place where they are gathered. */
async function figuresOf(ctx: Context, said: Said, { earlier, shown, isReport }: Around): Promise<Figure[]> {
  const { group, gathered, isShown } = said
  const issued = isReport ? await asDrafted(ctx, said) : gathered.issued
  const before = earlierOf(group, earlier)
  const first = [wholeRoomFigure(said), flowFigure(said, yearBefore(before, earlier))]
  if (!group.events.length) return [...first, ...(await factsWithoutTaught(ctx, said))]
  const db = ctx.store.long
  const tellsPractice = said.gate === 'full' || said.gate === 'early-signs'
  const practice = tellsPractice
    ? [
        breakEvenFigure(said),
        opportunityFigure(said),
        wavesFigure(said),
        partsFigure(said, 'agency'),
        partsFigure(said, 'sector'),
      ]
    : []
  const [answers, colleagues, evidence, voices, added, addedRows, facts] = await Promise.all([
    isShown ? answerFigures(db, said) : [],
    colleaguesFigure(db, group, gathered.rules),
    evidenceFigures(ctx, group),
    voicesOf(ctx, group, isShown, issued, whyNoWords(said)),
    // A question belongs to a course: at that level alone, so that no two levels can be subtracted.
    group.level === 'course' ? addedFigures(ctx, group, isShown, issued) : [],
    group.level === 'course' ? addedShown(ctx, group, isShown, issued) : [],
    factsOf(ctx, said),
  ])
  for (const row of [...voices.shown, ...addedRows])
    shown.set(`${row.measure} ${group.key} ${row.row}`, { ...row, row: `${group.key}/${row.row}` })
  return [
    ...first,
    ...practice,
    ...answers,
    ...added,
    ...(isShown ? movesFigures(said) : []),
    dispositionsFigure(said),
    ...whoAnsweredFigures(said),
    tellsPractice ? trendFigure(said, before) : null,
    // Where nobody was asked, nobody named a colleague.
    colleagues?.table || !nobodyAskedWords(gathered, group, said.counts.room) ? colleagues : null,
    ...evidence,
    ...voices.figures,
    ...facts,
  ].filter((one) => one !== null)
}
