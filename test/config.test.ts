import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { members } from '#db/example/cast.ts'
import { BadSettings, type Config, readConfig, readCover } from '#server/config.ts'

type Settings = Record<string, string | undefined>

const secret = 'kQ2v9zLx7Rf4Wm8Tn3Yb6Hc1Jd5Gs0PaUeXi'
const live: Settings = {
  MODE: 'live',
  PUBLIC_ORIGIN: 'https://training.council.test',
  SECRET: secret,
  SMTP_URL: 'smtps://post:p%40ss%2Fword@mail.council.test',
  COVER: 'Ada Lane <ada@council.test>, 01632 960 001, Mon-Fri; Mo Reid <mo@council.test>, 01632 960 002, Tue Thu',
  BUSINESS_MANAGER: 'Bo Nash <bo@council.test>',
}
const noFile = (): string => {
  throw new Error('ENOENT')
}
const read = (settings: Settings, readFile: (path: string) => string = noFile): Config =>
  readConfig(settings, readFile, 'test')

/** What is wrong with these settings, one fault a line. */
function faults(settings: Settings, readFile?: (path: string) => string): string[] {
  try {
    read(settings, readFile)
    return []
  } catch (error) {
    if (!(error instanceof BadSettings)) throw error
    return error.faults
  }
}

