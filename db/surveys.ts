/** The tables of the surveys room: one of the files of facts, long because the room holds the most of them. */
import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, unique, uniqueIndex } from 'drizzle-orm/sqlite-core'
import {
  channels,
  closures,
  commitmentKinds,
  consentKinds,
  contactSteps,
  optOutScopes,
  questionKinds,
  stages,
  textKinds,
  textStates,
} from '#server/surveys/input.ts'
import { bookings } from './bookings.ts'
import { at, closed, id, on, oneOf } from './columns.ts'
import { courses, events, learningOutcomes, suggestions } from './courses.ts'
import { messages } from './outbox.ts'
import { people } from './people.ts'

/** A published version of a stage's questions never changes. */
export const instruments = sqliteTable(
  'instruments',
  {
    id: id(),
    stage: oneOf('stage', stages).notNull(),
    courseId: integer('course_id').references(() => courses.id),
    version: integer('version').notNull(),
    publishedAt: at('published_at').notNull(),
  },
  (table) => [
    uniqueIndex('instruments_one').on(table.stage, table.courseId, table.version),
    uniqueIndex('instruments_one_for_all').on(table.stage, table.version).where(sql`${table.courseId} is null`),
    closed('instruments_stage', table.stage, stages),
  ],
)

export const questions = sqliteTable(
  'questions',
  {
    id: id(),
    instrumentId: integer('instrument_id')
      .notNull()
      .references(() => instruments.id),
    key: text('key').notNull(),
    position: integer('position').notNull(),
    kind: oneOf('kind', questionKinds).notNull(),
    text: text('text').notNull(),
    /** How many options may be chosen. */
    most: integer('most').notNull().default(1),
  },
  (table) => [
    unique('questions_one').on(table.instrumentId, table.key),
    closed('questions_kind', table.kind, questionKinds),
  ],
)

export const options = sqliteTable(
  'options',
  {
    id: id(),
    questionId: integer('question_id')
      .notNull()
      .references(() => questions.id),
    key: text('key').notNull(),
    position: integer('position').notNull(),
    text: text('text').notNull(),
    /** A heading the option stands under, such as "People we work with". */
    family: text('family'),
  },
  (table) => [unique('options_one').on(table.questionId, table.key)],
)

/** Opened by the first contact, or by a rule that leaves the person out. */
export const followUps = sqliteTable(
  'follow_ups',
  {
    bookingId: integer('booking_id')
      .primaryKey()
      .references(() => bookings.id),
    eventId: integer('event_id')
      .notNull()
      .references(() => events.id),
    personId: integer('person_id')
      .notNull()
      .references(() => people.id),
    targetOn: on('target_on').notNull(),
    openedAt: at('opened_at').notNull(),
    /** When the first asking message was handed over, and the last. */
    firstAskedOn: on('first_asked_on'),
    lastAskedOn: on('last_asked_on'),
    closedAt: at('closed_at'),
    closedBecause: oneOf('closed_because', closures),
  },
  (table) => [
    index('follow_ups_event').on(table.eventId),
    index('follow_ups_person').on(table.personId),
    index('follow_ups_open').on(table.closedAt, table.lastAskedOn),
    closed('follow_ups_closed_because', table.closedBecause, closures),
  ],
)

/** One asking message recorded for one follow-up; the unique step is what forbids asking twice. */
export const contacts = sqliteTable(
  'contacts',
  {
    id: id(),
    bookingId: integer('booking_id')
      .notNull()
      .references(() => followUps.bookingId),
    step: oneOf('step', contactSteps).notNull(),
    messageId: integer('message_id').references(() => messages.id),
    on: on('on').notNull(),
    why: text('why').notNull(),
  },
  (table) => [
    unique('contacts_one').on(table.bookingId, table.step),
    index('contacts_on').on(table.on),
    closed('contacts_step', table.step, contactSteps),
  ],
)

export const responses = sqliteTable(
  'responses',
  {
    id: id(),
    bookingId: integer('booking_id')
      .notNull()
      .references(() => bookings.id),
    eventId: integer('event_id')
      .notNull()
      .references(() => events.id),
    stage: oneOf('stage', stages).notNull(),
    instrumentId: integer('instrument_id')
      .notNull()
      .references(() => instruments.id),
    channel: oneOf('channel', channels).notNull(),
    /** Asking messages sent before the answer; 0 for the other stages. */
    wave: integer('wave').notNull().default(0),
    startedAt: at('started_at').notNull(),
    coreAt: at('core_at'),
    fullAt: at('full_at'),
    /** "I'm finished" was pressed. */
    finishedAt: at('finished_at'),
    /** Came as a machine's would: within 60 s of hand-over, or beside a different answer within a minute. */
    doubtedBecause: text('doubted_because'),
    confirmedAt: at('confirmed_at'),
    /** Later than eight weeks past target: counted apart. */
    late: integer('late', { mode: 'boolean' }).notNull().default(false),
  },
  (table) => [
    unique('responses_one').on(table.bookingId, table.stage),
    index('responses_event').on(table.eventId, table.stage),
    closed('responses_stage', table.stage, stages),
    closed('responses_channel', table.channel, channels),
  ],
)

