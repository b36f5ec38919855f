/**
 * The attack on the app's own pages, more of it with PAGES=1000, the same again with SEED: small partnerships at random, reports of one scope or another issued one after another with answers coming
 * and changing in between, then every page on screen with every filter on offer. Whatever is printed there is added and subtracted.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { londonInstant } from '#server/calendar.ts'
import { Invalid, Missing, Refused } from '#server/errors.ts'
import type { Address } from '#server/impact/group.ts'
import type { ReportInput } from '#server/impact/input.ts'
import { leftOut } from '#server/impact/issued.ts'
import { issue } from '#server/impact/issuing.ts'
import { impactPage, impactPages, periodPage } from '#server/impact/pages.ts'
import { frozenBody, readingOf } from '#server/impact/report-body.ts'
import { agree, reportBy, startDraft } from '#server/impact/reports.ts'
import { byEverySet, byPencil, type Win } from '#test/simulate/attacker.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import {
  answer,
  answerAnew,
  coordinator,
  correct,
  erase,
  type Partnership,
  type Plan,
  partnership,
  type Random,
  randomFrom,
} from './attacked-world.ts'
import { type Moment, type PublishedRow, rowsOf } from './published-rows.ts'

const seed = Number(process.env.SEED ?? 0) || Date.now() % 2 ** 31
const count = Number(process.env.PAGES ?? 24)
/** So many sets of people are tried for each question; from there on rows two and three at a time. */
const mostSets = 40_000

const plans: fc.Arbitrary<Plan> = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  courses: fc.integer({ min: 1, max: 3 }),
  events: fc.integer({ min: 1, max: 7 }),
  people: fc.integer({ min: 14, max: 90 }),
  agencies: fc.integer({ min: 3, max: 6 }),
  answering: fc.integer({ min: 3, max: 9 }),
  reports: fc.integer({ min: 0, max: 3 }),
})

interface Told {
  partnership: Partnership
  rows: PublishedRow[]
  issued: number
  refused: string[]
}

function scopeOf(random: Random, p: Partnership): ReportInput {
  const event = random.one(p.events)
  const programme = event.programme
  const course = p.courses.find(({ id }) => id === event.courseId)!
  const kind = random.below(4)
  if (kind === 1) return { scope: 'course', programme, course: course.code }
  if (kind === 2 && course.themes.length) return { scope: 'theme', programme, themeId: random.one(course.themes) }
  if (kind === 3) {
    const from = random.one(['2025-04-01', '2025-07-01', '2025-10-01', '2026-01-01'])
    const until = random.one(['2026-03-31', '2026-05-31', '2026-06-30'])
    return { scope: 'period', from, until }
  }
  return { scope: 'programme', programme }
}

/** Drafted, agreed and issued through the verbs; why not, where it is refused. */
async function issueOne(w: TestWorld, input: ReportInput): Promise<number | string> {
  const ctx = w.ctx(coordinator(w))
  const on = new Date(w.now()).toISOString().slice(0, 10)
  try {
    const { id } = await startDraft(ctx, input)
    await agree(ctx, id, { on, present: [{ agencyId: w.stage.agencies.council, people: 3 }] })
    const { seen } = await readingOf(ctx, await reportBy(w.store.read, id), impactPages)
    await issue(ctx, id, seen, impactPages)
    return id
  } catch (error) {
    // Nothing was held of it: a theme of nothing but briefings and forums has no report.
    if (error instanceof Invalid) return error.issues.map(({ message }) => message).join(' ')
    if (error instanceof Refused) return `${error.code}: ${error.message}`
    throw error
  }
}

/** Lives a partnership and reads all that it ever published. */
async function lived(plan: Plan): Promise<Told> {
  const w = await makeWorld({ durable: false })
  try {
    w.setClock(londonInstant('2026-09-14', '10:00'))
    const random = randomFrom(plan.seed)
    const p = await partnership(w, random, plan)
    const told: Told = { partnership: p, rows: [], issued: 0, refused: [] }
    const cutOffs = new Map<number, number>()
    for (let n = 0; n < plan.reports; n++) {
      w.later('P40D')
      if (n > 0 || random.happens(30)) await between(w, random, p)
      w.later('PT1H')
      const input = scopeOf(random, p)
      const moment: Moment = {
        where: `report ${n + 1}`,
        now: w.now(),
        counting: 'report',
        cutOffs: new Map(cutOffs),
        ...(input.scope === 'period' ? { span: { from: input.from!, until: input.until! } } : {}),
      }
      const issued = await issueOne(w, input)
      if (typeof issued === 'string') {
        told.refused.push(`${JSON.stringify(input)} ${issued}`)
        continue
      }
      told.issued += 1
      const report = await reportBy(w.store.read, issued)
      const { pages } = frozenBody(report.body!)
      const readAs = (counting: Moment['counting']) => pages.flatMap((page) => rowsOf(p, page, { ...moment, counting }))
      // What came since an earlier report is taken in, or left out where it would have given a few away.
      try {
        told.rows.push(...readAs('report'))
      } catch {
        told.rows.push(...readAs('live'))
      }
      if (await leavesOut(w, issued)) continue
      for (const event of p.events) if (isCounted(p, input, event)) cutOffs.set(event.id, w.now())
    }
    w.later('P20D')
    await between(w, random, p)
    told.rows.push(...(await onScreen(w, p, { where: 'on screen', now: w.now(), counting: 'live', cutOffs })))
    return told
  } finally {
    await w.close()
  }
}

