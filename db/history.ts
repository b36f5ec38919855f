import { index, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { at, id } from './columns.ts'

/** Who did what: plain inserts, ids and closed words only. Triggers refuse to change or remove a row. */
export const history = sqliteTable(
  'history',
  {
    id: id(),
    at: at('at').notNull(),
    /** `person:12`, `visitor`, `chore`, `operator`, `link`. */
    actor: text('actor').notNull(),
    what: text('what').notNull(),
    about: text('about').notNull(),
    details: text('details'),
  },
  (table) => [index('history_about').on(table.about), index('history_at').on(table.at)],
)
