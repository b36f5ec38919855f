import type { Context } from '#server/context.ts'
import { base64url, mac } from '#server/keys.ts'
import { cookieFor, readCookie } from './cookies.ts'

/*
 * A browser that has signed in to an address before is known for it. The cookie opens nothing: it only has limits of its
 * own, so that a stranger who uses up an address's codes or guesses does not lock out its owner (trust.md S18).
 */

const halfAYear = 182 * 86_400

/** A name for this browser, if it has signed in to this address before. */
export async function knownDevice(ctx: Context, cookies: string, email: string): Promise<string | null> {
  const [name, proof] = readCookie(ctx.config, cookies, 'device')?.split('.') ?? []
  if (!name || proof?.length !== 22) return null
  for (const secret of ctx.secrets) if (isSame(proof, await proofOf([secret], name, email))) return name
  return null
}

/** The cookie that makes a browser known for an address, given after a right code. */
export async function deviceCookie(ctx: Context, email: string): Promise<string> {
  const name = base64url(ctx.random(12))
  return cookieFor(ctx.config, 'device', `${name}.${await proofOf(ctx.secrets, name, email)}`, halfAYear)
}

async function proofOf(secrets: string[], name: string, email: string): Promise<string> {
  return base64url((await mac(secrets, 'known-device', `${name} ${email}`)).subarray(0, 16))
}

function isSame(a: string, b: string): boolean {
  let difference = a.length ^ b.length
  for (let n = 0; n < a.length; n++) difference |= a.charCodeAt(n) ^ b.charCodeAt(n)
  return difference === 0
}
