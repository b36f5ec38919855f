/**
 * npm run bench: every row beside equal bare work in the same run (the same statements through the same connections and queue, the same
 * bytes, without drizzle, validation, rendering or middleware), at two sizes a factor of ten apart; the yearly report at three.
 *   -- --json         for a machine
 *   -- --wait=20      seconds until memory is read; a minute otherwise
 *   -- --only=booking rows whose name has this in it
 *   -- --profile=DIR  keeps a processor profile of each process there
 */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openFileClient } from '#db/file-client.ts'
import { type Child, startChild } from './child.ts'
import { makeData, type Size, sizeOf } from './data.ts'
import { fillAndForward } from './example.ts'
import type { FellDue } from './falling-due.ts'
import { connect, type Journey, load, type Measured, median, quantiles } from './load.ts'
import type { Delivered } from './mail.ts'
import { largestPaint } from './paint.ts'
import { asJson, type Goal, misses, type Row, ratioOf, table } from './rows.ts'
import type { Use } from './server.ts'
import {
  answering,
  booking,
  certificate,
  certificateTokens,
  eventList,
  eventPage,
  impactPage,
  responsePage,
  Supply,
  surveyPage,
  surveyTokens,
  type Visit,
} from './visits.ts'

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    wait: { type: 'string', default: '60' },
    only: { type: 'string' },
    profile: { type: 'string' },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'afterwards-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const rows: Row[] = []
const say = (words: string) => flags.json || process.stderr.write(`${words}\n`)
const wants = (name: string) => !flags.only || name.includes(flags.only)
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

interface Plan {
  runs: number
  seconds: number
  warmUp: number
}
const base: Plan = { runs: 3, seconds: 3, warmUp: 0.7 }
const tenfold: Plan = { runs: 1, seconds: 2, warmUp: 0.5 }
const hundredfold: Plan = { runs: 1, seconds: 1, warmUp: 0.1 }

/** A server on a copy of one size's data. */
async function serverOn(path: string): Promise<{ server: Child; port: number }> {
  const server = await startChild('./server.ts', [path])
  return { server, port: Number(server.hello.port) }
}

interface Measuring {
  server: Child
  port: number
  plan: Plan
  size: Size
}

/** Records what the app runs, then measures app and bare work by turns. */
async function compare(
  { server, port, plan }: Measuring,
  row: string,
  visit: Visit,
  connections = 16,
): Promise<{ app: Measured; bare: Measured }> {
  const one = await connect(port)
  // Once unrecorded: what is read only once in a server's life is not part of the work.
  await visit.app(one.send, 0)
  for (let n = 0; n < visit.recorded; n++) {
    await server.ask({ do: 'record', row })
    await visit.app(one.send, n)
    await server.ask({ do: 'recorded', given: visit.given() })
  }
  one.close()
  await load({ port, journey: visit.app, seconds: plan.warmUp, connections })
  await load({ port, journey: visit.bare, seconds: plan.warmUp / 2, connections })
  const app: Measured[] = []
  const bare: Measured[] = []
  const used: [number, number] = [0, 0]
  const timed = async (journey: Journey, seconds: number, at: 0 | 1): Promise<Measured> => {
    const before = await server.ask<Use>({ do: 'use' })
    const measured = await load({ port, journey, seconds, connections })
    used[at] = ((await server.ask<Use>({ do: 'use' })).cpu - before.cpu) / measured.count
    return measured
  }
  for (let run = 0; run < plan.runs; run++) {
    app.push(await timed(visit.app, plan.seconds, 0))
    bare.push(await timed(visit.bare, plan.seconds / 2, 1))
  }
  const { memory } = await server.ask<Use>({ do: 'use' })
  say(
    `   ${used[0].toFixed(2)} ms of the server’s processor time each, the bare work ${used[1].toFixed(2)} ms; memory now ${Math.round(memory / 2 ** 20)} MiB`,
  )
  return { app: median(app), bare: median(bare) }
}

