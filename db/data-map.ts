/*
 * Every column of every table: what is kept about people, why, who sees it, for how long, and what erasure does to it.
 * The check fails when a column is missing here, stands here twice, or is gone (test/data-map.test.ts). A data
 * protection officer confirms the periods locally; a change of purpose, reader or period is a line in the CHANGELOG.
 */

/** Why it is kept. */
export const purposes = {
  place: 'To give someone a place, reach them about it and run the day',
  'sign-in': 'To know that whoever signs in is who they say',
  'follow-up': 'To ask what became of their own commitment, in a way that suits them',
  figures: 'To say in totals what was taught, to whom, and what changed',
  certificate: 'To show what was attended, and let anyone check it',
  charging: 'To charge the paying body, and say why not',
  pool: 'To find trainers and thank their agencies',
  delivery: 'To deliver each e-mail once and show what became of it',
  accountability: 'To show who did what, and when',
} as const
export type Purpose = keyof typeof purposes

/** Who may see it on some page of theirs. Nobody listed: only the software reads it. */
export const viewers = {
  self: 'The person themselves',
  'agency-lead': 'The lead of the agency they booked from',
  trainer: 'The trainer of that event',
  coordinator: 'The coordinator and the deputy',
  administrator: 'The administrator',
  'cover-staff': 'Those told of urgent words',
  'link-holder': 'Whoever holds the link or the code that the person was given',
  totals: 'Everyone who reads figures, as totals under the small-number rules',
} as const
export type Viewer = keyof typeof viewers

/** How long. Counted from the event's last session unless said otherwise. */
export const retentions = {
  account: 'Three years after they were last active',
  booking: 'Six years',
  answers: 'Two years, then no longer joined to the person',
  'free-text': 'Until redacted; cleared words twelve months after the report that could use them, then only counted',
  certificate: 'For its stated life: six years',
  message: 'Thirty days after it was sent or given up',
  log: 'One year after it was written',
  week: 'A week after it ran out, ended or was last used',
  days: 'Two days after it was written',
  agency: 'As long as the agency takes part',
} as const
export type Retention = keyof typeof retentions

/**
 * What an erasure does: `destroyed`, the column is emptied, or the whole row removed where it cannot be; `replaced` by
 * words or chance that fit nobody; `kept`, because without the name it leads to nobody and the figures stay as published.
 */
export type OnErasure = 'destroyed' | 'replaced' | 'kept'

export interface Personal {
  purpose: Purpose
  seenBy: readonly Viewer[]
  retention: Retention
  onErasure: OnErasure
}

export interface TableMap {
  /** Says nothing about a person. */
  plain: readonly string[]
  personal: Readonly<Record<string, Personal>>
}

const noPersons = (...plain: string[]): TableMap => ({ plain, personal: {} })

/** The same answer for several columns of one table. */
const all = (personal: Personal, ...columns: string[]): Record<string, Personal> =>
  Object.fromEntries(columns.map((column) => [column, personal]))

const account: Personal = {
  purpose: 'place',
  seenBy: ['self', 'coordinator'],
  retention: 'account',
  onErasure: 'destroyed',
}
const signingIn: Personal = { purpose: 'sign-in', seenBy: [], retention: 'week', onErasure: 'destroyed' }
const secondFactor: Personal = { purpose: 'sign-in', seenBy: [], retention: 'account', onErasure: 'destroyed' }
const booked: Personal = {
  purpose: 'place',
  seenBy: ['self', 'agency-lead', 'trainer', 'coordinator', 'totals'],
  retention: 'booking',
  onErasure: 'kept',
}
const charged: Personal = {
  purpose: 'charging',
  seenBy: ['self', 'agency-lead', 'coordinator', 'totals'],
  retention: 'booking',
  onErasure: 'kept',
}
const training: Personal = {
  purpose: 'pool',
  seenBy: ['self', 'coordinator', 'totals'],
  retention: 'account',
  onErasure: 'kept',
}
const asked: Personal = {
  purpose: 'follow-up',
  seenBy: ['self', 'coordinator', 'totals'],
  retention: 'booking',
  onErasure: 'kept',
}
const answered: Personal = {
  purpose: 'figures',
  seenBy: ['self', 'coordinator', 'totals'],
  retention: 'answers',
  onErasure: 'kept',
}
const written: Personal = {
  purpose: 'figures',
  seenBy: ['self', 'coordinator'],
  retention: 'free-text',
  onErasure: 'destroyed',
}
const certified: Personal = {
  purpose: 'certificate',
  seenBy: ['self', 'agency-lead', 'coordinator', 'link-holder'],
  retention: 'certificate',
  onErasure: 'destroyed',
}
const posted: Personal = {
  purpose: 'delivery',
  seenBy: ['coordinator', 'administrator'],
  retention: 'booking',
  onErasure: 'kept',
}
const whoDidIt: Personal = {
  purpose: 'accountability',
  seenBy: ['coordinator', 'administrator'],
  retention: 'log',
  onErasure: 'kept',
}

