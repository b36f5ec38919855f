import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core'
import { messageClasses, messageStates } from '#server/outbox/input.ts'
import { at, closed, id, oneOf } from './columns.ts'
import { people } from './people.ts'

/** One e-mail owed: facts by reference, rendered at sending. */
export const messages = sqliteTable(
  'messages',
  {
    id: id(),
    kind: text('kind').notNull(),
    /** What it is about, as `booking:12`. */
    about: text('about').notNull(),
    occurrence: text('occurrence').notNull(),
    toPersonId: integer('to_person_id').references(() => people.id),
    /** Only for codes and enrolments, whose reader may not be a person here yet. */
    toAddress: text('to_address'),
    class: oneOf('class', messageClasses).notNull(),
    state: oneOf('state', messageStates).notNull(),
    queuedAt: at('queued_at').notNull(),
    notBefore: at('not_before').notNull(),
    deadline: at('deadline').notNull(),
    attempts: integer('attempts').notNull().default(0),
    leaseUntil: at('lease_until'),
    /** Rises with every claim: a late finisher with an old number changes nothing. */
    fence: integer('fence').notNull().default(0),
    /** The mail server's last word, or why it was not sent. */
    reply: text('reply'),
    sentAt: at('sent_at'),
  },
  (table) => [
    unique('messages_one').on(table.kind, table.about, table.occurrence),
    // Small for ever: nearly every message that was ever owed is sent.
    index('messages_due').on(table.state, table.notBefore).where(sql`${table.sentAt} is null`),
    index('messages_person').on(table.toPersonId),
    index('messages_about').on(table.about),
    closed('messages_class', table.class, messageClasses),
    closed('messages_state', table.state, messageStates),
  ],
)

/** When the mail server cannot be reached nothing is tried but one probe a minute. One row. */
export const transportState = sqliteTable('transport_state', {
  id: integer('id').primaryKey(),
  downSince: at('down_since'),
  probeAt: at('probe_at'),
  why: text('why'),
})

/** Example mode: the e-mails that were kept instead of sent. */
export const keptEmails = sqliteTable('kept_emails', {
  id: id(),
  messageId: integer('message_id').references(() => messages.id),
  toAddress: text('to_address').notNull(),
  toName: text('to_name').notNull(),
  subject: text('subject').notNull(),
  html: text('html').notNull(),
  text: text('text').notNull(),
  headers: text('headers').notNull(),
  attachments: text('attachments').notNull(),
  sentAt: at('sent_at').notNull(),
})
