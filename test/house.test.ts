/** The house keeps its walls: each rule with its reason, checked over the imports of every file. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = new URL('..', import.meta.url).pathname
const rooms = [
  'people',
  'courses',
  'trainers',
  'bookings',
  'attendance',
  'surveys',
  'certificates',
  'impact',
  'desk',
] as const
type Room = (typeof rooms)[number]

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name)
    if (name === 'node_modules' || name === 'dist' || name === 'migrations') return []
    return statSync(join(root, path)).isDirectory() ? filesIn(path) : /\.tsx?$/.test(name) ? [path] : []
  })
}

interface Import {
  file: string
  from: string
  /** The path in the repository it leads to, or the package's name. */
  to: string
  isType: boolean
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  const found: Import[] = []
  const named =
    /^(?:import|export)\s+(type\s+)?(\{[^}]*\}|\*(?:\s+as\s+\w+)?|[\w$]+(?:\s*,\s*\{[^}]*\})?)\s+from\s+'([^']+)'/gm
  const bare = /^import\s+()()'([^']+)'|\bimport\(\s*()()'([^']+)'\s*\)/gm
  for (const match of [...text.matchAll(named), ...text.matchAll(bare)]) {
    const [, type, names = ''] = match
    const source = match[3] ?? match[6] ?? ''
    const to = source.startsWith('#')
      ? source.slice(1)
      : source.startsWith('.')
        ? relative(root, join(root, file, '..', source))
        : source
    const onlyTypes = /^\{\s*(type\s+\w+(\s+as\s+\w+)?\s*,?\s*)+\}$/.test(names.trim())
    found.push({ file, from: source, to, isType: Boolean(type) || onlyTypes })
  }
  return found
}

const files = ['server', 'db', 'emails', 'web', 'test'].flatMap(filesIn)
const imports = files.flatMap(importsOf)
const roomOf = (path: string): Room | 'outbox' | undefined => {
  const [wall, room] = path.split('/')
  return wall === 'server' && ([...rooms, 'outbox'] as string[]).includes(room ?? '')
    ? (room as Room | 'outbox')
    : undefined
}
const broken = (rule: (one: Import) => boolean) =>
  imports.filter(rule).map(({ file, from }) => `${file} imports ${from}`)

