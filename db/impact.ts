/**
 * The tables of the impact room: one of the files of facts. Four parts in order: reports, what was set beside the answers, the words of
 * those who answered, and what is kept so that a report is read faster.
 */
import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text, unique, uniqueIndex } from 'drizzle-orm/sqlite-core'
import {
  accountKinds,
  accountOutcomes,
  actionOwners,
  actionSources,
  costHeads,
  noteKinds,
  recommendationSources,
  reportScopes,
  reportStates,
} from '#server/impact/input.ts'
import { bookings } from './bookings.ts'
import { at, bytes, closed, id, on, oneOf, pence } from './columns.ts'
import { courses, events, programmes, themes } from './courses.ts'
import { agencies, people, sectors } from './people.ts'
import { texts } from './surveys.ts'

// Reports

/** One impact report. Once issued, a trigger refuses every change and its removal. */
export const reports = sqliteTable(
  'reports',
  {
    id: id(),
    scope: oneOf('scope', reportScopes).notNull(),
    /** The programme that it is of; null for a free period. */
    programmeId: integer('programme_id').references(() => programmes.id),
    courseId: integer('course_id').references(() => courses.id),
    themeId: integer('theme_id').references(() => themes.id),
    fromOn: on('from_on').notNull(),
    untilOn: on('until_on').notNull(),
    title: text('title').notNull(),
    state: oneOf('state', reportStates).notNull(),
    madeAt: at('made_at').notNull(),
    madeBy: integer('made_by').references(() => people.id),
    /** The day of the sub-group's meeting that agreed it. */
    agreedOn: on('agreed_on'),
    /** 1, 2, 3 … in the order of issue. */
    number: integer('number').unique(),
    issuedAt: at('issued_at'),
    issuedBy: integer('issued_by').references(() => people.id),
    /** Everything shown, as JSON, already under the small-number rule; its SHA-256 in hexadecimal; and the proof in words. */
    body: text('body'),
    hash: text('hash'),
    proof: text('proof'),
  },
  (table) => [
    index('reports_state').on(table.state),
    closed('reports_scope', table.scope, reportScopes),
    closed('reports_state_known', table.state, reportStates),
    check('reports_period', sql`${table.fromOn} <= ${table.untilOn}`),
    check(
      'reports_of',
      sql`(${table.scope} = 'period') = (${table.programmeId} is null) and (${table.scope} = 'course') = (${table.courseId} is not null) and (${table.scope} = 'theme') = (${table.themeId} is not null)`,
    ),
    check(
      'reports_issued',
      sql`(${table.state} = 'issued') = (${table.number} is not null) and (${table.state} = 'issued') = (${table.issuedAt} is not null and ${table.body} is not null and ${table.hash} is not null and ${table.proof} is not null) and (${table.state} = 'draft') = (${table.agreedOn} is null)`,
    ),
  ],
)

/** Who agreed it: how many of which agency were at the meeting. */
export const reportPresent = sqliteTable(
  'report_present',
  {
    reportId: integer('report_id')
      .notNull()
      .references(() => reports.id),
    agencyId: integer('agency_id')
      .notNull()
      .references(() => agencies.id),
    people: integer('people').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.reportId, table.agencyId] }),
    check('report_present_people', sql`${table.people} > 0`),
  ],
)

/** The three decisions that the cover asks the safeguarding partners for. */
export const reportAsks = sqliteTable(
  'report_asks',
  {
    reportId: integer('report_id')
      .notNull()
      .references(() => reports.id),
    position: integer('position').notNull(),
    text: text('text').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.reportId, table.position] }),
    check('report_asks_three', sql`${table.position} in (1, 2, 3)`),
  ],
)

/**
 * Whose answers stood behind each row an issued report shows: what later reports are proved against. `units` is a JSON list of
 * "booking:answer"; it tells who answered what, so only the audit reads it.
 */
export const reportRows = sqliteTable(
  'report_rows',
  {
    reportId: integer('report_id')
      .notNull()
      .references(() => reports.id),
    measure: text('measure').notNull(),
    row: text('row').notNull(),
    units: text('units').notNull(),
  },
  (table) => [primaryKey({ columns: [table.reportId, table.measure, table.row] })],
)

