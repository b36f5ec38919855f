/** The log says what happened by pattern and number, and never what anybody wrote, is called or holds (trust.md S38). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { faultWords } from '#server/faults.ts'
import { type FullWorld, fullWorld } from './full-world.ts'

let w: FullWorld
beforeAll(async () => {
  w = await fullWorld()
  w.world.asset = async () => new Response('<!doctype html>')
})
afterAll(() => w?.close())

/** The lines that one request left. */
async function linesOf(method: string, path: string, init: RequestInit = {}) {
  const before = w.logs.length
  const answer = await w.app.request(`${w.config.origin}${path}`, {
    method,
    ...init,
    headers: { origin: w.config.origin, ...(init.headers as Record<string, string>) },
  })
  return { status: answer.status, lines: w.logs.slice(before) }
}

describe('the log', () => {
  it('has one line a request: its id, method, pattern, status and time, and no more', async () => {
    const { lines } = await linesOf('GET', `/api/events/${w.full.future.event}?x=CANARY`)
    expect(lines).toEqual([
      {
        requestId: expect.stringMatching(/^[\w-]{12}$/),
        method: 'GET',
        route: '/api/events/:id',
        status: 200,
        ms: expect.any(Number),
      },
    ])
  })

  it.each<[string, string, string, number, RequestInit?]>([
    ['GET', '/api/me', '/api/me', 200],
    ['HEAD', '/api/me', '/api/me', 200],
    ['GET', '/api/events/CANARY', '/api/events/:id', 404],
    ['GET', '/api/bookings/77', '/api/bookings/:id', 401],
    ['POST', '/api/bookings/77/cancellation', '/api/bookings/:id/cancellation', 401],
    ['POST', '/api/bookings', '/api/bookings', 403, { headers: { origin: 'https://evil.example' } }],
    [
      'POST',
      '/api/bookings',
      '/api/bookings',
      413,
      { body: 'x'.repeat(70_000), headers: { 'content-type': 'application/json' } },
    ],
    ['GET', '/api/CANARY?token=CANARY', '/api/*', 404],
    ['GET', '/answer/CANARY', '/answer/:token', 404],
    ['GET', '/answer/CANARY/now', '/answer/:token/:step', 404],
    ['POST', '/opt-out/CANARY/one-click', '/opt-out/:token/one-click', 404],
    ['GET', '/certificates/CANARY', '/certificates/:token', 404],
    ['GET', '/check/CANARY', '/check/:code', 404],
    ['GET', '/check?code=CANARY', '/check', 422],
    ['GET', '/day/7/CANARY', '/day/:eventId/:code', 404],
    ['GET', '/enrol/CANARY', '/*', 200],
    ['GET', '/', '/*', 200],
  ])('writes %s %s as %s', async (method, path, route, status, init) => {
    const found = await linesOf(method, path, init)
    expect(found.lines).toEqual([expect.objectContaining({ method, route, status })])
    expect(found.status).toBe(status)
  })

  it('holds no token, cookie, code, address, name or word that anyone sent or that the pages showed', async () => {
    const { answer, optOut, enrolment, past, today, future } = w.full
    const bea = await w.as(w.stage.bea)
    const secrets = [...Object.values(answer), optOut, enrolment, past.certificate, past.certificateCode, today.code]
    for (const path of [
      ...Object.values(answer).flatMap((token) => [`/answer/${token}`, `/answer/${token}/once`]),
      `/opt-out/${optOut}`,
      `/api/enrolments/${enrolment}`,
      `/certificates/${past.certificate}`,
      `/check/${past.certificateCode}`,
      `/day/${today.event}/${today.code}`,
      `/api/bookings/${future.booking}?x=CANARY`,
    ])
      await bea.get(path)
    await bea.form(`/answer/${answer.open}`, { practice: 'CANARY', nonce: 'CANARY' })
    await w.visitor.post('/api/sign-in/codes', { email: 'canary@somewhere.test' })
    await w.visitor.post('/api/sign-in', { code: '271828' }, { cookie: 'code=CANARY' })
    while (await w.chores());
    const log = JSON.stringify(w.logs)
    for (const secret of [...secrets, bea.cookie.split('=')[1]!]) expect(log).not.toContain(secret)
    expect(log).not.toMatch(/canary|271828|Fern|council\.test|toolkit|More about adults/i)
  })

  it('of a fault in the database names the statement, never what was being written', async () => {
    await w.client.execute(
      "create trigger fault before insert on people begin select raise(abort, 'a fault of the disk'); end",
    )
    const newcomer = await w.asNew('canary@somewhere.test')
    const before = w.logs.length
    const answer = await newcomer.post('/api/bookings', {
      eventId: w.full.future.event,
      termsAccepted: true,
      you: {
        name: 'Canary Lee',
        agencyId: w.stage.agencies.council,
        roleGroup: 'nursing',
        workforce: 'both',
        phone: '01632 960 777',
      },
    })
    await w.client.execute('drop trigger fault')
    expect(answer.status).toBe(500)
    expect(answer.json).toEqual({
      type: 'about:blank',
      title: 'Something went wrong. Nothing was written.',
      status: 500,
      code: 'fault',
      reference: expect.any(String),
    })
    const lines = w.logs.slice(before)
    const fault = lines.find(({ level }) => level === 'error')!
    expect(fault.requestId, 'found by the reference that the person was given').toBe(answer.json.reference)
    expect(fault.error).toMatch(/^Failed query: insert into "people"/)
    expect(fault.error).toMatch(/a fault of the disk/)
    expect(fault.error, 'and where').toMatch(/\n {4}at /)
    expect(JSON.stringify(lines)).not.toMatch(/canary|01632 960 777/i)
  })

  it('tells the causes of a fault, in order, however deep and whatever was thrown', () => {
    expect(faultWords('words')).toBe('words')
    const deep = new Error('outer', { cause: new Error('inner', { cause: 'words' }) })
    expect(faultWords(deep)).toMatch(/^Error: outer[\s\S]*\ncaused by Error: inner[\s\S]*\ncaused by words$/)
    const round = new Error('round')
    round.cause = round
    expect(faultWords(round).match(/round/g)?.length).toBeLessThan(50)
  })
})
