import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { history } from '#db/history.ts'
import { people, roles, signIns } from '#db/people.ts'
import { transact } from '#server/context.ts'
import { sha256 } from '#server/keys.ts'
import { forgetSpentSignIns } from '#server/people/clearing.ts'
import { carrySignInsForward } from '#server/people/sign-in.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { Browser } from './browser.ts'

const bea = 'bea.fern@council.test'
const ada = 'ada.lane@council.test'
const rows = (world: TestWorld) => world.store.read.select().from(signIns)

describe('the cookie of a sign-in', () => {
  it('is __Host-, Secure, HttpOnly, SameSite=Lax and for the whole site in live mode', async () => {
    const world = await makeWorld({ mode: 'live' })
    const browser = new Browser(world)
    await browser.signIn(bea)
    const line = browser.sent.find((one) => one.startsWith('__Host-sid='))!
    const attributes = line.split('; ').slice(1).sort()
    expect(attributes).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure'])
    for (const one of browser.sent) expect(one).toMatch(/^__Host-(sid|code|device)=.*; HttpOnly; Secure; SameSite=Lax$/)
    await world.close()
  })

  it('is plain sid in the example on http, which browsers keep on an address of the local network', async () => {
    const world = await makeWorld()
    const browser = new Browser(world)
    await browser.signIn(bea)
    const line = browser.sent.find((one) => one.startsWith('sid='))!
    expect(line.split('; ').slice(1).sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax'])
    await world.close()
  })

  it('carries 256 bits, differs at every sign-in, and is stored only as a hash', async () => {
    const world = await makeWorld()
    const browser = new Browser(world)
    await browser.signIn(bea)
    const first = browser.sid!
    await browser.signIn(bea)
    const second = browser.sid!
    expect(first).not.toBe(second)
    expect(first).toMatch(/^[\w-]{43}$/)
    const stored = await rows(world)
    expect(stored.map(({ tokenHash }) => tokenHash)).toEqual([await sha256(first), await sha256(second)])
    expect(stored.map(({ endedAt }) => endedAt === null)).toEqual([false, true])
    browser.jar.set('sid', first)
    expect((await browser.me()).signedIn).toBe(false)
    await world.close()
  })
})

describe('how long a sign-in lasts', () => {
  const stays = async (world: TestWorld, email: string, waits: string[]) => {
    const browser = new Browser(world)
    await browser.signIn(email)
    const signedIn: boolean[] = []
    for (const wait of waits) {
      world.later(wait)
      signedIn.push((await browser.me()).signedIn)
    }
    return signedIn
  }

  it('staff: half an hour without a request', async () => {
    const world = await makeWorld()
    expect(await stays(world, ada, ['PT29M', 'PT29M', 'PT31M'])).toEqual([true, true, false])
    await world.close()
  })

  it('staff: eight hours whatever they do', async () => {
    const world = await makeWorld()
    const everyQuarter = Array.from({ length: 32 }, () => 'PT15M')
    expect(await stays(world, ada, everyQuarter)).toEqual([...Array.from({ length: 31 }, () => true), false])
    await world.close()
  })

  it('everyone else: twelve hours', async () => {
    const world = await makeWorld()
    expect(await stays(world, bea, ['PT11H59M', 'PT2M'])).toEqual([true, false])
    await world.close()
  })

  it('staff acting as a delegate keep the limits of staff', async () => {
    const world = await makeWorld()
    const browser = new Browser(world)
    await browser.signIn(ada)
    expect((await browser.ask('PUT', '/api/me/role', { role: 'delegate' })).status).toBe(204)
    world.later('PT31M')
    expect((await browser.me()).signedIn).toBe(false)
    await world.close()
  })

  it('writes when it was seen at most once in five minutes', async () => {
    const world = await makeWorld()
    const browser = new Browser(world)
    await browser.signIn(bea)
    const seen = async () => (await rows(world))[0]!.seenAt - (await rows(world))[0]!.startedAt
    world.later('PT4M')
    await browser.me()
    expect(await seen()).toBe(0)
    world.later('PT2M')
    await browser.me()
    expect(await seen()).toBe(6 * 60_000)
    await world.close()
  })

  it('a note that cannot be written keeps nobody out', async () => {
    const world = await makeWorld()
    const browser = new Browser(world)
    await browser.signIn(bea)
    world.later('PT6M')
    Object.assign(world.world.store, { write: () => Promise.reject(new Error('the disk is full')) })
    expect((await browser.me()).signedIn).toBe(true)
    await world.close()
  })

  it('does not run out where the example’s clock was moved', async () => {
    const world = await makeWorld()
    const browser = new Browser(world)
    await browser.signIn(ada)
    const before = world.now()
    world.later('P3M')
    expect((await browser.me()).signedIn).toBe(false)
    await transact(world.ctx(), (ctx) => carrySignInsForward(ctx, world.now() - before))
    expect((await browser.me()).signedIn).toBe(true)
    world.later('PT31M')
    expect((await browser.me()).signedIn).toBe(false)
    await world.close()
  })
})

describe('signing out', () => {
  it('ends the sign-in on the server and clears what the browser keeps', async () => {
    const world = await makeWorld()
    const browser = new Browser(world)
    await browser.signIn(bea)
    const sid = browser.sid!
    const answer = await browser.ask('DELETE', '/api/sign-in')
    expect(answer.status).toBe(204)
    expect(answer.headers.get('clear-site-data')).toBe('"cache", "storage"')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(browser.sid).toBeUndefined()
    browser.jar.set('sid', sid)
    expect((await browser.me()).signedIn).toBe(false)
    expect((await browser.get('/api/agencies')).status).toBe(401)
    expect((await new Browser(world).ask('DELETE', '/api/sign-in')).status).toBe(204)
    await world.close()
  })

  it('everywhere ends every sign-in of mine and of nobody else', async () => {
    const world = await makeWorld()
    const [laptop, phone, olu] = [new Browser(world), new Browser(world), new Browser(world)]
    await laptop.signIn(bea)
    await phone.signIn(bea)
    await olu.signIn('olu.marsh@council.test')
    expect((await laptop.ask('DELETE', '/api/sign-ins')).status).toBe(204)
    expect((await phone.me()).signedIn).toBe(false)
    expect((await olu.me()).signedIn).toBe(true)
    expect((await new Browser(world).ask('DELETE', '/api/sign-ins')).status).toBe(401)
    await world.close()
  })

  it('is what erasing a person does', async () => {
    const world = await makeWorld()
    const browser = new Browser(world)
    await browser.signIn(bea)
    await world.store.write((db) =>
      db.update(people).set({ erasedAt: world.now() }).where(eq(people.id, world.stage.bea)),
    )
    expect((await browser.me()).signedIn).toBe(false)
    await world.close()
  })
})

describe('who is asking', () => {
  it('says nothing of anybody to a visitor, but whom to ring', async () => {
    const world = await makeWorld()
    const me = await new Browser(world).me()
    expect(me).toEqual({
      signedIn: false,
      person: null,
      email: null,
      roles: [],
      role: null,
      needsSecondFactor: false,
      mode: 'example',
      now: world.now(),
      today: 'Monday 14 September 2026, 9am',
      partnership: {
        name: 'Example Safeguarding Partnership',
        phone: '01632 960 010',
        email: 'training@safeguarding.example',
        team: 'the training team',
      },
    })
    await world.close()
  })

  it('is a delegate without a person where the address is new', async () => {
    const world = await makeWorld()
    const browser = new Browser(world)
    expect((await browser.signIn('new.here@charity.test')).json).toEqual({ person: null, needsSecondFactor: false })
    expect(await browser.me()).toMatchObject({
      signedIn: true,
      person: null,
      email: 'new.here@charity.test',
      role: 'delegate',
      roles: ['delegate'],
    })
    expect((await browser.get('/api/me/details')).status).toBe(404)
    await world.close()
  })

  it('acts first under the role with most to do, and under another it holds when asked', async () => {
    const world = await makeWorld()
    await world.store.write((db) =>
      db
        .insert(roles)
        .values({ personId: world.stage.tess, role: 'agency-lead', agencyId: world.stage.agencies.trust, givenAt: 0 }),
    )
    const tess = new Browser(world)
    await tess.signIn('tess.moor@council.test')
    expect(await tess.me()).toMatchObject({ role: 'trainer', roles: ['trainer', 'agency-lead', 'delegate'] })
    expect((await tess.ask('PUT', '/api/me/role', { role: 'agency-lead' })).status).toBe(204)
    expect((await tess.me()).role).toBe('agency-lead')
    expect((await tess.ask('PUT', '/api/me/role', { role: 'coordinator' })).status).toBe(403)
    expect((await tess.ask('PUT', '/api/me/role', { role: 'queen' })).status).toBe(422)
    expect((await tess.me()).role).toBe('agency-lead')
    await world.close()
  })

  it('tells a person what is kept about them', async () => {
    const world = await makeWorld()
    const olu = new Browser(world)
    await olu.signIn('olu.marsh@council.test')
    expect((await olu.get('/api/me/details')).json).toEqual({
      name: 'Olu Marsh',
      awayUntil: null,
      email: 'olu.marsh@council.test',
      phone: null,
      agency: 'Northfield Primary School',
      sector: 'Education',
      roleGroup: 'social-work',
      workforce: 'children',
      roles: ['delegate'],
      secondFactor: { isEnrolled: false, recoveryCodesLeft: 0 },
    })
    expect((await olu.get('/api/agencies')).json).toContainEqual({
      id: world.stage.agencies.school,
      name: 'Northfield Primary School',
      sector: 'Education',
      parent: 'Education',
    })
    await world.close()
  })
})

it('signing in, failing and signing out each stand once in the history, by id alone', async () => {
  const world = await makeWorld()
  const browser = new Browser(world)
  await browser.signIn(ada)
  await browser.ask('PUT', '/api/me/role', { role: 'delegate' })
  await browser.ask('DELETE', '/api/sign-in')
  const kept = await world.store.read.select().from(history)
  expect(kept.map(({ what, actor, about, details }) => ({ what, actor, about, details }))).toEqual([
    { what: 'sign-in.started', actor: `person:${world.stage.ada}`, about: `person:${world.stage.ada}`, details: null },
    {
      what: 'role.switched',
      actor: `person:${world.stage.ada}`,
      about: `person:${world.stage.ada}`,
      details: 'delegate',
    },
    { what: 'sign-in.ended', actor: `person:${world.stage.ada}`, about: `person:${world.stage.ada}`, details: null },
  ])
  await world.close()
})

it('a week later nothing of a finished sign-in is kept, and one that goes on is', async () => {
  const world = await makeWorld({ mode: 'live' })
  await new Browser(world).signIn(bea)
  world.later('P8D')
  await new Browser(world).signIn(bea)
  expect(await forgetSpentSignIns(world.ctx(), world.world)).toBe(true)
  expect(await forgetSpentSignIns(world.ctx(), world.world)).toBe(false)
  expect(await rows(world)).toHaveLength(1)
  await world.close()
})

it('the example keeps every sign-in, since they say whom a reader signed in as', async () => {
  const world = await makeWorld()
  await new Browser(world).signIn(bea)
  world.later('P1Y')
  await forgetSpentSignIns(world.ctx(), world.world)
  expect(await rows(world)).toHaveLength(1)
  await world.close()
})