/** A comment or a decision of the sub-group, against one figure of one page of a report. */
export const reportNotes = sqliteTable(
  'report_notes',
  {
    id: id(),
    reportId: integer('report_id')
      .notNull()
      .references(() => reports.id),
    /** The page (group) and the figure on it. */
    page: text('page').notNull(),
    figure: text('figure').notNull(),
    kind: oneOf('kind', noteKinds).notNull(),
    text: text('text').notNull(),
    at: at('at').notNull(),
    by: integer('by').references(() => people.id),
    /** Taken back by whoever wrote it. */
    removedAt: at('removed_at'),
  },
  (table) => [index('report_notes_report').on(table.reportId), closed('report_notes_kind', table.kind, noteKinds)],
)

// What is set beside the answers

/** Something to be put right, with an owner and a date; ticked or not in the next report. */
export const actions = sqliteTable(
  'actions',
  {
    id: id(),
    source: oneOf('source', actionSources).notNull(),
    /** What was said, in words that name nobody: the "you said" of "you said, we did". */
    said: text('said').notNull(),
    /** What is to be done. */
    text: text('text').notNull(),
    owner: oneOf('owner', actionOwners).notNull(),
    agencyId: integer('agency_id').references(() => agencies.id),
    courseId: integer('course_id').references(() => courses.id),
    /** The figure of a course that it came from, as the key of the barrier. */
    barrier: text('barrier'),
    /** Who sees to it: a name or a post. */
    who: text('who').notNull(),
    dueOn: on('due_on').notNull(),
    madeAt: at('made_at').notNull(),
    madeBy: integer('made_by').references(() => people.id),
    doneAt: at('done_at'),
    /** The "we did". */
    did: text('did'),
    escalatedAt: at('escalated_at'),
    escalatedTo: text('escalated_to'),
    removedAt: at('removed_at'),
  },
  (table) => [
    index('actions_due').on(table.dueOn),
    index('actions_course').on(table.courseId),
    closed('actions_source', table.source, actionSources),
    closed('actions_owner', table.owner, actionOwners),
    check('actions_whose', sql`(${table.owner} = 'agency') = (${table.agencyId} is not null)`),
    check('actions_done', sql`(${table.doneAt} is null) = (${table.did} is null)`),
    check('actions_escalated', sql`(${table.escalatedAt} is null) = (${table.escalatedTo} is null)`),
  ],
)

/** What a review, audit, inspection or law asked for: a reference and a date, never a child's name. */
export const recommendations = sqliteTable(
  'recommendations',
  {
    id: id(),
    source: oneOf('source', recommendationSources).notNull(),
    reference: text('reference').notNull().unique(),
    text: text('text').notNull(),
    madeOn: on('made_on').notNull(),
    /** What remains to be done, in words; and when nothing did. */
    remains: text('remains'),
    metOn: on('met_on'),
    at: at('at').notNull(),
    by: integer('by').references(() => people.id),
  },
  (table) => [closed('recommendations_source', table.source, recommendationSources)],
)

export const recommendationCourses = sqliteTable(
  'recommendation_courses',
  {
    recommendationId: integer('recommendation_id')
      .notNull()
      .references(() => recommendations.id),
    courseId: integer('course_id')
      .notNull()
      .references(() => courses.id),
  },
  (table) => [primaryKey({ columns: [table.recommendationId, table.courseId] })],
)

