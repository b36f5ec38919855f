import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import { reportNotes } from '#db/impact.ts'
import { roles } from '#db/people.ts'
import type { Reading } from '#db/transact.ts'
import { formatInstant } from '#server/calendar.ts'
import { type Context, transact } from '#server/context.ts'
import { Missing } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { type Role, staffRoles } from '#server/people/input.ts'
import type { NoteInput, NoteKind } from './input.ts'
import { personOf, reportBy } from './reports.ts'

/** A comment or a decision of the sub-group against one figure. Beside it stands the role of whoever wrote it, never a name. */
export interface Note {
  id: number
  page: string
  figure: string
  kind: NoteKind
  text: string
  words: string
  /** What they are today, in words; null when they hold no such role any more. */
  role: string | null
  isMine: boolean
}

const roleWords: Partial<Record<Role, string>> = {
  'sub-group': 'Sub-group member',
  coordinator: 'Coordinator',
  administrator: 'Administrator',
}

/** "Sub-group member and coordinator": somebody may hold several, and which they acted under is not kept. */
function roleOf(held: readonly Role[]): string | null {
  const words = Object.entries(roleWords).flatMap(([role, words]) => (held.includes(role as Role) ? [words] : []))
  return words.length ? words.map((one, n) => (n ? one.toLowerCase() : one)).join(' and ') : null
}

export async function notesOf(ctx: Pick<Context, 'actor'> & { db: Reading }, reportId: number): Promise<Note[]> {
  const rows = await ctx.db
    .select()
    .from(reportNotes)
    .where(and(eq(reportNotes.reportId, reportId), isNull(reportNotes.removedAt)))
    .orderBy(asc(reportNotes.id))
  const writers = await ctx.db
    .select({ personId: roles.personId, role: roles.role })
    .from(roles)
    .innerJoin(reportNotes, eq(reportNotes.by, roles.personId))
    .where(and(eq(reportNotes.reportId, reportId), inArray(roles.role, staffRoles)))
  const me = personOf(ctx)
  return rows.map(({ id, page, figure, kind, text, at, by }) => ({
    id,
    page,
    figure,
    kind,
    text,
    words: formatInstant(at),
    role: roleOf(writers.filter(({ personId }) => personId === by).map(({ role }) => role)),
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
