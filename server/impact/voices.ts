/**
 * One of the two halves of quoting, and the part "In their words" of a page: the quotes that are chosen, what the texts are about, and
 * the accounts that were checked. Nothing here is ever of one event or one agency: words beside either would tell who wrote them.
 */
import { and, eq, inArray, sql } from 'drizzle-orm'
import { bookings } from '#db/bookings.ts'
import { codes, codingCodes, codings } from '#db/impact.ts'
import { people } from '#db/people.ts'
import { texts } from '#db/surveys.ts'
import type { Context } from '#server/context.ts'
import type { RoleGroup } from '#server/people/input.ts'
import { settingsOf } from '#server/settings.ts'
import { asked } from '#server/surveys/follow-up.ts'
import { type AccountTold, accountsOf } from './accounts.ts'
import { baseOf, hidden } from './answer-figures.ts'
import { agreementOf, isCleared, kindsRead } from './coding.ts'
import type { AccountOutcome } from './input.ts'
import { type Issued, nothingIssued } from './issued.ts'
import { type ChosenQuote, chosenQuotes } from './quotes.ts'
import { defaultThresholds } from './shared/disclosure.ts'
import { type Figure, nothingShown, tooFew } from './shared/figures.ts'
import type { Level, ShownAnswers } from './shared/pages.ts'
import { figure } from './shared/pictures.ts'
import { someone } from './shared/printed-as.ts'
import { capital, mostOf, none, people as peopleWords, quoted } from './shared/sentences-words.ts'
import { isSince, isTooNear } from './since-issued.ts'
import { spelled } from './what-others-saw.ts'

export interface VoiceGroup {
  key: string
  level: Level
  events: readonly { id: number }[]
}

/** The levels whose pages hold words: enough people, and not named by where somebody works or when they came. */
const levelsWithWords: readonly Level[] = ['programme', 'course', 'theme', 'period']

/**
 * How many texts carry a code is counted over a whole programme alone: few people write, so that between a course, a theme and a period it
 * could be worked out what one of them wrote about.
 */
const levelCounted: Level = 'programme'

/** A job is named from so many who do it. */
const fewestInJob = 5

/** What people of a group wrote and told, and for the audit of a report whose texts and accounts stand behind the counts. */
export interface Voices {
  figures: Figure[]
  shown: ShownAnswers[]
  /** What would be shown by the built-in numbers, whatever the partnership asks for. */
  shownByDefault: ShownAnswers[]
}

/**
 * What people of this group wrote, and what was checked. `shows`: the group may show how its answers fall. Words not issued yet are read
 * by the coordinator alone: for the sub-group the figure says only how many were chosen. What was read or told since `issued` is left out, and
 * what would differ from an issued report by too few people is not shown.
 */
export async function voicesOf(
  from: Context,
  group: VoiceGroup,
  shows: boolean,
  issued: Issued = nothingIssued,
  /** Why no words stand here, where `shows` is false. */
  why = nothingShown,
): Promise<Voices> {
  if (!levelsWithWords.includes(group.level)) return { figures: [], shown: [], shownByDefault: [] }
  const ctx = { ...from, db: from.store.long }
  const isCounted = group.level === levelCounted
  const [coded, chosen, told] = await Promise.all([
    isCounted ? codedTexts(ctx, group, issued) : notCounted,
    shows ? chosenQuotes(ctx, group.events) : [],
    isCounted && shows ? accountsTold(ctx, group, issued) : null,
  ])
  // A count over everyone who came: only where there is something to say.
  const came = coded.texts || chosen.length ? await attendersOf(ctx, group) : { size: 0, roles: new Map() }
  return {
    figures: [
      quotesFigure(ctx, chosen, coded, came, { shows, why }),
      await codesFigure(ctx, coded, came.size, shows),
      told && accountsFigure(told),
    ].filter((one) => one !== null),
    shown: [
      ...(shows && coded.isShown ? [codesRow(coded)] : []),
      ...(told?.isShown ? [accountsRow(told.checked)] : []),
    ],
    shownByDefault: [
      ...(shows && coded.isShownByDefault ? [codesRow(coded)] : []),
      ...(told?.isShownByDefault ? [accountsRow(told.checked)] : []),
    ],
  }
}

/** Each writer's codes, text by text: texts are what is counted, so another text of the same writer is a change. */
function codesRow({ version, read, given }: Coded): ShownAnswers {
  const codesOf = (text: number) =>
    given.flatMap(({ textId, codeId }) => (textId === text ? codeId : [])).toSorted((a, b) => a - b)
  const told = Map.groupBy(read, ({ bookingId }) => bookingId)
  return {
    measure: `codes:${version}`,
    row: 'codes',
    units: [...told].map(
      ([writer, own]) =>
        `${writer}:${own
          .map(({ textId }) => codesOf(textId).join('+') || 'none')
          .toSorted()
          .join('/')}`,
    ),
  }
}

