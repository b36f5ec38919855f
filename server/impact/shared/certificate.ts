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
 * A cut is not looked for where it need not be: types tied by more than `least` − 1, straight or over third ones, stand on one side of every
 * lighter cut, so they are put together, again and again. What is left over is asked by Stoer and Wagner's search for the lightest cut.
 */
export class Certificate {
  private readonly crossed: Crossed
  private readonly least: number
  private leaves: Leaves | undefined
  private rooms: Classes
  private who: Classes

  constructor(crossed: Crossed, least: number) {
    this.crossed = crossed
    this.least = least
    this.rooms = new Classes(crossed.rooms)
    this.who = new Classes(crossed.who)
  }

  /** Lets these groups in (lists of rooms or of whos, each once) if together with those let in they are certain to give nobody away. */
  letIn(groups: readonly (readonly number[])[], side: Side): boolean {
    const before = this[side]
    const classes = before.copy()
    for (const members of groups) classes.split(members)
    this[side] = classes
    if (this.isCertain()) return true
    this[side] = before
    return false
  }

  private isCertain(): boolean {
    const { rooms, who, least } = this
    // A type of few people is cut off by fewer still.
    if (rooms.hasFew(least) || who.hasFew(least)) return false
    if (who.weights.length < 2) return true
    if (this.leaves?.classes !== rooms) this.leaves = new Leaves(rooms, this.crossed)
    return areTied(this.leaves, who, least)
  }
}

export type Side = 'rooms' | 'who'

/** People by where they stand: each in one room and each one who, by number. Groups are made of whole rooms, or of whole whos. */
export interface Crossed {
  /** By room and by who, each person's. */
  rooms: Numbered
  who: Numbered
}

export interface Numbered {
  /** By person, a number below `count`. */
  of: Int32Array
  count: number
  /** By number, how many people. */
  people: ArrayLike<number>
}

export function numbered(of: Int32Array, count: number): Numbered {
  const people = new Int32Array(count)
  for (const member of of) people[member]! += 1
  return { of, count, people }
}

/** Rooms, or whos, apart by the groups they stand in. Class 0 are those in no group. */
class Classes {
  /** By room or who, its class. */
  readonly of: Int32Array
  /** By class, its people. */
  readonly weights: number[]
  readonly people: ArrayLike<number>

  constructor(numbered: Numbered | Classes) {
    this.people = numbered.people
    if (numbered instanceof Classes) {
      this.of = numbered.of.slice()
      this.weights = [...numbered.weights]
      return
    }
    this.of = new Int32Array(numbered.count)
    this.weights = [numbered.of.length]
  }

  copy(): Classes {
    return new Classes(this)
  }

  hasFew(least: number): boolean {
    return this.weights.some((weight, own) => own > 0 && weight > 0 && weight < least)
  }

  split(members: readonly number[]): void {
    const inside = new Map<number, number>()
    for (const member of members) {
      const own = this.of[member]!
      inside.set(own, (inside.get(own) ?? 0) + this.people[member]!)
    }
    const made = new Map<number, number>()
    for (const [own, weight] of inside) {
      if (weight === this.weights[own] && own !== 0) continue
      made.set(own, this.weights.push(weight) - 1)
      this.weights[own]! -= weight
    }
    if (made.size) for (const member of members) this.of[member] = made.get(this.of[member]!) ?? this.of[member]!
  }
}

/** Who the people of each leaf are, one leaf after another. */
class Leaves {
  readonly classes: Classes
  readonly count: number
  private readonly starts: Int32Array
  private readonly who: Int32Array

  constructor(classes: Classes, { rooms, who }: Crossed) {
    this.classes = classes
    this.count = classes.weights.length
    const people = rooms.of.length
    this.starts = new Int32Array(this.count + 1)
    for (let one = 0; one < people; one++) this.starts[classes.of[rooms.of[one]!]! + 1]!++
    for (let leaf = 0; leaf < this.count; leaf++) this.starts[leaf + 1]! += this.starts[leaf]!
    const next = this.starts.slice()
    this.who = new Int32Array(people)
    for (let one = 0; one < people; one++) this.who[next[classes.of[rooms.of[one]!]!]!++] = who.of[one]!
  }

  /** Who the people of one leaf are. */
  whos(leaf: number): Int32Array {
    return this.who.subarray(this.starts[leaf], this.starts[leaf + 1])
  }

  /** The types of the people of each leaf; in leaf 0, in no room, without those in no group at all: of them nothing is derived. */
  types({ of }: Classes): Int32Array[] {
    const types = this.who.map((who) => of[who]!)
    return Array.from({ length: this.count }, (_, leaf) => {
      const own = types.subarray(this.starts[leaf], this.starts[leaf + 1])
      return leaf === 0 ? own.filter((type) => type !== 0) : own
    })
  }
}

