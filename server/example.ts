import { Hono } from 'hono'
import * as v from 'valibot'
import { advance, formatInstant } from './calendar.ts'
import { chores, runChores } from './chores.ts'
import { type Env, transact } from './context.ts'
import { Invalid } from './errors.ts'
import { live as liveTheDay, nextOfTheirs } from './example-people.ts'
import { type Clock, type ExampleToken, keptLetter, keptMail } from './node/installation.ts'
import { castPeople, signInAs } from './people/example-sign-in.ts'
import { roles } from './people/input.ts'
import { carrySignInsForward } from './people/sign-in.ts'
import { allow, ctxOf, idOf, valid } from './routing.ts'
import { choreContext, type World } from './world.ts'

const day = 86_400_000

const signInInput = v.strictObject({ as: v.picklist(roles, `Choose one of: ${roles.join(', ')}`) })
const clockInput = v.strictObject({
  advance: v.pipe(v.string('Say how far, such as P1D, P1W or P3M'), v.maxLength(40)),
})

const mailAsked = v.strictObject({
  find: v.optional(v.pipe(v.string(), v.maxLength(200, 'Look for 200 letters or fewer'))),
  page: v.optional(v.pipe(v.string(), v.regex(/^[1-9]\d{0,5}$/, 'Pages are counted from 1'), v.transform(Number))),
})

/**
 * The example's doors: sign in as anyone of the cast, move the clock, read the kept mail. Only node.ts imports this, and
 * it mounts only with the token that opening an example database returns; a Worker and a live installation have none of it.
 */
export function exampleDoors(_token: ExampleToken, world: World, clock: Clock, running: () => Promise<unknown>) {
  const doors = new Hono<Env>()
    .get('/example/cast', allow('anyone'), async (c) => c.json(await castPeople(ctxOf(c))))
    .post('/example/sign-in', allow('anyone'), valid('json', signInInput), async (c) => {
      const { cookies, person } = await signInAs(ctxOf(c), c.req.valid('json').as, c.req.header('cookie') ?? '')
      for (const cookie of cookies) c.header('Set-Cookie', cookie, { append: true })
      return c.json(person, 201)
    })
    .post('/example/clock', allow('anyone'), valid('json', clockInput), async (c) => {
      const result = await moveClock(world, clock, running, c.req.valid('json').advance)
      return c.json(result, 201)
    })
    .get('/example/mail', allow('anyone'), valid('query', mailAsked), async (c) => {
      const { letters, found } = await keptMail(world.store, c.req.valid('query'))
      c.header('X-Total-Count', String(found))
      return c.json(letters)
    })
    .get('/example/mail/:id', allow('anyone'), async (c) => c.json(await keptLetter(world.store, idOf(c))))
    .get('/example/mail/:id/html', allow('anyone'), async (c) => {
      const { html } = await keptLetter(world.store, idOf(c))
      // A letter stands in a frame of its own: no script, no origin, its inline styles allowed.
      c.header(
        'Content-Security-Policy',
        "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'",
      )
      return c.html(html)
    })
  return (app: Hono<Env>) => void app.route('/', doors)
}

let moving: Promise<unknown> = Promise.resolve()

/**
 * Moves the example's clock forward, at most a day at a time, stopping at each instant at which something is due: the
 * invented people live their day, then the chores run, as they would have.
 */
export async function moveClock(world: World, clock: Clock, running: () => Promise<unknown>, duration: string) {
  let until: number
  try {
    until = advance(clock.now(), duration)
  } catch (error) {
    throw new Invalid([{ path: 'advance', message: error instanceof Error ? error.message : 'Not a duration' }])
  }
  const move = moving.then(async () => {
    await running()
    clock.moving(true)
    const from = clock.now()
    until = advance(from, duration)
    try {
      await live(world)
      while (clock.now() < until) {
        const before = clock.now()
        clock.set(Math.min(until, await nextStop(world, before)))
        // Time that was only moved signs nobody out.
        await transact(choreContext(world), (ctx) => carrySignInsForward(ctx, clock.now() - before))
        await live(world)
      }
    } finally {
      clock.moving(false)
      await clock.keep()
    }
    return { from, now: until, words: formatInstant(until) }
  })
  moving = move.catch(() => undefined)
  return move
}

async function live(world: World): Promise<void> {
  await liveTheDay(world)
  await runChores(world, { budget: Number.POSITIVE_INFINITY, isPressed: true })
}

/** The next instant at which a chore or one of the invented people has something to do; within a day. */
async function nextStop(world: World, now: number): Promise<number> {
  const ctx = choreContext(world)
  const dues: (number | null)[] = await Promise.all([
    ...chores.flatMap(({ nextDue }) => (nextDue ? [nextDue(ctx)] : [])),
    nextOfTheirs(ctx),
  ])
  return Math.min(now + day, ...dues.filter((due): due is number => due !== null && due > now))
}