/** How a page of a report names a row of this group. */
const asIssued = ({ key }: VoiceGroup, row: ShownAnswers): ShownAnswers => ({ ...row, row: `${key}/${row.row}` })

const within = ({ events }: VoiceGroup) =>
  sql`${bookings.eventId} in (select value from json_each(${JSON.stringify(events.map(({ id }) => id))}))`

/** Everyone who came, by the kind of work they did then. */
async function attendersOf(ctx: Context, group: VoiceGroup): Promise<{ size: number; roles: Map<RoleGroup, number> }> {
  const rows = await ctx.db
    .select({ roleGroup: bookings.roleGroup, n: sql<number>`count(*)` })
    .from(bookings)
    .where(
      and(
        eq(bookings.state, 'confirmed'),
        within(group),
        // Of one table alone a column is written without its name.
        sql`exists (select 1 from attendances where attendances.booking_id = "bookings"."id")`,
      ),
    )
    .groupBy(bookings.roleGroup)
  return {
    size: rows.reduce((sum, { n }) => sum + n, 0),
    roles: new Map(rows.map(({ roleGroup, n }) => [roleGroup, n])),
  }
}

interface Coded {
  /** The version with which most of the group's texts were read; 0 for none. */
  version: number
  codes: { id: number; name: string }[]
  texts: number
  /** Each text with the booking behind it, and how many bookings. */
  read: { textId: number; bookingId: number }[]
  writers: number
  given: { textId: number; bookingId: number; codeId: number }[]
  /** Texts read with another version alone. */
  elsewhere: number
  /** Enough people wrote, and not nearly the same as an issued report counts. */
  isShown: boolean
  isShownByDefault: boolean
}

const notCounted: Coded = {
  version: 0,
  codes: [],
  texts: 0,
  read: [],
  writers: 0,
  given: [],
  elsewhere: 0,
  isShown: false,
  isShownByDefault: false,
}

/** What the first reader gave the texts of this group, also where the words were destroyed since, in the version with which most of them were read. */
async function codedTexts(ctx: Context, group: VoiceGroup, issued: Issued): Promise<Coded> {
  const all = await ctx.db
    .select({
      textId: texts.id,
      bookingId: texts.bookingId,
      eventId: bookings.eventId,
      version: codings.version,
      codeId: codingCodes.codeId,
      at: codings.at,
    })
    .from(codings)
    .innerJoin(texts, eq(texts.id, codings.textId))
    // Texts are few beside bookings: it is they who are gone through.
    .crossJoin(bookings)
    .innerJoin(people, eq(people.id, bookings.personId))
    .leftJoin(codingCodes, eq(codingCodes.codingId, codings.id))
    .where(
      and(
        within(group),
        eq(bookings.id, texts.bookingId),
        eq(bookings.state, 'confirmed'),
        eq(codings.place, 1),
        sql`(${isCleared} or ${people.erasedAt} is not null)`,
        inArray(texts.kind, [...kindsRead]),
        sql`${codings.at} >= ${texts.clearedAt}`,
        sql`${asked.attends}`,
      ),
    )
    .orderBy(texts.id)
  const rows = all.filter(({ eventId, at }) => !isSince(issued, eventId, at))
  const textsOf = (version: number) =>
    new Set(rows.filter((row) => row.version === version).map(({ textId }) => textId))
  const versions = [...new Set(rows.map(({ version }) => version))].sort(
    (a, b) => textsOf(b).size - textsOf(a).size || b - a,
  )
  const version = versions[0] ?? 0
  const own = rows.filter((row) => row.version === version)
  const read = textsOf(version)
  const writing = [...new Set(own.map(({ bookingId }) => bookingId))]
  const coded = {
    version,
    codes: version
      ? await ctx.db
          .select({ id: codes.id, name: codes.name })
          .from(codes)
          .where(eq(codes.version, version))
          .orderBy(codes.position)
      : [],
    texts: read.size,
    read: [...new Map(own.map(({ textId, bookingId }) => [textId, { textId, bookingId }])).values()],
    writers: writing.length,
    given: own.flatMap(({ textId, bookingId, codeId }) => (codeId === null ? [] : [{ textId, bookingId, codeId }])),
    elsewhere: new Set(rows.map(({ textId }) => textId).filter((id) => !read.has(id))).size,
    isShown: false,
    isShownByDefault: false,
  }
  const isShownFrom = (few: number) => coded.writers >= few && !isTooNear(issued, asIssued(group, codesRow(coded)), few)
  const isShown = isShownFrom(await fewestOf(ctx))
  return { ...coded, isShown, isShownByDefault: isShownFrom(defaultThresholds.answered) }
}

