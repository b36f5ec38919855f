import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import { themes } from '#db/courses.ts'
import { otherTraining, otherTrainingNumbers } from '#db/impact.ts'
import { sectors } from '#db/people.ts'
import type { Reading } from '#db/transact.ts'
import { formatDateShort, londonDate, type On } from '#server/calendar.ts'
import { type Context, transact } from '#server/context.ts'
import { Invalid, type Issue, Missing } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { once } from '#server/repeats.ts'
import type { OtherTrainingInput } from './input.ts'
import { type Programme, periodWords, programmeCalled } from './programme.ts'
import { mostCame, programmeFigure, so } from './programme-words.ts'
import type { Figure } from './shared/figures.ts'

/* Training that others gave and nobody booked here: entered by hand, under its own heading, in no total. */

export interface OtherTraining {
  id: number
  on: On
  /** The day in words. */
  when: string
  title: string
  provider: string
  theme: string | null
  evidence: string
  people: number
  numbers: { sector: string; people: number }[]
}

export interface OtherTrainingPage {
  programme: string
  /** First and last day that may be entered, and the period in words. */
  period: { from: On; to: On; words: string }
  rows: OtherTraining[]
  choices: { themes: { id: number; name: string }[]; sectors: { id: number; name: string }[] }
}

/** The page on which it is entered. */
export async function otherTrainingPage(ctx: Context, name: string): Promise<OtherTrainingPage> {
  const { db } = ctx
  const programme = await programmeCalled(db, name)
  const [rows, allThemes, allSectors] = await Promise.all([
    trainingOf(db, programme),
    db.select({ id: themes.id, name: themes.name }).from(themes).orderBy(themes.name),
    db.select({ id: sectors.id, name: sectors.name }).from(sectors).orderBy(sectors.id),
  ])
  return {
    programme: programme.name,
    period: { from: programme.startsOn, to: programme.endsOn, words: periodWords(programme) },
    rows,
    choices: { themes: allThemes, sectors: allSectors },
  }
}

async function trainingOf(db: Reading, programme: Programme): Promise<OtherTraining[]> {
  const rows = await db
    .select({
      id: otherTraining.id,
      on: otherTraining.onDay,
      title: otherTraining.title,
      provider: otherTraining.provider,
      theme: themes.name,
      evidence: otherTraining.evidence,
    })
    .from(otherTraining)
    .leftJoin(themes, eq(themes.id, otherTraining.themeId))
    .where(and(eq(otherTraining.programmeId, programme.id), isNull(otherTraining.removedAt)))
    .orderBy(asc(otherTraining.onDay), asc(otherTraining.id))
  const numbers = await db
    .select({ id: otherTrainingNumbers.otherTrainingId, sector: sectors.name, people: otherTrainingNumbers.people })
    .from(otherTrainingNumbers)
    .innerJoin(sectors, eq(sectors.id, otherTrainingNumbers.sectorId))
    .where(
      inArray(
        otherTrainingNumbers.otherTrainingId,
        rows.map(({ id }) => id),
      ),
    )
    .orderBy(asc(sectors.id))
  const byId = Map.groupBy(numbers, ({ id }) => id)
  return rows.map((row) => {
    const own = (byId.get(row.id) ?? []).map(({ sector, people }) => ({ sector, people }))
    return {
      ...row,
      when: formatDateShort(row.on),
      people: own.reduce((sum, { people }) => sum + people, 0),
      numbers: own,
    }
  })
}

/**
 * @throws Missing when there is no such programme
 * @throws Invalid when it was not held in the programme, is still to come, or names a theme or sector that is not there
 */
export function addOtherTraining(
  ctx: Context,
  { name, ...input }: { name: string } & OtherTrainingInput,
): Promise<{ id: number }> {
  return transact(ctx, async (ctx) => {
    const programme = await programmeCalled(ctx.db, name)
    const faults = await faultsOf(ctx.db, programme, input, londonDate(ctx.now))
    if (faults.length > 0) throw new Invalid(faults)
    return once(ctx, `other training of ${programme.id}`, input.repeatKey, async () => {
      const [row] = await ctx.db
        .insert(otherTraining)
        .values({
          programmeId: programme.id,
          title: input.title,
          provider: input.provider,
          onDay: input.on,
          themeId: input.themeId,
          evidence: input.evidence,
          at: ctx.now,
          by: ctx.actor.kind === 'person' ? ctx.actor.personId : null,
        })
        .returning({ id: otherTraining.id })
      await ctx.db.insert(otherTrainingNumbers).values(
        Object.entries(input.numbers).map(([sectorId, people]) => ({
          otherTrainingId: row!.id,
          sectorId: Number(sectorId),
          people,
        })),
      )
      await record(ctx, 'other-training.added', `other-training:${row!.id}`)
      return { id: row!.id }
    })
  })
}

