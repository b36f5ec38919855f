/** What stands in a form, read in the shapes the API takes. Names are the API's paths ("you.name"). */
export type Fields = {
  /** Trimmed; '' when empty or absent. */
  text(name: string): string
  /** Trimmed, or undefined when empty: for optional properties. */
  optional(name: string): string | undefined
  /** Every ticked value. */
  texts(name: string): string[]
  /** A number as typed in plain digits, undefined when empty, NaN when it is anything else, such as 1e1. */
  number(name: string): number | undefined
  /** Whether a single checkbox is ticked, or the pressed button has this name. */
  has(name: string): boolean
  /** The three boxes of a `DateInput` as YYYY-MM-DD; undefined when all are empty; as typed when it is no date, for the server to refuse. */
  date(name: string): string | undefined
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

export function readFields(data: FormData): Fields {
  const text = (name: string) => String(data.get(name) ?? '').trim()
  return {
    text,
    optional: (name) => text(name) || undefined,
    texts: (name) => data.getAll(name).map(String),
    number: (name) => {
      if (text(name) === '') return undefined
      const typed = text(name).replaceAll(/[\s,£]/g, '')
      return /^-?\d+(\.\d+)?$/.test(typed) ? Number(typed) : Number.NaN
    },
    has: (name) => data.has(name),
    date: (name) => {
      const [day, month, year] = ['day', 'month', 'year'].map((part) => text(`${name}.${part}`))
      if (!day && !month && !year) return undefined
      const named = months.indexOf(month!.slice(0, 3).toLowerCase()) + 1
      const wholeYear = year!.length === 2 ? `20${year}` : year!
      return `${wholeYear}-${String(named || month).padStart(2, '0')}-${day!.padStart(2, '0')}`
    },
  }
}
