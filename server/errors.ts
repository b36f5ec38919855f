/** The ways to say no. Each is thrown where it is known and mapped once, in problem.ts. */

export interface Issue {
  /** Where in the input, as `you.name`. */
  path: string
  /** What to do about it, in plain English. */
  message: string
}

export class NotSignedIn extends Error {}

export class NotAllowed extends Error {}

/** There is no such thing, or not for this person: the same answer for both. */
export class Missing extends Error {}

/** A rule of the house says no, for a reason the person can act on. */
export class Refused extends Error {
  readonly code: string
  constructor(code: string, words: string) {
    super(words)
    this.code = code
  }
}

export class Invalid extends Error {
  readonly issues: Issue[]
  constructor(issues: Issue[]) {
    super('There is a problem with what was sent')
    this.issues = issues
  }
}

export class TooMany extends Error {
  readonly seconds: number
  constructor(seconds: number, words = 'Too many tries. Wait a little and try again.') {
    super(words)
    this.seconds = seconds
  }
}
