/* What a group says it did with it: the headline and what stands beneath it. Made only from what the guard lets show. */

import { baseOf } from './answer-figures.ts'
import { type Counted, countedBy, inAll } from './counted.ts'
import { type Part, partIn } from './gathered.ts'
import { agencyGroup, partOf, type Split, sectorGroup, waveOf } from './guard.ts'
import { type Said, whyNotShown } from './said.ts'
import { mayShow } from './shared/disclosure.ts'
import { type Cell, type Figure, guarded, tooFew, whyGuarded } from './shared/figures.ts'
import { figure, inPracticeOf, wholeRoomTable } from './shared/pictures.ts'
import { attendancesSentence, breakEvenSentence } from './shared/sentences.ts'
import { headlineSentence } from './shared/sentences-gates.ts'
import { weightedSentence } from './shared/sentences-moves.ts'
import { opportunitySentence, type WaveRow, wavesSentence } from './shared/sentences-practice.ts'
import { listed, percent } from './shared/sentences-words.ts'
import type { ToldRow } from './shared/shown.ts'
import { type FrameCell, postStratified, wholePercent, wilson, wilsonOfRoom } from './shared/statistics.ts'

const howCounted =
  'In practice: part of how they work, or done at least once, since the day. “Started” and “already” are not counted as a change. Everyone who came stands in exactly one place.'

/** The headline: everyone who came, who told us, and how little and how much that can be of the whole room. */
export function wholeRoomFigure(said: Said): Figure {
  const { counts, rules, gate } = said
  const { room } = counts
  const about = {
    key: 'whole-room',
    part: 'practice',
    title: 'What everyone who came did with it',
    label: 'do',
    base: baseOf(room.answered, room.came, rules),
    definition: howCounted,
  } as const
  if (!said.isShown) {
    const { sentence, why } = whyNotShown(said)
    return { ...about, sentence: roomWords(said, sentence), table: null, picture: null, notShown: why, drillDown: [] }
  }
  const headline = roomWords(said, headlineSentence(room, rules))
  said.see('practice', said.group.key)
  if (gate === 'no-practice')
    return {
      ...about,
      sentence: headline,
      table: null,
      picture: null,
      notShown: `No figure of practice stands here while fewer than ${rules.noPractice}% of those who came have answered.`,
      drillDown: drillDownOf(said),
    }
  return {
    ...about,
    sentence: headline,
    table: {
      caption: 'Everyone who came, each in one place',
      head: ['What they told us', 'People', ...(said.percentages ? ['Of everyone who came'] : [])],
      rows: wholeRoomTable(room, rules).map(([label, count, percent]): Cell[] => [
        label,
        count,
        ...(said.percentages ? [percent === null ? '–' : `${percent}%`] : []),
      ]),
    },
    picture: { kind: 'whole-room', room },
    notShown: null,
    drillDown: drillDownOf(said),
  }
}

/** The headline with, above an event, how many different people its attendances are. */
export function roomWords({ counts: { room, people } }: Said, sentence: string): string {
  return [sentence, attendancesSentence({ came: room.came, people })].filter(Boolean).join(' ')
}

/** How many of those we have not heard from must be in practice for half of everyone who came to be. */
export function breakEvenFigure({ counts, rules }: Said): Figure {
  const { room } = counts
  return {
    key: 'break-even',
    part: 'practice',
    title: 'What those we have not heard from would have to say',
    label: 'do',
    sentence: breakEvenSentence(room),
    base: baseOf(room.answered, room.came, rules),
    definition: 'Worked out from the counts alone, with nothing assumed about anyone who did not answer.',
    table: null,
    picture: null,
    notShown: null,
    drillDown: [],
  }
}

