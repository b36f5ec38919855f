import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { history } from '#db/history.ts'
import { messages } from '#db/outbox.ts'
import { signInCodes, signIns, traffic } from '#db/people.ts'
import type { Writing } from '#db/transact.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { Browser, newestCode, otherThan } from './browser.ts'

const bea = 'bea.fern@council.test'
const codes = (world: TestWorld) => world.store.read.select().from(signInCodes)
const mailed = (world: TestWorld) => world.store.read.select().from(messages).where(eq(messages.kind, 'sign-in-code'))

describe('a sign-in code', () => {
  it('signs in the browser that asked for it, once', async () => {
    const world = await makeWorld()
    const browser = new Browser(world)
    expect((await browser.askForCode(bea)).status).toBe(202)
    const code = await newestCode(world)
    const answer = await browser.type(code)
    expect(answer.status).toBe(201)
    expect(answer.json).toEqual({ person: { id: world.stage.bea, name: 'Bea Fern' }, needsSecondFactor: false })
    expect((await browser.me()).person.name).toBe('Bea Fern')
    expect((await browser.type(code)).status).toBe(422)
    await world.close()
  })

  it('is taken as people type it, with spaces and hyphens, and the address in capitals', async () => {
    const world = await makeWorld()
    const browser = new Browser(world)
    await browser.askForCode(' Bea.FERN@council.test ')
    const code = await newestCode(world)
    expect((await browser.type(` ${code.slice(0, 2)} ${code.slice(2, 4)}-${code.slice(4)} `)).status).toBe(201)
    expect((await browser.me()).email).toBe(bea)
    await world.close()
  })

  it('is good for nine minutes and 59 seconds and refused a second after ten minutes', async () => {
    for (const [after, status] of [
      ['PT9M59S', 201],
      ['PT10M1S', 422],
    ] as const) {
      const world = await makeWorld()
      const browser = new Browser(world)
      await browser.askForCode(bea)
      world.later(after)
      expect((await browser.type(await newestCode(world))).status, after).toBe(status)
      await world.close()
    }
  })

  it('is dead after five wrong tries, even for the right code', async () => {
    const world = await makeWorld()
    const browser = new Browser(world)
    await browser.askForCode(bea)
    const code = await newestCode(world)
    for (let n = 1; n <= 5; n++) expect((await browser.type(otherThan(code, n))).json.errors[0].path).toBe('code')
    const sixth = await browser.type(code)
    expect(sixth.status).toBe(422)
    expect(sixth.json.errors[0].message).toMatch(/^Five wrong codes/)
    expect((await browser.me()).signedIn).toBe(false)
    await world.close()
  })

  it('is bound to the browser that asked', async () => {
    const world = await makeWorld()
    const asker = new Browser(world)
    await asker.askForCode(bea)
    const code = await newestCode(world)
    const without = new Browser(world)
    expect((await without.type(code)).status).toBe(422)
    const other = new Browser(world)
    await other.askForCode('olu.marsh@council.test')
    expect((await other.type(code)).status).toBe(422)
    expect((await asker.type(code)).status).toBe(201)
    await world.close()
  })

  it('dies when the same browser asks for a newer one, and lives when another browser asks', async () => {
    const world = await makeWorld()
    const browser = new Browser(world)
    await browser.askForCode(bea)
    const first = await newestCode(world)
    await browser.askForCode(bea)
    const second = await newestCode(world)
    const rows = await codes(world)
    expect(rows.map(({ usedAt }) => usedAt !== null)).toEqual([true, false])
    await new Browser(world).askForCode(bea)
    expect((await browser.type(first)).status).toBe(422)
    expect((await browser.type(second)).status).toBe(201)
    await world.close()
  })

  it('is stored nowhere: neither the digits nor the cookies stand in the database', async () => {
    const world = await makeWorld()
    const browser = new Browser(world)
    await browser.askForCode(bea)
    const code = await newestCode(world)
    const challenge = browser.jar.get('code')!
    await browser.type(code)
    const facts = JSON.stringify([
      await codes(world),
      await world.store.read.select().from(signIns),
      await world.store.read.select().from(messages),
      await world.store.read.select().from(history),
    ])
    for (const secret of [challenge, browser.sid!]) expect(facts).not.toContain(secret)
    expect(facts).not.toContain(`"${code}"`)
    await world.close()
  })
})

