/* What stands in the Word documents of a report, part by part; report-painter.ts knows how each stroke is made in Word. */
import type { ReportBody, Wording } from './report-body.ts'
import { coverOf } from './report-cover.ts'
import { headlineTables, hidden } from './report-headlines.ts'
import { type Block, type Edges, openPainter, type Painter, type Pixels } from './report-painter.ts'
import { type Figure, figureLabels, figureParts, isSelfReported, whyGuarded } from './shared/figures.ts'
import type { ImpactPage } from './shared/pages.ts'
import { figure as number } from './shared/pictures.ts'

export interface DocumentWorld {
  /** Of the frozen body; null for a draft, which is marked as one on every page. */
  hash: string | null
  partnership: string
  /** Of the report on screen. */
  address: string
  pixels: Pixels
}

/**
 * The paper for the meeting, about ten minutes’ reading: the cover, the report’s own page with every sentence and the figures that are
 * decided on, and the headline figures of the pages below.
 */
export async function paperDocument(body: ReportBody, world: DocumentWorld): Promise<Uint8Array<ArrayBuffer>> {
  const paint = await openPainter(world.pixels)
  const [own, ...below] = body.pages
  return paint.bytes(
    [
      ...(await cover(paint, body, world.hash)),
      ...inThisPaper(paint, body, world),
      ...(own ? await ownPage(paint, own) : []),
      ...belowIt(paint, below, own),
      ...howCounted(paint, { ...body, corrections: inShort(body.corrections) }, world.hash),
      ...whatWasAsked(paint, body),
    ],
    edgesOf(body, world),
  )
}

/** One page of the report whole: every figure with its picture, table, definition and tests. */
export async function pageDocument(
  body: ReportBody,
  page: ImpactPage,
  world: DocumentWorld,
): Promise<Uint8Array<ArrayBuffer>> {
  const paint = await openPainter(world.pixels)
  return paint.bytes(
    [
      ...opening(paint, body, world.hash),
      ...pageHead(paint, page),
      ...(await wholeFigures(paint, page)),
      ...ownMethod(paint, page, body),
      ...howCounted(paint, body, world.hash),
      ...whatWasAsked(paint, body),
    ],
    edgesOf(body, world),
  )
}

function edgesOf(body: ReportBody, { hash, partnership }: DocumentWorld): Edges {
  const { title, period, issued } = body
  const named = issued ? `Report ${issued.number}` : 'DRAFT'
  return {
    title,
    subject: period,
    creator: partnership,
    description: issued ? `${named}, issued on ${issued.words}. SHA-256 ${hash}` : 'A draft: not agreed and issued yet',
    mark: issued ? null : 'DRAFT, not issued',
    top: [partnership, ...(issued ? [named] : []), title].join(' · '),
    foot: hash ? `SHA-256 ${hash.slice(0, 16)}…` : 'DRAFT',
  }
}

// The first two pages

async function cover(paint: Painter, body: ReportBody, hash: string | null): Promise<Block[]> {
  const { sentences, bar, asks } = coverOf(body)
  const picture = bar
    ? await paint.picture(
        { picture: { kind: 'whole-room', room: bar.room }, sentence: bar.sentence, title: 'Everyone who came' },
        'cover-bar',
      )
    : []
  return [
    ...opening(paint, body, hash),
    paint.heading('For the safeguarding partners', 2),
    ...sentences.map((words) => paint.line(words, 'Lead')),
    ...picture,
    ...(bar ? [paint.line(bar.about, 'Soft')] : []),
    paint.heading('What we ask you to decide', 2),
    ...(asks.length ? asks.map((ask, n) => paint.line(`${n + 1}. ${ask}`)) : [paint.line('No decision is asked for.')]),
  ]
}

/** What it is, of when, whose hash. */
const opening = (paint: Painter, body: ReportBody, hash: string | null): Block[] => [
  paint.title(body.title),
  paint.line(identity(body), 'Soft'),
  hash
    ? paint.line(`SHA-256 of its body: ${hash}`, 'Soft')
    : paint.line('DRAFT: not issued. Its figures may still change.', 'Warning'),
]

