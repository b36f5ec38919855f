/** One event told twice: by the generator, and by the verbs at the same instants. Both must leave the same rows. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exampleStart, tellExample, writeStanding } from '#db/example/fill.ts'
import type { Story } from '#db/example/stories.ts'
import { type Rows, rowsOf } from '#db/example/write.ts'
import { migrate } from '#db/migrate.ts'
import { openFile } from '#db/open-node.ts'
import * as tables from '#db/schema.ts'
import { byKeeping } from '#emails/by-keeping.ts'
import { mark } from '#server/attendance/marking.ts'
import { takePlace } from '#server/bookings/booking.ts'
import { cancel } from '#server/bookings/cancellation.ts'
import { runChores } from '#server/chores.ts'
import { readConfig } from '#server/config.ts'
import { type Actor, type Context, transact } from '#server/context.ts'
import { engineFromPackage, fontsFromPackage } from '#server/node/files.ts'
import { finish, respond, tellMore } from '#server/surveys/answering.ts'
import { answerBefore } from '#server/surveys/before.ts'
import { answerEnd, dayForms, skip } from '#server/surveys/end-of-day.ts'
import type { Anchor } from '#server/surveys/input.ts'
import { publishInstruments } from '#server/surveys/instruments.ts'
import { choreContext, type World } from '#server/world.ts'
import { seededRandom } from '#test/world.ts'

const folder = mkdtempSync(join(tmpdir(), 'afterwards-both-ways-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const example = tellExample(exampleStart)
/** A full day of the worked-out year with every kind of thing in it, and nobody whose address refuses mail. */
const story = example.stories.find(
  ({ event, bookings }) =>
    event.kind === 'course' &&
    event.lastOn >= '2025-04-01' &&
    event.lastOn <= '2026-03-31' &&
    bookings.some(({ cancelledAt }) => cancelledAt !== null) &&
    bookings.some(({ skippedAt }) => skippedAt !== null) &&
    bookings.some(({ followUp }) => followUp?.answer?.answers.more) &&
    bookings.some(({ followUp }) => (followUp?.contacts.length ?? 0) > 1) &&
    bookings.every(({ bouncedAt, optedOutAt, charge }) => bouncedAt === null && optedOutAt === null && charge === null),
) as Story

type Norm = Record<string, unknown>[]
let generated: Record<keyof Rows, Norm>
let lived: Record<keyof Rows, Norm>

