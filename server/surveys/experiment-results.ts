import { and, asc, eq, isNotNull, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { messages } from '#db/outbox.ts'
import { contacts, experimentDraws, type experiments, responses } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import type { On } from '#server/calendar.ts'
import { attenders } from './follow-up.ts'
import type { ContactStep, ExperimentArm, ExperimentKind } from './input.ts'
import { differenceInterval } from './shared/proportions.ts'

type Experiment = typeof experiments.$inferSelect

/** One person who was sent a wording: the first time only, and once where two follow-ups shared the message. */
export interface Tried {
  arm: ExperimentArm
  isStillAsked: boolean
  /** Any follow-up that the message asked about has a core answer that counts, given before the experiment ended. */
  isAnswered: boolean
}

export interface ArmResult {
  arm: ExperimentArm
  n: number
  answered: number
  /** With one decimal. */
  percent: number
}

export interface ExperimentResult {
  arms: [ArmResult, ArmResult]
  /** Wording B less wording A, in points. */
  difference: { points: number; low: number; high: number }
  sentence: string
}

/** The asking message that an experiment words in two ways. */
export const stepOf = (what: ExperimentKind): ContactStep => (what === 'subject' ? 'invitation' : 'reminder-1')

/** Everyone who was drawn and sent a wording, in the order of being drawn. */
export async function triedOn(db: Reading, { id, what, endedAt }: Experiment, today: On): Promise<Tried[]> {
  const step = stepOf(what)
  const drawn = await db
    .select({ arm: experimentDraws.arm, personId: bookings.personId, messageId: contacts.messageId })
    .from(experimentDraws)
    .innerJoin(bookings, eq(bookings.id, experimentDraws.bookingId))
    .innerJoin(contacts, and(eq(contacts.bookingId, bookings.id), eq(contacts.step, step)))
    .innerJoin(messages, and(eq(messages.id, contacts.messageId), isNotNull(messages.sentAt)))
    .where(eq(experimentDraws.experimentId, id))
    .orderBy(asc(experimentDraws.at), asc(experimentDraws.bookingId))
  if (!drawn.length) return []
  const of = attenders(
    db,
    today,
    sql`${bookings.id} in (select other.booking_id from contacts own inner join contacts other on other.message_id = own.message_id and other.step = own.step
      inner join experiment_draws d on d.booking_id = own.booking_id where d.experiment_id = ${id} and own.step = ${step})`,
  )
  const asked = await db
    .select({ messageId: contacts.messageId, disposition: of.disposition, coreAt: responses.coreAt })
    .from(of)
    .innerJoin(contacts, and(eq(contacts.bookingId, of.bookingId), eq(contacts.step, step)))
    .leftJoin(responses, eq(responses.id, of.responseId))
  const byMessage = Map.groupBy(asked, ({ messageId }) => messageId)
  const people = new Map<number, Tried>()
  for (const { arm, personId, messageId } of drawn) {
    const theirs = byMessage.get(messageId) ?? []
    if (people.has(personId) || !theirs.length) continue
    people.set(personId, {
      arm,
      isStillAsked: theirs.some(({ disposition }) => disposition === 'still-being-asked'),
      isAnswered: theirs.some(({ coreAt }) => coreAt !== null && coreAt <= (endedAt ?? Number.POSITIVE_INFINITY)),
    })
  }
  return [...people.values()]
}

/** Whether as many people as are needed were sent each wording, and all have had their time to answer. */
export function isOver({ needed }: Pick<Experiment, 'needed'>, tried: readonly Tried[]): boolean {
  return (
    (['a', 'b'] as const).every((arm) => tried.filter((one) => one.arm === arm).length >= needed) &&
    !tried.some(({ isStillAsked }) => isStillAsked)
  )
}

/**
 * What an experiment that has ended by itself shows: null for one that runs, and for one ended by hand, of which no draw is kept.
 * The interval is Newcombe's hybrid score interval (shared/proportions.ts).
 */
export function resultOf({ running, endedAt }: Experiment, tried: readonly Tried[]): ExperimentResult | null {
  if (running !== null || endedAt === null) return null
  const of = (arm: ExperimentArm): ArmResult => {
    const theirs = tried.filter((one) => one.arm === arm)
    const answered = theirs.filter(({ isAnswered }) => isAnswered).length
    return { arm, n: theirs.length, answered, percent: oneDecimal(answered / theirs.length) }
  }
  const [a, b] = [of('a'), of('b')]
  if (a.n === 0 || b.n === 0) return null
  const share = ({ answered, n }: ArmResult) => ({ successes: answered, n })
  const { low, high } = differenceInterval(share(b), share(a))
  const between = b.answered / b.n - a.answered / a.n
  return {
    arms: [a, b],
    difference: { points: oneDecimal(between), low: oneDecimal(low), high: oneDecimal(high) },
    sentence: sentenceOf(a, b, { between, low, high }),
  }
}

const oneDecimal = (share: number): number => Math.round(share * 1000) / 10 || 0

/** Each number rounded from the exact one, so that the table's decimals and the sentence agree. */
function sentenceOf(a: ArmResult, b: ArmResult, of: { between: number; low: number; high: number }): string {
  const { between, low, high } = of
  const whole = (share: number) => `${Math.round(share * 100) || 0}`.replace('-', '−')
  const percent = ({ answered, n }: ArmResult) => whole(answered / n)
  const points = Math.abs(Math.round(between * 100))
  const verdict =
    low > 0
      ? 'wording B did better, by more than chance would easily bring'
      : high < 0
        ? 'wording A did better, by more than chance would easily bring'
        : 'it could be chance'
  return `Wording B: ${percent(b)}% of ${b.n} answered, wording A ${percent(a)}% of ${a.n}: a difference of ${points} ${points === 1 ? 'point' : 'points'}${between < 0 && points ? ' the other way' : ''}, between ${whole(low)} and ${whole(high)}: ${verdict}.`
}
