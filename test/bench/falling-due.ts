/**
 * A process of its own in which many follow-ups fall due at once: all are queued, then all are delivered to the sink. The bare work of
 * queueing is what the app wrote, in the same transactions on a copy of the same file.
 */
import { copyFileSync } from 'node:fs'
import { openFileClient } from '#db/file-client.ts'
import { openFile } from '#db/open-node.ts'
import { bySmtp } from '#emails/by-smtp.ts'
import { messages } from '#server/messages.ts'
import { deliverDue } from '#server/outbox/delivery.ts'
import { noteAsked } from '#server/surveys/asking.ts'
import { inviteDue } from '#server/surveys/inviting.ts'
import { choreContext, type World } from '#server/world.ts'
import { addFallingDue, askingTime, type Size } from './data.ts'
import { quantiles } from './load.ts'
import { type OpenedStore, type Recording, record, replayWrites } from './recording.ts'
import { worldFrom } from './world.ts'

export interface Order {
  count: number
  size: Size
}
/** Times in milliseconds. */
export interface FellDue {
  queued: number
  queuedBare: number
  longestTransaction: number
  delivered: number
  noted: number
  p50: number
  p95: number
}

const [path = '', port = '0'] = process.argv.slice(2)
const smtp = bySmtp({ host: '127.0.0.1', port: Number(port) })
let times: number[] = []

const worldOf = (store: OpenedStore): World =>
  worldFrom(store, askingTime, {
    async deliver(email, onTransmitting) {
      const before = performance.now()
      const delivery = await smtp.deliver(email, onTransmitting)
      times.push(performance.now() - before)
      return delivery
    },
    close: () => smtp.close(),
  })

async function timed(work: () => Promise<unknown>): Promise<number> {
  const before = performance.now()
  await work()
  return performance.now() - before
}

/** As the loop of the chores does, and nothing else. */
async function untilNothing(run: () => Promise<boolean>): Promise<void> {
  while (await run());
}

async function copyWith(name: string): Promise<OpenedStore> {
  const copy = `${path}-${name}`
  copyFileSync(path, copy)
  return openFile(copy, { thread: false })
}

/** Follows the longest transaction, from its beginning until it is committed. */
function watch(store: OpenedStore): { longest: number } {
  const seen = { longest: 0 }
  const transaction = store.client.transaction
  store.client.transaction = async (...mode: []) => {
    const began = performance.now()
    const opened = await transaction.apply(store.client, mode)
    const commit = opened.commit
    opened.commit = async () => {
      await commit.call(opened)
      seen.longest = Math.max(seen.longest, performance.now() - began)
    }
    return opened
  }
  return seen
}

/** Recorded on a copy of its own, since recording takes time; this also warms the code up. */
async function recordQueueing(): Promise<Recording> {
  const store = await copyWith('recorded')
  const world = worldOf(store)
  const stop = record(store)
  await untilNothing(() => inviteDue(choreContext(world), world))
  const recording = stop()
  await store.close()
  return recording
}

async function fallDue({ count, size }: Order): Promise<FellDue> {
  const made = openFileClient(path)
  const transaction = await made.transaction()
  await addFallingDue(transaction, count, size)
  await transaction.commit()
  // So that the file alone is all there is to copy.
  await made.execute('PRAGMA wal_checkpoint(TRUNCATE)')
  made.close()

  const recording = await recordQueueing()
  const bareStore = await copyWith('bare')
  const queuedBare = await timed(() => replayWrites(bareStore, recording))
  const store = await copyWith('app')
  const world = worldOf(store)
  const seen = watch(store)
  const queued = await timed(() => untilNothing(() => inviteDue(choreContext(world), world)))
  const longestTransaction = seen.longest
  for (const each of [bareStore, store]) {
    const { rows } = await each.client.execute("select count(*) as n from messages where state = 'queued'")
    if (Number(rows[0]?.n) !== count) throw new Error(`Queued ${rows[0]?.n}, not ${count}`)
  }
  await bareStore.close()

  times = []
  const delivered = await timed(() => untilNothing(() => deliverDue(choreContext(world), world, messages)))
  const noted = await timed(() => untilNothing(() => noteAsked(choreContext(world), world)))
  const { rows } = await store.client.execute(
    "select count(*) as n from follow_ups f join contacts c using (booking_id) join messages m on m.id = c.message_id where m.state = 'sent' and f.first_asked_on = '2026-09-15'",
  )
  if (Number(rows[0]?.n) !== count) throw new Error(`Delivered and noted ${rows[0]?.n}, not ${count}`)
  await store.close()
  await smtp.close()
  return { queued, queuedBare, longestTransaction, delivered, noted, ...quantiles(times) }
}

process.on('message', async (order: Order) => {
  process.send?.({ answer: await fallDue(order) })
})
process.on('disconnect', () => process.exit(0))
process.send?.({})
