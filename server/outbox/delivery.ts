import { and, asc, eq, inArray, isNull, lt, lte, sql } from 'drizzle-orm'
import { installation } from '#db/installation.ts'
import { messages, transportState } from '#db/outbox.ts'
import { compose } from '#emails/envelope.ts'
import type { CalendarMethod, Delivery, Letter, Mailbox } from '#emails/message.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { faultWords } from '#server/faults.ts'
import { choreContext, type World } from '#server/world.ts'
import type { MessageKind } from './input.ts'

export type Message = typeof messages.$inferSelect

/** A message whose facts still hold, in finished words. */
export interface Rendering {
  to: Mailbox
  letter: Letter
  /** Whose name it is sent under, where it is not the partnership's. */
  fromName?: string
  calendar?: { method: CalendarMethod; content: string }
}

/** Asks a message's facts again, at sending: what to say; why it must not be said any more; or when it may be, in ms UTC. */
export type Renderer = (
  ctx: Context,
  message: Message,
) => Promise<Rendering | { cancelled: string } | { later: number }>
export type Renderers = Record<MessageKind, Renderer>

/** Lets the small index of what is still owed be used. */
const unsent = isNull(messages.sentAt)

/** Longer than any one try at a mail server takes; after it another runner takes the message over. */
export const lease = 5 * 60_000
const batch = 20
const connections = 2
const mostRenderFaults = 5
const probeEvery = 60_000

/** The wait before try number `attempts` + 1, in ms: a minute, doubling up to four hours, ±20 % so that retries scatter. */
export function backoff(attempts: number, chance: number): number {
  return Math.round(Math.min(60_000 * 2 ** Math.max(0, attempts - 1), 4 * 3_600_000) * (0.8 + 0.4 * chance))
}

/**
 * Delivers a few messages that are due:
 * - queued or to be retried, and their time has come
 * - the mail is not held after a restore
 * - the mail server was not found unreachable within the last minute (then one probe a minute)
 */
export async function deliverDue(ctx: Context, world: World, renderers: Renderers): Promise<boolean> {
  const claimed = await claim(ctx)
  let next = 0
  const work = async () => {
    for (let message = claimed[next++]; message; message = claimed[next++])
      await (world.isStopping?.() ? giveBack(world, message) : deliverOne(world, renderers, message))
  }
  await Promise.all(Array.from({ length: connections }, work))
  return claimed.length > 0
}

/** Claims by one conditional update: two runners never hold the same message. */
async function claim(ctx: Context): Promise<Message[]> {
  const due = ctx.db
    .select({ id: messages.id })
    .from(messages)
    .where(and(unsent, inArray(messages.state, ['queued', 'retry']), lte(messages.notBefore, ctx.now)))
    .orderBy(asc(messages.notBefore), asc(messages.id))
  const [one] = await due.limit(1)
  if (!one) return []
  const [held] = await ctx.db.select({ at: installation.mailHeldAt }).from(installation)
  if (held?.at) return []
  return transact(ctx, async (ctx) => {
    const [down] = await ctx.db.select().from(transportState)
    let most = batch
    if (down?.downSince) {
      const [probe] = await ctx.db
        .update(transportState)
        .set({ probeAt: ctx.now + probeEvery })
        .where(lte(transportState.probeAt, ctx.now))
        .returning({ id: transportState.id })
      if (!probe) return []
      most = 1
    }
    const rows = await ctx.db
      .update(messages)
      .set({ state: 'claimed', leaseUntil: ctx.now + lease, fence: sql`${messages.fence} + 1` })
      .where(
        and(
          inArray(messages.state, ['queued', 'retry']),
          inArray(
            messages.id,
            sql`(select id from messages where sent_at is null and state in ('queued', 'retry') and not_before <= ${ctx.now} order by not_before, id limit ${most})`,
          ),
        ),
      )
      .returning()
    return rows.sort((a, b) => a.notBefore - b.notBefore || a.id - b.id)
  })
}

/** Told to stop: what was claimed and not begun goes back at once, for whoever runs next. */
async function giveBack(world: World, message: Message): Promise<void> {
  await transact(choreContext(world), (ctx) =>
    ctx.db.update(messages).set({ state: 'queued', leaseUntil: null }).where(ours(message)),
  )
}

