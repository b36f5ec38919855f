import type { Context } from '#server/context.ts'
import { base64url, fromBase64url, mac } from '#server/keys.ts'

const encoder = new TextEncoder()

/**
 * Text sealed with a key that only this installation has (AES-GCM, 256 bits).
 * @param about what it belongs to: sealed text moved elsewhere does not open
 */
export async function seal(ctx: Pick<Context, 'secrets' | 'random'>, text: string, about: string): Promise<string> {
  const iv = Uint8Array.from(ctx.random(12))
  const sealed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: encoder.encode(about) },
    await keyFrom(ctx.secrets),
    encoder.encode(text),
  )
  return `${base64url(iv)}.${base64url(new Uint8Array(sealed))}`
}

/** What was sealed for this, or null when it is damaged, was sealed for something else, or its secret is gone. */
export async function unseal(ctx: Pick<Context, 'secrets'>, sealed: string, about: string): Promise<string | null> {
  const [iv, body] = sealed.split('.').map(fromBase64url)
  if (!iv || !body) return null
  for (const secret of ctx.secrets) {
    try {
      const opened = await crypto.subtle.decrypt(
        { name: 'AES-GCM', iv, additionalData: encoder.encode(about) },
        await keyFrom([secret]),
        body,
      )
      return new TextDecoder().decode(opened)
    } catch {
      // An older secret may open it.
    }
  }
  return null
}

async function keyFrom(secrets: string[]): Promise<CryptoKey> {
  const bytes = Uint8Array.from(await mac(secrets, 'seal', 'AES-GCM'))
  return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt'])
}