/** Free text lives here alone. Redaction destroys the original at once. */
export const texts = sqliteTable(
  'texts',
  {
    id: id(),
    bookingId: integer('booking_id')
      .notNull()
      .references(() => bookings.id),
    kind: oneOf('kind', textKinds).notNull(),
    original: text('original'),
    cleared: text('cleared'),
    state: oneOf('state', textStates).notNull(),
    writtenAt: at('written_at').notNull(),
    clearedBy: integer('cleared_by').references(() => people.id),
    clearedAt: at('cleared_at'),
    /** Urgent words were found in it. */
    urgentAt: at('urgent_at'),
  },
  (table) => [
    index('texts_state').on(table.state),
    index('texts_booking').on(table.bookingId),
    closed('texts_kind', table.kind, textKinds),
    closed('texts_state', table.state, textStates),
  ],
)

export const answers = sqliteTable(
  'answers',
  {
    id: id(),
    responseId: integer('response_id')
      .notNull()
      .references(() => responses.id),
    eventId: integer('event_id').notNull(),
    questionId: integer('question_id')
      .notNull()
      .references(() => questions.id),
    optionId: integer('option_id').references(() => options.id),
    textId: integer('text_id').references(() => texts.id),
    /** The learning outcome an anchor is about. */
    learningOutcomeId: integer('learning_outcome_id').references(() => learningOutcomes.id),
  },
  (table) => [
    index('answers_response').on(table.responseId),
    // One anchor for a learning outcome; each option once; one text.
    uniqueIndex('answers_one_anchor')
      .on(table.responseId, table.questionId, table.learningOutcomeId)
      .where(sql`${table.learningOutcomeId} is not null`),
    uniqueIndex('answers_one_option')
      .on(table.responseId, table.questionId, table.optionId)
      .where(sql`${table.learningOutcomeId} is null and ${table.optionId} is not null`),
    uniqueIndex('answers_one_text').on(table.responseId, table.questionId).where(sql`${table.optionId} is null`),
    // What the report reads, covering: by event and question, the option of each response.
    index('answers_report').on(
      table.eventId,
      table.questionId,
      table.learningOutcomeId,
      table.optionId,
      table.responseId,
    ),
  ],
)

export const commitments = sqliteTable(
  'commitments',
  {
    id: id(),
    bookingId: integer('booking_id')
      .notNull()
      .references(() => bookings.id),
    position: integer('position').notNull(),
    kind: oneOf('kind', commitmentKinds).notNull(),
    suggestionId: integer('suggestion_id').references(() => suggestions.id),
    textId: integer('text_id').references(() => texts.id),
    madeAt: at('made_at').notNull(),
  },
  (table) => [
    unique('commitments_one').on(table.bookingId, table.position),
    closed('commitments_kind', table.kind, commitmentKinds),
  ],
)

/** "Your name as it will be printed", given at the end of the day: for this event's certificate alone. */
export const printedNames = sqliteTable('printed_names', {
  bookingId: integer('booking_id')
    .primaryKey()
    .references(() => bookings.id),
  name: text('name').notNull(),
  at: at('at').notNull(),
})

/** "Skip: just my certificate", pressed instead of the end-of-day questions. */
export const skips = sqliteTable('skips', {
  bookingId: integer('booking_id')
    .primaryKey()
    .references(() => bookings.id),
  at: at('at').notNull(),
})

export const consents = sqliteTable(
  'consents',
  {
    id: id(),
    bookingId: integer('booking_id')
      .notNull()
      .references(() => bookings.id),
    what: oneOf('what', consentKinds).notNull(),
    givenAt: at('given_at').notNull(),
    withdrawnAt: at('withdrawn_at'),
  },
  (table) => [index('consents_booking').on(table.bookingId), closed('consents_what', table.what, consentKinds)],
)

export const optOuts = sqliteTable(
  'opt_outs',
  {
    id: id(),
    personId: integer('person_id')
      .notNull()
      .references(() => people.id),
    scope: oneOf('scope', optOutScopes).notNull(),
    bookingId: integer('booking_id')
      .notNull()
      .references(() => bookings.id),
    at: at('at').notNull(),
    undoneAt: at('undone_at'),
  },
  (table) => [
    uniqueIndex('opt_outs_one').on(table.bookingId, table.scope).where(sql`${table.undoneAt} is null`),
    index('opt_outs_person').on(table.personId),
    closed('opt_outs_scope', table.scope, optOutScopes),
  ],
)

export const bounces = sqliteTable(
  'bounces',
  {
    id: id(),
    personId: integer('person_id')
      .notNull()
      .references(() => people.id),
    email: text('email').notNull(),
    hard: integer('hard', { mode: 'boolean' }).notNull(),
    reply: text('reply').notNull(),
    at: at('at').notNull(),
    /** The address was put right. */
    settledAt: at('settled_at'),
  },
  (table) => [index('bounces_person').on(table.personId)],
)

/** School holidays; they hold back the follow-up of education staff. */
export const termDates = sqliteTable('term_dates', {
  id: id(),
  name: text('name').notNull(),
  closedFrom: on('closed_from').notNull(),
  closedTo: on('closed_to').notNull(),
})