async function leavesOut({ client }: TestWorld, report: number): Promise<boolean> {
  const { rows } = await client.execute({
    sql: 'select 1 from report_rows where report_id = ? and measure = ?',
    args: [report, leftOut.measure],
  })
  return rows.length > 0
}

function isCounted(p: Partnership, input: ReportInput, event: Partnership['events'][number]): boolean {
  if (input.scope === 'period') return event.lastOn >= input.from! && event.lastOn <= input.until!
  if (input.programme !== event.programme) return false
  const course = p.courses.find(({ id }) => id === event.courseId)!
  if (input.scope === 'course') return course.code === input.course
  return input.scope !== 'theme' || course.themes.includes(input.themeId!)
}

/** What happens between two reports. */
async function between(w: TestWorld, random: Random, p: Partnership): Promise<void> {
  const silent = p.delegates.filter(({ came, answeredAt }) => came && answeredAt === null)
  await answer(
    w,
    random,
    p,
    silent.filter(() => random.happens(25)),
  )
  for (const d of p.delegates) {
    if (d.answeredAt !== null && d.answeredAt < w.now() && random.happens(4)) await answerAnew(w, random, p, d)
    if (random.happens(2)) await correct(w, d)
    if (random.happens(2)) await erase(w, d)
  }
}

/** Every page with every filter on offer. */
async function onScreen(w: TestWorld, p: Partnership, moment: Moment): Promise<PublishedRow[]> {
  const ctx = w.ctx(coordinator(w))
  const addresses = [...new Set(p.events.map(({ programme }) => programme))].flatMap((name): Address[] => [
    { level: 'programme', name },
    ...p.courses.map(({ code }): Address => ({ level: 'course', name, code })),
    ...p.themes.map((id): Address => ({ level: 'theme', name, id })),
    ...p.sectors.map(({ id }): Address => ({ level: 'sector', name, id })),
    ...p.agencies.map(({ id }): Address => ({ level: 'agency', name, id })),
  ])
  const rows: PublishedRow[] = []
  for (const address of [...addresses, ...p.events.map(({ id }): Address => ({ level: 'event', id }))])
    try {
      const { page } = await impactPage(ctx, address)
      rows.push(...rowsOf(p, page, moment))
    } catch (error) {
      if (!(error instanceof Missing)) throw error
    }
  const { offered } = await periodPage(ctx, null)
  for (const from of offered.from)
    for (const until of offered.until.filter((day) => day > from)) {
      const { page } = await periodPage(ctx, { from, until })
      if (page)
        rows.push(...rowsOf(p, page, { ...moment, where: `on screen ${from} to ${until}`, span: { from, until } }))
    }
  return rows
}

/** What adding and subtracting tells of one to four people, question by question. */
function won(rows: readonly PublishedRow[]): { question: string; win: Win }[] {
  const wins: { question: string; win: Win }[] = []
  for (const [question, all] of Map.groupBy(rows, (row) => row.question)) {
    const different = [...new Map(all.map((row) => [row.units.toSorted().join(), row])).values()].filter(
      ({ units }) => units.length > 0,
    )
    if (!different.length) continue
    const width = Math.max(...different.map(({ counts }) => counts.length))
    const even = different.map((row) => ({
      ...row,
      counts: [...row.counts, ...Array(width - row.counts.length).fill(0)],
    }))
    const tried = byEverySet(even, mostSets)
    const win = tried === null ? null : (byPencil(even) ?? tried)
    if (win) wins.push({ question, win })
  }
  return wins
}

