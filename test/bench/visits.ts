/** What visitors do in each row, and the same sequence of requests to the bare work. */
import { makeToken } from '#server/keys.ts'
import {
  coordinator,
  firstId,
  followUpToAnswer,
  type Size,
  secrets,
  signedIn,
  signInToken,
  unansweredFollowUp,
} from './data.ts'
import type { Journey, Reply, Send } from './load.ts'

export interface Visit {
  app: Journey
  bare: Journey
  /** The ids that differ from one journey to the next, when one is recorded. */
  given: () => number[]
  /** How many journeys are recorded; the bare work goes round them. */
  recorded: number
}

function expect({ status, body }: Reply, expected: number): void {
  if (status !== expected) throw new Error(`Answered ${status}, not ${expected}: ${body.toString('utf8', 0, 600)}`)
}

const recorded = 40
const get = (path: (n: number) => string | Promise<string>, headers: Record<string, string> = {}): Journey => {
  return async (send, n) => {
    expect(await send({ path: await path(n), headers }), 200)
    return undefined
  }
}

/** A page that is only read. */
const reading = (
  row: string,
  path: (n: number) => string | Promise<string>,
  headers: Record<string, string> = {},
): Visit => ({
  app: get(path, headers),
  bare: get((n) => `/bare/${row}/${n % recorded}`),
  given: () => [],
  recorded,
})

const cookieOf = (personId: number) => `sid=${signInToken(personId)}`

export const eventList = reading('list', () => '/api/events')

export const eventPage = ({ events, pastEvents }: Size) =>
  reading('event', (n) => `/api/events/${firstId.eventToCome + (n % (events - pastEvents))}`)

/** The answer page as the e-mail's button opens it, before anything is answered. */
export function surveyPage(tokens: readonly string[]): Visit {
  return reading('survey', (n) => `/answer/${tokens[n % tokens.length]}/once`)
}

export const surveyTokens = (size: Size): Promise<string[]> =>
  Promise.all(Array.from({ length: 2000 }, (_, n) => makeToken(secrets, 'answer', unansweredFollowUp(n, size))))

export const certificate = (tokens: readonly string[]): Visit =>
  reading('certificate', (n) => `/certificates/${tokens[n % tokens.length]}/document.pdf`)

export const certificateTokens = ({ certificates }: Size): Promise<string[]> =>
  Promise.all(Array.from({ length: certificates }, (_, n) => makeToken(secrets, 'certificate', n + 1)))

export const programme = '2025-26'
export const impactPage: Visit = {
  ...reading('impact', () => `/api/impact/programmes/${programme}`, { cookie: cookieOf(coordinator) }),
  bare: get(() => `/bare/scan/${programme}`),
  recorded: 1,
}

export const responsePage: Visit = {
  ...reading('response', () => `/api/responses?programme=${programme}&by=event`, { cookie: cookieOf(coordinator) }),
  bare: get(() => `/bare/scan-responses/${programme}`),
  recorded: 1,
}

/** Each booking by another person than the last; who comes round again books another event. */
export function booking(eventCount: number): Visit {
  let next = 0
  const who = () => {
    const n = next++
    const person = n % signedIn
    const lap = Math.floor(n / signedIn)
    return { n, personId: firstId.person + person, eventId: firstId.eventToBook + ((person + lap) % eventCount) }
  }
  const signInOf = (personId: number) => personId - firstId.person + firstId.signIn
  let given: number[] = []
  return {
    async app(send) {
      const { n, personId, eventId } = who()
      given = [personId, eventId, signInOf(personId)]
      const body = JSON.stringify({ eventId, termsAccepted: true, repeatKey: `bench-booking-${n}` })
      const headers = {
        cookie: cookieOf(personId),
        'content-type': 'application/json',
        'sec-fetch-site': 'same-origin',
      }
      expect(await send({ method: 'POST', path: '/api/bookings', headers, body }), 201)
      return undefined
    },
    async bare(send) {
      const { personId, eventId } = who()
      const path = `/bare/booking/0/${personId},${eventId},${signInOf(personId)}`
      expect(await send({ method: 'POST', path, body: '{}' }), 201)
      return undefined
    },
    given: () => given,
    recorded: 1,
  }
}

/** Fresh follow-ups, each answered once. */
export class Supply {
  readonly tokens: string[] = []
  readonly count: number
  next = 0
  constructor(count: number) {
    this.count = count
  }
  async make(): Promise<void> {
    for (let n = 0; n < this.count; n += 1000)
      this.tokens.push(
        ...(await Promise.all(
          Array.from({ length: Math.min(1000, this.count - n) }, (_, m) =>
            makeToken(secrets, 'answer', followUpToAnswer(n + m)),
          ),
        )),
      )
  }
}

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const nonceIn = ({ body }: Reply) => /name="nonce" value="([^"]+)"/.exec(body.toString('latin1'))?.[1] ?? ''
const outcomesIn = ({ body }: Reply) => new Set(body.toString('latin1').match(/(?<=name=")outcomes-\d+/g) ?? [])

/** The button in the e-mail opens question one; one press sends it. It answers with where the rest is asked. */
async function answerQuestionOne(send: Send, token: string): Promise<void> {
  const page = await send({ path: `/answer/${token}/once` })
  expect(page, 200)
  const body = new URLSearchParams({ nonce: nonceIn(page), practice: 'once' }).toString()
  expect(await send({ method: 'POST', path: `/answer/${token}`, headers: form, body }), 303)
}

/** The four pages of the rest, each filled in. */
async function answerTheRest(send: Send, token: string): Promise<void> {
  for (const [path, fields] of [
    ['now', { chance: ['most-weeks'] }],
    ['difference', { difference: ['noticed-sooner', 'passed-on'] }],
    ['help', { helped: ['manager'], 'in-the-way': ['time'], anyway: ['partly'] }],
    [
      'example',
      {
        'where-seen': ['supervision'],
        example: ['I asked what a usual morning was like.'],
        quote: ['quote-with-job'],
      },
    ],
  ] as const) {
    const page = await send({ path: `/answer/${token}/${path}` })
    expect(page, 200)
    const body = new URLSearchParams([
      ['nonce', nonceIn(page)],
      ['then', 'on'],
    ])
    for (const [name, values] of Object.entries(fields)) for (const value of values) body.append(name, value)
    if (path === 'now') for (const name of outcomesIn(page)) body.append(name, 'good')
    const sent = { method: 'POST', path: `/answer/${token}/${path}`, headers: form, body: body.toString() } as const
    expect(await send(sent), 303)
  }
}

export function answering(row: 'answer' | 'full answer', supply: Supply): Visit {
  const name = row === 'answer' ? 'answer' : 'full'
  const requests = row === 'answer' ? 2 : 10
  let given: number[] = []
  return {
    async app(send) {
      const n = supply.next++
      const token = supply.tokens[n]
      if (token === undefined) return false
      given = [followUpToAnswer(n)]
      await answerQuestionOne(send, token)
      if (row === 'full answer') await answerTheRest(send, token)
      return undefined
    },
    async bare(send) {
      const n = supply.next++
      if (n >= supply.count) return false
      for (let step = 0; step < requests; step++) {
        const isPost = step % 2 === 1
        const path = `/bare/${name}/${step}/${followUpToAnswer(n)}`
        const reply = await send(isPost ? { method: 'POST', path, headers: form, body: 'practice=once' } : { path })
        expect(reply, isPost ? 303 : 200)
      }
      return undefined
    },
    given: () => given,
    recorded: 1,
  }
}
