/** What a course's page says, in words, for rooms of every size and response: one file, read through by a person whenever it changes. */

import { inArray } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { followUps, learningOutcomes, suggestions } from '#db/schema.ts'
import { londonInstant } from '#server/calendar.ts'
import type { PageRead } from '#server/impact/routes.ts'
import { figureLabels } from '#server/impact/shared/figures.ts'
import type { ImpactPage } from '#server/impact/shared/pages.ts'
import { makeWorld } from '#test/world.ts'
import { answer, before, type Delegate, type EventOf, type Partnership, randomFrom } from './attacked-world.ts'

const sizes = [0, 1, 4, 5, 9, 10, 500]
const responses = [1, 10, 25, 35, 60, 100]
/** At this response those who have not answered are still being asked. */
const stillAsked = 10

/** A course of one year with one event, or ten where five hundred came; where it is ten or more, with an event the year before. */
async function readAt(came: number): Promise<string[]> {
  const w = await makeWorld({ durable: false })
  w.setClock(londonInstant('2026-09-14', '10:00'))
  const random = randomFrom(came + 1)
  const courseId = w.stage.course
  const eventOn = async (lastOn: string, programme: string): Promise<EventOf> => ({
    id: await w.stage.event({ on: [lastOn], capacity: 600 }),
    courseId,
    kind: 'course',
    programme,
    lastOn,
  })
  const year = await Promise.all(
    Array.from({ length: came > 100 ? 10 : 1 }, (_, n) => eventOn(`2026-01-${10 + n}`, '2025-26')),
  )
  const earlier = await eventOn('2025-01-20', '2024-25')
  const outcomes = await w.store.read.select({ id: learningOutcomes.id }).from(learningOutcomes)
  const ready = await w.store.read.select().from(suggestions)
  const p: Pick<Partnership, 'courses'> = {
    courses: [
      {
        id: courseId,
        code: 'NEG1',
        themes: [],
        outcomes: [outcomes[0]!.id, outcomes[1]!.id],
        suggestions: new Map(ready.map(({ id, text }) => [id, text!])),
      },
    ],
  }
  const { agencies, sectors } = w.stage
  const place = [
    { agencyId: agencies.council, topId: agencies.council, sectorId: sectors.councils },
    { agencyId: agencies.trust, topId: agencies.trust, sectorId: sectors.health },
    { agencyId: agencies.school, topId: agencies.school, sectorId: sectors.education },
  ]
  const delegate = (id: number, event: EventOf): Delegate => ({
    id,
    personId: id,
    event,
    ...place[[0, 1, 0, 2, 1][id % 5]!]!,
    came: true,
    answeredAt: null,
    wave: 0,
    chosen: new Map(),
    levels: new Map(),
    commitment: null,
  })
  const room = Array.from({ length: came }, (_, n) => delegate(1000 + n, year[n % year.length]!))
  const last = came >= 10 ? Array.from({ length: 14 }, (_, n) => delegate(3000 + n, earlier)) : []
  await before(w, random, p, [...room, ...last])
  await answer(w, random, p, last.slice(0, 11))
  const sue = await w.as(w.stage.sue, 'sub-group')
  const texts: string[] = []
  let answered = 0
  for (const response of responses) {
    const now = Math.round((came * response) / 100)
    await answer(w, random, p, room.slice(answered, now))
    answered = now
    const silent = room.slice(answered).map(({ id }) => id)
    const lastAskedOn = response === stillAsked ? '2026-09-10' : '2026-05-06'
    await w.store.write((db) => db.update(followUps).set({ lastAskedOn }).where(inArray(followUps.bookingId, silent)))
    const { json, text, status } = await sue.get('/api/impact/programmes/2025-26/courses/NEG1')
    expect(status, text).toBe(200)
    texts.push(aloud(`${came} came, ${response}% answered: ${answered}`, (json as PageRead).page))
  }
  await w.close()
  return texts
}

function aloud(heading: string, page: ImpactPage): string {
  const lines = [
    `${'='.repeat(20)} ${heading} ${'='.repeat(20)}`,
    `${page.title}${page.earlySigns ? ' (early signs)' : ''}. ${page.lead}`,
    ...(page.provisional ? [`Provisional: ${page.provisional}`] : []),
    ...page.below.map(({ title, words }) => `Below: ${title}: ${words}`).slice(0, 2),
  ]
  for (const { title, label, base, sentence, notShown, drillDown } of page.figures)
    lines.push(
      '',
      `# ${title}${label ? ` [${figureLabels[label]}]` : ''}${base ? ` (${base.words})` : ''}`,
      sentence,
      ...(notShown ? [`(${notShown})`] : []),
      ...drillDown.slice(0, 3).map((words) => `  > ${words}`),
    )
  return `${lines.join('\n')}\n`
}

it('says of every room what is true of it, in words that a person has read', async () => {
  const texts: string[] = []
  for (const came of sizes) texts.push(...(await readAt(came)))
  await expect(texts.join('\n')).toMatchFileSnapshot('read-aloud.txt')
}, 120_000)
