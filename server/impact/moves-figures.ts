import { baseOf } from './answer-figures.ts'
import type { Outcome } from './answers.ts'
import { type Measure, readerOf, tallyOf, wordingOf } from './cells.ts'
import { partOf } from './guard.ts'
import { arrowsFigure, fadeFigure } from './knowledge-figures.ts'
import { inWords, type Said } from './said.ts'
import type { Cell, Figure } from './shared/figures.ts'
import { figure, type Matrix, matrixTable, movesOf } from './shared/pictures.ts'
import { matrixSentence } from './shared/sentences.ts'
import { fewestForStuartMaxwell, signTest, stuartMaxwell } from './shared/statistics.ts'

/* What people say they know: before the day and three months on, one learning outcome beside the other. */

const howMatched =
  'Those who told us where they stand both before the day and three months on, on four levels from “not yet” to “strong”. It is what they say of themselves. How many could not be matched is said with it.'

/** Each learning outcome of a course or an event; of other groups the first ones of all their courses added up. */
export function movesFigures(said: Said): Figure[] {
  const { group, gathered } = said
  if (!group.course || (group.level !== 'course' && group.level !== 'event')) return [firstsFigure(said)]
  const { answers } = gathered
  const matched = wordingOf(answers)
  const own = answers.outcomes.filter(({ courseId }) => courseId === group.course?.id)
  return own.flatMap((outcome) => {
    const measure: Measure = outcome.position === 1 ? 'moves:first' : `moves:${outcome.id}`
    const row = outcome.position === 1 ? partOf(group.key, `outcome:${outcome.id}`) : group.key
    const those = outcome.position === 1 ? said.those.filter((one) => matched(one) === outcome.id) : said.those
    const matrix = matrixOf(said, measure, those)
    // Old words stand where people answered to them, and nowhere else.
    if (outcome.retiredAt !== null && movesOf(matrix).matched === 0) return []
    return [
      outcomeFigure(said, { measure, row, matrix, key: outcomeKey(outcome), title: `“${outcome.text}”` }),
      ...(outcome.position === 1 && outcome.retiredAt === null ? firstFigures(said, outcome) : []),
    ]
  })
}

const outcomeKey = ({ position, retiredAt, id }: Outcome): string =>
  retiredAt === null ? `outcome-${position}` : `outcome-${position}-${id}`

function firstsFigure(said: Said): Figure {
  const matrix = matrixOf(said, 'moves:first', said.those)
  const made = outcomeFigure(said, {
    measure: 'moves:first',
    row: said.group.key,
    matrix,
    key: 'first-outcomes',
    title: 'The first learning outcome of each course',
  })
  if (!made.table) return made
  const { up, same, down } = movesOf(matrix)
  const someToGood = matrix.counts[1]?.[2] ?? 0
  const goodToStrong = matrix.counts[2]?.[3] ?? 0
  return {
    ...made,
    drillDown: [
      `From some to good ${figure(someToGood)}, from good to strong ${figure(goodToStrong)}, other rises ${figure(up - someToGood - goodToStrong)}; stayed where they were ${figure(same)}; moved down ${figure(down)}.`,
      ...made.drillDown,
    ],
  }
}

