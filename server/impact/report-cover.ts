import type { ReportBody } from './report-body.ts'
import { type Figure, labelWords } from './shared/figures.ts'
import type { Room } from './shared/pictures.ts'

/** One page for the safeguarding partners: three sentences, the bar, three decisions asked for. */
export interface Cover {
  sentences: string[]
  /** Null where how the answers fall is not shown; `about` says what kind of saying it is, and who stands behind it. */
  bar: { room: Room; sentence: string; about: string } | null
  asks: string[]
}

export function coverOf({ pages, asks }: Pick<ReportBody, 'pages' | 'asks'>): Cover {
  const figures = pages[0]?.figures ?? []
  return { sentences: threeSentences(figures), bar: barOf(figures), asks }
}

/** The bar of everyone who came, and the sentence that reads it. */
export function barOf(figures: readonly Figure[]): Cover['bar'] {
  const found = wholeRoom(figures)
  if (found?.picture?.kind !== 'whole-room') return null
  const label = found.label === null ? '' : `${labelWords(found.label)}. `
  return { room: found.picture.room, sentence: found.sentence, about: `${label}${found.base?.words ?? ''}.` }
}

const wholeRoom = (figures: readonly Figure[]) => figures.find(({ picture }) => picture?.kind === 'whole-room')

/** Those of the bar; where it has fewer than three, what got in the way, who answered and what was taught fill up. */
function threeSentences(figures: readonly Figure[]): string[] {
  const room = wholeRoom(figures)
  const others = (['practice', 'answered', 'way', 'programme', 'knowledge'] as const).flatMap((part) =>
    figures.filter((one) => one.part === part && one !== room),
  )
  const firsts = others.map(({ sentence }) => sentencesOf(sentence)[0] ?? '')
  return [...new Set([...(room ? sentencesOf(room.sentence) : []), ...firsts])].filter(Boolean).slice(0, 3)
}

/** Each ends in a full stop before a capital or a figure. */
const sentencesOf = (words: string): string[] => words.split(/(?<=\.)\s+(?=[A-Z0-9“])/).map((one) => one.trim())
