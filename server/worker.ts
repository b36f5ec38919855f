/** The Workers entry: the same app over a remote libSQL database. Always live; it has no example. */

import engine from '@resvg/resvg-wasm/index_bg.wasm'
import regular from 'dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf'
import bold from 'dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf'
import { installation } from '#db/installation.ts'
import { openRemote } from '#db/open-worker.ts'
import { bySmtp } from '#emails/by-smtp.ts'
import { createApp } from './app.ts'
import { runChores } from './chores.ts'
import { BadSettings, type Config, readConfig } from './config.ts'
import { faultWords } from './faults.ts'
import type { World } from './world.ts'

interface Bindings extends Record<string, unknown> {
  ASSETS?: { fetch(request: Request | string): Promise<Response> }
}

interface Execution {
  waitUntil(promise: Promise<unknown>): void
}

const version = '0.1.0'
const fonts = { regular: new Uint8Array(regular), bold: new Uint8Array(bold) }
/** After an answer a few due messages are drained; the rest waits for the next beat. */
const drainBudget = 3_000
const beatBudget = 25_000

function configOf(env: Bindings): Config {
  const settings = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
  const config = readConfig({ ...settings, MODE: 'live' }, () => '', version)
  if (!config.libsql) throw new BadSettings(['LIBSQL_URL is missing: the address of the remote libSQL database'])
  return config
}

/** A world for one request: its own database client, because sharing one between requests hangs (house.md section 3). */
function worldFor(
  env: Bindings,
  config: Config,
  clock: () => number,
  later: (work: () => Promise<unknown>) => void,
): World {
  const store = openRemote(config.libsql ?? { url: '' })
  const smtp = config.smtp
  if (!smtp) throw new BadSettings(['SMTP_URL is missing'])
  const world: World = {
    store,
    config,
    clock,
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    secrets: config.secrets,
    transport: bySmtp({ ...smtp, requireTls: smtp.host !== '127.0.0.1', connections: 2, idleTimeout: 0 }),
    fonts: async () => fonts,
    engine: async () => engine,
    asset: async (path) => {
      const answer = await env.ASSETS?.fetch(`${config.origin}${path}`)
      return answer?.ok ? new Response(answer.body, answer) : null
    },
    log: (line) => console.log(JSON.stringify({ at: new Date().toISOString(), ...line })),
    wake: () => later(() => runChores(world, { budget: drainBudget, timer: () => Date.now(), isPressed: true })),
  }
  return world
}

/** The mode is a fact of the database: a Worker opens no example. Asked once an isolate. */
let isLive = false
async function mustBeLive(world: World): Promise<void> {
  if (isLive) return
  const [row] = await world.store.read.select({ mode: installation.mode }).from(installation)
  if (row?.mode !== 'live') throw new BadSettings(['The database at LIBSQL_URL is not a live installation'])
  isLive = true
}

const unavailable = (error: unknown): Response => {
  const faults = error instanceof BadSettings ? error.faults : ['The database does not answer']
  console.log(JSON.stringify({ level: 'error', faults, error: faultWords(error) }))
  return Response.json(
    { type: 'about:blank', title: 'The service cannot start', status: 503, code: 'not-configured' },
    { status: 503, headers: { 'Content-Type': 'application/problem+json; charset=utf-8' } },
  )
}

/** The two handlers of a Worker. @param clockOf the clock to run by, in ms UTC; the tests pass their own */
export function workerBy(clockOf: (env: Bindings) => () => number) {
  return {
    async fetch(request: Request, env: Bindings, execution: Execution): Promise<Response> {
      try {
        const later: (() => Promise<unknown>)[] = []
        const world = worldFor(env, configOf(env), clockOf(env), (work) => void later.push(work))
        await mustBeLive(world)
        const answer = await createApp(world).fetch(request, env)
        if (later[0]) execution.waitUntil(later[0]().finally(() => world.transport.close()))
        return answer
      } catch (error) {
        return unavailable(error)
      }
    },
    async scheduled(_event: unknown, env: Bindings): Promise<void> {
      const world = worldFor(env, configOf(env), clockOf(env), () => undefined)
      await mustBeLive(world)
      await runChores(world, { budget: beatBudget, timer: () => Date.now() })
      await world.transport.close()
    },
  }
}

export default workerBy(() => () => Date.now())
