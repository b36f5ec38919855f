import type { RoleGroup } from '#server/people/input.ts'
import { type Disposition, dispositions } from '#server/surveys/input.ts'
import { endInstrument } from '#server/surveys/shared/instruments.ts'
import { baseOf, hidden } from './answer-figures.ts'
import { answerOf, howReady, type Measure, whereTheyStood } from './cells.ts'
import { type Counted, countedBy, inAll } from './counted.ts'
import { isNobodyAsked, isNobodyAskedYet, nobodyAskedWords, type Said } from './said.ts'
import type { Cell, Figure, FigureLabel } from './shared/figures.ts'
import type { Level } from './shared/pages.ts'
import { figure, levelLabels, type Room, type UnheardKey, unheardKeys } from './shared/pictures.ts'
import { type Flow, flowSentence } from './shared/sentences.ts'
import { whoAnsweredSentence } from './shared/sentences-moves.ts'
import { everyone, listed, none, percent } from './shared/sentences-words.ts'
import { type FrameRow, groupsBeside, largestGap, wholePercent } from './shared/statistics.ts'

/* Who answered, of those who came. How many are figures of the programme; what they said before and at the end of the day are answers. */

const dispositionWords: Record<Disposition, string> = {
  answered: 'Answered',
  'no-reply': 'No reply',
  'could-not-be-asked': 'Could not be asked',
  'still-being-asked': 'Still being asked',
  'not-yet-due': 'Not yet due',
  'not-asked-by-rule': 'Not asked by rule',
}

export function flowOf(said: Said): Flow {
  const { room, full, matched } = said.counts
  const { came, answered, unheard } = room
  return {
    booked: bookedOf(said),
    came,
    reachable: came - unheard['could-not-be-asked'],
    asked: answered + unheard['no-reply'] + unheard['still-being-asked'],
    answered,
    full,
    matched,
    isTooEarly: isNobodyAskedYet(room),
  }
}

/** Places are of events; of a sector or an agency those who came are all that is said. */
function bookedOf({ gathered, group, counts }: Said): number {
  if (group.who) return counts.room.came
  return group.events.reduce((sum, { id }) => sum + (gathered.attenders.events.get(id)?.booked ?? 0), 0)
}

const stillBooked = 'Still booked on the day'

const withoutBooked = (sentence: string): string =>
  sentence.replace(/^.*? booked, /, '').replace(/^\w/, (c) => c.toUpperCase())

const notHeld: Partial<Record<Level, string>> = {
  event: 'It has not been held',
  course: 'No event of it has been held',
  theme: 'No event on it has been held',
}

