/*
 * What a group said besides question one, one of the files of figures and long for its words: each from how many answered a question and which
 * options they chose, once it is known that this may be shown. Whether it may is never decided here.
 */
import type { Audience } from '#server/courses/input.ts'
import {
  endInstrument,
  followUpInstrument,
  type InstrumentOption,
  optionText,
} from '#server/surveys/shared/instruments.ts'
import { inWords } from './said.ts'
import { barrierOwner } from './shared/barriers.ts'
import { defaultThresholds, percentages, type Thresholds } from './shared/disclosure.ts'
import type { Base, Cell, Figure, FigureTable } from './shared/figures.ts'
import { figure } from './shared/pictures.ts'
import {
  attributionSentence,
  barriersSentence,
  type CommitmentRow,
  commitmentsSentence,
  differencesSentence,
  whereSeenSentence,
} from './shared/sentences-practice.ts'
import { capital, counted, everyone, partOf, quoted } from './shared/sentences-words.ts'
import { wholePercent } from './shared/statistics.ts'

/** How many people of a group answered one question, and how many chose each option, by its key. */
export interface Tally {
  answered: number
  options: Readonly<Record<string, number>>
}

/** Who stands behind a figure: of everyone who came, those who answered its question. */
export function baseOf(people: number, came: number, thresholds: Thresholds = defaultThresholds): Base {
  const percent = percentages(people, thresholds) && came > 0 ? ` (${wholePercent(people, came)}%)` : ''
  if (came === 0) return { people, of: came, words: 'Nobody came' }
  return { people, of: came, words: `${figure(people)} of ${figure(came)} who came${percent}` }
}

function whyNot({ people }: Base, { answered }: Thresholds): string {
  if (people === 0) return 'There is nothing to show.'
  return people < answered
    ? `Not shown: fewer than ${inWords(answered)} answered this.`
    : 'Not shown: beside what is shown elsewhere it would give away how a smaller group answered.'
}

/** The same figure where it may not be shown: its title, who stands behind it and why. */
export function hidden(
  from: Pick<Figure, 'key' | 'part' | 'title' | 'label' | 'definition'>,
  base: Base,
  thresholds: Thresholds = defaultThresholds,
): Figure {
  return {
    ...from,
    base,
    sentence: base.people === 0 ? 'Nobody has answered this.' : `${figure(base.people)} answered this.`,
    table: null,
    picture: null,
    notShown: whyNot(base, thresholds),
    drillDown: [],
  }
}

type Asked = { key: string; text: string; options: readonly InstrumentOption[] }

const askedAs = (key: string, instrument = followUpInstrument): Asked => {
  const found = instrument.questions.find((question) => question.key === key)
  if (!found) throw new Error(`There is no question called ${key}`)
  return found
}

function rowsOf({ options }: Asked, tally: Tally, audience: Audience) {
  return options.map((option) => ({
    key: option.key,
    label: optionText(option, audience),
    family: option.family ?? '',
    count: tally.options[option.key] ?? 0,
  }))
}

/** People by option, with per cents of those who answered where they may stand. */
function countsTable(
  caption: string,
  heading: string,
  rows: readonly { label: string; count: number }[],
  answered: number,
  thresholds: Thresholds,
): FigureTable {
  const withPercent = percentages(answered, thresholds)
  return {
    caption,
    head: [heading, 'People', ...(withPercent ? ['Of those who answered'] : [])],
    rows: rows.map(({ label, count }): Cell[] => [
      label,
      count,
      ...(withPercent ? [`${wholePercent(count, answered)}%`] : []),
    ]),
  }
}

interface Shown {
  tally: Tally
  came: number
  isShown: boolean
  thresholds?: Thresholds
}

const severalWords = 'One person may have chosen several, so the counts may add up to more than the people.'

/** A figure of one closed question: every option with its count, as a table and as bars. */
function taps(
  about: Pick<Figure, 'key' | 'part' | 'title' | 'label' | 'definition'> & { question: Asked; heading: string },
  { tally, came, isShown, thresholds = defaultThresholds }: Shown,
  audience: Audience,
  say: (
    rows: readonly { key: string; label: string; count: number }[],
    answered: number,
    thresholds: Thresholds,
  ) => string,
): Figure {
  const { question, heading, ...named } = about
  const base = baseOf(tally.answered, came, thresholds)
  if (!isShown) return hidden(named, base, thresholds)
  const rows = rowsOf(question, tally, audience)
  return {
    ...named,
    base,
    sentence: say(rows, tally.answered, thresholds),
    table: countsTable(named.title, heading, rows, tally.answered, thresholds),
    picture: { kind: 'shares', rows: rows.map(({ label, count }) => ({ label, count, of: tally.answered })) },
    notShown: null,
    drillDown: [],
  }
}

