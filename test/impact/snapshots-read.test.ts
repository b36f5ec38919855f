/**
 * Whatever happened, a page is read from snapshots exactly as from the facts. More histories with HISTORIES=100, the same again with SEED:
 * small partnerships at random that answer, are corrected, merged and erased, with pages and a report read in between.
 */
import { expect, it } from 'vitest'
import { londonInstant } from '#server/calendar.ts'
import { Invalid, Missing, Refused } from '#server/errors.ts'
import type { Address } from '#server/impact/group.ts'
import { issue } from '#server/impact/issuing.ts'
import { impactPage, impactPages, periodPage } from '#server/impact/pages.ts'
import { readingOf } from '#server/impact/report-body.ts'
import { agree, reportBy, startDraft } from '#server/impact/reports.ts'
import { keepSnapshots } from '#server/impact/snapshots.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import {
  answer,
  answerAnew,
  coordinator,
  correct,
  erase,
  type Partnership,
  partnership,
  type Random,
  randomFrom,
} from './attacked-world.ts'

const seed = Number(process.env.SEED ?? 0) || Date.now() % 2 ** 31
const histories = Number(process.env.HISTORIES ?? 0) || 4

/** Every page at every level, by its address; and those that a report would hold. */
async function pages(w: TestWorld, p: Partnership): Promise<Map<string, string>> {
  const ctx = w.ctx(coordinator(w))
  const years = [...new Set(p.events.map(({ programme }) => programme))]
  const addresses = years.flatMap((name): Address[] => [
    { level: 'programme', name },
    ...p.courses.map(({ code }): Address => ({ level: 'course', name, code })),
    ...p.themes.map((id): Address => ({ level: 'theme', name, id })),
    ...p.sectors.map(({ id }): Address => ({ level: 'sector', name, id })),
    ...p.agencies.map(({ id }): Address => ({ level: 'agency', name, id })),
  ])
  const read = new Map<string, string>()
  const add = async (key: unknown, page: () => Promise<unknown>) => {
    const words = await page().catch((error: unknown) => {
      if (error instanceof Missing) return 'missing'
      throw error
    })
    read.set(JSON.stringify(key), JSON.stringify(words))
  }
  for (const address of [...addresses, ...p.events.map(({ id }): Address => ({ level: 'event', id }))])
    await add(address, () => impactPage(ctx, address))
  for (const from of ['2025-04-01', '2025-11-01']) await add(from, () => periodPage(ctx, { from, until: '2026-03-31' }))
  for (const name of years) await add(`report ${name}`, () => impactPages(ctx, { kind: 'programme', name }))
  return read
}

/** What the generator leaves out: people never asked, left, bounced or opted out, courses of every kind, a cancellation. */
async function unevenly({ client }: TestWorld, random: Random, p: Partnership): Promise<void> {
  for (const { id, personId } of p.delegates) {
    if (random.happens(15)) await client.execute(`delete from follow_ups where booking_id = ${id}`)
    if (random.happens(6))
      await client.execute(
        `update follow_ups set closed_at = 1, closed_because = '${random.one(['left', 'rule', 'opted-out', 'bounced'])}' where booking_id = ${id}`,
      )
    if (random.happens(6))
      await client.execute(
        `insert into opt_outs (person_id, scope, booking_id, at) values (${personId}, 'all', ${id}, 0)`,
      )
    if (random.happens(6)) await client.execute(`update people set email = null where id = ${personId}`)
    if (random.happens(4))
      await client.execute(`update responses set doubted_because = 'too-fast' where booking_id = ${id}`)
  }
  for (const { id } of p.courses)
    if (random.happens(40))
      await client.execute(
        `update courses set earns = '${random.one(['one-question', 'yearly', 'none'])}' where id = ${id}`,
      )
  await client.execute("update settings set value = '2025-04-01' where name = 'yearly-asked-from'")
  if (random.happens(30))
    await client.execute(
      `insert into event_cancellations (event_id, at, reason) values (${random.one(p.events).id}, 0, 'Ill')`,
    )
}

