import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import * as v from 'valibot'
import { bookings } from '#db/bookings.ts'
import { courses, events } from '#db/courses.ts'
import { installation } from '#db/installation.ts'
import { messages, transportState } from '#db/outbox.ts'
import { people } from '#db/people.ts'
import { formatInstant } from '#server/calendar.ts'
import { type Context, transact } from '#server/context.ts'
import { Missing, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { type MessageState, messageKinds, messageStates } from './input.ts'

export const messageSearch = v.object({
  state: v.optional(v.union([v.picklist(messageStates), v.picklist(['attention', ''])]), ''),
  page: v.optional(v.pipe(v.string(), v.regex(/^\d{1,5}$/), v.transform(Number), v.minValue(1)), '1'),
})

const size = 50
const attention: MessageState[] = ['uncertain', 'dead']

const stateWords: Record<MessageState, string> = {
  queued: 'Waiting to be sent',
  claimed: 'Being sent now',
  transmitting: 'Being sent now',
  sent: 'Sent',
  retry: 'Will be tried again',
  uncertain: 'May or may not have arrived',
  dead: 'Not sent',
  cancelled: 'Not needed any more',
}

const kindWords: Record<keyof typeof messageKinds, string> = {
  'sign-in-code': 'Sign-in code',
  'booking-confirmation': 'Booking confirmation',
  'booking-cancellation': 'Booking cancellation',
  'joining-instructions': 'Joining instructions',
  'certificate-ready': 'Certificate ready',
  'follow-up-invitation': 'Three months on: invitation',
  'follow-up-reminder': 'Three months on: reminder',
  'commitment-card': 'Commitment card, the day after',
  nudge: 'Nudge after four weeks',
  results: 'Results for everyone who came',
  'report-summary': 'Summary of a report',
  'colleague-view': 'A colleague’s view',
  'hand-over': 'Told to a successor in post',
  'single-agency-return': 'Single-agency return, once a year',
  'urgent-words': 'Urgent words',
}

/** Every message owed, in any state, in plain words: nothing can be invisible (trust.md R20). Fifty a page. */
export async function listMessages(ctx: Context, search: v.InferOutput<typeof messageSearch>) {
  const wanted =
    search.state === 'attention'
      ? inArray(messages.state, attention)
      : search.state
        ? eq(messages.state, search.state)
        : undefined
  const rows = await ctx.db
    .select({
      id: messages.id,
      kind: messages.kind,
      about: messages.about,
      state: messages.state,
      attempts: messages.attempts,
      notBefore: messages.notBefore,
      deadline: messages.deadline,
      queuedAt: messages.queuedAt,
      sentAt: messages.sentAt,
      reply: messages.reply,
      name: people.name,
      course: courses.title,
      hasAddress: sql<number>`${messages.toAddress} is not null`,
    })
    .from(messages)
    .leftJoin(people, eq(people.id, messages.toPersonId))
    .leftJoin(
      bookings,
      sql`${messages.about} like 'booking:%' and ${bookings.id} = cast(substr(${messages.about}, 9) as integer)`,
    )
    .leftJoin(events, eq(events.id, bookings.eventId))
    .leftJoin(courses, eq(courses.id, events.courseId))
    .where(wanted)
    .orderBy(desc(messages.id))
    .limit(size)
    .offset((search.page - 1) * size)
  const counts = await ctx.db
    .select({ state: messages.state, n: sql<number>`count(*)` })
    .from(messages)
    .groupBy(messages.state)
  const [down] = await ctx.db.select().from(transportState)
  const [held] = await ctx.db.select({ at: installation.mailHeldAt }).from(installation)
  const count = (state: MessageState) => counts.find((row) => row.state === state)?.n ?? 0
  const total =
    search.state === 'attention'
      ? attention.reduce((sum, state) => sum + count(state), 0)
      : search.state
        ? count(search.state)
        : counts.reduce((sum, row) => sum + row.n, 0)
  return {
    page: search.page,
    pages: Math.max(1, Math.ceil(total / size)),
    total,
    counts: messageStates.map((state) => ({ state, words: stateWords[state], n: count(state) })),
    transport: held?.at
      ? `Mail is on hold since ${formatInstant(held.at)}: this database was restored from a backup. Nothing is sent until it is released.`
      : down?.downSince
        ? `The mail server cannot be reached since ${formatInstant(down.downSince)}. Everything waits and goes out when it is back.`
        : null,
    held: Boolean(held?.at),
    messages: rows.map((row) => ({
      id: row.id,
      kind: kindWords[row.kind as keyof typeof kindWords] ?? row.kind,
      course: row.course,
      to:
        row.name ??
        (row.kind === 'colleague-view'
          ? 'A colleague they named'
          : row.kind === 'single-agency-return'
            ? 'An agency'
            : row.hasAddress
              ? 'An address not yet known here'
              : 'Nobody'),
      state: row.state,
      stateWords: stateWords[row.state],
      attempts: row.attempts,
      when:
        row.state === 'sent' && row.sentAt !== null
          ? `Sent ${formatInstant(row.sentAt)}`
          : row.state === 'queued' || row.state === 'retry'
            ? `Next try ${formatInstant(row.notBefore)}, given up ${formatInstant(row.deadline)}`
            : `Owed since ${formatInstant(row.queuedAt)}`,
      why: row.state === 'sent' ? null : row.reply,
      canSendAgain: (['uncertain', 'dead'] as MessageState[]).includes(row.state),
      canCancel: (['queued', 'retry'] as MessageState[]).includes(row.state),
    })),
  }
}

/** A person decides that an uncertain or unsent message goes out again, knowing that it may arrive twice. */
export async function sendAgain(ctx: Context, id: number): Promise<{ id: number }> {
  return transact(ctx, async (ctx) => {
    const [found] = await ctx.db
      .select({ kind: messages.kind, state: messages.state })
      .from(messages)
      .where(eq(messages.id, id))
    if (!found) throw new Missing()
    const lifetime = messageKinds[found.kind as keyof typeof messageKinds]?.lifetime ?? 0
    const [row] = await ctx.db
      .update(messages)
      .set({
        state: 'queued',
        notBefore: ctx.now,
        deadline: ctx.now + lifetime,
        reply: null,
        fence: sql`${messages.fence} + 1`,
      })
      .where(and(eq(messages.id, id), inArray(messages.state, attention)))
      .returning({ id: messages.id })
    if (!row)
      throw new Refused(
        'not-to-be-sent-again',
        'Only a message that was not sent, or may not have arrived, can be sent again',
      )
    await record(ctx, 'message.sent-again', `message:${id}`)
    return row
  })
}

/** A person decides that a message still waiting is not needed. */
export async function cancelMessage(ctx: Context, id: number): Promise<{ id: number }> {
  return transact(ctx, async (ctx) => {
    const [row] = await ctx.db
      .update(messages)
      .set({ state: 'cancelled', reply: 'Cancelled by a member of staff', fence: sql`${messages.fence} + 1` })
      .where(and(eq(messages.id, id), inArray(messages.state, ['queued', 'retry'])))
      .returning({ id: messages.id })
    if (!row) {
      const [found] = await ctx.db.select({ id: messages.id }).from(messages).where(eq(messages.id, id))
      if (!found) throw new Missing()
      throw new Refused('not-waiting', 'Only a message still waiting can be cancelled')
    }
    await record(ctx, 'message.cancelled', `message:${id}`)
    return row
  })
}

/** After a restore: lets the mail go out again. */
export async function releaseMail(ctx: Context): Promise<{ released: boolean }> {
  return transact(ctx, async (ctx) => {
    await ctx.db.update(installation).set({ mailHeldAt: null })
    await record(ctx, 'mail.released', 'installation')
    return { released: true }
  })
}
