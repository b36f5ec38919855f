import { answerOf, firstMatched, jointOf, type Measure, type Reader, readerOf } from './cells.ts'
import type { Guarded, Stands } from './guard-rows.ts'
import { type Crossed, numbered, type Side } from './shared/certificate.ts'

/*
 * Who answered one measure, or any of several that share their answers: one pass over everybody. Each stands in one *room* (when, where and
 * about what) and is one *who*; people whom an issued report has counted stand apart from those it has not.
 */

export interface Answered {
  /** Everyone who answered any of the measures, and whom reports alone have counted. */
  crossed: Crossed
  rooms: Numbers<Room>
  whos: Numbers<Who>
  /** By person, by measure: what they answered as a number (0 for nothing), and the options they chose, as numbers over all measures. */
  code(person: number, at: number): number
  chose(person: number, at: number): readonly number[]
  /** Who answered anew since a report is one person still, whichever of their answers is looked at: by person, a word for each of them. */
  same: ReadonlyMap<number, string>
  /** What reports have shown. */
  already: readonly { side: Side; members: readonly number[] }[]
}

/** Who answered the same measures (`pattern`, a bit each) at one event (its place in the list), to the same wording; 0 for none. */
export interface Room {
  place: number
  pattern: number
  wording: number
}
/** Who is alike (the place in the list of `Alike`) and answered the same measures. */
export interface Who {
  who: number
  pattern: number
}

/** Different ones, numbered as they come. */
export class Numbers<T> {
  readonly all: (T | null)[] = []
  readonly #at = new Map<number | string, number>()

  known(key: number | string): number | undefined {
    return this.#at.get(key)
  }

  /** The number of what is known by this key; it is added where it is new. */
  of(key: number | string, one: T | null): number {
    const known = this.#at.get(key)
    if (known !== undefined) return known
    const number = this.add(one)
    this.#at.set(key, number)
    return number
  }

  add(one: T | null): number {
    return this.all.push(one) - 1
  }
}

/** @param alikes how finely people are told apart by who they are; null where no row is made of that */
export function answered(
  of: Guarded,
  stands: Stands,
  joint: readonly Measure[],
  alikes: 'whole' | 'part' | null,
): Answered {
  const readers = joint.map((measure) => readerOf(of.answers, measure))
  const issued = issuedColumns(of, joint, readers)
  const isWorded = joint.includes('moves:first')
  const rooms = new Numbers<Room>()
  const whos = new Numbers<Who>()
  const most = stands.events.reduce((sum, { people }) => sum + people.length, issued.count)
  const roomOf = new Int32Array(most)
  const whoOf = new Int32Array(most)
  const codes = new Uint32Array(most * joint.length)
  let count = 0
  const same = new Map<number, string>()
  const already = issued.rows.map(({ row }) => ({ side: sideOf(row), members: new Set<number>() }))
  const seenIn = (side: Side, reports: readonly number[]) =>
    reports.filter((report) => already[report]!.side === side).join()
  const put = (room: number, who: number) => {
    roomOf[count] = room
    whoOf[count] = who
    count += 1
  }
  /** Somebody whom reports have counted; `word` where it was with another answer. */
  const putReported = (room: number, who: number, reports: readonly number[], word: string | null) => {
    for (const report of reports) already[report]!.members.add(already[report]!.side === 'rooms' ? room : who)
    if (word !== null) same.set(count, word)
    put(room, who)
  }
  const widest = stands.events.reduce((size, { people }) => Math.max(size, people.length), 0)
  /** By seat of one event: which measures someone answered, a bit each. */
  const patterns = new Uint8Array(widest)
  const unanswered = new Uint8Array(widest)
  // Of those whom no report has counted, by who they are and what they answered: the number of their who and 1 more.
  const plain = new Int32Array((alikes ? stands[alikes].length : 1) << joint.length)
  for (const [place, { eventId, people, ...numbers }] of stands.events.entries()) {
    const columns = readers.map((reader) => reader.column(eventId) ?? unanswered)
    if (columns.every((column) => column === unanswered)) continue
    const wordingOf = isWorded ? firstMatched(of.answers, eventId) : null
    const alike = alikes && numbers[alikes]
    patterns.fill(0)
    for (const [m, column] of columns.entries())
      for (let seat = 0; seat < people.length; seat++) if (column[seat] !== 0) patterns[seat]! |= 1 << m
    let [roomKey, room] = [-1, -1]
    for (let seat = 0; seat < people.length; seat++) {
      const pattern = patterns[seat]!
      if (pattern === 0) continue
      for (let m = 0; m < columns.length; m++) codes[count * columns.length + m] = columns[m]![seat]!
      const wording = (wordingOf && columns[0]![seat] && wordingOf(seat)) || 0
      const who = alike ? alike[seat]! : 0
      const reported = issued.count ? issued.columns.get(people[seat]!.bookingId) : undefined
      if (reported) {
        const reports = reported.get(0) ?? []
        const isChanged = reported.size > (reported.has(0) ? 1 : 0)
        const word = isChanged ? `${people[seat]!.bookingId}` : null
        putReported(
          rooms.of(`${place} ${pattern} ${wording} ${seenIn('rooms', reports)} ${word ?? ''}`, {
            place,
            pattern,
            wording,
          }),
          whos.of(`${who} ${pattern} ${seenIn('who', reports)}`, { who, pattern }),
          reports,
          word,
        )
        reported.delete(0)
        continue
      }
      const key = (place * 32 + pattern) * 2 ** 30 + wording
      if (key !== roomKey) {
        roomKey = key
        room = rooms.known(key) ?? rooms.of(key, { place, pattern, wording })
      }
      const at = (who << joint.length) | pattern
      if (plain[at] === 0) plain[at] = whos.add({ who, pattern }) + 1
      put(room, plain[at]! - 1)
    }
  }
  // What a report counted and is so no more, whether changed, erased or of another programme: seen, and in no row of now.
  for (const [booking, columns] of issued.columns)
    for (const reports of columns.values()) {
      const isOne = columns.size > 1 || issued.answered.has(booking)
      codes.fill(0, count * joint.length, (count + 1) * joint.length)
      putReported(
        rooms.of(`gone ${seenIn('rooms', reports)}`, null),
        whos.of(`gone ${seenIn('who', reports)}`, null),
        reports,
        isOne ? `${booking}` : null,
      )
    }
  const options = optionsOf(readers)
  return {
    crossed: {
      rooms: numbered(roomOf.subarray(0, count), rooms.all.length),
      who: numbered(whoOf.subarray(0, count), whos.all.length),
    },
    rooms,
    whos,
    code: (person, at) => codes[person * joint.length + at]!,
    chose: (person, at) => options(at, codes[person * joint.length + at]!),
    same,
    already: already.map(({ side, members }) => ({ side, members: [...members] })),
  }
}

