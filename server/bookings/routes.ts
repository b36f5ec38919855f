import { Hono } from 'hono'
import { ctxOf, type Env } from '#server/context.ts'
import { allow, idOf, valid } from '#server/routing.ts'
import { beforeBooking } from './before-booking.ts'
import { book } from './booking.ts'
import { cancel } from './cancellation.ts'
import { bookingInput, cancellationInput } from './input.ts'
import { bookingPage, calendarFile, myBookings } from './my-bookings.ts'

export const bookingsRoutes = new Hono<Env>()
  .get('/api/events/:id/booking', allow('signed-in'), async (c) => c.json(await beforeBooking(ctxOf(c), idOf(c))))
  .post('/api/bookings', allow('signed-in'), valid('json', bookingInput), async (c) =>
    c.json(await book(ctxOf(c), c.req.valid('json')), 201),
  )
  .get('/api/bookings', allow('signed-in'), async (c) => c.json(await myBookings(ctxOf(c))))
  .get('/api/bookings/:id', allow('signed-in'), async (c) => c.json(await bookingPage(ctxOf(c), idOf(c))))
  .get('/api/bookings/:id/calendar', allow('signed-in'), async (c) => {
    const { name, method, text } = await calendarFile(ctxOf(c), idOf(c))
    return c.body(text, 200, {
      'Content-Type': `text/calendar; charset=utf-8; method=${method}`,
      'Content-Disposition': `attachment; filename="${name}"`,
    })
  })
  .post('/api/bookings/:id/cancellation', allow('signed-in'), valid('json', cancellationInput), async (c) =>
    c.json(await cancel(ctxOf(c), { bookingId: idOf(c), ...c.req.valid('json') }), 201),
  )

export type BookingsApi = typeof bookingsRoutes
export type { BeforeBooking } from './before-booking.ts'
export type { BookingLine, BookingPage } from './my-bookings.ts'