/** "What has been different since?": every tap, with "nothing" and "too early" always named. */
export function differencesFigure(shown: Shown, audience: Audience): Figure {
  const question = askedAs('difference')
  const made = taps(
    {
      question,
      heading: 'What they named',
      key: 'differences',
      part: 'practice',
      title: 'What has been different since',
      label: 'do',
      definition: `“${question.text}”, three months on, of those who answered this question. ${severalWords} It is what they say of their own practice: one step short of what became of children and adults.`,
    },
    shown,
    audience,
    differencesSentence,
  )
  if (!made.table) return made
  const [heading = '', ...counts] = made.table.head
  return {
    ...made,
    table: {
      ...made.table,
      head: [heading, 'About', ...counts],
      rows: made.table.rows.map(([label = '', ...cells], i) => [label, question.options[i]?.family ?? '–', ...cells]),
    },
  }
}

/** Whose it is to change, as an action takes it over. */
function ownerOf(key: string): string {
  const owner = barrierOwner(key)
  return owner === null ? '–' : owner === 'agency' ? 'The agencies' : 'The course'
}

/** Of what was met most, each one’s owner: "“Time” and “Systems” are the agencies’ to change." */
function whoseWords(rows: readonly { label: string; owner: string; met: number }[]): string[] {
  const most = Math.max(0, ...rows.filter(({ owner }) => owner !== '–').map(({ met }) => met))
  const level = rows.filter(({ owner, met }) => owner !== '–' && met === most)
  if (most === 0) return []
  const each = [...Map.groupBy(level, ({ owner }) => owner)].map(([owner, own], i) => {
    const whose = owner === 'The course' ? 'the course’s' : 'the agencies’'
    const what = quoted(own.map(({ label }) => label))
    return i === 0 ? `${what} ${own.length === 1 ? 'is' : 'are'} ${whose} to change` : `${what} ${whose}`
  })
  return [`${each.join(', ')}.`]
}

/**
 * What got in the way, beside what people had expected at the end of the day, and whose it is to take away. `isExpectedShown` is about
 * the expectations, which other people gave.
 */
export function obstaclesFigure(
  { tally: met, came, isShown, thresholds = defaultThresholds }: Shown,
  { tally: expected, isShown: isExpectedShown }: Pick<Shown, 'tally' | 'isShown'>,
  audience: Audience,
): Figure {
  const question = askedAs('in-the-way')
  const about = {
    key: 'in-the-way',
    part: 'way',
    title: 'What got in the way, and whose it is to change',
    label: 'do',
    definition: `“${question.text}”, three months on, beside “${askedAs('obstacle', endInstrument).text}” at the end of the day. Two at most each time. The two are not always the same people. Whose it is to change is ours to say, not theirs.`,
  } as const
  const base = baseOf(met.answered, came, thresholds)
  if (!isShown) return hidden(about, base, thresholds)
  const beside = isExpectedShown ? expected : null
  const rows = rowsOf(question, met, audience).map((row) => ({
    ...row,
    met: row.count,
    expected: beside?.options[row.key] ?? 0,
    owner: ownerOf(row.key),
  }))
  return {
    ...about,
    base,
    sentence: [
      barriersSentence(rows, { expected: beside?.answered ?? 0, met: met.answered }, thresholds),
      ...whoseWords(rows),
    ].join(' '),
    table: {
      caption: 'What was expected to get in the way, and what did',
      head: [
        'In the way',
        ...(beside ? [`Expected it, of ${figure(beside.answered)}`] : []),
        `Met it, of ${figure(met.answered)}`,
        'Whose it is to change',
      ],
      rows: rows.map((row): Cell[] => [row.label, ...(beside ? [row.expected] : []), row.met, row.owner]),
    },
    picture: beside
      ? {
          kind: 'pairs',
          first: 'Expected at the end of the day',
          second: 'Met by three months on',
          rows: rows.map((row) => ({ label: row.label, first: row.expected, second: row.met })),
          of: { first: beside.answered, second: met.answered },
        }
      : { kind: 'shares', rows: rows.map(({ label, met: count }) => ({ label, count, of: met.answered })) },
    notShown: null,
    drillDown: beside ? [] : ['What they expected at the end of the day is not shown: too few said.'],
  }
}

/** What helped. */
export function helpedFigure(shown: Shown, audience: Audience): Figure {
  const question = askedAs('helped')
  return taps(
    {
      question,
      heading: 'What helped',
      key: 'helped',
      part: 'way',
      title: 'What helped',
      label: 'do',
      definition: `“${question.text}”, three months on, two at most, of those who answered this question. ${severalWords}`,
    },
    shown,
    audience,
    whatHelped,
  )
}