/** What belongs behind the sentence: the interval, which holds only if the silent are like those who answered, and the weighted figure. */
function drillDownOf(said: Said): string[] {
  const { counts, rules } = said
  const { room } = counts
  const inPractice = inPracticeOf(room)
  const words = `${figure(inPractice)} of the ${figure(room.answered)} who answered have put what they planned into practice since the day`
  if (!said.percentages) return [`${words}. With fewer than ${rules.percentages} answers no percentage is worked out.`]
  if (room.answered === room.came)
    return [
      `${words}: ${percent(inPractice, room.answered)}. Everyone who came answered, so no interval is needed for this room.`,
    ]
  const { low, high } = wilson(inPractice, room.answered)
  const finite = wilsonOfRoom(inPractice, room.answered, room.came)
  const whole = (share: number) => `${Math.round(share * 100)}%`
  return [
    `${words}: ${wholePercent(inPractice, room.answered)}%, with a 95% score interval (Wilson) of ${whole(low)} to ${whole(high)}; as a room of ${figure(room.came)} that is finite, ${whole(finite.low)} to ${whole(finite.high)}.`,
    `Both intervals hold only if those we have not heard from are like those who answered, and nobody knows that.${said.gate === 'no-practice' ? '' : ' The range in the headline assumes nothing about them.'}`,
    weightedWords(said),
  ].filter((words) => words !== null)
}

/**
 * Weighted by the rows that are shown anyway, sectors of a programme or agencies of a course, so that it is worked out from nothing else. Null
 * where they do not hold everyone: what is left out could be told by subtraction.
 */
function weightedWords(said: Said): string | null {
  const { group } = said
  if (group.level !== 'course' && group.level !== 'programme') return null
  const what = group.level === 'course' ? 'agency' : 'sector'
  const shown = said.rows(splitOf(said, what))
  const placeOf = new Map(shown.flatMap(({ ids }, place) => ids.map((id) => [id, place] as const)))
  const cells: FrameCell[] = shown.map(() => ({ attended: 0, answered: 0, yes: 0 }))
  for (const [id, { came, answered, inPractice }] of said.parts(what)) {
    const cell = cells[placeOf.get(rowOf(said, what, id)) ?? -1]
    if (!cell) return null
    cell.attended += came
    cell.answered += answered
    cell.yes += inPractice
  }
  return weightedSentence(postStratified(cells), what)
}

/** Under which name the guard has the sectors or agencies of a programme or a course, and one of them. */
function splitOf({ group }: Said, what: Part): Split {
  if (group.level === 'course') return partOf(group.key, what) as Split
  return what === 'agency' ? 'agencies' : 'sectors'
}

function rowOf({ group }: Said, what: Part, id: number): string {
  const row = what === 'agency' ? agencyGroup(id) : sectorGroup(id)
  return group.level === 'course' ? partOf(group.key, row) : row
}

/** Practice among those who had a chance. */
export function opportunityFigure({ counts, rules }: Said): Figure {
  const { room } = counts
  const { answered, segments } = room
  const inPractice = inPracticeOf(room)
  const had = answered - segments['no-chance'] - segments.left
  return {
    key: 'opportunity',
    part: 'practice',
    title: 'Of those who had a chance',
    label: 'do',
    sentence: opportunitySentence(
      { answered, inPractice, noChance: segments['no-chance'], left: segments.left },
      rules,
    ),
    base: baseOf(answered, room.came, rules),
    definition:
      'Those who answered, less those for whom no chance has come up and those who have left the role or been away. It says nothing of those who did not answer.',
    table: {
      caption: 'Who had a chance, and who took it',
      head: ['Who', 'People'],
      rows: [
        ['Had a chance', had],
        ['Of them, in practice', inPractice],
        ['No chance has come up', segments['no-chance']],
        ['Left or away', segments.left],
      ],
    },
    picture: null,
    notShown: null,
    drillDown: [],
  }
}

const waveWords: Record<number, string> = {
  1: 'Before any reminder',
  2: 'After one reminder',
  3: 'After two or three reminders',
}

