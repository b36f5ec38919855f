import type { ChargeFigures, Charges } from './attendance-figures.ts'
import type { Answered } from './course-figures.ts'
import { yearWords } from './group.ts'
import type { Presences } from './presence.ts'
import { programmeFigure, so } from './programme-words.ts'
import { percentages, type Thresholds } from './shared/disclosure.ts'
import type { Cell, Figure } from './shared/figures.ts'
import { moneyWords } from './shared/money.ts'
import { figure } from './shared/pictures.ts'
import { capital, percent, share } from './shared/sentences-words.ts'

/* What became of places: cancelled, not used, charged, used without a booking; and how many different people came. */

/** Bookings once confirmed, by what became of them. */
export function bookingFigure(
  { places, unscheduled }: Presences,
  { cancelledInTime, cancelledLate }: { cancelledInTime: number; cancelledLate: number },
): Figure {
  const missed = places.part + places.excused + places.absent
  const made = places.came + missed + places['not-marked'] + cancelledInTime + cancelledLate
  const rows: Cell[][] = [
    ['Came', places.came],
    ['Cancelled in time', cancelledInTime],
    ['Cancelled late', cancelledLate],
    ['Did not attend', missed],
    ['Did not attend: came for a part of it', places.part],
    ['Did not attend: excused', places.excused],
    ['Did not attend: no reason known', places.absent],
    ...(places['not-marked'] > 0 ? [['Not in a register yet', places['not-marked']]] : []),
    ['Bookings in all', made],
    ['Came without a place booked beforehand', unscheduled],
  ]
  const unmarked =
    places['not-marked'] > 0 ? ` ${capital(so(places['not-marked'], 'is', 'are'))} in no register yet.` : ''
  const walkedIn =
    unscheduled === 0 ? '' : ` ${figure(unscheduled)} of those who came had no place booked before the event began.`
  return programmeFigure({
    key: 'bookings',
    title: 'What became of the places booked',
    sentence:
      made === 0
        ? 'No place was booked.'
        : `${so(made, 'place was', 'places were')} booked: ${none(places.came)} ${places.came < 2 ? 'was' : 'were'} used; ${gaveUp(cancelledInTime, cancelledLate)}; ${leftEmpty(missed - places.part, places.part)}.${unmarked}${walkedIn}`,
    definition:
      'Bookings that were confirmed at some time, at events that were held. Late: after the last day on which cancelling is free. Did not attend: the register does not meet the course’s rule; someone who left early or missed one of two days came for a part of it. Came without a place booked beforehand: the booking was entered only once the event had begun; these people are among those who came.',
    table: { caption: 'What became of the places booked', head: ['What', 'Bookings'], rows },
  })
}

const none = (count: number): string => (count === 0 ? 'none' : figure(count))

/** "none was cancelled", "1 was cancelled, late", "12 were cancelled, 3 of them late". */
function gaveUp(inTime: number, late: number): string {
  const all = inTime + late
  const words = `${none(all)} ${all < 2 ? 'was' : 'were'} cancelled`
  if (all === 0) return words
  if (late === 0) return `${words}, in time`
  return inTime === 0 ? `${words}, late` : `${words}, ${figure(late)} of them late`
}

/** Someone who came for a part of it did not leave the place empty. */
function leftEmpty(stayedAway: number, part: number): string {
  const by = (n: number) => (n === 1 ? 'someone' : 'people')
  const away = `by ${by(stayedAway)} who did not attend`
  const partly = `by ${by(part)} who came for a part of it`
  const all = stayedAway + part
  if (all === 0) return 'none was left empty'
  const were = `${figure(all)} ${all === 1 ? 'was' : 'were'}`
  if (part === 0) return `${were} left empty ${away}`
  if (stayedAway === 0) return `${were} not used to the end, ${partly}`
  return `${were} not used: ${figure(stayedAway)} ${away}, ${figure(part)} ${partly}`
}

