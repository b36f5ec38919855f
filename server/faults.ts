/**
 * What went wrong, for the log: which statement, why and where, but never the values that were being written, which may
 * be addresses or free text (trust.md S38).
 */
export function faultWords(error: unknown): string {
  const words: string[] = []
  for (let fault = error; fault !== undefined && words.length < 5; fault = (fault as Error).cause) {
    if (!(fault instanceof Error)) {
      words.push(String(fault))
      break
    }
    words.push(withoutValues(fault))
  }
  return words.join('\ncaused by ')
}

/** Drizzle's message is the statement and then its parameters. */
function withoutValues(fault: Error): string {
  const stack = fault.stack ?? fault.message
  if (!('query' in fault && 'params' in fault)) return stack
  const where = stack.indexOf('\n    at ')
  return `Failed query: ${String(fault.query)}${where < 0 ? '' : stack.slice(where)}`
}
