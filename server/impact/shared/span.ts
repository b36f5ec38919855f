/*
 * One of the pure files of disclosure: disclosure (the thresholds, a tree by itself), span (the theorem and the search), derivable (any groups,
 * decided), shown (what the pages show), audit (the log before issue). The class is one search and stays in one place.
 */

/**
 * The groups shown so far, and whether one more would give a few people away.
 *
 * A shown group reveals the sum of its answers, so whatever adding, subtracting and scaling can reveal is the span, over the
 * fractions, of the groups' rows of noughts and ones (a column a person). A row is let in only while no vector of that span but nought
 * touches `budget` people or fewer: the least (weighted) distance of a linear code stays above the budget. A group with 1 to
 * `budget` answerers whose answers could be worked out would itself be such a vector.
 *
 * Why the search is complete. Let S be the rows let in, v the new one, and s in S such that v + s touches only the few people T; let D be the
 * part of T already paid for. S is safe, so it keeps its rank off D: it has a basis with pivots J off D. Let v'' be v less what makes
 * it nought on J. If v'' is nought off D, D is the answer. Else it is not nought at some c off D, and T must hold c or a pivot in J
 * whose row is not nought at c: were v + s nought on all of these, its value at c would be v''(c). These few are tried one after another,
 * each barred when it was tried, so the search is at most `budget` deep; where several c ask for people apart from each other and together
 * too many, the branch ends.
 *
 * Why counting modulo a prime p is exact here. Rows found independent modulo p are independent. Let a vector of fractions in their span touch few
 * people; scaled to whole numbers without a common divisor it is not nought modulo p, and it lies in the span modulo p, because p divides
 * no elementary divisor of rows that stay independent modulo p. So what is safe modulo p is safe. A row that seems to add nothing is let
 * through only when its combination holds in whole numbers, and whoever seems given away is told only when that holds too.
 *
 * It says nothing of reasoning from bounds (two overlapping groups with one kind of answer in common tell what their overlap said):
 * that is not subtraction.
 */
export class Span {
  private readonly budget: number
  private readonly p: number
  /** The cells of the same people, in order. Their columns are told apart, their weight is paid once. */
  private readonly blocks: readonly (readonly number[])[]
  private readonly blockWeight: readonly number[]
  private readonly blockOf: Int32Array
  private readonly room: number
  /** People whom no row tells apart; a column for each of their cells. */
  private classes: { blocks: number[]; columns: number[]; weight: number; splitFrom: number }[] = []
  private classOfBlock: Int32Array
  private classOfColumn: Int32Array
  private columnOf: Int32Array
  private columns = 0
  /** The reduced basis: a row is 1 at its own pivot and nought at every other's. */
  private rows: Int32Array[] = []
  private pivots: number[] = []
  private rowOfPivot: Int32Array
  /** Each basis row as a combination of the groups let in. */
  private made: number[][] = []
  private letIn: (readonly number[])[] = []
  /** Which of the rows asked for each group let in was, counted from 0. */
  private askedAt: number[] = []
  private asked = 0
  private given: { rows: (readonly number[])[]; asked: number[]; residues: number[]; blocks: Set<number> } | null = null
  private stepsLeft = 0
  private inverses: Int32Array

  /** @param people cells with the same number are the same people; without it every cell is other people. A cell of nobody is left out. */
  constructor(weights: readonly number[], budget: number, people?: readonly number[], prime: number = primes[0]) {
    this.budget = budget
    this.p = prime
    this.inverses = inversesModulo(prime)
    this.blocks = blocksOf(weights, people)
    this.blockWeight = this.blocks.map((cells) => Math.max(...cells.map((cell) => weights[cell]!)))
    this.blockOf = new Int32Array(weights.length).fill(-1)
    this.blocks.forEach((cells, block) => {
      for (const cell of cells) this.blockOf[cell] = block
    })
    this.room = this.blocks.reduce((sum, cells) => sum + cells.length, 0)
    this.columnOf = new Int32Array(weights.length).fill(-1)
    this.classOfColumn = new Int32Array(this.room)
    this.classOfBlock = new Int32Array(this.blocks.length)
    this.rowOfPivot = new Int32Array(this.room).fill(-1)
    const byLength = Map.groupBy(this.blocks.keys(), (block) => this.blocks[block]!.length)
    for (const blocks of byLength.values()) this.makeClass(blocks, -1)
  }