/** One of the things that happen to a partnership. */
async function happens(w: TestWorld, random: Random, p: Partnership): Promise<string> {
  const { client } = w
  const d = random.one(p.delegates)
  const other = random.one(p.delegates.filter(({ id, event }) => id !== d.id && event.id !== d.event.id).concat(d))
  const answered = p.delegates.filter(({ answeredAt }) => answeredAt !== null && answeredAt < w.now())
  const silent = p.delegates.filter(({ came, answeredAt }) => came && answeredAt === null)
  switch (random.below(9)) {
    case 0:
      await answer(w, random, p, silent.slice(0, 1))
      return 'an answer'
    case 1:
      if (answered[0]) await answerAnew(w, random, p, random.one(answered))
      return 'another answer'
    case 2:
      await correct(w, d)
      return 'a corrected register'
    case 3:
      await erase(w, d)
      await client.execute(`update bookings set day_code = 'gone' || id where id = ${d.id}`)
      return 'an erasure'
    case 4:
      await client.execute(`update or ignore bookings set person_id = ${other.personId} where id = ${d.id}`)
      return 'a merge'
    case 5:
      await client.execute(
        `update follow_ups set last_asked_on = date(last_asked_on, '+5 days') where event_id = ${d.event.id}`,
      )
      return 'a reminder'
    case 6:
      await client.execute(
        `update people set email = 'again' || id || '@council.test' where id = ${d.personId} and erased_at is null`,
      )
      return 'an address put right'
    case 7:
      await client.execute(`update bookings set state = 'cancelled' where id = ${d.id}`)
      return 'a place given up'
    default:
      return 'nothing but time'
  }
}

/** Issues the report of a year where it may be: from then on what came since is told apart. */
async function report(w: TestWorld, programme: string): Promise<void> {
  const ctx = w.ctx(coordinator(w))
  try {
    const { id } = await startDraft(ctx, { scope: 'programme', programme })
    await agree(ctx, id, {
      on: new Date(w.now()).toISOString().slice(0, 10),
      present: [{ agencyId: w.stage.agencies.council, people: 3 }],
    })
    const { seen } = await readingOf(ctx, await reportBy(w.store.read, id), impactPages)
    await issue(ctx, id, seen, impactPages)
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Invalid)) throw error
  }
}

const counted = async ({ client }: TestWorld, what: string) =>
  Number((await client.execute(`select count(*) as n from ${what}`)).rows[0]!.n)

it(
  `says the same from snapshots as from the facts, over ${histories} histories (seed ${seed})`,
  async () => {
    console.log(`seed ${seed}, ${histories} histories`)
    const sum = { pages: 0, packed: 0, settled: 0 }
    for (let n = 0; n < histories; n++) {
      const random = randomFrom(seed + n)
      const w = await makeWorld({ durable: false })
      w.setClock(londonInstant('2026-02-10', '10:00'))
      const p = await partnership(w, random, {
        seed: seed + n,
        courses: 1 + random.below(3),
        events: 1 + random.below(7),
        people: 20 + random.below(60),
        agencies: 3 + random.below(3),
        answering: 3 + random.below(6),
        reports: 0,
      })
      await unevenly(w, random, p)
      // Reasons that never settle are among them, whatever the seed.
      if (n === 0) await w.client.execute("update courses set earns = 'yearly'")
      const told: string[] = []
      for (let step = 0; step < 7; step++) {
        w.later(random.one(['P2D', 'P9D', 'P40D']))
        for (let more = random.below(3); more >= 0; more--) told.push(await happens(w, random, p))
        if (step === 3) await report(w, random.one(p.events).programme)
        const some = await pages(w, p)
        await w.client.execute('delete from event_snapshots')
        const none = await pages(w, p)
        while (await keepSnapshots(w.ctx()));
        const all = await pages(w, p)
        const said = (read: Map<string, string>) => ({ n, told, read: [...read] })
        expect(said(some)).toEqual(said(none))
        expect(said(all)).toEqual(said(none))
        expect(await counted(w, 'event_snapshots')).toBe(
          await counted(
            w,
            `events where ends_at <= ${w.now()} and id not in (select event_id from event_cancellations)`,
          ),
        )
        sum.pages += none.size
        sum.packed += await counted(w, 'event_snapshots')
        sum.settled += await counted(w, 'event_snapshots where settled = 1')
      }
      await w.close()
    }
    console.log(JSON.stringify(sum))
    expect(sum.settled).toBeGreaterThan(0)
    expect(sum.settled).toBeLessThan(sum.packed)
  },
  60_000 + histories * 10_000,
)
