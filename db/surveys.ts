/** The tables of the surveys room: one of the files of facts, long because the room holds the most of them. */
import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text, unique, uniqueIndex } from 'drizzle-orm/sqlite-core'
import {
  callOutcomes,
  channels,
  closures,
  colleagueAnswers,
  commitmentKinds,
  consentKinds,
  contactSteps,
  experimentArms,
  experimentKinds,
  holdReasons,
  optOutScopes,
  passedTo,
  pauseScopes,
  questionKinds,
  stages,
  textKinds,
  textStates,
} from '#server/surveys/input.ts'
import { bookings } from './bookings.ts'
import { at, closed, id, on, oneOf } from './columns.ts'
import { courses, events, learningOutcomes, programmes, suggestions } from './courses.ts'
import { messages } from './outbox.ts'
import { agencies, people, sectors } from './people.ts'

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
    // Two follow-ups that fell close together share one message.
    index('contacts_message').on(table.messageId),
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
    /** The question a coordinator added, of kind `added` alone. */
    questionId: integer('question_id').references(() => questions.id),
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
    /** The message that came back: each is noted once, however often a mail service tells of it. */
    messageId: integer('message_id').references(() => messages.id),
  },
  (table) => [
    index('bounces_person').on(table.personId),
    uniqueIndex('bounces_one').on(table.messageId, table.hard).where(sql`${table.messageId} is not null`),
  ],
)

/** School holidays; they hold back the follow-up of education staff. */
export const termDates = sqliteTable('term_dates', {
  id: id(),
  name: text('name').notNull(),
  closedFrom: on('closed_from').notNull(),
  closedTo: on('closed_to').notNull(),
})

/** A hold on asking, of everyone, a sector, an agency, an event or a person. It always has an end. */
export const pauses = sqliteTable(
  'pauses',
  {
    id: id(),
    scope: oneOf('scope', pauseScopes).notNull(),
    sectorId: integer('sector_id').references(() => sectors.id),
    agencyId: integer('agency_id').references(() => agencies.id),
    eventId: integer('event_id').references(() => events.id),
    personId: integer('person_id').references(() => people.id),
    fromOn: on('from_on').notNull(),
    toOn: on('to_on').notNull(),
    because: oneOf('because', holdReasons).notNull(),
    madeAt: at('made_at').notNull(),
    madeBy: integer('made_by').references(() => people.id),
    liftedAt: at('lifted_at'),
  },
  (table) => [
    index('pauses_to').on(table.toOn),
    closed('pauses_scope', table.scope, pauseScopes),
    closed('pauses_because', table.because, holdReasons),
    check('pauses_period', sql`${table.fromOn} <= ${table.toOn}`),
    check(
      'pauses_whom',
      sql`(${table.scope} = 'sector') = (${table.sectorId} is not null) and (${table.scope} = 'agency') = (${table.agencyId} is not null) and (${table.scope} = 'event') = (${table.eventId} is not null) and (${table.scope} = 'person') = (${table.personId} is not null)`,
    ),
  ],
)

/** A follow-up put off by hand; of several the last stands. */
export const postponements = sqliteTable(
  'postponements',
  {
    id: id(),
    bookingId: integer('booking_id')
      .notNull()
      .references(() => bookings.id),
    toOn: on('to_on').notNull(),
    because: oneOf('because', holdReasons).notNull(),
    at: at('at').notNull(),
    by: integer('by').references(() => people.id),
  },
  (table) => [
    index('postponements_booking').on(table.bookingId),
    closed('postponements_because', table.because, holdReasons),
  ],
)

/** One call of the phone round: two tries at most. */
export const calls = sqliteTable(
  'calls',
  {
    id: id(),
    bookingId: integer('booking_id')
      .notNull()
      .references(() => bookings.id),
    /** 1 or 2. */
    number: integer('number').notNull(),
    outcome: oneOf('outcome', callOutcomes).notNull(),
    at: at('at').notNull(),
    by: integer('by').references(() => people.id),
  },
  (table) => [
    unique('calls_one').on(table.bookingId, table.number),
    index('calls_at').on(table.at),
    closed('calls_outcome', table.outcome, callOutcomes),
    check('calls_two_tries', sql`${table.number} in (1, 2)`),
  ],
)

