import { Readable } from 'node:stream'
import MailComposer from 'nodemailer/lib/mail-composer'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { type Delivery, type Email, isMailAddress, type Transport } from './message.ts'

export type SmtpSettings = {
  host: string
  port: number
  /** TLS from the first byte (port 465). */
  secure?: boolean
  user?: string
  pass?: string
  /** Refuse to go on where the server does not offer STARTTLS. */
  requireTls?: boolean
  /** A certificate authority to trust beside none other; for tests and closed networks. */
  ca?: string
  /** The name we give the server; its own default otherwise. */
  name?: string
  /** At most this many connections at once; Exchange Online allows three (E8). */
  connections?: 1 | 2
  /** All ms. Idle connections are closed after `idleTimeout`; 0 closes each after its message. */
  connectionTimeout?: number
  greetingTimeout?: number
  socketTimeout?: number
  idleTimeout?: number
}

type SmtpError = Error & {
  code?: string | undefined
  command?: string | undefined
  response?: string | undefined
  responseCode?: number | undefined
}

/** What is known of one try that failed, however it failed. */
type Failure = { error: SmtpError; isBodyStarted: boolean }

/**
 * Sends by SMTP with nodemailer's own connection and composer, but not its transport: that one cannot say whether a message may have arrived
 * (trust.md 0.2), and its pool tries again by itself. Here the message is a stream whose first read comes after the server's "354, go ahead".
 * That read awaits `onTransmitting`, so `transmitting` is committed before the first byte leaves, and from then on, without a reply code, the
 * outcome is `uncertain`. Each message has its own stream, so a reused connection cannot mix up two messages.
 */
export function bySmtp(settings: SmtpSettings): Transport {
  const { connections = 2, idleTimeout = 10_000 } = settings
  const idle: Idle[] = []
  const waiting: (() => void)[] = []
  let busy = 0
  let isClosed = false

  async function withTurn<T>(doing: () => Promise<T>): Promise<T> {
    if (busy >= connections) await new Promise<void>((resolve) => waiting.push(resolve))
    else busy += 1
    try {
      return await doing()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else busy -= 1
    }
  }

  function takeIdle(): SMTPConnection | undefined {
    for (let entry = idle.pop(); entry; entry = idle.pop()) {
      clearTimeout(entry.timer)
      if (!entry.connection.destroyed) return entry.connection
    }
  }

  function keepIdle(connection: SMTPConnection): void {
    if (isClosed || idleTimeout === 0) {
      part(connection)
      return
    }
    const timer = setTimeout(() => {
      const at = idle.findIndex((entry) => entry.connection === connection)
      if (at !== -1) idle.splice(at, 1)
      part(connection)
    }, idleTimeout)
    idle.push({ connection, timer })
  }

  async function deliverOnce(email: Email, onTransmitting?: () => Promise<void>): Promise<Delivery> {
    const body = await written(email)
    // Told once, however many connections it takes: the caller's note holds for the whole try.
    let told: Promise<void> | undefined
    const tellOnce = () => (told ??= (async () => onTransmitting?.())())
    for (let reused = takeIdle(); ; reused = undefined) {
      let connection = reused
      if (!connection) {
        try {
          connection = await connected(settings)
        } catch (error) {
          return { outcome: 'unreachable', why: reason(error as SmtpError) }
        }
      }
      const result = await transmit(connection, email, body, tellOnce)
      if ('reply' in result) {
        keepIdle(connection)
        return { outcome: 'sent', reply: result.reply }
      }
      // In the body a connection can only be cut: QUIT would be read as a line of the message.
      if (result.isBodyStarted || connection.destroyed) connection.close()
      else part(connection)
      const { error } = result
      if ('thrown' in result) throw result.thrown
      // A kept connection may have died of old age, or be turned away after so many messages; nothing was sent, so it is not this message's fault.
      if (reused && !result.isBodyStarted && (!error.responseCode || error.responseCode === 421)) continue
      return judged(result)
    }
  }

  return {
    async deliver(email, onTransmitting) {
      if (isClosed) return { outcome: 'unreachable', why: 'The mail transport is closed' }
      if (!isMailAddress(email.to.address))
        return { outcome: 'refused', code: 553, reply: 'Not an e-mail address', at: 'recipient' }
      return withTurn(() => deliverOnce(email, onTransmitting))
    },
    /** Parts from idle connections; a message in hand is finished by whoever awaits it. */
    async close() {
      isClosed = true
      for (let connection = takeIdle(); connection; connection = takeIdle()) part(connection)
    },
  }
}

type Idle = { connection: SMTPConnection; timer: ReturnType<typeof setTimeout> }