function outcomeFigure(
  said: Said,
  { measure, row, matrix, key, title }: { measure: Measure; row: string; matrix: Matrix; key: string; title: string },
): Figure {
  const { rules, counts, those, group, gathered } = said
  const { matched, up, down } = movesOf(matrix)
  const about = {
    key,
    part: 'knowledge',
    title,
    label: 'know',
    definition: howMatched,
    base: baseOf(matched, counts.room.came, rules),
  } as const
  if (!said.shows(measure, row)) {
    const people = matched === 0 ? 'Nobody' : matched === 1 ? '1 person' : `${figure(matched)} people`
    return {
      ...about,
      sentence: `${people} told us both before the day and three months on.`,
      table: null,
      picture: null,
      notShown:
        matched < rules.answered
          ? `How they moved is shown when at least ${inWords(rules.answered)} told us both times.`
          : 'How they moved is not shown: beside the totals shown elsewhere it would give away how a smaller group moved.',
      drillDown: [],
    }
  }
  const matchedBy = wordingOf(gathered.answers)
  const wording = row.includes('/outcome:') ? Number(row.split('/outcome:')[1]) : null
  if (wording === null) said.see(measure, row)
  else said.see(measure, row, () => those.filter((one) => matchedBy(one) === wording))
  const { head, rows, foot } = matrixTable(matrix)
  return {
    ...about,
    sentence: matrixSentence(matrix),
    table: {
      caption: `${title}: before the day, and three months on`,
      head,
      rows: rows.map(({ label, counts, total }): Cell[] => [label, ...counts, total]),
      foot: ['All', ...foot],
    },
    picture: { kind: 'matrix', matrix },
    notShown: null,
    drillDown: testWords(matrix, matched, up, down, rules.percentages, group.level === 'programme'),
  }
}

function matrixOf(said: Said, measure: Measure, those: Said['those']): Matrix {
  const { options } = tallyOf(those, readerOf(said.gathered.answers, measure))
  const counts = [0, 1, 2, 3].map((before) => [0, 1, 2, 3].map((now) => options[`${before}>${now}`] ?? 0))
  const matched = counts.flat().reduce((sum, n) => sum + n, 0)
  return { counts, unmatched: Math.max(0, said.counts.room.answered - matched) }
}

function testWords(
  matrix: Matrix,
  matched: number,
  up: number,
  down: number,
  from: number,
  isWhole: boolean,
): string[] {
  if (matched < from || up + down === 0)
    return [`No test was done: it takes at least ${inWords(from)} people who told us both times, some of whom moved.`]
  const p = signTest(up, down)
  const words = [
    `Exact sign test, two-sided, leaving out those who stayed: ${figure(up)} up and ${figure(down)} down, ${pWords(p)}. If up and down were equally likely, a split at least as uneven would come about in ${p < 0.001 ? 'fewer than 1' : figure(Math.round(p * 1000))} of 1,000 such groups.`,
  ]
  if (matched >= fewestForStuartMaxwell) {
    const { chiSquare, df, p: homogeneous } = stuartMaxwell(matrix.counts)
    if (df > 0)
      words.push(
        `Stuart–Maxwell, on whether the levels as a whole fall differently now: χ² = ${chiSquare.toFixed(2)} with ${df} ${df === 1 ? 'degree' : 'degrees'} of freedom, ${pWords(homogeneous)}.`,
      )
  }
  if (isWhole) words.push('Different courses are added up here, each by its own first learning outcome.')
  return words
}

const pWords = (p: number): string => `p ${p < 0.001 ? '< 0.001' : `= ${p.toFixed(3)}`}`

/** Two befores and the fade, of the first learning outcome. */
function firstFigures(said: Said, { position, text }: Outcome): Figure[] {
  const { gathered, those, counts, rules, group } = said
  const outcome = { position, text, came: counts.room.came, thresholds: rules }
  const of = (measure: Measure) => {
    const tally = tallyOf(those, readerOf(gathered.answers, measure))
    const isShown = said.shows(measure)
    if (isShown) said.see(measure, group.key)
    const rows = Object.entries(tally.options).map(([key, n]) => ({ levels: key.split('>').map(Number), n }))
    return { rows, isShown }
  }
  const befores = of('befores')
  const fade = of('fade')
  return [
    arrowsFigure(
      befores.rows.map(({ levels: [before = 0, lookingBack = 0, now = 0], n }) => ({ before, lookingBack, now, n })),
      { ...outcome, isShown: befores.isShown },
    ),
    fadeFigure(
      fade.rows.map(({ levels: [end = 0, now = 0], n }) => ({ end, now, n })),
      { ...outcome, isShown: fade.isShown },
    ),
  ]
}
