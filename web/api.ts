import type { Hono } from 'hono'
import { hc } from 'hono/client'
import { type Problem, ProblemError } from './problem.ts'

type Answer<T> = Pick<Response, 'ok' | 'status' | 'headers'> & { json(): Promise<T> }

/**
 * The body of a room's answer. Throws `ProblemError` with the server's problem when the answer is not 2xx;
 * a network failure throws what fetch throws (`problemOf` has words for both).
 */
export async function api<T>(answer: Promise<Answer<T>>): Promise<T> {
  const response = await answer
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '')
  if (response.ok) return (isJson ? await response.json() : undefined) as T
  const body = isJson ? ((await response.json()) as Partial<Problem>) : {}
  throw new ProblemError({
    ...body,
    code: body.code ?? 'fault',
    title: body.title ?? 'Something went wrong',
    status: response.status,
  })
}

/** A room's typed client, by the whole paths its routes have: `roomClient<CoursesApi>().api.events.$get(…)`. */
// biome-ignore lint/suspicious/noExplicitAny: the bound that hono itself sets
export function roomClient<Api extends Hono<any, any, any>>() {
  return hc<Api>(location.origin)
}

/** Made once when a form is shown and sent with each try, so that a press twice is one write. */
export function idempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
