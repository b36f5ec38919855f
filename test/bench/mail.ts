/**
 * A process of its own that delivers queued invitations to the sink, and does the bare work of it: the same statements in the same
 * transactions, nodemailer's composer and its connections.
 */
import MailComposer from 'nodemailer/lib/mail-composer'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { openFile } from '#db/open-node.ts'
import { bySmtp } from '#emails/by-smtp.ts'
import type { Email } from '#emails/message.ts'
import { messages } from '#server/messages.ts'
import { deliverDue } from '#server/outbox/delivery.ts'
import { choreContext } from '#server/world.ts'
import { askingTime, firstId } from './data.ts'
import { type Measured, quantiles } from './load.ts'
import { type Again, bareWork, record } from './recording.ts'
import { worldFrom } from './world.ts'

export type Order = { do: 'deliver' | 'bare'; seconds: number }
export interface Delivered extends Measured {
  /** Milliseconds of processor time for each. */
  cpu: number
}

const [path = '', port = '0'] = process.argv.slice(2)
const store = await openFile(path, { thread: false })
const smtp = bySmtp({ host: '127.0.0.1', port: Number(port) })
let times: number[] = []
let last: Email | undefined
const world = worldFrom(store, askingTime, {
  async deliver(email, onTransmitting) {
    const before = performance.now()
    const delivery = await smtp.deliver(email, onTransmitting)
    if (delivery.outcome !== 'sent') throw new Error(`Not delivered: ${delivery.outcome}`)
    times.push(performance.now() - before)
    last = email
    return delivery
  },
  close: () => smtp.close(),
})
const deliver = () => deliverDue(choreContext(world), world, messages)

let round = 0
/** Owes so many invitations, to people who have not answered, as what those follow-ups ask by. Returns their ids with those of their bookings. */
async function owe(count: number): Promise<{ id: number; bookingId: number }[]> {
  const { rows } = await store.client.execute({
    sql: `insert into messages (kind, about, occurrence, to_person_id, class, state, queued_at, not_before, deadline)
      select 'follow-up-invitation', 'booking:' || booking_id, ?, person_id, 'never-twice', 'queued', ?, ?, ? from follow_ups where closed_at is null limit ?
      returning id, about`,
    args: [`bench-${round++}`, askingTime, askingTime, askingTime + 14 * 86_400_000, count],
  })
  const owed = rows
    .map((row) => ({ id: Number(row.id), bookingId: Number(String(row.about).slice(8)) }))
    .sort((a, b) => a.id - b.id)
  await store.client.execute({
    sql: `update contacts set message_id = owed.value ->> 'id' from json_each(?) owed
      where contacts.booking_id = owed.value ->> 'bookingId' and contacts.step = 'invitation'`,
    args: [JSON.stringify(owed)],
  })
  return owed
}

const perRound = 3_000
const batch = 20
const noneOwed = { id: 0, bookingId: 0 }

async function timed(seconds: number, work: () => Promise<unknown>): Promise<Delivered> {
  times = []
  const before = process.cpuUsage()
  const started = performance.now()
  while (performance.now() - started < seconds * 1000) await work()
  const passed = performance.now() - started
  const { user, system } = process.cpuUsage(before)
  return {
    rate: (times.length * 1000) / passed,
    count: times.length,
    cpu: (user + system) / 1000 / times.length,
    ...quantiles(times),
  }
}

const connections: SMTPConnection[] = []
async function connected(): Promise<SMTPConnection> {
  const connection = new SMTPConnection({ host: '127.0.0.1', port: Number(port) })
  await new Promise<void>((resolve, reject) => connection.connect((error) => (error ? reject(error) : resolve())))
  return connection
}

let owed: { id: number; bookingId: number }[] = []

interface Bare {
  again: Again
  recorded: { id: number; bookingId: number }
  email: Email
}
let bare: Bare | undefined

/** One message delivered by the app, its statements recorded. */
async function recordOne(): Promise<Bare> {
  // Once unrecorded: what is read only once in a process's life is not part of the work.
  await owe(1)
  await deliver()
  const [one = noneOwed] = await owe(1)
  const stop = record(store)
  await deliver()
  const recording = stop()
  if (recording.map(({ on }) => on).join() !== 'reader,writer,reader,writer,writer')
    throw new Error('What deliverDue does has changed: so must the steps of the bare work')
  const again = bareWork(store)(recording, [one.id, one.bookingId])
  if (!last) throw new Error('Nothing was delivered')
  for (let n = 0; n < 2; n++) connections.push(await connected())
  return { again, recorded: one, email: last }
}

/** What `deliverDue` does: a claim in one transaction, then for each the facts, a transaction before its bytes leave and one after. */
const claimSteps = [0, 1]
const factSteps = [2]
const transmittingStep = [3]
const sentStep = [4]

async function deliverBare({ again, recorded, email }: Bare): Promise<void> {
  if (owed.length < batch) owed = await owe(perRound)
  const claimed = owed.splice(0, batch)
  await again(new Map(), claimSteps)
  const { from, to, replyTo, subject, text, html, headers } = email
  const { 'Message-ID': messageId, Date: date, ...others } = headers
  await Promise.all(
    connections.map(async (connection) => {
      for (let one = claimed.shift(); one; one = claimed.shift()) {
        const before = performance.now()
        const swaps = new Map([
          [recorded.id, one.id],
          [recorded.bookingId, one.bookingId],
        ])
        await again(swaps, factSteps)
        const body = await new MailComposer({
          from,
          to: { name: to.name ?? '', address: to.address },
          replyTo,
          subject,
          text,
          html,
          messageId,
          date,
          headers: others,
        })
          .compile()
          .build()
        await again(swaps, transmittingStep)
        await new Promise<void>((resolve, reject) =>
          connection.send({ from: from.address, to: [to.address], size: body.length }, body, (error) =>
            error ? reject(error) : resolve(),
          ),
        )
        await again(swaps, sentStep)
        times.push(performance.now() - before)
      }
    }),
  )
}

/** A message that is put off or withdrawn costs less than one that leaves. */
async function nothingFailed(): Promise<void> {
  const { rows } = await store.client.execute(
    "select state, reply, count(*) as n from messages where occurrence like 'bench-%' and (state in ('dead', 'retry', 'uncertain') or (state = 'cancelled' and reply is not null) or (state = 'queued' and reply is not null)) group by 1, 2",
  )
  if (rows.length) throw new Error(`Not delivered: ${JSON.stringify(rows)}`)
}

process.on('message', async ({ do: what, seconds }: Order) => {
  bare ??= await recordOne()
  let answer: Delivered
  if (what === 'deliver') {
    if (owed.length) {
      // What the bare work left is delivered by nobody.
      await store.client.execute("update messages set state = 'cancelled' where state = 'queued'")
      owed = []
    }
    answer = await timed(seconds, async () => {
      if (!(await deliver())) await owe(perRound)
    })
    await nothingFailed()
    await store.client.execute("update messages set state = 'cancelled' where state = 'queued'")
  } else {
    const recorded = bare
    answer = await timed(seconds, () => deliverBare(recorded))
  }
  process.send?.({ answer })
})
process.on('disconnect', () => process.exit(0))
await store.client.execute({
  sql: "update sqlite_sequence set seq = ? where name = 'messages'",
  args: [firstId.message + 1_500_000],
})
process.send?.({})