  /** The same rows let in, to try more on. */
  copy(): Span {
    const copy: Span = Object.create(Span.prototype)
    return Object.assign(copy, this, {
      classes: this.classes.map((own) => ({ ...own, blocks: [...own.blocks] })),
      classOfBlock: this.classOfBlock.slice(),
      classOfColumn: this.classOfColumn.slice(),
      columnOf: this.columnOf.slice(),
      rows: this.rows.map((row) => row.slice()),
      pivots: [...this.pivots],
      rowOfPivot: this.rowOfPivot.slice(),
      made: this.made.map((row) => [...row]),
      letIn: [...this.letIn],
      askedAt: [...this.askedAt],
      given: null,
    })
  }

  /** Lets a row in, unless it gives people away or it takes too long to tell. `cells` holds each cell at most once. */
  add(cells: readonly number[], patience = Number.POSITIVE_INFINITY): 'adds nothing' | 'safe' | 'gives away' {
    const { known, before, plain, vector, at } = this.reduced(cells)
    if (this.isNought(vector)) return this.ofNought(known, plain, before)
    const small = this.smallWith(vector, patience)
    if (small) {
      this.given = {
        rows: [...this.letIn, known],
        asked: [...this.askedAt, at],
        residues: [...this.factorsOf((i) => (small.vector[this.pivots[i]!] ?? 0) - plain[this.pivots[i]!]!), 1],
        blocks: new Set([...small.paid].flatMap((id) => this.classes[id]!.blocks)),
      }
      this.unsplit(before)
      return 'gives away'
    }
    this.insert(vector, plain, known, at)
    return 'safe'
  }

  /**
   * Lets all these rows in, when together they give nobody away. A span that answers no is spoilt: use a copy.
   * Null when only asking for one after another can tell.
   */
  addTogether(all: readonly (readonly number[])[]): boolean | null {
    let isAsked = true
    for (const cells of all) {
      const { known, before, plain, vector, at } = this.reduced(cells)
      if (this.isNought(vector)) {
        if (this.ofNought(known, plain, before) !== 'adds nothing') return false
        continue
      }
      if (isAsked) {
        this.stepsLeft = firstSteps
        const small = this.search(vector, [], { paid: new Set(), barred: new Set() }, this.budget)
        if (small) return false
        isAsked = this.stepsLeft >= 0
      }
      this.insert(vector, plain, known, at)
    }
    if (isAsked) return true
    const told = this.decideAll()
    return told === 'undecided' ? null : told === 'safe'
  }

  /** Lets a row in unasked; `decideAll` must tell afterwards whether it might be. */
  addUnasked(cells: readonly number[]): boolean {
    const { known, before, plain, vector, at } = this.reduced(cells)
    if (this.isNought(vector)) return this.ofNought(known, plain, before) === 'adds nothing'
    this.insert(vector, plain, known, at)
    return true
  }

  /** Whether the rows let in unasked give people away, when bases apart can tell. */
  decideAll(): 'safe' | 'gives away' | 'undecided' {
    const small = this.byBasesApart(this.rows)
    if (small === 'undecided' || small === 'safe') return small
    this.given = {
      rows: this.letIn,
      asked: this.askedAt,
      residues: this.factorsOf((i) => small.vector[this.pivots[i]!]!),
      blocks: new Set([...small.paid].flatMap((id) => this.classes[id]!.blocks)),
    }
    return 'gives away'
  }

  /**
   * The combination that made the last row give people away, in whole numbers: each row by its place among all those asked for
   * (from 0), the refused one too. Null when it does not hold in whole numbers: the prime misled.
   */
  lastGivenAway(): { asked: number; times: number }[] | null {
    if (!this.given) return null
    const { rows, asked, residues, blocks } = this.given
    const whole = this.wholeNumbers(residues, (times) => this.restsOn(rows, times, blocks))
    const times = whole ?? exactCombination(rows, (cell) => blocks.has(this.blockOf[cell]!))
    return times?.map((n, i) => ({ asked: asked[i]!, times: n })).filter(({ times }) => times !== 0) ?? null
  }

