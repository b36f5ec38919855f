import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { agencies, optOuts, people, roles } from '#db/schema.ts'
import { type CountLine, FEWEST_ASKED, linesOf } from '#server/surveys/agency-counts.ts'
import { makeWorld, start, type TestWorld } from '#test/world.ts'
import { answerPath, at, attend, handOver, nonceIn, optOutPath, press, runAsking } from './facts.ts'

let w: TestWorld
let schools: number

beforeEach(async () => {
  w = await makeWorld()
  const [education] = await w.store.read.select().from(agencies).where(eq(agencies.name, 'Education'))
  schools = education!.id
})
afterEach(() => w.close())

const asked = '2026-12-15'

async function school(name: string): Promise<number> {
  const [row] = await w.store.write((db) =>
    db.insert(agencies).values({ name, sectorId: w.stage.sectors.education, parentId: schools }).returning(),
  )
  return row!.id
}

async function lead(name: string, ...agencyIds: number[]) {
  const id = await w.stage.person(name, { agencyId: agencyIds[0]! })
  for (const agencyId of agencyIds)
    await w.store.write((db) =>
      db.insert(roles).values({ personId: id, role: 'agency-lead', agencyId, givenAt: start }),
    )
  return w.as(id, 'agency-lead')
}

/** So many people of each agency came on one day and were asked; of each, so many answered. */
async function cameAndAsked(...groups: { agencyId: number; asked: number; answered: number }[]): Promise<number[]> {
  w.setClock(start)
  const event = await w.stage.event({ on: ['2026-09-15'], capacity: 100 })
  const answering: number[] = []
  const all: number[] = []
  for (const { agencyId, asked, answered } of groups)
    for (let n = 0; n < asked; n++) {
      const bookingId = await attend(w, event, await w.stage.person(`Someone ${agencyId} ${n}`, { agencyId }))
      all.push(bookingId)
      if (n < answered) answering.push(bookingId)
    }
  at(w, asked)
  await runAsking(w)
  await handOver(w)
  at(w, asked, '11:00')
  for (const bookingId of answering) await press(w, await answerPath(w, bookingId), 'once')
  return all
}

describe('who has answered, by agency', () => {
  it('is counted from five asked, for the agency of one’s own, and says nothing of who', async () => {
    await cameAndAsked(
      { agencyId: w.stage.agencies.school, asked: 6, answered: 4 },
      { agencyId: w.stage.agencies.council, asked: 7, answered: 1 },
    )
    const lena = await w.as(w.stage.lena, 'agency-lead')
    const { status, json, text } = await lena.get('/api/agency-counts')
    expect(status).toBe(200)
    expect(json).toMatchObject({
      programme: '2026-27',
      agencies: [
        {
          name: 'Northfield Primary School',
          lines: [{ kind: 'own', agency: 'Northfield Primary School', asked: 6, answered: 4 }],
        },
      ],
    })
    for (const canary of ['Someone', 'council.test', 'Council']) expect(text).not.toContain(canary)
  })

  it('says only that there are fewer than five of four', async () => {
    await cameAndAsked({ agencyId: w.stage.agencies.school, asked: 4, answered: 2 })
    const lena = await w.as(w.stage.lena, 'agency-lead')
    expect((await lena.get('/api/agency-counts')).json.agencies[0].lines).toEqual([
      { kind: 'own', agency: 'Northfield Primary School', agencies: null, asked: null, answered: null },
    ])
  })

  it('goes by the agency of the day on which they booked, not by the one they moved to', async () => {
    await cameAndAsked({ agencyId: w.stage.agencies.school, asked: 5, answered: 1 })
    await w.store.write((db) =>
      db.update(people).set({ agencyId: w.stage.agencies.trust }).where(eq(people.agencyId, w.stage.agencies.school)),
    )
    const lena = await w.as(w.stage.lena, 'agency-lead')
    expect((await lena.get('/api/agency-counts')).json.agencies[0].lines[0]).toMatchObject({ asked: 5, answered: 1 })
  })

  it('does not show how many answered while it is nobody or everybody, for that would say it of each', async () => {
    await cameAndAsked({ agencyId: w.stage.agencies.school, asked: 5, answered: 0 })
    const lena = await w.as(w.stage.lena, 'agency-lead')
    expect((await lena.get('/api/agency-counts')).json.agencies[0].lines[0]).toMatchObject({ asked: 5, answered: null })
  })

  it('keeps someone who asked us to stop among the asked, and lets nothing follow for them', async () => {
    const [first, second] = await cameAndAsked({ agencyId: w.stage.agencies.school, asked: 5, answered: 0 })
    await press(w, await answerPath(w, first!), 'not-yet')
    const path = await optOutPath(w, second!)
    const page = await w.visitor.get(path)
    expect((await w.visitor.form(path, { scope: 'all', nonce: nonceIn(page.text) })).status).toBeLessThan(400)
    expect(await w.store.read.select().from(optOuts)).toHaveLength(1)
    const lena = await w.as(w.stage.lena, 'agency-lead')
    expect((await lena.get('/api/agency-counts')).json.agencies[0].lines[0]).toMatchObject({ asked: 5, answered: 1 })
  })

  it('shows a network lead each school from five and the small ones together', async () => {
    const [a, b, c] = [await school('Ash Primary'), await school('Birch Primary'), await school('Cedar Primary')]
    await school('Dale Primary')
    await cameAndAsked(
      { agencyId: w.stage.agencies.school, asked: 6, answered: 3 },
      { agencyId: a, asked: 2, answered: 1 },
      { agencyId: b, asked: 2, answered: 2 },
      { agencyId: c, asked: 3, answered: 0 },
    )
    const network = await lead('Nell Hope', schools)
    const { json, text } = await network.get('/api/agency-counts')
    expect(json.agencies).toHaveLength(1)
    expect(json.agencies[0].lines).toEqual([
      { kind: 'child', agency: 'Northfield Primary School', agencies: null, asked: 6, answered: 3 },
      { kind: 'together', agency: null, agencies: 4, asked: 7, answered: 3 },
    ])
    for (const canary of ['Ash', 'Birch', 'Cedar']) expect(text).not.toContain(canary)
  })

  it('shows whoever leads a network and one of its schools that school under the network alone', async () => {
    const a = await school('Ash Primary')
    await cameAndAsked(
      { agencyId: w.stage.agencies.school, asked: 6, answered: 3 },
      { agencyId: a, asked: 3, answered: 1 },
    )
    const both = await lead('Nell Hope', schools, a)
    const { json } = await both.get('/api/agency-counts')
    expect(json.agencies.map(({ name }: { name: string }) => name)).toEqual(['Education'])
    expect(json.agencies[0].lines.at(-1)).toMatchObject({ kind: 'together', agencies: 1, asked: null, answered: null })
  })

  it('is of one year, and of no year there is none', async () => {
    await cameAndAsked({ agencyId: w.stage.agencies.school, asked: 5, answered: 2 })
    const lena = await w.as(w.stage.lena, 'agency-lead')
    expect((await lena.get('/api/agency-counts?programme=2025-26')).json.agencies[0].lines[0].asked).toBeNull()
    expect((await lena.get('/api/agency-counts?programme=2031-32')).status).toBe(404)
  })

  it('is for agency leads alone, also not for coordinators under their role, nor for a delegate of the agency', async () => {
    for (const [person, role] of [
      [w.stage.olu, 'delegate'],
      [w.stage.ada, 'coordinator'],
      [w.stage.sue, 'sub-group'],
      [w.stage.tess, 'trainer'],
    ] as const)
      expect((await (await w.as(person, role)).get('/api/agency-counts')).status).toBe(403)
    expect((await w.visitor.get('/api/agency-counts')).status).toBe(401)
  })
})

