import { sql } from 'drizzle-orm'
import {
  type AnySQLiteColumn,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core'
import { roleGroups, roles as roleNames, workforces } from '#server/people/input.ts'
import { at, closed, id, on, oneOf } from './columns.ts'

export const sectors = sqliteTable('sectors', {
  id: id(),
  name: text('name').notNull().unique(),
  /** True where school holidays hold back the follow-up. */
  education: integer('education', { mode: 'boolean' }).notNull().default(false),
})

export const agencies = sqliteTable(
  'agencies',
  {
    id: id(),
    name: text('name').notNull().unique(),
    sectorId: integer('sector_id')
      .notNull()
      .references(() => sectors.id),
    parentId: integer('parent_id').references((): AnySQLiteColumn => agencies.id),
    chargeTier: text('charge_tier').notNull().default('partner'),
    /** Expected at the forum from this date. */
    expectedFrom: on('expected_from'),
    mailbox: text('mailbox'),
  },
  (table) => [index('agencies_parent').on(table.parentId)],
)

export const people = sqliteTable(
  'people',
  {
    id: id(),
    email: text('email').unique(),
    name: text('name').notNull(),
    agencyId: integer('agency_id')
      .notNull()
      .references(() => agencies.id),
    roleGroup: oneOf('role_group', roleGroups).notNull(),
    workforce: oneOf('workforce', workforces).notNull(),
    job: text('job'),
    phone: text('phone'),
    awayUntil: on('away_until'),
    madeAt: at('made_at').notNull(),
    erasedAt: at('erased_at'),
  },
  (table) => [
    index('people_agency').on(table.agencyId),
    closed('people_role_group', table.roleGroup, roleGroups),
    closed('people_workforce', table.workforce, workforces),
  ],
)

export const roles = sqliteTable(
  'roles',
  {
    id: id(),
    personId: integer('person_id')
      .notNull()
      .references(() => people.id),
    role: oneOf('role', roleNames).notNull(),
    agencyId: integer('agency_id').references(() => agencies.id),
    givenAt: at('given_at').notNull(),
  },
  (table) => [
    uniqueIndex('roles_one').on(table.personId, table.role, table.agencyId),
    uniqueIndex('roles_one_everywhere').on(table.personId, table.role).where(sql`${table.agencyId} is null`),
    closed('roles_role', table.role, roleNames),
  ],
)

/** A code asked for by one browser for one address. The code itself is never stored: it is derived from the row. */
export const signInCodes = sqliteTable(
  'sign_in_codes',
  {
    id: id(),
    /** SHA-256 of the asking browser's cookie. */
    challengeHash: text('challenge_hash').notNull().unique(),
    email: text('email').notNull(),
    codeHash: text('code_hash').notNull(),
    attempts: integer('attempts').notNull().default(0),
    madeAt: at('made_at').notNull(),
    expiresAt: at('expires_at').notNull(),
    usedAt: at('used_at'),
  },
  (table) => [index('sign_in_codes_email').on(table.email, table.madeAt)],
)

export const signIns = sqliteTable(
  'sign_ins',
  {
    id: id(),
    tokenHash: text('token_hash').notNull().unique(),
    email: text('email').notNull(),
    /** Null until a new person gives their name and agency inside their first booking. */
    personId: integer('person_id').references(() => people.id),
    /** The role the pages act under. */
    role: oneOf('role', roleNames).notNull(),
    secondFactorAt: at('second_factor_at'),
    startedAt: at('started_at').notNull(),
    seenAt: at('seen_at').notNull(),
    endedAt: at('ended_at'),
  },
  (table) => [index('sign_ins_person').on(table.personId), closed('sign_ins_role', table.role, roleNames)],
)

/** The second factor of a member of staff (TOTP), sealed with the installation's key. */
export const secondFactors = sqliteTable('second_factors', {
  personId: integer('person_id')
    .primaryKey()
    .references(() => people.id),
  sealedSecret: text('sealed_secret').notNull(),
  lastStep: integer('last_step').notNull().default(0),
  failed: integer('failed').notNull().default(0),
  lockedUntil: at('locked_until'),
  enrolledAt: at('enrolled_at'),
})

export const recoveryCodes = sqliteTable(
  'recovery_codes',
  {
    id: id(),
    personId: integer('person_id')
      .notNull()
      .references(() => people.id),
    salt: text('salt').notNull(),
    codeHash: text('code_hash').notNull(),
    usedAt: at('used_at'),
  },
  (table) => [index('recovery_codes_person').on(table.personId)],
)

/** A one-time address that makes someone a member of staff; valid an hour. */
export const enrolments = sqliteTable(
  'enrolments',
  {
    id: id(),
    tokenHash: text('token_hash').notNull().unique(),
    email: text('email').notNull(),
    role: oneOf('role', roleNames).notNull(),
    madeAt: at('made_at').notNull(),
    expiresAt: at('expires_at').notNull(),
    usedAt: at('used_at'),
  },
  (table) => [closed('enrolments_role', table.role, roleNames)],
)

/** Counters of traffic: not facts (house.md section 2). Keys are hashed where they hold an address. */
export const traffic = sqliteTable(
  'traffic',
  { key: text('key').notNull(), window: integer('window').notNull(), n: integer('n').notNull() },
  (table) => [primaryKey({ columns: [table.key, table.window] })],
)

/** The answer already given to a repeated submit, kept a day. */
export const requestsSeen = sqliteTable(
  'requests_seen',
  {
    key: text('key').notNull(),
    actor: text('actor').notNull(),
    status: integer('status').notNull(),
    answer: text('answer').notNull(),
    at: at('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.actor, table.key] })],
)