  private reduced(cells: readonly number[]) {
    const at = this.asked++
    const known = cells.filter((cell) => this.columnOf[cell]! >= 0)
    const before = this.classes.length
    this.split(known)
    const vector = new Int32Array(this.room)
    for (const cell of known) vector[this.columnOf[cell]!] = 1
    const plain = vector.slice()
    this.rows.forEach((row, i) => {
      this.subtract(vector, row, plain[this.pivots[i]!]!)
    })
    return { known, before, plain, vector, at }
  }

  private ofNought(known: readonly number[], plain: Int32Array, before: number): 'adds nothing' | 'gives away' {
    const isNothing = this.addsNothing(known, plain)
    this.unsplit(before)
    this.given = null
    return isNothing ? 'adds nothing' : 'gives away'
  }

  private smallWith(vector: Int32Array, patience: number): Small | null {
    for (const steps of [firstSteps, patience]) {
      this.stepsLeft = steps
      const small = this.search(vector, [], { paid: new Set(), barred: new Set() }, this.budget)
      if (this.stepsLeft >= 0) return small
      if (steps === patience) break
      const told = this.byBasesApart([...this.rows, vector])
      if (told === 'safe') return null
      if (told !== 'undecided') return this.scaledWith(told, vector)
    }
    // Too long to tell: not let in, and no combination to name.
    return { vector: new Int32Array(this.room), paid: new Set() }
  }

  /** The same, with the new row in it just once. */
  private scaledWith({ vector, paid }: Small, added: Int32Array): Small {
    const rest = vector.slice()
    this.rows.forEach((row, i) => {
      this.subtract(rest, row, vector[this.pivots[i]!]!)
    })
    const at = added.findIndex((x) => x !== 0)
    const by = Math.imul(added[at]!, this.inverses[rest[at]!]!) % this.p
    return { vector: vector.map((x) => Math.imul(x, by) % this.p), paid }
  }

  /**
   * The same question answered by bases of columns that share nobody (Brouwer and Zimmermann's way to a code's least distance, with people
   * for places): a vector of few people is not nought on any of k bases, so it is made of at most budget / k rows of one of them.
   * A class of w people may stand in w bases; one that is too heavy to be paid in all. Answers only where one or two rows must be tried.
   */
  private byBasesApart(basis: readonly Int32Array[]): 'safe' | 'undecided' | Small {
    const used = this.classes.map(() => 0)
    const reductions: Int32Array[][] = []
    let rows = basis.map((row) => row.slice())
    const isHeavy = (id: number) => this.classes[id]!.weight > this.budget
    while (reductions.length <= this.budget) {
      rows = rows.map((row) => row.slice())
      const taken = new Set<number>()
      const mayBe = (c: number) => {
        const id = this.classOfColumn[c]!
        return !taken.has(c) && (isHeavy(id) || used[id]! < this.classes[id]!.weight)
      }
      for (const row of rows) {
        const pivot = this.heaviest(row, mayBe)
        if (pivot < 0) break
        this.scale(row, pivot)
        for (const other of rows) if (other !== row) this.subtract(other, row, other[pivot]!)
        taken.add(pivot)
        if (!isHeavy(this.classOfColumn[pivot]!)) used[this.classOfColumn[pivot]!]!++
      }
      if (taken.size < rows.length) break
      reductions.push(rows)
    }
    if (reductions.length > this.budget) return 'safe'
    const most = Math.floor(this.budget / Math.max(1, reductions.length))
    if (reductions.length === 0 || most > 2) return 'undecided'
    for (const reduction of reductions) {
      const small = this.amongPairs(reduction, most)
      if (small) return small
    }
    return 'safe'
  }

  /** One row, or the sum of multiples of two, that rests on few people. */
  private amongPairs(rows: readonly Int32Array[], most: number): Small | null {
    const supports = rows.map((row) => this.supportOf(row))
    for (const [i, a] of rows.entries()) {
      if (this.weightOf(a) <= this.budget) return this.asSmall(a)
      if (most < 2) continue
      for (let j = i + 1; j < rows.length; j++) {
        if (areApart(supports[i]!, supports[j]!, this.budget)) continue
        const factor = this.bestFactor(a, rows[j]!)
        if (factor === 0) continue
        const sum = a.slice()
        this.subtract(sum, rows[j]!, factor)
        if (this.weightOf(sum) <= this.budget) return this.asSmall(sum)
      }
    }
    return null
  }