async function rate(on: Measuring, name: string, row: string, make: () => Visit | Promise<Visit>, goal: Goal) {
  if (!wants(name)) return
  say(`${name} …`)
  const { app, bare } = await compare(on, row, await make())
  rows.push({
    name: named(on, name),
    unit: '/s',
    value: app.rate,
    p50: app.p50,
    p95: app.p95,
    bare: bare.rate,
    ratio: ratioOf('/s', app.rate, bare.rate),
    goal,
  })
}

const named = ({ plan }: Measuring, name: string) => (plan === base ? name : `${name}, ten times the data`)

/** One reader at a time: a report is waited for, not queued for. */
async function report(on: Measuring, name: string, row: string, visit: Visit): Promise<void> {
  if (!wants(name)) return
  say(`${name} …`)
  const { app, bare } = await compare(on, row, visit, 1)
  const ratio = ratioOf('ms', app.p50, bare.p50)
  const goal = { value: 200, ratio: 0.5 }
  rows.push({ name, unit: 'ms', value: app.p50, p50: app.p50, p95: app.p95, bare: bare.p50, ratio, goal })
}

/** The report of a year, and for how long anyone else had to wait meanwhile. */
async function yearly(on: Measuring): Promise<void> {
  const name = `yearly report, ${counted(on.size.responses)} responses`
  if (!wants(name)) return
  await report(on, name, 'impact', impactPage)
  await on.server.ask({ do: 'watch' })
  await load({ port: on.port, journey: impactPage.app, seconds: on.plan.seconds, connections: 1 })
  const value = await on.server.ask<number>({ do: 'gap' })
  rows.push({ name: `${name}, longest gap of the loop`, unit: 'ms', value, goal: { value: 50 } })
}

/** The same page where the facts of every event are read. */
async function withoutSnapshots(on: Measuring): Promise<void> {
  const name = `yearly report, ${counted(on.size.responses)} responses, without snapshots`
  if (on.plan !== base || !wants(name)) return
  say(`${name} …`)
  await on.server.ask({ do: 'drop snapshots' })
  const { app, bare } = await compare(on, 'impact', impactPage, 1)
  const ratio = ratioOf('ms', app.p50, bare.p50)
  rows.push({ name, unit: 'ms', value: app.p50, p50: app.p50, p95: app.p95, bare: bare.p50, ratio })
}

const counted = (n: number) => n.toLocaleString('en-GB')

/** How fast anything can be written here and still be on the disk: one connection, one row a commit. */
async function durableCommit(): Promise<void> {
  const client = openFileClient(join(folder, 'commits.db'))
  for (const sql of ['PRAGMA journal_mode=WAL', 'PRAGMA synchronous=FULL', 'create table commits (n integer)'])
    await client.execute(sql)
  const times: number[] = []
  for (const began = performance.now(); performance.now() - began < 1000; ) {
    const before = performance.now()
    await client.execute('insert into commits values (1)')
    times.push(performance.now() - before)
  }
  client.close()
  const value = (times.length * 1000) / times.reduce((sum, time) => sum + time, 0)
  rows.push({ name: 'durable commit, for the measure of the disk', unit: '/s', value, ...quantiles(times) })
}

