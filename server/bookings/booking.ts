import { and, eq, isNull, lte, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { among } from '#db/columns.ts'
import { eventCancellations, events } from '#db/courses.ts'
import { agencies, people } from '#db/people.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { barToBooking, placesLeft, seated } from '#server/courses/places.ts'
import { Invalid, Missing, NotSignedIn, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { queue } from '#server/outbox/queue.ts'
import type { PersonalDetails } from '#server/people/input.ts'
import { makePerson } from '#server/people/person.ts'
import { once } from '#server/repeats.ts'
import { type BookingInput, type BookingSource, liveStates, termsVersion } from './input.ts'
import { step } from './steps.ts'

export interface Booked {
  id: number
  reference: string
}

/** What a person quotes when they ring. */
export const referenceOf = (bookingId: number): string => `B${String(bookingId).padStart(5, '0')}`

/**
 * Books a place for whoever is signed in, who becomes a person here with their first booking.
 * @throws Refused as `takePlace` does; Invalid at `you` when nobody is known yet and nothing was told
 */
export function book(ctx: Context, input: BookingInput): Promise<Booked> {
  return transact(ctx, (ctx) =>
    once(ctx, `booking:${input.eventId}`, input.repeatKey, async () => {
      const personId = await whoBooks(ctx, input.you)
      return takePlace(ctx, { eventId: input.eventId, personId, source: 'self', by: personId })
    }),
  )
}

/**
 * The one way to a place, for every door: checks the event's rules, takes a seat if there is one, keeps the agency,
 * sector, role, workforce and charge tier of this day, and owes the confirmation.
 * @param by the person who books, who may book for another; null when nobody pressed anything
 * @throws Refused `already-booked`, `event-cancelled`, `not-open-yet`, `booking-closed`, `partners-only`, `event-full`;
 * Missing for an unpublished event
 */
export async function takePlace(
  ctx: Writing,
  { eventId, personId, source, by }: { eventId: number; personId: number; source: BookingSource; by: number | null },
): Promise<Booked> {
  await mayBook(ctx, eventId, personId)
  const id = await takeSeat(ctx, { eventId, personId, source, by })
  await step(ctx, id, 'confirmed', { by })
  await record(ctx, 'booking.confirmed', `booking:${id}`)
  await queue(ctx, { kind: 'booking-confirmation', about: `booking:${id}`, occurrence: '1', toPersonId: personId })
  return { id, reference: referenceOf(id) }
}

async function whoBooks(ctx: Writing, you: PersonalDetails | undefined): Promise<number> {
  const { actor } = ctx
  if (actor.kind !== 'person') throw new NotSignedIn()
  if (actor.personId !== null) return actor.personId
  // Of two submits at once the first made this person.
  const [known] = await ctx.db.select({ id: people.id }).from(people).where(eq(people.email, actor.email))
  if (known) return known.id
  if (!you) throw new Invalid([{ path: 'you', message: 'Tell us your name and where you work' }])
  return makePerson(ctx, actor.email, you)
}

async function mayBook(ctx: Writing, eventId: number, personId: number): Promise<void> {
  const [event] = await ctx.db
    .select({
      startsAt: events.startsAt,
      bookingOpensAt: events.bookingOpensAt,
      bookingClosesAt: events.bookingClosesAt,
      bookableBy: events.bookableBy,
      cancelledAt: eventCancellations.at,
      chargeTier: agencies.chargeTier,
      placesLeft: placesLeft.as('places_left'),
      isBooked:
        sql<number>`exists (select 1 from ${bookings} where ${bookings.eventId} = ${events.id} and ${bookings.personId} = ${people.id} and ${among(bookings.state, liveStates)})`.as(
          'is_booked',
        ),
    })
    .from(events)
    .innerJoin(people, and(eq(people.id, personId), isNull(people.erasedAt)))
    .innerJoin(agencies, eq(agencies.id, people.agencyId))
    .leftJoin(eventCancellations, eq(eventCancellations.eventId, events.id))
    .where(and(eq(events.id, eventId), lte(events.publishedAt, ctx.now)))
  if (!event) throw new Missing()
  if (event.isBooked) throw new Refused('already-booked', 'You have a place on this event already')
  const bar = barToBooking({ ...event, isCancelled: event.cancelledAt !== null }, ctx.now)
  if (bar) throw new Refused(bar.code, bar.words)
  if (event.bookableBy === 'partners' && event.chargeTier !== 'partner')
    throw new Refused(
      'partners-only',
      `This event is for people from the partnership’s own agencies. Ring ${ctx.config.partnership.phone} if you think you should be able to book.`,
    )
}

/** Inserts the booking only while a seat is left: counting and taking are one statement. Its state is the first step's to set. */
async function takeSeat(
  ctx: Writing,
  { eventId, personId, source, by }: { eventId: number; personId: number; source: BookingSource; by: number | null },
): Promise<number> {
  for (let tries = 0; tries < 20; tries++) {
    const [made] = await ctx.db
      .insert(bookings)
      .select((query) =>
        query
          .select({
            id: sql<number>`null`.as('id'),
            eventId: events.id,
            personId: people.id,
            agencyId: people.agencyId,
            sectorId: agencies.sectorId,
            roleGroup: people.roleGroup,
            workforce: people.workforce,
            chargeTier: agencies.chargeTier,
            source: sql<BookingSource>`${source}`.as('source'),
            bookedBy: sql<number | null>`${by}`.as('booked_by'),
            dayCode: sql<string>`${dayCode(ctx.random)}`.as('day_code'),
            termsVersion: sql<string>`${termsVersion}`.as('terms_version'),
            at: sql<number>`${ctx.now}`.as('at'),
            state: sql<'requested'>`'requested'`.as('state'),
          })
          .from(people)
          .innerJoin(agencies, eq(agencies.id, people.agencyId))
          .innerJoin(events, eq(events.id, eventId))
          .where(and(eq(people.id, personId), sql`${seated} < ${events.capacity}`)),
      )
      .onConflictDoNothing()
      .returning({ id: bookings.id })
    if (made) return made.id
    const [now] = await ctx.db
      .select({ isFull: sql<number>`${seated} >= ${events.capacity}`.as('is_full') })
      .from(events)
      .innerJoin(people, eq(people.id, personId))
      .where(eq(events.id, eventId))
    if (now?.isFull) throw new Refused('event-full', 'This event is full: nobody more can book')
    // A seat is left, so the day code was taken: draw another.
  }
  throw new Error(`No day code is free for event ${eventId}`)
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

const dayCode = (random: (bytes: number) => Uint8Array): string =>
  [...random(6)].map((byte) => crockford[byte & 31]).join('')
