import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bounces,
  courses,
  eventCancellations,
  followUps,
  instruments,
  marks,
  optOuts,
  people,
  responses,
} from '#db/schema.ts'
import { addDays, addMonths } from '#server/calendar.ts'
import { type FollowUpEarned, followUpsEarned } from '#server/courses/input.ts'
import { onDay } from '#server/impact/event-columns.ts'
import { snapshotsOf, unpack } from '#server/impact/snapshot.ts'
import { dispositionCounts, dispositionsOf, overAfter, overSince, targetReached } from '#server/surveys/follow-up.ts'
import { closures, type Disposition, dispositions } from '#server/surveys/input.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { attend } from './facts.ts'

const histories = Number(process.env.HISTORIES ?? 40)

interface History {
  course: number
  came: boolean
  daysAgo: number
  isSchool: boolean
  hasEmail: boolean
  bounced: 'no' | 'hard' | 'soft' | 'settled' | 'old-address'
  optedOut: 'no' | 'course' | 'all' | 'undone'
  isErased: boolean
  isVoided: boolean
  asked: 'never' | 'opened' | { first: number; last: number }
  closed: (typeof closures)[number] | null
  answer: 'none' | 'counted' | 'doubted' | 'confirmed' | 'begun'
}

const history: fc.Arbitrary<History> = fc.record({
  course: fc.integer({ min: 0, max: followUpsEarned.length - 1 }),
  came: fc.boolean(),
  daysAgo: fc.integer({ min: 1, max: 400 }),
  isSchool: fc.boolean(),
  hasEmail: fc.boolean(),
  bounced: fc.constantFrom('no', 'no', 'hard', 'soft', 'settled', 'old-address'),
  optedOut: fc.constantFrom('no', 'no', 'course', 'all', 'undone'),
  isErased: fc.constantFrom(false, false, false, true),
  isVoided: fc.constantFrom(false, false, false, true),
  asked: fc.oneof(
    fc.constant('never' as const),
    fc.constant('opened' as const),
    fc.record({ first: fc.integer({ min: 0, max: 60 }), last: fc.integer({ min: 0, max: 60 }) }),
  ),
  closed: fc.option(fc.constantFrom(...closures)),
  answer: fc.constantFrom('none', 'none', 'counted', 'doubted', 'confirmed', 'begun'),
})

/** The rule once more, in the words of product.md, from the history as it was drawn. */
function expected(one: History, earns: FollowUpEarned, lastOn: string, today: string): Disposition {
  if (one.answer === 'counted' || one.answer === 'confirmed') return 'answered'
  const opened = one.asked !== 'never'
  const closed = opened ? one.closed : null
  if (earns === 'none' || earns === 'yearly' || one.isVoided || closed === 'rule' || closed === 'event-voided')
    return 'not-asked-by-rule'
  if (closed === 'opted-out' || closed === 'bounced' || closed === 'left') return 'could-not-be-asked'
  if (typeof one.asked === 'object')
    return Math.min(one.asked.first, one.asked.last) <= 30 ? 'still-being-asked' : 'no-reply'
  if (!one.hasEmail || one.isErased || one.bounced === 'hard' || one.optedOut === 'course' || one.optedOut === 'all')
    return 'could-not-be-asked'
  return overAfter(addMonths(lastOn, 3), one.isSchool) < today ? 'could-not-be-asked' : 'not-yet-due'
}

/** What a snapshot calls settled is so on every later day, whoever can be reached again and whatever a sector becomes. */
async function staySettled(w: TestWorld, eventIds: readonly number[], today: string): Promise<void> {
  const settled = (await snapshotsOf(w.store.read, eventIds, today)).filter((one) => one.settled)
  await w.client.executeMultiple(
    `delete from opt_outs; delete from bounces; update sectors set education = 1 - education;
     update people set email = 'again-' || id || '@council.test', erased_at = null where email is null or erased_at is not null;`,
  )
  for (const days of [0, 1, 31, 120, 300]) {
    const later = addDays(today, days)
    const anew = await snapshotsOf(
      w.store.read,
      settled.map(({ eventId }) => eventId),
      later,
    )
    for (const { eventId, packed } of anew) {
      const kept = settled.find((one) => one.eventId === eventId)!
      expect(onDay(unpack(kept.packed), later)).toEqual(unpack(packed))
    }
  }
  await w.client.executeMultiple('update sectors set education = 1 - education')
}

