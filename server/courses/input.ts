import * as v from 'valibot'

export const eventKinds = ['course', 'learning-event', 'forum', 'briefing', 'conference', 'e-learning'] as const
export type EventKind = (typeof eventKinds)[number]

/** The kinds the programme figures count; the others stand under their own headings (figures.md). */
export const taughtKinds = ['course', 'learning-event'] as const satisfies readonly EventKind[]

export const audiences = ['children', 'adults', 'both'] as const
export type Audience = (typeof audiences)[number]

/** Which follow-up a course earns (product.md 4.1). */
export const followUpsEarned = ['full', 'one-question', 'yearly', 'none'] as const
export type FollowUpEarned = (typeof followUpsEarned)[number]

export const deliverers = ['pool', 'commissioned', 'partner-agency', 'other-partnership'] as const

/** `all`: present or late at every event session; `any`: at one at least. */
export const attendanceRules = ['all', 'any'] as const

export const programmeKinds = ['year', 'week'] as const

export const bookableBy = ['everyone', 'partners'] as const

/** A day that exists: the 31st of February is not one, and no sum with dates may meet it. */
export const isDay = (text: string): boolean => {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number)
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && month >= 1 && month <= 12 && day >= 1 && day <= days
}

const dayOrNone = v.optional(
  v.pipe(
    v.string(),
    v.check((text) => text === '' || isDay(text), 'Enter a real date, such as 24 9 2026'),
  ),
  '',
)

/** The catalogue's search and filters, as they stand in the address. */
export const catalogueSearch = v.strictObject({
  words: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(100)), ''),
  theme: v.optional(v.pipe(v.string(), v.maxLength(200)), ''),
  audience: v.optional(v.union([v.picklist(audiences), v.literal('')]), ''),
  level: v.optional(v.pipe(v.string(), v.maxLength(200)), ''),
  where: v.optional(v.union([v.picklist(['online', 'in-person']), v.literal('')]), ''),
  from: dayOrNone,
  to: dayOrNone,
  /** Only events with places left. */
  free: v.optional(v.union([v.literal('yes'), v.literal('')]), ''),
  page: v.optional(
    v.pipe(v.string(), v.regex(/^[1-9]\d{0,2}$/, 'Pages are numbered from 1'), v.transform(Number)),
    '1',
  ),
})
export type CatalogueSearch = v.InferOutput<typeof catalogueSearch>

// Upkeep of a course

export const courseParam = v.object({ code: v.pipe(v.string(), v.maxLength(40)) })

const onOneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim()

const aLine = (what: string, most: number) =>
  v.pipe(v.string(`Enter ${what}`), v.transform(onOneLine), v.maxLength(most, `Use ${most} characters or fewer`))

/** Most of each on one course; how few a course needs depends on what it earns (`fewestOf`). */
export const mostOf = { outcomes: 3, suggestions: 6 } as const

/** How many learning outcomes and ready commitments a course needs at least, by the follow-up it earns. */
export const fewestOf: Record<FollowUpEarned, { outcomes: number; suggestions: number }> = {
  full: { outcomes: 2, suggestions: 4 },
  'one-question': { outcomes: 1, suggestions: 4 },
  yearly: { outcomes: 1, suggestions: 4 },
  none: { outcomes: 0, suggestions: 0 },
}

/** Everything a coordinator keeps up of a course; `seen` is the mark of what stood on the page. */
export const upkeepInput = v.strictObject({
  seen: v.pipe(v.string(), v.maxLength(64)),
  outcomes: v.pipe(
    v.array(
      v.pipe(
        aLine('a learning outcome', 120),
        v.check((text) => text === '' || text.startsWith('I can '), 'Begin with “I can …”'),
      ),
    ),
    v.maxLength(mostOf.outcomes),
  ),
  suggestions: v.pipe(v.array(aLine('a ready commitment', 120)), v.maxLength(mostOf.suggestions)),
  keyBehaviour: v.pipe(aLine('what people do differently', 160), v.nonEmpty('Enter one thing that can be seen')),
  earns: v.picklist(followUpsEarned, 'Choose which follow-up it earns'),
  resource: aLine('something worth reading', 300),
})
export type UpkeepInput = v.InferOutput<typeof upkeepInput>

/** The first day of forums that are asked about; empty for none. */
export const yearlyInput = v.strictObject({ from: dayOrNone })