/** What a row uses up is added just before it; the rows before it find the size they name. */
async function served(on: Measuring): Promise<void> {
  const { server, port, size, plan } = on
  if (plan === base && wants('hello')) {
    const hello = await load({ port, journey: async (send) => void (await send({ path: '/bare/hello' })), seconds: 1 })
    rows.push({
      name: 'hello, for the measure of the machine',
      unit: '/s',
      value: hello.rate,
      p50: hello.p50,
      p95: hello.p95,
    })
  }
  if (plan === base && wants('durable commit')) await durableCommit()
  await rate(on, 'event list', 'list', async () => eventList, { value: 2000, ratio: 0.5 })
  await rate(on, 'event page', 'event', () => eventPage(size), { ratio: 0.5 })
  await rate(on, 'survey page', 'survey', async () => surveyPage(await surveyTokens(size)), { value: 3350, ratio: 0.5 })
  await yearly(on)
  await withoutSnapshots(on)
  await report(on, `response page, ${counted(size.followUps)} follow-ups`, 'response', responsePage)
  await rate(on, 'certificate', 'certificate', async () => certificate(await certificateTokens(size)), {
    value: 80,
    ratio: 0.7,
  })
  if (wants('booking')) await server.ask({ do: 'add events', count: 400 })
  await rate(on, 'booking', 'booking', () => booking(400), { value: 1020, ratio: 0.5 })
  if (wants('answer')) {
    const supply = new Supply(plan === base ? 45_000 : 18_000)
    await server.ask({ do: 'add follow-ups', count: supply.count, people: size.people })
    await supply.make()
    await rate(on, 'answer to question one', 'answer', () => answering('answer', supply), { value: 1110, ratio: 0.5 })
    await rate(on, 'full answer, all five pages', 'full', () => answering('full answer', supply), {
      value: 1110,
      ratio: 0.5,
    })
  }
}

async function mail(path: string, plan: Plan): Promise<void> {
  const name = 'e-mail delivered'
  if (!wants(name)) return
  say(`${name} …`)
  const sink = await startChild('./sink.ts')
  const sender = await startChild('./mail.ts', [path, String(sink.hello.port)])
  const run = (what: 'deliver' | 'bare', seconds: number) => sender.ask<Delivered>({ do: what, seconds })
  await run('deliver', plan.warmUp)
  await run('bare', plan.warmUp)
  const app: Delivered[] = []
  const bare: Delivered[] = []
  for (let n = 0; n < plan.runs; n++) {
    app.push(await run('deliver', plan.seconds))
    bare.push(await run('bare', plan.seconds / 2))
  }
  await sender.stop()
  await sink.stop()
  const [ours, least] = [median(app), median(bare)]
  const cpu = (runs: Delivered[]) =>
    runs.map(({ cpu }) => cpu).toSorted((a, b) => a - b)[Math.floor(runs.length / 2)] ?? 0
  const more = plan === base ? '' : ', ten times the data'
  rows.push(
    {
      name: `${name}${more}`,
      unit: '/s',
      value: ours.rate,
      p50: ours.p50,
      p95: ours.p95,
      bare: least.rate,
      ratio: ratioOf('/s', ours.rate, least.rate),
      goal: { value: 460, ratio: 0.4 },
    },
    {
      name: `processor time of one e-mail${more}`,
      unit: 'ms',
      value: cpu(app),
      bare: cpu(bare),
      ratio: ratioOf('ms', cpu(app), cpu(bare)),
      goal: { value: 1.5 },
    },
  )
}

/** On copies of its own: what falls due would change what the other rows find. */
async function fallingDue(path: string, size: Size, count: number): Promise<void> {
  const name = `${counted(count)} follow-ups falling due at once`
  if (!wants(name)) return
  say(`${name} …`)
  const file = join(folder, `falling-due-${count}.db`)
  copyFileSync(path, file)
  const sink = await startChild('./sink.ts')
  const child = await startChild('./falling-due.ts', [file, String(sink.hello.port)])
  const fell = await child.ask<FellDue>({ count, size })
  await child.stop()
  await sink.stop()
  for (const end of ['', '-recorded', '-bare', '-app']) rmSync(`${file}${end}`, { force: true })
  const { p50, p95 } = fell
  rows.push(
    {
      name: `${name}, queued`,
      unit: 's',
      value: fell.queued / 1000,
      bare: fell.queuedBare / 1000,
      ratio: ratioOf('s', fell.queued, fell.queuedBare),
      goal: { value: count / 1000 },
    },
    { name: `${name}, longest transaction of it`, unit: 'ms', value: fell.longestTransaction, goal: { value: 1000 } },
    { name: `${name}, delivered`, unit: '/s', value: (count * 1000) / fell.delivered, p50, p95, goal: { value: 460 } },
    { name: `${name}, noted as asked`, unit: 's', value: fell.noted / 1000, goal: { value: count / 1000 } },
  )
}