function connected(settings: SmtpSettings): Promise<SMTPConnection> {
  const { host, port, secure, user, pass, requireTls, ca, name } = settings
  const { connectionTimeout = 20_000, greetingTimeout = 20_000, socketTimeout = 60_000 } = settings
  const connection = new SMTPConnection({
    host,
    port,
    secure: secure ?? false,
    requireTLS: requireTls ?? false,
    connectionTimeout,
    greetingTimeout,
    socketTimeout,
    dnsTimeout: connectionTimeout,
    ...(name && { name }),
    // Never rejectUnauthorized: certificates are always verified, and workerd refuses the option.
    ...(ca && { tls: { ca } }),
  })
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      connection.close()
      reject(error)
    }
    connection.on('error', fail)
    // Comes before the error that says why.
    connection.once('end', () => setImmediate(() => reject(new Error('Connection closed'))))
    connection.connect((error) => {
      if (error) return fail(error)
      if (!user) return resolve(connection)
      if (!connection.allowsAuth) return fail(new Error('The server offers no sign-in, but a user is set'))
      connection.login({ user, pass, credentials: { user, pass } }, (error) =>
        error ? fail(error) : resolve(connection),
      )
    })
  })
}

function part(connection: SMTPConnection): void {
  if (!connection.destroyed) connection.quit()
}

async function transmit(
  connection: SMTPConnection,
  email: Email,
  body: Buffer,
  onTransmitting: () => Promise<void>,
): Promise<{ reply: string } | Failure | (Failure & { thrown: unknown })> {
  let isBodyStarted = false
  let thrown: { thrown: unknown } | undefined
  let committing: Promise<void> | undefined
  const message = new Readable({
    read() {
      committing = onTransmitting().then(
        () => {
          // It died while the note was being made: not a byte has left.
          if (message.destroyed || connection.destroyed) return
          isBodyStarted = true
          message.push(body)
          message.push(null)
        },
        (error: unknown) => {
          thrown = { thrown: error }
          message.destroy(new Error('Not sent'))
        },
      )
    },
  })
  const envelope = { from: email.from.address, to: [email.to.address], size: body.length }
  const result = await new Promise<{ reply: string } | { error: SmtpError }>((resolve) => {
    // A connection that dies between two commands drops the message without calling back; where it does call back, that comes first.
    const onEnd = () => setImmediate(() => resolve({ error: new Error('Connection closed') }))
    connection.once('end', onEnd)
    connection.send(envelope, message, (error, info) => {
      connection.removeListener('end', onEnd)
      resolve(error ? { error } : { reply: info?.response ?? '' })
    })
  })
  // The caller's note that we are transmitting must not land after its note of the outcome.
  await committing
  // After "go ahead" without a byte sent the server still waits for the message: this conversation is over, too.
  if (thrown) connection.close()
  return 'reply' in result ? result : { ...result, isBodyStarted, ...thrown }
}

/** Turns a failed try into its outcome by what is known: a reply code, or how far we got. */
function judged({ error, isBodyStarted }: Failure): Delivery {
  const { responseCode: code = 0, command } = error
  // Below 400 it is no refusal: the first half of a "250" that was cut off, or a reply to something else.
  if (code >= 400) {
    const reply = error.response ?? reason(error)
    if (code < 500 || code === 503 || code === 552) return { outcome: 'deferred', code, reply }
    // Sign-in wanted: our settings are at fault, not the message.
    if (code === 530 || code === 538) return { outcome: 'unreachable', why: reply }
    return {
      outcome: 'refused',
      code,
      reply,
      at: command === 'MAIL FROM' ? 'sender' : command === 'RCPT TO' ? 'recipient' : 'message',
    }
  }
  if (error.code === 'EMESSAGE' && !isBodyStarted)
    return { outcome: 'refused', code: 552, reply: reason(error), at: 'message' }
  return isBodyStarted ? { outcome: 'uncertain', why: reason(error) } : { outcome: 'unreachable', why: reason(error) }
}

function reason(error: SmtpError): string {
  return [error.code, error.message].filter(Boolean).join(': ')
}

/** The whole message as it goes over the wire (RFC 5322, MIME). */
export function written(email: Email): Promise<Buffer> {
  return new MailComposer(composition(email)).compile().build()
}

function composition(email: Email): ConstructorParameters<typeof MailComposer>[0] {
  const { 'Message-ID': messageId, Date: date, ...headers } = email.headers
  return {
    from: email.from,
    to: email.to.name ? { name: email.to.name, address: email.to.address } : email.to.address,
    replyTo: email.replyTo,
    subject: email.subject,
    text: email.text,
    html: email.html,
    messageId,
    date,
    headers,
    ...(email.calendar && {
      icalEvent: { method: email.calendar.method, filename: 'invitation.ics', content: email.calendar.content },
    }),
    attachments: (email.attachments ?? []).map(({ filename, type, content }) => ({
      filename,
      contentType: type,
      content: typeof content === 'string' ? content : Buffer.from(content),
    })),
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}