/** Where words that sounded urgent were passed, by whom and when. Without a row they still head the coordinator's day. */
export const urgentSettlements = sqliteTable(
  'urgent_settlements',
  {
    textId: integer('text_id')
      .primaryKey()
      .references(() => texts.id),
    passedTo: oneOf('passed_to', passedTo).notNull(),
    /** The name of whoever passed it on. */
    passedBy: text('passed_by').notNull(),
    passedAt: at('passed_at').notNull(),
    recordedAt: at('recorded_at').notNull(),
    recordedBy: integer('recorded_by').references(() => people.id),
  },
  (table) => [closed('urgent_settlements_passed_to', table.passedTo, passedTo)],
)

/** A colleague named after the answer, until they have answered or the time is over; then the row keeps no name. */
export const colleagueRequests = sqliteTable('colleague_requests', {
  bookingId: integer('booking_id')
    .primaryKey()
    .references(() => bookings.id),
  name: text('name'),
  email: text('email'),
  namedAt: at('named_at').notNull(),
  /** Answered, given up or withdrawn: name and address are gone. */
  endedAt: at('ended_at'),
})

/** What colleagues have seen, of a course in a year: no row joins an answer to a name. */
export const colleagueTallies = sqliteTable(
  'colleague_tallies',
  {
    courseId: integer('course_id')
      .notNull()
      .references(() => courses.id),
    programmeId: integer('programme_id')
      .notNull()
      .references(() => programmes.id),
    answer: oneOf('answer', colleagueAnswers).notNull(),
    n: integer('n').notNull(),
    /** Of them, those that any reader is shown: they move on in whole batches, so that no two readings tell of one answer. */
    shown: integer('shown').notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.courseId, table.programmeId, table.answer] }),
    closed('colleague_tallies_answer', table.answer, colleagueAnswers),
    check('colleague_tallies_shown', sql`${table.shown} between 0 and ${table.n}`),
  ],
)

/** Two wordings tried beside each other, one experiment at a time. */
export const experiments = sqliteTable(
  'experiments',
  {
    id: id(),
    what: oneOf('what', experimentKinds).notNull(),
    /** People needed in each arm before anything is shown. */
    needed: integer('needed').notNull(),
    startedAt: at('started_at').notNull(),
    startedBy: integer('started_by').references(() => people.id),
    endedAt: at('ended_at'),
    /** 1 while it runs: unique, so that only one can. */
    running: integer('running').unique(),
  },
  (table) => [closed('experiments_what', table.what, experimentKinds)],
)

/** Who was drawn into which arm, by the hash of the booking, at sending. */
export const experimentDraws = sqliteTable(
  'experiment_draws',
  {
    experimentId: integer('experiment_id')
      .notNull()
      .references(() => experiments.id),
    bookingId: integer('booking_id')
      .notNull()
      .references(() => bookings.id),
    arm: oneOf('arm', experimentArms).notNull(),
    at: at('at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.experimentId, table.bookingId] }),
    closed('experiment_draws_arm', table.arm, experimentArms),
  ],
)

/** Who holds the post of someone who has gone: told what was planned, never asked in their place. */
export const successors = sqliteTable('successors', {
  bookingId: integer('booking_id')
    .primaryKey()
    .references(() => bookings.id),
  name: text('name').notNull(),
  email: text('email').notNull(),
  enteredAt: at('entered_at').notNull(),
  enteredBy: integer('entered_by').references(() => people.id),
})

/** An agency that has agreed that its people answer: ten minutes in month three, and one named person who chases. */
export const agreements = sqliteTable('agreements', {
  agencyId: integer('agency_id')
    .primaryKey()
    .references(() => agencies.id),
  agreedOn: on('agreed_on').notNull(),
  /** The named person who chases. */
  chaserId: integer('chaser_id').references(() => people.id),
  recordedAt: at('recorded_at').notNull(),
  recordedBy: integer('recorded_by').references(() => people.id),
})
