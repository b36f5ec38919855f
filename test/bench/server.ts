/** A process of its own that serves the app on one of the bench's databases and, at /bare/…, the bare work it is compared with. */
import { randomFillSync } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { serve } from '@hono/node-server'
import { openFile } from '#db/open-node.ts'
import { byKeeping } from '#emails/by-keeping.ts'
import { createApp } from '#server/app.ts'
import { readConfig } from '#server/config.ts'
import { openAside } from '#server/node/aside.ts'
import { assetsFrom, engineFromPackage, fontsFromPackage } from '#server/node/files.ts'
import type { World } from '#server/world.ts'
import { addEventsToBook, addFollowUpsToAnswer, secrets, start } from './data.ts'
import { type Drawing, drawAgain, recordDrawing } from './drawing.ts'
import { type Again, bareWork, type Recording, record } from './recording.ts'

export type Order =
  | { do: 'record'; row: string }
  | { do: 'recorded'; given: number[] }
  | { do: 'add events'; count: number }
  | { do: 'add follow-ups'; count: number; people: number }
  | { do: 'drop snapshots' }
  | { do: 'use' }
  | { do: 'watch' }
  | { do: 'gap' }

export interface Use {
  /** Bytes. */
  memory: number
  /** Milliseconds of processor time since it began. */
  cpu: number
}

