/** What a row says, as a table for people and as JSON for a machine. */

export interface Row {
  name: string
  unit: '/s' | 'ms' | 's' | 'kB' | 'MiB'
  value: number
  /** Milliseconds, where there were many to time. */
  p50?: number
  p95?: number
  /** Equal bare work, in the same unit. */
  bare?: number
  /** Of the bare work's speed; 1 is as fast. */
  ratio?: number
  goal?: Goal
}

export interface Goal {
  /** Rates at least, all else at most. */
  value?: number
  ratio?: number
}

const isRate = ({ unit }: Row) => unit === '/s'

export const ratioOf = (unit: Row['unit'], value: number, bare: number): number =>
  unit === '/s' ? value / bare : bare / value

export function misses(row: Row): string[] {
  const { goal, value, ratio } = row
  return [
    ...(goal?.value !== undefined && (isRate(row) ? value < goal.value : value > goal.value) ? ['goal'] : []),
    ...(goal?.ratio !== undefined && ratio !== undefined && ratio < goal.ratio ? ['ratio'] : []),
  ]
}

const figure = (value: number | undefined): string =>
  value === undefined
    ? ''
    : value >= 100
      ? Math.round(value).toLocaleString('en-GB')
      : value >= 10
        ? value.toFixed(1)
        : value.toFixed(2)

function goalWords(row: Row): string {
  const { goal } = row
  if (!goal) return ''
  return [
    ...(goal.value === undefined ? [] : [`${isRate(row) ? '≥' : '≤'} ${figure(goal.value)}`]),
    ...(goal.ratio === undefined ? [] : [`ratio ≥ ${goal.ratio}`]),
  ].join(', ')
}

export function table(rows: readonly Row[]): string {
  const head = ['', '', 'unit', 'p50 ms', 'p95 ms', 'bare', 'ratio', 'goal', '']
  const lines = rows.map((row) => [
    row.name,
    figure(row.value),
    row.unit,
    figure(row.p50),
    figure(row.p95),
    figure(row.bare),
    row.ratio === undefined ? '' : row.ratio.toFixed(2),
    goalWords(row),
    !row.goal ? '' : misses(row).length ? `misses its ${misses(row).join(' and ')}` : 'met',
  ])
  const widths = head.map((title, n) => Math.max(title.length, ...lines.map((line) => line[n]?.length ?? 0)))
  const isWords = (n: number) => n === 0 || n === 2 || n >= 7
  return [head, ...lines]
    .map((line) =>
      line
        .map((cell, n) => (isWords(n) ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** `[{ "name", "unit", "value", "p50", "p95", "bare", "ratio" }]` */
export const asJson = (rows: readonly Row[]): string =>
  JSON.stringify(
    rows.map(({ goal: _, ...row }) => row),
    (_, value) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value),
    2,
  )
