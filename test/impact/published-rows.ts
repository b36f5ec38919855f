/**
 * Reads impact pages as whoever wants to know how a few people answered would: every count of answers that stands in a figure's table, and
 * whose answers those are. Who came where, of which agency, and who answered when is known to the attacker (here from what is true of each
 * `Delegate`); how they answered is not: it is used only to hold each count to what it should be, so that no row is given to the wrong people.
 */
import type { Figure } from '#server/impact/shared/figures.ts'
import type { ImpactPage } from '#server/impact/shared/pages.ts'
import {
  endInstrument,
  followUpInstrument,
  type Instrument,
  noCommitmentWords,
} from '#server/surveys/shared/instruments.ts'
import type { Seen } from '#test/simulate/attacker.ts'
import type { Delegate, EventOf, Partnership } from './attacked-world.ts'

/** What may be worked out: how people answered this. Several measures tell of one, such as levels before the day. */
export interface PublishedRow extends Seen {
  question: string
}

export interface Moment {
  where: string
  now: number
  counting: 'report' | 'live'
  /** By event, until when the last report issued so far counts. */
  cutOffs: ReadonlyMap<number, number>
  /** Of a free period. */
  span?: { from: string; until: string }
}

type Answer = (d: Delegate) => string | null

const taught = ['course', 'learning-event']
const segments = ['routine', 'once', 'started', 'not-yet', 'no-chance', 'left', 'already']
const isInPractice = (key: string) => key === 'routine' || key === 'once'
const waves = [['before any reminder'], ['after one reminder'], ['after two or three reminders']]
const levelWords = ['Not yet', 'Some', 'Good', 'Strong']

const optionsOf = ({ questions }: Instrument, question: string) =>
  questions.find(({ key }) => key === question)!.options

