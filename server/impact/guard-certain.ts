import type { Offered, OfferedFamily, OfferedRow } from './guard-offered.ts'
import { Certificate, type Side } from './shared/certificate.ts'
import { mayShow, type Thresholds } from './shared/disclosure.ts'
import type { ToldRow } from './shared/shown.ts'

/*
 * What a programme of very many answers shows: rows are let in only where the certificate proves them safe, which takes time as the answers
 * do, and not by the search, which grows far faster. It may hide a row that the search would show, and shows none that the search would not.
 */

/** By family as `shownFamilies`; null when the certificate cannot speak: somebody answered anew since a report, or reports are not certain. */
export function shownForCertain(offer: Offered, thresholds: Thresholds): Map<string, ToldRow[]> | null {
  if (offer.same.size) return null
  const certificate = new Certificate(offer.crossed, thresholds.answered)
  for (const side of ['rooms', 'who'] as const) {
    const rows = offer.already.filter((row) => row.side === side)
    if (
      rows.length &&
      !certificate.letIn(
        rows.map(({ members }) => members),
        side,
      )
    )
      return null
  }
  const asked: Asked = { certificate, people: new People(offer), thresholds }
  const shown = new Map<string, ToldRow[]>()
  const isSplit = ({ family }: OfferedFamily) => /^course:.*\//.test(family)
  const isPeriods = ({ family }: OfferedFamily) => family === 'periods'
  const splits = offer.families.filter(isSplit)
  for (const family of offer.families)
    if (!isSplit(family) && !isPeriods(family)) shown.set(family.id, letIn(family, asked))
  // Of the courses' own splits all of a kind are asked for at once: each asking looks at everybody.
  for (const kind of ['agency', 'wave', 'commitment']) {
    const own = splits
      .filter(({ family }) => family.endsWith(`/${kind}`))
      .map((family) => ({ id: family.id, rows: enough(family, rowsOf(family, asked), asked) }))
    const isShown = certificate.letIn(
      own.flatMap(({ rows }) => rows.map(({ members }) => members)),
      'who',
    )
    for (const { id, rows } of own) shown.set(id, isShown ? rows : [])
  }
  // Free periods beside all that is shown anyway.
  for (const family of offer.families.filter(isPeriods)) shown.set(family.id, letIn(family, asked))
  return shown
}

interface Asked {
  certificate: Certificate
  people: People
  thresholds: Thresholds
}

interface Row extends ToldRow {
  members: readonly number[]
}

/** Whether all who answered in rows answered the same. */
class People {
  private readonly offer: Offered
  private readonly onlys = new Map<string, Float64Array>()

  constructor(offer: Offered) {
    this.offer = offer
  }

  /** By room or who, how many answered. */
  answered(side: Side): ArrayLike<number> {
    return this.offer.crossed[side].people
  }

  /** By room or who, the one thing that all of them answered: NOTHING where nobody did, SEVERAL where they differ or chose several. */
  only({ side, at }: Pick<OfferedFamily, 'side' | 'at'>): Float64Array {
    const key = `${side} ${at}`
    let own = this.onlys.get(key)
    if (!own) {
      const { crossed, code, chose } = this.offer
      const { of, count } = crossed[side]
      own = new Float64Array(count).fill(NOTHING)
      this.onlys.set(key, own)
      for (let person = 0; person < of.length; person++) {
        const given = code(person, at)
        const member = of[person]!
        if (given === 0 || own[member] === given) continue
        own[member] = own[member] === NOTHING && chose(person, at).length === 1 ? given : SEVERAL
      }
    }
    return own
  }
}

const NOTHING = -1
const SEVERAL = -2
const both = (one: number, other: number): number =>
  one === NOTHING || one === other ? other : other === NOTHING ? one : SEVERAL

function isAllTheSame({ members }: Row, family: OfferedFamily, { people }: Asked): boolean {
  const only = people.only(family)
  let option = NOTHING
  for (const member of members) {
    option = both(option, only[member]!)
    if (option === SEVERAL) return false
  }
  return true
}

/** How often smaller parts are put together before a family is left out. */
const TRIES = 6

function letIn(family: OfferedFamily, asked: Asked): ToldRow[] {
  const { certificate, thresholds } = asked
  const all = rowsOf(family, asked)
  const areLetIn = (rows: readonly Row[]) =>
    certificate.letIn(
      rows.map(({ members }) => members),
      family.side,
    )
  if (family.how === 'merged') {
    let rows = enough(family, all, asked)
    for (let tries = 0; tries < TRIES && rows.length > 1; tries++) {
      if (areLetIn(rows)) return rows
      rows = enough(family, rows, asked, rows.length - 1)
    }
    return []
  }
  const large = all.filter((row) => mayShow(row, thresholds)).sort((a, b) => smallestFirst(b, a))
  if (family.how === 'all-or-none') {
    const isTold =
      large.length === all.length && (all.length === 1 || all.every((row) => !isAllTheSame(row, family, asked)))
    return isTold && areLetIn(all) ? all : []
  }
  const rows = areLetIn(large) ? large : someOf(large, areLetIn)
  const places = new Map(family.rows.map(({ id }, at) => [id, at]))
  return rows
    .filter((row) => !isHidden(family, row, asked))
    .toSorted((a, b) => places.get(a.ids[0]!)! - places.get(b.ids[0]!)!)
}

/** An agency of which everyone answered the same is let in as a room is, and not told. */
const isHidden = (family: OfferedFamily, row: Row, asked: Asked) =>
  family.family === 'agencies' && isAllTheSame(row, family, asked)

/** Those that may be let in, asked for by halves: the largest first, so that few are asked for one by one. */
function someOf(
  rows: readonly Row[],
  areLetIn: (rows: readonly Row[]) => boolean,
  tries = { left: 200 },
): readonly Row[] {
  if (rows.length < 2) return []
  const half = Math.ceil(rows.length / 2)
  return [rows.slice(0, half), rows.slice(half)].flatMap((part) => {
    if (--tries.left < 0) return []
    return areLetIn(part) ? part : someOf(part, areLetIn, tries)
  })
}

function rowsOf(family: OfferedFamily, { people }: Asked): Row[] {
  const answered = people.answered(family.side)
  return family.rows
    .filter(({ attended }) => attended > 0)
    .map(({ id, members, attended }: OfferedRow) => ({
      ids: [id],
      members,
      attended,
      answered: members.reduce((sum, member) => sum + answered[member]!, 0),
    }))
}

/** The smallest put together until each has enough, and there are `most` at the most; none when only one would be left. */
function enough(family: OfferedFamily, all: readonly Row[], asked: Asked, most = Number.POSITIVE_INFINITY): Row[] {
  let rows = all.toSorted(smallestFirst)
  while (rows.length > 1) {
    const few = rows.find((row) => !mayShow(row, asked.thresholds) || isAllTheSame(row, family, asked))
    if (!few && rows.length <= most) return rows
    const first = few ?? rows[0]!
    const second = rows.find((row) => row !== first)!
    const both: Row = {
      ids: [...first.ids, ...second.ids],
      members: [...first.members, ...second.members],
      attended: first.attended + second.attended,
      answered: first.answered + second.answered,
    }
    rows = [...rows.filter((row) => row !== first && row !== second), both].sort(smallestFirst)
  }
  return []
}

function smallestFirst(a: Row, b: Row): number {
  return a.answered - b.answered || a.attended - b.attended || (a.ids[0]! < b.ids[0]! ? -1 : 1)
}