  /** A bit for each class in which the row is not nought. */
  private supportOf(row: Int32Array): Int32Array {
    const bits = new Int32Array((this.classes.length >> 5) + 1)
    for (let c = 0; c < this.columns; c++) {
      const id = this.classOfColumn[c]!
      if (row[c] !== 0) bits[id >> 5]! |= 1 << (id & 31)
    }
    return bits
  }

  private asSmall(vector: Int32Array): Small {
    const paid = new Set<number>()
    for (let c = 0; c < this.columns; c++) if (vector[c] !== 0) paid.add(this.classOfColumn[c]!)
    return { vector, paid }
  }

  private weightOf(vector: Int32Array): number {
    let weight = 0
    for (const own of this.classes) if (own.columns.some((c) => vector[c] !== 0)) weight += own.weight
    return weight
  }

  /** How many times b taken from a leaves the fewest people, or 0 when it leaves too many however often. */
  private bestFactor(a: Int32Array, b: Int32Array): number {
    let always = 0
    for (const { columns, weight } of this.classes) {
      for (const c of columns) {
        if ((a[c] === 0) === (b[c] === 0)) continue
        always += weight
        break
      }
      if (always > this.budget) return 0
    }
    const votes = new Map<number, number>()
    let best = 0
    let most = 0
    for (const { columns, weight } of this.classes) {
      const at = columns.find((c) => a[c] !== 0 && b[c] !== 0)
      if (at === undefined) continue
      const factor = Math.imul(a[at]!, this.inverses[b[at]!]!) % this.p
      const isOne = columns.every((c) => (a[c]! - Math.imul(b[c]!, factor)) % this.p === 0)
      if (!isOne) continue
      const vote = (votes.get(factor) ?? 0) + weight
      votes.set(factor, vote)
      if (vote > most) [best, most] = [factor, vote]
    }
    return best
  }

  private makeClass(blocks: readonly number[], splitFrom: number): number {
    const id = this.classes.length
    const columns = this.blocks[blocks[0]!]!.map(() => this.columns++)
    for (const column of columns) this.classOfColumn[column] = id
    this.classes.push({ blocks: [], columns, weight: 0, splitFrom })
    this.moveInto(id, blocks)
    return id
  }

  private moveInto(id: number, blocks: readonly number[]): void {
    const into = this.classes[id]!
    for (const block of blocks) {
      into.blocks.push(block)
      into.weight += this.blockWeight[block]!
      this.classOfBlock[block] = id
      this.blocks[block]!.forEach((cell, k) => {
        this.columnOf[cell] = into.columns[k]!
      })
    }
  }

  /** Tells people inside the row apart from those outside it. The heaviest part keeps the columns, since what cannot be paid needs no trying. */
  private split(cells: readonly number[]): void {
    const inside = new Set(cells)
    const touched = new Set(cells.map((cell) => this.classOfBlock[this.blockOf[cell]!]!))
    for (const id of touched) {
      const own = this.classes[id]!
      const parts = Map.groupBy(own.blocks, (block) =>
        this.blocks[block]!.reduce((mask, cell) => mask * 2 + (inside.has(cell) ? 1 : 0), 0),
      )
      if (parts.size === 1) continue
      const weigh = (blocks: readonly number[]) => blocks.reduce((sum, block) => sum + this.blockWeight[block]!, 0)
      const [kept, ...others] = [...parts.values()].sort((a, b) => weigh(b) - weigh(a))
      own.blocks = kept!
      own.weight = weigh(kept!)
      for (const blocks of others) {
        const made = this.classes[this.makeClass(blocks, id)]!
        made.columns.forEach((column, k) => {
          const from = own.columns[k]!
          // A row's pivot is its alone; the new column is not one, though it reads the same.
          for (const row of this.rows) row[column] = row[from]!
        })
      }
    }
  }

  /** Puts back together what was split since there were so many classes. */
  private unsplit(before: number): void {
    while (this.classes.length > before) {
      const made = this.classes.pop()!
      this.columns -= made.columns.length
      for (const column of made.columns) {
        for (const row of this.rows) row[column] = 0
        this.rowOfPivot[column] = -1
      }
      this.moveInto(made.splitFrom, made.blocks)
    }
  }

