const formats = [0, 2].map(
  (digits) => new Intl.NumberFormat('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: 2 }),
)

/** £560, £37.50, −£12: whole pounds without pence. */
export function moneyWords(pence: number): string {
  const sum = Math.abs(pence)
  return `${pence < 0 ? '−' : ''}£${formats[sum % 100 === 0 ? 0 : 1]!.format(sum / 100)}`
}