/** @throws when a count is not that of the people it is taken for */
export function rowsOf(p: Partnership, page: ImpactPage, moment: Moment): PublishedRow[] {
  const rows: PublishedRow[] = []
  const years = [...new Set(p.events.map(({ programme }) => programme))]
  const year = page.programme?.name ?? null
  const answeredBy = (counting: Moment['counting']) => (d: Delegate) =>
    d.came &&
    d.answeredAt !== null &&
    d.answeredAt <= moment.now &&
    (counting === 'report' || d.answeredAt <= (moment.cutOffs.get(d.event.id) ?? Number.POSITIVE_INFINITY))
  const isIn = membersOf(p, page.key, moment)
  const own = p.delegates.filter((d) => d.came && isIn(d, year))
  const told = answeredBy(moment.counting)
  const chosen = (key: string): Answer => {
    const isAsked = key.startsWith('follow-up/')
    return (d) => (isAsked && !told(d) ? null : (d.chosen.get(key)?.join('+') ?? null))
  }
  const level =
    (key: string, n: 0 | 1 = 0) =>
    (d: Delegate) =>
      key.startsWith('follow-up/') && !told(d) ? null : (d.levels.get(key)?.[n] ?? null)
  const practice: Answer = chosen('follow-up/practice')

  /** Takes a row down, once its counts are those of these people. */
  const take = (
    figure: Figure,
    question: string,
    row: string,
    who: readonly Delegate[],
    answer: Answer,
    printed: readonly unknown[],
    counted: (answers: string[]) => number[],
  ) => {
    const given = who.flatMap((d) => {
      const said = answer(d)
      return said === null ? [] : [{ unit: `${d.id}:${said}`, said }]
    })
    const counts = counted(given.map(({ said }) => said))
    if (JSON.stringify(counts) !== JSON.stringify(printed))
      throw new Error(
        `${moment.where}, ${page.key} ${figure.key}, ${row}: printed ${JSON.stringify(printed)}, is ${JSON.stringify(counts)}`,
      )
    rows.push({
      question,
      where: moment.where,
      row: `${page.key} ${figure.key} ${row}`,
      units: given.map(({ unit }) => unit),
      counts,
    })
  }
  const byKey = (keys: readonly string[]) => (answers: string[]) =>
    keys.map((key) => answers.filter((said) => said.split('+').includes(key)).length)
  const answeredAndDone = (answers: string[]) => [answers.length, answers.filter(isInPractice).length]
  const countOf =
    (...tests: ((said: string) => boolean)[]) =>
    (answers: string[]) =>
      tests.map((test) => answers.filter(test).length)

  const levelsSaid = (key: string, n: 0 | 1 = 0): Answer => {
    const of = level(key, n)
    return (d) => of(d)?.toString() ?? null
  }
  const both = (...keys: [string, 0 | 1][]): Answer => {
    const all = keys.map(([key, n]) => level(key, n))
    return (d) => {
      const given = all.map((of) => of(d))
      return given.includes(null) ? null : given.join('>')
    }
  }
  /** One row that tells of several questions at once, each by itself too. */
  const takeMoves = (
    figure: Figure,
    question: string,
    parts: readonly string[],
    answer: Answer,
    printed: readonly unknown[],
    counted: (answers: string[]) => number[],
  ) => {
    take(figure, question, 'all', own, answer, printed, counted)
    const joint = rows.at(-1)!
    for (const [at, part] of parts.entries()) {
      const given = joint.units.map((unit) => unit.split(':') as [string, string])
      const said = given.map(([who, all]) => [who, all.split('>')[at]!] as const)
      const counts = levelWords.map((_, level) => said.filter(([, one]) => one === `${level}`).length)
      rows.push({ ...joint, question: part, units: said.map((unit) => unit.join(':')), counts })
    }
  }

  for (const figure of page.figures) {
    const { key, table } = figure
    const column = (n: number) => table!.rows.map((row) => row[n])
    if (key === 'whole-room') {
      if (table)
        take(figure, 'practice', 'all', own, practice, column(1).slice(0, segments.length), (answers) =>
          byKey(segments)(answers.map((said) => (said === 'did-not-fit' ? 'not-yet' : said))),
        )
      const inWords = /^(\S+) of the (\S+) who answered/.exec(figure.drillDown[0] ?? '')
      if (inWords)
        take(figure, 'practice', 'drill-down', own, practice, [Number(inWords[2]), Number(inWords[1])], answeredAndDone)
      continue
    }
    if (!table) continue
    switch (key) {
      case 'waves':
        for (const [label, ...printed] of table.rows) {
          const words = `${label}`.toLowerCase().split(/, | and /)
          const these = waves.flatMap(([word], n) => (words.includes(word!) ? [n + 1] : []))
          const who = own.filter((d) => these.includes(Math.min(3, Math.max(1, d.wave))))
          take(figure, 'practice', `${label}`, who, practice, printed, answeredAndDone)
        }
        break
      case 'practice-by-agency':
      case 'practice-by-sector': {
        const named = key === 'practice-by-agency' ? p.agencies : p.sectors
        const together = figure.drillDown.map((line) => line.replace(/^.*? together: (.*)\.$/, '$1'))
        for (const [label, , answered, done] of table.rows) {
          const words = / together$/.test(`${label}`) ? together.shift()! : `${label}`
          if (typeof done !== 'number') continue
          const ids = words.split(/, | and /).map((name) => named.find((one) => one.name === name)!.id)
          const who = own.filter((d) => ids.includes(key === 'practice-by-agency' ? d.topId : d.sectorId))
          take(figure, 'practice', words, who, practice, [answered, done], answeredAndDone)
        }
        break
      }
      case 'commitments':
        // How many made the one made most stands in the sentence: their own choice, known to nobody else.
        if (/\bmade most often\b/i.test(figure.sentence))
          take(
            figure,
            'commitment',
            'made',
            own,
            ({ commitment }) => commitment,
            [],
            () => [],
          )
        for (const { label, printed, keys } of commitmentRows(p, page.key, own, table.rows, practice)) {
          const who = own.filter(({ commitment }) => commitment !== null && keys.includes(commitment))
          take(figure, 'practice', label, who, practice, printed, answeredAndDone)
        }
        break
      case 'trend':
        for (const [label, , answered, , done] of table.rows) {
          if (typeof done !== 'number') continue
          const then = /^(\d{4}) to \d\d(\d\d)/.exec(`${label}`)!
          const name = `${then[1]}-${then[2]}`
          if (!years.includes(name)) throw new Error(`No year ${name}`)
          const who = p.delegates.filter((d) => d.came && isIn(d, name))
          const isTold = answeredBy(name === year ? moment.counting : 'live')
          const answer: Answer = (d) => (isTold(d) ? d.chosen.get('follow-up/practice')![0]! : null)
          take(figure, 'practice', name, who, answer, [answered, done], answeredAndDone)
        }
        break
      case 'differences':
      case 'anyway':
      case 'where-seen':
      case 'helped':
      case 'ready': {
        const question = key === 'differences' ? 'difference' : key
        const stage = key === 'ready' ? endInstrument : followUpInstrument
        const keys = optionsOf(stage, question).map((option) => option.key)
        const answer = chosen(`${stage.stage}/${question}`)
        take(figure, question, 'all', own, answer, column(key === 'differences' ? 2 : 1), byKey(keys))
        break
      }
      case 'in-the-way': {
        const keys = optionsOf(followUpInstrument, 'in-the-way').map((option) => option.key)
        const isBeside = table.head.length === 4
        if (isBeside) take(figure, 'obstacle', 'expected', own, chosen('end/obstacle'), column(1), byKey(keys))
        take(figure, 'in-the-way', 'met', own, chosen('follow-up/in-the-way'), column(isBeside ? 2 : 1), byKey(keys))
        break
      }
      case 'outcome-1':
      case 'outcome-2':
      case 'first-outcomes': {
        const n = key === 'outcome-2' ? 1 : 0
        const names = levelWords.flatMap((_, before) => levelWords.map((_, now) => `${before}>${now}`))
        takeMoves(
          figure,
          `moves-${n}`,
          [`before-${n}`, `now-${n}`],
          both(['before/outcomes', n], ['follow-up/outcomes', n]),
          table.rows.flatMap((row) => row.slice(1, 5)),
          byKey(names),
        )
        break
      }
      case 'arrows-1': {
        const isGood = (at: number) => (said: string) => Number(said.split('>')[at]) >= 2
        takeMoves(
          figure,
          'befores',
          ['before-0', 'then-0', 'now-0'],
          both(['before/outcomes', 0], ['end/then', 0], ['follow-up/outcomes', 0]),
          column(1),
          countOf(isGood(0), isGood(1), isGood(2)),
        )
        break
      }
      case 'fade-1': {
        const isGood = (at: number) => (said: string) => Number(said.split('>')[at]) >= 2
        const moved = (way: number) => (said: string) => Math.sign(Number(said[2]) - Number(said[0])) === way
        takeMoves(
          figure,
          'fade',
          ['end-0', 'now-0'],
          both(['end/outcomes', 0], ['follow-up/outcomes', 0]),
          column(1),
          countOf(moved(1), moved(0), moved(-1), isGood(0), isGood(1)),
        )
        break
      }
      case 'who-baseline':
      case 'who-readiness': {
        const answer = key === 'who-baseline' ? levelsSaid('before/outcomes') : chosen('end/ready')
        const ready = optionsOf(endInstrument, 'ready')
        const order = key === 'who-baseline' ? levelWords.map((_, n) => `${n}`) : ready.map((option) => option.key)
        const labels = key === 'who-baseline' ? levelWords : ready.map(({ text }) => text)
        const question = key === 'who-baseline' ? 'before-0' : 'ready'
        // A row for each level that anybody gave.
        const printed = (of: (row: (string | number)[]) => number) =>
          labels.map((label) => {
            const row = table.rows.find(([words]) => words === label)
            return row ? of(row) : 0
          })
        const answered = own.filter(told)
        const silent = own.filter((d) => !told(d))
        take(
          figure,
          question,
          'answered',
          answered,
          answer,
          printed((row) => Number(row[2])),
          byKey(order),
        )
        take(
          figure,
          question,
          'silent',
          silent,
          answer,
          printed((row) => Number(row[1]) - Number(row[2])),
          byKey(order),
        )
        break
      }
    }
  }
  return rows
}

