import { and, desc, eq, inArray } from 'drizzle-orm'
import { history } from '#db/history.ts'
import type { Reading } from '#db/transact.ts'
import { formatInstant } from '#server/calendar.ts'
import { type Context, transact } from '#server/context.ts'
import { Refused } from '#server/errors.ts'
import { setSetting, settingsKnown, settingsOf } from '#server/settings.ts'
import { type ImpactSettingName, type ImpactSettingsInput, impactSettingNames } from './input.ts'

/*
 * What a partnership sets for its impact pages. The small-number rule is among it: it may be raised, never lowered below what
 * product.md 4.7 asks for. Each change stands in the history, and the page shows it to everyone who reads the figures.
 */

export interface ImpactSettings {
  values: Record<ImpactSettingName, number>
  builtIn: Record<ImpactSettingName, number>
  /** The newest first, without who made it: sub-group members read it, too. */
  changes: { name: ImpactSettingName; at: string; from: string; to: string }[]
  /** The newest change that this shows, 0 for none: a form is sent with it. */
  seen: number
  mayChange: boolean
}

/** Changes told on the page; a partnership makes a few in a year. */
const mostChanges = 100

export async function impactSettings(ctx: Context): Promise<ImpactSettings> {
  const rows = await changesIn(ctx.db)
  return {
    values: numbers(await settingsOf(ctx, ...impactSettingNames)),
    builtIn: numbers(
      Object.fromEntries(impactSettingNames.map((name) => [name, settingsKnown[name].otherwise])) as Words,
    ),
    changes: rows.map(({ about, at, details }) => {
      const [from = '', to = ''] = (details ?? '').split(' to ')
      return { name: about.slice('setting:'.length) as ImpactSettingName, at: formatInstant(at), from, to }
    }),
    seen: rows[0]?.id ?? 0,
    mayChange: ctx.actor.kind === 'person' && ctx.actor.role === 'administrator',
  }
}

/**
 * Sets all of them; those that stay as they are leave no trace.
 * @throws Refused `changed-meanwhile` when somebody changed one since the page was opened
 */
export function setImpactSettings(
  ctx: Context,
  { seen, values }: ImpactSettingsInput,
): Promise<{ changed: ImpactSettingName[] }> {
  return transact(ctx, async (ctx) => {
    const [newest] = await changesIn(ctx.db, 1)
    if ((newest?.id ?? 0) !== seen)
      throw new Refused(
        'changed-meanwhile',
        'Someone has changed these settings since you opened this page. Open it again to see theirs.',
      )
    const before = numbers(await settingsOf(ctx, ...impactSettingNames))
    const changed = impactSettingNames.filter((name) => before[name] !== values[name])
    for (const name of changed) await setSetting(ctx, name, String(values[name]))
    return { changed }
  })
}

const changesIn = (db: Reading, most = mostChanges) =>
  db
    .select()
    .from(history)
    .where(
      and(
        inArray(
          history.about,
          impactSettingNames.map((name) => `setting:${name}`),
        ),
        eq(history.what, 'setting.changed'),
      ),
    )
    .orderBy(desc(history.id))
    .limit(most)

type Words = Record<ImpactSettingName, string>
const numbers = (words: Words) =>
  Object.fromEntries(impactSettingNames.map((name) => [name, Number(words[name])])) as Record<ImpactSettingName, number>
