/** What was made of the words in the example is what the verbs would have made of them. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exampleStart, fillExample } from '#db/example/fill.ts'
import { migrate } from '#db/migrate.ts'
import { openFile } from '#db/open-node.ts'
import { events, installation, people } from '#db/schema.ts'
import type { Actor, Context } from '#server/context.ts'
import { accountsPage } from '#server/impact/accounts.ts'
import { codingDesk } from '#server/impact/coding.ts'
import { quotesPage } from '#server/impact/quotes.ts'
import { voicesOf } from '#server/impact/voices.ts'

const folder = mkdtempSync(join(tmpdir(), 'afterwards-voices-'))
let store: Awaited<ReturnType<typeof openFile>>
let ctx: (personId: number) => Context

beforeAll(async () => {
  store = await openFile(join(folder, 'voices.db'), { thread: false })
  await migrate(store.client, 0)
  await store.write((db) =>
    db.insert(installation).values({ id: 1, mode: 'example', madeAt: 0, clockAt: exampleStart }),
  )
  await fillExample(store, { clockAt: exampleStart, certificateCode: (id) => `code ${id}` })
  ctx = (personId) => {
    const actor: Actor = {
      kind: 'person',
      personId,
      email: '',
      role: 'coordinator',
      roles: ['coordinator'],
      agencyIds: [],
      signInId: 0,
    }
    return { db: store.read, store, now: exampleStart, actor } as Partial<Context> as Context
  }
})
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

const idOf = async (name: string) =>
  (await store.read.select({ id: people.id, name: people.name }).from(people)).find((one) => one.name === name)!.id

describe('the voices of the example', () => {
  it('leave nobody of the worked-out year to draw, two accounts checked and six to ring', async () => {
    const page = await accountsPage(ctx(1), '2025-26')
    expect(page).toMatchObject({ toDraw: 0, counts: { verified: 2, 'not-verified': 0 } })
    expect(page.entries).toHaveLength(6)
  })

  it('were read by the coordinator, and a share of them by the deputy, who has no other to read', async () => {
    const first = await codingDesk(ctx(await idOf('Rosalind Ekwueme')), '2025-26')
    const second = await codingDesk(ctx(await idOf('Tobias Ekundare')), '2025-26')
    expect(first.codes).toHaveLength(8)
    expect(first.read).toBeGreaterThan(50)
    expect(second.read / first.read).toBeGreaterThan(0.1)
    expect(second.read / first.read).toBeLessThan(0.3)
    expect(second.of - second.read).toBe(first.of - first.read)
    expect(first.agreement.codes).toHaveLength(8)
  })

  it('are quoted four times, once of something that did not work, and a report may be issued with that', async () => {
    const { problem, texts } = await quotesPage(ctx(1), '2025-26')
    expect(problem).toBeNull()
    const chosen = texts.filter((text) => text.chosen)
    expect(chosen).toHaveLength(4)
    expect(chosen.filter((text) => text.chosen?.nonSuccess && text.didNotWork)).toHaveLength(1)
    const all = await store.read.select({ id: events.id }).from(events)
    const [quotes] = (await voicesOf(ctx(1), { key: 'period', level: 'period', events: all }, true)).figures
    expect(quotes?.table?.rows).toHaveLength(4)
  })
})