describe('the settings', () => {
  it('start the example with none at all, on the loopback address, its mail going nowhere', () => {
    const config = read({})
    expect(config).toMatchObject({
      mode: 'example',
      host: '127.0.0.1',
      port: 8787,
      origin: 'http://127.0.0.1:8787',
      smtp: null,
      trustProxy: 0,
      codeMinutes: 10,
    })
  })

  it('give the example two people on cover who work on different days, and live nobody but its own', () => {
    const { cover } = read({})
    expect(cover.map(({ name }) => name)).toEqual(
      members.filter(({ as }) => as === 'coordinator').map(({ name }) => name),
    )
    for (const { address, telephone } of cover) {
      expect(address).toMatch(/\.example$/)
      expect(telephone).toMatch(/^01632 960 \d{3}$/)
    }
    expect(new Set(cover.flatMap(({ days }) => days)).size).toBe(5)
    expect(cover[0]?.days).not.toEqual(cover[1]?.days)
    expect(read({ COVER: live.COVER }).cover).toEqual(read(live).cover)
    expect(read(live).cover.map(({ name }) => name)).toEqual(['Ada Lane', 'Mo Reid'])
  })

  it('give the example no mail server even when one is set, so that nobody real is written to', () => {
    expect(read({ ...live, MODE: 'example' }).smtp).toBeNull()
  })

  it('refuse live mode with all that is missing at once, each with what to write', () => {
    const found = faults({ MODE: 'live' })
    expect(found.map((fault) => fault.split(' ')[0])).toEqual([
      'PUBLIC_ORIGIN',
      'SECRET',
      'SMTP_URL',
      'COVER',
      'BUSINESS_MANAGER',
    ])
    for (const fault of found) expect(fault).toMatch(/^[A-Z_]+ is missing: .+/)
  })

  it('name every fault in one go: what is missing, what is wrong, what cannot be read', () => {
    const found = faults({
      MODE: 'live',
      PORT: 'eighty',
      SECRET: 'short',
      SMTP_URL_FILE: '/nowhere',
      COVER: 'Ada',
      CODE_MINUTES: '20',
    })
    expect(found.map((fault) => fault.split(/:| is/)[0]).sort()).toEqual([
      'BUSINESS_MANAGER',
      'CODE_MINUTES',
      'COVER',
      'PORT',
      'PUBLIC_ORIGIN',
      'SECRET',
      'SMTP_URL_FILE',
    ])
  })

  it('take a blank setting for none', () => {
    expect(faults({ ...live, SECRET: '  ' })).toEqual([expect.stringMatching(/^SECRET is missing/)])
    expect(read({ PORT: '', HOST: ' ' })).toMatchObject({ port: 8787, host: '127.0.0.1' })
  })

  it('start live when all is there', () => {
    expect(read(live)).toMatchObject({
      mode: 'live',
      origin: 'https://training.council.test',
      secrets: [secret],
      smtp: { host: 'mail.council.test', port: 465, secure: true, user: 'post', pass: 'p@ss/word' },
      cover: [
        { name: 'Ada Lane', address: 'ada@council.test', telephone: '01632 960 001', days: [1, 2, 3, 4, 5] },
        { name: 'Mo Reid', address: 'mo@council.test', telephone: '01632 960 002', days: [2, 4] },
      ],
      businessManager: { name: 'Bo Nash', address: 'bo@council.test' },
    })
  })

  it.each<[string, string]>([
    ['MODE', 'production'],
    ['MODE', 'Live'],
    ['PORT', '70000'],
    ['PORT', '-1'],
    ['PORT', '80a'],
    ['HOST', 'all of them'],
    ['TRUST_PROXY', 'yes'],
    ['TRUST_PROXY', '10'],
    ['CODE_MINUTES', '0'],
    ['BUSINESS_MANAGER', 'Bo Nash'],
    ['BUSINESS_MANAGER', '<bo@council.test>'],
    ['CODE_MINUTES', '16'],
    ['MAIL_FROM', 'training team'],
    ['TEAM_EMAIL', 'training@'],
    ['LIBSQL_URL', 'file:other.db'],
    ['SMTP_URL', 'mail.council.test'],
    ['SMTP_URL', 'https://mail.council.test'],
    ['SMTP_URL', 'smtp://'],
    ['SMTP_URL', 'smtp://mail.council.test:port'],
    ['SMTP_URL', 'smtp://u:50%@mail.council.test'],
    ['SMTP_URL', 'smtps://mail.council.test/?pool=true'],
    ['BOUNCE_KEY', 'too-short'],
    ['BOUNCE_KEY', 'x'.repeat(40)],
    ['BOUNCE_KEY', 'kQ2v9zLx7Rf4Wm8Tn3Yb6Hc1Jd5Gs0Pa/Ue+Xi'],
    ['PUBLIC_ORIGIN', 'training.council.test'],
    ['PUBLIC_ORIGIN', 'https://council.test/training'],
    ['PUBLIC_ORIGIN', 'https://council.test/?a=b'],
    ['PUBLIC_ORIGIN', 'https://council.test/#top'],
    ['PUBLIC_ORIGIN', 'https://user:word@council.test'],
    ['PUBLIC_ORIGIN', 'ftp://council.test'],
    ['PUBLIC_ORIGIN', 'http://council.test'],
    ['PUBLIC_ORIGIN', 'http://192.168.1.4:8787'],
  ])('refuse %s=%s and say which setting it is', (name, value) => {
    const found = faults({ ...live, [name]: value })
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(new RegExp(`^${name}: must `))
  })

  it.each<[string, string, Partial<Config>]>([
    ['PORT', '0', { port: 0 }],
    ['PORT', '65535', { port: 65_535 }],
    ['PUBLIC_ORIGIN', 'https://training.council.test/', { origin: 'https://training.council.test' }],
    ['PUBLIC_ORIGIN', 'https://training.council.test:8443', { origin: 'https://training.council.test:8443' }],
    ['PUBLIC_ORIGIN', 'http://127.0.0.1:8787', { origin: 'http://127.0.0.1:8787' }],
    ['PUBLIC_ORIGIN', 'http://localhost:8787', { origin: 'http://localhost:8787' }],
    ['SMTP_URL', 'smtp://mail.council.test', { smtp: { host: 'mail.council.test', port: 587, secure: false } }],
    ['SMTP_URL', 'smtp://[::1]:2525', { smtp: { host: '::1', port: 2525, secure: false } }],
    ['TRUST_PROXY', '1', { trustProxy: 1 }],
    ['CODE_MINUTES', '15', { codeMinutes: 15 }],
    ['BOUNCE_KEY', '', { bounceKey: null }],
    ['BOUNCE_KEY', '7Rf4Wm8Tn3Yb6Hc1Jd5Gs0PaUeXikQ2v-9zL', { bounceKey: '7Rf4Wm8Tn3Yb6Hc1Jd5Gs0PaUeXikQ2v-9zL' }],
    ['LIBSQL_URL', 'libsql://db.council.test', { libsql: { url: 'libsql://db.council.test' } }],
  ])('take %s=%s', (name, value, expected) => {
    expect(read({ ...live, [name]: value })).toMatchObject(expected)
  })

  it('let the example stand on http, whatever its address', () => {
    expect(read({ PUBLIC_ORIGIN: 'http://192.168.1.4:8787', HOST: '0.0.0.0' }).origin).toBe('http://192.168.1.4:8787')
    expect(read({ HOST: '::1', PORT: '9000' }).origin).toBe('http://[::1]:9000')
    expect(read({ HOST: '0.0.0.0', PORT: '9000' }).origin).toBe('http://127.0.0.1:9000')
  })
})