/** From booking to a matched answer: shown for a group of any size. `before` is the same group a year ago. */
export function flowFigure(said: Said, before: { label: string; came: number; answered: number } | null): Figure {
  const { counts, rules, group } = said
  const flow = flowOf(said)
  const { came, answered } = flow
  const response = came > 0 && answered >= rules.percentages ? wholePercent(answered, came) : null
  const isProvisional = counts.room.unheard['still-being-asked'] + counts.room.unheard['not-yet-due'] > 0
  const target =
    came === 0 || response === null
      ? ''
      : response >= rules.target
        ? ` The target is ${rules.target}%: met.`
        : isProvisional
          ? ` It is too early to say whether the target of ${rules.target}% is met: ${answered === flow.asked ? `${everyone(answered)} asked so far have` : `${figure(answered)} of the ${figure(flow.asked)} asked so far have`} answered.`
          : ` The target is ${rules.target}%: not met.`
  // Of a group of whom nobody is asked, that nobody answered a year before either would say something else.
  const last =
    before?.came && (before.answered > 0 || !isNobodyAsked(counts.room))
      ? ` ${before.label}: ${none(before.answered)} of ${figure(before.came)} answered${before.answered >= rules.percentages ? ` (${percent(before.answered, before.came)})` : ''}.`
      : ''
  const since = counts.since
    ? ` ${figure(counts.since)} more ${counts.since === 1 ? 'has' : 'have'} answered since a report that counts ${group.events.length === 1 ? 'this event' : 'these events'} was issued; the next report counts ${counts.since === 1 ? 'it' : 'them'}.`
    : ''
  const sentence = group.events.length
    ? `${group.who ? withoutBooked(flowSentence(flow, rules)) : flowSentence(flow, rules)}${target}${last}${since}`
    : `${notHeld[group.level] ?? 'No course or learning event has been held'}, so there is nobody to count.`
  const booked: [string, number][] = group.who ? [] : [[stillBooked, flow.booked]]
  return {
    key: 'flow',
    part: 'answered',
    title: 'From booking to answer',
    label: null,
    sentence,
    base: baseOf(answered, came, rules),
    definition: `${group.who ? '' : `${stillBooked}: places that were not cancelled before. `}Came: the register says so, by the course’s rule. Answered: question one, three months on; fully: and at least one learning outcome. Matched: told us before the day and three months on. The response is those who answered, of everyone who came.`,
    table: {
      caption: 'How many were left at each step',
      head: ['Step', 'People'],
      rows: [
        ...booked,
        ['Came', came],
        ['Could be reached', flow.reachable],
        ['Asked', flow.asked],
        ['Answered', answered],
        ['Answered fully', flow.full],
        ['Matched', flow.matched],
      ],
    },
    picture: null,
    notShown: null,
    drillDown:
      flow.reachable > 0 && answered >= rules.percentages
        ? [
            `Of the ${figure(flow.reachable)} who could be reached, ${figure(answered)} answered (${percent(answered, flow.reachable)}). The response given everywhere else is of everyone who came.`,
          ]
        : [],
  }
}

/** Where everyone who came stands. */
export function dispositionsFigure({ counts, rules }: Said): Figure {
  const { room } = counts
  const rows = dispositions.map((one): [string, number] => [
    dispositionWords[one],
    one === 'answered' ? room.answered : room.unheard[one],
  ])
  const silent = room.came - room.answered
  return {
    key: 'dispositions',
    part: 'answered',
    title: 'Where everyone who came stands',
    label: null,
    sentence:
      room.came === 0 ? 'Nobody came.' : silent === 0 ? 'Everyone who came has answered.' : silentSentence(room),
    base: baseOf(room.answered, room.came, rules),
    definition:
      'Everyone who came, each in one place. No reply: thirty days have gone by since the last message. Could not be asked: no address, it came back, they opted out or had left. Not asked by rule: four follow-ups in twelve months are the most anyone is asked for, and some courses ask none.',
    table: { caption: 'Everyone who came, each in one place', head: ['Where they stand', 'People'], rows },
    picture: null,
    notShown: null,
    drillDown: [],
  }
}

const roleWords: Record<RoleGroup, string> = {
  'social-work': 'Social work',
  'health-visiting': 'Health visiting',
  nursing: 'Nursing and midwifery',
  'general-practice': 'General practice',
  teaching: 'Teaching',
  'early-years': 'Early years',
  policing: 'Policing',
  probation: 'Probation',
  housing: 'Housing',
  'youth-work': 'Youth work',
  'adult-care': 'Adult care',
  volunteering: 'Volunteering',
  management: 'Management',
  other: 'Other work',
}

const silentWords: Record<UnheardKey, (n: number) => string> = {
  'no-reply': () => 'gave no reply',
  'could-not-be-asked': () => 'could not be asked',
  'still-being-asked': (n) => `${n === 1 ? 'is' : 'are'} still being asked`,
  'not-yet-due': (n) => `${n === 1 ? 'is' : 'are'} not yet due`,
  'not-asked-by-rule': (n) => `${n === 1 ? 'was' : 'were'} not asked by rule`,
}

/** The same of everyone who came, two or more. */
const silentAll: Record<UnheardKey, (n: number) => string> = {
  'no-reply': (n) => `${every(n)} gave no reply`,
  'could-not-be-asked': (n) => `${noneOf(n)} could be asked`,
  'still-being-asked': (n) => `${every(n)} are still being asked`,
  'not-yet-due': (n) => `${every(n)} are not yet due`,
  'not-asked-by-rule': (n) => `by rule ${noneOf(n)} was asked`,
}

