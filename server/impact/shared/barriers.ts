import { followUpInstrument } from '#server/surveys/shared/instruments.ts'

/** Whose it is to put right what got in the way (survey-impact Part 3, item 14). */
export type BarrierOwner = 'agency' | 'course'

export const barrierOwnerWords: Record<BarrierOwner, string> = {
  agency: 'An agency’s to put right',
  course: 'The course’s to put right',
}

/** Not sure how to start, or no chance yet to use it: the course can change who comes and what they leave with. The rest is about where people work. */
const ofTheCourse = ['unsure-how', 'no-case']

export interface Barrier {
  /** As in the instrument: 'time', 'manager' … */
  key: string
  label: string
  owner: BarrierOwner
}

/** What can get in the way, in the words and order in which people are asked; 'nothing' is no barrier. */
export const barriers: readonly Barrier[] = (
  followUpInstrument.questions.find(({ key }) => key === 'in-the-way')?.options ?? []
)
  .filter(({ key }) => key !== 'nothing')
  .map(({ key, text }) => ({ key, label: text, owner: ofTheCourse.includes(key) ? 'course' : 'agency' }))

export const barrierOf = (key: string): Barrier | null => barriers.find((one) => one.key === key) ?? null

/** Whose a barrier is; null for what is none. */
export const barrierOwner = (key: string): BarrierOwner | null => barrierOf(key)?.owner ?? null
