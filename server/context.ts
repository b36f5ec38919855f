import type { Context as HonoContext } from 'hono'
import { type CanWrite, type InTransaction, type Reading, type Store, transact } from '#db/transact.ts'
import type { Config } from './config.ts'
import type { Role } from './people/input.ts'

export type { Reading }
export { transact }

/** Who is asking. */
export type Actor =
  | { kind: 'visitor' }
  | {
      kind: 'person'
      /** Null for someone signed in who is not a person here yet: made inside their first booking. */
      personId: number | null
      email: string
      /** The role the pages act under. */
      role: Role
      roles: Role[]
      /** Agencies this person leads. */
      agencyIds: number[]
      signInId: number
    }
  /** Someone holding a link from an e-mail, for one booking. */
  | { kind: 'link'; bookingId: number }
  | { kind: 'chore' }
  | { kind: 'operator' }

/** Of a request, what long reading done aside must know. */
export type AsideMoment = Pick<Context, 'now' | 'actor' | 'requestId' | 'address'>

/** Does one piece of long reading elsewhere, by its name: on Node in a thread of its own. */
export type Aside = (work: string, input: unknown, moment: AsideMoment) => Promise<unknown>

export interface Context extends CanWrite {
  readonly db: Reading
  readonly store: Store
  /** Now, in milliseconds UTC: a request happens at one moment. */
  readonly now: number
  readonly actor: Actor
  readonly config: Config
  readonly requestId: string
  readonly random: (bytes: number) => Uint8Array
  readonly secrets: string[]
  /** The client's address, for limits only; never stored plain. */
  readonly address: string
  /** Absent where long reading is done in place. */
  readonly aside?: Aside
}

/** A context inside a transaction. */
export type Writing = InTransaction<Context>

export type Env = { Variables: { ctx: Context } }

export const ctxOf = (c: HonoContext<Env>): Context => c.get('ctx')

/** As the history and the repeat keys write an actor. */
export function actorWords(actor: Actor): string {
  if (actor.kind === 'person') return actor.personId === null ? 'visitor' : `person:${actor.personId}`
  return actor.kind === 'link' ? 'link' : actor.kind
}
