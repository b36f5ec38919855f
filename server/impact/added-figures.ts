import { and, asc, eq, inArray, like, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { options, questions } from '#db/surveys.ts'
import type { Context } from '#server/context.ts'
import { sha256 } from '#server/keys.ts'
import { settingsOf } from '#server/settings.ts'
import { counts } from '#server/surveys/follow-up.ts'
import type { AddedKind, AddedStage } from '#server/surveys/input.ts'
import { baseOf, hidden } from './answer-figures.ts'
import { type Issued, nothingIssued } from './issued.ts'
import { defaultThresholds, mayShow, type Thresholds } from './shared/disclosure.ts'
import { type Figure, type FigureLabel, type FigurePart, nothingShown } from './shared/figures.ts'
import type { ShownAnswers } from './shared/pages.ts'
import { counted, mostOf, people, quoted } from './shared/sentences-words.ts'
import { isTooNear } from './since-issued.ts'
import type { VoiceGroup } from './voices.ts'

/*
 * The questions that a coordinator added to a course's own. Their keys count anew in every version, so what makes two of them one
 * question is its stage and its words, and what makes two lines one answer is the line's words.
 */

const about: Record<AddedStage, { part: FigurePart; label: FigureLabel; when: string }> = {
  before: { part: 'knowledge', label: 'know', when: 'before the day' },
  end: { part: 'day', label: 'of-the-day', when: 'at the end of the day' },
  'follow-up': { part: 'practice', label: 'do', when: 'three months on' },
}

interface Added {
  key: string
  stage: AddedStage
  kind: AddedKind
  text: string
  /** People who answered it. */
  answered: number
  lines: { text: string; count: number }[]
  /** Whose answers these are. */
  shown: ShownAnswers
}

/**
 * One figure for every question that was added for a course of this group and that anybody answered. Answers since `issued` are left out, and
 * what would differ from an issued report by too few people is not shown.
 */
export async function addedFigures(
  from: Context,
  group: VoiceGroup,
  shows: boolean,
  issued: Issued = nothingIssued,
): Promise<Figure[]> {
  const ctx = { ...from, db: from.store.long }
  const { added, came } = await addedAnswers(ctx, group, issued)
  if (!added.length) return []
  const thresholds = await thresholdsOf(ctx)
  return added.map((one) => {
    const { part, label, when } = about[one.stage]
    const from = {
      key: one.key,
      part,
      title: one.text,
      label,
      definition: `Asked ${when}, of the people of this course alone. Of those who came everyone who answered is counted; another wording would be another question.${one.kind === 'several' ? ' More than one line could be chosen.' : ''}`,
    }
    const base = baseOf(one.answered, came, thresholds)
    if (one.kind === 'text')
      return {
        ...from,
        base,
        sentence: `${people(one.answered)} answered in their own words, which are read with the other texts.`,
        table: null,
        picture: null,
        notShown: null,
        drillDown: [],
      }
    if (!shows) return { ...hidden(from, base, thresholds), notShown: nothingShown }
    if (!isShown(one, { group, came, thresholds, issued })) return hidden(from, base, thresholds)
    return {
      ...from,
      base,
      sentence: sentenceOf(one, thresholds),
      table: {
        caption: one.text,
        head: ['Answer', 'People'],
        rows: one.lines.map(({ text, count }) => [text, count]),
        foot: ['Answered', one.answered],
      },
      picture: {
        kind: 'shares' as const,
        rows: one.lines.map(({ text, count }) => ({ label: text, count, of: one.answered })),
      },
      notShown: null,
      drillDown: [],
    }
  })
}

/** Whose answers stand behind the tables that `addedFigures` shows: for the audit of a report. */
export async function addedShown(
  from: Context,
  group: VoiceGroup,
  shows: boolean,
  issued: Issued = nothingIssued,
  by?: Thresholds,
): Promise<ShownAnswers[]> {
  if (!shows) return []
  const ctx = { ...from, db: from.store.long }
  const [{ added, came }, thresholds] = await Promise.all([addedAnswers(ctx, group, issued), by ?? thresholdsOf(ctx)])
  return added.filter((one) => isShown(one, { group, came, thresholds, issued })).map(({ shown }) => shown)
}

function isShown(
  { kind, answered, shown }: Added,
  { group, came, thresholds, issued }: { group: VoiceGroup; came: number; thresholds: Thresholds; issued: Issued },
): boolean {
  if (kind === 'text' || !mayShow({ attended: came, answered }, thresholds)) return false
  // As a page of a report names the row.
  return !isTooNear(issued, { ...shown, row: `${group.key}/${shown.row}` }, thresholds.answered)
}

function sentenceOf({ answered, lines }: Added, thresholds: Thresholds): string {
  const most = mostOf(lines, ({ count }) => count)
  const n = counted(most[0]?.count ?? 0, answered, thresholds)
  return `${people(answered)} answered. Most often chosen: ${quoted(most.map(({ text }) => text))}, ${n}${most.length > 1 ? ' each' : ''}.`
}

async function thresholdsOf(ctx: Context): Promise<Thresholds> {
  const set = await settingsOf(ctx, 'shown-from-attended', 'shown-from-answered', 'percentages-from')
  return {
    ...defaultThresholds,
    attended: Number(set['shown-from-attended']),
    answered: Number(set['shown-from-answered']),
    percentages: Number(set['percentages-from']),
  }
}

/** Every answer to an added question, of people of the group who came; of the follow-up only what counts; none since a report counted its event. */
const answersOf = ({ events }: VoiceGroup, { cutOffs }: Pick<Issued, 'cutOffs'>) => sql`
  select instruments.stage as stage, questions.text as question, questions.kind as kind, options.text as line,
    responses.booking_id as booking_id, questions.id as question_id
  from answers
  join questions on questions.id = answers.question_id and questions.key like 'added-%'
  join instruments on instruments.id = questions.instrument_id
  join responses on responses.id = answers.response_id
  join bookings on bookings.id = responses.booking_id and bookings.state = 'confirmed'
  left join options on options.id = answers.option_id
  where answers.event_id in (select value from json_each(${JSON.stringify(events.map(({ id }) => id))}))
    and (responses.stage <> 'follow-up' or ${counts})
    and coalesce(responses.confirmed_at, responses.core_at, responses.started_at) <= ifnull((
      select cut_off.value from json_each(${JSON.stringify(Object.fromEntries(cutOffs))}) as cut_off
      where cut_off.key = cast(answers.event_id as text)), ${Number.MAX_SAFE_INTEGER})
    and exists (select 1 from attendances where attendances.booking_id = bookings.id)`

async function addedAnswers(
  ctx: Context,
  group: VoiceGroup,
  issued: Issued,
): Promise<{ added: Added[]; came: number }> {
  // Most partnerships have added none: then nothing is read.
  if ((await ctx.db.$count(questions, like(questions.key, 'added-%'))) === 0) return { added: [], came: 0 }
  const given = await ctx.db
    .selectDistinct({
      stage: sql<AddedStage>`stage`,
      text: sql<string>`question`,
      kind: sql<AddedKind>`kind`,
      line: sql<string | null>`line`,
      bookingId: sql<number>`booking_id`,
      questionId: sql<number>`question_id`,
    })
    .from(sql`(${answersOf(group, issued)}) as given`)
    .orderBy(sql`booking_id`, sql`line`)
  if (!given.length) return { added: [], came: 0 }
  const answered = [...Map.groupBy(given, ({ stage, text }) => `${stage} ${text}`).values()].map((own) => ({
    own,
    stage: own[0]!.stage,
    text: own[0]!.text,
    version: Math.max(...own.map(({ questionId }) => questionId)),
  }))
  const offered = await ctx.db
    .select({ questionId: options.questionId, text: options.text })
    .from(options)
    .where(
      inArray(
        options.questionId,
        answered.map(({ version }) => version),
      ),
    )
    .orderBy(asc(options.questionId), asc(options.position))
  const added = await Promise.all(
    answered.map(async ({ own, stage, text, version }): Promise<Added> => {
      const key = `added-${stage}-${(await sha256(text)).slice(0, 8)}`
      const ofPeople = Map.groupBy(own, ({ bookingId }) => bookingId)
      const chosen = own.flatMap(({ line }) => (line === null ? [] : [line]))
      // As the newest version lists them, and lines of an older one after them.
      const texts = [
        ...offered.filter(({ questionId }) => questionId === version).map((option) => option.text),
        ...chosen,
      ]
      return {
        key,
        stage,
        kind: own[0]!.kind,
        text,
        answered: ofPeople.size,
        lines: [...new Set(texts)].map((line) => ({
          text: line,
          count: new Set(own.filter((row) => row.line === line).map(({ bookingId }) => bookingId)).size,
        })),
        shown: {
          measure: key,
          row: 'answers',
          units: [...ofPeople].map(([id, its]) => `${id}:${[...new Set(its.map(({ line }) => line))].join('+')}`),
        },
      }
    }),
  )
  const stages = Object.keys(about)
  added.sort((a, b) => stages.indexOf(a.stage) - stages.indexOf(b.stage) || a.text.localeCompare(b.text, 'en-GB'))
  return { added, came: await cameTo(ctx, group) }
}

async function cameTo(ctx: Context, { events }: VoiceGroup): Promise<number> {
  const [row] = await ctx.db
    .select({ n: sql<number>`count(*)` })
    .from(bookings)
    .where(
      and(
        eq(bookings.state, 'confirmed'),
        sql`${bookings.eventId} in (select value from json_each(${JSON.stringify(events.map(({ id }) => id))}))`,
        sql`exists (select 1 from attendances where attendances.booking_id = "bookings"."id")`,
      ),
    )
  return row?.n ?? 0
}