class LostClaim extends Error {}

async function deliverOne(world: World, renderers: Renderers, message: Message): Promise<void> {
  const ctx = choreContext(world)
  if (message.deadline < ctx.now)
    return finish(ctx, message, { state: 'dead', reply: 'Not sent: its time had passed before it could be' })

  let rendering: Rendering | { cancelled: string } | { later: number }
  try {
    rendering = await renderers[message.kind as MessageKind](ctx, message)
  } catch (error) {
    world.log({
      level: 'error',
      message: message.id,
      kind: message.kind,
      error: faultWords(error),
    })
    return faulted(ctx, message)
  }
  if ('cancelled' in rendering) return finish(ctx, message, { state: 'cancelled', reply: rendering.cancelled })
  if ('later' in rendering) return putOff(ctx, message, rendering.later)

  const { config } = world
  const email = compose({
    id: `message-${message.id}-${message.queuedAt.toString(36)}`,
    to: rendering.to,
    from: { name: rendering.fromName ?? config.partnership.name, address: config.mailFrom },
    replyTo: config.partnership.email,
    letter: rendering.letter,
    look: lookOf(world),
    writtenAt: ctx.now,
    ...(rendering.calendar ? { calendar: rendering.calendar } : {}),
  })

  let delivery: Delivery
  try {
    // Committed before the first byte of the message leaves: from here on a crash is decided by the message's class.
    delivery = await world.transport.deliver(email, () => advance(choreContext(world), message))
  } catch (error) {
    if (error instanceof LostClaim) return
    world.log({ level: 'error', message: message.id, error: faultWords(error) })
    return faulted(choreContext(world), message)
  }
  await settle(choreContext(world), message, delivery)
}

const lookOf = ({ config }: World) => ({
  partnership: config.partnership.name,
  origin: config.origin,
  signedBy: config.partnership.coordinator,
  isExample: config.mode === 'example',
})

/** A fault of ours while rendering: tried again a few times, then dead, so that it never spins and stops nobody. */
async function faulted(ctx: Context, message: Message): Promise<void> {
  const attempts = message.attempts + 1
  if (attempts >= mostRenderFaults)
    return finish(ctx, message, { state: 'dead', attempts, reply: 'It could not be written; a fault of the software' })
  return again(ctx, message, attempts, 'It could not be written yet; a fault of the software')
}

/** Not now: it waits, without a try being used up, and has two days from then at least. */
async function putOff(ctx: Context, message: Message, later: number): Promise<void> {
  await transact(ctx, (ctx) =>
    ctx.db
      .update(messages)
      .set({
        state: 'queued',
        leaseUntil: null,
        notBefore: later,
        deadline: Math.max(message.deadline, later + 2 * 86_400_000),
        reply: 'Held until it may be sent',
      })
      .where(ours(message)),
  )
}

async function advance(ctx: Context, { id, fence }: Message): Promise<void> {
  // This and `transportUp` run for every message: written out, since the builder costs more than SQLite does.
  const moved = await transact(ctx, (ctx) =>
    ctx.db.all(
      sql`update messages set state = 'transmitting', lease_until = ${ctx.now + lease} where id = ${id} and fence = ${fence} and state = 'claimed' returning id`,
    ),
  )
  if (moved.length !== 1) throw new LostClaim()
}

async function settle(ctx: Context, message: Message, delivery: Delivery): Promise<void> {
  const attempts = message.attempts + 1
  switch (delivery.outcome) {
    case 'sent':
      return finish(ctx, message, { state: 'sent', attempts, reply: delivery.reply, sentAt: ctx.now }, true)
    case 'refused':
      return finish(
        ctx,
        message,
        { state: 'dead', attempts, reply: `${delivery.code} ${delivery.at}: ${delivery.reply}` },
        true,
      )
    case 'deferred':
      return again(ctx, message, attempts, `${delivery.code} later: ${delivery.reply}`)
    case 'unreachable':
      return transact(ctx, async (ctx) => {
        await ctx.db
          .insert(transportState)
          .values({ id: 1, downSince: ctx.now, probeAt: ctx.now + probeEvery, why: delivery.why })
          .onConflictDoUpdate({
            target: transportState.id,
            set: { downSince: sql`ifnull(down_since, ${ctx.now})`, probeAt: ctx.now + probeEvery, why: delivery.why },
          })
        // No try is used up: nothing is known against this message.
        await ctx.db
          .update(messages)
          .set({ state: 'queued', leaseUntil: null, reply: `The mail server could not be reached: ${delivery.why}` })
          .where(ours(message))
      })
    case 'uncertain':
      return message.class === 'never-twice'
        ? finish(
            ctx,
            message,
            { state: 'uncertain', attempts, reply: `It may or may not have arrived: ${delivery.why}` },
            true,
          )
        : again(ctx, message, attempts, `It may not have arrived: ${delivery.why}`)
  }
}

