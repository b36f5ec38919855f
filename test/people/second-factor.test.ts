import { eq } from 'drizzle-orm'
import { Hono } from 'hono'
import { Secret, TOTP } from 'otpauth'
import { describe, expect, it } from 'vitest'
import { history } from '#db/history.ts'
import { messages } from '#db/outbox.ts'
import { agencies, enrolments, people, recoveryCodes, roles, secondFactors, sectors } from '#db/people.ts'
import type { Env } from '#server/context.ts'
import { contextFor } from '#server/middleware.ts'
import { invite } from '#server/people/enrolment.ts'
import { toProblem } from '#server/problem.ts'
import { allow } from '#server/routing.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { Browser } from './browser.ts'

const mo = 'mo.reid@council.test'
const app = (world: TestWorld, secret: string) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: world.now() })

async function invitation(world: TestWorld, role = 'administrator', email = mo): Promise<string> {
  const result = await invite(world.ctx({ kind: 'operator' }), role, email)
  if ('fault' in result) throw new Error(result.fault)
  return result.address.split('/').at(-1)!
}

/** Follows an invitation to its end: the browser is signed in with the second factor given. */
async function enrolled(world: TestWorld, { role = 'administrator', email = mo, body = {} as object } = {}) {
  const token = await invitation(world, role, email)
  const browser = new Browser(world)
  await browser.signIn(email)
  const acceptance = await browser.post(`/api/enrolments/${token}/acceptance`, body)
  expect(acceptance.status, acceptance.text).toBe(201)
  const { json: setup } = await browser.post('/api/second-factor/enrolment', { token })
  const confirmation = await browser.post('/api/second-factor/enrolment/confirmation', {
    token,
    setup: setup.setup,
    code: app(world, setup.secret),
  })
  expect(confirmation.status, confirmation.text).toBe(201)
  return {
    browser,
    token,
    secret: setup.secret as string,
    setup,
    recovery: confirmation.json.recoveryCodes as string[],
  }
}

const liveWorld = () => makeWorld({ mode: 'live' })

describe('staff in live mode', () => {
  it('act as delegates after an e-mail code, and no staff route opens, until the second factor is given', async () => {
    const world = await liveWorld()
    const { secret } = await enrolled(world)
    world.later('PT1M')
    const browser = new Browser(world)
    const answer = await browser.signIn(mo)
    expect(answer.json.needsSecondFactor).toBe(true)
    expect(await browser.me()).toMatchObject({ role: 'delegate', roles: ['delegate'], needsSecondFactor: true })
    expect((await browser.ask('PUT', '/api/me/role', { role: 'administrator' })).json.code).toBe('second-factor-needed')
    const sid = browser.sid!
    expect((await browser.post('/api/second-factor', { code: app(world, secret) })).status).toBe(204)
    expect(browser.sid).not.toBe(sid)
    expect(await browser.me()).toMatchObject({ role: 'administrator', needsSecondFactor: false })
    browser.jar.set('__Host-sid', sid)
    expect((await browser.me()).signedIn).toBe(false)
    await world.close()
  })

  it('are refused by every route of staff before it, whatever the role', async () => {
    const world = await liveWorld()
    const cast = [
      ['ada.lane@council.test', 'coordinator'],
      [mo, 'administrator'],
      ['sue.hale@council.test', 'sub-group'],
    ] as const
    for (const [email, role] of cast) {
      const browser = new Browser(world)
      await browser.signIn(email)
      expect(await browser.me()).toMatchObject({ role: 'delegate', roles: ['delegate'], needsSecondFactor: true })
      const cookie = `__Host-sid=${browser.sid}`
      const probe = await allowed(world, cookie, role)
      expect(probe, role).toBe(403)
      const after = await world.as(
        { coordinator: world.stage.ada, administrator: world.stage.mo, 'sub-group': world.stage.sue }[role],
        role,
      )
      expect(await allowed(world, after.cookie, role), role).toBe(204)
    }
    await world.close()
  })

  it('need none in the example', async () => {
    const world = await makeWorld()
    const browser = new Browser(world)
    await browser.signIn(mo)
    expect(await browser.me()).toMatchObject({ role: 'administrator', needsSecondFactor: false })
    await world.close()
  })
})

/** What a route that only this role may use answers to the holder of a cookie. */
async function allowed(world: TestWorld, cookie: string, role: 'coordinator' | 'administrator' | 'sub-group') {
  const probe = new Hono<Env>()
    .use(contextFor(world.world))
    .get('/api/probe', allow(role), (c) => c.body(null, 204))
    .onError((error, c) => c.body(null, toProblem(error, '').status))
  return (await probe.request('/api/probe', { headers: { cookie } })).status
}