describe('the secret', () => {
  it.each([
    ['shorter than 32 bytes', 'kQ2v9zLx7Rf4Wm8Tn3Yb6Hc1Jd5Gs0P'],
    ['one character over and over', 'x'.repeat(64)],
    ['a few over and over', 'abcd'.repeat(12)],
    ['an example', 'this-is-the-example-value-from-the-manual-0123'],
    ['words to be changed', 'please_change_me_please_change_me_0123456789'],
    ['its own name', 'my very own secret, longer than thirty-two'],
  ])('is refused when it is %s', (_, value) => {
    for (const name of ['SECRET', 'SECRET_PREVIOUS']) {
      const found = faults({ ...live, [name]: value })
      expect(found).toEqual([expect.stringMatching(new RegExp(`^${name}: must be at least 32 characters`))])
      expect(found.join(), 'a fault never prints a secret').not.toContain(value)
    }
  })

  it('can be changed with overlap: the newest signs, the one before still counts', () => {
    const previous = 'Zp4Kd8Ws2Vn6Bq0Lt5Yx9Rm3Hc7Fg1JaEuOi'
    expect(read({ ...live, SECRET_PREVIOUS: previous }).secrets).toEqual([secret, previous])
  })
})

describe('a setting from a file', () => {
  const files: Record<string, string> = { '/run/secrets/key': `${secret}\n`, '/run/secrets/blank': ' \n' }
  const readFile = (path: string) => files[path] ?? noFile()

  it('is read from NAME_FILE, without the line break at its end', () => {
    expect(read({ ...live, SECRET: undefined, SECRET_FILE: '/run/secrets/key' }, readFile).secrets).toEqual([secret])
    expect(read({ ...live, SECRET: '', SECRET_FILE: '/run/secrets/key' }, readFile).secrets).toEqual([secret])
  })

  it.each<[string, Settings, RegExp]>([
    ['cannot be read', { SECRET: undefined, SECRET_FILE: '/gone' }, /^SECRET_FILE: the file \/gone cannot be read$/],
    ['is empty', { SECRET: undefined, SECRET_FILE: '/run/secrets/blank' }, /^SECRET_FILE: the file .* is empty$/],
    ['stands beside the setting itself', { SECRET_FILE: '/run/secrets/key' }, /^SECRET_FILE: is set beside SECRET/],
  ])('is refused once when it %s', (_, settings, words) => {
    expect(faults({ ...live, ...settings }, readFile)).toEqual([expect.stringMatching(words)])
  })
})

