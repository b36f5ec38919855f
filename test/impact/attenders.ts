import { and, eq } from 'drizzle-orm'
import {
  answers,
  bookingSteps,
  bookings,
  eventSessions,
  followUps,
  instruments,
  learningOutcomes,
  marks,
  options,
  people,
  questions,
  responses,
} from '#db/schema.ts'
import { type Anchor, anchors, type PracticeAnswer, type Stage } from '#server/surveys/input.ts'
import type { TestWorld } from '#test/world.ts'

/** Words that stand in every invented attender's name and address, and so must stand in no answer of the impact routes. */
export const canary = 'Zephyrine'

export interface Attender {
  /** The answer to question one; without it the person is silent. */
  practice?: PracticeAnswer
  doubted?: boolean
  confirmed?: boolean
  /** Anchors (0 to 3) of the course's learning outcomes, before and now. */
  before?: number[]
  now?: number[]
  /** When the before questions were answered, if not two days before. */
  beforeAt?: number
  /** No e-mail address: could not be asked. */
  unreachable?: boolean
  /** The first and last day of asking; null for never asked. */
  asked?: [first: string, last: string] | null
  absent?: boolean
  /** Of the NHS trust, not of the council. */
  trust?: boolean
  /** When they answered, if not ninety days after. */
  answeredAt?: number
}

let made = 0

/** Writes the rows that booking, register and surveys would have written for these people. */
export async function attend(world: TestWorld, eventId: number, attenders: readonly Attender[]): Promise<number[]> {
  const { store, stage } = world
  const sessions = await store.read.select().from(eventSessions).where(eq(eventSessions.eventId, eventId))
  const startsAt = Date.parse(`${sessions[0]!.on}T09:30:00Z`)
  const outcomes = await store.read
    .select({ id: learningOutcomes.id })
    .from(learningOutcomes)
    .where(eq(learningOutcomes.courseId, stage.course))
    .orderBy(learningOutcomes.position)
  const asked = await questionsOf(world)
  return store.write(async (db) => {
    const ids: number[] = []
    for (const one of attenders) {
      const n = ++made
      const [person] = await db
        .insert(people)
        .values({
          email: one.unreachable ? null : `${canary.toLowerCase()}${n}@council.test`,
          name: `${canary} ${n}`,
          agencyId: stage.agencies.council,
          roleGroup: 'social-work',
          workforce: 'children',
          madeAt: startsAt,
        })
        .returning({ id: people.id })
      const [booking] = await db
        .insert(bookings)
        .values({
          eventId,
          personId: person!.id,
          agencyId: one.trust ? stage.agencies.trust : stage.agencies.council,
          sectorId: one.trust ? stage.sectors.health : stage.sectors.councils,
          roleGroup: 'social-work',
          workforce: 'children',
          chargeTier: 'partner',
          source: 'self',
          dayCode: `T${n}`.padEnd(6, 'X'),
          termsVersion: 'test',
          at: startsAt,
          state: 'confirmed',
        })
        .returning({ id: bookings.id })
      const bookingId = booking!.id
      ids.push(bookingId)
      await db.insert(bookingSteps).values({ bookingId, step: 'confirmed', at: startsAt })
      for (const session of sessions)
        await db
          .insert(marks)
          .values({ eventSessionId: session.id, bookingId, mark: one.absent ? 'absent' : 'present', at: startsAt })
      if (one.absent) continue
      const [first, last] = one.asked === undefined ? ['2026-04-30', '2026-05-06'] : (one.asked ?? [])
      if (first && !one.unreachable)
        await db.insert(followUps).values({
          bookingId,
          eventId,
          personId: person!.id,
          targetOn: '2026-04-30',
          openedAt: startsAt,
          firstAskedOn: first,
          lastAskedOn: last ?? first,
          closedAt: one.practice ? startsAt : null,
          closedBecause: one.practice ? 'answered' : null,
        })
      const respond = async (stage: Stage, coreAt: number | null, levels: readonly number[] | undefined) => {
        const [response] = await db
          .insert(responses)
          .values({
            bookingId,
            eventId,
            stage,
            instrumentId: asked[stage]!.instrumentId,
            channel: 'e-mail',
            startedAt: coreAt ?? startsAt,
            coreAt,
            fullAt: levels?.length ? coreAt : null,
            doubtedBecause: one.doubted && stage === 'follow-up' ? 'too-fast' : null,
            confirmedAt: one.confirmed ? coreAt : null,
          })
          .returning({ id: responses.id })
        for (const [i, level] of (levels ?? []).entries())
          await db.insert(answers).values({
            responseId: response!.id,
            eventId,
            questionId: asked[stage]!.outcomes,
            optionId: asked[stage]!.anchor[anchors[level]!],
            learningOutcomeId: outcomes[i]!.id,
          })
        return response!.id
      }
      if (one.before) await respond('before', one.beforeAt ?? startsAt - 2 * 86_400_000, one.before)
      if (one.practice) {
        const responseId = await respond('follow-up', one.answeredAt ?? startsAt + 90 * 86_400_000, one.now)
        await db.insert(answers).values({
          responseId,
          eventId,
          questionId: asked['follow-up']!.practice!,
          optionId: asked['follow-up']!.answer[one.practice],
        })
      }
    }
    return ids
  })
}

/** So many attenders alike. */
export const alike = (n: number, one: Attender): Attender[] => Array.from({ length: n }, () => one)

async function questionsOf({ store }: TestWorld) {
  const rows = await store.read
    .select({
      stage: instruments.stage,
      instrumentId: instruments.id,
      question: questions.key,
      questionId: questions.id,
      option: options.key,
      optionId: options.id,
    })
    .from(instruments)
    .innerJoin(questions, eq(questions.instrumentId, instruments.id))
    .innerJoin(options, and(eq(options.questionId, questions.id)))
  const of = (stage: Stage) => {
    const own = rows.filter((row) => row.stage === stage)
    const optionsOf = (question: string) =>
      Object.fromEntries(
        own.filter((row) => row.question === question).map(({ option, optionId }) => [option, optionId]),
      )
    return {
      instrumentId: own[0]!.instrumentId,
      outcomes: own.find(({ question }) => question === 'outcomes')!.questionId,
      practice: own.find(({ question }) => question === 'practice')?.questionId,
      anchor: optionsOf('outcomes') as Record<Anchor, number>,
      answer: optionsOf('practice') as Record<PracticeAnswer, number>,
    }
  }
  return { before: of('before'), 'follow-up': of('follow-up') } as Partial<Record<Stage, ReturnType<typeof of>>>
}