const path = process.argv[2] ?? ''
const store = await openFile(path)
const config = readConfig({}, () => '', 'bench')
/** How long the loop that answers every request was held up, looked at each millisecond. */
const loop = monitorEventLoopDelay({ resolution: 1 })
loop.enable()
const began = performance.now()
const world: World = {
  store,
  config,
  clock: () => Math.round(start + performance.now() - began),
  random: (bytes) => randomFillSync(new Uint8Array(bytes)),
  secrets,
  transport: byKeeping(async () => undefined),
  fonts: fontsFromPackage,
  engine: engineFromPackage,
  asset: assetsFrom(new URL('../../dist/web', import.meta.url).pathname),
  log: (line) => process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`),
  // Mail stays queued: delivering it is a row of its own.
  wake: () => undefined,
  aside: openAside(path, config).aside,
}
const app = createApp(world)

/** What one request of the app answered, and what it ran. */
interface Recorded {
  steps: Recording
  again: Again
  status: number
  headers: Record<string, string>
  body: string | Uint8Array<ArrayBuffer>
  drawing: Drawing
}
const rows = new Map<string, { given: number[]; requests: Recorded[] }>()
const prepare = bareWork(store)
let recording: { row: string; requests: Recorded[] } | undefined
let env: object | undefined

async function recorded(request: Request, requests: Recorded[]): Promise<Response> {
  const stop = record(store)
  const stopDrawing = recordDrawing()
  const answer = await app.fetch(request, env)
  const bytes = new Uint8Array(await answer.arrayBuffer())
  const type = answer.headers.get('content-type') ?? ''
  requests.push({
    steps: stop(),
    again: async () => undefined,
    status: answer.status,
    headers: { ...(type && { 'Content-Type': type }) },
    // As the app hands it over: text for pages and JSON, bytes for a document.
    body: type.startsWith('application/pdf') ? bytes : new TextDecoder().decode(bytes),
    drawing: stopDrawing(),
  })
  return new Response(bytes, { status: answer.status, headers: answer.headers })
}

/** /bare/ROW/N/ID,ID: the nth recorded request of that row, with these ids in place of the recorded ones. */
async function bare(request: Request, path: string): Promise<Response> {
  const [, , row = '', n = '0', ids] = path.split('/')
  if (request.method === 'POST') await request.text()
  if (row === 'hello') return new Response('hello')
  if (row === 'scan') return scan('impact', n)
  if (row === 'scan-responses') return scan('response', n)
  const known = rows.get(row)
  const one = known?.requests[Number(n) % known.requests.length]
  if (!one) return new Response('Nothing was recorded', { status: 500 })
  const swaps = new Map<number, number>()
  if (ids) for (const [at, id] of ids.split(',').entries()) swaps.set(known.given[at] ?? 0, Number(id))
  await one.again(swaps)
  const body = one.drawing.length ? ((await drawAgain(one.drawing)) as Uint8Array<ArrayBuffer>) : one.body
  return new Response(body, { status: one.status, headers: one.headers })
}

/** What a report is compared with: a bare scan of the same rows, by the same thread that it reads with. */
const scans = {
  // The answers of a programme, counted through the covering index, and beside them everyone booked, as below.
  impact: `select count(*), sum(n) from (select event_id, question_id, learning_outcome_id, option_id, count(*) as n from answers where event_id in (select e.id from events e join programmes p on p.id = e.programme_id where p.name = ?1) group by event_id, question_id, learning_outcome_id, option_id)
    union all select count(*), sum(ifnull(came, 0) + (f.first_asked_on is not null) + (r.core_at is not null) + (c.suggestion_id is not null))
    from (select b.id, (select count(*) from marks m where m.booking_id = b.id and m.replaced_at is null and m.mark = 'present') as came
      from bookings b where b.state = 'confirmed' and b.event_id in (select e.id from events e join programmes p on p.id = e.programme_id where p.name = ?1)) b
    left join follow_ups f on f.booking_id = b.id
    left join responses r on r.booking_id = b.id and r.stage = 'follow-up'
    left join commitments c on c.booking_id = b.id and c.position = 1`,
  // Everyone booked in a programme: whether they came, can be reached, were asked, and have answered.
  response: `select b.event_id, count(*), sum(came), count(q.email), count(f.first_asked_on), count(r.core_at)
    from (select b.id, b.event_id, b.person_id, (select count(*) from marks m where m.booking_id = b.id and m.replaced_at is null and m.mark = 'present') as came
      from bookings b where b.state = 'confirmed' and b.event_id in (select e.id from events e join programmes p on p.id = e.programme_id where p.name = ?)) b
    join people q on q.id = b.person_id
    left join follow_ups f on f.booking_id = b.id
    left join responses r on r.booking_id = b.id and r.stage = 'follow-up'
    group by b.event_id`,
}

async function scan(report: keyof typeof scans, programme: string): Promise<Response> {
  const { session } = store.long as unknown as {
    session: { client(sql: string, params: unknown[], method: string): Promise<{ rows: unknown[] }> }
  }
  await session.client(scans[report], [programme], 'all')
  const body = rows.get(report)?.requests[0]?.body
  return new Response(body ?? '', { headers: { 'Content-Type': 'application/json' } })
}

const origin = /^https?:\/\/[^/]+/
serve(
  {
    fetch: (request: Request, bindings: object) => {
      const path = request.url.replace(origin, '')
      if (path.startsWith('/bare/')) return bare(request, path)
      env = bindings
      return recording ? recorded(request, recording.requests) : app.fetch(request, bindings)
    },
    port: 0,
    hostname: '127.0.0.1',
  },
  ({ port }) => {
    config.origin = `http://127.0.0.1:${port}`
    process.send?.({ port })
  },
)

process.on('message', async (order: Order) => {
  let answer: unknown = null
  if (order.do === 'record') recording = { row: order.row, requests: [] }
  if (order.do === 'recorded' && recording) {
    const { row, requests } = recording
    recording = undefined
    const known = rows.get(row)?.requests ?? []
    rows.set(row, {
      given: order.given,
      requests: [...known, ...requests.map((one) => ({ ...one, again: prepare(one.steps, order.given) }))],
    })
  }
  if (order.do === 'add events') await addEventsToBook(store.client, order.count)
  if (order.do === 'add follow-ups') await addFollowUpsToAnswer(store.client, order.count, order.people)
  if (order.do === 'drop snapshots') await store.client.execute('delete from event_snapshots')
  if (order.do === 'use') {
    const { user, system } = process.cpuUsage()
    answer = { memory: process.memoryUsage.rss(), cpu: (user + system) / 1000 } satisfies Use
  }
  if (order.do === 'watch') loop.reset()
  // In milliseconds, beyond the millisecond at which it looks.
  if (order.do === 'gap') answer = Math.max(0, loop.max / 1e6 - 1)
  process.send?.({ answer })
})
process.on('disconnect', () => process.exit(0))
