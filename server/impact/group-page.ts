import type { Reading } from '#db/transact.ts'
import { addMonths, addWorkingDays, formatDate, formatDateShort, type On } from '#server/calendar.ts'
import { latestSendOn, stillBeingAskedUntil } from '#server/surveys/due-dates.ts'
import { type Disposition, dispositions, type ExperimentKind } from '#server/surveys/input.ts'
import type { GroupCounts } from './attenders.ts'
import {
  type AskedBetween,
  askedBetween,
  bookedAt,
  byTelephoneAt,
  type TriedWordings,
  triedAt,
  versionsAt,
} from './measures.ts'
import { type OutcomeMoves, outcomesOf, thresholdWords } from './outcome-moves.ts'
import { countsIn, idsOf, type ProgrammeEvent, programmeGroup, type Standing } from './programme.ts'
import { defaultThresholds, mayShow, percentages } from './shared/disclosure.ts'
import { figure, inPracticeOf, type Room, type TableRow, wholeRoomTable } from './shared/pictures.ts'
import { breakEvenSentence, type Flow, flowSentence, wholeRoomSentence } from './shared/sentences.ts'
import { wholePercent, wilson } from './shared/statistics.ts'

/*
 * What a page says of one group of people (an event, a course over a year, a programme): the flow line of everyone, always; how the
 * answers fall only where the small-number rule lets it. The pages differ in whom they gather; what is said of them is said here.
 */

/** The flow line and each disposition: programme figures, which stand for a group of any size. */
export interface FlowFigures extends Flow {
  late: number
  dispositions: { disposition: Disposition; words: string; count: number }[]
  /** Per cent of those who came; null below ten answers. */
  answeredPercent: number | null
  sentence: string
}

export interface Provisional {
  stillBeingAsked: number
  notYetDue: number
  /** The last day on which anyone is still being asked, if nobody's asking is held or paused. */
  untilOn: On
  words: string
}

export interface WholeRoom {
  label: string
  room: Room
  sentence: string
  breakEven: string
  table: TableRow[]
  drillDown: DrillDown
}

/** What belongs behind the sentence: the interval, which holds only if the silent are like those who answered. */
export interface DrillDown {
  inPractice: number
  answered: number
  /** Whole per cents; null below ten answers. */
  percent: number | null
  interval: { low: number; high: number } | null
  words: string[]
}

export interface Method {
  questions: string
  asked: string
  counted: string
  smallNumbers: string
  live: string
}

export interface GroupPage {
  flow: FlowFigures
  provisional: Provisional | null
  /** Null when how the answers fall is not shown; `notShown` says why. */
  wholeRoom: WholeRoom | null
  notShown: string | null
  outcomes: OutcomeMoves[]
  method: Method
  cannotTell: string[]
}

export const cannotTell = [
  'It is what people say of themselves. Nobody watched them do it.',
  'People who did not come were not asked, so it does not say what would have changed without the day.',
  'Whether children and adults are safer for it needs audit and other evidence.',
]

/** Everything that may be said of the people of `own`: the group that the standing was counted for. */
export async function groupPage(
  db: Reading,
  group: { id: string; own: readonly ProgrammeEvent[]; all: readonly ProgrammeEvent[] },
  standing: Standing,
): Promise<GroupPage> {
  const held = group.own.filter(({ state }) => state === 'held')
  const { room } = standing.group
  const isShown = standing.shown.has(group.id)
  const [booked, versions, asked, outcomes, byTelephone] = await Promise.all([
    held.length ? countsIn(standing, held).booked : bookedAt(db, idsOf(group.own)),
    versionsAt(db, idsOf(held)),
    askedBetween(db, idsOf(held)),
    isShown && group.id !== programmeGroup ? outcomesOf(db, { ...group, held }, standing) : [],
    byTelephoneAt(db, idsOf(held)),
  ])
  return {
    flow: flowOf(booked, standing.group),
    provisional: provisionalOf(room, held, asked),
    wholeRoom: isShown ? wholeRoomOf(room) : null,
    notShown: isShown ? null : whyNotShown(room, held.length > 0),
    outcomes,
    method: methodOf(asked, versions, standing.group, {
      byTelephone,
      tried: await triedAt(db, idsOf(held), asked),
      isYear: group.id === programmeGroup,
    }),
    cannotTell,
  }
}

function flowOf(booked: number, { room, full, matched, late }: GroupCounts): FlowFigures {
  const { came, answered, unheard } = room
  const flow: Flow = {
    booked,
    came,
    reachable: came - unheard['could-not-be-asked'],
    asked: answered + unheard['no-reply'] + unheard['still-being-asked'],
    answered,
    full,
    matched,
  }
  return {
    ...flow,
    late,
    dispositions: dispositions.map((disposition) => ({
      disposition,
      words: dispositionWords[disposition],
      count: disposition === 'answered' ? answered : unheard[disposition],
    })),
    answeredPercent: percentages(flow.answered) ? wholePercent(flow.answered, came) : null,
    sentence: flowSentence(flow),
  }
}

const dispositionWords: Record<Disposition, string> = {
  answered: 'Answered',
  'no-reply': 'No reply',
  'could-not-be-asked': 'Could not be asked',
  'still-being-asked': 'Still being asked',
  'not-yet-due': 'Not yet due',
  'not-asked-by-rule': 'Not asked by rule',
}

function wholeRoomOf(room: Room): WholeRoom {
  return {
    label: 'What they say they do',
    room,
    sentence: wholeRoomSentence(room),
    breakEven: breakEvenSentence(room),
    table: wholeRoomTable(room),
    drillDown: drillDownOf(room),
  }
}