const every = (n: number): string => (n === 2 ? 'both' : `all ${figure(n)}`)
const noneOf = (n: number): string => (n === 2 ? 'neither' : `none of the ${figure(n)}`)

/** "Of the 80 who came, 38 have not answered: 35 gave no reply and 3 could not be asked.", "The one person who came gave no reply." */
function silentSentence({ came, answered, unheard }: Room): string {
  const kinds = unheardKeys.flatMap((key) => (unheard[key] > 0 ? { key, n: unheard[key] } : []))
  const [first] = kinds
  if (came === 1) return `The one person who came ${first ? silentWords[first.key](1) : ''}.`
  const each = kinds.map(({ key, n }) => `${figure(n)} ${silentWords[key](n)}`)
  if (answered === 0)
    return `Nobody who came has answered: ${first && kinds.length === 1 ? silentAll[first.key](came) : listed(each)}.`
  const silent = came - answered
  const opening = `Of the ${figure(came)} who came, `
  if (kinds.length === 1) return `${opening}${each[0]}.`
  return `${opening}${figure(silent)} have not answered: ${listed(each)}.`
}

/** Those who answered beside those who came: by agency, sector, kind of work, level before the day, readiness at its end. */
export function whoAnsweredFigures(said: Said): Figure[] {
  const { gathered, group } = said
  if (!said.those.length) return []
  const figures: Figure[] = []
  // One row alone has nothing to be set beside.
  const push = (made: Figure) => (made.table?.rows.length === 1 ? 0 : figures.push(made))
  // At one event an agency or a kind of work is a person or two.
  if (group.level !== 'agency' && group.level !== 'event')
    push(
      frameFigure(said, {
        key: 'who-agency',
        title: 'Who answered, by agency',
        heading: 'Agency',
        definition: 'Agencies as on the day; a school counts under its parent.',
        counted: said.parts('agency'),
        nameOf: (id) => gathered.agencies.get(id) ?? '',
      }),
    )
  if (group.level === 'programme' || group.level === 'theme' || group.level === 'period')
    push(
      frameFigure(said, {
        key: 'who-sector',
        title: 'Who answered, by sector',
        heading: 'Sector',
        definition: 'Sectors as on the day.',
        counted: said.parts('sector'),
        nameOf: (id) => gathered.sectors.get(id) ?? '',
      }),
    )
  if (group.level !== 'event')
    push(
      frameFigure(said, {
        key: 'who-role',
        title: 'Who answered, by kind of work',
        heading: 'Kind of work',
        definition: 'The kind of work that people said they do, as on the day.',
        counted: countedBy(said.those, ({ role }) => role),
        nameOf: (role) => roleWords[role],
      }),
    )
  if (!said.isShown || group.level === 'period') return figures
  const stood = answerOf(whereTheyStood(gathered.answers))
  const ready = answerOf(howReady(gathered.answers))
  figures.push(
    answeredBy(said, 'baseline', {
      key: 'who-baseline',
      title: 'Who answered, by where they stood before the day',
      heading: 'Before the day',
      label: 'know',
      definition: 'Of those who said before the day where they stood on the first learning outcome of their course.',
      order: levelLabels,
      counted: countedBy(said.those, stood),
      nameOf: (level) => levelLabels[Number(level)] ?? '',
    }),
    answeredBy(said, 'readiness', {
      key: 'who-readiness',
      title: 'Who answered, by how ready they were at the end of the day',
      heading: 'At the end of the day',
      label: 'of-the-day',
      definition: '“Could you do it tomorrow?”, of those who said at the end of the day.',
      order: [...readyWords.values()],
      counted: countedBy(said.those, (one) => readyWords.get(ready(one) ?? '') ?? null),
      nameOf: (words) => words,
    }),
  )
  return figures
}