  private subtract(from: Int32Array, row: Int32Array, factor: number): void {
    if (factor === 0) return
    const { p, columns } = this
    const times = p - factor
    const share = 1 / p
    for (let c = 0; c < columns; c++) {
      const x = row[c]!
      if (x === 0) continue
      // The remainder by p without a division: the quotient is right, since no fraction with p below it comes within a millionth of a whole number.
      const sum = from[c]! + Math.imul(x, times)
      from[c] = sum - Math.imul((sum * share + 1e-6) | 0, p)
    }
  }

  private isNought(vector: Int32Array): boolean {
    for (let c = 0; c < this.columns; c++) if (vector[c] !== 0) return false
    return true
  }

  /** Makes the row 1 at its pivot. */
  private scale(row: Int32Array, pivot: number): number {
    const by = this.inverses[row[pivot]!]!
    if (by !== 1) for (let c = 0; c < this.columns; c++) if (row[c] !== 0) row[c] = Math.imul(row[c]!, by) % this.p
    return by
  }

  private insert(vector: Int32Array, plain: Int32Array, cells: readonly number[], at: number): void {
    const made = this.factorsOf((i) => plain[this.pivots[i]!]!).map((x) => (this.p - x) % this.p)
    made.push(1)
    const pivot = this.heaviest(vector, () => true)
    const by = this.scale(vector, pivot)
    const combination = made.map((x) => Math.imul(x, by) % this.p)
    this.rows.forEach((row, i) => {
      const factor = row[pivot]!
      const own = this.made[i]!
      own.push(0)
      if (factor === 0) return
      this.subtract(row, vector, factor)
      const times = this.p - factor
      for (let j = 0; j < own.length; j++) own[j] = (own[j]! + Math.imul(combination[j]!, times)) % this.p
    })
    this.rowOfPivot[pivot] = this.rows.length
    this.rows.push(vector)
    this.pivots.push(pivot)
    this.made.push(combination)
    this.letIn.push(cells)
    this.askedAt.push(at)
  }

  /** So many of each basis row, told in the groups let in. */
  private factorsOf(times: (row: number) => number): number[] {
    const factors = this.letIn.map(() => 0)
    this.made.forEach((made, i) => {
      const n = ((times(i) % this.p) + this.p) % this.p
      if (n === 0) return
      for (let j = 0; j < factors.length; j++) factors[j] = (factors[j]! + Math.imul(made[j]!, n)) % this.p
    })
    return factors
  }

  private heaviest(vector: Int32Array, mayBe: (column: number) => boolean): number {
    let best = -1
    let most = 0
    for (let c = 0; c < this.columns; c++) {
      if (vector[c] === 0) continue
      const { weight } = this.classes[this.classOfColumn[c]!]!
      if (weight > most && mayBe(c)) {
        best = c
        most = weight
      }
    }
    return best
  }

  /** A combination of `vector` with the rows let in that rests on people with `left` weight or less besides those paid, or null. */
  private search(
    vector: Int32Array,
    substitutes: readonly Substitute[],
    { paid, barred }: { paid: Set<number>; barred: Set<number> },
    left: number,
  ): Small | null {
    if (--this.stepsLeft < 0) return null
    const mayPay = (id: number) => !paid.has(id) && !barred.has(id) && this.classes[id]!.weight <= left
    const open: { row: Int32Array; id: number; factors: number[] }[] = []
    this.rows.forEach((row, i) => {
      const id = this.classOfColumn[this.pivots[i]!]!
      if (mayPay(id)) open.push({ row, id, factors: substitutes.map(({ pivot }) => row[pivot]!) })
    })
    // The shortest ask, and what asks that have nobody in common must pay together at the least: more than is left ends the branch.
    let shortest: number[] | null = null
    const taken = new Uint8Array(this.classes.length)
    const put = new Int32Array(this.classes.length).fill(-1)
    let apart = 0
    let isAny = false
    for (let c = 0; c < this.columns; c++) {
      const own = this.classOfColumn[c]!
      if (vector[c] === 0 || paid.has(own)) continue
      isAny = true
      const ask: number[] = []
      let isApart = true
      let least = Number.POSITIVE_INFINITY
      const want = (id: number) => {
        if (put[id] === c) return
        put[id] = c
        ask.push(id)
        if (taken[id]) isApart = false
        least = Math.min(least, this.classes[id]!.weight)
      }
      if (mayPay(own)) want(own)
      for (const { row, pivot } of substitutes) {
        const id = this.classOfColumn[pivot]!
        if (row[c] !== 0 && mayPay(id)) want(id)
      }
      for (const { row, id, factors } of open) {
        // A long ask that meets another is of no use.
        if (!isApart && shortest && ask.length >= shortest.length) break
        let x = row[c]!
        for (let j = 0; j < factors.length; j++)
          if (factors[j] !== 0) x = (x + Math.imul(this.p - factors[j]!, substitutes[j]!.row[c]!)) % this.p
        if (x !== 0) want(id)
      }
      if (ask.length === 0) return null
      if (isApart) {
        for (const id of ask) taken[id] = 1
        apart += least
        if (apart > left) return null
      }
      if (!shortest || ask.length < shortest.length) shortest = ask
    }
    if (!isAny || !shortest) return { vector, paid: new Set(paid) }
    const tried: number[] = []
    let found: Small | null = null
    for (const id of shortest) {
      paid.add(id)
      const next = this.pay(id, vector, substitutes, paid, barred, left)
      found = this.search(next.vector, next.substitutes, { paid, barred }, left - this.classes[id]!.weight)
      paid.delete(id)
      if (found) break
      barred.add(id)
      tried.push(id)
    }
    for (const id of tried) barred.delete(id)
    return found
  }

