import { and, eq, inArray, isNull } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { agencies } from '#db/people.ts'
import { eventSessions, history, learningOutcomes, marks, messages, people } from '#db/schema.ts'
import type { Mark } from '#server/attendance/input.ts'
import { londonInstant } from '#server/calendar.ts'
import { makeToken, sha256 } from '#server/keys.ts'
import { closeEnded, noteAsked, reopenCorrected } from '#server/surveys/asking.ts'
import { inviteDue } from '#server/surveys/inviting.ts'
import { remindDue } from '#server/surveys/reminding.ts'
import type { TestWorld } from '#test/world.ts'

/** Facts of the surveys room, written as the verbs of the earlier rooms leave them. */

let codes = 0

/** A confirmed booking, marked present at every event session unless told otherwise. */
export async function attend(
  w: TestWorld,
  eventId: number,
  personId: number,
  mark: Mark | null = 'present',
): Promise<number> {
  return w.store.write(async (db) => {
    const [person] = await db
      .select({ agencyId: people.agencyId, sectorId: agencies.sectorId })
      .from(people)
      .innerJoin(agencies, eq(agencies.id, people.agencyId))
      .where(eq(people.id, personId))
    const [booking] = await db
      .insert(bookings)
      .values({
        eventId,
        personId,
        agencyId: person!.agencyId,
        sectorId: person!.sectorId,
        roleGroup: 'social-work',
        workforce: 'children',
        chargeTier: 'partner',
        source: 'self',
        dayCode: `A${String(++codes).padStart(5, '0')}`,
        termsVersion: '2026-04',
        at: 0,
        state: 'confirmed',
      })
      .returning({ id: bookings.id })
    if (mark !== null) {
      const sessions = await db.select().from(eventSessions).where(eq(eventSessions.eventId, eventId))
      for (const { id } of sessions)
        await db.insert(marks).values({ eventSessionId: id, bookingId: booking!.id, mark, at: 0 })
    }
    return booking!.id
  })
}

export const remark = (w: TestWorld, bookingId: number, mark: Mark) =>
  w.store.write(async (db) => {
    const current = await db
      .update(marks)
      .set({ replacedAt: w.now() })
      .where(and(eq(marks.bookingId, bookingId), isNull(marks.replacedAt)))
      .returning({ eventSessionId: marks.eventSessionId })
    for (const { eventSessionId } of current)
      await db.insert(marks).values({ eventSessionId, bookingId, mark, at: w.now() })
  })

/** Runs the room's own chores until none finds work. */
export async function runAsking(w: TestWorld): Promise<void> {
  for (const chore of [closeEnded, reopenCorrected, inviteDue, remindDue, noteAsked])
    while (await chore(w.ctx(), w.world));
}

/** The mail server takes everything that is queued, now. */
export async function handOver(w: TestWorld): Promise<void> {
  await w.store.write((db) =>
    db
      .update(messages)
      .set({ state: 'sent', sentAt: w.now() })
      .where(and(eq(messages.state, 'queued'), inArray(messages.kind, ['follow-up-invitation', 'follow-up-reminder']))),
  )
  await runAsking(w)
}

/** Stands at a wall-clock time in London. */
export const at = (w: TestWorld, on: string, clock = '10:00') => w.setClock(londonInstant(on, clock))

export const messagesOf = (w: TestWorld, kind?: string) =>
  w.store.read
    .select()
    .from(messages)
    .where(kind ? eq(messages.kind, kind) : undefined)
    .orderBy(messages.id)

export const historyOf = (w: TestWorld, about: string) =>
  w.store.read.select().from(history).where(eq(history.about, about)).orderBy(history.id)

export const answerPath = async (w: TestWorld, bookingId: number) =>
  `/answer/${await makeToken(w.world.secrets, 'answer', bookingId)}`

export const optOutPath = async (w: TestWorld, bookingId: number) =>
  `/opt-out/${await makeToken(w.world.secrets, 'opt-out', bookingId)}`

export const nonceIn = (text: string): string => /name="nonce" value="([^"]+)"/.exec(text)?.[1] ?? ''

/** Opens the page and presses one answer, as a person would. */
export async function press(w: TestWorld, path: string, practice: string) {
  const page = await w.visitor.get(`${path}/${practice}`)
  return w.visitor.form(path, { practice, nonce: nonceIn(page.text) })
}

export const outcomesOfStage = (w: TestWorld) =>
  w.store.read
    .select()
    .from(learningOutcomes)
    .where(eq(learningOutcomes.courseId, w.stage.course))
    .orderBy(learningOutcomes.position)

/** Every row of every table but the notes of traffic, as one hash. */
export async function factsHash(w: TestWorld): Promise<string> {
  const tables = await w.client.execute(
    "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' and name not in ('traffic') order by name",
  )
  const parts: string[] = []
  for (const { name } of tables.rows) {
    const rows = await w.client.execute(`select * from "${name}" order by 1`)
    parts.push(`${name} ${JSON.stringify(rows.rows)}`)
  }
  return sha256(parts.join('\n'))
}
