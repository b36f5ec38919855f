import { parse, serialize } from 'hono/utils/cookie'
import type { Config } from '#server/config.ts'

/** sid: the sign-in. code: the browser that asked for a code. device: a browser that has signed in before. */
export type CookieName = 'sid' | 'code' | 'device'

/** Browsers drop Secure cookies on plain http, which only the example may use (house.md section 3). */
const isSecure = (config: Config): boolean => config.mode === 'live' || config.origin.startsWith('https:')

const fullName = (config: Config, name: CookieName): string => (isSecure(config) ? `__Host-${name}` : name)

export function readCookie(config: Config, header: string, name: CookieName): string | undefined {
  const whole = fullName(config, name)
  return parse(header, whole)[whole] || undefined
}

/** The value of a Set-Cookie header. Without `maxAge` (seconds) the cookie goes when the browser closes; 0 removes it. */
export function cookieFor(config: Config, name: CookieName, value: string, maxAge?: number): string {
  return serialize(fullName(config, name), value, {
    path: '/',
    httpOnly: true,
    secure: isSecure(config),
    // Lax, not Strict: people arrive from links in e-mails (trust.md S1).
    sameSite: 'Lax',
    ...(maxAge === undefined ? {} : { maxAge }),
  })
}