async function paint(port: number, size: Size): Promise<void> {
  if (!wants('answer page')) return
  say('answer page on a slow line …')
  const [token] = await surveyTokens(size)
  const { paint, bytes } = await largestPaint(`http://127.0.0.1:${port}/answer/${token}/once`)
  rows.push(
    { name: 'answer page over the wire', unit: 'kB', value: bytes / 1000, goal: { value: 15 } },
    { name: 'answer page, largest paint on slow 4G', unit: 'ms', value: paint, goal: { value: 1000 } },
  )
}

async function example(): Promise<void> {
  if (!wants('example')) return
  say('the example, filled and moved three months forward …')
  const { filled, forward } = await fillAndForward()
  rows.push(
    { name: 'example filled, from start to ready', unit: 's', value: filled, goal: { value: 10 } },
    { name: 'example, three months forward', unit: 's', value: forward, goal: { value: 10 } },
  )
}

async function main(): Promise<void> {
  const file = (name: string) => join(folder, `${name}.db`)
  const paths = {
    base: file('base'),
    baseMail: file('base-mail'),
    /** Changed by no row: they take copies. */
    standing: file('standing'),
    tenfold: file('tenfold'),
    tenfoldMail: file('tenfold-mail'),
  }
  const size = sizeOf(1)
  const large = sizeOf(10)
  say('making the data …')
  await makeData(paths.base, size)
  copyFileSync(paths.base, paths.baseMail)
  copyFileSync(paths.base, paths.standing)
  const { server, port } = await serverOn(paths.base)
  await served({ server, port, plan: base, size })
  await paint(port, size)
  const quietSince = performance.now()

  // The server is left alone meanwhile.
  await mail(paths.baseMail, base)
  for (const count of [1_000, 10_000]) await fallingDue(paths.standing, size, count)
  await example()
  await makeData(paths.tenfold, large)
  if (wants('memory')) {
    const seconds = Number(flags.wait)
    say(`memory, ${seconds} seconds after the run …`)
    await wait(Math.max(0, seconds * 1000 - (performance.now() - quietSince)))
    const after = Math.round((performance.now() - quietSince) / 1000)
    const { memory } = await server.ask<Use>({ do: 'use' })
    rows.push({
      name: `memory ${after} seconds after the run`,
      unit: 'MiB',
      value: memory / 2 ** 20,
      goal: { value: 200 },
    })
  }
  await server.stop()

  copyFileSync(paths.tenfold, paths.tenfoldMail)
  const more = await serverOn(paths.tenfold)
  await served({ server: more.server, port: more.port, plan: tenfold, size: large })
  await more.server.stop()
  await mail(paths.tenfoldMail, tenfold)
  await hundred(file('hundredfold'))
}

/** A hundred times the data, for the report alone. */
async function hundred(path: string): Promise<void> {
  const size = sizeOf(100)
  if (!wants(`yearly report, ${counted(size.responses)} responses`)) return
  say('making a hundred times the data, which takes some minutes …')
  await makeData(path, size)
  const { server, port } = await serverOn(path)
  await yearly({ server, port, plan: hundredfold, size })
  await server.stop()
}

const began = performance.now()
await main()
if (flags.json) process.stdout.write(`${asJson(rows)}\n`)
else {
  const missed = rows.filter((row) => misses(row).length)
  process.stdout.write(`\n${table(rows)}\n`)
  process.stdout.write(
    `\n${rows.filter(({ goal }) => goal).length - missed.length} met, ${missed.length} missed; ${Math.round((performance.now() - began) / 1000)} s. Ratio: of the speed of equal bare work in the same run.\n`,
  )
}