/** Whether every cut through a connected piece of the types weighs `least` or more, but for the fraction that is no person. */
function areTied(all: Leaves, who: Classes, least: number): boolean {
  const outside = all.whos(0).reduce((sum, one) => sum + (who.of[one] === 0 ? 0 : 1), 0)
  if (outside > 0 && outside < least) return false
  // Sums of fractions are not exact: what is not clearly above is not above.
  const enough = least - 1 + 1e-6
  return areOneByFew(all, who, enough) || arePiecesTied(all, who, enough)
}

/** Of more types, or after so many leaves, all leaves are looked at. */
const mostByFew = { types: 250, leaves: 256 }

/** Whether all types are one piece that no light cut goes through by what the first leaves say: others can only tie them more. */
function areOneByFew(all: Leaves, who: Classes, enough: number): boolean {
  let size = 0
  const placeOf = who.weights.map((weight) => (weight > 0 ? size++ : -1))
  if (size > mostByFew.types) return false
  const placeOfWho = who.of.map((type) => placeOf[type]!)
  const ties = new Ties(size)
  for (let leaf = 1; leaf < Math.min(all.count, mostByFew.leaves); leaf++) {
    ties.add(all.whos(leaf), placeOfWho)
    if (isLook(leaf) && ties.areOne(enough)) return true
  }
  return false
}

/** Whether it is time to look how strongly the leaves so far tie: after 4, 8, 16 and so on. */
const isLook = (at: number): boolean => at >= 3 && (at & (at + 1)) === 0

function arePiecesTied(all: Leaves, who: Classes, enough: number): boolean {
  const types = all.types(who)
  const pieces = new Pieces(who.weights.length)
  for (const own of types) pieces.join(own)
  const { leavesOf, sizeOf, placeOf } = pieces.settle(types)
  const largest = Math.max(0, ...sizeOf.values())
  if (largest > mostTied) return false
  const ties = new Ties(largest)
  for (const [piece, own] of leavesOf) {
    ties.begin(sizeOf.get(piece)!)
    let isTight = false
    for (const [i, leaf] of own.entries()) {
      ties.add(types[leaf]!, placeOf)
      // The first leaves alone may tie all types together.
      isTight = isLook(i) && ties.areOne(enough)
      if (isTight) break
    }
    if (!isTight && !ties.areTight(enough)) return false
  }
  return true
}

/** A piece of more types than this is left untold: what ties them would take too much room. */
const mostTied = 2_000

/** Types that share a leaf, or a chain of leaves. */
class Pieces {
  private readonly root: Int32Array

  constructor(types: number) {
    this.root = Int32Array.from({ length: types }, (_, type) => type)
  }

  private rootOf(type: number): number {
    let at = type
    while (this.root[at] !== at) at = this.root[at] = this.root[this.root[at]!]!
    return at
  }

  join(types: Int32Array): void {
    if (types.length === 0) return
    const first = this.rootOf(types[0]!)
    for (const type of types) {
      const other = this.rootOf(type)
      if (other !== first) this.root[other] = first
    }
  }

  /** The leaves of each piece, how many types it has, and the place of each type within its piece. */
  settle(leaves: readonly Int32Array[]) {
    const leavesOf = new Map<number, number[]>()
    const sizeOf = new Map<number, number>()
    const placeOf = new Int32Array(this.root.length).fill(-1)
    for (const [leaf, types] of leaves.entries()) {
      if (types.length === 0) continue
      const piece = this.rootOf(types[0]!)
      const own = leavesOf.get(piece)
      if (own) own.push(leaf)
      else leavesOf.set(piece, [leaf])
      for (const type of types)
        if (placeOf[type] === -1) {
          const size = sizeOf.get(piece) ?? 0
          placeOf[type] = size
          sizeOf.set(piece, size + 1)
        }
    }
    return { leavesOf, sizeOf, placeOf }
  }
}

/** How strongly the types of one piece are tied; of one after another in the same place, since it is a large one. */
class Ties {
  private size: number
  /** From type to later type. */
  private readonly weights: Float64Array
  /** Of each type with all others. */
  private readonly totals: Float64Array
  private readonly within: Float64Array
  private readonly present: Int32Array

  /** @param largest types of the largest piece */
  constructor(largest: number) {
    this.size = largest
    this.weights = new Float64Array(largest * largest)
    this.totals = new Float64Array(largest)
    this.within = new Float64Array(largest)
    this.present = new Int32Array(largest)
  }

  begin(size: number): void {
    this.size = size
    this.weights.fill(0, 0, size * size)
    this.totals.fill(0, 0, size)
  }

