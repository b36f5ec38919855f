import { and, eq, gt, inArray, notInArray, or } from 'drizzle-orm'
import { messages } from '#db/outbox.ts'
import { contacts } from '#db/surveys.ts'
import type { Writing } from '#server/context.ts'
import { Refused } from '#server/errors.ts'

const MINUTE = 60_000

/** Written about a booking to somebody else, whose message holds no link of whoever answered. */
const toOthers = ['colleague-view', 'hand-over'] as const

/**
 * Stops a press behind the link of an answer within a minute of the hand-over of any message that may hold it: what opens mail
 * before its reader presses every button then, and some of what stands behind the link could not be undone with one press.
 * Whoever types in for somebody else is no machine.
 * @throws Refused `too-soon`
 */
export async function mustNotBeTooSoon(ctx: Writing, bookingId: number): Promise<void> {
  if (ctx.actor.kind !== 'link') return
  const asked = ctx.db.select({ id: contacts.messageId }).from(contacts).where(eq(contacts.bookingId, bookingId))
  const [just] = await ctx.db
    .select({ id: messages.id })
    .from(messages)
    .where(
      and(
        // Some filters press while the mail server is still taking the message.
        or(gt(messages.sentAt, ctx.now - MINUTE), eq(messages.state, 'transmitting')),
        or(
          and(eq(messages.about, `booking:${bookingId}`), notInArray(messages.kind, [...toOthers])),
          inArray(messages.id, asked),
        ),
      ),
    )
    .limit(1)
  if (just) throw tooSoon()
}

const tooSoon = () =>
  new Refused(
    'too-soon',
    'This came within a minute of an email from us. Mail filters press buttons as fast as that, so nothing is changed yet. Wait a minute and press again',
  )