/** A figure from elsewhere, set beside a course or a theme and never merged with it: three at most. */
export const otherEvidence = sqliteTable(
  'other_evidence',
  {
    id: id(),
    courseId: integer('course_id').references(() => courses.id),
    themeId: integer('theme_id').references(() => themes.id),
    /** 1, 2 or 3. */
    place: integer('place').notNull(),
    what: text('what').notNull(),
    count: integer('count').notNull(),
    /** Out of how many; null where there is no such number. */
    of: integer('of'),
    period: text('period').notNull(),
    source: text('source').notNull(),
    suppliedBy: text('supplied_by').notNull(),
    /** Counted the same way as the last time; null for the first. */
    sameMethod: integer('same_method', { mode: 'boolean' }),
    at: at('at').notNull(),
    by: integer('by').references(() => people.id),
    removedAt: at('removed_at'),
  },
  (table) => [
    uniqueIndex('other_evidence_course')
      .on(table.courseId, table.place)
      .where(sql`${table.removedAt} is null and ${table.courseId} is not null`),
    uniqueIndex('other_evidence_theme')
      .on(table.themeId, table.place)
      .where(sql`${table.removedAt} is null and ${table.themeId} is not null`),
    check('other_evidence_three', sql`${table.place} in (1, 2, 3)`),
    check('other_evidence_beside', sql`(${table.courseId} is null) <> (${table.themeId} is null)`),
    check('other_evidence_of', sql`${table.count} >= 0 and (${table.of} is null or ${table.of} >= ${table.count})`),
  ],
)

/** Money of a programme under one head; a correction is a new line. */
export const costs = sqliteTable(
  'costs',
  {
    id: id(),
    programmeId: integer('programme_id')
      .notNull()
      .references(() => programmes.id),
    head: oneOf('head', costHeads).notNull(),
    sumPence: pence('sum_pence').notNull(),
    about: text('about').notNull(),
    at: at('at').notNull(),
    by: integer('by').references(() => people.id),
    removedAt: at('removed_at'),
  },
  (table) => [index('costs_programme').on(table.programmeId), closed('costs_head', table.head, costHeads)],
)

/** Training not booked here: one row, counted under its own heading. */
export const otherTraining = sqliteTable(
  'other_training',
  {
    id: id(),
    programmeId: integer('programme_id')
      .notNull()
      .references(() => programmes.id),
    title: text('title').notNull(),
    provider: text('provider').notNull(),
    onDay: on('on_day').notNull(),
    themeId: integer('theme_id').references(() => themes.id),
    /** How it is known: a register seen, a provider's list. */
    evidence: text('evidence').notNull(),
    at: at('at').notNull(),
    by: integer('by').references(() => people.id),
    removedAt: at('removed_at'),
  },
  (table) => [index('other_training_programme').on(table.programmeId)],
)

export const otherTrainingNumbers = sqliteTable(
  'other_training_numbers',
  {
    otherTrainingId: integer('other_training_id')
      .notNull()
      .references(() => otherTraining.id),
    sectorId: integer('sector_id')
      .notNull()
      .references(() => sectors.id),
    people: integer('people').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.otherTrainingId, table.sectorId] }),
    check('other_training_people', sql`${table.people} > 0`),
  ],
)

/** Once a year, by link: what an agency says it taught its own people. Told to us, not checked. */
export const singleAgencyReturns = sqliteTable(
  'single_agency_returns',
  {
    agencyId: integer('agency_id')
      .notNull()
      .references(() => agencies.id),
    programmeId: integer('programme_id')
      .notNull()
      .references(() => programmes.id),
    /** When it was asked for, and of whom. */
    askedAt: at('asked_at').notNull(),
    askedEmail: text('asked_email'),
    /** People who work there with children, adults or families, and how many of them were taught in the year. */
    staff: integer('staff'),
    taught: integer('taught'),
    evidence: text('evidence'),
    toldAt: at('told_at'),
    toldBy: text('told_by'),
  },
  (table) => [
    primaryKey({ columns: [table.agencyId, table.programmeId] }),
    check('single_agency_returns_told', sql`(${table.toldAt} is null) = (${table.staff} is null)`),
    check(
      'single_agency_returns_taught',
      sql`${table.taught} is null or (${table.taught} >= 0 and ${table.taught} <= ${table.staff})`,
    ),
  ],
)

/** When an agency says it last taught a theme to its own people, and to how many of them. */
export const singleAgencyThemes = sqliteTable(
  'single_agency_themes',
  {
    agencyId: integer('agency_id')
      .notNull()
      .references(() => agencies.id),
    programmeId: integer('programme_id')
      .notNull()
      .references(() => programmes.id),
    themeId: integer('theme_id')
      .notNull()
      .references(() => themes.id),
    lastOn: on('last_on').notNull(),
    people: integer('people').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.agencyId, table.programmeId, table.themeId] }),
    check('single_agency_themes_people', sql`${table.people} > 0`),
  ],
)

