import type { HTTPException } from 'hono/http-exception'
import { Invalid, type Issue, Missing, NotAllowed, NotSignedIn, Refused, TooMany } from './errors.ts'

/** RFC 9457 problem details, as every route of the API answers them. */
export interface Problem {
  type: 'about:blank'
  title: string
  status: 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 503
  /** A closed word a program can act on, such as `event-full`. */
  code: string
  detail?: string
  errors?: Issue[]
  /** Quote it when asking for help. */
  reference?: string
}

const problem = (status: Problem['status'], code: string, title: string, rest: Partial<Problem> = {}): Problem => ({
  type: 'about:blank',
  title,
  status,
  code,
  ...rest,
})

const byStatus: Record<number, [string, string]> = {
  400: ['not-understood', 'What was sent could not be read'],
  413: ['too-large', 'What was sent is too large'],
  415: ['wrong-content-type', 'This address takes application/json'],
}

export function toProblem(error: unknown, reference: string): Problem {
  if (error instanceof NotSignedIn) return problem(401, 'not-signed-in', 'Sign in to continue')
  if (error instanceof NotAllowed)
    return problem(403, 'not-allowed', error.message || 'You may not do this under the role you are acting in')
  if (error instanceof Missing) return problem(404, 'missing', 'There is nothing here, or it is not yours to see')
  if (error instanceof Refused) return problem(409, error.code, error.message)
  if (error instanceof Invalid) return problem(422, 'invalid', error.message, { errors: error.issues })
  if (error instanceof TooMany) return problem(429, 'too-many', error.message)
  if (error instanceof Error && 'status' in error && 'getResponse' in error) {
    const { status, message } = error as HTTPException
    const known = byStatus[status]
    if (known) return problem(status as Problem['status'], known[0], known[1], message ? { detail: message } : {})
  }
  if (error instanceof Error && error.name === 'StoreBusy')
    return problem(503, 'busy', 'The service is busy. Nothing was lost or written; try again in a minute.', {
      reference,
    })
  return problem(500, 'fault', 'Something went wrong. Nothing was written.', { reference })
}