beforeAll(async () => {
  const store = await openFile(join(folder, 'both.db'), { thread: false, durable: false })
  await migrate(store.client, 0)
  let now = exampleStart
  const known = await store.write(async (db) => {
    await db.insert(tables.installation).values({ id: 1, mode: 'example', madeAt: 0, clockAt: exampleStart })
    await publishInstruments(db, 0)
    return writeStanding(db, { ...example, clockAt: exampleStart })
  })
  const random = seededRandom(3)
  const world: World = {
    store,
    config: readConfig({}, () => '', 'test'),
    clock: () => now,
    random,
    secrets: ['a secret of the tests, thirty-two characters'],
    transport: byKeeping(async () => undefined),
    fonts: fontsFromPackage,
    engine: engineFromPackage,
    asset: async () => null,
    log: (line) => {
      if (line.level === 'error') throw new Error(JSON.stringify(line))
    },
    wake: () => undefined,
  }
  const ctx = (actor: Actor): Context => choreContext(world, actor)
  const asPerson = (id: number, email: string | null, role: 'delegate' | 'trainer' = 'delegate') =>
    ctx({ kind: 'person', personId: id, email: email ?? '', role, roles: [role], agencyIds: [], signInId: 0 })

  const ids = new Map<number, number>()
  const outcomes = known.outcomes.get(story.event.course.code) ?? []
  const suggestions = known.suggestions.get(story.event.course.code) ?? []
  const sessions = known.sessions.get(story.event.id) ?? []
  const anchored = (anchors: readonly Anchor[]) => Object.fromEntries(anchors.map((anchor, n) => [outcomes[n], anchor]))
  const linked = (id: number) => ctx({ kind: 'link', bookingId: ids.get(id)! })
  const actions: { at: number; do: () => Promise<unknown> }[] = []
  const act = (at: number, work: () => Promise<unknown>) => actions.push({ at, do: work })

  for (const one of story.bookings) {
    const who = () => asPerson(one.person.id, one.person.email)
    act(one.at, async () => {
      // As on the day: they may have moved since.
      await store.write((db) =>
        db.update(tables.people).set({ agencyId: one.agency.id }).where(eq(tables.people.id, one.person.id)),
      )
      const { id } = await transact(who(), (ctx) =>
        takePlace(ctx, { eventId: story.event.id, personId: one.person.id, source: 'self', by: one.person.id }),
      )
      ids.set(one.id, id)
    })
    if (one.cancelledAt !== null) act(one.cancelledAt, () => cancel(who(), { bookingId: ids.get(one.id)! }))
    const { before, end, skippedAt, followUp, certificate } = one
    if (before)
      act(before.at, () =>
        answerBefore(who(), ids.get(one.id)!, {
          outcomes: before.answers.anchors.map((anchor, n) => ({ learningOutcomeId: outcomes[n]!, anchor })),
          chance: before.answers.chance as 'not-at-all',
          need: before.answers.need as [],
        }),
      )
    const forms = async () => {
      const [row] = await store.read
        .select({ code: tables.bookings.dayCode })
        .from(tables.bookings)
        .where(eq(tables.bookings.id, ids.get(one.id)!))
      return dayForms(linked(one.id), story.event.id, row!.code)
    }
    if (end)
      act(end.at, async () =>
        answerEnd(linked(one.id), await forms(), {
          chosen: {
            ready: [end.answers.ready],
            'first-chance': [end.answers.firstChance],
            obstacle: end.answers.obstacle,
          },
          outcomes: {
            outcomes: anchored(end.answers.anchors),
            // biome-ignore lint/suspicious/noThenProperty: it is a question’s key, and nothing awaits this object
            then: anchored(end.answers.then),
          },
          commitments: end.answers.commitments.flatMap((made) =>
            made.kind === 'suggestion'
              ? [String(suggestions[made.position - 1])]
              : made.kind === 'own-words'
                ? []
                : [made.kind],
          ),
          ownWords: end.answers.commitments.map((made) => (made.kind === 'own-words' ? made.text : '')).join(''),
          suggestion: end.answers.suggestion ?? '',
          name: '',
        }),
      )
    if (skippedAt !== null) act(skippedAt, async () => skip(linked(one.id), await forms()))
    if (certificate) act(certificate.at, async () => undefined)
    for (const at of [one.joiningAt, one.cardAt, one.nudgeAt, ...(followUp?.contacts ?? []).map(({ at }) => at)])
      if (at !== null) act(at, async () => undefined)
    if (followUp?.answer) {
      const { at, answers } = followUp.answer
      act(at, () => respond(linked(one.id), { bookingId: ids.get(one.id)!, practice: answers.practice }))
      const { more } = answers
      if (more) {
        act(at + 60_000, () =>
          tellMore(linked(one.id), ids.get(one.id)!, {
            chosen: {
              chance: [more.chance],
              difference: more.difference,
              helped: more.helped,
              'in-the-way': more.inTheWay,
              anyway: [more.anyway],
              'where-seen': more.whereSeen,
            },
            outcomes: { outcomes: anchored(more.anchors) },
          }),
        )
        act(at + 120_000, async () => {
          await tellMore(linked(one.id), ids.get(one.id)!, {
            ...(more.example ? { example: more.example } : {}),
            ...(more.consent && more.consent !== 'no-quote' ? { quote: more.consent } : {}),
          })
          await finish(linked(one.id), ids.get(one.id)!)
        })
      }
    }
  }
  const savings = new Map<string, { at: number; session: number; marks: { bookingId: number; mark: 'present' }[] }>()
  for (const one of story.bookings)
    for (const { session, at, mark } of one.marks) {
      const saving = savings.get(`${session} ${at}`) ?? { at, session, marks: [] }
      saving.marks.push({ bookingId: one.id, mark: mark as 'present' })
      savings.set(`${session} ${at}`, saving)
    }
  const [lead] = story.trainers
  for (const { at, session, marks } of savings.values())
    act(at, () =>
      mark(asPerson(lead.id, lead.email, 'trainer'), {
        eventSessionId: sessions[session]!,
        marks: marks.map(({ bookingId, mark }) => ({ bookingId: ids.get(bookingId)!, mark })),
        onlyUnmarked: false,
      }),
    )

  for (const { at, do: work } of actions.sort((a, b) => a.at - b.at)) {
    now = at
    await work()
    await runChores(world)
  }

  const rows = await rowsOf([story], known, () => 'code')
  generated = normal(rows, new Map(story.bookings.map(({ id, person }) => [id, person.id])))
  const read = store.read
  const back = new Map([...ids].map(([told, made]) => [made, story.bookings.find(({ id }) => id === told)!.person.id]))
  lived = normal(
    {
      bookings: await read.select().from(tables.bookings),
      bookingSteps: await read.select().from(tables.bookingSteps),
      charges: await read.select().from(tables.charges),
      marks: await read.select().from(tables.marks),
      messages: await read.select().from(tables.messages),
      followUps: await read.select().from(tables.followUps),
      contacts: await read.select().from(tables.contacts),
      responses: await read.select().from(tables.responses),
      texts: await read.select().from(tables.texts),
      answers: await read.select().from(tables.answers),
      commitments: await read.select().from(tables.commitments),
      skips: await read.select().from(tables.skips),
      consents: await read.select().from(tables.consents),
      optOuts: await read.select().from(tables.optOuts),
      bounces: await read.select().from(tables.bounces),
      certificates: await read.select().from(tables.certificates),
      history: await read.select().from(tables.history),
    },
    back,
  )
  await store.close()
}, 180_000)