/** Still the claim we made: a late finisher with an old number changes nothing. */
const ours = (message: Message) =>
  and(
    eq(messages.id, message.id),
    eq(messages.fence, message.fence),
    inArray(messages.state, ['claimed', 'transmitting']),
  )

type Change = Partial<Pick<Message, 'state' | 'attempts' | 'reply' | 'sentAt'>>

async function finish(ctx: Context, message: Message, change: Change, serverAnswered = false): Promise<void> {
  await transact(ctx, async (ctx) => {
    await ctx.db
      .update(messages)
      .set({ ...change, leaseUntil: null })
      .where(ours(message))
    if (serverAnswered) await transportUp(ctx)
  })
}

async function again(ctx: Context, message: Message, attempts: number, reply: string): Promise<void> {
  const chance = (ctx.random(1)[0] ?? 128) / 255
  await transact(ctx, async (ctx) => {
    await ctx.db
      .update(messages)
      .set({ state: 'retry', attempts, reply, notBefore: ctx.now + backoff(attempts, chance), leaseUntil: null })
      .where(ours(message))
    await transportUp(ctx)
  })
}

const transportUp = (ctx: Writing) =>
  ctx.db.run(
    sql`update transport_state set down_since = null, probe_at = null, why = null where down_since is not null`,
  )

/**
 * Takes back what a crashed runner held, when its lease has ended:
 * - claimed, nothing of it left: queued again
 * - transmitting and never-lost: sent again with the same Message-ID
 * - transmitting and never-twice: uncertain, for a person to decide
 */
export async function takeBack(ctx: Context): Promise<boolean> {
  const lost = and(unsent, inArray(messages.state, ['claimed', 'transmitting']), lt(messages.leaseUntil, ctx.now))
  const [any] = await ctx.db.select({ id: messages.id }).from(messages).where(lost).limit(1)
  if (!any) return false
  const rows = await transact(ctx, (ctx) =>
    ctx.db
      .update(messages)
      .set({
        state: sql`case when state = 'claimed' then 'queued' when class = 'never-lost' then 'retry' else 'uncertain' end`,
        reply: sql`case when state = 'claimed' then reply when class = 'never-lost' then 'The sender stopped while sending; sent again' else 'The sender stopped while sending; it may or may not have arrived' end`,
        attempts: sql`attempts + (state = 'transmitting')`,
        leaseUntil: null,
        fence: sql`${messages.fence} + 1`,
      })
      .where(lost)
      .returning({ id: messages.id }),
  )
  return rows.length > 0
}

/** Gives up what is past its deadline, with the reason, so that nothing stale goes out and nothing is invisible. */
export async function dropStale(ctx: Context): Promise<boolean> {
  const stale = and(unsent, inArray(messages.state, ['queued', 'retry']), lt(messages.deadline, ctx.now))
  const [any] = await ctx.db.select({ id: messages.id }).from(messages).where(stale).limit(1)
  if (!any) return false
  await transact(ctx, (ctx) =>
    ctx.db
      .update(messages)
      .set({ state: 'dead', reply: sql`'Not sent: its time had passed. ' || ifnull(reply, '')` })
      .where(stale),
  )
  return true
}

/** When the next message is due, for the example's clock. */
export async function nextMessageDue(ctx: Context): Promise<number | null> {
  const [row] = await ctx.db
    .select({ at: messages.notBefore })
    .from(messages)
    .where(and(unsent, inArray(messages.state, ['queued', 'retry'])))
    .orderBy(asc(messages.notBefore))
    .limit(1)
  return row?.at ?? null
}