/** From so many people on something is told of them. */
const fewestOf = async (ctx: Context) => Number((await settingsOf(ctx, 'shown-from-answered'))['shown-from-answered'])

const textsWith = (coded: Coded, codeId: number | null) => coded.given.filter((one) => one.codeId === codeId).length

// Quotes

const quotesAbout = {
  key: 'quotes',
  part: 'voices',
  title: 'What people wrote',
  label: 'do',
  definition:
    'Words of people who came and said that we may quote them, read and cleared by a person first. The coordinator chose them; where anything that tells of what did not work may be quoted, at least one such stands here. Each says how many of the texts read tell of the same. A job is named only where the person allowed it and at least five who came do that work.',
} as const

const mayReadBeforeIssue = ({ actor }: Context) =>
  actor.kind === 'chore' || actor.kind === 'operator' || (actor.kind === 'person' && actor.role === 'coordinator')

function quotesFigure(
  ctx: Context,
  chosen: readonly ChosenQuote[],
  coded: Coded,
  came: { roles: Map<RoleGroup, number> },
  { shows, why }: { shows: boolean; why: string },
): Figure {
  const empty = { ...quotesAbout, base: null, table: null, picture: null, notShown: null, drillDown: [] }
  if (!shows) return { ...empty, sentence: 'Nobody is quoted here.', notShown: why }
  if (!chosen.length)
    return { ...empty, sentence: 'Nobody is quoted here: no text that may be quoted has been chosen.' }
  const n = chosen.length
  if (!mayReadBeforeIssue(ctx))
    return {
      ...empty,
      sentence: `${n === 1 ? '1 text is' : `${n} texts are`} chosen to be quoted. Words are read in the report once it is issued.`,
    }
  const failures = chosen.filter(({ nonSuccess }) => nonSuccess).length
  const who = (quote: ChosenQuote) => ((came.roles.get(quote.roleGroup) ?? 0) >= fewestInJob ? quote.who : someone)
  return {
    ...empty,
    sentence: `${n === 1 ? '1 text is' : `${n} texts are`} quoted; ${failures === 0 ? 'none tells' : failures === 1 ? '1 tells' : `${failures} tell`} of something that did not work.`,
    table: {
      caption: 'What people wrote',
      head: ['In their words', 'Who', 'It stands for', 'Texts that tell of this'],
      rows: chosen.map((quote) => [`“${quote.text}”`, who(quote), quote.code, themeWords(coded, quote.codeId)]),
    },
  }
}

/** "12 of 40 texts", or "one of several" where so few were read that it would tell. */
function themeWords(coded: Coded, codeId: number | null): string {
  const n = textsWith(coded, codeId)
  const isOfVersion = coded.codes.some(({ id }) => id === codeId)
  if (!coded.isShown || !isOfVersion || n === 0) return 'one of several'
  return `${figure(n)} of ${figure(coded.texts)} texts`
}

// Codes

const codesAbout = {
  key: 'codes',
  part: 'voices',
  title: 'What the texts are about',
  label: 'do',
  definition:
    'Every cleared text was read by a person who did not see the name, agency or date, and given any number of the codes of the codebook, or none. A share, drawn by hash, was read by a second person who did not see what the first gave. Kappa is Cohen’s: 1 for complete agreement, 0 for no more than chance.',
} as const

async function codesFigure(ctx: Context, coded: Coded, came: number, shows: boolean): Promise<Figure | null> {
  if (!coded.texts) return null
  const thresholds = await settingsOf(ctx, 'percentages-from')
  const rules = { attended: 0, answered: await fewestOf(ctx), percentages: Number(thresholds['percentages-from']) }
  const base = {
    ...baseOf(coded.writers, came, rules),
    words: `${figure(coded.texts)} ${coded.texts === 1 ? 'text' : 'texts'} of ${peopleWords(coded.writers)}, of ${figure(came)} who came`,
  }
  const asHidden = hidden(codesAbout, base, rules)
  if (!shows) return { ...asHidden, notShown: nothingShown }
  if (!coded.isShown) return asHidden
  const rows = coded.codes.map(({ id, name }) => ({ name, count: textsWith(coded, id) }))
  const without = coded.texts - new Set(coded.given.map(({ textId }) => textId)).size
  const most = mostOf(rows, ({ count }) => count)
  const agreement = await agreementOf(ctx.db, coded.version, coded.codes)
  return {
    ...codesAbout,
    base,
    sentence: [
      `${figure(coded.texts)} texts were read.`,
      most.length ? `Most often they tell of ${quoted(most.map(({ name }) => name))} (${figure(most[0]!.count)}).` : '',
      readTwiceWords(agreement),
    ]
      .filter(Boolean)
      .join(' '),
    table: {
      caption: 'Texts by what they are about; a text may be about several things',
      head: ['What it is about', 'Texts'],
      rows: [...rows.map(({ name, count }) => [name, count]), ['None of these', without]],
      foot: ['Texts read', coded.texts],
    },
    picture: {
      kind: 'shares',
      rows: rows.map(({ name, count }) => ({ label: name, count, of: coded.texts })),
    },
    notShown: null,
    drillDown: [
      `Version ${coded.version} of the codebook.${coded.elsewhere ? ` ${capital(figure(coded.elsewhere))} ${coded.elsewhere === 1 ? 'text was' : 'texts were'} read with another version alone and ${coded.elsewhere === 1 ? 'is' : 'are'} not counted.` : ''}`,
      ...agreement.codes.map(({ name, words }) => `${name}: ${words}.`),
    ],
  }
}

