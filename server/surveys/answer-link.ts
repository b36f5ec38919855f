import { readToken } from '#server/keys.ts'

/**
 * Which booking a link to the answer page is for, and by which channel its answers come: the link in an e-mail, or the one that
 * a code on a printed card leads to (short-address.ts), which is a token of its own so that no note of it is kept. Null for
 * anything else.
 */
export async function readAnswerLink(
  secrets: string[],
  token: string,
): Promise<{ bookingId: number; channel: 'e-mail' | 'page' } | null> {
  const mailed = await readToken(secrets, 'answer', token)
  if (mailed !== null) return { bookingId: mailed, channel: 'e-mail' }
  const typed = await readToken(secrets, 'answer-code', token)
  return typed === null ? null : { bookingId: typed, channel: 'page' }
}
