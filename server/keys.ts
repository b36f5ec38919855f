/** Keyed hashes and the tokens in e-mailed links. One secret, a key of its own for each purpose. */

const encoder = new TextEncoder()
const imported = new WeakMap<string[], Map<string, Promise<CryptoKey>>>()

export const purposes = [
  'sign-in-code',
  'known-device',
  'before',
  'answer',
  'opt-out',
  'answer-code',
  'colleague',
  'results',
  'summary',
  'single-agency-return',
  'certificate',
  'certificate-code',
  'cannot-come',
  'page-nonce',
  'traffic',
  'seal',
] as const
export type Purpose = (typeof purposes)[number]

export const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

export function fromBase64url(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[\w-]*$/.test(text)) return null
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0))
  } catch {
    return null
  }
}

export const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')

export async function sha256(text: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text))))
}

function key(secrets: string[], secret: string, purpose: Purpose): Promise<CryptoKey> {
  let keys = imported.get(secrets)
  if (!keys) imported.set(secrets, (keys = new Map()))
  const name = `${purpose} ${secret}`
  let found = keys.get(name)
  if (!found) {
    found = crypto.subtle.importKey('raw', encoder.encode(name), { name: 'HMAC', hash: 'SHA-256' }, false, [
      'sign',
      'verify',
    ])
    keys.set(name, found)
  }
  return found
}

/** 32 bytes that only this installation can make for this purpose and text. */
export async function mac(secrets: string[], purpose: Purpose, text: string): Promise<Uint8Array> {
  const newest = secrets[0]
  if (!newest) throw new Error('No secret is set')
  return new Uint8Array(await crypto.subtle.sign('HMAC', await key(secrets, newest, purpose), encoder.encode(text)))
}

/** A token for one purpose and one record: `c.` and 128 bits of HMAC. A token for one purpose fails for all others. */
export async function makeToken(secrets: string[], purpose: Purpose, id: number): Promise<string> {
  const bytes = await mac(secrets, purpose, String(id))
  return `${id.toString(36)}.${base64url(bytes.subarray(0, 16))}`
}

/** The record a token is for, or null. Compares in constant time; older secrets still verify. */
export async function readToken(secrets: string[], purpose: Purpose, token: string): Promise<number | null> {
  const match = /^([0-9a-z]{1,9})\.([\w-]{22})$/.exec(token)
  if (!match?.[1] || !match[2]) return null
  const id = Number.parseInt(match[1], 36)
  return (await isSigned(secrets, purpose, String(id), match[2])) ? id : null
}

/** A token that also holds the instant (ms) of what it was made for: whoever reads it tells an older one from the newest. */
export async function makeDatedToken(secrets: string[], purpose: Purpose, id: number, at: number): Promise<string> {
  const bytes = await mac(secrets, purpose, `${id} ${at}`)
  return `${id.toString(36)}-${at.toString(36)}.${base64url(bytes.subarray(0, 16))}`
}

/** The record and the instant that a dated token is for, or null. */
export async function readDatedToken(
  secrets: string[],
  purpose: Purpose,
  token: string,
): Promise<{ id: number; at: number } | null> {
  const match = /^([0-9a-z]{1,9})-([0-9a-z]{1,9})\.([\w-]{22})$/.exec(token)
  if (!match?.[1] || !match[2] || !match[3]) return null
  const [id, at] = [Number.parseInt(match[1], 36), Number.parseInt(match[2], 36)]
  return (await isSigned(secrets, purpose, `${id} ${at}`, match[3])) ? { id, at } : null
}

async function isSigned(secrets: string[], purpose: Purpose, text: string, signature: string): Promise<boolean> {
  const given = fromBase64url(signature)
  if (given?.length !== 16) return false
  let good = false
  for (const secret of secrets) {
    const whole = new Uint8Array(
      await crypto.subtle.sign('HMAC', await key(secrets, secret, purpose), encoder.encode(text)),
    )
    let difference = 0
    for (let n = 0; n < 16; n++) difference |= (whole[n] ?? 0) ^ (given[n] ?? 0)
    if (difference === 0) good = true
  }
  return good
}
