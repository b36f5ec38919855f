import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { modes } from '#server/people/input.ts'
import { at, closed, oneOf } from './columns.ts'

/** One row: what this database is. The mode is written once, when it is made. */
export const installation = sqliteTable(
  'installation',
  {
    id: integer('id').primaryKey(),
    mode: oneOf('mode', modes).notNull(),
    madeAt: at('made_at').notNull(),
    /** Example only: where its clock stands, so that time asleep does not count. */
    clockAt: at('clock_at'),
    /** Example only: its keys are made with it; live keys come from the settings. */
    secret: text('secret'),
    /** Set by a restore: nothing is sent until a person releases it. */
    mailHeldAt: at('mail_held_at'),
  },
  (table) => [closed('installation_mode', table.mode, modes)],
)

/** When each loop last ran. */
export const heartbeats = sqliteTable('heartbeats', {
  name: text('name').primaryKey(),
  at: at('at').notNull(),
})

/** What the partnership set for itself; the history tells who changed it when. Without a row the built-in value stands. */
export const settings = sqliteTable('settings', {
  name: text('name').primaryKey(),
  value: text('value').notNull(),
  at: at('at').notNull(),
})
