/* Longer than most files because it is the one place that reads settings: each with what it may be, and the words for what it is not. */
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
  /** Told when nobody has recorded for four working hours where urgent words were passed. */
  businessManager: Pick<CoverPerson, 'name' | 'address'>
  libsql: { url: string; token?: string } | null
  /** What a mail service that tells of returned mail must know; null: nobody may tell. */
  bounceKey: string | null
}

/** Every fault of the settings, in plain words, one a line. */
export class BadSettings extends Error {
  readonly faults: string[]
  constructor(faults: string[]) {
    super(faults.join('\n'))
    this.faults = faults
  }
}

/** Who is told of urgent words in the example: its coordinator and her deputy, so that telling everyone on cover can be seen. */
const exampleCover: CoverPerson[] = [
  {
    name: 'Rosalind Ekwueme',
    address: 'rosalind.ekwueme@safeguarding.example',
    telephone: '01632 960 014',
    days: [1, 2, 3, 4],
  },
  {
    name: 'Tobias Ekundare',
    address: 'tobias.ekundare@safeguarding.example',
    telephone: '01632 960 015',
    days: [3, 4, 5],
  },
]

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

/** The number of a day by its name or the start of it: 1 for `Mon`, `Monday`; 0 for no day. */
const dayNamed = (word: string): number =>
  word.length < 3 ? 0 : weekdays.findIndex((weekday) => weekday.startsWith(word)) + 1

/** Reads `Mon-Fri` or `Tue Thu`. */
function workingDays(words: string): number[] | null {
  const found = new Set<number>()
  for (const span of words
    .toLowerCase()
    .split(/[\s,+/]+/)
    .filter(Boolean)) {
    const [from = 0, to = from, ...more] = span.split(/[-–]/).map(dayNamed)
    if (!from || to < from || more.length) return null
    for (let day = from; day <= to; day++) found.add(day)
  }
  return found.size ? [...found].sort() : null
}

/**
 * Reads `Name <address>, telephone, Mon-Fri; Name <address>, telephone, Tue Thu`: at least two different people, each
 * with an address, a telephone number and working days, and somebody working on every weekday.
 */
export function readCover(text: string): { people: CoverPerson[]; faults: string[] } {
  const people: CoverPerson[] = []
  const faults: string[] = []
  for (const entry of text
    .split(';')
    .map((part) => part.trim())
    .filter(Boolean)) {
    const [who = '', telephone = '', ...days] = entry.split(',').map((part) => part.trim())
    const [, name, address] = /^([^<>]+?)\s*<([^<>\s]+)>$/.exec(who) ?? []
    const known = v.safeParse(emailAddress, address)
    const working = workingDays(days.join(' '))
    const wrong = [
      ...(name ? [] : ['a name and an address in angle brackets, such as Ann Lee <ann@example.org>']),
      ...(name && !known.success ? [`an email address instead of "${address}"`] : []),
      ...((telephone.match(/\d/g) ?? []).length >= 3 ? [] : ['a telephone number after the first comma']),
      ...(working ? [] : ['working days after the second comma, such as Mon-Fri or Tue Thu']),
    ]
    if (wrong.length) faults.push(`COVER: "${entry}" needs ${wrong.join('; ')}`)
    else if (name && known.success && working) people.push({ name, address: known.output, telephone, days: working })
  }
  if (faults.length) return { people, faults }
  if (new Set(people.map(({ address }) => address)).size < 2)
    return { people, faults: ['COVER: name at least two different people, separated by a semicolon'] }
  const uncovered = weekdays.slice(0, 5).filter((_, n) => !people.some(({ days }) => days.includes(n + 1)))
  if (uncovered.length)
    faults.push(
      `COVER: nobody works on ${uncovered.map(capitalised).join(', ')}; somebody must on every day from Monday to Friday`,
    )
  return { people, faults }
}

/** Reads `Name <address>`; null for anything else. */
export function readMailbox(text: string): Pick<CoverPerson, 'name' | 'address'> | null {
  const [, name, address] = /^([^<>]+?)\s*<([^<>\s]+)>$/.exec(text.trim()) ?? []
  const known = v.safeParse(emailAddress, address)
  return name && known.success ? { name, address: known.output } : null
}

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

const port = v.pipe(v.string(), v.regex(/^\d{1,5}$/), v.transform(Number), v.maxValue(65_535))
const minutes = v.pipe(v.string(), v.regex(/^\d{1,2}$/), v.transform(Number), v.minValue(1), v.maxValue(15))
const proxies = v.pipe(v.string(), v.regex(/^\d$/), v.transform(Number))

