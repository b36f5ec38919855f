import { and, asc, desc, eq, isNull, lt, type SQL, sql } from 'drizzle-orm'
import { courses } from '#db/courses.ts'
import { actions } from '#db/impact.ts'
import { agencies } from '#db/people.ts'
import type { Reading } from '#db/transact.ts'
import { addMonths, formatDateShort, londonDate, type On } from '#server/calendar.ts'
import { type Context, transact, type Writing } from '#server/context.ts'
import { Invalid, type Issue, Missing, Refused } from '#server/errors.ts'
import { record } from '#server/history.ts'
import { signedIn } from '#server/people/sign-in.ts'
import type { ActionInput, ActionOwner, ActionSource } from './input.ts'
import { type Barrier, barrierOf } from './shared/barriers.ts'

/*
 * Actions: what got in the way, or was asked, noted or decided, made into something to be done, by whom and by when. Open until it is done;
 * taken higher where that is what it needs. The next report ticks it or not, and says "you said, we did".
 */

export interface ActionLine {
  id: number
  source: ActionSource
  said: string
  text: string
  owner: ActionOwner
  agency: { id: number; name: string } | null
  course: { id: number; code: string; title: string } | null
  barrier: Barrier | null
  /** Who sees to it; null for readers to whom no name is shown. */
  who: string | null
  dueOn: On
  due: string
  /** Its day went by, and it was not done, whether or not it was taken higher. */
  isOverdue: boolean
  escalated: { on: string; to: string } | null
  done: { on: string; did: string } | null
}

export interface ActionsPage {
  /** Overdue ones first, then by the day they are due. */
  open: ActionLine[]
  /** The last hundred, newest first. */
  done: ActionLine[]
  /** May change, tick and take higher; whoever may not, may still make one from what got in the way or from a decision. */
  mayKeep: boolean
  courses: { id: number; code: string; title: string }[]
  /** Agencies that belong to no other. */
  agencies: { id: number; name: string }[]
}

const mostDone = 100
/** The longest that anything may take. */
const latestMonths = 36

const keepers: readonly string[] = ['coordinator', 'administrator']
const mayKeep = ({ actor }: Pick<Context, 'actor'>) => actor.kind === 'person' && keepers.includes(actor.role)

export async function actionsPage(ctx: Context): Promise<ActionsPage> {
  const { db } = ctx
  const [open, done, itsCourses, itsAgencies] = await Promise.all([
    linesWhere(ctx, isNull(actions.doneAt)!, [asc(actions.dueOn), asc(actions.id)]),
    linesWhere(ctx, sql`${actions.doneAt} is not null`, [desc(actions.doneAt), desc(actions.id)], mostDone),
    db.select({ id: courses.id, code: courses.code, title: courses.title }).from(courses).orderBy(asc(courses.title)),
    db
      .select({ id: agencies.id, name: agencies.name })
      .from(agencies)
      .where(isNull(agencies.parentId))
      .orderBy(asc(agencies.name)),
  ])
  return {
    open: open.toSorted((a, b) => Number(b.isOverdue) - Number(a.isOverdue)),
    done,
    mayKeep: mayKeep(ctx),
    courses: itsCourses,
    agencies: itsAgencies,
  }
}

/** Actions whose day went by and that are not done; taking one higher does not do it. */
export const actionsOverdue = (db: Reading, today: On): Promise<number> =>
  db.$count(actions, and(isNull(actions.doneAt), isNull(actions.removedAt), lt(actions.dueOn, today)))

/** Actions that were not taken back, as they stand now. Names of who sees to them are for those who keep the list. */
export async function linesWhere(
  ctx: Pick<Context, 'db' | 'now' | 'actor'>,
  where: SQL,
  order: SQL[],
  most = 500,
): Promise<ActionLine[]> {
  const today = londonDate(ctx.now)
  const rows = await ctx.db
    .select({
      action: actions,
      agency: { id: agencies.id, name: agencies.name },
      course: { id: courses.id, code: courses.code, title: courses.title },
    })
    .from(actions)
    .leftJoin(agencies, eq(agencies.id, actions.agencyId))
    .leftJoin(courses, eq(courses.id, actions.courseId))
    .where(and(isNull(actions.removedAt), where))
    .orderBy(...order)
    .limit(most)
  return rows.map(({ action, agency, course }) => ({
    id: action.id,
    source: action.source,
    said: action.said,
    text: action.text,
    owner: action.owner,
    agency,
    course,
    barrier: action.barrier === null ? null : barrierOf(action.barrier),
    who: mayKeep(ctx) ? action.who : null,
    dueOn: action.dueOn,
    due: formatDateShort(action.dueOn),
    isOverdue: action.doneAt === null && action.dueOn < today,
    escalated: action.escalatedAt === null ? null : { on: dayOf(action.escalatedAt), to: action.escalatedTo ?? '' },
    done: action.doneAt === null ? null : { on: dayOf(action.doneAt), did: action.did ?? '' },
  }))
}

const dayOf = (at: number) => formatDateShort(londonDate(at))

/**
 * Makes an action; a member of the sub-group makes one of what got in the way or of a decision.
 * @throws Invalid at its fields
 */