describe('the house', () => {
  it('finds the files and their imports, so that the rules below cannot pass on nothing', () => {
    expect(files.length).toBeGreaterThan(80)
    expect(imports.length).toBeGreaterThan(300)
  })

  it('keeps rooms in line: a room imports only those before it, so that no feature hangs on a later one', () => {
    expect(
      broken(({ file, to }) => {
        const here = roomOf(file)
        const there = roomOf(to)
        if (!here || !there || here === there || there === 'outbox') return false
        // Closed lists are shared both ways; they import nothing of their room.
        if (to.endsWith('/input.ts')) return false
        return here === 'outbox' || rooms.indexOf(there) > rooms.indexOf(here as Room)
      }),
    ).toEqual([])
  })

  it('keeps the outbox free of rooms: messages.ts is handed to it, so that a new message changes no delivery', () => {
    expect(
      broken(
        ({ file, to }) => file.startsWith('server/outbox/') && rooms.some((room) => to.startsWith(`server/${room}/`)),
      ),
    ).toEqual([])
  })

  it('keeps e-mails a leaf: a message is a pure function of finished words', () => {
    expect(broken(({ file, to }) => file.startsWith('emails/') && /^(server|db|web|test)\//.test(to))).toEqual([])
  })

  it('lets the facts take only closed lists from the rules, and the example only pure rules besides', () => {
    const pure = [/^server\/\w+\/input\.ts$/, /^server\/\w+\/shared\//]
    const forExample = [
      ...pure,
      'server/calendar.ts',
      'server/bank-holidays.ts',
      'server/surveys/due-dates.ts',
      'server/surveys/instruments.ts',
      'server/certificates/number.ts',
    ]
    expect(
      broken(({ file, to }) => {
        if (!file.startsWith('db/') || !/^(server|web|emails|test)\//.test(to)) return false
        const allowed = file.startsWith('db/example/') ? forExample : pure.slice(0, 1)
        return !allowed.some((one) => (typeof one === 'string' ? one === to : one.test(to)))
      }),
    ).toEqual([])
  })

  it('lets the face take types of routes, closed lists and pure code, so that nothing of the server ships to a browser', () => {
    expect(
      broken(({ file, to, isType }) => {
        if (!file.startsWith('web/') || !/^(server|db|emails|test)\//.test(to)) return false
        if (isType && (/^server\/\w+\/routes\.ts$/.test(to) || to === 'server/problem.ts' || to === 'server/health.ts'))
          return false
        return !/^server\/\w+\/(input\.ts$|shared\/)/.test(to)
      }),
    ).toEqual([])
  })

  it('keeps shared code pure: it imports only other shared code, closed lists and d3’s arithmetic, because both sides run it', () => {
    const pure = /^server\/\w+\/(shared\/|input\.ts$)|^d3-(scale|shape)$/
    expect(broken(({ file, to }) => /^server\/\w+\/shared\//.test(file) && !pure.test(to))).toEqual([])
  })

  it('uses # across a wall or a room and ./ inside one, so that an import shows where it goes', () => {
    expect(
      broken(({ file, from, to }) => {
        if (!from.startsWith('.') || !/^(server|db|emails|web|test)\//.test(to)) return false
        const wall = (path: string) => path.split('/')[0]
        if (wall(file) !== wall(to)) return true
        const here = roomOf(file)
        return here !== undefined && here !== roomOf(to)
      }),
    ).toEqual([])
  })

  it('reaches the entries’ own things from the entries alone: a Worker has no node: modules and no example', () => {
    expect(
      broken(
        ({ file, to }) =>
          file.startsWith('server/') &&
          to.startsWith('node:') &&
          file !== 'server/node.ts' &&
          !file.startsWith('server/node/'),
      ),
    ).toEqual([])
    const forNode = ['server/node.ts', 'server/example.ts', 'server/example-people.ts']
    expect(
      broken(
        ({ file, to, isType }) =>
          file.startsWith('server/') &&
          !isType &&
          (/^server\/(node\/|example)/.test(to) || to === 'db/open-node.ts' || to.startsWith('db/example/')) &&
          !forNode.includes(file) &&
          !file.startsWith('server/node/') &&
          file !== 'server/people/example-sign-in.ts',
      ),
    ).toEqual([])
  })

  it('reads the clock, the environment and chance only in the entries, so that a test can pass them in', () => {
    const entries = ['server/node.ts', 'server/worker.ts']
    const found = files
      .filter((file) => /^(server|db|emails)\//.test(file) && !entries.includes(file))
      .filter((file) => !['db/open-worker.ts', 'db/check-migrations.ts'].includes(file))
      .flatMap((file) =>
        readFileSync(join(root, file), 'utf8')
          .split('\n')
          .map((line, n) => ({ line, at: `${file}:${n + 1}` }))
          .filter(({ line }) =>
            /new Date\(\)|Date\.now\(\)|process\.env|Math\.random\(\)|crypto\.getRandomValues|randomUUID/.test(line),
          )
          .map(({ at }) => at),
      )
    expect(found).toEqual([])
  })

  it('imports Temporal from the polyfill, never the global: one runtime’s own stood still at 1970', () => {
    const found = files.filter((file) => {
      const text = readFileSync(join(root, file), 'utf8')
      return /\bTemporal\./.test(text) && !/from 'temporal-polyfill'/.test(text) && file !== 'test/house.test.ts'
    })
    expect(found).toEqual([])
  })

  it('names no drawer: a file is called after what it holds', () => {
    const drawers =
      /(^|\/)(util|utils|helper|helpers|lib|common|manager|service|services|handle|process|types|index)(\.|\/|-)/
    expect(files.filter((file) => drawers.test(file))).toEqual([])
  })

  it('says at the head of every file over 300 lines what it is one of', () => {
    const long = files
      .filter((file) => !file.startsWith('test/'))
      .filter((file) => {
        const lines = readFileSync(join(root, file), 'utf8').split('\n')
        return lines.length > 300 && !lines.slice(0, 16).some((line) => /^(\/\*|\/\/)/.test(line))
      })
    expect(long).toEqual([])
  })
})