const bounceKey = v.pipe(
  v.string(),
  v.regex(/^[\w-]{32,200}$/),
  v.check((key) => !isPoorSecret(key)),
)
const hostName = v.pipe(v.string(), v.regex(/^[\w.:-]+$/))
const database = v.pipe(v.string(), v.regex(/^(libsql|https?|wss?):\/\/[^\s/]+/))

/** What live mode cannot do without; the example invents it. */
const needed = {
  PUBLIC_ORIGIN: 'the address people will use, such as https://training.example.org',
  SECRET: 'at least 32 characters of chance, such as the output of: openssl rand -base64 48',
  SMTP_URL: 'the mail server, such as smtps://user:password@mail.example.org:465',
  COVER:
    'at least two people who are told of urgent words: Name <address>, telephone, Mon-Fri; Name <address>, telephone, Tue Thu',
  BUSINESS_MANAGER: 'who is told when nobody has settled urgent words for four working hours: Name <address>',
} as const

const loopback = ['127.0.0.1', 'localhost', '[::1]']

/** The address people see; https, but for the loopback address, when live. */
function readOrigin(text: string, live: boolean): { origin: string; fault?: string } {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.hash || url.username)
    return {
      origin: text,
      fault: 'PUBLIC_ORIGIN: must be an address with nothing after the name, such as https://training.example.org',
    }
  if (live && url.protocol !== 'https:' && !loopback.includes(url.hostname))
    return {
      origin: url.origin,
      fault:
        'PUBLIC_ORIGIN: must begin with https:// in live mode. Put a proxy with TLS in front and give its address here',
    }
  return { origin: url.origin }
}

/** Too short, too plain, or copied from a description. */
const isPoorSecret = (secret: string): boolean =>
  new TextEncoder().encode(secret).length < 32 || new Set(secret).size < 10 || /change.?me|example|secret/i.test(secret)

/** `smtps://` is TLS from the first byte, `smtp://` begins it when the server offers. */
function readSmtp(text: string): Config['smtp'] {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  if (!/^smtps?:$/.test(url.protocol) || !url.hostname || url.pathname.length > 1 || url.search || url.hash) return null
  const secure = url.protocol === 'smtps:'
  try {
    return {
      host: decodeURIComponent(url.hostname).replace(/^\[|\]$/g, ''),
      port: Number(url.port) || (secure ? 465 : 587),
      secure,
      ...(url.username ? { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } : {}),
    }
  } catch {
    return null
  }
}

/**
 * Reads every setting at once. `NAME_FILE` may name a file that holds the value of `NAME`; a blank setting is none.
 * @throws BadSettings with every fault, none left for the next start
 */
