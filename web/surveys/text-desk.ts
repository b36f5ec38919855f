import type { Writer } from '#server/surveys/routes.ts'

/* What the parts of the page of text to clear share. */

export type Part = 'words' | 'markers' | 'writer' | 'settlement'
/** The one form that is open on the page, so that no two fields share a name. */
export type Opened = { id: number; part: Part } | undefined

export interface Desk {
  opened: () => Opened
  open: (opened: Opened) => void
  /** Whoever was opened, until the page is left. */
  writer: (id: number) => Writer | undefined
  setWriter: (id: number, writer: Writer) => void
  settled: (words: string) => Promise<void>
}
