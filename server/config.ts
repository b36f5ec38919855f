import * as v from 'valibot'
import { emailAddress, type Mode, modes } from './people/input.ts'

export interface CoverPerson {
  name: string
  address: string
  telephone: string
  /** 1 Monday to 7 Sunday. */
  days: number[]
}

export interface Config {
  mode: Mode
  version: string
  port: number
  host: string
  dataDir: string
  /** The address people see, without a slash at the end. */
  origin: string
  /** Newest first: the first signs, all verify (rotation with overlap). */
  secrets: string[]
  smtp: { host: string; port: number; secure: boolean; user?: string; pass?: string } | null
  mailFrom: string
  /** Proxies in front whose X-Forwarded-For is believed; 0 believes none. */
  trustProxy: number
  codeMinutes: number
  partnership: { name: string; phone: string; email: string; team: string; coordinator: string }
  /** Whom to ring: local names and numbers are settings, never in code. */
  routes: { child: string; adult: string; allegation: string; support: string }
  cover: CoverPerson[]
  libsql: { url: string; token?: string } | null
}

/** Every fault of the settings, in plain words, one a line. */
export class BadSettings extends Error {
  readonly faults: string[]
  constructor(faults: string[]) {
    super(faults.join('\n'))
    this.faults = faults
  }
}

const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

function days(words: string): number[] | null {
  const found = new Set<number>()
  for (const word of words
    .toLowerCase()
    .split(/[\s+/]+/)
    .filter(Boolean)) {
    const [first = '', last = first] = word.split(/-|–/)
    const from = dayNames.indexOf(first.slice(0, 3))
    const to = dayNames.indexOf(last.slice(0, 3))
    if (from < 0 || to < from) return null
    for (let day = from; day <= to; day++) found.add(day + 1)
  }
  return found.size ? [...found].sort() : null
}

/** Reads `Name <address>, telephone, Mon-Fri; Name <address>, telephone, Tue Thu`. */
export function readCover(text: string): CoverPerson[] | string {
  const people: CoverPerson[] = []
  for (const entry of text
    .split(';')
    .map((part) => part.trim())
    .filter(Boolean)) {
    const [who = '', telephone = '', ...rest] = entry.split(',').map((part) => part.trim())
    const match = /^(.+?)\s*<([^<>\s]+)>$/.exec(who)
    const working = days(rest.join(' '))
    if (!match?.[1] || !v.is(emailAddress, match[2]) || !/\d{3}/.test(telephone) || !working)
      return `COVER: "${entry}" is not understood. Write each person as: Name <address>, telephone, Mon-Fri`
    people.push({ name: match[1], address: match[2] ?? '', telephone, days: working })
  }
  if (people.length < 2) return 'COVER: name at least two people, separated by a semicolon'
  const uncovered = [1, 2, 3, 4, 5].filter((day) => !people.some((person) => person.days.includes(day)))
  if (uncovered.length) return 'COVER: somebody must be working on every weekday, Monday to Friday'
  return people
}

const port = v.pipe(v.string(), v.regex(/^\d{1,5}$/), v.transform(Number), v.maxValue(65_535))
const minutes = v.pipe(v.string(), v.regex(/^\d{1,2}$/), v.transform(Number), v.minValue(1), v.maxValue(15))
const proxies = v.pipe(v.string(), v.regex(/^\d$/), v.transform(Number))

/** The settings that must be words of their own in live mode; the example invents them. */
const required = ['PUBLIC_ORIGIN', 'SECRET', 'SMTP_URL', 'COVER'] as const

const wanted: Record<(typeof required)[number], string> = {
  PUBLIC_ORIGIN: 'the address people will use, such as https://training.example.org',
  SECRET: 'at least 32 characters of randomness, such as the output of: openssl rand -base64 48',
  SMTP_URL: 'the mail server, such as smtps://user:password@mail.example.org:465',
  COVER:
    'two people or more told of urgent words: Name <address>, telephone, Mon-Fri; Name <address>, telephone, Tue Thu',
}

/**
 * Reads every setting at once. `NAME_FILE` may name a file that holds the value of `NAME`.
 * @throws BadSettings with every fault, none left for the next start
 */