/** Different people beside attendances. */
export function peopleFigure({ times, places }: Presences): Figure {
  const people = times.once + times.twice + times.more
  const again = times.twice + times.more
  const sentence =
    people === 0
      ? 'Nobody came.'
      : again === 0
        ? people === 1
          ? '1 person came, once.'
          : `${figure(people)} different people came, each of them once.`
        : `${figure(places.came)} attendances were ${so(people, 'person', 'different people')}: ${none(times.once)} came once, ${none(times.twice)} twice, ${none(times.more)} three times or more.`
  return programmeFigure({
    key: 'people',
    title: 'Different people',
    sentence,
    definition:
      'An attendance is one person at one event; here each person is counted once, however often they came. People who have been erased still count.',
    table: {
      caption: 'Different people, by how often they came',
      head: ['Came', 'People'],
      rows: [
        ['Once', times.once],
        ['Twice', times.twice],
        ['Three times or more', times.more],
      ],
      foot: ['Different people', people],
    },
  })
}

/** What was charged, and beside it the year before. */
export function chargeFigure(now: Charges, before: (Charges & { programme: string }) | null): Figure {
  const { nonAttendance, lateCancellation } = now
  const year = before && yearWords(before.programme)
  const charged = ({ count, pence }: ChargeFigures) =>
    count === 0 ? 'nobody' : `${so(count, 'booking', 'bookings')} (${moneyWords(pence)})`
  const row = (name: string, of: ChargeFigures, last: ChargeFigures | undefined): Cell[] => [
    name,
    of.count,
    moneyWords(of.pence),
    ...(last ? [last.count, moneyWords(last.pence)] : []),
  ]
  return programmeFigure({
    key: 'charges',
    title: 'Charges',
    sentence: `Charged for not attending: ${charged(nonAttendance)}. For cancelling late: ${charged(lateCancellation)}.${
      before ? ` In ${year}, for not attending: ${charged(before.nonAttendance)}.` : ''
    }`,
    definition:
      'What was charged and not waived, credits taken off, whether or not it has been paid. Bookings that still owe something are counted.',
    table: {
      caption: 'Charges',
      head: ['For', 'Bookings', 'Charged', ...(year ? [`Bookings, ${year}`, `Charged, ${year}`] : [])],
      rows: [
        row('Not attending', nonAttendance, before?.nonAttendance),
        row('Cancelling late', lateCancellation, before?.lateCancellation),
      ],
    },
  })
}

/** How many answered the follow-up, and beside it the year before. */
export function followUpFigure(
  now: Answered & { isNobodyAskedYet?: boolean },
  before: (Answered & { programme: string }) | null,
  thresholds: Thresholds,
): Figure {
  const words = ({ answered, attended }: Answered) =>
    answered === 0
      ? `none of ${figure(attended)}`
      : answered === attended
        ? attended === 1
          ? 'the one person who came'
          : `all ${figure(attended)}`
        : `${figure(answered)} of ${figure(attended)}${share(answered, attended, thresholds, answered)}`
  const row = (name: string, { answered, attended }: Answered): Cell[] => [
    name,
    attended,
    answered,
    percentages(answered, thresholds) ? percent(answered, attended) : '–',
  ]
  return programmeFigure({
    key: 'follow-ups',
    title: 'Follow-ups answered',
    sentence:
      now.attended === 0
        ? 'Nobody came, so nobody was asked.'
        : `${now.isNobodyAskedYet ? 'Nobody has been asked yet.' : `Answered: ${words(now)}.`}${before && before.attended > 0 ? ` In ${yearWords(before.programme)}: ${words(before)}.` : ''}`,
    definition:
      'Attendances of which question one of the follow-up was answered, out of everyone who came, whether or not they could be asked.',
    table: {
      caption: 'Follow-ups answered',
      head: ['Programme', 'Came', 'Answered', 'Of all'],
      rows: [row('This programme', now), ...(before ? [row(yearWords(before.programme), before)] : [])],
    },
  })
}