export function readConfig(
  env: Record<string, string | undefined>,
  readFile: (path: string) => string,
  version: string,
): Config {
  const faults: string[] = []
  const unreadable = new Set<string>()
  const setting = (name: string): string | undefined => {
    const text = env[name]?.trim() || undefined
    const path = env[`${name}_FILE`]?.trim()
    if (!path) return text
    try {
      if (text !== undefined) throw new Error(`is set beside ${name}: keep one of them`)
      return fileText(readFile, path)
    } catch (error) {
      unreadable.add(name)
      faults.push(`${name}_FILE: ${error instanceof Error ? error.message : ''}`)
      return undefined
    }
  }
  const parsed = <T>(name: string, schema: v.GenericSchema<string, T>, otherwise: T, words: string): T => {
    const text = setting(name)
    if (text === undefined) return otherwise
    const result = v.safeParse(schema, text)
    if (result.success) return result.output
    faults.push(`${name}: ${words}`)
    return otherwise
  }

  const mode = parsed('MODE', v.picklist(modes), 'example' as Mode, 'must be example or live')
  const live = mode === 'live'
  const required = Object.fromEntries(Object.keys(needed).map((name) => [name, setting(name)])) as {
    [name in keyof typeof needed]: string | undefined
  }
  if (live)
    for (const [name, words] of Object.entries(needed))
      if (required[name as keyof typeof needed] === undefined && !unreadable.has(name))
        faults.push(`${name} is missing: ${words}`)

  const httpPort = parsed('PORT', port, 8787, 'must be a number from 0 to 65535')
  const host = parsed('HOST', hostName, '127.0.0.1', 'must be the address to listen on, such as 127.0.0.1')
  const ownHost = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  const { origin, fault } = readOrigin(required.PUBLIC_ORIGIN ?? `http://${ownHost}:${httpPort}`, live)
  if (fault && required.PUBLIC_ORIGIN !== undefined) faults.push(fault)

  const secrets = { SECRET: required.SECRET, SECRET_PREVIOUS: setting('SECRET_PREVIOUS') }
  for (const [name, secret] of Object.entries(secrets))
    if (secret !== undefined && isPoorSecret(secret))
      faults.push(`${name}: must be ${needed.SECRET}; what is set is too short or too plain`)

  const smtp = required.SMTP_URL === undefined ? null : readSmtp(required.SMTP_URL)
  if (required.SMTP_URL !== undefined && !smtp)
    faults.push(
      `SMTP_URL: must be ${needed.SMTP_URL.replace('the mail server, such as', 'like')}; write special characters of the password as %40 for @, %2F for /, %23 for #`,
    )

  const cover = required.COVER === undefined ? { people: [], faults: [] } : readCover(required.COVER)
  faults.push(...cover.faults)
  const first = cover.people[0]
  const businessManager = required.BUSINESS_MANAGER === undefined ? null : readMailbox(required.BUSINESS_MANAGER)
  if (required.BUSINESS_MANAGER !== undefined && !businessManager)
    faults.push('BUSINESS_MANAGER: must be a name and an address in angle brackets, such as Ann Lee <ann@example.org>')

  const email = parsed(
    'TEAM_EMAIL',
    emailAddress,
    first?.address ?? 'training@safeguarding.example',
    'must be an email address',
  )
  const libsqlUrl = parsed('LIBSQL_URL', database, '', 'must be like libsql://name.example.org')
  const libsqlToken = setting('LIBSQL_TOKEN')
  const bounces = parsed(
    'BOUNCE_KEY',
    bounceKey,
    '',
    'must be at least 32 letters and digits of chance, such as the output of: openssl rand -hex 32',
  )
  const ring = `ring ${first?.telephone ?? ''}`
  const config: Config = {
    mode,
    version,
    port: httpPort,
    host,
    dataDir: setting('DATA_DIR') ?? './data',
    origin,
    secrets: Object.values(secrets).filter((secret) => secret !== undefined),
    smtp: live ? smtp : null,
    mailFrom: parsed('MAIL_FROM', emailAddress, email, 'must be an email address'),
    trustProxy: parsed('TRUST_PROXY', proxies, 0, 'must be the number of proxies in front, 0 to 9'),
    codeMinutes: parsed('CODE_MINUTES', minutes, 10, 'must be a number from 1 to 15'),
    partnership: {
      name: setting('PARTNERSHIP') ?? (live ? 'Safeguarding Partnership' : 'Example Safeguarding Partnership'),
      phone: setting('TEAM_PHONE') ?? first?.telephone ?? '01632 960 010',
      email,
      team: setting('TEAM_NAME') ?? 'the training team',
      coordinator: setting('SIGNED_BY') ?? first?.name ?? 'Rosalind Ekwueme',
    },
    routes: {
      child: setting('CHILD_ROUTE') ?? (live ? ring : 'front door, 01632 960 011'),
      adult: setting('ADULT_ROUTE') ?? (live ? ring : 'adult social care, 01632 960 012'),
      allegation: setting('ALLEGATION_ROUTE') ?? (live ? ring : 'the designated officer, 01632 960 013'),
      support:
        setting('SUPPORT_ROUTE') ?? (live ? 'your manager or your GP' : 'your manager, or Samaritans on 116 123'),
    },
    cover: live || required.COVER !== undefined ? cover.people : exampleCover,
    businessManager: businessManager ?? {
      name: 'Bartholomew Nwosu-Frith',
      address: 'business.manager@safeguarding.example',
    },
    libsql: libsqlUrl ? { url: libsqlUrl, ...(libsqlToken ? { token: libsqlToken } : {}) } : null,
    bounceKey: bounces || null,
  }
  if (faults.length) throw new BadSettings([...new Set(faults)])
  return config
}

function fileText(readFile: (path: string) => string, path: string): string {
  let text: string
  try {
    text = readFile(path).trim()
  } catch {
    throw new Error(`the file ${path} cannot be read`)
  }
  if (!text) throw new Error(`the file ${path} is empty`)
  return text
}
