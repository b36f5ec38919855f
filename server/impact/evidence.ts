import { and, asc, desc, eq, gte, inArray, isNull, lte, or, type SQL, sql } from 'drizzle-orm'
import { actions, reports } from '#db/impact.ts'
import { addMonths, formatDateShort, londonDate, londonInstant, type On } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { type ActionLine, linesWhere } from './actions.ts'
import { type Beside, type EvidenceSet, setBeside } from './other-evidence.ts'
import { type RecommendationLine, recommendationLines } from './recommendations.ts'
import { actionSourceWords, ownerWords, recommendationSourceWords } from './shared/evidence-words.ts'
import type { Cell, Figure, FigureTable } from './shared/figures.ts'
import type { Level } from './shared/pages.ts'

/*
 * What a page sets beside the answers: what is being done, what was done since the last report, figures from elsewhere, and the
 * recommendations behind its courses. None of it is an answer, so none is protected; none names who is to see to it.
 */

/** Of a group of people, what is needed here. */
export interface EvidenceGroup {
  /** 'programme', 'course:12', 'theme:3', 'agency:7' … */
  key: string
  level: Level
  /** Null for a free period, which says its days itself. */
  programme: { startsOn: On; endsOn: On } | null
  /** Those held. */
  events: readonly { courseId: number; lastOn: On }[]
  fromOn?: On
  untilOn?: On
}

/** With its first and last day known. */
type Of = EvidenceGroup & { fromOn: On; untilOn: On }

/** An action belongs to a page of a period when it was made up to so many months after it: a year is read in the year that follows. */
const MONTHS_READ = 12
const mostEvidence = 3

export async function evidenceFigures(ctx: Context, given: EvidenceGroup): Promise<Figure[]> {
  const group = withDays(given, londonDate(ctx.now))
  const beside = besideOf(group)
  const [open, since, evidence, recommended] = await Promise.all([
    actionsOf(ctx, group, isNull(actions.doneAt)),
    doneSince(ctx, group),
    beside ? setBeside(ctx.db, beside) : null,
    recommendedOf(ctx, group),
  ])
  return [
    actionsFigure([...open, ...since.lines], since.words),
    youSaidFigure(since.lines, since.words),
    ...(evidence ? [otherEvidenceFigure(evidence, group.level)] : []),
    ...(recommended ? [recommendationsFigure(recommended)] : []),
  ]
}

function withDays(group: EvidenceGroup, today: On): Of {
  const days = group.events.map(({ lastOn }) => lastOn).sort()
  return {
    ...group,
    fromOn: group.fromOn ?? group.programme?.startsOn ?? days[0] ?? today,
    untilOn: group.untilOn ?? group.programme?.endsOn ?? days.at(-1) ?? today,
  }
}

const idIn = (key: string): number => Number(key.slice(key.indexOf(':') + 1))
const courseIdsOf = ({ key, level, events }: Of): number[] =>
  level === 'course' ? [idIn(key)] : [...new Set(events.map(({ courseId }) => courseId))]

/** A course or a theme has figures from elsewhere beside it; an event those of its course. */
function besideOf(group: Of): Beside | null {
  if (group.level === 'course') return { courseId: idIn(group.key), themeId: null }
  if (group.level === 'theme') return { courseId: null, themeId: idIn(group.key) }
  return null
}

// Actions

function actionsOf(ctx: Context, group: Of, where: SQL): Promise<ActionLine[]> {
  return linesWhere(
    ctx,
    and(where, belongsTo(group), lte(actions.madeAt, endOf(addMonths(group.untilOn, MONTHS_READ))))!,
    [asc(actions.dueOn), asc(actions.id)],
  )
}

/** Everything of a programme or period; below that what is a course's, and of an agency what it owns. */
function belongsTo(group: Of): SQL | undefined {
  switch (group.level) {
    case 'programme':
    case 'period':
      return undefined
    case 'agency':
      return eq(actions.agencyId, idIn(group.key))
    case 'sector':
      return sql`${actions.agencyId} in (select agencies.id from agencies where agencies.sector_id = ${idIn(group.key)})`
    default:
      return inArray(actions.courseId, courseIdsOf(group))
  }
}

const endOf = (on: On) => londonInstant(on, '23:59')

