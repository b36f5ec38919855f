/** Somebody asks to be erased: what the data map destroys is destroyed, and no report and no published figure is another for it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '#db/data-map.ts'
import { cast } from '#db/example/cast.ts'
import { exampleStart, fillExample } from '#db/example/fill.ts'
import { migrate } from '#db/migrate.ts'
import { openFile } from '#db/open-node.ts'
import { installation } from '#db/schema.ts'
import { byKeeping } from '#emails/by-keeping.ts'
import { readConfig } from '#server/config.ts'
import type { Actor } from '#server/context.ts'
import { issue } from '#server/impact/issuing.ts'
import { type ImpactScope, impactPages } from '#server/impact/pages.ts'
import { canonical, readingOf } from '#server/impact/report-body.ts'
import { reportShown } from '#server/impact/report-shown.ts'
import { agree, reportBy, startDraft } from '#server/impact/reports.ts'
import type { ImpactPage } from '#server/impact/shared/pages.ts'
import { sha256 } from '#server/keys.ts'
import { choreContext, type World } from '#server/world.ts'
import { seededRandom } from '#test/world.ts'

const folder = mkdtempSync(join(tmpdir(), 'afterwards-erasure-'))
let store: Awaited<ReturnType<typeof openFile>>
let world: World
let issued: number[]

const coordinator: Actor = {
  kind: 'person',
  personId: 1,
  email: cast[0]!.email,
  role: 'coordinator',
  roles: ['coordinator'],
  agencyIds: [],
  signInId: 0,
}
const ctx = () => choreContext(world, coordinator)

beforeAll(async () => {
  store = await openFile(join(folder, 'example.db'), { thread: false, durable: false })
  await migrate(store.client, 0)
  await store.write((db) =>
    db.insert(installation).values({ id: 1, mode: 'example', madeAt: 0, clockAt: exampleStart }),
  )
  await fillExample(store, { clockAt: exampleStart, certificateCode: (id) => `code ${id}` })
  const none = () => Promise.reject(new Error('No document is made here'))
  world = {
    store,
    config: readConfig({ MODE: 'example' }, () => '', 'test'),
    clock: () => exampleStart,
    random: seededRandom(),
    secrets: ['test secret of thirty-two characters or more'],
    transport: byKeeping(async () => undefined),
    fonts: none,
    engine: none,
    asset: async () => null,
    log: () => undefined,
    wake: () => undefined,
  }
  issued = []
  for (const programme of ['2024-25', '2025-26']) {
    const { id } = await startDraft(ctx(), { scope: 'programme', programme })
    await agree(ctx(), id, { on: '2026-09-14', present: [{ agencyId: 1, people: 4 }] })
    const { seen } = await readingOf(ctx(), await reportBy(store.read, id), impactPages)
    await issue(ctx(), id, seen)
    issued.push(id)
  }
}, 120_000)
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

const rows = async (statement: string, args: (string | number)[] = []) =>
  (await store.client.execute({ sql: statement, args })).rows

/** What leads from a row of a table to the person, and by which column. */
const leadsTo: [column: string, where: string][] = [
  ['person_id', 'person_id = ?'],
  ['booking_id', 'booking_id in (select id from bookings where person_id = ?)'],
  [
    'response_id',
    'response_id in (select responses.id from responses join bookings on bookings.id = booking_id where person_id = ?)',
  ],
]

/** Does what `db/data-map.ts` says of an erasure, column by column: emptied, or the row removed where a column cannot be; replaced; kept. */
async function erase(personId: number): Promise<void> {
  for (const [table, { plain, personal }] of Object.entries(dataMap)) {
    const columns = Object.keys(personal)
    const all = [...plain, ...columns]
    const where = table === 'people' ? 'id = ?' : leadsTo.find(([column]) => all.includes(column))?.[1]
    const destroyed = columns.filter((column) => personal[column]!.onErasure === 'destroyed')
    const replaced = columns.filter((column) => personal[column]!.onErasure === 'replaced')
    if (!where || (!destroyed.length && !replaced.length)) continue
    const facts = await rows(`select name, "notnull" as needed from pragma_table_info('${table}')`)
    const isNeeded = (column: string) => facts.some(({ name, needed }) => name === column && Number(needed) === 1)
    if (destroyed.some(isNeeded)) {
      await rows(`delete from "${table}" where ${where}`, [personId])
      continue
    }
    const sets = [
      ...destroyed.map((column) => `"${column}" = null`),
      ...replaced.map((column) => `"${column}" = 'gone' || rowid`),
    ]
    await rows(`update "${table}" set ${sets.join(', ')} where ${where}`, [personId])
  }
  await rows('update people set erased_at = ? where id = ?', [exampleStart, personId])
}

