import { and, asc, eq, isNull } from 'drizzle-orm'
import { reportNotes } from '#db/impact.ts'
import type { Reading } from '#db/transact.ts'
import { formatInstant } from '#server/calendar.ts'
import { type Context, transact } from '#server/context.ts'
import { Missing } from '#server/errors.ts'
import { record } from '#server/history.ts'
import type { NoteInput, NoteKind } from './input.ts'
import { personOf, reportBy } from './reports.ts'

/** A comment or a decision of the sub-group against one figure. Who wrote it is known to them alone; beside the figure no name stands. */
export interface Note {
  id: number
  page: string
  figure: string
  kind: NoteKind
  text: string
  words: string
  isMine: boolean
}

export async function notesOf(ctx: Pick<Context, 'actor'> & { db: Reading }, reportId: number): Promise<Note[]> {
  const rows = await ctx.db
    .select()
    .from(reportNotes)
    .where(and(eq(reportNotes.reportId, reportId), isNull(reportNotes.removedAt)))
    .orderBy(asc(reportNotes.id))
  const me = personOf(ctx)
  return rows.map(({ id, page, figure, kind, text, at, by }) => ({
    id,
    page,
    figure,
    kind,
    text,
    words: formatInstant(at),
    isMine: by !== null && by === me,
  }))
}

/** Notes go on after the issue: they stand beside the report, not in it. */
export async function writeNote(ctx: Context, reportId: number, input: NoteInput): Promise<{ id: number }> {
  return transact(ctx, async (ctx) => {
    await reportBy(ctx.db, reportId)
    const [made] = await ctx.db
      .insert(reportNotes)
      .values({ reportId, ...input, at: ctx.now, by: personOf(ctx) })
      .returning({ id: reportNotes.id })
    await record(ctx, `report.${input.kind}`, `report:${reportId}`, `${input.page} ${input.figure}`)
    return { id: made!.id }
  })
}

/** @throws Missing also when somebody else wrote it */
export async function takeNoteBack(ctx: Context, id: number): Promise<{ removed: true }> {
  return transact(ctx, async (ctx) => {
    const [note] = await ctx.db
      .update(reportNotes)
      .set({ removedAt: ctx.now })
      .where(and(eq(reportNotes.id, id), eq(reportNotes.by, personOf(ctx) ?? 0), isNull(reportNotes.removedAt)))
      .returning({ reportId: reportNotes.reportId })
    if (!note) throw new Missing()
    await record(ctx, 'report.note-taken-back', `report:${note.reportId}`)
    return { removed: true }
  })
}