  /** What the vector and the substitutes become when this class is paid for: the rows whose pivots it held need others. */
  private pay(
    id: number,
    vector: Int32Array,
    substitutes: readonly Substitute[],
    paid: ReadonlySet<number>,
    barred: ReadonlySet<number>,
    left: number,
  ): { vector: Int32Array; substitutes: Substitute[] } {
    let result = vector
    let made = [...substitutes]
    const isFree = (c: number) => !paid.has(this.classOfColumn[c]!)
    const replace = (row: Int32Array, own: Substitute | null) => {
      const isUntriable = (c: number) =>
        isFree(c) && (barred.has(this.classOfColumn[c]!) || this.classes[this.classOfColumn[c]!]!.weight > left)
      const untriable = this.heaviest(row, isUntriable)
      const pivot = untriable >= 0 ? untriable : this.heaviest(row, isFree)
      if (pivot < 0) throw new RangeError('The rows let in give people away already')
      this.scale(row, pivot)
      const clear = (other: Int32Array) => {
        if (other[pivot] === 0) return other
        const cleared = other.slice()
        this.subtract(cleared, row, other[pivot]!)
        return cleared
      }
      result = clear(result)
      made = made.filter((one) => one !== own).map((one) => ({ row: clear(one.row), pivot: one.pivot }))
      made.push({ row, pivot })
    }
    for (const column of this.classes[id]!.columns) {
      const i = this.rowOfPivot[column]!
      if (i >= 0) {
        const row = this.rows[i]!.slice()
        for (const one of made) this.subtract(row, one.row, this.rows[i]![one.pivot]!)
        replace(row, null)
      } else {
        const own = made.find(({ pivot }) => pivot === column)
        if (own) replace(own.row.slice(), own)
      }
    }
    return { vector: result, substitutes: made }
  }

  /** Whether the row is made of the rows let in, in whole numbers. */
  private addsNothing(cells: readonly number[], plain: Int32Array): boolean {
    const factors = this.factorsOf((i) => plain[this.pivots[i]!]!)
    const rows = [...this.letIn, cells]
    const nobody = new Set<number>()
    const isSum = (times: readonly number[]) => this.sumOf(rows, times).every((n) => n === 0)
    if (this.wholeNumbers([...factors, this.p - 1], isSum)) return true
    return exactCombination(rows, (cell) => nobody.has(cell), true) !== null
  }

  private restsOn(
    rows: readonly (readonly number[])[],
    times: readonly number[],
    blocks: ReadonlySet<number>,
  ): boolean {
    let isSome = false
    for (const [cell, n] of this.sumOf(rows, times).entries()) {
      if (n === 0) continue
      if (!blocks.has(this.blockOf[cell]!)) return false
      isSome = true
    }
    return isSome
  }