/** What showing by size alone would add of question one at the end: every event, agency and sector with ten who came and five who answered. */
function bySizeAlone(p: Partnership): PublishedRow[] {
  const came = p.delegates.filter((d) => d.came && ['course', 'learning-event'].includes(d.event.kind))
  return [
    ...Map.groupBy(came, ({ event }) => `event ${event.id}`),
    ...Map.groupBy(came, ({ topId }) => `agency ${topId}`),
    ...Map.groupBy(came, ({ sectorId }) => `sector ${sectorId}`),
  ].flatMap(([row, those]) => {
    const units = those.flatMap(({ id, chosen }) => {
      const given = chosen.get('follow-up/practice')
      return given ? [`${id}:${given[0]}`] : []
    })
    const counts = [units.length]
    return those.length >= 10 && units.length >= 5
      ? [{ question: 'practice', where: 'by size', row, units, counts }]
      : []
  })
}

it(`tells of no group of one to four, whatever is added and subtracted (seed ${seed})`, async () => {
  const sum = { rows: 0, periods: 0, issued: 0, wonBySize: 0 }
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const { rows, issued, refused, partnership } = await lived(plan)
      sum.rows += rows.length
      sum.periods += rows.filter(({ row }) => row.startsWith('period ')).length
      sum.issued += issued
      expect(won(rows)).toEqual([])
      // What the pages let show, the proof lets be issued.
      expect(refused.filter((words) => words.includes('not-proved'))).toEqual([])
      const practice = rows.filter(({ question }) => question === 'practice')
      sum.wonBySize += won([...practice, ...bySizeAlone(partnership)]).length
    }),
    { seed, numRuns: count, endOnFailure: true },
  )
  // It read something, also filters and reports, and is an attacker at all.
  expect(sum.rows).toBeGreaterThan(count * 10)
  expect(sum.periods).toBeGreaterThan(count)
  expect(sum.issued).toBeGreaterThan(count / 3)
  expect(sum.wonBySize).toBeGreaterThan(count / 6)
}, 600_000)

it('has the free periods on offer among what a report is proved with', async () => {
  const w = await makeWorld({ durable: false })
  w.setClock(londonInstant('2026-09-14', '10:00'))
  const p = await partnership(w, randomFrom(5), {
    seed: 5,
    courses: 1,
    events: 4,
    people: 120,
    agencies: 3,
    answering: 9,
    reports: 0,
  })
  const ctx = w.ctx(coordinator(w))
  const { offered } = await periodPage(ctx, null)
  expect(offered.from.length).toBeGreaterThan(1)
  const years = [...new Set(p.events.map(({ programme }) => programme))]
  const read = await Promise.all(
    years.map((name) => impactPages(ctx, { kind: 'programme', name }, { events: [], rows: [] })),
  )
  const rows = read.flatMap(({ shown }) => shown).filter(({ row }) => row.startsWith('period '))
  for (const from of offered.from)
    expect(rows.filter(({ measure, row }) => measure === 'practice' && row.includes(` ${from} to `))).toHaveLength(1)
  expect(new Set(rows.map(({ measure }) => measure)).size).toBeGreaterThan(3)
  await w.close()
})

it('is not misled by one person who answers anew: where they stood at the end of the day is what it was', async () => {
  const w = await makeWorld({ durable: false })
  w.setClock(londonInstant('2026-09-14', '10:00'))
  const plan = { seed: 1, courses: 1, events: 1, people: 44, agencies: 3, answering: 5, reports: 0 }
  const p = await partnership(w, randomFrom(plan.seed), plan)
  const input: ReportInput = { scope: 'course', programme: p.events[0]!.programme, course: 'NEG1' }
  const toldAtTheEnd = p.delegates.filter(({ came, levels }) => came && levels.has('end/outcomes'))
  const rows: PublishedRow[] = []
  const next = async () => {
    const moment = { where: `on ${w.now()}`, now: w.now(), counting: 'report', cutOffs: new Map() } as const
    const issued = await issueOne(w, input)
    if (typeof issued === 'string') return issued
    const { body } = await reportBy(w.store.read, issued)
    if (!(await leavesOut(w, issued))) rows.push(...frozenBody(body!).pages.flatMap((page) => rowsOf(p, page, moment)))
    return 'issued'
  }
  expect(await next()).toBe('issued')
  expect(rows.some(({ question }) => question === 'end-0')).toBe(true)
  w.later('P40D')
  const always = (level: number): Random => ({ below: () => level, happens: () => true, one: (list) => list[0]! })
  await answer(w, always(2), p, toldAtTheEnd.filter(({ answeredAt }) => answeredAt === null).slice(0, 4))
  const anew = toldAtTheEnd.find(({ levels }) => [0, 1].includes(levels.get('follow-up/outcomes')?.[0] ?? 9))!
  await answerAnew(w, always(3), p, anew)
  w.later('PT1H')
  expect(await next()).toBe('issued')
  expect(won(rows)).toEqual([])
  await w.close()
})
