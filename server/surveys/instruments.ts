import { and, eq, isNull } from 'drizzle-orm'
import { settings } from '#db/installation.ts'
import { instruments, options, questions } from '#db/surveys.ts'
import type { Writing } from '#db/transact.ts'
import { londonDate } from '#server/calendar.ts'
import { instrumentsPublished } from './shared/instruments.ts'

/**
 * Stores every published version that is not stored yet. A stored version is never changed: answers keep their wording.
 * A new installation asks about its forums (`yearly`) from its first day; an older one not before its coordinator says so.
 */
export async function publishInstruments(db: Writing, now: number): Promise<void> {
  const [any] = await db.select({ id: instruments.id }).from(instruments).limit(1)
  if (!any)
    await db
      .insert(settings)
      .values({ name: 'yearly-asked-from', value: londonDate(now), at: now })
      .onConflictDoNothing()
  for (const { stage, version, questions: asked } of instrumentsPublished) {
    const [known] = await db
      .select({ id: instruments.id })
      .from(instruments)
      .where(and(eq(instruments.stage, stage), eq(instruments.version, version), isNull(instruments.courseId)))
    if (known) continue
    const [instrument] = await db
      .insert(instruments)
      .values({ stage, version, publishedAt: now })
      .returning({ id: instruments.id })
    if (!instrument) continue
    for (const [n, { key, kind, text, most, options: offered }] of asked.entries()) {
      const [question] = await db
        .insert(questions)
        .values({ instrumentId: instrument.id, key, position: n + 1, kind, text, most })
        .returning({ id: questions.id })
      if (question && offered.length)
        await db.insert(options).values(
          offered.map((option, place) => ({
            questionId: question.id,
            key: option.key,
            position: place + 1,
            text: option.text,
            family: option.family ?? null,
          })),
        )
    }
  }
}
