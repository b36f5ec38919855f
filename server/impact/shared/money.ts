/** £560, £37.50, −£12: whole pounds without pence. */
export function moneyWords(pence: number): string {
  const sum = Math.abs(pence)
  return `${pence < 0 ? '−' : ''}£${(sum / 100).toLocaleString('en-GB', {
    minimumFractionDigits: sum % 100 === 0 ? 0 : 2,
    maximumFractionDigits: 2,
  })}`
}
