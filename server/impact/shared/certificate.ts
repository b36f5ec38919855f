/**
 * Proves of very many groups, without a search, that nothing derivable from them rests on fewer than `least` people; it never says so
 * wrongly, and often cannot tell.
 *
 * The groups are dealt out to two sides (rooms: programme, courses, events, themes; and who people are: sectors, agencies, waves), in any
 * way: the proof holds however they are dealt. People who stand in the same groups of the first side are a *leaf*, of the second a *type*;
 * n_ij are the people of type j in leaf i, n_i those of leaf i. Whatever is derived gives each person a value α(leaf) + β(type), and rests
 * on those whose value is not nought.
 *
 * Types are tied by w_jk = Σ_i n_ij n_ik / n_i. Suppose every leaf has `least` people or more, and every cut through a connected piece of
 * this graph has a weight above `least` − 1.
 * (1) If β differs within a piece, let X be the types of the piece where β has one of its values there. In leaf i of the piece those
 * not nought are at least n_i less the people of the types whose β is −α(leaf), who lie all within X or all outside it: at least
 * min(x, n_i − x) of them for x = n_i(X), and min(x, n − x) ≥ x (n − x) / n. Summed over the leaves that is Σ_{j∈X, k∉X} w_jk, the
 * weight of a cut, so more than `least` − 1 people, and being people, `least` or more. That β may have many values makes no difference.
 * (2) If β differs within no piece, each leaf, whose types are all tied to each other, has one value: what is not nought is made of
 * whole leaves, so nobody or `least` people or more.
 *
 * A cut is not looked for where it need not be: types tied by more than `least` − 1 stand on one side of every lighter cut, so they are
 * put together, again and again. What is left over is asked by Stoer and Wagner's search for the lightest cut.
 */
export class Certificate {
  private readonly people: ArrayLike<number>
  private readonly least: number
  private leaves: Classes
  private types: Classes

  /** @param people in each cell; every cell is other people */
  constructor(people: ArrayLike<number>, least: number) {
    this.people = people
    this.least = least
    this.leaves = new Classes(people)
    this.types = new Classes(people)
  }

  /** Lets these groups in (lists of cells, each once) if together with those let in they are certain to give nobody away. */
  letIn(groups: readonly (readonly number[])[], side: 'rooms' | 'who'): boolean {
    const before = { leaves: this.leaves, types: this.types }
    const classes = (side === 'rooms' ? this.leaves : this.types).copy()
    if (side === 'rooms') this.leaves = classes
    else this.types = classes
    for (const cells of groups) classes.split(cells)
    if (this.isCertain()) return true
    Object.assign(this, before)
    return false
  }

  private isCertain(): boolean {
    const { leaves, types, least } = this
    if (leaves.weights.some((weight, leaf) => leaf > 0 && weight > 0 && weight < least)) return false
    // A type of few people is cut off by fewer still.
    if (types.weights.some((weight, type) => type > 0 && weight > 0 && weight < least)) return false
    if (types.weights.length < 2) return true
    return new Ties(this.people, leaves, types, least).areTight()
  }
}

/** Cells apart by the groups they stand in. Class 0 are those in no group. */
class Classes {
  readonly of: Int32Array
  readonly weights: number[]
  private readonly people: ArrayLike<number>

  constructor(people: ArrayLike<number>) {
    this.people = people
    this.of = new Int32Array(people.length)
    let all = 0
    for (let cell = 0; cell < people.length; cell++) all += people[cell]!
    this.weights = [all]
  }

  copy(): Classes {
    return Object.assign(Object.create(Classes.prototype), {
      people: this.people,
      of: this.of.slice(),
      weights: [...this.weights],
    })
  }

  split(cells: readonly number[]): void {
    const inside = new Map<number, number>()
    for (const cell of cells) {
      const own = this.of[cell]!
      inside.set(own, (inside.get(own) ?? 0) + this.people[cell]!)
    }
    const made = new Map<number, number>()
    for (const [own, weight] of inside) {
      if (weight === this.weights[own] && own !== 0) continue
      made.set(own, this.weights.push(weight) - 1)
      this.weights[own]! -= weight
    }
    if (made.size) for (const cell of cells) this.of[cell] = made.get(this.of[cell]!) ?? this.of[cell]!
  }
}

/** Types, and how strongly they are tied. */
class Ties {
  private readonly count: number
  private readonly root: Int32Array
  /** From type to type, both ways, of types not yet put together. */
  private ties: Map<number, number>[]
  /** A few people stand in no room. */
  private isSmall = false
  /** The first leaves alone tie all types together: what others add can only tie them more. */
  private isOne = false
  private readonly enough: number

