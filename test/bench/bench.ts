/**
 * npm run bench: every row beside equal bare work in the same run (the same statements through the same connections and queue, the same
 * bytes, without drizzle, validation, rendering or middleware), at two sizes a factor of ten apart.
 *   -- --json         for a machine
 *   -- --wait=20      seconds until memory is read; a minute otherwise
 *   -- --only=booking rows whose name has this in it
 */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Child, startChild } from './child.ts'
import { makeData, type Size, sizeOf } from './data.ts'
import { fillAndForward } from './example.ts'
import { connect, load, type Measured, median } from './load.ts'
import type { Delivered } from './mail.ts'
import { largestPaint } from './paint.ts'
import { asJson, type Goal, misses, ratioOf, type Row, table } from './rows.ts'
import {
  answering,
  booking,
  certificate,
  certificateTokens,
  eventList,
  eventPage,
  impactPage,
  Supply,
  surveyPage,
  surveyTokens,
  type Visit,
} from './visits.ts'

const { values: flags } = parseArgs({
  options: { json: { type: 'boolean', default: false }, wait: { type: 'string', default: '60' }, only: { type: 'string' } },
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
    // A first press finds out which ids a journey holds; the server is told them before it records.
    await server.ask({ do: 'record', row, given: nextGiven(visit) })
    await visit.app(one.send, n)
    await server.ask({ do: 'recorded' })
  }
  one.close()
  await load({ port, journey: visit.app, seconds: plan.warmUp, connections })
  await load({ port, journey: visit.bare, seconds: plan.warmUp / 2, connections })
  const app: Measured[] = []
  const bare: Measured[] = []
  for (let run = 0; run < plan.runs; run++) {
    app.push(await load({ port, journey: visit.app, seconds: plan.seconds, connections }))
    bare.push(await load({ port, journey: visit.bare, seconds: run ? plan.seconds / 2 : plan.seconds, connections }))
  }
  return { app: median(app), bare: median(bare) }
}
