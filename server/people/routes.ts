import { Hono, type Context as HonoContext } from 'hono'
import { ctxOf, type Env } from '#server/context.ts'
import { allow, valid } from '#server/routing.ts'
import { agencyList } from './agencies.ts'
import { sendCode, useCode } from './codes.ts'
import { cookieFor } from './cookies.ts'
import { deviceCookie } from './devices.ts'
import { acceptEnrolment, confirmSetup, enrolment, startSetup } from './enrolment.ts'
import {
  acceptance,
  askForCode,
  endOfSetup,
  reachInput,
  roleChoice,
  startOfSetup,
  typedCode,
  typedRecoveryCode,
} from './input.ts'
import { me, myDetails } from './me.ts'
import { setMyReach } from './reach.ts'
import { giveRecoveryCode, giveSecondFactor, secondFactorState } from './second-factor.ts'
import { actUnder, signOut, signOutEverywhere } from './sign-in.ts'

type C = HonoContext<Env>

export const peopleRoutes = new Hono<Env>()
  .get('/api/me', allow('anyone'), async (c) => c.json(await me(ctxOf(c))))
  .get('/api/me/details', allow('signed-in'), async (c) => c.json(await myDetails(ctxOf(c))))
  .put('/api/me/role', allow('signed-in'), valid('json', roleChoice), async (c) => {
    await actUnder(ctxOf(c), c.req.valid('json'))
    return c.body(null, 204)
  })
  .put('/api/me/reach', allow('signed-in'), valid('json', reachInput), async (c) =>
    c.json(await setMyReach(ctxOf(c), c.req.valid('json'))),
  )
  .get('/api/agencies', allow('signed-in'), async (c) => c.json(await agencyList(ctxOf(c))))
  .post('/api/sign-in/codes', allow('anyone'), valid('json', askForCode), async (c) => {
    const ctx = ctxOf(c)
    const challenge = await sendCode(ctx, c.req.valid('json'), cookiesOf(c))
    setCookie(c, cookieFor(ctx.config, 'code', challenge, ctx.config.codeMinutes * 60))
    return c.json({ minutes: ctx.config.codeMinutes }, 202)
  })
  .post('/api/sign-in', allow('anyone'), valid('json', typedCode), async (c) => {
    const ctx = ctxOf(c)
    const started = await useCode(ctx, c.req.valid('json'), cookiesOf(c))
    setCookie(c, cookieFor(ctx.config, 'sid', started.token))
    setCookie(c, cookieFor(ctx.config, 'code', '', 0))
    setCookie(c, await deviceCookie(ctx, started.email))
    return c.json({ person: started.person, needsSecondFactor: started.needsSecondFactor }, 201)
  })
  .delete('/api/sign-in', allow('anyone'), async (c) => {
    await signOut(ctxOf(c))
    return signedOut(c)
  })
  .delete('/api/sign-ins', allow('signed-in'), async (c) => {
    await signOutEverywhere(ctxOf(c))
    return signedOut(c)
  })
  .get('/api/second-factor', allow('signed-in'), async (c) => c.json(await secondFactorState(ctxOf(c))))
  .post('/api/second-factor', allow('signed-in'), valid('json', typedCode), async (c) => {
    setSignIn(c, await giveSecondFactor(ctxOf(c), c.req.valid('json')))
    return c.body(null, 204)
  })
  .post('/api/second-factor/recovery', allow('signed-in'), valid('json', typedRecoveryCode), async (c) => {
    setSignIn(c, await giveRecoveryCode(ctxOf(c), c.req.valid('json')))
    return c.json(await secondFactorState(ctxOf(c)))
  })
  .post('/api/second-factor/enrolment', allow('signed-in'), valid('json', startOfSetup), async (c) =>
    c.json(await startSetup(ctxOf(c), c.req.valid('json'))),
  )
  .post('/api/second-factor/enrolment/confirmation', allow('signed-in'), valid('json', endOfSetup), async (c) => {
    const { signInToken, recoveryCodes } = await confirmSetup(ctxOf(c), c.req.valid('json'))
    setSignIn(c, signInToken)
    return c.json({ recoveryCodes }, 201)
  })
  .get('/api/enrolments/:token', allow('link'), async (c) => c.json(await enrolment(ctxOf(c), c.req.param('token'))))
  .post('/api/enrolments/:token/acceptance', allow('signed-in'), valid('json', acceptance), async (c) =>
    c.json(await acceptEnrolment(ctxOf(c), c.req.param('token'), c.req.valid('json')), 201),
  )

export type PeopleApi = typeof peopleRoutes
export type { AgencyChoice } from './agencies.ts'
export type { Enrolment, Setup } from './enrolment.ts'
export type { Details, Me } from './me.ts'

const cookiesOf = (c: C): string => c.req.header('cookie') ?? ''

const setCookie = (c: C, cookie: string): void => c.header('Set-Cookie', cookie, { append: true })

const setSignIn = (c: C, token: string): void => setCookie(c, cookieFor(ctxOf(c).config, 'sid', token))

/** Not "cookies": that would forget the known browser too. */
function signedOut(c: C) {
  setCookie(c, cookieFor(ctxOf(c).config, 'sid', '', 0))
  c.header('Clear-Site-Data', '"cache", "storage"')
  return c.body(null, 204)
}
