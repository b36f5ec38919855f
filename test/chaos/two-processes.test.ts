import { fork } from 'node:child_process'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bookings, certificates, contacts, eventSessions, followUps, marks, messages, people } from '#db/schema.ts'
import { addMonths, londonInstant } from '#server/calendar.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { type SmtpServer, startSmtpServer } from './smtp-server.ts'

const runner = new URL('./runner.ts', import.meta.url).pathname
/** A Tuesday, half past ten: asking messages may leave. */
const now = londonInstant('2026-12-15', '10:30')

let world: TestWorld
let smtp: SmtpServer
beforeAll(async () => {
  world = await makeWorld()
  smtp = await startSmtpServer()
})
afterAll(async () => {
  await smtp.close()
  await world.close()
})

/** Two runners over one file, let go at the same moment. */
async function runTwo(): Promise<string> {
  const given = JSON.stringify({ path: world.path, port: smtp.port, now })
  let said = ''
  const children = [0, 1].map(() =>
    fork(runner, [given], { execArgv: ['--disable-warning=ExperimentalWarning'], silent: true }),
  )
  for (const child of children) child.stderr?.on('data', (part) => (said += part))
  await Promise.all(children.map((child) => new Promise((resolve) => child.once('message', resolve))))
  const ends = children.map((child) => new Promise((resolve) => child.once('exit', resolve)))
  for (const child of children) child.send('go')
  expect(await Promise.all(ends), said).toEqual([0, 0])
  return said
}

describe('two processes on one file', () => {
  it('send exactly 1,000 invitations for 1,000 due follow-ups', async () => {
    const eventId = await world.stage.event({ on: [addMonths('2026-12-15', -3)], capacity: 1000 })
    await world.store.write(async (db) => {
      const came = await db
        .insert(people)
        .values(
          Array.from({ length: 1000 }, (_, n) => ({
            email: `came${n}@council.test`,
            name: `Came ${n}`,
            agencyId: world.stage.agencies.council,
            roleGroup: 'social-work' as const,
            workforce: 'children' as const,
            madeAt: now - 9e9,
          })),
        )
        .returning({ id: people.id })
      const made = await db
        .insert(bookings)
        .values(
          came.map(({ id }) => ({
            eventId,
            personId: id,
            agencyId: world.stage.agencies.council,
            sectorId: world.stage.sectors.councils,
            roleGroup: 'social-work' as const,
            workforce: 'children' as const,
            chargeTier: 'partner' as const,
            source: 'self' as const,
            dayCode: `D${id}`,
            termsVersion: '2026-04',
            at: now - 9e9,
            state: 'confirmed' as const,
          })),
        )
        .returning({ id: bookings.id })
      const [part] = await db.select().from(eventSessions).where(eq(eventSessions.eventId, eventId))
      await db
        .insert(marks)
        .values(
          made.map(({ id }) => ({ eventSessionId: part!.id, bookingId: id, mark: 'present' as const, at: now - 8e9 })),
        )
      await db.insert(certificates).values(
        made.map(({ id }) => ({
          bookingId: id,
          number: `AF-${id}`,
          codeHash: `hash ${id}`,
          awardedAt: now - 7e9,
          because: 'two-working-days' as const,
          snapshot: '{}',
        })),
      )
    })
    await runTwo()
    expect(smtp.accepted.length).toBe(1000)
    expect(new Set(smtp.accepted.map(({ to }) => to[0])).size).toBe(1000)
    expect(smtp.twice()).toEqual([])
    const [row] = await world.store.read
      .select({
        contacts: sql<number>`(select count(*) from ${contacts})`,
        followUps: sql<number>`(select count(*) from ${followUps} where ${followUps.firstAskedOn} = '2026-12-15')`,
        unsent: sql<number>`(select count(*) from ${messages} where ${messages.state} <> 'sent')`,
      })
      .from(sql`(select 1)`)
    expect(row).toEqual({ contacts: 1000, followUps: 1000, unsent: 0 })
  }, 180_000)

  it('find nothing more to do the second time', async () => {
    await runTwo()
    expect(smtp.accepted.length).toBe(1000)
  }, 60_000)
})