  private sumOf(rows: readonly (readonly number[])[], times: readonly number[]): Float64Array {
    const sum = new Float64Array(this.blockOf.length)
    rows.forEach((cells, i) => {
      if (times[i] !== 0) for (const cell of cells) sum[cell]! += times[i]!
    })
    return sum
  }

  /** The whole numbers behind residues, up to a common factor, when small ones pass the test. */
  private wholeNumbers(residues: readonly number[], holds: (times: readonly number[]) => boolean): number[] | null {
    const most = 300
    for (let factor = 1; factor <= 60; factor++) {
      const whole: number[] = []
      for (const x of residues) {
        const y = Math.imul(x, factor) % this.p
        const near = y > this.p / 2 ? y - this.p : y
        if (Math.abs(near) > most) break
        whole.push(near)
      }
      if (whole.length === residues.length && holds(whole)) return whole
    }
    return null
  }
}

/** How far to search before bases apart are asked, which takes as long as some tens of steps. */
const firstSteps = 25

/** A vector of few people, and the classes it rests on. */
interface Small {
  vector: Int32Array
  paid: Set<number>
}

/** A row of the basis whose pivot was paid for, with the column that stands for it. */
interface Substitute {
  row: Int32Array
  pivot: number
}

/** Small enough that a product fits 32 bits. Should one mislead, the next is asked. */
export const primes = [46_337, 46_327, 46_309] as const

/** Whether more classes than `budget` stand in one of the two alone. */
function areApart(a: Int32Array, b: Int32Array, budget: number): boolean {
  let left = budget
  for (let i = 0; i < a.length; i++) for (let x = a[i]! ^ b[i]!; x !== 0; x &= x - 1) if (--left < 0) return true
  return false
}

const inversesOf = new Map<number, Int32Array>()

function inversesModulo(p: number): Int32Array {
  const known = inversesOf.get(p)
  if (known) return known
  const inverses = new Int32Array(p)
  inverses[1] = 1
  for (let x = 2; x < p; x++) inverses[x] = p - (Math.imul(Math.floor(p / x), inverses[p % x]!) % p)
  inversesOf.set(p, inverses)
  return inverses
}

/** The cells of the same people, together; cells of nobody are left out. */
export function blocksOf(weights: readonly number[], people?: readonly number[]): number[][] {
  const cells = [...weights.keys()].filter((cell) => weights[cell]! > 0)
  if (!people) return cells.map((cell) => [cell])
  return [...Map.groupBy(cells, (cell) => people[cell]!).values()]
}

/**
 * A combination of the rows, by elimination in whole numbers of any size, that is nought but on `allowed` cells and not nought there;
 * or with `isNought`, one that takes in the last row and is nought everywhere. Slow, and seldom asked.
 */
function exactCombination(
  rows: readonly (readonly number[])[],
  isAllowed: (cell: number) => boolean,
  isNought = false,
): number[] | null {
  const basis = new Map<number, { values: Map<number, bigint>; times: bigint[] }>()
  for (const [at, cells] of rows.entries()) {
    let values = new Map<number, bigint>(cells.map((cell) => [cell, 1n]))
    let times: bigint[] = rows.map((_, i) => (i === at ? 1n : 0n))
    for (;;) {
      let pivot = Number.POSITIVE_INFINITY
      for (const cell of values.keys()) if (cell < pivot && !isAllowed(cell)) pivot = cell
      const known = basis.get(pivot)
      if (pivot === Number.POSITIVE_INFINITY) {
        if (isNought ? at === rows.length - 1 : values.size > 0) return times.map(Number)
        break
      }
      if (!known) {
        basis.set(pivot, { values, times })
        break
      }
      const [a, b] = [known.values.get(pivot)!, values.get(pivot)!]
      const next = new Map([...values].map(([cell, x]) => [cell, x * a]))
      for (const [cell, x] of known.values) {
        const y = (next.get(cell) ?? 0n) - x * b
        if (y === 0n) next.delete(cell)
        else next.set(cell, y)
      }
      const made = times.map((x, i) => x * a - known.times[i]! * b)
      const divisor = [...next.values(), ...made].reduce(commonDivisor, 0n)
      values = new Map([...next].map(([cell, x]) => [cell, x / divisor]))
      times = made.map((x) => x / divisor)
    }
  }
  return null
}

function commonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b]
  while (y) [x, y] = [y, x % y]
  return x
}