describe('cover', () => {
  const days = (words: string) =>
    readCover(`Ada Lane <ada@council.test>, 01632 960 001, ${words}; Mo Reid <mo@council.test>, 960002, Mon-Fri`)
      .people[0]?.days

  it.each<[string, number[] | undefined]>([
    ['Mon-Fri', [1, 2, 3, 4, 5]],
    ['mon–fri', [1, 2, 3, 4, 5]],
    ['Monday-Wednesday', [1, 2, 3]],
    ['Tue Thu', [2, 4]],
    ['Tues, Thurs', [2, 4]],
    ['Mon-Tue Sat/Sun', [1, 2, 6, 7]],
    ['Wed Wed', [3]],
  ])('reads the days "%s"', (words, expected) => {
    expect(days(words)).toEqual(expected)
  })

  it.each([
    ['someone without an address', 'Ada Lane, 01632 960 001, Mon-Fri', /a name and an address/],
    ['someone without a name', '<ada@council.test>, 01632 960 001, Mon-Fri', /a name and an address/],
    ['an address that is none', 'Ada Lane <ada.council>, 01632 960 001, Mon-Fri', /an email address instead of/],
    ['someone without a telephone', 'Ada Lane <ada@council.test>, Mon-Fri', /a telephone number/],
    ['someone without days', 'Ada Lane <ada@council.test>, 01632 960 001', /working days/],
    ['a day that is none', 'Ada Lane <ada@council.test>, 01632 960 001, Monkey', /working days/],
    ['days in the wrong order', 'Ada Lane <ada@council.test>, 01632 960 001, Fri-Mon', /working days/],
    ['days that end in nothing', 'Ada Lane <ada@council.test>, 01632 960 001, Mon-', /working days/],
  ])('refuses %s, quoting the entry', (_, entry, words) => {
    const { faults } = readCover(`${entry}; Mo Reid <mo@council.test>, 01632 960 002, Mon-Fri`)
    expect(faults).toHaveLength(1)
    expect(faults[0]).toContain(`COVER: "${entry}" needs`)
    expect(faults[0]).toMatch(words)
  })

  it('names the fault of every entry at once', () => {
    expect(readCover('Ada; Mo').faults).toHaveLength(2)
  })

  it('wants two different people', () => {
    const one = 'Ada Lane <ada@council.test>, 01632 960 001, Mon-Fri'
    expect(readCover(one).faults).toEqual([expect.stringMatching(/two different people/)])
    expect(readCover(`${one}; ${one.toUpperCase()}`).faults).toEqual([expect.stringMatching(/two different people/)])
    expect(readCover(';').faults).toEqual([expect.stringMatching(/two different people/)])
  })

  it('wants somebody working on every weekday, and says on which nobody does', () => {
    const { faults } = readCover(
      'Ada Lane <ada@council.test>, 01632 960 001, Mon-Wed; Mo Reid <mo@council.test>, 01632 960 002, Thu Sat Sun',
    )
    expect(faults).toEqual([expect.stringMatching(/nobody works on Friday;/)])
    expect(
      readCover('Ada <ada@council.test>, 01632 960 001, Mon-Wed; Mo <mo@council.test>, 01632 960 002, Thu-Fri').faults,
    ).toEqual([])
  })
})

describe('where settings come from', () => {
  it('is what the entry passes in, and never the environment itself', () => {
    const before = process.env.PARTNERSHIP
    process.env.PARTNERSHIP = 'From the environment'
    try {
      expect(read({}).partnership.name).not.toBe('From the environment')
    } finally {
      if (before === undefined) delete process.env.PARTNERSHIP
      else process.env.PARTNERSHIP = before
    }
  })

  it('is described whole in .env.example, which names no setting that is not read', () => {
    const asked = new Set<string>()
    read(
      new Proxy(live, {
        get(target, name: string) {
          if (!name.endsWith('_FILE')) asked.add(name)
          return target[name]
        },
      }),
    )
    const text = readFileSync(new URL('../.env.example', import.meta.url), 'utf8')
    const described = [...text.matchAll(/^([A-Z_]+)=/gm)].map((match) => match[1])
    expect(described.sort()).toEqual([...asked].sort())
  })
})
