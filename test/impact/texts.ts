import { eq, sql } from 'drizzle-orm'
import { consents, people, texts } from '#db/schema.ts'
import type { TextKind } from '#server/surveys/input.ts'
import type { TestWorld } from '#test/world.ts'

/** Facts of what people wrote, as clearing and consent leave them. */

/** Words of someone who came, cleared a minute ago. */
export async function wrote(
  w: TestWorld,
  bookingId: number,
  words: string,
  {
    kind = 'example',
    consent,
    redacted = false,
  }: { kind?: TextKind; consent?: 'quote' | 'quote-with-job'; redacted?: boolean } = {},
): Promise<number> {
  return w.store.write(async (db) => {
    if (consent) await db.insert(consents).values({ bookingId, what: consent, givenAt: w.now() })
    const [text] = await db
      .insert(texts)
      .values({
        bookingId,
        kind,
        cleared: words,
        state: redacted ? 'redacted' : consent ? 'quotable' : 'cleared',
        writtenAt: w.now() - 120_000,
        clearedAt: w.now() - 60_000,
      })
      .returning({ id: texts.id })
    return text!.id
  })
}

export const mayRing = (w: TestWorld, bookingId: number) =>
  w.store.write((db) => db.insert(consents).values({ bookingId, what: 'call', givenAt: w.now() }))

/** As erasure leaves a person and what they wrote. */
export const erase = (w: TestWorld, bookingId: number) =>
  w.store.write(async (db) => {
    await db
      .update(people)
      .set({ name: '', email: null, phone: null, erasedAt: w.now() })
      .where(eq(people.id, sql`(select person_id from bookings where id = ${bookingId})`))
    await db.update(texts).set({ original: null, cleared: null }).where(eq(texts.bookingId, bookingId))
  })

export const aCodebook = ['Noticed sooner', 'Shared sooner', 'No time'].map((name) => ({
  name,
  definition: `Texts that tell of: ${name.toLowerCase()}`,
}))