/** The share in practice by how many messages it took; null where the group has no such split. */
export function wavesFigure(said: Said): Figure | null {
  const { group, counts, rules, those } = said
  if (group.level !== 'programme' && group.level !== 'course') return null
  const byWave = countedBy(those, waveOf)
  const rows = said.rows(partOf(group.key, 'wave') as Split)
  const about = {
    key: 'waves',
    part: 'practice',
    title: 'By how many messages it took',
    label: 'do',
    base: baseOf(counts.room.answered, counts.room.came, rules),
    definition:
      'Those who answered, by the asking messages they had been sent. If the share falls with the messages, those who never answered are plausibly nearer the last. Waves too small to stand alone are counted together.',
  } as const
  if (rows.length < 2)
    return {
      ...about,
      sentence: whyNoWaves([...byWave.values()], rules.answered),
      table: null,
      picture: null,
      notShown: null,
      drillDown: [],
    }
  const waves = rows
    .map(({ ids }) => ids.map((id) => Number(id.split('wave:')[1])).toSorted((a, b) => a - b))
    .toSorted(([a = 0], [b = 0]) => a - b)
    .map((numbers): WaveRow => {
      said.see('practice', partOf(group.key, `wave:${numbers.join('+')}`), () =>
        those.filter((one) => one.practice !== null && numbers.includes(waveOf(one))),
      )
      const { answered, inPractice } = inAll(numbers.flatMap((n) => byWave.get(n) ?? []))
      return {
        label: listed(numbers.map((n, i) => (i === 0 ? (waveWords[n] ?? '') : (waveWords[n] ?? '').toLowerCase()))),
        answered,
        inPractice,
      }
    })
  return {
    ...about,
    sentence: wavesSentence(waves, rules),
    table: {
      caption: about.title,
      head: ['When they answered', 'Answered', 'In practice'],
      rows: waves.map(({ label, answered, inPractice }): Cell[] => [label, answered, inPractice]),
    },
    picture: {
      kind: 'shares',
      rows: waves.map(({ label, answered, inPractice }) => ({ label, count: inPractice, of: answered })),
    },
    notShown: null,
    drillDown: [],
  }
}

/** Why no two waves stand beside each other: all answered at one time, too few did at any other, or it would tell of fewer. */
function whyNoWaves(waves: readonly Counted[], fewest: number): string {
  const sizes = waves.map(({ answered }) => answered).filter((answered) => answered > 0)
  if (sizes.length === 1)
    return `${sizes[0] === 1 ? 'The one who answered' : 'All who answered'} had been sent as many messages, so there is nothing to set beside each other.`
  return sizes.filter((size) => size >= fewest).length < 2
    ? 'Too few answered at different times to set them beside each other.'
    : 'Those who answered at different times are not set beside each other: it would give away how a smaller group answered.'
}

