/** The processes that a row is measured in. */
import { type ChildProcess, spawn } from 'node:child_process'

export interface Child {
  /** What it said first. */
  hello: Record<string, unknown>
  /** Sends an order and waits for its answer; one at a time. */
  ask<T>(order: object): Promise<T>
  stop(): Promise<void>
}

const profiles = process.argv.find((flag) => flag.startsWith('--profile='))
const started = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of started) child.kill('SIGKILL')
})

/** Starts a file of this folder. Its log goes nowhere, as a service's goes to a pipe: written, but not by this process. */
export async function startChild(file: string, args: string[] = []): Promise<Child> {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      ...(profiles ? ['--cpu-prof', `--cpu-prof-dir=${profiles.slice('--profile='.length)}`] : []),
      new URL(file, import.meta.url).pathname,
      ...args,
    ],
    { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  )
  started.add(child)
  const next = () =>
    new Promise<Record<string, unknown>>((resolve, reject) => {
      const failed = (code: number | null) => reject(new Error(`${file} ended with ${code}`))
      child.once('exit', failed)
      child.once('message', (said: Record<string, unknown>) => {
        child.off('exit', failed)
        resolve(said)
      })
    })
  const hello = await next()
  return {
    hello,
    async ask<T>(order: object) {
      const answer = next()
      child.send(order)
      return (await answer).answer as T
    },
    stop: () =>
      new Promise((resolve) => {
        started.delete(child)
        child.once('exit', () => resolve())
        child.disconnect()
      }),
  }
}
