import type { Context } from '#server/context.ts'
import { base64url, mac } from '#server/keys.ts'

const thirtyDays = 30 * 86_400_000
const aMinute = 60_000

/** Says that we showed this page at this moment, so that a POST needs a page first. Not a secret: it only proves the page. */
export async function mintNonce(ctx: Pick<Context, 'secrets' | 'now'>, about: string): Promise<string> {
  const minted = ctx.now.toString(36)
  return `${minted}.${await seal(ctx, about, minted)}`
}

export async function isOurNonce(
  ctx: Pick<Context, 'secrets' | 'now'>,
  about: string,
  given: string,
): Promise<boolean> {
  const [minted = '', sealed = ''] = given.split('.')
  if (!/^[0-9a-z]{1,11}$/.test(minted)) return false
  const age = ctx.now - Number.parseInt(minted, 36)
  const expected = await seal(ctx, about, minted)
  let difference = sealed.length ^ expected.length
  for (let n = 0; n < expected.length; n++) difference |= expected.charCodeAt(n) ^ (sealed.charCodeAt(n) || 0)
  // A clock put back a little must not refuse an honest press.
  return difference === 0 && age >= -aMinute && age <= thirtyDays
}

async function seal(ctx: Pick<Context, 'secrets'>, about: string, minted: string): Promise<string> {
  return base64url((await mac(ctx.secrets, 'page-nonce', `${about} ${minted}`)).subarray(0, 12))
}