const identity = ({ issued, agreed, period }: ReportBody): string =>
  [
    period,
    ...(issued ? [`report ${issued.number}, issued on ${issued.words}`] : []),
    ...(agreed ? [`agreed by the sub-group on ${agreed.words}`] : []),
  ].join(' · ')

/** Links, not a field: a field would stand empty until somebody updates it. */
function inThisPaper(paint: Painter, { pages }: ReportBody, { address }: DocumentWorld): Block[] {
  const [own, ...below] = pages
  return [
    paint.heading('In this paper', 1, { onNewPage: true }),
    paint.line(
      'About ten minutes’ reading: every sentence of the report’s own page, with the pictures and tables that are decided on.',
    ),
    paint.line(
      `Every table, definition and test${pages.length > 1 ? ` of all ${number(pages.length)} pages` : ''} is on screen at ${address}, there page by page as a Word document and whole as CSV.`,
    ),
    ...(own ? [paint.link(own.title, ownAnchor)] : []),
    ...(below.length ? [paint.link(belowTitle, 'below')] : []),
    paint.link('How this was counted', 'method'),
    paint.link('What was asked', 'wordings'),
  ]
}

// The report’s own page, as it is read in a meeting

const ownAnchor = 'own-page'
const belowTitle = 'Course by course, theme by theme'

/** What a meeting looks at and decides on, and what speaks of its rows; of every other figure the sentence is enough. */
const decidedOn =
  /^(whole-room|flow|differences|in-the-way|first-outcomes|outcome-\d+|trend|quotes|actions|recommendations|gaps|practice-by-agency|practice-by-sector)$/

/** Their pictures take a page, or stand on the cover already. */
const tableAlone = /^(whole-room|differences|gaps|practice-by-agency|practice-by-sector)$/

async function ownPage(paint: Painter, page: ImpactPage): Promise<Block[]> {
  const blocks = pageHead(paint, page, { anchor: ownAnchor })
  for (const { words, figures } of partsOf(page)) {
    blocks.push(paint.heading(words, 2))
    for (const one of figures) {
      const isLookedAt = decidedOn.test(one.key) && (one.picture !== null || one.table !== null)
      const looked = tableAlone.test(one.key) && one.table ? { ...one, picture: null } : one
      blocks.push(...(isLookedAt ? await figureBlocks(paint, looked, { isWhole: false }) : [inBrief(paint, one)]))
    }
  }
  return blocks
}

const inBrief = (paint: Painter, one: Figure): Block =>
  paint.brief(one.title, [one.sentence, one.notShown].filter(Boolean).join(' '), small(one))

function belowIt(paint: Painter, below: readonly ImpactPage[], own: ImpactPage | undefined): Block[] {
  const tables = headlineTables(below, own)
  if (!tables.length) return []
  const isHidden = tables.some(({ rows }) => rows.some((row) => row.includes(hidden)))
  return [
    paint.heading(belowTitle, 1, { onNewPage: true, anchor: 'below' }),
    paint.line(
      'What people say they do, self-reported. “At least” counts those who told us they have put what they planned into practice since the day; “at most” counts everyone who did not answer with them.',
    ),
    ...(isHidden
      ? [
          paint.line(
            `“${hidden}”: too few answered, or it would give away how a smaller group did; the page itself says which.`,
          ),
        ]
      : []),
    ...tables.flatMap((table) => paint.table(table)),
  ]
}

// A page whole

const pageHead = (paint: Painter, page: ImpactPage, more: { anchor?: string } = {}): Block[] => [
  paint.heading(page.title, 1, more),
  ...(page.lead ? [paint.line(page.lead, 'Lead')] : []),
  ...(page.provisional ? [paint.line(`Provisional. ${page.provisional}`, 'Warning')] : []),
  ...(page.earlySigns ? [paint.line('Early signs: few of those who came have answered.', 'Warning')] : []),
  paint.line(`As it was on ${page.asOf}`, 'Soft'),
]

async function wholeFigures(paint: Painter, page: ImpactPage): Promise<Block[]> {
  const blocks: Block[] = []
  for (const { words, figures } of partsOf(page)) {
    blocks.push(paint.heading(words, 2))
    for (const one of figures) blocks.push(...(await figureBlocks(paint, one, { isWhole: true })))
  }
  return blocks
}