  constructor(people: ArrayLike<number>, leaves: Classes, types: Classes, least: number) {
    this.count = types.weights.length
    // Sums of fractions are not exact: what is not clearly above is not above.
    this.enough = least - 1 + 1e-6
    this.root = Int32Array.from({ length: this.count }, (_, type) => type)
    this.ties = Array.from({ length: this.count }, () => new Map())
    // The cells of each leaf, one leaf after another.
    const starts = new Int32Array(leaves.weights.length + 1)
    for (const leaf of leaves.of) starts[leaf + 1]!++
    for (let leaf = 0; leaf < leaves.weights.length; leaf++) starts[leaf + 1]! += starts[leaf]!
    const next = starts.slice()
    const sorted = new Int32Array(leaves.of.length)
    leaves.of.forEach((leaf, cell) => {
      sorted[next[leaf]!++] = cell
    })
    const isDense = this.count <= 600
    const weights = isDense ? new Float64Array(this.count * this.count) : null
    const within = new Float64Array(this.count)
    for (let leaf = 0; leaf < leaves.weights.length; leaf++) {
      const present: number[] = []
      let all = 0
      for (let at = starts[leaf]!; at < starts[leaf + 1]!; at++) {
        const cell = sorted[at]!
        const n = people[cell]!
        if (n === 0) continue
        const type = types.of[cell]!
        // Of those in no group at all nothing is derived.
        if (leaf === 0 && type === 0) continue
        all += n
        if (within[type] === 0) present.push(type)
        within[type]! += n
      }
      if (leaf === 0 && all > 0 && all < least) this.isSmall = true
      const share = 1 / all
      for (let a = 0; a < present.length; a++) {
        const j = present[a]!
        const part = within[j]! * share
        for (let b = a + 1; b < present.length; b++) {
          const k = present[b]!
          const weight = part * within[k]!
          if (weights) weights[j < k ? j * this.count + k : k * this.count + j]! += weight
          else this.tie(j, k, weight)
        }
      }
      for (const type of present) within[type] = 0
      if (weights && (leaf & (leaf - 1)) === 0 && leaf >= 256 && this.areOne(weights, types)) {
        this.isOne = !this.isSmall
        return
      }
    }
    if (!weights) return
    for (let j = 0; j < this.count; j++)
      for (let k = j + 1; k < this.count; k++) {
        const weight = weights[j * this.count + k]!
        if (weight > 0) this.tie(j, k, weight)
      }
  }

  /** Whether every cut through a connected piece weighs `least` or more, but for the fraction that is no person. */
  areTight(): boolean {
    if (this.isSmall) return false
    if (this.isOne) return true
    const { enough } = this
    this.putTogether(enough)
    const left = this.ties.flatMap((ties, type) => (this.root[type] === type && ties.size > 0 ? [type] : []))
    for (const piece of this.pieces(left))
      if (piece.length > mostSearched || this.lightestCut(piece) <= enough) return false
    return true
  }

  /** Whether strong ties alone join everybody; class 0, whose people may be outside, must be joined if it is tied at all. */
  private areOne(weights: Float64Array, types: Classes): boolean {
    const first = types.weights.findIndex((weight) => weight > 0)
    const seen = new Uint8Array(this.count)
    const joined = [first]
    seen[first] = 1
    for (const j of joined)
      for (let k = 0; k < this.count; k++) {
        if (seen[k] || weights[j < k ? j * this.count + k : k * this.count + j]! <= this.enough) continue
        seen[k] = 1
        joined.push(k)
      }
    return types.weights.every((weight, type) => weight === 0 || seen[type] === 1)
  }

  private tie(j: number, k: number, weight: number): void {
    this.ties[j]!.set(k, (this.ties[j]!.get(k) ?? 0) + weight)
    this.ties[k]!.set(j, (this.ties[k]!.get(j) ?? 0) + weight)
  }

  private putTogether(enough: number): void {
    const asked = Array.from({ length: this.count }, (_, type) => type)
    for (let j = asked.pop(); j !== undefined; j = asked.pop()) {
      if (this.root[j] !== j) continue
      for (const [k, weight] of this.ties[j]!) {
        if (weight <= enough) continue
        // The smaller into the larger.
        const [into, from] = this.ties[j]!.size < this.ties[k]!.size ? [k, j] : [j, k]
        this.root[from] = into
        this.ties[into]!.delete(from)
        for (const [other, more] of this.ties[from]!) {
          this.ties[other]!.delete(from)
          if (other !== into) this.tie(into, other, more)
        }
        this.ties[from]!.clear()
        asked.push(into)
        break
      }
    }
  }

  private pieces(types: readonly number[]): number[][] {
    const seen = new Set<number>()
    const pieces: number[][] = []
    for (const first of types) {
      if (seen.has(first)) continue
      seen.add(first)
      const piece = [first]
      for (const type of piece)
        for (const other of this.ties[type]!.keys())
          if (!seen.has(other)) {
            seen.add(other)
            piece.push(other)
          }
      pieces.push(piece)
    }
    return pieces
  }

  /** Stoer and Wagner's. */
  private lightestCut(piece: readonly number[]): number {
    const at = new Map(piece.map((type, i) => [type, i]))
    const size = piece.length
    const weights = piece.map((type) => {
      const row = new Float64Array(size)
      for (const [other, weight] of this.ties[type]!) row[at.get(other)!] = weight
      return row
    })
    let left = piece.map((_, i) => i)
    let lightest = Number.POSITIVE_INFINITY
    while (left.length > 1) {
      const joined = new Float64Array(size)
      const rest = [...left]
      let [last, before] = [-1, -1]
      while (rest.length) {
        let best = 0
        for (let r = 1; r < rest.length; r++) if (joined[rest[r]!]! > joined[rest[best]!]!) best = r
        const next = rest[best]!
        rest[best] = rest.at(-1)!
        rest.pop()
        ;[before, last] = [last, next]
        const row = weights[next]!
        for (let r = 0; r < rest.length; r++) joined[rest[r]!]! += row[rest[r]!]!
      }
      lightest = Math.min(lightest, joined[last]!)
      for (const i of left) {
        weights[before]![i]! += weights[last]![i]!
        weights[i]![before] = weights[before]![i]!
      }
      weights[before]![before] = 0
      left = left.filter((i) => i !== last)
    }
    return lightest
  }
}

/** Pieces larger than this are left untold: the search grows with the cube. */
const mostSearched = 150
