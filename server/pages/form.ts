import type { Context as HonoContext } from 'hono'
import type { Env } from '#server/context.ts'

/** What a plain form sent: every field as text, several of one name kept apart. A file or another type of body is as if empty. */
export interface SentForm {
  one(name: string): string
  all(name: string): string[]
  has(name: string): boolean
  names(): string[]
}

export async function sentForm(c: HonoContext<Env>): Promise<SentForm> {
  const type = c.req.header('content-type') ?? ''
  const body: Record<string, unknown> = /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type)
    ? await c.req.parseBody({ all: true }).catch(() => ({}))
    : {}
  const all = (name: string) =>
    (Object.hasOwn(body, name) ? [body[name]].flat() : []).filter((value) => typeof value === 'string')
  return {
    all,
    one: (name) => all(name)[0] ?? '',
    has: (name) => all(name).length > 0,
    names: () => Object.keys(body),
  }
}
