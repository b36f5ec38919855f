import type { Context } from '#server/context.ts'
import { gather } from './gathered.ts'
import { groupFor } from './group.ts'
import { programmeCalled } from './programme.ts'
import { toldOf } from './results.ts'
import { saidOf } from './said.ts'

/** What a course's page says of a year in one sentence, under its rule. */
export interface CourseImpact {
  wholeRoom: { sentence: string } | null
  notShown: string | null
  /** While anyone is still being asked or not yet due, in words. */
  provisional: string | null
}

/** @throws Missing when the programme has no such course */
export async function courseImpact(
  ctx: Pick<Context, 'db' | 'store' | 'now'>,
  input: { programme: string; code: string },
): Promise<CourseImpact> {
  const gathered = await gather(ctx, await programmeCalled(ctx.store.long, input.programme))
  const { wholeRoom, notShown, provisional } = toldOf(
    saidOf(gathered, groupFor(gathered, { level: 'course', name: input.programme, code: input.code }), new Map()),
  )
  return { wholeRoom, notShown, provisional }
}