/** Practice by agency (of a course or a programme) or sector (of a programme), the smallest merged; null where the group has no such split. */
export function partsFigure(said: Said, what: Part): Figure | null {
  const { group, gathered, counts, rules, those } = said
  if (group.level !== 'programme' && (group.level !== 'course' || what === 'sector')) return null
  const names = what === 'agency' ? gathered.agencies : gathered.sectors
  const parts = [...said.parts(what)].map(([id, counted]) => ({
    id,
    key: rowOf(said, what, id),
    name: names.get(id) ?? '',
    ...counted,
  }))
  const shown: readonly ToldRow[] = said.rows(splitOf(said, what))
  if (!shown.length) return noParts(said, what, parts)
  const seen = new Set(shown.flatMap(({ ids }) => ids))
  const hidden = parts.filter(({ key }) => !seen.has(key))
  const word = what === 'agency' ? 'agencies' : 'sectors'
  const rows = [
    ...shown.map(({ ids }) => {
      const own = parts.filter(({ key }) => ids.includes(key)).toSorted((a, b) => b.came - a.came)
      said.see('practice', ids.toSorted().join('+'), () =>
        own.flatMap(({ id }) => those.filter((one) => partIn[what](one) === id)),
      )
      return { own, isShown: true }
    }),
    // How few of a small agency answered is nobody's to see: those not shown stand together.
    ...(hidden.length ? [{ own: hidden, isShown: false }] : []),
  ]
    .map(({ own, isShown }) => ({ names: own.map(({ name }) => name), isShown, ...inAll(own) }))
    .map(({ names, isShown, came, answered, inPractice }) => ({
      names,
      isNamed: isShown && names.length <= mostNamed,
      label: isShown ? namesWords(names, word) : hiddenWords(names.length, word),
      came,
      answered,
      inPractice: isShown ? inPractice : null,
    }))
    .toSorted((a, b) => b.came - a.came)
  const inPlaceOf = ({ came, answered }: { came: number; answered: number }) =>
    mayShow({ attended: came, answered }, rules) ? guarded : tooFew
  const showing = rows.filter(({ inPractice }) => inPractice !== null)
  const best = showing.reduce((sum, row) => sum + row.answered, 0)
  const isGuarded = rows.some((row) => row.inPractice === null && inPlaceOf(row) === guarded)
  return {
    ...partsAbout(what),
    sentence: `${best === counts.room.answered ? 'Every answer is in one of the rows.' : `${figure(best)} of the ${figure(counts.room.answered)} answers ${best === 1 ? 'is' : 'are'} in one of the rows that are shown.`} A difference between two ${word} is often chance: this is no league table.`,
    base: baseOf(counts.room.answered, counts.room.came, rules),
    definition: partsDefinition(what, rules),
    table: {
      caption: what === 'agency' ? 'In practice, by agency' : 'In practice, by sector',
      head: [what === 'agency' ? 'Agency' : 'Sector', 'Came', 'Answered', 'In practice'],
      rows: rows.map((row): Cell[] => [row.label, row.came, row.answered, row.inPractice ?? inPlaceOf(row)]),
    },
    picture: {
      kind: 'shares',
      rows: showing.map((row) => ({ label: row.label, count: row.inPractice ?? 0, of: row.answered })),
    },
    notShown: null,
    drillDown: [
      ...(isGuarded ? [whyGuarded] : []),
      ...rows
        .filter(({ names, isNamed }) => !isNamed && names.length > 1)
        .map(({ names, label }) => `${label}: ${listed(names)}.`),
    ],
  }
}

const partsAbout = (what: Part) =>
  ({
    key: what === 'agency' ? 'practice-by-agency' : 'practice-by-sector',
    part: 'practice',
    title: what === 'agency' ? 'In practice, by agency' : 'In practice, by sector',
    label: 'do',
  }) as const

/** Without a row that may be shown there is no table: all of them together are the page’s own headline. */
function noParts({ counts: { room }, rules }: Said, what: Part, parts: readonly Counted[]): Figure {
  const isEnough = parts.some(({ came, answered }) => mayShow({ attended: came, answered }, rules))
  return {
    ...partsAbout(what),
    sentence:
      parts.length === 1
        ? `Everyone who came was from one ${what}, so there is none to set beside it.`
        : isEnough
          ? `How answers fall by ${what} is not shown: it would give away how a smaller group answered, or that everyone of one ${what} answered the same.`
          : `No ${what} has enough answers for how they fall to be shown.`,
    base: baseOf(room.answered, room.came, rules),
    definition: partsDefinition(what, rules),
    table: null,
    picture: null,
    notShown: null,
    drillDown: [],
  }
}

const partsDefinition = (what: Part, { attended, answered }: Said['rules']): string =>
  `As people were on the day${what === 'agency' ? '; a school counts under its parent' : ''}. ${howCounted} A row needs ${attended} who came and ${answered} who answered; smaller ones are counted together, smallest first, and a row in which everyone answered the same is not shown.`

/** More parts in one row than these are not named in it. */
const mostNamed = 3

const namesWords = (names: readonly string[], word: string): string =>
  names.length > mostNamed ? `${figure(names.length)} ${word} together` : listed(names)

/** A row that is not shown names none of its parts: one alone would be a small agency beside how few of it answered. */
function hiddenWords(n: number, word: 'agencies' | 'sectors'): string {
  if (n > 1) return `${figure(n)} ${word} together`
  return `1 other ${word === 'agencies' ? 'agency' : 'sector'}`
}
