import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import { validator } from 'hono/validator'
import * as v from 'valibot'
import { type Context, ctxOf, type Env } from './context.ts'
import { Invalid, Missing, NotAllowed, NotSignedIn } from './errors.ts'
import type { Role } from './people/input.ts'

/** What a middleware says of its route, read by the permission test and by openapi.json. */
export interface Said {
  allow?: 'anyone' | 'signed-in' | 'link' | Role[]
  takes?: { where: 'json' | 'query' | 'param' | 'form'; schema: v.GenericSchema }
}

const said = new WeakMap<object, Said>()

/** A room with a way of its own to answer faults is mounted behind a wrapper, which names what it wraps. */
export const saidBy = (handler: object): Said | undefined =>
  said.get('__COMPOSED_HANDLER' in handler ? (handler.__COMPOSED_HANDLER as object) : handler)

/**
 * Who may use a route: every route declares it, or the test of the route table fails.
 * `link` is for pages whose token is in the path; the handler loads the record through it.
 */
export function allow(...who: ['anyone'] | ['signed-in'] | ['link'] | [Role, ...Role[]]): MiddlewareHandler<Env> {
  const handler: MiddlewareHandler<Env> = async (c, next) => {
    const { actor } = c.get('ctx')
    if (who[0] === 'anyone' || who[0] === 'link') return next()
    if (actor.kind !== 'person') throw new NotSignedIn()
    if (who[0] !== 'signed-in' && !(who as Role[]).includes(actor.role)) throw new NotAllowed()
    return next()
  }
  const [first] = who
  said.set(handler, {
    allow: first === 'anyone' || first === 'signed-in' || first === 'link' ? first : (who as Role[]),
  })
  return handler
}

/** Valibot's faults as ours: where, and what to do about it. */
export const issuesOf = (issues: readonly v.BaseIssue<unknown>[]) =>
  issues.map((issue) => {
    const path = v.getDotPath(issue) ?? ''
    const unknown = issue.type === 'strict_object' && issue.expected === 'never'
    const absent = issue.received === 'undefined' && issue.message.startsWith('Invalid')
    return {
      path,
      message: unknown ? `"${path}" is not a field of this form` : absent ? `"${path}" is missing` : issue.message,
    }
  })

/** Parses one part of the request; all faults at once, as 422 with paths. */
export function valid<Where extends 'json' | 'query' | 'param', Schema extends v.GenericSchema<unknown, unknown>>(
  where: Where,
  schema: Schema,
) {
  const handler = validator(where, (value): v.InferOutput<Schema> => {
    const result = v.safeParse(schema, value)
    // An address that cannot be is the same as one that is not there.
    if (!result.success) throw where === 'param' ? new Missing() : new Invalid(issuesOf(result.issues))
    return result.output
  })
  said.set(handler, { takes: { where, schema } })
  return handler as MiddlewareHandler<
    Env,
    string,
    { in: { [K in Where]: v.InferInput<Schema> }; out: { [K in Where]: v.InferOutput<Schema> } }
  >
}

/** A number in a path: `/events/12`. Anything else is the same 404 as a missing one. */
export const idParam = v.object({
  id: v.pipe(v.string(), v.regex(/^[1-9]\d{0,14}$/), v.transform(Number)),
})

export const idOf = (c: HonoContext<Env>, name = 'id'): number => {
  const text = c.req.param(name) ?? ''
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : 0
}

export type Handler<T = Response> = (c: HonoContext<Env>) => T | Promise<T>
export { type Context, ctxOf }
