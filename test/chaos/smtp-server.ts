import net from 'node:net'

/**
 * The steps of a conversation at which the server can misbehave, in order. `body` is the moment the first bytes of the message arrive,
 * `after-dot` the moment after its last line.
 */
export const phases = ['greeting', 'ehlo', 'mail', 'rcpt', 'data', 'body', 'after-dot'] as const
export type Phase = (typeof phases)[number]

/**
 * What the server does in place of its good reply. Dropping, hanging, waiting or half a reply at `after-dot` happens after the message was accepted,
 * as a server does that loses only its reply; refusing there happens instead of accepting.
 */
export type Fault =
  | { kind: 'fin' }
  | { kind: 'rst' }
  | { kind: 'hang' }
  /** Waits for `until`, then goes on as if nothing was wrong. */
  | { kind: 'delay'; until: () => Promise<unknown> }
  /** A refusal in place of the good reply. At `body` nothing more is read: whoever refuses there accepts nothing. */
  | { kind: 'reply'; code: number; text?: string }
  /** Dies in the middle of its reply: these characters, no line end, and gone. */
  | { kind: 'torn'; text: string }

export type Accepted = { messageId: string; from: string; to: string[]; raw: string }

type Options = {
  /** Asked at every step; `connection` and `message` count from 1, `message` within the server; `atOnce` is how many are connected. Nothing returned is good behaviour. */
  fault?: (phase: Phase, seen: { connection: number; message: number; to: string; atOnce: number }) => Fault | undefined
  /** Offers PIPELINING, so that the whole envelope comes in one piece. */
  pipelining?: boolean
  /** Keeps the whole text of accepted messages; without it only their ids and addresses. */
  keepsText?: boolean
  port?: number
}

export type SmtpServer = {
  port: number
  accepted: Accepted[]
  /** How often each phase was reached. */
  reached: Record<Phase, number>
  connections: number
  mostAtOnce: number
  fault: NonNullable<Options['fault']>
  /** The ids of the messages accepted more than once. */
  twice(): string[]
  /** Resolves when at least `count` messages were accepted. */
  untilAccepted(count: number): Promise<void>
  /** Resolves when a phase was reached at least `count` times. */
  untilReached(phase: Phase, count?: number): Promise<void>
  /** Cuts every connection and goes on listening, as a server that restarts. */
  drop(): void
  close(): Promise<void>
}