/** "Named most: “Time set aside for it” and “My team”, each by 8 (38%) of the 21 who answered.", with nothing first where it was named more often. */
function whatHelped(
  rows: readonly { key: string; label: string; count: number }[],
  answered: number,
  thresholds: Thresholds,
): string {
  const things = rows.filter(({ key }) => key !== 'nothing')
  const nothing = rows.find(({ key }) => key === 'nothing')?.count ?? 0
  const most = Math.max(0, ...things.map(({ count }) => count))
  if (answered === 0) return 'Nobody has answered this.'
  if (most === 0) return 'Nobody named anything that helped.'
  const level = things.filter(({ count }) => count === most).map(({ label }) => label)
  const named = `${quoted(level)}, ${level.length > 1 ? 'each ' : ''}by`
  if (nothing === most)
    return `Named as often as nothing in particular: ${named} ${partOf(most, answered, 'who answered', thresholds)}.`
  if (nothing > most)
    return `${capital(partOf(nothing, answered, 'who answered', thresholds))} named nothing in particular. Of what did help, named most: ${named} ${counted(most, answered, thresholds)}.`
  return `Named most: ${named} ${partOf(most, answered, 'who answered', thresholds)}.`
}

/** Whether they would have done it without the training. */
export function attributionFigure(shown: Shown, audience: Audience): Figure {
  const question = askedAs('anyway')
  return taps(
    {
      question,
      heading: 'What they said',
      key: 'anyway',
      part: 'practice',
      title: 'Would they have done it without the training?',
      label: 'do',
      definition: `“${question.text}”, three months on, of those who answered this question. Nobody who did not come was asked, so it is only what they say themselves.`,
    },
    shown,
    audience,
    (rows, _, thresholds) => {
      const count = (key: string) => rows.find((row) => row.key === key)?.count ?? 0
      return attributionSentence(
        { no: count('no'), partly: count('partly'), yes: count('yes'), 'cannot-say': count('cannot-say') },
        thresholds,
      )
    },
  )
}

/** Where someone could see it. */
export function whereSeenFigure(shown: Shown, audience: Audience): Figure {
  const question = askedAs('where-seen')
  return taps(
    {
      question,
      heading: 'Where',
      key: 'where-seen',
      part: 'practice',
      title: 'Where someone could see it',
      label: 'do',
      definition: `“${question.text}”, three months on, of those who answered this question. ${severalWords} Nobody has looked: it says where one could.`,
    },
    shown,
    audience,
    whereSeenSentence,
  )
}

const whyNoCommitment =
  'Not shown: too few answered about any one commitment, or it would give away how a smaller group answered.'

/**
 * What people said they would do differently, and how many of those who answered have it in practice. Rows are those that may be
 * shown, the rest merged into one by the caller; `made` is how many chose it at the end of the day, which is told too only here.
 */
export function commitmentsFigure(
  rows: readonly CommitmentRow[],
  people: number,
  came: number,
  isShown: boolean,
  thresholds: Thresholds = defaultThresholds,
): Figure {
  const about = {
    key: 'commitments',
    part: 'practice',
    title: 'What they said they would do, and did',
    label: 'do',
    definition:
      'The commitments people made at the end of the day, ready-made ones by their words, own words together. In practice: part of how they work, or done at least once, since the day. Commitments that too few answered about stand together.',
  } as const
  const base = baseOf(people, came, thresholds)
  if (!isShown || rows.length === 0) {
    const plain = hidden(about, base, thresholds)
    return people < thresholds.answered ? plain : { ...plain, notShown: whyNoCommitment }
  }
  return {
    ...about,
    base,
    sentence: commitmentsSentence(rows, thresholds),
    table: {
      caption: about.title,
      head: ['Commitment', 'Answered about it', 'Have it in practice'],
      rows: rows.map(({ label, answered, inPractice }): Cell[] => [label, answered, inPractice]),
    },
    picture: {
      kind: 'shares',
      rows: rows.map(({ label, answered, inPractice }) => ({ label, count: inPractice, of: answered })),
    },
    notShown: null,
    drillDown: [
      'When they meant to do it first was asked as an occasion, not as a date, so whether a date was met is not known.',
    ],
  }
}

/** Whether they could do it tomorrow, said at the end of the day. */
export function readyFigure(shown: Shown, audience: Audience): Figure {
  const question = askedAs('ready', endInstrument)
  return taps(
    {
      question,
      heading: 'What they said',
      key: 'ready',
      part: 'day',
      title: 'Could they do it tomorrow?',
      label: 'of-the-day',
      definition: `“${question.text}”, at the end of the day, of those who answered this question. It is how ready they felt, not what they did.`,
    },
    shown,
    audience,
    (rows, answered, thresholds) => {
      const alone = rows.reduce((sum, { key, count }) => sum + (readyAlone.has(key) ? count : 0), 0)
      const told = 'told us at the end of the day'
      const could = 'said that they could do it on their own, or show a colleague'
      if (answered === 0) return 'Nobody told us at the end of the day.'
      if (alone === answered) return `${capital(everyone(answered))} who ${told} ${could}.`
      if (answered === 1)
        return `The one person who ${told} did not say that they could do it on their own, or show a colleague.`
      return `Of the ${figure(answered)} who ${told}, ${counted(alone, answered, thresholds)} ${could}.`
    },
  )
}

const readyAlone: ReadonlySet<string> = new Set(['on-my-own', 'show-a-colleague'])
