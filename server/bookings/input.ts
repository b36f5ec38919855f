import * as v from 'valibot'
import { personalDetails } from '#server/people/input.ts'

export const bookingStates = ['requested', 'waiting', 'offered', 'confirmed', 'cancelled', 'declined'] as const
export type BookingState = (typeof bookingStates)[number]

/** States in which a booking is a claim that still stands: one a person and event. */
export const liveStates = ['requested', 'waiting', 'offered', 'confirmed'] as const satisfies readonly BookingState[]

/** States that hold a seat. */
export const seatedStates = ['offered', 'confirmed'] as const satisfies readonly BookingState[]

export const stepReasons = [
  'by-person',
  'by-agency',
  'by-coordinator',
  'event-cancelled',
  'substituted',
  'transferred',
  'offer-expired',
] as const
export type StepReason = (typeof stepReasons)[number]

export const bookingSources = ['self', 'agency-lead', 'coordinator', 'promotion', 'import'] as const
export type BookingSource = (typeof bookingSources)[number]

export const chargeTiers = ['partner', 'other'] as const

export const chargeKinds = ['fee', 'late-cancellation', 'non-attendance'] as const

/** A day code opens its pages until this many working days after the last event session (product.md 4.3). */
export const dayCodeWorkingDays = 2

/** Joining instructions go out at this time, so many working days before the first event session. */
export const joiningTime = { workingDays: 3, clock: '09:00' } as const

/** The terms that stand on the booking page (web/bookings/BookPage.tsx); changed with their words. */
export const termsVersion = '2026-12'

const repeatKey = v.pipe(
  v.string(),
  v.regex(/^[\w-]{8,64}$/, 'The repeat key must be 8 to 64 letters, digits or hyphens'),
)

/** A person booking for themselves. `you` is given once, by someone not known here before. */
export const bookingInput = v.strictObject({
  eventId: v.pipe(v.number(), v.integer(), v.minValue(1)),
  termsAccepted: v.literal(true, 'Accept the terms to book'),
  you: v.optional(personalDetails),
  repeatKey: v.optional(repeatKey),
})
export type BookingInput = v.InferOutput<typeof bookingInput>

export const cancellationInput = v.strictObject({ repeatKey: v.optional(repeatKey) })