const partsOf = ({ figures }: ImpactPage) =>
  Object.entries(figureParts)
    .map(([part, words]) => ({ words, figures: figures.filter((one) => one.part === part) }))
    .filter(({ figures }) => figures.length > 0)

/** Whose saying it is, and on how many it rests. */
const small = ({ label, base }: Figure): string =>
  [label && figureLabels[label], isSelfReported(label) && 'self-reported', base?.words].filter(Boolean).join(' · ')

async function figureBlocks(paint: Painter, one: Figure, { isWhole }: { isWhole: boolean }): Promise<Block[]> {
  const isShown = one.picture !== null || one.table !== null
  return [
    paint.heading(one.title, 3),
    paint.line(one.sentence, undefined, isShown || small(one) !== ''),
    ...(small(one) ? [paint.line(small(one), 'Soft', isShown)] : []),
    ...(one.notShown ? [paint.line(one.notShown, 'Soft')] : []),
    ...(await paint.picture(one, `figure-${one.key}`.replaceAll(/[^\w-]/g, '-'))),
    ...(one.table ? paint.table(one.table) : []),
    // The paper leaves the rest out, and a row must not stand there without its reason.
    ...(!isWhole && one.drillDown.includes(whyGuarded) ? [paint.line(whyGuarded, 'Soft')] : []),
    ...(isWhole ? [`Definition: ${one.definition}`, ...one.drillDown].map((words) => paint.line(words, 'Soft')) : []),
  ]
}

function ownMethod(paint: Painter, page: ImpactPage, body: ReportBody): Block[] {
  const own = page.method.filter((words) => !body.method.includes(words))
  return own.length ? [paint.heading('How this page was counted', 2), ...own.map((words) => paint.line(words))] : []
}

// What stands at the end

/** What was corrected on how many pages, and the first of them, which are the widest. */
function inShort(corrections: readonly string[]): string[] {
  const most = 6
  const more = corrections.length - most
  if (more < 2) return [...corrections]
  return [...corrections.slice(0, most), `And ${number(more)} more pages, each named on screen and in the CSV.`]
}

function howCounted(paint: Painter, body: ReportBody, hash: string | null): Block[] {
  const { agreed, corrections, method, cannotTell } = body
  return [
    paint.heading('How this was counted', 1, { onNewPage: true, anchor: 'method' }),
    ...method.map((words) => paint.line(words)),
    paint.heading('What this cannot tell you', 2),
    ...cannotTell.map((words) => paint.bullet(words)),
    paint.heading('What was corrected', 2),
    ...corrections.map((words) => paint.line(words)),
    paint.heading('Who agreed it', 2),
    ...(agreed
      ? [
          paint.line(`The sub-group agreed it on ${agreed.words}.`),
          ...paint.table({
            caption: 'Who was there',
            head: ['Agency', 'People'],
            rows: agreed.present.map(({ agency, people }) => [agency, people]),
          }),
        ]
      : [paint.line('The sub-group has not agreed it yet.')]),
    ...(hash
      ? [
          paint.line(
            `The body of this report was frozen when it was issued. SHA-256 of its canonical JSON: ${hash}`,
            'Soft',
          ),
        ]
      : []),
  ]
}

const whatWasAsked = (paint: Painter, { wordings }: ReportBody): Block[] => [
  paint.heading('What was asked', 1, { onNewPage: true, anchor: 'wordings' }),
  ...wordings.flatMap((wording) => wordingBlocks(paint, wording)),
]

function wordingBlocks(paint: Painter, { stage, version, publishedOn, course, questions }: Wording): Block[] {
  return [
    paint.heading(`${stage}: ${course ?? 'every course'}, version ${version}`, 2),
    paint.line(`Published on ${publishedOn}.`, 'Soft'),
    ...questions.flatMap(({ text, options }) => [
      paint.line(text, 'Question', options.length > 0),
      ...(options.length ? [paint.line(options.join(' · '), 'Soft')] : []),
    ]),
  ]
}
