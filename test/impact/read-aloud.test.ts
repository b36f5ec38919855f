/**
 * What a course's page says, in words, for rooms of every size and response, and what a page of every other kind says of one of them: one
 * file, read through by a person whenever it changes (`vitest run -u` writes it anew).
 */

import { eq, inArray } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { colleagueTallies, courseThemes, events, followUps, learningOutcomes, suggestions, themes } from '#db/schema.ts'
import { londonInstant } from '#server/calendar.ts'
import type { PageRead } from '#server/impact/routes.ts'
import { figureLabels } from '#server/impact/shared/figures.ts'
import type { ImpactPage } from '#server/impact/shared/pages.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { answer, before, type Delegate, type EventOf, type Partnership, randomFrom } from './attacked-world.ts'

const sizes = [0, 1, 4, 5, 9, 10, 500]
const responses = [1, 10, 25, 35, 60, 100]
/** At this response those who have not answered are still being asked. */
const stillAsked = 10
/** So many came where every other kind of page is read too, or the programme's alone, at this response. */
const [everyKind, programmeToo, atResponse] = [500, 10, 60]

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
    if (response !== atResponse || (came !== everyKind && came !== programmeToo)) continue
    for (const [kind, path] of Object.entries(await otherKinds(w, year[0]!))) {
      if (came === programmeToo && path !== programmePath) continue
      const other = await sue.get(`/api/impact/${path}`)
      expect(other.status, other.text).toBe(200)
      texts.push(aloud(`${kind}, ${came} came`, (other.json as PageRead).page, true))
    }
  }
  await w.close()
  return texts
}

const programmePath = 'programmes/2025-26'

/** Pages of the year besides the course's own, which is of a theme from here on, and of which nine colleagues’ answers are shown, while one waits. */
async function otherKinds(w: TestWorld, { id, courseId }: EventOf): Promise<Record<string, string>> {
  const { sectors, agencies } = w.stage
  const theme = await w.store.write(async (db) => {
    const [made] = await db.insert(themes).values({ name: 'Neglect' }).returning({ id: themes.id })
    await db.insert(courseThemes).values({ courseId, themeId: made!.id })
    const [{ programmeId } = { programmeId: 0 }] = await db.select().from(events).where(eq(events.id, id))
    await db.insert(colleagueTallies).values([
      { courseId, programmeId, answer: 'more-than-once', n: 5, shown: 4 },
      { courseId, programmeId, answer: 'once', n: 3, shown: 3 },
      { courseId, programmeId, answer: 'could-not-see', n: 2, shown: 2 },
    ])
    return made!.id
  })
  const year = programmePath
  return {
    'An event': `events/${id}`,
    'The course, with colleagues’ answers': `${year}/courses/NEG1`,
    'A theme': `${year}/themes/${theme}`,
    'A sector': `${year}/sectors/${sectors.health}`,
    'An agency': `${year}/agencies/${agencies.council}`,
    'A period': 'period?from=2025-04-01&until=2026-03-31',
    'The programme': year,
  }
}

/** `isWhole`: with the method box and what the page cannot say, which hardly differ from room to room. */
function aloud(heading: string, page: ImpactPage, isWhole = false): string {
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
      ...drillDown.slice(0, 4).map((words) => `  > ${words}`),
    )
  if (isWhole)
    lines.push('', '# How it was worked out', ...page.method, '', '# What it cannot tell', ...page.cannotTell)
  return `${lines.join('\n')}\n`
}

it('says of every room what is true of it, in words that a person has read', async () => {
  const texts: string[] = []
  for (const came of sizes) texts.push(...(await readAt(came)))
  await expect(texts.join('\n')).toMatchFileSnapshot('read-aloud.txt')
}, 120_000)
