/** Rank over the fractions, by elimination in whole numbers of any size (Bareiss 1968: every division comes out even). */
export function rankOf(matrix: readonly (readonly bigint[])[]): number {
  const rows = matrix.map((row) => [...row])
  const width = rows[0]?.length ?? 0
  let rank = 0
  let before = 1n
  for (let column = 0; column < width && rank < rows.length; column++) {
    const found = rows.findIndex((row, i) => i >= rank && row[column] !== 0n)
    if (found < 0) continue
    const pivot = rows[found]!
    rows[found] = rows[rank]!
    rows[rank] = pivot
    for (let i = rank + 1; i < rows.length; i++) {
      const row = rows[i]!
      const factor = row[column]!
      for (let j = column; j < width; j++) row[j] = (row[j]! * pivot[column]! - factor * pivot[j]!) / before
    }
    before = pivot[column]!
    rank++
  }
  return rank
}

/*
 * The attacker, who shares no code with the guard and works only from what is published: who stands in each row, and its counts.
 */

export interface Seen {
  where: string
  row: string
  /** "person:which answer" */
  units: readonly string[]
  counts: readonly number[]
}

export interface Win {
  how: string
  people: number
}

/** People whom no row tells apart, and the column of each of their answers: the rows that hold it. */
interface Kind {
  people: number
  columns: number[][]
}

function kindsOf(rows: readonly Seen[]): Kind[] {
  const columns = new Map<string, number[]>()
  rows.forEach(({ units }, r) => {
    for (const unit of units) {
      const known = columns.get(unit)
      if (known) known.push(r)
      else columns.set(unit, [r])
    }
  })
  const kinds = new Map<string, Kind>()
  const people = Map.groupBy(columns.keys(), (unit) => unit.slice(0, unit.indexOf(':')))
  for (const units of people.values()) {
    const own = units.map((unit) => columns.get(unit)!)
    const key = JSON.stringify(own)
    const known = kinds.get(key)
    if (known) known.people++
    else kinds.set(key, { people: 1, columns: own })
  }
  return [...kinds.values()]
}

/** Adds and subtracts published rows two and three at a time, as anyone with a pencil would. */
export function byPencil(rows: readonly Seen[]): Win | null {
  const kinds = kindsOf(rows)
  const flat = kinds.flatMap(({ people, columns }, kind) => columns.map((held) => ({ kind, people, held })))
  const signs = rows.map((_, r) => Int8Array.from(flat, ({ held }) => (held.includes(r) ? 1 : 0)))
  const restsOn = (parts: readonly [number, number][]) => {
    let people = 0
    let last = -1
    for (let c = 0; c < flat.length; c++) {
      let sum = 0
      for (const [r, sign] of parts) sum += sign * signs[r]![c]!
      if (sum === 0 || flat[c]!.kind === last) continue
      last = flat[c]!.kind
      people += flat[c]!.people
      if (people > 4) return 5
    }
    return people
  }
  const told = (parts: readonly [number, number][]): Win | null => {
    const people = restsOn(parts)
    if (people === 0 || people > 4) return null
    const counts = rows[0]!.counts.map((_, option) =>
      parts.reduce((sum, [r, s]) => sum + s * rows[r]!.counts[option]!, 0),
    )
    const names = parts.map(([r, s]) => `${s < 0 ? 'less ' : ''}${rows[r]!.where} ${rows[r]!.row}`).join(' ')
    return { how: `${names} = ${counts.join(', ')}`, people }
  }
  for (let a = 0; a < rows.length; a++) {
    const alone = told([[a, 1]])
    if (alone) return alone
    for (let b = a + 1; b < rows.length; b++) {
      const pair =
        told([
          [a, 1],
          [b, -1],
        ]) ??
        told([
          [a, 1],
          [b, 1],
        ])
      if (pair) return pair
      for (let c = b + 1; c < rows.length; c++) {
        const three =
          told([
            [a, 1],
            [b, -1],
            [c, -1],
          ]) ??
          told([
            [a, -1],
            [b, 1],
            [c, -1],
          ]) ??
          told([
            [a, -1],
            [b, -1],
            [c, 1],
          ])
        if (three) return three
      }
    }
  }
  return null
}

/**
 * Every set of up to four people: can their answers, or anything resting on theirs alone, be worked out by adding and subtracting rows any number
 * of times? It can when the columns of the rows' null space that stand for these people depend on each other. The null space is worked out in
 * fractions; dependence is looked for modulo a prime, which misses none, and what it finds is asked again by rank in whole numbers.
 * @param most how many sets to try; answers `undefined` when there are more
 */
