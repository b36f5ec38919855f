import type { Problem as ServerProblem } from '#server/problem.ts'

/** The server's problem; `status` is 0 when no answer came. */
export type Problem = Omit<ServerProblem, 'status' | 'type'> & { status: number }

/** One faulty field: `path` is the field's name in the request ("you.name"), `message` the words beside it. */
export type FieldError = NonNullable<Problem['errors']>[number]

/** What a call to the server throws when the answer is no. */
export class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

const unreachable: Problem = {
  code: 'unreachable',
  title: 'We could not reach the server',
  status: 0,
  detail: 'Nothing was sent. Check your connection and try again.',
}

const unexpected: Problem = {
  code: 'fault',
  title: 'Something went wrong',
  status: 500,
  detail: 'Try again in a few minutes. If it goes on, ring or write to the training team.',
}

/** Any thrown thing as a problem in words: fetch throws a TypeError when the network fails. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem
  if (error instanceof TypeError && /fetch|network|load/i.test(error.message)) return unreachable
  return unexpected
}

/** Where the fields stand under other names than the request has: the problem with each of its errors at its field. */
export function errorsMoved(error: unknown, moved: (error: FieldError) => FieldError): unknown {
  if (!(error instanceof ProblemError) || !error.problem.errors) return error
  return new ProblemError({ ...error.problem, errors: error.problem.errors.map(moved) })
}

/** For a page that refuses a form by itself, in the same words and place as the server would. */
export function faulty(...errors: FieldError[]): ProblemError {
  return new ProblemError({ code: 'invalid', title: 'There is a problem', status: 422, errors })
}