/** What a person's code of a measure stands for, as numbers that no other measure has. */
function optionsOf(readers: readonly Reader[]): (at: number, code: number) => readonly number[] {
  const numbers = new Map<string, number>()
  const known = readers.map(() => new Map<number, readonly number[]>())
  return (at, code) => {
    if (code === 0) return nothing
    let own = known[at]!.get(code)
    if (!own) {
      own = readers[at]!.options(code).map((option) => {
        const key = `${at} ${option}`
        const number = numbers.get(key) ?? numbers.size
        numbers.set(key, number)
        return number
      })
      known[at]!.set(code, own)
    }
    return own
  }
}
const nothing: readonly number[] = []

/** Whether a row, also of an earlier report, is of when, where and about what; all others are of who people are. */
const sideOf = (row: string): Side =>
  /^(programme|(course|event|theme):\d+)(\/outcome:\d+)?$/.test(row) ? 'rooms' : 'who'

/**
 * What issued reports show of these measures. By booking, and by each answer it was counted with (0 the one that counts now, or the only
 * one), the numbers of the report rows it stands in.
 */
function issuedColumns(
  { issued, came }: Pick<Guarded, 'issued' | 'came'>,
  joint: readonly Measure[],
  readers: readonly Reader[],
) {
  const rows = issued.filter(({ measure }) => jointOf(measure) === jointOf(joint[0]!))
  const columns = new Map<number, Map<number, number[]>>()
  /** Bookings that have an answer now. */
  const answered = new Set<number>()
  if (!rows.length) return { rows, columns, answered, count: 0 }
  const versions = new Map<string, string[]>()
  const reads = readers.map(answerOf)
  for (const people of came.values())
    for (const one of people)
      for (const [at, measure] of joint.entries()) {
        const answer = reads[at]!(one)
        if (answer === null) continue
        versions.set(`${measure} ${one.bookingId}`, [answer])
        answered.add(one.bookingId)
      }
  for (const [i, { measure, units }] of rows.entries())
    for (const unit of units) {
      const end = unit.indexOf(':')
      const booking = Number(unit.slice(0, end))
      const key = `${measure} ${booking}`
      const known = versions.get(key) ?? []
      versions.set(key, known)
      let version = known.indexOf(unit.slice(end + 1))
      if (version < 0) version = known.push(unit.slice(end + 1)) - 1
      const own = columns.get(booking) ?? new Map<number, number[]>()
      columns.set(booking, own)
      const reports = own.get(version) ?? []
      own.set(version, reports)
      if (reports.at(-1) !== i) reports.push(i)
    }
  return { rows, columns, answered, count: [...columns.values()].reduce((sum, own) => sum + own.size, 0) }
}
