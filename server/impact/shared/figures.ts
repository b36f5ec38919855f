import type { Matrix, Room } from './pictures.ts'

/*
 * What an impact page, the issued report, the Word document and the CSV all show: figures. Each says what it is in one sentence, what it
 * rests on, how it is defined, and has its table and, where people would rather look, its picture. A page makes them, the painters paint
 * them, an issued report freezes them; none of them is worked out twice.
 */

/** What kind of saying a figure is (product.md 4.7). Programme figures (booked, came, charged) have none. */
export const figureLabels = {
  'of-the-day': 'What people said of the day',
  know: 'What they say they know',
  do: 'What they say they do',
  'others-saw': 'What others saw',
} as const
export type FigureLabel = keyof typeof figureLabels

/** What people say of themselves: such a figure is marked "self-reported". */
export const isSelfReported = (label: FigureLabel | null): boolean => label === 'know' || label === 'do'

/** As it is printed beside a figure: "What they say they do · self-reported". */
export const labelWords = (label: FigureLabel): string =>
  `${figureLabels[label]}${isSelfReported(label) ? ' · self-reported' : ''}`

/** The parts of a page, in the order in which they are read. */
export const figureParts = {
  practice: 'What they did with it',
  way: 'What helped, and what got in the way',
  knowledge: 'What they say they know',
  answered: 'Who answered',
  day: 'What was said of the day',
  trend: 'Beside earlier years',
  evidence: 'Other evidence',
  voices: 'In their words',
  programme: 'The programme in figures',
  reach: 'Who was reached, and who was not',
  actions: 'What is being done',
} as const
export type FigurePart = keyof typeof figureParts

/** A cell is printed as it stands; counts as numbers, so that a spreadsheet can add them up. */
export type Cell = string | number

/** In place of a count: hidden by the small-number rule, which is neither 0 nor a question nobody was asked. */
export const tooFew = 'Not shown: too few'
export const notAsked = 'Not asked'
/** Of a group whose answers are shown nowhere, whatever the question. */
export const nothingShown = 'Not shown: nothing of how this group answered is shown.'
/** In place of a count that enough people stand behind; `whyGuarded` is said once with its table. */
export const guarded = 'Not shown'
export const whyGuarded =
  'A row that says only “Not shown” would give away how a smaller group answered, or that everyone in it answered the same.'

export interface FigureTable {
  caption: string
  /** The first column names the rows. */
  head: string[]
  rows: Cell[][]
  foot?: Cell[]
}

/** How many people stand behind a figure, of how many who came. */
export interface Base {
  people: number
  of: number
  /** "42 of 80 who came (53%)": the response, said with every figure. */
  words: string
}

/** Data of a picture, in counts; `drawing.ts` draws it, the same on screen, in print and in the document. */
export type Picture =
  | { kind: 'whole-room'; room: Room }
  | { kind: 'matrix'; matrix: Matrix }
  /** Of each row's `of` people how many; the share is drawn, the counts are printed. */
  | { kind: 'shares'; rows: ShareRow[] }
  /** From one moment to another, the share good or strong of the same people. */
  | { kind: 'arrows'; from: string; to: string; rows: { label: string; from: number; to: number; of: number }[] }
  /** By year: a share with its 95% interval (0 to 1) and the response rate (whole per cent) below. `broken` says what changed since the point before. */
  | {
      kind: 'trend'
      points: {
        label: string
        count: number
        of: number
        low: number
        high: number
        response: number
        broken: string | null
      }[]
    }
  /** The same list asked twice: what people expected and what they met. */
  | {
      kind: 'pairs'
      first: string
      second: string
      rows: { label: string; first: number; second: number }[]
      of: { first: number; second: number }
    }
  /** Who made up the people that came, widest first. */
  | { kind: 'mix'; rows: { label: string; count: number }[] }
  /** Months since each theme was last taught to each sector; null for never. */
  | { kind: 'gaps'; columns: string[]; rows: { label: string; months: (number | null)[] }[] }

export interface ShareRow {
  label: string
  count: number
  of: number
}

export interface Figure {
  /** One word for each, unique on its page: comments and decisions are recorded against it. */
  key: string
  part: FigurePart
  title: string
  label: FigureLabel | null
  /** What it says, in one sentence or a few; there also when the table is not shown. */
  sentence: string
  base: Base | null
  /** How it is worked out, one press away. */
  definition: string
  table: FigureTable | null
  picture: Picture | null
  /** Why the table is not shown. */
  notShown: string | null
  /** Tests, intervals and weights. */
  drillDown: string[]
}
