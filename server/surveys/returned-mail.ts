import { and, eq, sql } from 'drizzle-orm'
import { messages } from '#db/outbox.ts'
import { people } from '#db/people.ts'
import { bounces, contacts } from '#db/surveys.ts'
import { type Context, transact } from '#server/context.ts'
import { record } from '#server/history.ts'
import { sha256 } from '#server/keys.ts'
import { readReturned, tryOnceMore } from '#server/outbox/bounces.ts'

/** Whether whoever posts returned mail knows the key; nobody does while none is set. */
export async function isBounceKey({ config }: Pick<Context, 'config'>, given: string): Promise<boolean> {
  // Compared as hashes, so that the time it takes tells nothing of the key.
  return config.bounceKey !== null && (await sha256(given)) === (await sha256(config.bounceKey))
}

/**
 * Notes mail that came back:
 * - it is a delivery status, and names a message of ours by number and time
 * - that message went to a person here, whose address now is the one that refused it
 * - refused for good: asking stops (`closeEnded`), and it stands as could not be asked. Given up for now: one more try
 * - told before: nothing
 * Whatever else was posted changes nothing, and nobody is told so.
 */
export async function noteReturned(ctx: Context, raw: string): Promise<void> {
  const returned = readReturned(raw, new URL(ctx.config.origin).hostname)
  if (!returned) return
  await transact(ctx, async (ctx) => {
    const [message] = await ctx.db
      .select({
        id: messages.id,
        personId: people.id,
        email: people.email,
        // A later asking message makes the earlier one stale.
        isOvertaken: sql<number>`exists (select 1 from ${contacts} c inner join ${contacts} l on l.booking_id = c.booking_id and l.id > c.id where c.message_id = ${messages.id})`,
      })
      .from(messages)
      .innerJoin(people, eq(people.id, messages.toPersonId))
      .where(
        and(
          eq(messages.id, returned.messageId),
          eq(messages.queuedAt, returned.queuedAt),
          // What never left cannot have come back.
          sql`(${messages.sentAt} is not null or ${messages.attempts} > 0)`,
        ),
      )
    const email = message?.email
    if (!message || !email) return
    const theirs = returned.recipients.find(({ addresses }) => addresses.includes(email.toLowerCase()))
    if (!theirs || (theirs.outcome !== 'hard' && theirs.outcome !== 'soft')) return
    const isHard = theirs.outcome === 'hard'
    const reply = `${theirs.status} ${theirs.words}`.trim()
    const [noted] = await ctx.db
      .insert(bounces)
      .values({ personId: message.personId, email, hard: isHard, reply, at: ctx.now, messageId: message.id })
      .onConflictDoNothing()
      .returning({ id: bounces.id })
    if (!noted) return
    await record(ctx, isHard ? 'mail.refused' : 'mail.put-off', `message:${message.id}`, theirs.status || undefined)
    if (!isHard && !message.isOvertaken) await tryOnceMore(ctx, message.id, `It came back: ${reply}`)
  })
}
