import type { Reading } from '#db/transact.ts'
import { countedMarks } from '#server/attendance/input.ts'
import type { On } from '#server/calendar.ts'
import { anchors, practiceAnswers } from '#server/surveys/input.ts'
import { type Asked, askedOf } from './answers.ts'
import { columnsOf, type EventColumns, is } from './event-columns.ts'
import { eventFacts } from './event-facts.ts'
import { presences } from './presence.ts'
import { unheardKeys } from './shared/pictures.ts'

/*
 * A snapshot holds the columns of one event as bytes, so that a large report reads numbers and not a million rows. It says nothing that the
 * rows do not: the database drops it with the first change to what it was made from (triggers), and then the rows themselves are read.
 */

/** A snapshot to keep. */
export interface Snapshot {
  eventId: number
  /** No reason why someone did not answer can change any more without a write, but that who is still being asked gives no reply in time. */
  settled: boolean
  packed: Uint8Array
}

/** The snapshots of these events as they are now. Reads only; of events that are not there none. */
export async function snapshotsOf(db: Reading, eventIds: readonly number[], today: On): Promise<Snapshot[]> {
  const asked = await askedOf(db)
  const rows = await eventFacts(db, eventIds, today, '', 'anew')
  return rows.flatMap((row) =>
    row.packed === null ? { eventId: row.eventId, settled: row.settled, packed: pack(columnsOf(row, asked)) } : [],
  )
}

/**
 * The shape of snapshots made now: with another one, after a change of this program or of the questions, they mean something else. Where the
 * rules of `event-facts.ts` or of dispositions change, the number before it must.
 */
export const snapshotShape = async (db: Reading): Promise<string> => shapeOf(await askedOf(db))

export const shapeOf = ({ keys }: Asked): string =>
  `1 ${hashed(JSON.stringify([presences, countedMarks, unheardKeys, practiceAnswers, anchors, is, [...keys]]))}`

/** Fowler, Noll and Vo's hash of 32 bits (FNV-1a) over UTF-16 units. */
function hashed(text: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(16)
}

/** What stands before the columns, and in which order those of the answers follow the others. */
interface Head extends Pick<EventColumns, 'places' | 'versions' | 'asked' | 'roles'> {
  size: number
  commitments: readonly string[]
  chosen: readonly string[]
  levels: readonly (readonly [question: string, outcomes: readonly number[]])[]
}

/** The length of the head in bytes (32 bits), the head as JSON, then the columns, the widest numbers first; all of the lowest byte first. */
export function pack(columns: EventColumns): Uint8Array {
  const { places, versions, asked, roles, booking, person, agency, sector, at, answers } = columns
  const { role, wave, marks, unheard, lastAsked } = columns
  const head: Head = {
    size: booking.length,
    places,
    versions,
    asked,
    roles,
    commitments: answers.commitments,
    chosen: [...answers.chosen.keys()],
    levels: [...answers.levels].map(([question, own]) => [question, [...own.keys()]]),
  }
  const text = new TextEncoder().encode(JSON.stringify(head))
  const parts = [
    at,
    ...[booking, person, agency, sector, lastAsked, answers.commitment, ...answers.chosen.values()],
    ...[role, wave, marks, unheard, answers.practice],
    ...[...answers.levels.values()].flatMap((own) => [...own.values()]),
  ]
  const begin = beginning(text.length)
  const packed = new Uint8Array(begin + parts.reduce((sum, { byteLength }) => sum + byteLength, 0))
  new DataView(packed.buffer).setUint32(0, text.length, true)
  packed.set(text, 4)
  let end = begin
  for (const part of parts) {
    packed.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), end)
    end += part.byteLength
  }
  return packed
}

/** Where the columns begin: numbers of eight bytes stand at multiples of eight. */
const beginning = (head: number) => Math.ceil((4 + head) / 8) * 8

const decoder = new TextDecoder()

/** @throws RangeError or SyntaxError when it is no such snapshot */
export function unpack(packed: Uint8Array): EventColumns {
  const bytes = packed.byteOffset % 8 === 0 ? packed : new Uint8Array(packed)
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
  const head = JSON.parse(decoder.decode(bytes.subarray(4, 4 + length))) as Head
  const { size, places, versions, asked, roles } = head
  let end = bytes.byteOffset + beginning(length)
  const next = (width: number) => (end += size * width) - size * width
  const at = new Float64Array(bytes.buffer, next(8), size)
  const wide = () => new Uint32Array(bytes.buffer, next(4), size)
  const small = () => new Uint8Array(bytes.buffer, next(1), size)
  const [booking, person, agency, sector, lastAsked, commitment] = [wide(), wide(), wide(), wide(), wide(), wide()]
  const chosen = new Map(head.chosen.map((question) => [question, wide()]))
  const [role, wave, marks, unheard, practice] = [small(), small(), small(), small(), small()]
  const levels = new Map(
    head.levels.map(([question, outcomes]) => [question, new Map(outcomes.map((outcome) => [outcome, small()]))]),
  )
  const answers = { practice, commitment, commitments: head.commitments, chosen, levels }
  return {
    ...{ places, versions, asked, roles, at, booking, person, agency, sector, role, wave, marks },
    ...{ unheard, lastAsked, answers },
  }
}
