import { eq, inArray } from 'drizzle-orm'
import { settings } from '#db/installation.ts'
import type { Context, Writing } from './context.ts'
import { record } from './history.ts'

/**
 * What a partnership sets for itself, one entry each with its built-in value and the values it may take. Nothing here is a
 * secret or about a person; what differs by machine stands in config.ts.
 */
export const settingsKnown = {
  /** Calls of the phone round in a week, Monday to Sunday. */
  'calls-a-week': { otherwise: '20', fits: /^(?:\d|[1-9]\d|1\d\d|200)$/, words: 'a number from 0 to 200' },
  /** The first day of forums (`yearly` courses) that are asked about; empty for none. */
  'yearly-asked-from': { otherwise: '', fits: /^(?:\d{4}-\d{2}-\d{2})?$/, words: 'a date, or nothing' },
  /** The day on which the agencies agreed that their people answer; empty until they have. */
  'requirement-agreed-on': { otherwise: '', fits: /^(?:\d{4}-\d{2}-\d{2})?$/, words: 'a date, or nothing' },
  /** The small-number rule of the impact pages; a partnership may ask for more than the built-in numbers, never for less. */
  'shown-from-attended': { otherwise: '10', fits: /^(?:[1-4]\d|50)$/, words: 'a number from 10 to 50' },
  'shown-from-answered': { otherwise: '5', fits: /^(?:[5-9]|1\d|20)$/, words: 'a number from 5 to 20' },
  'percentages-from': { otherwise: '10', fits: /^(?:[1-4]\d|50)$/, words: 'a number from 10 to 50' },
  /** Per cent of those who came below which a page has no figure of practice, and below which it is titled early signs. */
  'no-practice-below': { otherwise: '20', fits: /^(?:[1-4]\d|50)$/, words: 'a number from 10 to 50' },
  'early-signs-below': { otherwise: '35', fits: /^(?:[2-7]\d|80)$/, words: 'a number from 20 to 80' },
  /** Per cent of those who came that the partnership wants to hear from: the line beside the response. */
  'response-target': { otherwise: '60', fits: /^(?:[1-9]\d?|100)$/, words: 'a number from 1 to 100' },
  /** Per cent of the texts, drawn by hash, that a second person reads without seeing what the first gave. */
  'second-coder-percent': { otherwise: '20', fits: /^(?:\d{1,2}|100)$/, words: 'a number from 0 to 100' },
} as const satisfies Record<string, { otherwise: string; fits: RegExp; words: string }>
export type SettingName = keyof typeof settingsKnown

/** What stands for each name: the partnership's own value, or the built-in one. */
export async function settingsOf<Name extends SettingName>(
  ctx: Pick<Context, 'db'>,
  ...names: Name[]
): Promise<Record<Name, string>> {
  const rows = await ctx.db.select().from(settings).where(inArray(settings.name, names))
  return Object.fromEntries(
    names.map((name) => [name, rows.find((row) => row.name === name)?.value ?? settingsKnown[name].otherwise]),
  ) as Record<Name, string>
}

/** Sets one; the history tells who, when, and from what to what. A value that does not fit is the caller's fault. */
export async function setSetting(ctx: Writing, name: SettingName, value: string): Promise<void> {
  if (!settingsKnown[name].fits.test(value)) throw new RangeError(`${name} must be ${settingsKnown[name].words}`)
  const { [name]: before } = await settingsOf(ctx, name)
  if (before === value) return
  await ctx.db
    .insert(settings)
    .values({ name, value, at: ctx.now })
    .onConflictDoUpdate({ target: settings.name, set: { value, at: ctx.now } })
  await record(ctx, 'setting.changed', `setting:${name}`, `${before || 'none'} to ${value || 'none'}`)
}

/** As SQL sees it, for a condition inside a statement. */
export const settingRow = (name: SettingName) => eq(settings.name, name)