/** Done since the last report that told of this group was issued; before any, since the period began. */
async function doneSince(ctx: Context, group: Of): Promise<{ lines: ActionLine[]; words: string }> {
  const own =
    group.level === 'course'
      ? eq(reports.courseId, idIn(group.key))
      : group.level === 'theme'
        ? eq(reports.themeId, idIn(group.key))
        : undefined
  const [last] = await ctx.db
    .select({ number: reports.number, issuedAt: reports.issuedAt })
    .from(reports)
    .where(and(eq(reports.state, 'issued'), or(inArray(reports.scope, ['programme', 'period']), own)))
    .orderBy(desc(reports.issuedAt))
    .limit(1)
  const from = last?.issuedAt ?? londonInstant(group.fromOn, '00:00')
  const lines = await actionsOf(ctx, group, gte(actions.doneAt, from))
  return {
    lines,
    words: last?.issuedAt
      ? `since report ${last.number} was issued on ${formatDateShort(londonDate(last.issuedAt))}`
      : `since ${formatDateShort(group.fromOn)}`,
  }
}

function actionsFigure(lines: ActionLine[], since: string): Figure {
  const done = lines.filter((one) => one.done).length
  const overdue = lines.filter(({ isOverdue }) => isOverdue).length
  const escalated = lines.filter((one) => !one.done && one.escalated).length
  const open = lines.length - done
  return {
    ...plain,
    key: 'actions',
    part: 'actions',
    title: 'Actions',
    sentence: lines.length
      ? `${openWords(open, overdue, escalated)} ${done ? `${counted(done, 'has', 'have')} been done ${since}.` : `None has been done ${since}.`}`
      : `No action is open here, and none has been done ${since}.`,
    definition:
      'What got in the way, questions of the forum, trainers’ notes and decisions of the sub-group become actions, each with whose it is and the day it is due. The table has those that are open and those done since the last report.',
    table: lines.length
      ? {
          caption: 'Actions, whose they are, and whether they are done',
          head: ['What is to be done', 'Because', 'Whose', 'Due', 'Done or not'],
          rows: lines.map((one) => [one.text, becauseOf(one), whoseOf(one), one.due, standingOf(one)]),
        }
      : null,
  }
}

/** "4 actions are open: 1 is overdue and 1 was taken higher.", "1 action is open: it is overdue." */
function openWords(open: number, overdue: number, escalated: number): string {
  const them = (n: number) => (open === 1 ? 'it' : n === open ? (n === 2 ? 'both' : 'all') : `${n}`)
  const how = [
    ...(overdue ? [`${them(overdue)} ${overdue === 1 ? 'is' : 'are'} overdue`] : []),
    ...(escalated ? [`${them(escalated)} ${escalated === 1 ? 'was' : 'were'} taken higher`] : []),
  ]
  return `${counted(open, 'action is', 'actions are')} open${how.length ? `: ${how.join(' and ')}` : ''}.`
}

const becauseOf = ({ barrier, source, said }: ActionLine): string =>
  `${barrier ? `In the way: ${barrier.label}` : actionSourceWords[source]}. ${said}`

const whoseOf = ({ owner, agency, course }: ActionLine): string =>
  owner === 'agency'
    ? (agency?.name ?? '')
    : owner === 'course'
      ? `The course: ${course?.title ?? ''}`
      : ownerWords[owner]

function standingOf({ done, escalated, isOverdue }: ActionLine): string {
  if (done) return `Done, ${done.on}`
  if (escalated) return `Not done${isOverdue ? ', overdue' : ''}; taken to ${escalated.to}, ${escalated.on}`
  return isOverdue ? 'Not done, overdue' : 'Not done yet'
}

function youSaidFigure(lines: ActionLine[], since: string): Figure {
  return {
    ...plain,
    key: 'you-said',
    part: 'actions',
    title: 'You said, we did',
    sentence: lines.length
      ? `${counted(lines.length, 'thing that was said has', 'things that were said have')} been acted on ${since}.`
      : `No action has been finished ${since}.`,
    definition:
      'What people said, in words that name nobody, and what was done about it. Only what is done stands here.',
    table: lines.length
      ? {
          caption: 'You said, we did',
          head: ['You said', 'We did', 'Who did it', 'When'],
          rows: lines.map((one) => [one.said, one.done?.did ?? '', whoseOf(one), one.done?.on ?? '']),
        }
      : null,
  }
}