/** Rows without what chance or counting gave: own ids, day codes, hashes, and the moment of hand-over within a minute. */
function normal(
  rows: { [K in keyof Rows]: readonly object[] },
  personOf: Map<number, number>,
): Record<keyof Rows, Norm> {
  type Any = Record<string, unknown>
  const bookingOf = new Map<unknown, unknown>(
    (rows.responses as Any[]).map((row) => [row.id, `${personOf.get(row.bookingId as number)} ${row.stage}`]),
  )
  const certificateOf = new Map<unknown, unknown>(
    (rows.certificates as Any[]).map((row) => [row.id, personOf.get(row.bookingId as number)]),
  )
  const textOf = new Map<unknown, unknown>(
    (rows.texts as Any[]).map((row) => [row.id, `${personOf.get(row.bookingId as number)} ${row.kind}`]),
  )
  const about = (words: unknown) =>
    String(words).replace(/^(booking|certificate|text):(\d+)$/, (_, kind: string, id: string) =>
      kind === 'booking'
        ? `booking of ${personOf.get(Number(id))}`
        : kind === 'certificate'
          ? `certificate of ${certificateOf.get(Number(id))}`
          : `text of ${textOf.get(Number(id))}`,
    )
  const dropped = new Set(['id', 'dayCode', 'codeHash', 'messageId', 'leaseUntil', 'number', 'snapshot'])
  const one = (table: string, row: Any): Any => {
    const out: Any = {}
    for (const [key, value] of Object.entries(row)) {
      if (dropped.has(key) || value === undefined || value === null) continue
      if (key === 'bookingId') out.of = personOf.get(value as number)
      else if (key === 'responseId') out.of = bookingOf.get(value)
      else if (key === 'textId') out.text = textOf.get(value)
      else if (key === 'about') out.about = about(value)
      else if (key === 'sentAt') out.sentAt = Math.floor((value as number) / 60_000)
      else if (table === 'texts' && ['original', 'cleared', 'state', 'clearedBy', 'clearedAt'].includes(key)) continue
      else out[key] = value === true ? 1 : value === false ? 0 : value
    }
    return out
  }
  return Object.fromEntries(
    Object.entries(rows).map(([table, list]) => [
      table,
      (list as Any[])
        // The coordinator reads texts later on; the verbs above stop at the answers.
        .filter((row) => table !== 'history' || !String(row.what).startsWith('text.'))
        .map((row) => one(table, row))
        .map((row) => JSON.stringify(Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))))
        .sort()
        .map((text) => JSON.parse(text)),
    ]),
  ) as Record<keyof Rows, Norm>
}

describe('one event, by the verbs and by the generator', () => {
  it('has everything in it', () => {
    expect(story.bookings.length).toBeGreaterThan(10)
    expect(generated.answers.length).toBeGreaterThan(50)
  })
  for (const table of [
    'bookings',
    'bookingSteps',
    'charges',
    'marks',
    'messages',
    'followUps',
    'contacts',
    'responses',
    'texts',
    'answers',
    'commitments',
    'skips',
    'consents',
    'optOuts',
    'bounces',
    'certificates',
    'history',
  ] as const)
    it(`leaves the same ${table}`, () => {
      expect(generated[table]).toEqual(lived[table])
    })
})