describe('the code of the app', () => {
  it('is good once', async () => {
    const world = await liveWorld()
    const { secret } = await enrolled(world)
    world.later('PT1M')
    const code = app(world, secret)
    const [first, second] = [new Browser(world), new Browser(world)]
    await first.signIn(mo)
    await second.signIn(mo)
    expect((await first.post('/api/second-factor', { code })).status).toBe(204)
    const replay = await second.post('/api/second-factor', { code })
    expect(replay.status).toBe(422)
    expect(replay.json.errors[0].message).toMatch(/has been used/)
    world.later('PT30S')
    expect((await second.post('/api/second-factor', { code: app(world, secret) })).status).toBe(204)
    await world.close()
  })

  it('opens one of twenty tries at once', async () => {
    const world = await liveWorld()
    const { secret } = await enrolled(world)
    world.later('PT1M')
    const browsers = await Promise.all(Array.from({ length: 4 }, () => new Browser(world)))
    for (const browser of browsers) await browser.signIn(mo)
    const code = app(world, secret)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => browsers[n % 4]!.post('/api/second-factor', { code })),
    )
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
    await world.close()
  })

  it('may be of the step before or after, and of no other', async () => {
    const world = await liveWorld()
    const { secret } = await enrolled(world)
    world.later('PT10M')
    const at = (seconds: number) =>
      new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: world.now() + seconds * 1000 })
    const browser = new Browser(world)
    await browser.signIn(mo)
    for (const [seconds, status] of [
      [-60, 422],
      [60, 422],
      [-30, 204],
      [30, 204],
    ] as const)
      expect((await browser.post('/api/second-factor', { code: at(seconds) })).status, String(seconds)).toBe(status)
    await world.close()
  })

  it('locks for a quarter of an hour after five wrong ones, also for the right one', async () => {
    const world = await liveWorld()
    const { secret, recovery } = await enrolled(world)
    world.later('PT1M')
    const browser = new Browser(world)
    await browser.signIn(mo)
    const wrong = app(world, 'JBSWY3DPEHPK3PXP')
    const statuses = []
    for (let n = 0; n < 5; n++) statuses.push((await browser.post('/api/second-factor', { code: wrong })).status)
    expect(statuses).toEqual([422, 422, 422, 422, 429])
    const locked = await browser.post('/api/second-factor', { code: app(world, secret) })
    expect(locked.status).toBe(429)
    expect(locked.headers.get('retry-after')).toBe('900')
    expect((await browser.post('/api/second-factor/recovery', { recoveryCode: recovery[0] })).status).toBe(429)
    world.later('PT15M')
    expect((await browser.post('/api/second-factor', { code: app(world, secret) })).status).toBe(204)
    const what = (await world.store.read.select().from(history)).map((row) => row.what)
    expect(what.filter((one) => one === 'second-factor.failed')).toHaveLength(4)
    expect(what.filter((one) => one === 'second-factor.locked')).toHaveLength(1)
    await world.close()
  })

  it('counts sixty wrong ones at once as five', async () => {
    const world = await liveWorld()
    await enrolled(world)
    world.later('PT1M')
    const browser = new Browser(world)
    await browser.signIn(mo)
    const wrong = app(world, 'JBSWY3DPEHPK3PXP')
    await Promise.all(Array.from({ length: 60 }, () => browser.post('/api/second-factor', { code: wrong })))
    const what = (await world.store.read.select().from(history)).map((row) => row.what)
    expect(what.filter((one) => /second-factor\.(failed|locked)/.test(one))).toHaveLength(5)
    await world.close()
  })

  it('comes from a secret that is stored sealed', async () => {
    const world = await liveWorld()
    const { secret, recovery } = await enrolled(world)
    const facts = JSON.stringify([
      await world.store.read.select().from(secondFactors),
      await world.store.read.select().from(recoveryCodes),
    ])
    expect(facts).not.toContain(secret)
    for (const code of recovery) expect(facts).not.toContain(code.replaceAll('-', ''))
    await world.close()
  })

  it('still works after the installation’s secret was replaced, while the old one is kept beside it', async () => {
    const world = await liveWorld()
    const { secret } = await enrolled(world)
    world.world.secrets = ['wH7nQ4tYp1Zs8Kc3Vd6Xf9Bg2Lj5Rm0TuEaO', ...world.world.secrets]
    world.later('PT1M')
    const browser = new Browser(world)
    await browser.signIn(mo)
    expect((await browser.post('/api/second-factor', { code: app(world, secret) })).status).toBe(204)
    world.world.secrets = world.world.secrets.slice(0, 1)
    world.later('PT1M')
    const later = new Browser(world)
    await later.signIn(mo)
    expect((await later.post('/api/second-factor', { code: app(world, secret) })).status).toBe(204)
    await world.close()
  })
})

