import { Worker } from 'node:worker_threads'
import type { Config } from '../config.ts'
import type { Aside, AsideMoment } from '../context.ts'
import { Missing, Refused } from '../errors.ts'

/** What the thread is asked for, and what it answers. */
export interface AsideWanted {
  id: number
  work: string
  input: unknown
  moment: AsideMoment
}
export type AsideAnswer = { id: number; value: unknown } | { id: number; fault: Fault }

type Fault = { kind: 'missing' } | { kind: 'refused'; code: string; words: string } | { kind: 'other'; words: string }

/** The ways to say no that reading knows, as they cross to another thread. */
export function faultOf(error: unknown): Fault {
  if (error instanceof Missing) return { kind: 'missing' }
  if (error instanceof Refused) return { kind: 'refused', code: error.code, words: error.message }
  return { kind: 'other', words: error instanceof Error ? error.message : String(error) }
}

function errorOf(fault: Fault): Error {
  if (fault.kind === 'missing') return new Missing()
  return fault.kind === 'refused' ? new Refused(fault.code, fault.words) : new Error(fault.words)
}

/** The thread is ended when nothing was asked of it for so long, and with it the memory that a large report took. */
const idleMs = 30_000
/** So long it may take to end what it is doing. */
const endMs = 5_000

/**
 * Long reading in a thread of its own, so that a page about a hundred thousand answers holds no other page up. Started when first wanted.
 * @param path the database file
 */
export function openAside(path: string, config: Config): { aside: Aside; close(): Promise<void> } {
  const { secrets: _, smtp: __, libsql: ___, ...shown } = config
  const workerData = { path, config: { ...shown, secrets: [], smtp: null, libsql: null } satisfies Config }
  let worker: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  let next = 0
  let isClosed = false
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()

  const giveUp = (error: Error) => {
    for (const asker of waiting.values()) asker.reject(error)
    waiting.clear()
  }
  /** Asks it to close its database and end: a thread broken off with an open database can take the process with it. */
  const end = (thread: Worker) =>
    new Promise<void>((resolve) => {
      thread.ref()
      const late = setTimeout(() => void thread.terminate(), endMs)
      thread.once('exit', () => {
        clearTimeout(late)
        resolve()
      })
      thread.postMessage(null)
    })
  const rest = () => {
    worker?.unref()
    idle = setTimeout(() => {
      if (worker) void end(worker)
      worker = undefined
    }, idleMs).unref()
  }
  const start = () => {
    const thread = new Worker(new URL('./aside-thread.ts', import.meta.url), { workerData })
    thread.on('message', (answer: AsideAnswer) => {
      const asker = waiting.get(answer.id)
      waiting.delete(answer.id)
      if ('fault' in answer) asker?.reject(errorOf(answer.fault))
      else asker?.resolve(answer.value)
      if (waiting.size === 0) rest()
    })
    thread.on('error', (error) => {
      if (worker === thread) worker = undefined
      giveUp(error instanceof Error ? error : new Error(String(error)))
    })
    return thread
  }

  return {
    aside(work, input, moment) {
      if (isClosed) return Promise.reject(new Error('The database is closed'))
      clearTimeout(idle)
      worker ??= start()
      worker.ref()
      const id = ++next
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        worker?.postMessage({ id, work, input, moment } satisfies AsideWanted)
      })
    },
    async close() {
      isClosed = true
      clearTimeout(idle)
      if (worker) await end(worker)
      giveUp(new Error('The database is closed'))
    },
  }
}