export function readConfig(
  env: Record<string, string | undefined>,
  readFile: (path: string) => string,
  version: string,
): Config {
  const faults: string[] = []
  const setting = (name: string): string | undefined => {
    const path = env[`${name}_FILE`]
    if (path && env[name] === undefined) {
      try {
        return readFile(path).trim()
      } catch {
        faults.push(`${name}_FILE: the file "${path}" cannot be read`)
        return undefined
      }
    }
    return env[name]?.trim() || undefined
  }
  const parsed = <T>(name: string, schema: v.GenericSchema<string, T>, otherwise: T, words: string): T => {
    const text = setting(name)
    if (text === undefined) return otherwise
    const result = v.safeParse(schema, text)
    if (result.success) return result.output
    faults.push(`${name}: ${words}`)
    return otherwise
  }

  const mode = parsed('MODE', v.picklist(modes), 'example' as Mode, 'must be "example" or "live"')
  const live = mode === 'live'
  const httpPort = parsed('PORT', port, 8787, 'must be a port number, 0 to 65535')
  const host = setting('HOST') ?? '127.0.0.1'

  if (live)
    for (const name of required)
      if (setting(name) === undefined && !(name === 'SMTP_URL' && setting('SMTP_URL_FILE')))
        faults.push(`${name} is missing: ${wanted[name]}`)

  const origin = setting('PUBLIC_ORIGIN') ?? `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${httpPort}`
  let originUrl: URL | undefined
  try {
    originUrl = new URL(origin)
  } catch {
    // Named below with the others.
  }
  if (!originUrl || originUrl.pathname !== '/' || originUrl.search || !/^https?:$/.test(originUrl.protocol))
    faults.push('PUBLIC_ORIGIN: must be an address without a path, such as https://training.example.org')
  else if (live && originUrl.protocol !== 'https:' && !['127.0.0.1', 'localhost', '[::1]'].includes(originUrl.hostname))
    faults.push('PUBLIC_ORIGIN: must begin with https:// in live mode')

  const secrets = [setting('SECRET'), setting('SECRET_PREVIOUS')].filter((secret) => secret !== undefined)
  for (const secret of secrets)
    if (secret.length < 32 || /change.?me|example|secret/i.test(secret) || new Set(secret).size < 8)
      faults.push(`SECRET: ${wanted.SECRET}; what is set is too short or too plain`)

  const smtpText = setting('SMTP_URL')
  let smtp: Config['smtp'] = null
  if (smtpText) {
    try {
      const url = new URL(smtpText)
      if (!/^smtps?:$/.test(url.protocol) || !url.hostname) throw new Error('not smtp')
      smtp = {
        host: url.hostname,
        port: Number(url.port) || (url.protocol === 'smtps:' ? 465 : 587),
        secure: url.protocol === 'smtps:',
        ...(url.username ? { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } : {}),
      }
    } catch {
      faults.push(`SMTP_URL: must be ${wanted.SMTP_URL}`)
    }
  }

  const coverText = setting('COVER')
  const cover = coverText === undefined ? [] : readCover(coverText)
  if (typeof cover === 'string') faults.push(cover)
  const people = typeof cover === 'string' ? [] : cover
  const first = people[0]

  const email = parsed(
    'TEAM_EMAIL',
    emailAddress,
    first?.address ?? 'training@safeguarding.example',
    'must be an email address',
  )
  const config: Config = {
    mode,
    version,
    port: httpPort,
    host,
    dataDir: setting('DATA_DIR') ?? './data',
    origin: originUrl?.origin ?? origin,
    secrets,
    smtp: live ? smtp : null,
    mailFrom: parsed('MAIL_FROM', emailAddress, email, 'must be an email address'),
    trustProxy: parsed('TRUST_PROXY', proxies, 0, 'must be the number of proxies in front, 0 to 9'),
    codeMinutes: parsed('CODE_MINUTES', minutes, 10, 'must be 1 to 15'),
    partnership: {
      name: setting('PARTNERSHIP') ?? (live ? 'Safeguarding Partnership' : 'Example Safeguarding Partnership'),
      phone: setting('TEAM_PHONE') ?? first?.telephone ?? '01632 960 010',
      email,
      team: setting('TEAM_NAME') ?? 'the training team',
      coordinator: setting('SIGNED_BY') ?? first?.name ?? 'Rosalind Ekwueme',
    },
    routes: {
      child: setting('CHILD_ROUTE') ?? (live ? `ring ${first?.telephone ?? ''}` : 'front door, 01632 960 011'),
      adult: setting('ADULT_ROUTE') ?? (live ? `ring ${first?.telephone ?? ''}` : 'adult social care, 01632 960 012'),
      allegation:
        setting('ALLEGATION_ROUTE') ??
        (live ? `ring ${first?.telephone ?? ''}` : 'the designated officer, 01632 960 013'),
      support:
        setting('SUPPORT_ROUTE') ?? (live ? 'your manager or your GP' : 'your manager, or Samaritans on 116 123'),
    },
    cover: people,
    libsql: setting('LIBSQL_URL')
      ? {
          url: setting('LIBSQL_URL') ?? '',
          ...(setting('LIBSQL_TOKEN') ? { token: setting('LIBSQL_TOKEN') ?? '' } : {}),
        }
      : null,
  }
  if (faults.length) throw new BadSettings([...new Set(faults)])
  return config
}
