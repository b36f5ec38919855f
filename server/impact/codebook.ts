import { asc, desc, sql } from 'drizzle-orm'
import { codes } from '#db/impact.ts'
import type { Reading } from '#db/transact.ts'
import { formatDate, londonDate } from '#server/calendar.ts'
import { type Context, transact } from '#server/context.ts'
import { Invalid, type Issue, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import type { CodebookInput } from './input.ts'

/* The codebook: what the texts people write may be about. A version never changes; another wording is the next version. */

export interface Code {
  id: number
  name: string
  /** What belongs under it and what does not. */
  definition: string
}

export interface Codebook {
  /** 0 while there is none. */
  version: number
  /** "Monday 14 September 2026"; empty while there is none. */
  madeOn: string
  /** Texts that were read with this version. */
  read: number
  codes: Code[]
  earlier: { version: number; madeOn: string; read: number; names: string[] }[]
}

/** The version that stands, and those before it, newest first. */
export async function codebook(ctx: Pick<Context, 'db'>): Promise<Codebook> {
  const rows = await ctx.db
    .select({
      id: codes.id,
      version: codes.version,
      name: codes.name,
      definition: codes.definition,
      madeAt: codes.madeAt,
      read: sql<number>`(select count(*) from codings where codings.version = "codes"."version" and codings.place = 1)`,
    })
    .from(codes)
    .orderBy(desc(codes.version), asc(codes.position))
  const versions = [...new Set(rows.map(({ version }) => version))].map((version) => {
    const own = rows.filter((row) => row.version === version)
    return { version, own, madeOn: formatDate(londonDate(own[0]!.madeAt)), read: own[0]!.read }
  })
  const [now, ...earlier] = versions
  return {
    version: now?.version ?? 0,
    madeOn: now?.madeOn ?? '',
    read: now?.read ?? 0,
    codes: (now?.own ?? []).map(({ id, name, definition }) => ({ id, name, definition })),
    earlier: earlier.map(({ own, ...one }) => ({ ...one, names: own.map(({ name }) => name) })),
  }
}

/** The version that stands and its codes in order; 0 and none while there is no codebook. */
export async function codesNow(db: Reading): Promise<{ version: number; codes: Code[] }> {
  const rows = await db
    .select({ version: codes.version, id: codes.id, name: codes.name, definition: codes.definition })
    .from(codes)
    .where(sql`${codes.version} = (select max(version) from codes)`)
    .orderBy(asc(codes.position))
  return {
    version: rows[0]?.version ?? 0,
    codes: rows.map(({ id, name, definition }) => ({ id, name, definition })),
  }
}

/**
 * Makes the next version, unless it would say what stands already.
 * @throws Invalid when a name comes twice; Refused `changed-meanwhile` when somebody changed it since the page was opened
 */
export function changeCodebook(
  ctx: Context,
  { seen, codes: wanted }: CodebookInput,
): Promise<{ version: number; isNew: boolean }> {
  const issues = sameNames(wanted)
  if (issues.length) throw new Invalid(issues)
  return transact(ctx, async (ctx) => {
    const now = await codesNow(ctx.db)
    if (said(now.codes) === said(wanted)) return { version: now.version, isNew: false }
    const version = seen + 1
    const made =
      seen === now.version
        ? await ctx.db
            .insert(codes)
            .values(wanted.map((code, n) => ({ ...code, version, position: n + 1, madeAt: ctx.now })))
            .onConflictDoNothing()
            .returning({ id: codes.id })
        : []
    if (made.length < wanted.length)
      throw new Refused(
        'changed-meanwhile',
        'Someone has changed the codebook since you opened this page. Open it again to see theirs.',
      )
    await record(ctx, 'codebook.changed', `codebook:${version}`)
    return { version, isNew: true }
  })
}

const said = (codes: readonly Pick<Code, 'name' | 'definition'>[]) =>
  JSON.stringify(codes.map(({ name, definition }) => [name, definition]))

function sameNames(wanted: CodebookInput['codes']): Issue[] {
  const name = (n: number) => wanted[n]?.name.toLowerCase()
  return wanted.flatMap((_, n) =>
    wanted.findIndex((_, m) => name(m) === name(n)) < n
      ? [{ path: `codes.${n}.name`, message: 'This name is there already' }]
      : [],
  )
}