const readyWords = new Map(
  endInstrument.questions.find(({ key }) => key === 'ready')?.options.map(({ key, text }) => [key, text]),
)

interface Frame<K> {
  key: string
  title: string
  heading: string
  definition: string
  label?: FigureLabel
  order?: readonly string[]
  counted: ReadonlyMap<K, Counted>
  nameOf(key: K): string
}

/** The same where the rows are answers themselves: shown only if both those who answered later and those who did not may be. */
function answeredBy<K>(said: Said, what: 'baseline' | 'readiness', frame: Frame<K>): Figure {
  const { those, group } = said
  const { came: spoke, answered: later } = inAll(frame.counted.values())
  const measures: Measure[] = [`${what}-answered`, `${what}-silent`]
  const [answered, unheard] = measures as [Measure, Measure]
  const isShown =
    said.shows(answered) && (spoke === later || said.shows(unheard)) && (what === 'baseline' || said.shows('ready'))
  const made = frameFigure(said, frame)
  if (!isShown) {
    const told = what === 'baseline' ? 'told us where they stood before the day' : 'told us how ready they were'
    const plain = hidden(made, baseOf(spoke, those.length, said.rules))
    return {
      ...plain,
      sentence: `${spoke === 0 ? 'Nobody' : figure(spoke)} ${told}.`,
      notShown: spoke === 0 ? plain.notShown : 'Not shown: it would give away how a smaller group answered.',
    }
  }
  for (const measure of measures) said.see(measure, group.key)
  return made
}

/** Those of whom fewer came than answers are shown from, together in one row: how few of a small agency answered is nobody's to see. */
function withoutFew(rows: readonly FrameRow[], fewest: number): FrameRow[] {
  const few = rows.filter(({ attended }) => attended < fewest)
  if (!few.length) return [...rows]
  const sum = (key: 'attended' | 'answered') => few.reduce((total, row) => total + row[key], 0)
  return [
    ...rows.filter(({ attended }) => attended >= fewest),
    {
      label:
        few.length === 1
          ? `1 other with fewer than ${fewest}`
          : `${figure(few.length)} others with fewer than ${fewest} each`,
      attended: sum('attended'),
      answered: sum('answered'),
      isTogether: true,
    },
  ]
}

function frameFigure<K>({ gathered, group, counts, those, rules }: Said, frame: Frame<K>): Figure {
  const groups = [...frame.counted].map(
    ([key, { came, answered }]): FrameRow => ({ label: frame.nameOf(key), attended: came, answered }),
  )
  const rows = frame.order
    ? frame.order.flatMap((label) => groups.find((row) => row.label === label) ?? [])
    : withoutFew(
        groups.toSorted((a, b) => b.attended - a.attended || a.label.localeCompare(b.label, 'en-GB')),
        rules.attended,
      )
  const total = {
    came: rows.reduce((sum, { attended }) => sum + attended, 0),
    answered: rows.reduce((sum, { answered }) => sum + answered, 0),
  }
  const withPercent = total.answered >= rules.percentages
  const nobodyAsked = nobodyAskedWords(gathered, group, counts.room)
  return {
    key: frame.key,
    part: 'answered',
    title: frame.title,
    label: frame.label ?? null,
    sentence: nobodyAsked ? `${nobodyAsked}.` : whoAnsweredSentence(largestGap(rows), total, rules, groupsBeside(rows)),
    base: baseOf(frame.label ? total.came : total.answered, those.length, rules),
    definition: `${frame.definition} Set beside everyone who came, to see whom the answers stand for. The gap named is that of the largest difference among groups of ten or more.`,
    table: {
      caption: `${frame.heading}: who came, and who answered`,
      head: [frame.heading, 'Came', 'Answered', ...(withPercent ? ['Of those who came', 'Of those who answered'] : [])],
      rows: rows.map((row): Cell[] => [
        row.label,
        row.attended,
        row.answered,
        ...(withPercent ? [percent(row.attended, total.came), percent(row.answered, total.answered)] : []),
      ]),
    },
    picture: null,
    notShown: null,
    drillDown: [],
  }
}
