/** Starts the real things the Worker needs: sqld, and workerd by `wrangler dev`, all on 127.0.0.1. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = new URL('../..', import.meta.url).pathname

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

async function until(
  isUp: () => Promise<boolean>,
  child: ChildProcess,
  output: () => string,
  seconds: number,
): Promise<void> {
  const end = Date.now() + seconds * 1000
  while (Date.now() < end) {
    if (child.exitCode !== null) throw new Error(`It stopped with ${child.exitCode}:\n${output()}`)
    if (await isUp().catch(() => false)) return
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
  throw new Error(`It did not start within ${seconds} s:\n${output()}`)
}

function start(command: string, given: string[], env: Record<string, string> = {}) {
  const child = spawn(join(root, 'node_modules/.bin', command), given, {
    cwd: root,
    detached: true,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const keep = (part: Buffer) => {
    output = (output + part).slice(-8000)
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  return {
    child,
    output: () => output,
    async stop() {
      if (child.exitCode !== null || child.pid === undefined) return
      const gone = new Promise((resolve) => child.once('exit', resolve))
      process.kill(-child.pid, 'SIGTERM')
      const timer = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'), 4000)
      await gone
      clearTimeout(timer)
    },
  }
}

/** A real libSQL server over a new folder. */
export async function startSqld(): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'afterwards-sqld-'))
  const { child, output, stop } = start('sqld', [
    '--http-listen-addr',
    `127.0.0.1:${port}`,
    '--db-path',
    join(folder, 'data.sqld'),
  ])
  const url = `http://127.0.0.1:${port}`
  await until(async () => (await fetch(`${url}/health`)).ok, child, output, 20)
  return {
    url,
    async stop() {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The Worker in workerd, with these settings. */
export async function startWorker(settings: (port: number) => Record<string, string>) {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'afterwards-workerd-'))
  const config = join(folder, 'wrangler.toml')
  writeFileSync(
    config,
    readFileSync(join(root, 'wrangler.toml'), 'utf8')
      .replace('server/worker.ts', join(root, 'test/worker/entry.ts'))
      .replace('"dist/web"', JSON.stringify(join(root, 'dist/web'))),
  )
  const { child, output, stop } = start(
    'wrangler',
    [
      'dev',
      '--config',
      config,
      '--local',
      '--ip',
      '127.0.0.1',
      '--port',
      String(port),
      '--inspector-port',
      String(await freePort()),
      '--persist-to',
      join(folder, 'state'),
      '--show-interactive-dev-session=false',
      ...Object.entries(settings(port)).flatMap(([name, value]) => ['--var', `${name}:${value}`]),
    ],
    { WRANGLER_SEND_METRICS: 'false', CI: '1', NO_COLOR: '1' },
  )
  const origin = `http://127.0.0.1:${port}`
  await until(async () => (await fetch(`${origin}/healthz`)).status < 600, child, output, 60)
  return {
    origin,
    output,
    scheduled: () => fetch(`${origin}/cdn-cgi/handler/scheduled?cron=*+*+*+*+*`),
    async stop() {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