async function faultsOf(
  db: Reading,
  programme: Programme,
  { on, themeId, numbers }: OtherTrainingInput,
  today: On,
): Promise<Issue[]> {
  const faults: Issue[] = []
  if (on < programme.startsOn || on > programme.endsOn)
    faults.push({ path: 'on', message: `Enter a day of this programme: ${periodWords(programme)}` })
  else if (on > today) faults.push({ path: 'on', message: 'Enter a day that is over: only what was held is counted' })
  if (themeId !== null) {
    const [theme] = await db.select({ id: themes.id }).from(themes).where(eq(themes.id, themeId))
    if (!theme) faults.push({ path: 'themeId', message: 'Choose a theme of the list' })
  }
  const ids = Object.keys(numbers).map(Number)
  const known = await db.select({ id: sectors.id }).from(sectors).where(inArray(sectors.id, ids))
  if (known.length < ids.length) faults.push({ path: 'numbers', message: 'Choose sectors of the list' })
  return faults
}

/**
 * It counts no more; it stays in the table. Taking back what was taken back is no fault: two people may press at once.
 * @throws Missing when there is none
 */
export function takeBackOtherTraining(ctx: Context, id: number): Promise<{ id: number }> {
  return transact(ctx, async (ctx) => {
    const [row] = await ctx.db.select().from(otherTraining).where(eq(otherTraining.id, id))
    if (!row) throw new Missing()
    if (row.removedAt === null) {
      await ctx.db.update(otherTraining).set({ removedAt: ctx.now }).where(eq(otherTraining.id, id))
      await record(ctx, 'other-training.taken-back', `other-training:${id}`)
    }
    return { id }
  })
}

/** What others taught, and by sector whom. */
export async function otherTrainingFigures(db: Reading, programme: Programme): Promise<Figure[]> {
  const rows = await trainingOf(db, programme)
  const people = rows.reduce((sum, row) => sum + row.people, 0)
  const listed = programmeFigure({
    key: 'other-training',
    title: 'What others taught',
    sentence:
      rows.length === 0
        ? 'No training by others has been entered.'
        : `${so(rows.length, 'event', 'events')} of others ${rows.length === 1 ? 'was' : 'were'} entered, with ${so(people, 'person', 'people')}. None of it is in any other figure.`,
    definition:
      'Training that was not booked here, entered by the coordinator with how it is known. It stands under this heading alone and is in no total, in no coverage and not in the gap view.',
    table:
      rows.length === 0
        ? null
        : {
            caption: 'What others taught',
            head: ['Training', 'Theme', 'Provider and date', 'How it is known', 'People'],
            rows: rows.map((row) => [
              row.title,
              row.theme ?? '–',
              `${row.provider}, ${row.when}`,
              row.evidence,
              row.people,
            ]),
            foot: ['All', '', '', '', people],
          },
  })
  if (rows.length === 0) return [listed]
  const bySector = new Map<string, number>()
  for (const { sector, people } of rows.flatMap(({ numbers }) => numbers))
    bySector.set(sector, (bySector.get(sector) ?? 0) + people)
  const mix = [...bySector]
    .map(([label, count]) => ({ label, count }))
    .sort((a, b) => b.count - a.count || a.label.localeCompare(b.label, 'en-GB'))
  return [
    listed,
    programmeFigure({
      key: 'other-training-by-sector',
      title: 'What others taught, by sector',
      sentence: mostCame(mix),
      definition: 'People by sector as entered with each training of others; the same person may be among several.',
      table: {
        caption: 'What others taught, by sector',
        head: ['Sector', 'People'],
        rows: mix.map(({ label, count }) => [label, count]),
        foot: ['All', people],
      },
      picture: { kind: 'mix', rows: mix },
    }),
  ]
}