function readTwiceWords({ texts, codes }: Awaited<ReturnType<typeof agreementOf>>): string {
  if (!codes.length)
    return `${texts === 0 ? 'None' : texts === 1 ? '1 text' : `${figure(texts)} texts`} of this codebook ${texts < 2 ? 'was' : 'were'} read by two people: too few to tell how far readers agree.`
  const [low, high] = [
    Math.min(...codes.map(({ percent }) => percent)),
    Math.max(...codes.map(({ percent }) => percent)),
  ]
  return `${figure(texts)} texts of this codebook were read by two people, who agreed on ${low === high ? `${low}%` : `${low}% to ${high}%`} of them, by code.`
}

// Accounts

const accountsAbout = {
  key: 'accounts',
  part: 'voices',
  title: 'Accounts checked by telephone',
  // A check of what was answered: neither said of oneself nor what others saw.
  label: null,
  definition:
    'Of those who said that we may ring them, two who had put what they planned into practice and two for whom it had not come about were drawn by hash for each course, never chosen. On the telephone each was asked what happened. Verified: the account holds up what was answered. Who was not reached in two tries, or would rather not, was replaced by the next of the draw.',
} as const

interface AccountsTold {
  rows: AccountTold[]
  checked: AccountTold[]
  fewest: number
  /** Enough were checked, and not nearly the same as an issued report counts. */
  isShown: boolean
  isShownByDefault: boolean
}

async function accountsTold(ctx: Context, group: VoiceGroup, issued: Issued): Promise<AccountsTold> {
  const all = await accountsOf(ctx, group.events)
  const rows = all.filter(({ eventId, at }) => !isSince(issued, eventId, at))
  const checked = rows.filter(isChecked)
  const fewest = await fewestOf(ctx)
  const isShownFrom = (few: number) =>
    checked.length >= few && !isTooNear(issued, asIssued(group, accountsRow(checked)), few)
  return {
    rows,
    checked,
    fewest,
    isShown: isShownFrom(fewest),
    isShownByDefault: isShownFrom(defaultThresholds.answered),
  }
}

const isChecked = ({ outcome }: AccountTold) => outcome === 'verified' || outcome === 'not-verified'

/** Of those who told something: who was not reached is nobody behind a figure. */
const accountsRow = (rows: readonly AccountTold[]): ShownAnswers => ({
  measure: 'accounts',
  row: 'accounts',
  units: rows.map(({ bookingId, kind, outcome }) => `${bookingId}:${kind} ${outcome}`),
})

function accountsFigure({ rows, checked, fewest, isShown }: AccountsTold): Figure | null {
  if (!rows.length) return null
  const about = { ...accountsAbout, base: null, picture: null, drillDown: [] }
  if (!isShown) {
    const isFew = checked.length < fewest
    const sentence = isFew
      ? `Fewer than ${spelled(fewest)} accounts have been checked.`
      : `${figure(checked.length)} accounts were checked by telephone.`
    const notShown = isFew ? `${tooFew}.` : 'Not shown: beside an issued report it would tell of fewer people.'
    return { ...about, sentence, table: null, notShown }
  }
  const of = (outcome: AccountOutcome) => rows.filter((one) => one.outcome === outcome).length
  return {
    ...about,
    sentence: accountsSentence(checked.length, of('verified')),
    table: {
      caption: 'What the calls said',
      head: ['What the call said', 'People'],
      rows: [
        ['Verified', of('verified')],
        ['Not verified', of('not-verified')],
        ['Not reached in two tries', of('not-reached')],
        ['Would rather not', of('withdrawn')],
      ],
    },
    notShown: null,
  }
}

/** "5 accounts were checked by telephone: 4 verified." Of which end each was is known from question one, so it is not said here. */
export function accountsSentence(checked: number, verified: number): string {
  return `${figure(checked)} accounts were checked by telephone: ${verified === checked ? 'all' : none(verified)} verified.`
}
