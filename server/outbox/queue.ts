import { messages } from '#db/outbox.ts'
import type { Writing } from '#server/context.ts'
import { type MessageKind, messageKinds } from './input.ts'

export interface Owed {
  kind: MessageKind
  /** What it is about, as `booking:12`. */
  about: string
  /** Tells apart the messages of one kind about one thing: `1`, `reminder-1`. */
  occurrence: string
  toPersonId?: number
  /** Only where the reader may not be a person here yet. */
  toAddress?: string
  notBefore?: number
  /** Milliseconds UTC; after it the message is dead and says so. Without it: the kind's lifetime from now. */
  deadline?: number
}

/**
 * Owes someone an e-mail, in the transaction of the fact it tells. Owing the same one again changes nothing.
 * @returns the message's id, or null when it was owed already
 */
export async function queue(ctx: Writing, owed: Owed): Promise<number | null> {
  const kind = messageKinds[owed.kind]
  const notBefore = owed.notBefore ?? ctx.now
  const [made] = await ctx.db
    .insert(messages)
    .values({
      kind: owed.kind,
      about: owed.about,
      occurrence: owed.occurrence,
      toPersonId: owed.toPersonId ?? null,
      toAddress: owed.toAddress ?? null,
      class: kind.class,
      state: 'queued',
      queuedAt: ctx.now,
      notBefore,
      deadline: owed.deadline ?? notBefore + kind.lifetime,
    })
    .onConflictDoNothing()
    .returning({ id: messages.id })
  return made?.id ?? null
}