  /** What one leaf adds. @param placeOf of each of them, the place of their type */
  add(those: Int32Array, placeOf: Int32Array): void {
    const { size, weights, within } = this
    let count = 0
    for (let i = 0; i < those.length; i++) {
      const place = placeOf[those[i]!]!
      if (within[place] === 0) this.present[count++] = place
      within[place]! += 1
    }
    const present = this.present.subarray(0, count).sort()
    for (let a = 0; a < count; a++) {
      const row = present[a]! * size
      const part = within[present[a]!]! / those.length
      this.totals[present[a]!]! += part * (those.length - within[present[a]!]!)
      for (let b = a + 1; b < count; b++) weights[row + present[b]!]! += part * within[present[b]!]!
    }
    for (let a = 0; a < count; a++) within[present[a]!] = 0
  }

  private between(one: number, other: number): number {
    return one < other ? this.weights[one * this.size + other]! : this.weights[other * this.size + one]!
  }

  /** Whether all are tied to the one of them that is tied most, straight and over third ones (`joinedToOne`). */
  areOne(enough: number): boolean {
    const { size, totals } = this
    let hub = 0
    for (let j = 1; j < size; j++) if (totals[j]! > totals[hub]!) hub = j
    for (let k = 0; k < size; k++) {
      if (k === hub) continue
      let tie = this.between(hub, k)
      for (let third = 0; third < size && tie <= enough; third++)
        if (third !== hub && third !== k) tie += Math.min(this.between(hub, third), this.between(k, third))
      if (tie <= enough) return false
    }
    return true
  }

  areTight(enough: number): boolean {
    if (this.areOne(enough)) return true
    let { size, weights } = this
    for (let j = 0; j < size; j++) for (let k = j + 1; k < size; k++) weights[k * size + j] = weights[j * size + k]!
    for (;;) {
      let { of, count } = joinedToOne(weights, size, enough)
      if (count === size) ({ of, count } = joinedBy(weights, size, enough))
      if (count === 1) return true
      if (count === size) break
      const together = new Float64Array(count * count)
      for (let j = 0; j < size; j++)
        for (let k = 0; k < size; k++) if (of[j] !== of[k]) together[of[j]! * count + of[k]!]! += weights[j * size + k]!
      weights = together
      size = count
    }
    return size <= mostSearched && lightestCut(weights, size) > enough
  }
}

/** By type, the number of those it stands together with, below `count`. */
type Joined = Pick<Numbered, 'of' | 'count'>

/**
 * Which stand together with the one that is tied most: no cut of `enough` or less parts two that are tied straight and over third ones by
 * more than that together, since it would have to cut each of these ways.
 */
function joinedToOne(weights: Float64Array, size: number, enough: number): Joined {
  let hub = 0
  let most = -1
  for (let j = 0; j < size; j++) {
    let all = 0
    for (let k = 0; k < size; k++) all += weights[j * size + k]!
    if (all > most) [hub, most] = [j, all]
  }
  const of = new Int32Array(size)
  let count = 1
  for (let k = 0; k < size; k++) {
    if (k === hub) continue
    let tie = weights[hub * size + k]!
    for (let third = 0; third < size && tie <= enough; third++)
      if (third !== hub && third !== k) tie += Math.min(weights[hub * size + third]!, weights[k * size + third]!)
    if (tie <= enough) of[k] = count++
  }
  return { of, count }
}

/** Which stand together when those tied by more than `enough` do. */
function joinedBy(weights: Float64Array, size: number, enough: number): Joined {
  const of = new Int32Array(size).fill(-1)
  let count = 0
  for (let first = 0; first < size; first++) {
    if (of[first] !== -1) continue
    of[first] = count
    const joined = [first]
    for (const j of joined)
      for (let k = 0; k < size; k++) {
        if (of[k] !== -1 || weights[j * size + k]! <= enough) continue
        of[k] = count
        joined.push(k)
      }
    count++
  }
  return { of, count }
}

/** Pieces larger than this are left untold: the search grows with the cube. */
const mostSearched = 150

/** Stoer and Wagner's. */
function lightestCut(given: Float64Array, size: number): number {
  const weights = given.slice()
  let left = Array.from({ length: size }, (_, i) => i)
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
      for (const other of rest) joined[other]! += weights[next * size + other]!
    }
    lightest = Math.min(lightest, joined[last]!)
    for (const i of left) {
      weights[before * size + i]! += weights[last * size + i]!
      weights[i * size + before] = weights[before * size + i]!
    }
    weights[before * size + before] = 0
    left = left.filter((i) => i !== last)
  }
  return lightest
}
