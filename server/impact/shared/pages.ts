import type { Figure } from './figures.ts'

/** The levels at which people read: a course over a year is the home of the impact pages. */
export const levels = ['programme', 'course', 'event', 'theme', 'sector', 'agency', 'period'] as const
export type Level = (typeof levels)[number]

/** One page of one group of people: what is on screen, what an issued report freezes, what the documents print. */
export interface ImpactPage {
  /** 'programme', 'course:12', 'event:31', 'theme:3', 'sector:2', 'agency:7', 'period': unique in a report. */
  key: string
  level: Level
  title: string
  /** Below the title: the period, the programme, what the course is to change. */
  lead: string
  programme: { name: string; words: string } | null
  /** The moment the figures were worked out, in words. */
  asOf: string
  /** While anyone is still being asked or not yet due, in words; null when it is final. */
  provisional: string | null
  /** Beside the title: the response is too low for more than early signs. */
  earlySigns: boolean
  /** In the order in which they are read; the whole room first, then the flow line. */
  figures: Figure[]
  /** Pages below this one. */
  below: { key: string; title: string; words: string }[]
  /** The method box, a paragraph each. */
  method: string[]
  /** The three lines on what it cannot tell. */
  cannotTell: string[]
}

/** Said last of a page below that no total of this page counts. */
export const apartWords = '; not counted in the total'

/** One row of answers that a page shows, and whose: what the audit of a report works on. Never on any page. */
export interface ShownAnswers {
  measure: string
  row: string
  /** "booking:answer", one for each person whose answer is in it. */
  units: string[]
}
