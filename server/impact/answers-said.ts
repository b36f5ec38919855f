import { inArray } from 'drizzle-orm'
import { suggestions } from '#db/courses.ts'
import type { Reading } from '#db/transact.ts'
import { noCommitmentWords } from '#server/surveys/shared/instruments.ts'
import {
  attributionFigure,
  commitmentsFigure,
  differencesFigure,
  helpedFigure,
  obstaclesFigure,
  readyFigure,
  whereSeenFigure,
} from './answer-figures.ts'
import { type Measure, readerOf, tallyOf } from './cells.ts'
import { isInPractice } from './counted.ts'
import { partOf, type Split } from './guard.ts'
import type { Said } from './said.ts'
import type { Figure } from './shared/figures.ts'
import type { CommitmentRow } from './shared/sentences-practice.ts'

/* What a group said besides question one: each measure tallied, and shown where the guard lets it. */

export async function answerFigures(db: Reading, said: Said): Promise<Figure[]> {
  const { gathered, group, those, counts, rules } = said
  const of = async (measure: Measure) => {
    // What may be shown is searched for question by question; meanwhile others are answered.
    await new Promise((resolve) => setImmediate(resolve))
    const isShown = said.shows(measure)
    if (isShown) said.see(measure, group.key)
    return {
      tally: tallyOf(those, readerOf(gathered.answers, measure)),
      came: counts.room.came,
      isShown,
      thresholds: rules,
    }
  }
  const { audience } = group
  return [
    differencesFigure(await of('difference'), audience),
    attributionFigure(await of('anyway'), audience),
    whereSeenFigure(await of('where-seen'), audience),
    ...(await commitments(db, said)),
    obstaclesFigure(await of('in-the-way'), await of('obstacle'), audience),
    helpedFigure(await of('helped'), audience),
    readyFigure(await of('ready'), audience),
  ]
}

/** The commitments of one course and what became of them, those too small to stand alone counted together. */
async function commitments(db: Reading, said: Said): Promise<Figure[]> {
  const { group, those, counts, rules } = said
  if (group.level !== 'course') return []
  const shown = said.rows(partOf(group.key, 'commitment') as Split)
  const isShown = said.shows('commitment')
  if (isShown && shown.length) said.see('commitment', group.key)
  const made = [...new Set(those.flatMap(({ commitment }) => commitment ?? []))]
  const ids = made.flatMap((key) => (key.startsWith('suggestion:') ? Number(key.split(':')[1]) : []))
  const texts = await db
    .select({ id: suggestions.id, text: suggestions.text })
    .from(suggestions)
    .where(inArray(suggestions.id, ids))
  const labelOf = (key: string): string => {
    if (key === 'own-words') return 'In their own words'
    if (key === 'nothing' || key === 'not-sure') return noCommitmentWords[key]
    return texts.find(({ id }) => key === `suggestion:${id}`)?.text ?? 'Another'
  }
  const rows = shown.map(({ ids }): CommitmentRow => {
    const keys = ids.map((id) => id.slice(group.key.length + 1))
    const own = those.filter(({ commitment }) => commitment !== null && keys.includes(commitment))
    said.see('practice', ids.toSorted().join('+'), () => own)
    const answered = own.filter(({ practice }) => practice !== null)
    return {
      label: keys.length === 1 ? labelOf(keys[0] ?? '') : `${keys.length} others together`,
      together: keys.length > 1,
      made: own.length,
      answered: answered.length,
      inPractice: answered.filter(isInPractice).length,
    }
  })
  const people = those.filter(({ commitment, practice }) => commitment !== null && practice !== null).length
  return [
    commitmentsFigure(
      rows.toSorted((a, b) => b.made - a.made),
      people,
      counts.room.came,
      isShown && rows.length > 0,
      rules,
    ),
  ]
}
