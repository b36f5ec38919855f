/** Chance that is the same on every machine: sfc32, started from a phrase by cyrb128 (both in the public domain, by Chris Doty-Humphrey and bryc). */
export type Seed = {
  /** 0 up to but not 1. */
  next(): number
  /** A whole number from 0 up to but not `n`. */
  below(n: number): number
  /** A whole number from `a` to `b`, both with. */
  between(a: number, b: number): number
  chance(p: number): boolean
  pick<T>(from: readonly T[]): T
  /** One of the keys, each as likely as its weight. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K
  /** A new list in another order. */
  shuffled<T>(list: readonly T[]): T[]
  /** Independent chance for one purpose, so that a change in one part leaves the others as they were. */
  fork(purpose: string): Seed
}

export function seedFrom(phrase: string): Seed {
  const next = sfc32(cyrb128(phrase))
  const below = (n: number) => Math.floor(next() * n)
  return {
    next,
    below,
    between: (a, b) => a + below(b - a + 1),
    chance: (p) => next() < p,
    pick(from) {
      const picked = from[below(from.length)]
      if (picked === undefined) throw new RangeError('There is nothing to pick from')
      return picked
    },
    weighted(weights) {
      const keys = Object.keys(weights) as (keyof typeof weights)[]
      const total = keys.reduce((sum, key) => sum + weights[key], 0)
      let left = next() * total
      for (const key of keys) {
        left -= weights[key]
        if (left < 0) return key
      }
      return keys[keys.length - 1]!
    },
    shuffled(list) {
      const shuffled = [...list]
      for (let i = shuffled.length - 1; i > 0; i--) {
        const j = below(i + 1)
        const kept = shuffled[i]!
        shuffled[i] = shuffled[j]!
        shuffled[j] = kept
      }
      return shuffled
    },
    fork: (purpose) => seedFrom(`${phrase} / ${purpose}`),
  }
}

function sfc32([a0, b0, c0, d0]: [number, number, number, number]): () => number {
  let a = a0
  let b = b0
  let c = c0
  let d = d0
  const next = () => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 4_294_967_296
  }
  for (let i = 0; i < 12; i++) next()
  return next
}

function cyrb128(phrase: string): [number, number, number, number] {
  let h1 = 1779033703
  let h2 = 3144134277
  let h3 = 1013904242
  let h4 = 2773480762
  for (let i = 0; i < phrase.length; i++) {
    const k = phrase.charCodeAt(i)
    h1 = h2 ^ Math.imul(h1 ^ k, 597399067)
    h2 = h3 ^ Math.imul(h2 ^ k, 2869860233)
    h3 = h4 ^ Math.imul(h3 ^ k, 951274213)
    h4 = h1 ^ Math.imul(h4 ^ k, 2716044179)
  }
  h1 = Math.imul(h3 ^ (h1 >>> 18), 597399067)
  h2 = Math.imul(h4 ^ (h2 >>> 22), 2869860233)
  h3 = Math.imul(h1 ^ (h3 >>> 17), 951274213)
  h4 = Math.imul(h2 ^ (h4 >>> 19), 2716044179)
  h1 ^= h2 ^ h3 ^ h4
  return [h1 >>> 0, (h2 ^ h1) >>> 0, (h3 ^ h1) >>> 0, (h4 ^ h1) >>> 0]
}
