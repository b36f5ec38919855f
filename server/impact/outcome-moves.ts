import { asc, eq } from 'drizzle-orm'
import { learningOutcomes } from '#db/courses.ts'
import type { Reading } from '#db/transact.ts'
import { type Move, movesAt } from './measures.ts'
import { idsOf, isTaught, type ProgrammeEvent, type Standing, trees } from './programme.ts'
import { defaultThresholds, shownGroups } from './shared/disclosure.ts'
import { figure, type Matrix, movesOf } from './shared/pictures.ts'
import { matrixSentence } from './shared/sentences.ts'
import { signTest } from './shared/statistics.ts'

/** The default thresholds as they are said in a sentence. */
export const thresholdWords = { attended: 'ten', answered: 'five', percentages: 'ten' } as const

export interface OutcomeMoves {
  outcome: string
  label: string
  matched: number
  /** Null where the small-number rule hides it; `why` says so. */
  matrix: Matrix | null
  sentence: string
  /** How it was tested, in words. */
  test: string | null
  why: string | null
}

/**
 * A matrix for each learning outcome of the group's course. The first outcomes are added up over the programme, so theirs are held to the
 * rule through the whole tree; the others through the course's own.
 */
export async function outcomesOf(
  db: Reading,
  group: { id: string; held: readonly ProgrammeEvent[]; all: readonly ProgrammeEvent[] },
  standing: Standing,
): Promise<OutcomeMoves[]> {
  const [first] = group.held
  if (!first) return []
  const family = group.all.filter(({ courseId, state }) => state === 'held' && courseId === first.courseId)
  const taught = group.all.filter((event) => event.state === 'held' && isTaught(event))
  const [outcomes, moves, firstMoves] = await Promise.all([
    db
      .select({
        id: learningOutcomes.id,
        position: learningOutcomes.position,
        text: learningOutcomes.text,
        retiredAt: learningOutcomes.retiredAt,
      })
      .from(learningOutcomes)
      .where(eq(learningOutcomes.courseId, first.courseId))
      .orderBy(asc(learningOutcomes.position), asc(learningOutcomes.id)),
    movesAt(db, idsOf(family)),
    isTaught(first) ? movesAt(db, idsOf(taught), 1) : [],
  ])
  const own = new Set(idsOf(group.held))
  const { answered } = standing.group.room
  const movesBy = (id: number) => moves.filter(({ learningOutcomeId }) => learningOutcomeId === id)
  // Old words stand where people answered to them, and nowhere else.
  const asked = outcomes.filter(
    ({ id, retiredAt }) => retiredAt === null || movesBy(id).some(({ eventId }) => own.has(eventId)),
  )
  return asked.map(({ id, position, text }) => {
    const ofOutcome = movesBy(id)
    const isAddedUp = position === 1 && isTaught(first)
    // Answers to the first outcome's older and newer words are added up together, so each of them must pass by itself as well.
    const worded = outcomes.filter(
      (other) => isAddedUp && other.position === 1 && (other.id === id || movesBy(other.id).length > 0),
    )
    const isShown = [
      shownMatrices(isAddedUp ? taught : family, isAddedUp ? firstMoves : ofOutcome, standing),
      ...(worded.length > 1 ? worded.map((other) => shownMatrices(family, movesBy(other.id), standing)) : []),
    ].every((shown) => shown.has(group.id))
    const matrix = matrixOf(
      ofOutcome.filter(({ eventId }) => own.has(eventId)),
      answered,
    )
    return outcomeMoves(text, matrix, isShown)
  })
}

export function outcomeMoves(outcome: string, matrix: Matrix, isShown: boolean): OutcomeMoves {
  const { matched, up, down } = movesOf(matrix)
  const people = matched === 1 ? '1 person' : `${figure(matched)} people`
  return {
    outcome,
    label: 'What they say they know',
    matched,
    matrix: isShown ? matrix : null,
    sentence: isShown ? matrixSentence(matrix) : `${people} told us both before the day and three months on.`,
    test: isShown ? testWords(matched, up, down) : null,
    why: isShown
      ? null
      : matched < defaultThresholds.answered
        ? `How they moved is shown when at least ${thresholdWords.answered} told us both times.`
        : 'How they moved is not shown: beside the totals shown elsewhere it would give away how a smaller group moved.',
  }
}

/** The groups whose matrix may be shown: the rule on those matched, and only where the group's answers are shown at all. */
export function shownMatrices(
  held: readonly ProgrammeEvent[],
  moves: readonly Move[],
  standing: Standing,
): Set<string> {
  const matched = new Map<number, number>()
  for (const { eventId, n } of moves) matched.set(eventId, (matched.get(eventId) ?? 0) + n)
  const of = (event: ProgrammeEvent) => ({
    attended: standing.events.get(event.id)?.attended ?? 0,
    answered: matched.get(event.id) ?? 0,
  })
  // Hiding a group and all inside it leaves only larger remainders, so taking the two rules together keeps the proof.
  return new Set(trees(held, of).flatMap((tree) => [...shownGroups(tree)].filter((id) => standing.shown.has(id))))
}

export function matrixOf(moves: readonly Move[], answered: number): Matrix {
  const counts = Array.from({ length: 4 }, () => [0, 0, 0, 0])
  for (const { before, now, n } of moves) counts[before]![now]! += n
  const matched = moves.reduce((sum, { n }) => sum + n, 0)
  return { counts, unmatched: Math.max(0, answered - matched) }
}

function testWords(matched: number, up: number, down: number): string {
  if (matched < defaultThresholds.percentages || up + down === 0)
    return `No test was done: it takes at least ${thresholdWords.percentages} people who told us both times, some of whom moved.`
  const p = signTest(up, down)
  return `Exact sign test, two-sided, leaving out those who stayed: ${figure(up)} up and ${figure(down)} down, p ${p < 0.001 ? '< 0.001' : `= ${p.toFixed(3)}`}. If up and down were equally likely, a split at least as uneven would come about in ${p < 0.001 ? 'fewer than 1' : figure(Math.round(p * 1000))} of 1,000 such groups.`
}