/** Ids of people of the finished years: who answered, who did not, who was never reached, who agreed to be quoted. */
async function somePeople(): Promise<number[]> {
  const past = `bookings.state = 'confirmed' and exists (select 1 from attendances a where a.booking_id = bookings.id) and event_id in (select id from events where last_on between '2024-04-01' and '2026-03-31')`
  const one = async (condition: string) =>
    (await rows(`select person_id from bookings where ${past} and ${condition} order by id limit 2`)).map((row) =>
      Number(row.person_id),
    )
  const answered = `exists (select 1 from responses where responses.booking_id = bookings.id and stage = 'follow-up' and core_at is not null)`
  return [
    ...new Set([
      ...(await one(answered)),
      ...(await one(`not ${answered}`)),
      ...(await one('exists (select 1 from bounces where bounces.person_id = bookings.person_id)')),
      ...(await one('exists (select 1 from opt_outs where opt_outs.person_id = bookings.person_id)')),
      ...(await one('exists (select 1 from texts where texts.booking_id = bookings.id)')),
      ...(await one('exists (select 1 from consents where consents.booking_id = bookings.id)')),
    ]),
  ]
}

/** The counts of pages: everything but the words of people, which an erasure destroys, and the moment of reading. */
const countsOf = (pages: readonly ImpactPage[]) =>
  pages.map(({ key, provisional, method, figures }) => ({
    key,
    provisional,
    method,
    figures: figures.filter((figure) => figure.key !== 'quotes'),
  }))

const scopes: ImpactScope[] = [
  { kind: 'programme', name: '2024-25' },
  { kind: 'programme', name: '2025-26' },
]

async function published() {
  const found = []
  for (const scope of scopes)
    for (const counting of ['live', 'report'] as const) {
      const { pages, shown } = await impactPages(ctx(), scope, counting)
      found.push({ pages: countsOf(pages), shown })
    }
  return found
}

describe('the erasure of people who came', () => {
  it('changes no issued report, its tables or its proof, and no figure that is published', async () => {
    const reports = await rows('select * from reports order by id')
    const proofs = await rows('select * from report_rows order by report_id, measure, row')
    const bodies = await Promise.all(issued.map((id) => reportShown(ctx(), id)))
    const before = await published()
    const people = await somePeople()
    expect(people.length).toBeGreaterThan(6)

    for (const id of people) await erase(id)

    const left = await rows(`select name, email, phone from people where id in (${people.join()})`)
    for (const row of left)
      expect(row).toMatchObject({ name: expect.stringMatching(/^gone/), email: null, phone: null })
    expect(
      await rows(
        `select 1 from texts join bookings on bookings.id = booking_id where person_id in (${people.join()}) and (original is not null or cleared is not null)`,
      ),
    ).toEqual([])

    expect(await rows('select * from reports order by id')).toEqual(reports)
    expect(await rows('select * from report_rows order by report_id, measure, row')).toEqual(proofs)
    for (const [n, id] of issued.entries()) {
      const { body, report } = await reportShown(ctx(), id)
      expect(body).toEqual(bodies[n]!.body)
      expect(await sha256(canonical(body))).toBe(report.hash)
    }
    const after = await published()
    expect(after).toEqual(before)
  }, 60_000)

  it('of somebody not asked yet moves them among those we have not heard from, and nothing else', async () => {
    const [row] = await rows(
      `select bookings.id, person_id, event_id from bookings join events on events.id = event_id join people on people.id = person_id where last_on between '2026-06-20' and '2026-09-10' and bookings.state = 'confirmed' and email is not null and kind = 'course' and exists (select 1 from attendances a where a.booking_id = bookings.id) and not exists (select 1 from follow_ups where follow_ups.booking_id = bookings.id) limit 1`,
    )
    const room = async () => {
      const { pages } = await impactPages(ctx(), { kind: 'programme', name: '2026-27' }, 'live')
      const flow = pages[0]!.figures.find(({ key }) => key === 'flow')!
      return { base: flow.base, shown: pages[0]!.figures.find(({ key }) => key === 'dispositions')!.table!.rows }
    }
    const before = await room()
    await erase(Number(row!.person_id))
    const after = await room()
    expect(after.base).toEqual(before.base)
    const sum = (of: typeof before) => of.shown.reduce((total, [, count]) => total + Number(count), 0)
    expect(sum(after)).toBe(sum(before))
  })
})