describe('a recovery code', () => {
  it('stands in for the app once', async () => {
    const world = await liveWorld()
    const { recovery } = await enrolled(world)
    expect(recovery).toHaveLength(10)
    const browser = new Browser(world)
    await browser.signIn(mo)
    const typed = recovery[3]!.toLowerCase().replaceAll('-', ' ')
    const answer = await browser.post('/api/second-factor/recovery', { recoveryCode: typed })
    expect(answer.json).toEqual({ isEnrolled: true, recoveryCodesLeft: 9 })
    expect((await browser.me()).role).toBe('administrator')
    const again = new Browser(world)
    await again.signIn(mo)
    expect((await again.post('/api/second-factor/recovery', { recoveryCode: typed })).status).toBe(422)
    expect((await again.me()).role).toBe('delegate')
    await world.close()
  })
})

describe('an invitation', () => {
  it('is good for an hour', async () => {
    const world = await liveWorld()
    const token = await invitation(world)
    const browser = new Browser(world)
    world.later('PT59M59S')
    expect((await browser.get(`/api/enrolments/${token}`)).json).toEqual({
      role: 'administrator',
      email: mo,
      isAccepted: false,
      needsFirstAgency: false,
    })
    await browser.signIn(mo)
    world.later('PT1S')
    const late = await browser.get(`/api/enrolments/${token}`)
    expect([late.status, late.json.code]).toEqual([409, 'expired'])
    expect((await browser.post(`/api/enrolments/${token}/acceptance`, {})).json.code).toBe('expired')
    expect((await browser.get(`/api/enrolments/${'A'.repeat(22)}`)).status).toBe(404)
    await world.close()
  })

  it('is accepted once, also by ten at once, and used up by setting up the app', async () => {
    const world = await liveWorld()
    const token = await invitation(world, 'coordinator', 'new.deputy@council.test')
    const browser = new Browser(world)
    await browser.signIn('new.deputy@council.test')
    const body = { name: 'Dee Puty', agencyId: world.stage.agencies.council }
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => browser.post(`/api/enrolments/${token}/acceptance`, body)),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)])
    await world.close()

    const another = await liveWorld()
    const { browser: mos, token: used, setup } = await enrolled(another)
    expect((await mos.get(`/api/enrolments/${used}`)).json.code).toBe('used')
    expect((await mos.post('/api/second-factor/enrolment', { token: used })).json.code).toBe('used')
    const confirmation = { token: used, setup: setup.setup, code: app(another, setup.secret) }
    expect((await mos.post('/api/second-factor/enrolment/confirmation', confirmation)).status).toBe(409)
    await another.close()
  })

  it('is only for its own address, signed in by code', async () => {
    const world = await liveWorld()
    const token = await invitation(world)
    const nobody = new Browser(world)
    expect((await nobody.post(`/api/enrolments/${token}/acceptance`, {})).status).toBe(401)
    const bea = new Browser(world)
    await bea.signIn('bea.fern@council.test')
    expect((await bea.post(`/api/enrolments/${token}/acceptance`, {})).json.code).toBe('other-address')
    expect((await bea.post('/api/second-factor/enrolment', { token })).json.code).toBe('other-address')
    expect((await bea.me()).roles).toEqual(['delegate'])
    await world.close()
  })

  it('is needed for the app: a mailbox alone never sets one up', async () => {
    const world = await liveWorld()
    await enrolled(world)
    const thief = new Browser(world)
    await thief.signIn(mo)
    expect((await thief.post('/api/second-factor/enrolment', { token: 'A'.repeat(22) })).status).toBe(404)
    expect((await thief.post('/api/second-factor/enrolment', {})).status).toBe(422)
    const unaccepted = await invitation(world)
    expect((await thief.post('/api/second-factor/enrolment', { token: unaccepted })).json.code).toBe('not-accepted')
    await world.close()
  })

  it('ends when a newer one is made, and every other sign-in ends when the app is set up', async () => {
    const world = await liveWorld()
    const older = await invitation(world)
    const before = new Browser(world)
    await before.signIn(mo)
    await enrolled(world)
    expect((await before.get(`/api/enrolments/${older}`)).json.code).toBe('expired')
    expect((await before.me()).signedIn).toBe(false)
    await world.close()
  })

  it('replaces a lost app, whose codes and recovery codes then open nothing', async () => {
    const world = await liveWorld()
    const lost = await enrolled(world)
    world.later('PT2M')
    const found = await enrolled(world)
    world.later('PT2M')
    const browser = new Browser(world)
    await browser.signIn(mo)
    expect((await browser.post('/api/second-factor', { code: app(world, lost.secret) })).status).toBe(422)
    expect((await browser.post('/api/second-factor/recovery', { recoveryCode: lost.recovery[0] })).status).toBe(422)
    expect((await browser.post('/api/second-factor', { code: app(world, found.secret) })).status).toBe(204)
    await world.close()
  })

  it('left half-way leaves the app as it was', async () => {
    const world = await liveWorld()
    const { secret } = await enrolled(world)
    world.later('PT2M')
    const token = await invitation(world)
    const browser = new Browser(world)
    await browser.signIn(mo)
    await browser.post(`/api/enrolments/${token}/acceptance`, {})
    const { json: setup } = await browser.post('/api/second-factor/enrolment', { token })
    const wrong = { token, setup: setup.setup, code: '000000' }
    expect((await browser.post('/api/second-factor/enrolment/confirmation', wrong)).status).toBe(422)
    expect((await browser.post('/api/second-factor', { code: app(world, secret) })).status).toBe(204)
    await world.close()
  })

  it('shows the app its secret as a picture and in letters, with the partnership’s name', async () => {
    const world = await liveWorld()
    const { setup } = await enrolled(world)
    expect(setup.uri).toMatch(/^otpauth:\/\/totp\/Safeguarding%20Partnership:mo\.reid%40council\.test\?/)
    expect(setup.uri).toContain(`secret=${setup.secret}`)
    expect(setup.qr).toMatch(/^<svg /)
    expect(setup.qr).not.toMatch(/ style=|<script/)
    await world.close()
  })

  it('to a new person makes them, in an agency that is there', async () => {
    const world = await liveWorld()
    const email = 'new.deputy@council.test'
    const token = await invitation(world, 'coordinator', email)
    const browser = new Browser(world)
    await browser.signIn(email)
    const accept = (body: object) => browser.post(`/api/enrolments/${token}/acceptance`, body)
    expect((await accept({})).json.errors[0].path).toBe('name')
    expect((await accept({ name: 'Dee Puty' })).json.errors[0].path).toBe('agencyId')
    expect((await accept({ name: 'Dee Puty', agencyName: 'Another' })).json.errors[0].path).toBe('agencyId')
    expect((await accept({ name: 'Dee Puty', agencyId: world.stage.agencies.council })).status).toBe(201)
    expect(await browser.me()).toMatchObject({
      person: { name: 'Dee Puty' },
      role: 'delegate',
      needsSecondFactor: true,
    })
    const held = await world.store.read
      .select({ role: roles.role })
      .from(roles)
      .innerJoin(people, eq(people.id, roles.personId))
      .where(eq(people.email, email))
    expect(held.map(({ role }) => role).sort()).toEqual(['coordinator', 'delegate'])
    await world.close()
  })

  it('on a fresh installation names the first agency', async () => {
    const world = await liveWorld()
    await world.client.executeMultiple(
      'PRAGMA foreign_keys=OFF; delete from roles; delete from people; delete from agencies; delete from sectors; PRAGMA foreign_keys=ON',
    )
    const email = 'first@council.test'
    const token = await invitation(world, 'administrator', email)
    const browser = new Browser(world)
    expect((await browser.get(`/api/enrolments/${token}`)).json.needsFirstAgency).toBe(true)
    await browser.signIn(email)
    const accept = (body: object) => browser.post(`/api/enrolments/${token}/acceptance`, body)
    expect((await accept({ name: 'Fay First' })).json.errors[0].path).toBe('agencyName')
    expect((await accept({ name: 'Fay First', agencyName: 'Westmere Council' })).status).toBe(201)
    const made = await world.store.read
      .select({ agency: agencies.name, sector: sectors.name })
      .from(agencies)
      .innerJoin(sectors, eq(sectors.id, agencies.sectorId))
    expect(made).toEqual([{ agency: 'Westmere Council', sector: 'Partnership' }])
    await world.close()
  })

  it('is for staff, to an address, and says in words what else was asked', async () => {
    const world = await liveWorld()
    const ask = (role: string, to: string) => invite(world.ctx({ kind: 'operator' }), role, to)
    expect(await ask('delegate', mo)).toEqual({
      fault: '"delegate" is not a role of staff. Choose one of: coordinator, sub-group, administrator',
    })
    expect(await ask('administrator', 'mo')).toHaveProperty('fault')
    expect(await ask('administrator', ' MO@Council.Test ')).toMatchObject({
      email: 'mo@council.test',
      address: expect.stringMatching(/^https:\/\/training\.test\/enrol\/[\w-]{22}$/),
    })
    const [row] = await world.store.read.select().from(enrolments)
    expect(row!.tokenHash).toMatch(/^[0-9a-f]{64}$/)
    expect(await world.store.read.select().from(messages)).toHaveLength(0)
    await world.close()
  })
})
