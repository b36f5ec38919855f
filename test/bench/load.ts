/**
 * A closed loop of connections that are kept alive, over plain sockets: a client that needs as much of a processor as the server would
 * itself be the limit, and would flatter every ratio.
 */
import net from 'node:net'

export interface Reply {
  status: number
  head: string
  body: Buffer
}

export interface Asking {
  method?: 'GET' | 'POST'
  path: string
  headers?: Record<string, string>
  body?: string
}

export type Send = (asking: Asking) => Promise<Reply>
/** One thing a visitor does, in one request or several. False: nothing is left to do. */
export type Journey = (send: Send, n: number) => Promise<boolean | undefined>

export interface Measured {
  /** Journeys a second. */
  rate: number
  /** Milliseconds. */
  p50: number
  p95: number
  count: number
}

/** One connection; one request at a time. */
export function connect(port: number): Promise<{ send: Send; close(): void }> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true })
  let received: Buffer = Buffer.alloc(0)
  let waiting: { resolve(reply: Reply): void; reject(error: Error): void } | undefined
  const fail = (error: Error) => {
    const asker = waiting
    waiting = undefined
    asker?.reject(error)
  }
  socket.on('data', (part) => {
    received = received.length ? Buffer.concat([received, part]) : part
    const reply = whole(received)
    if (!reply) return
    received = Buffer.alloc(0)
    const asker = waiting
    waiting = undefined
    asker?.resolve(reply)
  })
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('The server closed the connection')))
  const send: Send = ({ method = 'GET', path, headers = {}, body }) =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject }
      let head = `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`
      for (const name in headers) head += `${name}: ${headers[name]}\r\n`
      if (body !== undefined) head += `Content-Length: ${Buffer.byteLength(body)}\r\n`
      socket.write(`${head}\r\n${body ?? ''}`)
    })
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once('connect', () => resolve({ send, close: () => socket.destroy() }))
  })
}

function whole(received: Buffer): Reply | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end === -1) return
  const head = received.toString('latin1', 0, end)
  const status = Number(head.slice(9, 12))
  const rest = received.subarray(end + 4)
  const length = /\r\ncontent-length: (\d+)/i.exec(head)
  if (length) return rest.length >= Number(length[1]) ? { status, head, body: rest } : undefined
  if (!/\r\ntransfer-encoding: chunked/i.test(head)) return { status, head, body: rest }
  if (!rest.subarray(-5).equals(Buffer.from('0\r\n\r\n'))) return
  const parts: Buffer[] = []
  for (let at = 0; at < rest.length; ) {
    const line = rest.indexOf('\r\n', at)
    const size = Number.parseInt(rest.toString('latin1', at, line), 16)
    if (!size) break
    parts.push(rest.subarray(line + 2, line + 2 + size))
    at = line + 2 + size + 2
  }
  return { status, head, body: Buffer.concat(parts) }
}

export interface Run {
  port: number
  journey: Journey
  seconds: number
  connections?: number
}

/** Runs a journey again and again on every connection for so many seconds; those under way at the end are finished and counted. */
export async function load({ port, journey, seconds, connections = 16 }: Run): Promise<Measured> {
  const open = await Promise.all(Array.from({ length: connections }, () => connect(port)))
  const times: number[] = []
  let n = 0
  const started = performance.now()
  const until = started + seconds * 1000
  await Promise.all(
    open.map(async ({ send }) => {
      for (let now = performance.now(); now < until; ) {
        if ((await journey(send, n++)) === false) return
        const then = performance.now()
        times.push(then - now)
        now = then
      }
    }),
  )
  const passed = performance.now() - started
  for (const { close } of open) close()
  return { rate: (times.length * 1000) / passed, count: times.length, ...quantiles(times) }
}

export function quantiles(times: number[]): { p50: number; p95: number } {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { p50: at(0.5), p95: at(0.95) }
}

/** The run in the middle, by its rate. */
export const median = (runs: readonly Measured[]): Measured =>
  runs.toSorted((a, b) => a.rate - b.rate)[Math.floor(runs.length / 2)] ?? { rate: 0, p50: 0, p95: 0, count: 0 }
