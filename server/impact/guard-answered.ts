import { answerOf, firstMatched, jointOf, type Measure, type Reader, readerOf } from './cells.ts'
import type { Guarded, Stands } from './guard-rows.ts'
import type { Crossed, Side } from './shared/certificate.ts'

/*
 * Who answered one measure, or any of several that share their answers: one pass over everybody. Each stands in one *room* (when, where and
 * about what) and is one *who*; people whom an issued report has counted stand apart from those it has not.
 */

export interface Answered {
  /** Everyone who answered any of the measures, and whom reports alone have counted. */
  crossed: Crossed
  rooms: Numbers<Room>
  whos: Numbers<Who>
  /** By person, by measure: the options they chose, as numbers over all measures. */
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

/** Different ones, numbered as they come, and how many people are of each. */
export class Numbers<T> {
  readonly all: (T | null)[] = []
  readonly counts: number[] = []
  private readonly at = new Map<number | string, number>()

  known(key: number | string): number | undefined {
    return this.at.get(key)
  }

  add(key: number | string, one: T | null): number {
    const number = this.all.push(one) - 1
    this.counts.push(0)
    this.at.set(key, number)
    return number
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
  const roomOf: number[] = []
  const whoOf: number[] = []
  const codes: number[] = []
  const same = new Map<number, string>()
  const already = issued.rows.map(({ row }) => ({ side: sideOf(row), members: new Set<number>() }))
  const seenIn = (side: Side, reports: readonly number[]) =>
    reports.filter((report) => already[report]!.side === side).join()
  const put = (room: number, who: number, given: readonly number[], reports: readonly number[], word?: string) => {
    for (const report of reports) already[report]!.members.add(already[report]!.side === 'rooms' ? room : who)
    rooms.counts[room]! += 1
    whos.counts[who]! += 1
    if (word !== undefined) same.set(roomOf.length, word)
    roomOf.push(room)
    whoOf.push(who)
    codes.push(...given)
  }
  for (const [place, { eventId, people, ...numbers }] of stands.events.entries()) {
    const reads = readers.map((reader) => reader.at(eventId))
    const wordingOf = isWorded ? firstMatched(of.answers, eventId) : () => undefined
    const given = joint.map(() => 0)
    for (const [seat, one] of people.entries()) {
      let pattern = 0
      for (let m = 0; m < reads.length; m++) if ((given[m] = reads[m]!(one)) !== 0) pattern |= 1 << m
      if (pattern === 0) continue
      const wording = (given[0] !== 0 && wordingOf(one)) || 0
      const who = alikes ? numbers[alikes][seat]! : 0
      const columns = issued.columns.get(one.bookingId)
      const reports = columns?.get(0) ?? []
      const isChanged = columns !== undefined && columns.size > (columns.has(0) ? 1 : 0)
      const roomKey = columns
        ? `${place} ${pattern} ${wording} ${seenIn('rooms', reports)} ${isChanged ? one.bookingId : ''}`
        : (place * 32 + pattern) * 2 ** 30 + wording
      const whoKey = columns ? `${who} ${pattern} ${seenIn('who', reports)}` : who * 32 + pattern
      put(
        rooms.known(roomKey) ?? rooms.add(roomKey, { place, pattern, wording }),
        whos.known(whoKey) ?? whos.add(whoKey, { who, pattern }),
        given,
        reports,
        isChanged ? `${one.bookingId}` : undefined,
      )
      columns?.delete(0)
    }
  }
  const nothingNow = joint.map(() => 0)
  // What a report counted and is so no more, whether changed, erased or of another programme: seen, and in no row of now.
  for (const [booking, columns] of issued.columns)
    for (const reports of columns.values()) {
      const [roomKey, whoKey] = [`gone ${seenIn('rooms', reports)}`, `gone ${seenIn('who', reports)}`]
      const isOne = columns.size > 1 || issued.answered.has(booking)
      put(
        rooms.known(roomKey) ?? rooms.add(roomKey, null),
        whos.known(whoKey) ?? whos.add(whoKey, null),
        nothingNow,
        reports,
        isOne ? `${booking}` : undefined,
      )
    }
  const options = optionsOf(readers)
  return {
    crossed: {
      rooms: { of: Int32Array.from(roomOf), count: rooms.all.length },
      who: { of: Int32Array.from(whoOf), count: whos.all.length },
    },
    rooms,
    whos,
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
  if (!rows.length) return { rows, columns, answered }
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
  return { rows, columns, answered }
}