describe('asking for a code', () => {
  it('answers alike and does the same work for known and unknown addresses', async () => {
    const world = await makeWorld()
    const statements: string[][] = []
    const write = world.store.write.bind(world.store)
    Object.assign(world.world.store, {
      write: <T>(work: (db: Writing) => Promise<T>) => {
        const calls: string[] = []
        statements.push(calls)
        return write((db) =>
          work(
            new Proxy(db, {
              get(target, name) {
                if (['insert', 'update', 'delete', 'select'].includes(String(name))) calls.push(String(name))
                return Reflect.get(target, name).bind(target)
              },
            }),
          ),
        )
      },
    })
    const answers = []
    const work = []
    for (const email of [bea, 'nobody.at.all@elsewhere.test', 'ada.lane@council.test']) {
      statements.length = 0
      const { status, text, headers } = await new Browser(world).askForCode(email)
      answers.push({ status, text, names: [...headers.keys()].sort() })
      work.push(structuredClone(statements))
    }
    expect(work[0]!.flat().length).toBeGreaterThan(3)
    expect(work[1]).toEqual(work[0])
    expect(work[2]).toEqual(work[0])
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
    expect(await mailed(world)).toHaveLength(3)
    await world.close()
  })

  it('mails five in an hour to one address; the sixth gets the same answer and a code nobody can use', async () => {
    const world = await makeWorld()
    const answers = []
    for (let n = 0; n < 5; n++) answers.push(await new Browser(world).askForCode(bea))
    const sixth = new Browser(world)
    answers.push(await sixth.askForCode(bea))
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(await mailed(world)).toHaveLength(5)
    expect((await sixth.type(await newestCode(world))).status).toBe(422)
    expect((await new Browser(world).askForCode('olu.marsh@council.test')).status).toBe(202)
    expect(await mailed(world)).toHaveLength(6)
    world.later('PT1H1S')
    await sixth.askForCode(bea)
    expect(await mailed(world)).toHaveLength(7)
    await world.close()
  })

  it('is refused with a time to wait after thirty for one address in an hour', async () => {
    const world = await makeWorld()
    for (let n = 0; n < 30; n++) expect((await new Browser(world).askForCode(bea)).status).toBe(202)
    const answer = await new Browser(world).askForCode(bea)
    expect(answer.status).toBe(429)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    await world.close()
  })

  it('refuses what is no address, and fields it does not know', async () => {
    const world = await makeWorld()
    for (const body of [{}, { email: 'bea' }, { email: 7 }, { email: bea, role: 'administrator' }])
      expect((await new Browser(world).post('/api/sign-in/codes', body)).status).toBe(422)
    await world.close()
  })
})

describe('guessing', () => {
  it('counts sixty wrong guesses at once as exactly five', async () => {
    const world = await makeWorld()
    const browser = new Browser(world)
    await browser.askForCode(bea)
    const code = await newestCode(world)
    const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => browser.type(otherThan(code, n + 1))))
    expect(answers.every(({ status }) => status === 422)).toBe(true)
    expect((await codes(world))[0]!.attempts).toBe(5)
    const failures = await world.store.read.select().from(history).where(eq(history.what, 'sign-in.failed'))
    expect(failures).toHaveLength(5)
    await world.close()
  })

  it('makes exactly one sign-in of forty right codes at once', async () => {
    const world = await makeWorld()
    const browser = new Browser(world)
    await browser.askForCode(bea)
    const code = await newestCode(world)
    const answers = await Promise.all(Array.from({ length: 40 }, () => browser.type(code)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(await world.store.read.select().from(signIns)).toHaveLength(1)
    await world.close()
  })

  it('in a stranger’s browser does not keep the owner out', async () => {
    const world = await makeWorld()
    const owner = new Browser(world)
    await owner.askForCode(bea)
    const code = await newestCode(world)
    const stranger = new Browser(world)
    await stranger.askForCode(bea)
    for (let n = 0; n < 8; n++) await stranger.type(otherThan(await newestCode(world), n + 1))
    expect((await owner.type(code)).status).toBe(201)
    await world.close()
  })

  it('ends for the day after twenty wrong codes, but not where the owner has signed in before', async () => {
    const world = await makeWorld()
    const owner = new Browser(world)
    await owner.signIn(bea)
    await owner.ask('DELETE', '/api/sign-in')
    world.later('PT1H1S')
    for (let asked = 0; asked < 4; asked++) {
      const stranger = new Browser(world)
      await stranger.askForCode(bea)
      const code = await newestCode(world)
      for (let n = 1; n <= 5; n++) expect((await stranger.type(otherThan(code, n))).status).toBe(422)
    }
    world.later('PT1H1S')
    const fresh = new Browser(world)
    await fresh.askForCode(bea)
    const right = await newestCode(world)
    const [refused, alsoRefused] = [await fresh.type(right), await fresh.type(otherThan(right))]
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3600)
    expect(alsoRefused.text).toBe(refused.text)
    expect((await owner.signIn(bea)).status).toBe(201)
    // Known for one address is unknown for another, and a made-up cookie is unknown for all.
    const forger = new Browser(world)
    forger.jar.set('device', `${owner.jar.get('device')!.split('.')[0]}.${'A'.repeat(22)}`)
    await forger.askForCode(bea)
    expect((await forger.type(await newestCode(world))).status).toBe(429)
    world.later('P1D')
    expect((await new Browser(world).signIn(bea)).status).toBe(201)
    await world.close()
  })

  it('gets a hundred tries in an hour from one client, wherever it claims to be', async () => {
    const world = await makeWorld({ env: { TRUST_PROXY: '1' } })
    let refused = 0
    for (let person = 0; person < 21; person++) {
      const browser = new Browser(world, `203.0.113.${person}, 198.51.100.7`)
      await browser.askForCode(`person${person}@council.test`)
      const code = await newestCode(world)
      for (let n = 1; n <= 5; n++) if ((await browser.type(otherThan(code, n))).status === 429) refused++
    }
    expect(refused).toBe(5)
    const keys = JSON.stringify(await world.store.read.select().from(traffic))
    expect(keys).not.toContain('198.51.100.7')
    expect(keys).not.toContain('@')
    await world.close()
  })

  it('is not what two hundred people behind one address are doing', async () => {
    const world = await makeWorld({ env: { TRUST_PROXY: '1' } })
    for (let n = 0; n < 200; n++) {
      const browser = new Browser(world, '198.51.100.7')
      const asked = await browser.askForCode(`delegate${n}@trust.test`)
      const code = await newestCode(world)
      const mistyped = n % 5 === 0 ? await browser.type(otherThan(code)) : undefined
      const right = await browser.type(code)
      expect([asked.status, mistyped?.status, right.status]).toEqual([202, n % 5 === 0 ? 422 : undefined, 201])
      world.setClock(world.now() + 3_000)
    }
    await world.close()
  })
})
