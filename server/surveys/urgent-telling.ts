import { and, eq, isNotNull, notExists, sql } from 'drizzle-orm'
import { messages } from '#db/outbox.ts'
import { texts, urgentSettlements } from '#db/surveys.ts'
import type { Mailbox } from '#emails/message.ts'
import type { UrgentWords } from '#emails/urgent-words.ts'
import { addWorkingHours, formatInstant } from '#server/calendar.ts'
import type { CoverPerson } from '#server/config.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { record } from '#server/history.ts'
import { queue } from '#server/outbox/queue.ts'
import { firstName } from '#server/people/first-name.ts'

/*
 * Who is told of words that sounded urgent, and when: everyone on cover at once, everyone on cover again, then the business
 * manager, until someone has recorded where they were passed (urgent-settling.ts). No message holds the words.
 */

/** After how many working hours, 8am to 8pm from Monday to Friday, each later telling is due. */
const later = [
  { telling: 'again', hours: 2 },
  { telling: 'manager', hours: 4 },
] as const
export type Telling = 'first' | (typeof later)[number]['telling']

type Told = Pick<CoverPerson, 'name' | 'address'> & Partial<CoverPerson>

/** Everyone on cover is told, whoever works today. */
const coverOf = ({ config }: Pick<Context, 'config'>): Told[] => config.cover

const toldBy = (ctx: Pick<Context, 'config'>, telling: Telling): Told[] =>
  telling === 'manager' ? [ctx.config.businessManager] : coverOf(ctx)

/** The first telling, at once, in the transaction of the words. */
export async function tellCover(ctx: Writing, textId: number): Promise<void> {
  await tell(ctx, { textId, urgentAt: ctx.now, telling: 'first' })
  await record(ctx, 'text.urgent', `text:${textId}`)
}

async function tell(
  ctx: Writing,
  { textId, urgentAt, telling }: { textId: number; urgentAt: number; telling: Telling },
): Promise<boolean> {
  let isNew = false
  for (const { address } of toldBy(ctx, telling)) {
    const made = await queue(ctx, {
      kind: 'urgent-words',
      about: `text:${textId}`,
      occurrence: occurrence(telling, urgentAt, address),
      toAddress: address,
    })
    isNew ||= made !== null
  }
  return isNew
}

const occurrence = (telling: Telling, urgentAt: number, address = '') =>
  `${telling === 'first' ? '' : `${telling} `}${urgentAt} ${address}`

const tellingOf = (of: string): Telling => later.find(({ telling }) => of.startsWith(`${telling} `))?.telling ?? 'first'

/** Nobody has recorded where these words were passed. */
export const isUnsettled = (ctx: Pick<Context, 'db'>) =>
  and(
    isNotNull(texts.urgentAt),
    notExists(ctx.db.select({ one: sql`1` }).from(urgentSettlements).where(eq(urgentSettlements.textId, texts.id))),
  )

/** The tellings still owed, with the moment at which each is due. */
async function owed(ctx: Pick<Context, 'db'>) {
  // From the messages, of which there are few, and not from all the texts: this is asked after every write.
  const rows = await ctx.db
    .select({ textId: texts.id, urgentAt: texts.urgentAt, told: messages.occurrence })
    .from(messages)
    .innerJoin(texts, eq(texts.id, sql`cast(substr(${messages.about}, 6) as integer)`))
    .where(and(eq(messages.kind, 'urgent-words'), isUnsettled(ctx)))
  const open = new Map(rows.map(({ textId, urgentAt }) => [textId, urgentAt]))
  return [...open].flatMap(([textId, urgentAt]) =>
    urgentAt === null
      ? []
      : later
          .filter(({ telling }) => {
            const start = occurrence(telling, urgentAt)
            return !rows.some((row) => row.textId === textId && row.told.startsWith(start))
          })
          .map(({ telling, hours }) => ({ textId, urgentAt, telling, dueAt: addWorkingHours(urgentAt, hours) })),
  )
}

/**
 * Tells of one text again:
 * - its words sounded urgent, and everyone on cover was told at once
 * - nobody has recorded where they were passed
 * - two working hours have gone by (everyone on cover again), or four (the business manager)
 * - this telling was not made before
 */
export async function tellAgain(ctx: Context): Promise<boolean> {
  if (!(await owed(ctx)).some(({ dueAt }) => dueAt <= ctx.now)) return false
  return transact(ctx, async (ctx) => {
    const [due] = (await owed(ctx)).filter(({ dueAt }) => dueAt <= ctx.now)
    if (!due) return false
    const isNew = await tell(ctx, due)
    if (isNew) await record(ctx, 'text.told-again', `text:${due.textId}`, due.telling)
    return isNew
  })
}

/** When the next later telling is due. */
export async function nextTelling(ctx: Context): Promise<number | null> {
  const due = (await owed(ctx)).map(({ dueAt }) => dueAt)
  return due.length ? Math.min(...due) : null
}

/** What a message about urgent words says at the moment of sending, or why it is not sent any more. */
export async function urgentWordsFacts(
  ctx: Context,
  textId: number,
  { toAddress, occurrence }: { toAddress: string | null; occurrence: string },
): Promise<{ to: Mailbox; props: UrgentWords } | { cancelled: string }> {
  const [row] = await ctx.db
    .select({ writtenAt: texts.writtenAt, passedTo: urgentSettlements.passedTo })
    .from(texts)
    .leftJoin(urgentSettlements, eq(urgentSettlements.textId, texts.id))
    .where(eq(texts.id, textId))
  if (!row) return { cancelled: 'What was written was taken back' }
  const telling = tellingOf(occurrence)
  if (telling !== 'first' && row.passedTo !== null) return { cancelled: 'It was recorded where the words were passed' }
  const address = toAddress ?? ''
  const name = toldBy(ctx, telling).find((one) => one.address === address)?.name ?? ''
  return {
    to: name ? { name, address } : { address },
    props: {
      firstName: firstName(name),
      telling,
      writtenAt: formatInstant(row.writtenAt),
      alsoTold: coverOf(ctx)
        .filter((one) => one.address !== address)
        .map(({ name, telephone }) => (telling === 'manager' && telephone ? `${name}, ${telephone}` : name)),
      href: `${ctx.config.origin}/texts`,
    },
  }
}