/** Whether somebody is one of this page's people, in a programme year (null for none). */
function membersOf(p: Partnership, key: string, { span }: Moment): (d: Delegate, year: string | null) => boolean {
  const [kind, id = ''] = key.split(':')
  const n = Number(id)
  const isTaught = ({ kind }: EventOf) => taught.includes(kind)
  const themed = p.courses.filter(({ themes }) => themes.includes(n)).map(({ id }) => id)
  const of: Record<string, (d: Delegate, year: string | null) => boolean> = {
    programme: ({ event }) => isTaught(event),
    course: ({ event }, year) =>
      event.courseId === n &&
      (isTaught(event) || !p.events.some((one) => one.courseId === n && one.programme === year && isTaught(one))),
    event: ({ event }) => event.id === n,
    theme: ({ event }) => isTaught(event) && themed.includes(event.courseId),
    sector: ({ event, sectorId }) => isTaught(event) && sectorId === n,
    agency: ({ event, topId }) => isTaught(event) && topId === n,
    period: ({ event }) => isTaught(event) && event.lastOn >= span!.from && event.lastOn <= span!.until,
  }
  const isOf = of[kind!]!
  return (d, year) => (year === null || d.event.programme === year) && isOf(d, year)
}

/** Which commitments stand in which row: those counted "together" are found by their counts. */
function commitmentRows(
  p: Partnership,
  pageKey: string,
  own: readonly Delegate[],
  rows: readonly (readonly (string | number)[])[],
  practice: Answer,
) {
  const course = p.courses.find(({ id }) => pageKey === `course:${id}`)!
  const labelOf = (key: string) =>
    key === 'own-words'
      ? 'In their own words'
      : key in noCommitmentWords
        ? noCommitmentWords[key as keyof typeof noCommitmentWords]
        : course.suggestions.get(Number(key.split(':')[1]))!
  const made = [...new Set(own.flatMap(({ commitment }) => commitment ?? []))]
  const named = rows.map(([label = '', ...printed]) => ({
    label: `${label}`,
    printed,
    keys: made.filter((key) => labelOf(key) === label),
  }))
  const several = named.filter(({ label }) => / others together$/.test(label))
  const counts = (keys: readonly string[]) => {
    const said = own.flatMap((d) => (d.commitment && keys.includes(d.commitment) ? (practice(d) ?? []) : []))
    return JSON.stringify([said.length, said.filter(isInPractice).length])
  }
  const shared = (rest: typeof several, left: readonly string[]): string[][][] => {
    const [first, ...others] = rest
    if (!first) return [[]]
    return subsets(left, Number.parseInt(first.label, 10))
      .filter((keys) => counts(keys) === JSON.stringify(first.printed))
      .flatMap((keys) => {
        const after = left.filter((key) => !keys.includes(key))
        return shared(others, after).map((more) => [keys, ...more])
      })
  }
  const ways = shared(
    several,
    made.filter((key) => !named.some(({ keys }) => keys.includes(key))),
  )
  if (!ways.length) throw new Error(`${pageKey}: no commitments make up the rows ${JSON.stringify(rows)}`)
  // Where two sets of commitments would make the same counts, nobody can tell which of them stand in the row.
  const keysOf = new Map(ways.length === 1 ? several.map((row, n) => [row, ways[0]![n]!]) : [])
  return named.flatMap((row) => {
    if (!several.includes(row)) return [row]
    const keys = keysOf.get(row)
    return keys ? [{ ...row, keys }] : []
  })
}

function subsets<T>(all: readonly T[], size: number): T[][] {
  if (size === 0) return [[]]
  return all.flatMap((one, at) => subsets(all.slice(at + 1), size - 1).map((rest) => [one, ...rest]))
}
