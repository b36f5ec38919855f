/** The Node entry: settings, the file, serving, the chores, and stopping well. The only file that reads the environment. */
import { randomFillSync } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { serve } from '@hono/node-server'
import { bySmtp } from '#emails/by-smtp.ts'
import { createApp } from './app.ts'
import { runChores } from './chores.ts'
import { BadSettings, type Config, readConfig } from './config.ts'
import { exampleDoors } from './example.ts'
import { faultWords } from './faults.ts'
import { openAside } from './node/aside.ts'
import { backup, restore } from './node/backup.ts'
import { assetsFrom, engineFromPackage, fontsFromPackage } from './node/files.ts'
import { fileOf, openInstallation } from './node/installation.ts'
import { Refusal } from './node/refusal.ts'
import { prepareRemote } from './node/remote.ts'
import { invite } from './people/enrolment.ts'
import { choreContext, type World } from './world.ts'

/** A stop takes at most this long: a message in hand is given the time that mail servers need. */
const graceMs = 20_000
const root = new URL('..', import.meta.url)
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string }
const say = (words: string): void => void process.stdout.write(`${words}\n`)
const random = (bytes: number) => randomFillSync(new Uint8Array(bytes))

function stop(words: string): never {
  process.stderr.write(`${words}\n`)
  process.exit(1)
}

const commands = ['invite', 'backup', 'restore', 'migrate']

async function main(): Promise<void> {
  const [command, ...words] = process.argv.slice(2)
  if (command !== undefined && !commands.includes(command))
    stop(`"${command}" is not a command. There are: ${commands.join(', ')}. Without one, Afterwards starts.`)
  const config = settings()
  makeFolder(config.dataDir)
  if (command === 'backup') say(await backup(config, words[0]))
  if (command === 'restore') say(await restore(config, words[0], Date.now()))
  if (command === 'migrate') say(await prepareRemote(config, Date.now()))
  if (command === 'backup' || command === 'restore' || command === 'migrate') return
  if (command === 'invite' && config.mode !== 'live')
    stop('Invitations are for live mode. In the example, sign in with one click.')

  const installation = await openInstallation(config, { now: Date.now, random, say, progress: showProgress })
  let isStopping = false
  let wake = () => {}
  const long = openAside(fileOf(config), config)
  const world: World = {
    store: installation.store,
    config,
    clock: installation.clock.now,
    random,
    secrets: installation.secrets,
    transport: installation.keeping ?? bySmtp(smtpOf(config)),
    fonts: fontsFromPackage,
    engine: engineFromPackage,
    asset: assetsFrom(new URL('dist/web', root).pathname),
    log: (line) => process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`),
    wake: () => wake(),
    isStopping: () => isStopping,
    aside: long.aside,
  }
  if (command === 'invite') {
    await inviteStaff(world, words)
    await installation.store.close()
    return
  }
  let running: Promise<unknown> = Promise.resolve()
  let isRunning = false
  let isWanted = false
  /** Chores run on their own beat and after each write, never two runs at once in one process. */
  const beat = async () => {
    await runChores(world, { isStopping: world.isStopping })
    await installation.clock.keep()
  }
  const loop = () => {
    if (isStopping || installation.clock.isMoving()) return
    if (isRunning) {
      isWanted = true
      return
    }
    isRunning = true
    isWanted = false
    running = beat()
      .catch((error) => world.log({ level: 'error', error: faultWords(error) }))
      .finally(() => {
        isRunning = false
        if (isWanted) loop()
      })
  }
  let soon: NodeJS.Timeout | undefined
  wake = () => {
    if (isStopping || installation.clock.isMoving()) return
    soon ??= setTimeout(() => {
      soon = undefined
      loop()
    }, 20)
  }
  const every = setInterval(loop, 10_000)

  const app = createApp(
    world,
    installation.token && exampleDoors(installation.token, world, installation.clock, () => running),
  )
  const server = serve({ fetch: app.fetch, port: config.port, hostname: config.host }, ({ port }) => {
    if (config.origin.endsWith(':0')) config.origin = config.origin.replace(/0$/, String(port))
    say(`Afterwards is ready at ${config.origin} and listens on ${config.host}, port ${port}`)
    loop()
  })
  server.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE')
      stop(`Port ${config.port} is in use on ${config.host}. Stop what uses it, or set PORT to another number.`)
    if (error.code === 'EACCES')
      stop(`Port ${config.port} may not be used by this account. Set PORT to a number above 1023.`)
    if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
      stop(`This machine has no address ${config.host}. Set HOST to one it has, such as 127.0.0.1.`)
    stop(`The server could not start: ${error.message}`)
  })

  const close = async () => {
    if (isStopping) return
    isStopping = true
    clearInterval(every)
    clearTimeout(soon)
    const answered = new Promise((resolve) => server.close(resolve))
    if ('closeIdleConnections' in server) server.closeIdleConnections()
    // The message in hand is finished, and every request; what was only claimed is given back.
    await Promise.race([
      Promise.allSettled([running, answered]),
      new Promise((resolve) => setTimeout(resolve, graceMs)),
    ])
    await world.transport.close()
    await installation.clock.keep()
    await long.close()
    await installation.store.close()
    process.exit(0)
  }
  process.on('SIGTERM', close)
  process.on('SIGINT', close)
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    stop(
      `The folder ${path} cannot be made: ${(error as Error).message}. Set DATA_DIR to one this account may write in.`,
    )
  }
}

function settings(): Config {
  try {
    return readConfig(process.env, (path) => readFileSync(path, 'utf8'), version)
  } catch (error) {
    if (error instanceof BadSettings)
      stop(
        `Afterwards cannot start. Put these settings right:\n${error.faults.map((fault) => `  - ${fault}`).join('\n')}`,
      )
    throw error
  }
}

function smtpOf(config: Config) {
  if (!config.smtp) throw new Error('No mail server is set')
  return { ...config.smtp, requireTls: !['127.0.0.1', 'localhost'].includes(config.smtp.host) }
}

function showProgress(share: number, words: string): void {
  const percent = String(Math.round(share * 100)).padStart(3)
  if (process.stdout.isTTY) process.stdout.write(`\r${percent}% ${words.padEnd(50)}${share >= 1 ? '\n' : ''}`)
  else say(`${percent}% ${words}`)
}

async function inviteStaff(world: World, [role, address]: string[]): Promise<void> {
  const result = await invite(choreContext(world, { kind: 'operator' }), role ?? '', address ?? '')
  if ('fault' in result) stop(result.fault)
  say(`Open this address once, within an hour, as ${result.email}:\n${result.address}`)
}

try {
  await main()
} catch (error) {
  if (error instanceof Refusal) stop(error.message)
  throw error
}
