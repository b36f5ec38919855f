import { type Attender, countsOf, type GroupCounts } from './attenders.ts'
import { answerOf, type Measure, readerOf } from './cells.ts'
import { type Counted, countedBy } from './counted.ts'
import { type Gathered, type Part, partIn, partsOf, peopleOf, type Rules } from './gathered.ts'
import { type Group, isFollowedUp } from './group.ts'
import type { Split } from './guard.ts'
import { mayShow } from './shared/disclosure.ts'
import { nothingShown } from './shared/figures.ts'
import type { ShownAnswers } from './shared/pages.ts'
import { figure, type Room } from './shared/pictures.ts'
import { type Gate, gateOf, headlineSentence } from './shared/sentences-gates.ts'
import type { ToldRow } from './shared/shown.ts'

/** One group with its people, what it may say of itself, and a note of every row of answers that it says. */
export interface Said {
  gathered: Gathered
  group: Group
  those: Attender[]
  counts: GroupCounts
  rules: Rules
  /** Whether how the answers to question one fall is shown at all. */
  isShown: boolean
  gate: Gate
  percentages: boolean
  /** Whether the group may show how it answered this; `row` where it is not the group's own. */
  shows(measure: Measure, row?: string): boolean
  rows(split: Split): readonly ToldRow[]
  /** Its people sector by sector, or agency by agency. */
  parts(what: Part): ReadonlyMap<number, Counted>
  /** Notes a row that a figure shows, and whose answers are in it where not everyone's are. */
  see(measure: Measure, row: string, people?: () => readonly Attender[]): void
  /** The same of question one of an earlier year. */
  seeEarlier(year: Gathered, group: Group, label: string): void
}

/** `shown` takes every row that is said, once. */
export function saidOf(gathered: Gathered, group: Group, shown: Map<string, ShownAnswers>): Said {
  const those = peopleOf(gathered, group)
  const counts = countsOf(those)
  const { room } = counts
  const { guard, rules } = gathered
  const isShown = guard.shows('practice', group.key) && mayShow({ attended: room.came, answered: room.answered }, rules)
  const { gate, percentages } = gateOf(room, rules)
  const note = (from: Gathered, measure: Measure, row: string, people: () => readonly Attender[]) => {
    const key = `${measure} ${row}`
    if (shown.has(key)) return
    let units: string[] | undefined
    shown.set(key, {
      measure,
      row,
      // Made when they are asked for: a page on screen asks for none.
      get units() {
        if (units) return units
        const read = answerOf(readerOf(from.answers, measure))
        units = people().flatMap((one) => {
          const answer = read(one)
          return answer === null ? [] : [`${one.bookingId}:${answer}`]
        })
        return units
      },
    })
  }
  return {
    gathered,
    group,
    those,
    counts,
    rules,
    isShown,
    gate: isShown ? gate : 'flow-only',
    percentages,
    shows: (measure, row = group.key) => isShown && guard.shows(measure, row),
    rows: (split) => (isShown ? guard.rows('practice', split) : []),
    parts: (what) => (group.level === 'programme' ? partsOf(gathered)[what] : countedBy(those, partIn[what])),
    see: (measure, row, people = () => those) => note(gathered, measure, row, people),
    seeEarlier: (year, same, label) => note(year, 'practice', `${same.key} ${label}`, () => peopleOf(year, same)),
  }
}

/** What stands in place of the headline, and why. */
export function whyNotShown({ group, gathered, counts, rules }: Said): { sentence: string; why: string } {
  const { room } = counts
  if (!group.events.length && (group.level === 'programme' || group.level === 'period') && !group.own.length) {
    const sentence = 'No course or learning event has been held.'
    return { sentence, why: sentence }
  }
  if (!group.events.length) {
    const isCancelled = group.own.length > 0 && group.own.every(({ state }) => state === 'cancelled')
    const sentence = isCancelled
      ? `${group.own.length === 1 ? 'It was' : 'All were'} cancelled.`
      : 'There is nothing to show before the day.'
    return { sentence, why: sentence }
  }
  if (room.came > 0 && room.answered === 0 && !isFollowedUp(gathered, group)) {
    const sentence = 'This is not followed up, so nobody was asked.'
    return { sentence, why: sentence }
  }
  if (isNobodyAsked(room)) return { sentence: 'Nobody was asked.', why: 'There is nothing to show.' }
  if (isNobodyAskedYet(room)) return { sentence: 'Nobody has been asked yet.', why: 'There is nothing to show yet.' }
  const rule = `Answers are shown when at least ${inWords(rules.attended)} came and ${inWords(rules.answered)} answered.`
  if (!mayShow({ attended: room.came, answered: room.answered }, rules))
    // The rule itself is the reason that stands beside it.
    return { sentence: headlineSentence(room, rules).replace(/ How the answers fall is shown from .*$/, ''), why: rule }
  return {
    sentence: `${figure(room.answered)} of the ${figure(room.came)} people who came have told us what happened next.`,
    why: 'How these answers fall is not shown: beside the totals shown elsewhere it would give away how a smaller group answered.',
  }
}

/** Some came, and all of them were left out by a rule or could not be asked. */
export function isNobodyAsked({ came, answered, unheard }: Room): boolean {
  return came > 0 && answered === 0 && unheard['not-asked-by-rule'] + unheard['could-not-be-asked'] === came
}

/** Some came, and of those whom no rule leaves out and who can be asked nobody is due yet. */
export function isNobodyAskedYet({ came, answered, unheard }: Room): boolean {
  const waiting = unheard['not-yet-due']
  return (
    waiting > 0 && answered === 0 && waiting + unheard['not-asked-by-rule'] + unheard['could-not-be-asked'] === came
  )
}

/** “Nobody was asked”, “Nobody has been asked yet”; null where somebody was, or nobody came. */
export function nobodyAskedWords(names: Pick<Gathered, 'courses'>, group: Group, room: Room): string | null {
  if (room.came === 0 || room.answered > 0) return null
  if (isNobodyAsked(room) || !isFollowedUp(names, group)) return 'Nobody was asked'
  return isNobodyAskedYet(room) ? 'Nobody has been asked yet' : null
}

/** Why no words of a group are quoted, where nothing of how it answered is shown. */
export function whyNoWords({ gathered, group, counts, rules }: Said): string {
  const { room } = counts
  if (room.came === 0) return 'Nobody came.'
  const nobody = nobodyAskedWords(gathered, group, room)
  if (nobody) return `${nobody} what happened next.`
  return mayShow({ attended: room.came, answered: room.answered }, rules)
    ? nothingShown
    : 'Not shown: too few came or answered.'
}

/** Ten and below as words. */
export function inWords(n: number): string {
  return ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'][n] ?? `${n}`
}