// The words of those who answered

/** A version of the codebook: at most twelve codes, never changed once used. */
export const codes = sqliteTable(
  'codes',
  {
    id: id(),
    version: integer('version').notNull(),
    /** 1 to 12. */
    position: integer('position').notNull(),
    name: text('name').notNull(),
    /** What belongs under it and what does not. */
    definition: text('definition').notNull(),
    madeAt: at('made_at').notNull(),
  },
  (table) => [
    unique('codes_one').on(table.version, table.position),
    unique('codes_name').on(table.version, table.name),
    check('codes_twelve', sql`${table.position} between 1 and 12`),
  ],
)

/** One text read by one coder; which codes they gave stands beside it, none is an answer too. */
export const codings = sqliteTable(
  'codings',
  {
    id: id(),
    textId: integer('text_id')
      .notNull()
      .references(() => texts.id),
    version: integer('version').notNull(),
    /** 1, or 2 for the second coder of a share. */
    place: integer('place').notNull(),
    coderId: integer('coder_id')
      .notNull()
      .references(() => people.id),
    at: at('at').notNull(),
  },
  (table) => [
    unique('codings_one').on(table.textId, table.version, table.place),
    check('codings_place', sql`${table.place} in (1, 2)`),
  ],
)

export const codingCodes = sqliteTable(
  'coding_codes',
  {
    codingId: integer('coding_id')
      .notNull()
      .references(() => codings.id),
    codeId: integer('code_id')
      .notNull()
      .references(() => codes.id),
  },
  (table) => [primaryKey({ columns: [table.codingId, table.codeId] })],
)

/** A cleared and consented text chosen to stand in the next report, for the theme (code) that it is an example of. */
export const quotes = sqliteTable(
  'quotes',
  {
    textId: integer('text_id')
      .primaryKey()
      .references(() => texts.id),
    codeId: integer('code_id').references(() => codes.id),
    /** It tells of something that did not work. */
    nonSuccess: integer('non_success', { mode: 'boolean' }).notNull(),
    chosenAt: at('chosen_at').notNull(),
    chosenBy: integer('chosen_by').references(() => people.id),
  },
  (table) => [index('quotes_code').on(table.codeId)],
)

/** Someone who said "you may ring me", picked by rule from one end or the other, and what the call said. */
export const accounts = sqliteTable(
  'accounts',
  {
    bookingId: integer('booking_id')
      .primaryKey()
      .references(() => bookings.id),
    kind: oneOf('kind', accountKinds).notNull(),
    pickedAt: at('picked_at').notNull(),
    outcome: oneOf('outcome', accountOutcomes),
    outcomeAt: at('outcome_at'),
    outcomeBy: integer('outcome_by').references(() => people.id),
  },
  (table) => [
    closed('accounts_kind', table.kind, accountKinds),
    closed('accounts_outcome', table.outcome, accountOutcomes),
    check('accounts_outcome_at', sql`(${table.outcome} is null) = (${table.outcomeAt} is null)`),
  ],
)

// What is kept so that a report is read faster

/**
 * What the report needs of one event's people, packed: a copy, in ids and chosen options, that nothing depends on. Triggers drop it when
 * anything changes that it was made from, and a chore makes it anew.
 */
export const eventSnapshots = sqliteTable(
  'event_snapshots',
  {
    eventId: integer('event_id')
      .primaryKey()
      .references(() => events.id),
    /** The form that it was packed in: another is not read. */
    shape: text('shape').notNull(),
    /** Why somebody did not answer can change no more by itself, but that in time there is no reply; else it is read from the facts. */
    settled: integer('settled', { mode: 'boolean' }).notNull(),
    madeOn: on('made_on').notNull(),
    packed: bytes('packed').notNull(),
  },
  // All that is asked of it when what is missing is looked for, without turning over what is packed.
  (table) => [index('event_snapshots_kept').on(table.shape, table.settled, table.madeOn)],
)