export const dataMap: Readonly<Record<string, TableMap>> = {
  // installation
  installation: noPersons('id', 'mode', 'made_at', 'clock_at', 'secret', 'mail_held_at'),
  heartbeats: noPersons('name', 'at'),
  settings: noPersons('name', 'value', 'at'),
  migrations: noPersons('name', 'hash', 'at'),

  // people
  sectors: noPersons('id', 'name', 'education'),
  agencies: {
    plain: ['id', 'name', 'sector_id', 'parent_id', 'charge_tier', 'expected_from'],
    personal: { mailbox: { purpose: 'place', seenBy: ['coordinator'], retention: 'agency', onErasure: 'kept' } },
  },
  people: {
    plain: ['id'],
    personal: {
      ...all(account, 'email', 'phone', 'job'),
      name: { ...account, seenBy: booked.seenBy, onErasure: 'replaced' },
      ...all({ ...account, onErasure: 'kept' }, 'agency_id', 'role_group', 'workforce', 'made_at'),
      away_until: { ...account, purpose: 'follow-up' },
      erased_at: { ...whoDidIt, retention: 'booking' },
    },
  },
  roles: {
    plain: ['id'],
    personal: all(
      { ...account, purpose: 'sign-in', seenBy: ['self', 'coordinator', 'administrator'] },
      'person_id',
      'role',
      'agency_id',
      'given_at',
    ),
  },
  sign_in_codes: {
    plain: ['id'],
    personal: all(signingIn, 'challenge_hash', 'email', 'code_hash', 'attempts', 'made_at', 'expires_at', 'used_at'),
  },
  sign_ins: {
    plain: ['id'],
    personal: all(
      signingIn,
      'token_hash',
      'email',
      'person_id',
      'role',
      'second_factor_at',
      'started_at',
      'seen_at',
      'ended_at',
    ),
  },
  second_factors: {
    plain: [],
    personal: all(secondFactor, 'person_id', 'sealed_secret', 'last_step', 'failed', 'locked_until', 'enrolled_at'),
  },
  recovery_codes: { plain: ['id'], personal: all(secondFactor, 'person_id', 'salt', 'code_hash', 'used_at') },
  enrolments: {
    plain: ['id'],
    personal: all(signingIn, 'token_hash', 'email', 'role', 'made_at', 'expires_at', 'used_at'),
  },
  traffic: {
    plain: ['window', 'n'],
    // A keyed hash of an address of a person or a machine.
    personal: { key: { purpose: 'sign-in', seenBy: [], retention: 'days', onErasure: 'kept' } },
  },
  requests_seen: {
    plain: ['key', 'status'],
    personal: all(
      { purpose: 'place', seenBy: ['self'], retention: 'days', onErasure: 'destroyed' },
      'actor',
      'answer',
      'at',
    ),
  },

  // courses
  courses: noPersons(
    'id',
    'code',
    'title',
    'aims',
    'level',
    'audience',
    'key_behaviour',
    'minutes',
    'participatory_minutes',
    'refresh_months',
    'attendance_rule',
    'earns',
    'content_notice',
    'prerequisites',
    'why',
    'content_checked_on',
    'resource',
  ),
  learning_outcomes: noPersons('id', 'course_id', 'position', 'text', 'retired_at'),
  suggestions: noPersons('id', 'course_id', 'position', 'text', 'retired_at'),
  themes: noPersons('id', 'name', 'priority_from', 'priority_to'),
  course_themes: noPersons('course_id', 'theme_id'),
  programmes: noPersons('id', 'name', 'kind', 'starts_on', 'ends_on'),
  venues: noPersons('id', 'name', 'address'),
  events: noPersons(
    'id',
    'course_id',
    'kind',
    'programme_id',
    'delivered_by',
    'capacity',
    'minimum',
    'bookable_by',
    'price_pence',
    'starts_at',
    'ends_at',
    'last_on',
    'published_at',
    'booking_opens_at',
    'booking_closes_at',
    'notes',
  ),
  event_sessions: noPersons('id', 'event_id', 'position', 'on', 'starts', 'ends', 'venue_id', 'online', 'link'),
  event_cancellations: {
    plain: ['event_id', 'at', 'reason'],
    personal: { by: { ...whoDidIt, retention: 'booking' } },
  },

  // trainers
  trainers: {
    plain: [],
    personal: {
      ...all(training, 'person_id', 'days_promised'),
      released_until: { ...training, onErasure: 'destroyed' },
    },
  },
  teaches: { plain: ['course_id'], personal: { trainer_id: training } },
  assignments: {
    plain: ['id', 'event_id'],
    personal: all({ ...training, retention: 'booking' }, 'trainer_id', 'as'),
  },

  // bookings
  bookings: {
    plain: ['id', 'event_id'],
    personal: {
      ...all(
        booked,
        'person_id',
        'agency_id',
        'sector_id',
        'role_group',
        'workforce',
        'source',
        'booked_by',
        'terms_version',
        'at',
        'state',
      ),
      charge_tier: charged,
      day_code: { ...booked, seenBy: ['self', 'trainer', 'coordinator', 'link-holder'], onErasure: 'replaced' },
    },
  },
  booking_steps: {
    plain: ['id'],
    personal: { ...all(booked, 'booking_id', 'step', 'reason', 'at'), by: { ...whoDidIt, retention: 'booking' } },
  },
  charges: {
    plain: ['id'],
    personal: {
      ...all(charged, 'booking_id', 'kind', 'sum_pence', 'at'),
      waived_because: { ...charged, seenBy: ['coordinator'], onErasure: 'destroyed' },
    },
  },

  // attendance
  marks: {
    plain: ['id', 'event_session_id'],
    personal: {
      ...all({ ...booked, purpose: 'certificate' }, 'booking_id', 'mark', 'at', 'replaced_at'),
      by: { ...whoDidIt, retention: 'booking' },
    },
  },

  // surveys
  instruments: noPersons('id', 'stage', 'course_id', 'version', 'published_at'),
  questions: noPersons('id', 'instrument_id', 'key', 'position', 'kind', 'text', 'most'),
  options: noPersons('id', 'question_id', 'key', 'position', 'text', 'family'),
  follow_ups: {
    plain: ['event_id'],
    personal: all(
      asked,
      'booking_id',
      'person_id',
      'target_on',
      'opened_at',
      'first_asked_on',
      'last_asked_on',
      'closed_at',
      'closed_because',
    ),
  },
  contacts: { plain: ['id'], personal: all(asked, 'booking_id', 'step', 'message_id', 'on', 'why') },
  responses: {
    plain: ['id', 'event_id', 'stage', 'instrument_id'],
    personal: all(
      answered,
      'booking_id',
      'channel',
      'wave',
      'started_at',
      'core_at',
      'full_at',
      'finished_at',
      'doubted_because',
      'confirmed_at',
      'late',
    ),
  },
  answers: {
    plain: ['id', 'event_id', 'question_id', 'learning_outcome_id'],
    personal: all(answered, 'response_id', 'option_id', 'text_id'),
  },
  texts: {
    plain: ['id', 'kind', 'question_id'],
    personal: {
      ...all(written, 'original', 'cleared'),
      ...all({ ...written, onErasure: 'kept' }, 'booking_id', 'state', 'written_at'),
      ...all({ ...whoDidIt, retention: 'free-text' }, 'cleared_by', 'cleared_at'),
      urgent_at: { ...written, seenBy: ['coordinator', 'cover-staff'], onErasure: 'kept' },
    },
  },
  commitments: {
    plain: ['id', 'position'],
    personal: all({ ...answered, purpose: 'follow-up' }, 'booking_id', 'kind', 'suggestion_id', 'text_id', 'made_at'),
  },
  printed_names: { plain: [], personal: all(certified, 'booking_id', 'name', 'at') },
  skips: { plain: [], personal: all(answered, 'booking_id', 'at') },
  consents: {
    plain: ['id'],
    personal: all({ ...written, retention: 'answers' }, 'booking_id', 'what', 'given_at', 'withdrawn_at'),
  },
  // Kept by an erasure: whether someone could be asked stands in the published dispositions.
  opt_outs: { plain: ['id'], personal: all(asked, 'person_id', 'scope', 'booking_id', 'at', 'undone_at') },
  bounces: {
    plain: ['id'],
    personal: {
      ...all({ ...asked, seenBy: ['coordinator'] }, 'person_id', 'hard', 'at', 'settled_at', 'message_id'),
      ...all({ ...posted, onErasure: 'replaced' }, 'email', 'reply'),
    },
  },
  term_dates: noPersons('id', 'name', 'closed_from', 'closed_to'),
  pauses: {
    plain: ['id', 'scope', 'sector_id', 'agency_id', 'event_id', 'made_at', 'lifted_at'],
    personal: { ...all(asked, 'person_id', 'because', 'from_on', 'to_on'), ...all(whoDidIt, 'made_by') },
  },
  postponements: {
    plain: ['id'],
    personal: { ...all(asked, 'booking_id', 'to_on', 'because', 'at'), ...all(whoDidIt, 'by') },
  },
  calls: {
    plain: ['id', 'number'],
    personal: { ...all(asked, 'booking_id', 'outcome', 'at'), ...all(whoDidIt, 'by') },
  },
  urgent_settlements: {
    plain: [],
    personal: {
      ...all({ ...written, onErasure: 'kept' }, 'text_id', 'passed_to', 'passed_at', 'recorded_at'),
      passed_by: { ...whoDidIt, retention: 'free-text', onErasure: 'replaced' },
      recorded_by: { ...whoDidIt, retention: 'free-text' },
    },
  },
  // Name and address go when the colleague has answered or the time is over; the answer itself stands in the tally alone.
  colleague_requests: {
    plain: [],
    personal: {
      ...all({ ...asked, seenBy: ['self', 'coordinator'] }, 'booking_id', 'named_at', 'ended_at'),
      ...all({ ...asked, seenBy: ['self'], retention: 'message', onErasure: 'destroyed' }, 'name', 'email'),
    },
  },
  colleague_tallies: noPersons('course_id', 'programme_id', 'answer', 'n', 'shown'),
  experiments: {
    plain: ['id', 'what', 'needed', 'started_at', 'ended_at', 'running'],
    personal: all(whoDidIt, 'started_by'),
  },
  experiment_draws: { plain: ['experiment_id', 'at'], personal: all(asked, 'booking_id', 'arm') },
  // An erasure of either person removes the row.
  successors: {
    plain: [],
    personal: all(
      { ...asked, seenBy: ['coordinator'], retention: 'booking', onErasure: 'destroyed' },
      'booking_id',
      'name',
      'email',
      'entered_at',
      'entered_by',
    ),
  },
  agreements: {
    plain: ['agency_id', 'agreed_on', 'recorded_at'],
    personal: { ...all(training, 'chaser_id'), ...all(whoDidIt, 'recorded_by') },
  },

  // certificates: an erasure removes the row, and the check page says that no record is held
  certificates: {
    plain: ['id'],
    personal: all(
      certified,
      'booking_id',
      'number',
      'code_hash',
      'awarded_at',
      'because',
      'snapshot',
      'withdrawn_at',
      'withdrawn_because',
      'shows_follow_up_at',
    ),
  },

  // impact: the figures name nobody; whoever wrote, chose or owns something is kept as who did it
  reports: {
    plain: [
      'id',
      'scope',
      'programme_id',
      'course_id',
      'theme_id',
      'from_on',
      'until_on',
      'title',
      'state',
      'made_at',
      'agreed_on',
      'number',
      'issued_at',
      'body',
      'hash',
      'proof',
    ],
    personal: all({ ...whoDidIt, retention: 'booking' }, 'made_by', 'issued_by'),
  },
  report_present: noPersons('report_id', 'agency_id', 'people'),
  report_asks: noPersons('report_id', 'position', 'text'),
  // Which answers a report counted: read by nothing but the audit of the next one.
  report_rows: { plain: ['report_id', 'measure', 'row'], personal: all({ ...answered, seenBy: [] }, 'units') },
  report_notes: {
    plain: ['id', 'report_id', 'page', 'figure', 'kind', 'text', 'at', 'removed_at'],
    personal: all({ ...whoDidIt, retention: 'booking' }, 'by'),
  },
  actions: {
    plain: [
      'id',
      'source',
      'said',
      'text',
      'owner',
      'agency_id',
      'course_id',
      'barrier',
      'due_on',
      'made_at',
      'done_at',
      'did',
      'escalated_at',
      'removed_at',
    ],
    personal: {
      who: { ...whoDidIt, seenBy: ['coordinator', 'administrator'], retention: 'booking', onErasure: 'replaced' },
      // Where it was taken: a post or a group, seen by whoever reads figures; a name somebody typed is replaced.
      escalated_to: { ...whoDidIt, seenBy: ['totals'], retention: 'booking', onErasure: 'replaced' },
      ...all({ ...whoDidIt, retention: 'booking' }, 'made_by'),
    },
  },
  recommendations: {
    plain: ['id', 'source', 'reference', 'text', 'made_on', 'remains', 'met_on', 'at'],
    personal: all({ ...whoDidIt, retention: 'booking' }, 'by'),
  },
  recommendation_courses: noPersons('recommendation_id', 'course_id'),
  other_evidence: {
    plain: [
      'id',
      'course_id',
      'theme_id',
      'place',
      'what',
      'count',
      'of',
      'period',
      'source',
      'same_method',
      'at',
      'removed_at',
    ],
    personal: {
      supplied_by: { ...whoDidIt, seenBy: ['totals'], retention: 'booking', onErasure: 'replaced' },
      ...all({ ...whoDidIt, retention: 'booking' }, 'by'),
    },
  },
  costs: {
    plain: ['id', 'programme_id', 'head', 'sum_pence', 'about', 'at', 'removed_at'],
    personal: all({ ...whoDidIt, retention: 'booking' }, 'by'),
  },
  other_training: {
    plain: ['id', 'programme_id', 'title', 'provider', 'on_day', 'theme_id', 'evidence', 'at', 'removed_at'],
    personal: all({ ...whoDidIt, retention: 'booking' }, 'by'),
  },
  other_training_numbers: noPersons('other_training_id', 'sector_id', 'people'),
  single_agency_returns: {
    plain: ['agency_id', 'programme_id', 'asked_at', 'staff', 'taught', 'evidence', 'told_at'],
    personal: all(
      { ...whoDidIt, seenBy: ['coordinator'], retention: 'booking', onErasure: 'replaced' },
      'asked_email',
      'told_by',
    ),
  },
  single_agency_themes: noPersons('agency_id', 'programme_id', 'theme_id', 'last_on', 'people'),
  codes: noPersons('id', 'version', 'position', 'name', 'definition', 'made_at'),
  codings: {
    plain: ['id', 'version', 'place'],
    personal: {
      ...all({ ...written, onErasure: 'kept' }, 'text_id', 'at'),
      ...all({ ...whoDidIt, retention: 'free-text' }, 'coder_id'),
    },
  },
  coding_codes: noPersons('coding_id', 'code_id'),
  quotes: {
    plain: [],
    personal: {
      ...all({ ...written, onErasure: 'kept' }, 'text_id', 'code_id', 'non_success', 'chosen_at'),
      ...all({ ...whoDidIt, retention: 'free-text' }, 'chosen_by'),
    },
  },
  accounts: {
    plain: [],
    personal: {
      ...all(answered, 'booking_id', 'kind', 'picked_at', 'outcome', 'outcome_at'),
      ...all(whoDidIt, 'outcome_by'),
    },
  },
  // A copy of answers and bookings as ids and chosen options, no words: dropped when any of them changes, an erasure's too.
  event_snapshots: {
    plain: ['event_id', 'shape', 'settled', 'made_on'],
    personal: all({ ...answered, seenBy: ['totals'] }, 'packed'),
  },

  // outbox
  messages: {
    plain: ['id', 'kind', 'class', 'occurrence', 'not_before', 'deadline', 'lease_until', 'fence'],
    personal: {
      ...all(posted, 'about', 'to_person_id', 'state', 'queued_at', 'attempts', 'sent_at'),
      ...all({ ...posted, retention: 'message', onErasure: 'destroyed' }, 'to_address', 'reply'),
    },
  },
  transport_state: noPersons('id', 'down_since', 'probe_at', 'why'),
  // Example only: everyone in it is invented.
  kept_emails: {
    plain: ['id'],
    personal: all(
      { ...posted, retention: 'message', onErasure: 'destroyed' },
      'message_id',
      'to_address',
      'to_name',
      'subject',
      'html',
      'text',
      'headers',
      'attachments',
      'sent_at',
    ),
  },

  // history: ids and closed words only
  history: { plain: ['id', 'at', 'what'], personal: all(whoDidIt, 'actor', 'about', 'details') },
}