describe('dispositions', () => {
  it(`give everyone who came exactly one, the same in SQL, for one person and by the rule, over ${histories} random partnerships`, async () => {
    const seed = Number(process.env.SEED ?? 20260914)
    console.log(`seed ${seed}, ${histories} histories`)
    const w = await makeWorld()
    const today = '2026-09-14'
    const courseIds = await w.store.write(async (db) => {
      const [known] = await db.select().from(courses)
      const ids: number[] = []
      for (const earns of followUpsEarned) {
        const { id: _, ...row } = known!
        const [made] = await db
          .insert(courses)
          .values({ ...row, code: `C-${earns}`, earns })
          .returning({ id: courses.id })
        ids.push(made!.id)
      }
      return ids
    })
    const [asked] = await w.store.read.select().from(instruments).where(eq(instruments.stage, 'follow-up'))
    let done = 0
    await fc.assert(
      fc.asyncProperty(fc.array(history, { minLength: 1, maxLength: 8 }), async (drawn) => {
        if (done++ > 0)
          await w.client.executeMultiple(
            'delete from responses; delete from contacts; delete from follow_ups; delete from opt_outs; delete from bounces; delete from marks; delete from event_cancellations; delete from bookings;',
          )
        const eventIds: number[] = []
        const rule = new Map<number, Disposition>()
        for (const one of drawn) {
          const lastOn = addDays(today, -one.daysAgo)
          const eventId = await w.stage.event({ on: [lastOn], courseId: courseIds[one.course]! })
          eventIds.push(eventId)
          const personId = await w.stage.person('Somebody Else', {
            agencyId: one.isSchool ? w.stage.agencies.school : w.stage.agencies.trust,
          })
          const bookingId = await attend(w, eventId, personId, one.came ? 'present' : 'absent')
          await w.store.write(async (db) => {
            const [person] = await db
              .update(people)
              .set({ ...(one.hasEmail ? {} : { email: null }), erasedAt: one.isErased ? 1 : null })
              .where(eq(people.id, personId))
              .returning()
            if (one.bounced !== 'no')
              await db.insert(bounces).values({
                personId,
                email: one.bounced === 'old-address' ? 'old@council.test' : (person!.email ?? 'none'),
                hard: one.bounced !== 'soft',
                reply: '550',
                at: 0,
                settledAt: one.bounced === 'settled' ? 1 : null,
              })
            if (one.optedOut !== 'no')
              await db.insert(optOuts).values({
                personId,
                scope: one.optedOut === 'all' ? 'all' : 'course',
                bookingId,
                at: 0,
                undoneAt: one.optedOut === 'undone' ? 1 : null,
              })
            if (one.isVoided) await db.insert(eventCancellations).values({ eventId, at: 0, reason: 'Trainer ill' })
            if (one.asked !== 'never')
              await db.insert(followUps).values({
                bookingId,
                eventId,
                personId,
                targetOn: addMonths(lastOn, 3),
                openedAt: 0,
                ...(typeof one.asked === 'object'
                  ? {
                      firstAskedOn: addDays(today, -Math.max(one.asked.first, one.asked.last)),
                      lastAskedOn: addDays(today, -Math.min(one.asked.first, one.asked.last)),
                    }
                  : {}),
                closedAt: one.closed ? 1 : null,
                closedBecause: one.closed,
              })
            if (one.answer !== 'none')
              await db.insert(responses).values({
                bookingId,
                eventId,
                stage: 'follow-up',
                instrumentId: asked!.id,
                channel: 'e-mail',
                startedAt: 0,
                coreAt: one.answer === 'begun' ? null : 1,
                doubtedBecause: one.answer === 'doubted' || one.answer === 'confirmed' ? 'two-answers' : null,
                confirmedAt: one.answer === 'confirmed' ? 2 : null,
              })
          })
          if (one.came) rule.set(bookingId, expected(one, followUpsEarned[one.course]!, lastOn, today))
        }
        const each = await dispositionsOf(w.store.read, { eventIds }, today)
        expect(new Map(each.map(({ bookingId, disposition }) => [bookingId, disposition]))).toEqual(rule)
        expect(each).toHaveLength(rule.size)
        const counted = await dispositionCounts(w.store.read, { eventIds }, today)
        for (const eventId of eventIds) {
          const theirs = each.filter((one) => one.eventId === eventId)
          const counts = counted.get(eventId)
          for (const word of dispositions)
            expect(counts?.[word] ?? 0, word).toBe(theirs.filter(({ disposition }) => disposition === word).length)
        }
        await staySettled(w, eventIds, today)
      }),
      { seed, numRuns: histories, endOnFailure: true },
    )
    await w.close()
  }, 60_000)

  it('count nobody who did not come, by the course’s rule on marks', async () => {
    const w = await makeWorld()
    const eventId = await w.stage.event({ on: ['2026-06-01', '2026-06-08'] })
    const both = await attend(w, eventId, w.stage.bea)
    const one = await attend(w, eventId, w.stage.olu)
    await w.store.write(async (db) => {
      const [row] = await db.select().from(marks).where(eq(marks.bookingId, one))
      await db.update(marks).set({ mark: 'absent' }).where(eq(marks.id, row!.id))
    })
    expect(
      (await dispositionsOf(w.store.read, { eventIds: [eventId] }, '2026-09-14')).map(({ bookingId }) => bookingId),
    ).toEqual([both])
    await w.close()
  })
})

describe('the time to ask', () => {
  it('is over where the two readings of the same boundary meet, on every day of five years', () => {
    for (let today = '2024-01-01'; today < '2029-01-01'; today = addDays(today, 1)) {
      for (const isEducation of [true, false]) {
        const last = overSince(today, isEducation)
        expect(overAfter(addMonths(last, 3), isEducation) < today).toBe(true)
        expect(overAfter(addMonths(addDays(last, 1), 3), isEducation) < today).toBe(false)
      }
      const reached = targetReached(today)
      expect(addMonths(reached, 3) <= today && addMonths(addDays(reached, 1), 3) > today).toBe(true)
    }
  })

  it('runs eight weeks past the target, and for a school’s summer target three weeks past the third week of September', () => {
    expect(overAfter('2026-12-15', false)).toBe('2027-02-09')
    expect(overAfter('2026-07-06', true)).toBe(addDays('2026-09-25', 21))
  })
})