/**
 * An attacker who knows the rule and sees every line: tries each way in which the schools counted together could have been asked and have
 * answered, and keeps those that the page would have looked the same for.
 */
function possible(lines: CountLine[], schools: number) {
  const seen = lines.find(({ kind }) => kind === 'together')
  const found = Array.from({ length: schools }, () => ({ asked: new Set<number>(), answered: new Set<number>() }))
  const pairs = Array.from({ length: FEWEST_ASKED }, (_, asked) =>
    Array.from({ length: asked + 1 }, (_, answered) => ({ asked, answered })),
  ).flat()
  const way: { asked: number; answered: number }[] = []
  const walk = () => {
    if (way.length === schools) {
      const line = linesOf(
        { name: 'Network', asked: 0, answered: 0 },
        way.map((one, n) => ({ name: `${n}`, ...one })),
      ).find(({ kind }) => kind === 'together')
      if (JSON.stringify(line) === JSON.stringify(seen))
        for (const [n, { asked, answered }] of way.entries()) {
          found[n]!.asked.add(asked)
          found[n]!.answered.add(answered)
        }
      return
    }
    for (const pair of pairs) {
      way.push(pair)
      walk()
      way.pop()
    }
  }
  walk()
  return found
}

const counts = (most: number) =>
  fc
    .integer({ min: 0, max: most })
    .chain((asked) => fc.record({ asked: fc.constant(asked), answered: fc.integer({ min: 0, max: asked }) }))

describe('what may be shown of a network', () => {
  it('lets nobody who knows the rule derive how many of a small school were asked or answered, whatever the counts', () => {
    const found = new Map<string, ReturnType<typeof possible>>()
    let shown = 0
    fc.assert(
      fc.property(
        fc.array(counts(4), { minLength: 1, maxLength: 4 }),
        fc.array(counts(30), { maxLength: 4 }),
        (small, any) => {
          const large = any.filter(({ asked }) => asked >= FEWEST_ASKED)
          const all = [...small, ...large].map((one, n) => ({ name: `School ${n}`, ...one }))
          const lines = linesOf({ name: 'Network', asked: 0, answered: 0 }, all)
          expect(lines.filter(({ kind }) => kind === 'child')).toHaveLength(large.length)
          for (const line of lines)
            if (line.kind !== 'together') expect(line.asked).toBeGreaterThanOrEqual(FEWEST_ASKED)
          const together = lines.find(({ kind }) => kind === 'together')
          expect(together).toBeDefined()
          if (together?.asked != null) shown++
          const key = JSON.stringify([together, small.length])
          const ways = found.get(key) ?? possible(lines, small.length)
          found.set(key, ways)
          for (const [n, { asked }] of small.entries())
            if (asked > 0) {
              expect(ways[n]!.asked.size, `asked, from ${key}`).toBeGreaterThan(1)
              expect(ways[n]!.answered.size, `answered, from ${key}`).toBeGreaterThan(1)
            }
        },
      ),
      { numRuns: 3000, seed: 20261121 },
    )
    expect(shown, 'groups that were shown, or this proves nothing').toBeGreaterThan(300)
  }, 60_000)

  it('says no total, so that there is nothing to take the shown lines from', () => {
    const lines = linesOf({ name: 'Network', asked: 9, answered: 4 }, [
      { name: 'Large', asked: 12, answered: 7 },
      { name: 'Small', asked: 3, answered: 3 },
    ])
    expect(lines).toEqual([
      { kind: 'own', agency: 'Network', agencies: null, asked: 9, answered: 4 },
      { kind: 'child', agency: 'Large', agencies: null, asked: 12, answered: 7 },
      { kind: 'together', agency: null, agencies: 1, asked: null, answered: null },
    ])
  })
})