// Figures from elsewhere

function otherEvidenceFigure(set: EvidenceSet[], level: Level): Figure {
  const what = level === 'theme' ? 'theme' : 'course'
  const empty = mostEvidence - set.length
  return {
    ...plain,
    key: 'other-evidence',
    part: 'evidence',
    title: 'Beside it, from elsewhere',
    sentence: set.length
      ? `${counted(set.length, 'figure', 'figures')} from elsewhere ${set.length === 1 ? 'stands' : 'stand'} beside this ${what}. ${
          set.length === 1 ? 'It was' : 'They were'
        } not counted from the answers, and nothing here says that one made the other happen.${empty ? '' : ' There is no place for more.'}`
      : 'Nothing has been set beside it yet. There is room for up to three figures from elsewhere, such as a case audit, referrals or what families say, each with its period, its source and who supplied it.',
    definition:
      'Up to three figures that somebody else counted, set beside the answers and never merged with them. Whoever supplied one answers for it. “Counted the same way” says whether it can be compared with the last time.',
    table: set.length ? evidenceTable(set) : null,
  }
}

const evidenceTable = (set: EvidenceSet[]): FigureTable => ({
  caption: 'Figures from elsewhere',
  head: ['What', 'How many', 'Out of', 'Period', 'Source', 'Supplied by', 'Counted the same way as last time'],
  rows: set.map(({ what, count, of, period, source, suppliedBy, sameMethod }): Cell[] => [
    what,
    count,
    of ?? 'No such number',
    period,
    source,
    suppliedBy,
    sameMethod === null ? 'Counted for the first time' : sameMethod ? 'Yes' : 'No: do not compare',
  ]),
})

// Recommendations

async function recommendedOf(ctx: Context, group: Of): Promise<RecommendationLine[] | null> {
  const within = { fromOn: group.fromOn, untilOn: group.untilOn }
  const made = (lines: RecommendationLine[]) => lines.filter(({ madeOn }) => madeOn <= group.untilOn)
  if (group.level === 'programme' || group.level === 'period') return made(await recommendationLines(ctx, { within }))
  if (group.level !== 'course' && group.level !== 'theme') return null
  return made(await recommendationLines(ctx, { courseIds: courseIdsOf(group), within }))
}

function recommendationsFigure(lines: RecommendationLine[]): Figure {
  const met = lines.filter(({ metOn }) => metOn !== null).length
  return {
    ...plain,
    key: 'recommendations',
    part: 'evidence',
    title: 'Recommendations behind it',
    sentence: lines.length
      ? `${counted(lines.length, 'recommendation is', 'recommendations are')} answered here by training: ${
          met === 0
            ? lines.length === 1
              ? 'it is not met yet'
              : 'none is met yet'
            : met === lines.length
              ? (met === 1 ? 'it is met' : 'all are met')
              : `${met} met, ${lines.length - met} not yet`
        }.`
      : 'No review, audit or inspection is recorded as having asked for it.',
    definition:
      'What a review, audit, inspection or law asked for, by its reference; the courses that answer it; how many came to them in the period (attendances, and different people); and what remains to be done. What changed is on the page of each course.',
    table: lines.length
      ? {
          caption: 'Recommendations, the courses that answer them, who was reached and what remains',
          head: ['Recommendation', 'Asked for', 'Courses', 'Attendances', 'Different people', 'What remains'],
          rows: lines.map((one): Cell[] => [
            `${one.reference} (${recommendationSourceWords[one.source].toLowerCase()}, ${one.made})`,
            one.text,
            one.courses.map(({ title }) => title).join('; ') || 'None yet',
            one.reached.attended,
            one.reached.people,
            one.met ? `Met on ${one.met}` : (one.remains ?? 'Not said yet'),
          ]),
        }
      : null,
  }
}

const plain = { label: null, base: null, picture: null, notShown: null, drillDown: [] as string[] }

const counted = (n: number, one: string, many: string) =>
  n === 0 ? `No ${one}` : `${n.toLocaleString('en-GB')} ${n === 1 ? one : many}`
