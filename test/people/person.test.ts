import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { history } from '#db/history.ts'
import { people, roles } from '#db/people.ts'
import { transact } from '#server/context.ts'
import { Invalid } from '#server/errors.ts'
import { makePerson } from '#server/people/person.ts'
import { pageAfter } from '#server/people/shared/next.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { Browser } from './browser.ts'

const email = 'new.here@charity.test'
const details = (world: TestWorld, name = 'Nguyễn Thị Ánh') => ({
  name,
  agencyId: world.stage.agencies.trust,
  roleGroup: 'nursing' as const,
  workforce: 'both' as const,
})

describe('making a person', () => {
  it('makes a delegate of whoever proved the address, and their sign-in is theirs at once', async () => {
    const world = await makeWorld()
    const browser = new Browser(world)
    await browser.signIn(email)
    const id = await transact(world.ctx(), (ctx) => makePerson(ctx, email, details(world)))
    expect(await browser.me()).toMatchObject({ person: { id, name: 'Nguyễn Thị Ánh' }, roles: ['delegate'] })
    expect(await world.store.read.select().from(history).where(eq(history.what, 'person.made'))).toHaveLength(1)
    await world.close()
  })

  it('refuses an agency that is not there, beside its field', async () => {
    const world = await makeWorld()
    const attempt = transact(world.ctx(), (ctx) => makePerson(ctx, email, { ...details(world), agencyId: 999 }))
    await expect(attempt).rejects.toThrow(Invalid)
    await expect(attempt).rejects.toMatchObject({ issues: [{ path: 'you.agencyId' }] })
    await world.close()
  })

  it('makes one person of ten tries at once, and the first name stays', async () => {
    const world = await makeWorld()
    const ids = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        transact(world.ctx(), (ctx) => makePerson(ctx, email, details(world, `Name ${n}`))),
      ),
    )
    expect(new Set(ids).size).toBe(1)
    const found = await world.store.read.select().from(people).where(eq(people.email, email))
    expect(found.map(({ name }) => name)).toEqual(['Name 0'])
    expect(await world.store.read.select().from(roles).where(eq(roles.personId, ids[0]!))).toHaveLength(1)
    await world.close()
  })
})

describe('where to go after signing in', () => {
  const pages = ['/', '/events', '/events/:id', '/my/bookings', '/sign-in', '*missing']

  it('is the page asked for, when it is one of ours', () => {
    for (const next of ['/events', '/events/12?from=list', '/my/bookings']) expect(pageAfter(next, pages)).toBe(next)
  })

  it('is the start page for anything else', () => {
    const others = [
      undefined,
      null,
      '',
      '/',
      '//evil.test',
      '/\\evil.test',
      '\\\\evil.test',
      'https:evil.test',
      'https://evil.test/events',
      '%2f%2fevil.test',
      '/%2fevil.test',
      '/events/..//evil.test',
      '/\tevil.test',
      '/events\n',
      'javascript:alert(1)',
      '/sign-in?next=/events',
      '/elsewhere',
      '/*missing',
    ]
    for (const next of others) expect(pageAfter(next, pages), String(next)).toBe('/')
  })
})
