import { desc } from 'drizzle-orm'
import { signInCodes } from '#db/people.ts'
import { codeFor } from '#server/people/codes.ts'
import type { TestWorld } from '#test/world.ts'

/** A browser with a jar of cookies, behind an address of its own if it is told one. */
export class Browser {
  readonly jar = new Map<string, string>()
  /** Every Set-Cookie it was ever sent. */
  readonly sent: string[] = []
  readonly world: TestWorld
  readonly address: string | undefined

  constructor(world: TestWorld, address?: string) {
    this.world = world
    this.address = address
  }

  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await this.world.app.request(`${this.world.config.origin}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: {
        origin: this.world.config.origin,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(cookie ? { cookie } : {}),
        ...(this.address ? { 'x-forwarded-for': this.address } : {}),
        ...headers,
      },
    })
    for (const line of answer.headers.getSetCookie()) {
      this.sent.push(line)
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/max-age=0/i.test(line)) this.jar.delete(name)
      else this.jar.set(name, value)
    }
    const text = await answer.text()
    // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the route answered
    const json: any = text ? JSON.parse(text) : undefined
    return { status: answer.status, headers: answer.headers, text, json }
  }

  get(path: string) {
    return this.ask('GET', path)
  }

  post(path: string, body: unknown = {}) {
    return this.ask('POST', path, body)
  }

  askForCode(email: string) {
    return this.post('/api/sign-in/codes', { email })
  }

  type(code: string) {
    return this.post('/api/sign-in', { code })
  }

  /** Asks for a code, reads it and types it. */
  async signIn(email: string) {
    await this.askForCode(email)
    return this.type(await newestCode(this.world))
  }

  async me() {
    return (await this.get('/api/me')).json
  }

  get sid(): string | undefined {
    return this.jar.get('__Host-sid') ?? this.jar.get('sid')
  }
}

/** The code that the newest e-mail says. */
export async function newestCode(world: TestWorld): Promise<string> {
  const [row] = await world.store.read.select().from(signInCodes).orderBy(desc(signInCodes.id)).limit(1)
  const code = row && (await codeFor({ secrets: world.world.secrets }, row))
  if (!code) throw new Error('No code was asked for')
  return code
}

export const otherThan = (code: string, n = 1): string => String((Number(code) + n) % 1_000_000).padStart(6, '0')