function drillDownOf(room: Room): DrillDown {
  const { answered } = room
  const inPractice = inPracticeOf(room)
  const said = `${figure(inPractice)} of the ${figure(answered)} who answered have put what they planned into practice since the day`
  if (!percentages(answered))
    return {
      inPractice,
      answered,
      percent: null,
      interval: null,
      words: [`${said}. With fewer than ${defaultThresholds.percentages} answers no percentage is worked out.`],
    }
  const { low, high } = wilson(inPractice, answered)
  const interval = { low: Math.round(low * 100), high: Math.round(high * 100) }
  const percent = wholePercent(inPractice, answered)
  return {
    inPractice,
    answered,
    percent,
    interval,
    words: [
      `${said}: ${percent}%, with a 95% score interval (Wilson) of ${interval.low}% to ${interval.high}%.`,
      'The interval holds only if those we have not heard from are like those who answered, and nobody knows that. The range in the headline assumes nothing about them.',
    ],
  }
}

function whyNotShown({ came, answered }: Room, isHeld: boolean): string {
  if (!isHeld) return 'There is nothing to show before the day.'
  const rule = `Answers are shown when at least ${thresholdWords.attended} came and ${thresholdWords.answered} answered.`
  if (!mayShow({ attended: came, answered })) return rule
  return 'How these answers fall is not shown: beside the totals shown elsewhere it would give away how a smaller group answered.'
}

// When and how they were asked

/** The last day anyone is asked is not known before it comes: the latest by the rules, if nobody is held up. */
function provisionalOf({ unheard }: Room, held: readonly ProgrammeEvent[], asked: AskedBetween): Provisional | null {
  const stillBeingAsked = unheard['still-being-asked']
  const notYetDue = unheard['not-yet-due']
  if (stillBeingAsked + notYetDue === 0) return null
  const lastOn = latest(held.map((event) => event.lastOn))
  const closings = [
    ...(notYetDue > 0 ? [closesAfter(latestSendOn(addMonths(lastOn, 3), true))] : []),
    ...(stillBeingAsked > 0 && asked.openSince ? [closesAfter(asked.openSince)] : []),
    ...(stillBeingAsked > 0 && asked.openAskedOn ? [stillBeingAskedUntil(asked.openAskedOn)] : []),
  ]
  const untilOn = latest(closings)
  const who = [
    stillBeingAsked > 0 ? `${figure(stillBeingAsked)} ${stillBeingAsked === 1 ? 'is' : 'are'} still being asked` : '',
    notYetDue > 0 ? `${figure(notYetDue)} ${notYetDue === 1 ? 'is' : 'are'} not yet due` : '',
  ].filter(Boolean)
  return {
    stillBeingAsked,
    notYetDue,
    untilOn,
    words: `${who.join(' and ')}. Everyone will have had their time to answer by ${formatDate(untilOn)}, unless someone’s asking is put off.`,
  }
}

const latest = (days: readonly On[]): On => days.toSorted().at(-1) ?? ''

/** With its three reminders, the last fourteen working days on. */
const closesAfter = (firstAskedOn: On): On => stillBeingAskedUntil(addWorkingDays(firstAskedOn, 14))

const experimentWords: Record<ExperimentKind, string> = {
  subject: 'the invitation’s subject',
  'reminder-1': 'the first reminder',
}

function methodOf(
  { firstOn, lastOn }: AskedBetween,
  versions: readonly number[],
  { late, room }: Pick<GroupCounts, 'late' | 'room'>,
  { byTelephone, tried, isYear }: { byTelephone: number; tried: TriedWordings; isYear: boolean },
): Method {
  const wordings = (kinds: readonly ExperimentKind[]) =>
    kinds.map((what) => experimentWords[what]).join(', and another of ')
  const triedWords = [
    tried.drawn.length ? ` An experiment sent them two wordings of ${wordings(tried.drawn)}.` : '',
    tried.thrownAway.length
      ? ` An experiment that was ended early may have sent some of them another wording of ${wordings(tried.thrownAway)}; who got which was not kept.`
      : '',
  ].join('')
  const whichWords = isYear
    ? 'The totals are of courses and learning events; other kinds stand apart, while the Response page counts every event that asks, of any kind. '
    : ''
  const phoneWords =
    byTelephone === 0
      ? ''
      : ` Of the ${figure(room.answered)} who answered, ${figure(byTelephone)} did so by telephone, to the training team.`
  const lateWords =
    late === 0
      ? ''
      : ` ${figure(late)} of them came more than eight weeks after the three months were over; ${late === 1 ? 'it is' : 'they are'} counted with the rest.`
  return {
    questions:
      versions.length === 0
        ? 'No answer has come yet.'
        : `Question one is the person’s own commitment. Wording: version ${versions.join(' and ')}.`,
    asked:
      firstOn === null
        ? 'Nobody has been asked yet.'
        : firstOn === (lastOn ?? firstOn)
          ? `Asked on ${formatDateShort(firstOn)}.${triedWords}`
          : `Asked between ${formatDateShort(firstOn)} and ${formatDateShort(lastOn ?? firstOn)}.${triedWords}`,
    counted: `${whichWords}Everyone who came stands in exactly one place. In practice means part of how they work, or done at least once, since the day; “started” and “already” are not counted as a change. Answers that came as a machine’s would count only once confirmed.${phoneWords}${lateWords}`,
    smallNumbers: `How a group’s answers fall is shown from ${defaultThresholds.attended} who came and ${defaultThresholds.answered} who answered; percentages from ${defaultThresholds.percentages} answers. No group with 1 to ${defaultThresholds.answered - 1} answers can be worked out from the totals on these pages.`,
    live: 'This page is live: it changes as answers come in. Two readings of it on different days are not protected against being compared.',
  }
}
