import type { Attender } from './attenders.ts'

/** How many came, how many of them answered, and how many of those put it into practice. */
export interface Counted {
  came: number
  answered: number
  inPractice: number
}

export const isInPractice = ({ practice }: Pick<Attender, 'practice'>): boolean =>
  practice === 'routine' || practice === 'once'

/** By what is read of each, in the order in which it was first met; who is read as null is in none. */
export function countedBy<K>(those: readonly Attender[], read: (one: Attender) => K | null): Map<K, Counted> {
  const by = new Map<K, Counted>()
  for (const one of those) {
    const key = read(one)
    if (key === null) continue
    let counted = by.get(key)
    if (!counted) by.set(key, (counted = { came: 0, answered: 0, inPractice: 0 }))
    counted.came += 1
    if (one.practice === null) continue
    counted.answered += 1
    if (isInPractice(one)) counted.inPractice += 1
  }
  return by
}

/** All of them together. */
export function inAll(parts: Iterable<Counted>): Counted {
  const sum = { came: 0, answered: 0, inPractice: 0 }
  for (const { came, answered, inPractice } of parts) {
    sum.came += came
    sum.answered += answered
    sum.inPractice += inPractice
  }
  return sum
}