export function byEverySet(rows: readonly Seen[], most: number): Win | null | undefined {
  const p = 32_749
  const kinds = kindsOf(rows)
  const spread = kinds.map(() => [] as number[])
  const flat: number[][] = []
  kinds.forEach(({ columns }, k) => {
    for (const held of columns) {
      spread[k]!.push(flat.length)
      flat.push(held)
    }
  })
  const matrix = (without: ReadonlySet<number>) =>
    rows.map((_, r) => flat.map((held, c) => (without.has(c) || !held.includes(r) ? 0n : 1n)))
  const nullSpace = nullSpaceOf(matrix(new Set()), p)
  const light = kinds.map((kind, k) => ({ people: kind.people, own: spread[k]! })).filter(({ people }) => people <= 4)
  let left = most
  let win: Win | null = null
  /** Puts a column in front of the reduced ones; null when it depends on them. */
  const reduce = (column: Int32Array, reduced: readonly { values: Int32Array; at: number }[]) => {
    const values = column.slice()
    for (const one of reduced) {
      const factor = values[one.at]!
      if (factor) for (let i = 0; i < values.length; i++) values[i] = (values[i]! + (p - factor) * one.values[i]!) % p
    }
    const at = values.findIndex((x) => x !== 0)
    if (at < 0) return null
    const by = powerModulo(values[at]!, p - 2, p)
    for (let i = 0; i < values.length; i++) values[i] = (values[i]! * by) % p
    return { values, at }
  }
  const choose = (from: number, people: number, taken: number[], reduced: { values: Int32Array; at: number }[]) => {
    for (let k = from; k < light.length && !win && left > 0; k++) {
      const one = light[k]!
      if (people + one.people > 4) continue
      left--
      const next = [...reduced]
      let isDependent = false
      for (const c of one.own) {
        const made = reduce(nullSpace[c]!, next)
        if (made) next.push(made)
        else isDependent = true
      }
      const all = [...taken, ...one.own]
      if (isDependent && rankOf(matrix(new Set(all))) < rankOf(matrix(new Set())))
        win = { how: `rank falls without answers ${all.join(', ')}`, people: people + one.people }
      else choose(k + 1, people + one.people, all, next)
    }
  }
  choose(0, 0, [], [])
  return win ?? (left > 0 ? null : undefined)
}

/** For each column, its entries in a basis of the vectors that every row is upright to, in whole numbers modulo p. */
function nullSpaceOf(matrix: readonly (readonly bigint[])[], p: number): Int32Array[] {
  const rows = matrix.map((row) => [...row])
  const width = rows[0]?.length ?? 0
  const pivots: number[] = []
  for (let column = 0; column < width && pivots.length < rows.length; column++) {
    const rank = pivots.length
    const found = rows.findIndex((row, i) => i >= rank && row[column] !== 0n)
    if (found < 0) continue
    const pivot = rows[found]!
    rows[found] = rows[rank]!
    rows[rank] = pivot
    rows.forEach((row, i) => {
      if (i === rank || row[column] === 0n) return
      const [a, b] = [pivot[column]!, row[column]!]
      let divisor = 0n
      for (let j = 0; j < width; j++) {
        row[j] = row[j]! * a - b * pivot[j]!
        if (divisor !== 1n && row[j] !== 0n) divisor = commonDivisor(divisor, row[j]!)
      }
      if (divisor > 1n) for (let j = 0; j < width; j++) row[j] = row[j]! / divisor
    })
    pivots.push(column)
  }
  const free = Array.from({ length: width }, (_, c) => c).filter((c) => !pivots.includes(c))
  const columns = Array.from({ length: width }, () => new Int32Array(free.length))
  const modulo = (x: bigint) => Number(((x % BigInt(p)) + BigInt(p)) % BigInt(p))
  free.forEach((c, f) => {
    // In whole numbers: all pivots' multiple at the free column, and what each pivot needs.
    let all = 1n
    pivots.forEach((at, i) => {
      const x = rows[i]![at]! < 0n ? -rows[i]![at]! : rows[i]![at]!
      all = (all / commonDivisor(all, x)) * x
    })
    columns[c]![f] = modulo(all)
    pivots.forEach((at, i) => {
      columns[at]![f] = modulo((-rows[i]![c]! * all) / rows[i]![at]!)
    })
  })
  return columns
}

function commonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b]
  while (y) [x, y] = [y, x % y]
  return x
}

function powerModulo(base: number, exponent: number, p: number): number {
  let result = 1
  for (let [b, e] = [base, exponent]; e > 0; e = Math.floor(e / 2)) {
    if (e % 2) result = (result * b) % p
    b = (b * b) % p
  }
  return result
}