export function makeAction(ctx: Context, input: ActionInput): Promise<{ id: number }> {
  return transact(ctx, async (ctx) => {
    if (!mayKeep(ctx) && input.source !== 'barrier' && input.source !== 'decision')
      throw invalid('source', 'Choose what got in the way, or a decision of the sub-group')
    const set = await checked(ctx, input)
    if (input.dueOn < londonDate(ctx.now)) throw invalid('dueOn', 'The day it is due must be today or later')
    const [made] = await ctx.db
      .insert(actions)
      .values({ ...set, madeAt: ctx.now, madeBy: signedIn(ctx).personId })
      .returning({ id: actions.id })
    await record(ctx, 'action.made', `action:${made!.id}`, `${input.source} ${input.owner}`)
    return { id: made!.id }
  })
}

/** Changes an action that is not done. @throws Missing; Refused `done-already`; Invalid at its fields */
export function changeAction(ctx: Context, id: number, input: ActionInput): Promise<{ id: number }> {
  return transact(ctx, async (ctx) => {
    await standing(ctx, id)
    const set = await checked(ctx, input)
    const [changed] = await ctx.db
      .update(actions)
      .set(set)
      .where(and(eq(actions.id, id), isNull(actions.doneAt), isNull(actions.removedAt)))
      .returning({ id: actions.id })
    if (!changed) throw await alreadyDone(ctx, id)
    await record(ctx, 'action.changed', `action:${id}`, `${input.source} ${input.owner}`)
    return { id }
  })
}

/** Ticks an action, with what was done. Said twice in the same words it is said once. @throws Missing; Refused `done-already` */
export function completeAction(ctx: Context, id: number, { did }: { did: string }): Promise<{ id: number }> {
  return transact(ctx, async (ctx) => {
    const before = await standing(ctx, id)
    if (before.did === did) return { id }
    const [done] = await ctx.db
      .update(actions)
      .set({ doneAt: ctx.now, did })
      .where(and(eq(actions.id, id), isNull(actions.doneAt), isNull(actions.removedAt)))
      .returning({ id: actions.id })
    if (!done) throw await alreadyDone(ctx, id)
    await record(ctx, 'action.done', `action:${id}`)
    return { id }
  })
}

/** Takes a tick back: it was not done after all. Of one that is open nothing changes. @throws Missing */
export function reopenAction(ctx: Context, id: number): Promise<{ id: number }> {
  return transact(ctx, async (ctx) => {
    if ((await standing(ctx, id)).doneAt === null) return { id }
    await ctx.db.update(actions).set({ doneAt: null, did: null }).where(eq(actions.id, id))
    await record(ctx, 'action.reopened', `action:${id}`)
    return { id }
  })
}

/** Takes an action that is not done higher; again, to somebody else. @throws Missing; Refused `done-already` */
export function escalateAction(ctx: Context, id: number, { to }: { to: string }): Promise<{ id: number }> {
  return transact(ctx, async (ctx) => {
    const before = await standing(ctx, id)
    if (before.doneAt !== null) throw await alreadyDone(ctx, id)
    if (before.escalatedTo === to) return { id }
    await ctx.db.update(actions).set({ escalatedAt: ctx.now, escalatedTo: to }).where(eq(actions.id, id))
    await record(ctx, 'action.escalated', `action:${id}`)
    return { id }
  })
}

/** Takes an action back that should not have been made: it stands on no page and in no later report. Twice is once. @throws Missing */
export function takeActionBack(ctx: Context, id: number): Promise<{ id: number }> {
  return transact(ctx, async (ctx) => {
    const [row] = await ctx.db.select({ removedAt: actions.removedAt }).from(actions).where(eq(actions.id, id))
    if (!row) throw new Missing()
    if (row.removedAt !== null) return { id }
    await ctx.db.update(actions).set({ removedAt: ctx.now }).where(eq(actions.id, id))
    await record(ctx, 'action.taken-back', `action:${id}`)
    return { id }
  })
}

async function standing(ctx: Writing, id: number): Promise<typeof actions.$inferSelect> {
  const [row] = await ctx.db
    .select()
    .from(actions)
    .where(and(eq(actions.id, id), isNull(actions.removedAt)))
  if (!row) throw new Missing()
  return row
}

async function alreadyDone(ctx: Writing, id: number): Promise<Refused> {
  const { did, doneAt } = await standing(ctx, id)
  return new Refused('done-already', `It was ticked already on ${dayOf(doneAt ?? ctx.now)}: “${did}”`)
}

/** What is kept: no agency but the owner's, and no barrier that is not one. @throws Invalid */
async function checked(ctx: Writing, input: ActionInput) {
  const issues: Issue[] = []
  const agencyId = input.owner === 'agency' ? input.agencyId : null
  const { courseId } = input
  const [agency] = agencyId === null ? [] : await ctx.db.select().from(agencies).where(eq(agencies.id, agencyId))
  const [course] = courseId === null ? [] : await ctx.db.select().from(courses).where(eq(courses.id, courseId))
  if (input.owner === 'agency' && !agency) issues.push({ path: 'agencyId', message: 'Choose the agency' })
  if ((input.owner === 'course' || courseId !== null) && !course)
    issues.push({ path: 'courseId', message: 'Choose the course' })
  const barrier = input.source === 'barrier' ? input.barrier : null
  if (input.source === 'barrier' && (barrier === null || barrierOf(barrier) === null))
    issues.push({ path: 'barrier', message: 'Choose what got in the way' })
  if (input.dueOn > addMonths(londonDate(ctx.now), latestMonths))
    issues.push({ path: 'dueOn', message: 'The day it is due must be within three years' })
  if (issues.length) throw new Invalid(issues)
  const { source, said, text, owner, who, dueOn } = input
  return { source, said, text, owner, agencyId, courseId, barrier, who, dueOn }
}

const invalid = (path: string, message: string) => new Invalid([{ path, message }])