/** A scripted SMTP server on 127.0.0.1 that can fail at any phase, and otherwise accepts everything and remembers what. */
export async function startSmtpServer(options: Options = {}): Promise<SmtpServer> {
  const sockets = new Set<net.Socket>()
  const watchers = new Set<() => void>()
  const server: SmtpServer = {
    port: 0,
    accepted: [],
    reached: { greeting: 0, ehlo: 0, mail: 0, rcpt: 0, data: 0, body: 0, 'after-dot': 0 },
    connections: 0,
    mostAtOnce: 0,
    fault: options.fault ?? (() => undefined),
    twice() {
      const ids = server.accepted.map(({ messageId }) => messageId)
      return [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))]
    },
    untilAccepted: (count) => until(() => server.accepted.length >= count),
    untilReached: (phase, count = 1) => until(() => server.reached[phase] >= count),
    drop() {
      for (const socket of sockets) socket.destroy()
    },
    async close() {
      server.drop()
      await new Promise((resolve) => listener.close(resolve))
    },
  }

  function until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!isSo()) return
        watchers.delete(look)
        resolve()
      }
      watchers.add(look)
      look()
    })
  }

  function tellWatchers(): void {
    for (const look of [...watchers]) look()
  }

  let messages = 0

  function converse(socket: net.Socket): void {
    const connection = ++server.connections
    sockets.add(socket)
    server.mostAtOnce = Math.max(server.mostAtOnce, sockets.size)
    socket.setNoDelay(true)
    socket.setEncoding('latin1')
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))

    let pending = ''
    let isInBody = false
    let hasBodyBegun = false
    let isStuck = false
    let isBusy = false
    let from = ''
    let to: string[] = []

    function faultAt(phase: Phase): Fault | undefined {
      server.reached[phase] += 1
      return server.fault(phase, { connection, message: messages, to: to[0] ?? '', atOnce: sockets.size })
    }

    const goesOn = (phase: Phase) => act(faultAt(phase))

    /** Does a fault, if there is one; true when the conversation goes on with the good reply. */
    async function act(fault: Fault | undefined): Promise<boolean> {
      tellWatchers()
      if (!fault) return true
      switch (fault.kind) {
        case 'fin':
          isStuck = true
          socket.end()
          return false
        case 'torn':
          isStuck = true
          socket.end(fault.text)
          return false
        case 'rst':
          isStuck = true
          socket.resetAndDestroy()
          return false
        case 'hang':
          isStuck = true
          return false
        case 'delay':
          await fault.until()
          return true
        case 'reply':
          say(`${fault.code} ${fault.text ?? (fault.code < 500 ? 'Not now' : 'No')}`)
          return false
      }
    }

    function say(line: string): void {
      if (!socket.destroyed) socket.write(`${line}\r\n`)
    }

    function accept(raw: string): void {
      const messageId = /^message-id:\s*(\S+)/im.exec(raw)?.[1] ?? ''
      server.accepted.push({ messageId, from, to, raw: options.keepsText ? raw : '' })
      tellWatchers()
    }

    async function onLine(line: string): Promise<void> {
      const verb = line.slice(0, 4).toUpperCase()
      if (verb === 'EHLO' || verb === 'HELO') {
        if (await goesOn('ehlo')) say(options.pipelining ? '250-chaos.test\r\n250 PIPELINING' : '250 chaos.test')
      } else if (verb === 'MAIL') {
        messages += 1
        from = /<(.*?)>/.exec(line)?.[1] ?? ''
        to = []
        if (await goesOn('mail')) say('250 Sender fine')
        else from = ''
      } else if (verb === 'RCPT') {
        if (!from) return say('503 No sender')
        const address = /<(.*?)>/.exec(line)?.[1] ?? ''
        to = [...to, address]
        if (await goesOn('rcpt')) say('250 Recipient fine')
        else to = to.slice(0, -1)
      } else if (verb === 'DATA') {
        if (!to.length) return say('503 No recipient')
        if (!(await goesOn('data'))) return
        say('354 Go ahead')
        isInBody = true
        hasBodyBegun = false
      } else if (verb === 'RSET') {
        say('250 Forgotten')
      } else if (verb === 'QUIT') {
        say('221 Bye')
        socket.end()
      } else say('500 What?')
    }

    async function onBody(): Promise<boolean> {
      if (!hasBodyBegun) {
        hasBodyBegun = true
        if (!(await goesOn('body'))) {
          isStuck = true
          return false
        }
      }
      const end = pending.startsWith('.\r\n') ? 0 : pending.indexOf('\r\n.\r\n')
      if (end === -1) return false
      const raw = pending.slice(0, end).replace(/^\.\./gm, '.')
      pending = pending.slice(pending.startsWith('.\r\n') ? 3 : end + 5)
      isInBody = false
      const fault = faultAt('after-dot')
      if (fault?.kind !== 'reply') accept(raw)
      if (await act(fault)) say('250 Accepted')
      return true
    }

    async function read(): Promise<void> {
      if (isBusy) return
      isBusy = true
      while (!isStuck && pending) {
        if (isInBody) {
          if (!(await onBody())) break
          continue
        }
        const end = pending.indexOf('\r\n')
        if (end === -1) break
        const line = pending.slice(0, end)
        pending = pending.slice(end + 2)
        await onLine(line)
      }
      isBusy = false
    }

    let incoming: (chunk: string) => void = (chunk) => {
      pending += chunk
    }
    socket.on('data', (chunk) => incoming(String(chunk)))
    void goesOn('greeting').then((isFine) => {
      if (!isFine) return
      say('220 chaos.test ESMTP')
      incoming = (chunk) => {
        pending += chunk
        void read()
      }
      void read()
    })
  }

  const listener = net.createServer(converse)
  await new Promise<void>((resolve) => listener.listen(options.port ?? 0, '127.0.0.1', resolve))
  server.port = (listener.address() as net.AddressInfo).port
  return server
}
