import { heartbeats } from '#db/installation.ts'
import { joiningDue, nextJoining } from './bookings/joining.ts'
import { awardDue, nextAwardDue } from './certificates/award.ts'
import { withdrawDue } from './certificates/withdrawal.ts'
import type { Context } from './context.ts'
import { transact } from './context.ts'
import { faultWords } from './faults.ts'
import { nextSummary, summaryDue } from './impact/report-telling.ts'
import { nextResults, resultsDue } from './impact/results.ts'
import { keepSnapshots } from './impact/snapshots.ts'
import { messages } from './messages.ts'
import { deliverDue, dropStale, nextMessageDue, takeBack } from './outbox/delivery.ts'
import { forgetSpentSignIns } from './people/clearing.ts'
import { forgetRepeats } from './repeats.ts'
import { closeEnded, noteAsked, reopenCorrected } from './surveys/asking.ts'
import { cardDue, nextCard, nextNudge, nudgeDue } from './surveys/cards.ts'
import { endColleagueRequests } from './surveys/colleague.ts'
import { finishExperiment } from './surveys/experiments.ts'
import { inviteDue, nextInvitation } from './surveys/inviting.ts'
import { nextReminder, remindDue } from './surveys/reminding.ts'
import { nextTelling, tellAgain } from './surveys/urgent-telling.ts'
import { choreContext, type World } from './world.ts'

/** Does one thing that is due and says whether it found any; its conditions stand as bullets at its head. */
export type Chore = (ctx: Context, world: World) => Promise<boolean>

/** When this chore next has something to do, in ms UTC, or null. The example's clock stops there on its way. */
export type NextDue = (ctx: Context) => Promise<number | null>

/**
 * The list of chores, one line each. One that can wait is done one thing at a time, and only while no other has anything to do, so that
 * no message waits for it.
 */
export const chores: { name: string; run: Chore; nextDue?: NextDue; canWait?: true }[] = [
  { name: 'joiningDue', run: joiningDue, nextDue: nextJoining },
  { name: 'withdrawDue', run: withdrawDue },
  { name: 'awardDue', run: awardDue, nextDue: nextAwardDue },
  { name: 'closeEnded', run: closeEnded },
  { name: 'reopenCorrected', run: reopenCorrected },
  { name: 'cardDue', run: cardDue, nextDue: nextCard },
  { name: 'nudgeDue', run: nudgeDue, nextDue: nextNudge },
  { name: 'inviteDue', run: inviteDue, nextDue: nextInvitation },
  { name: 'remindDue', run: remindDue, nextDue: nextReminder },
  { name: 'tellAgain', run: tellAgain, nextDue: nextTelling },
  { name: 'resultsDue', run: resultsDue, nextDue: nextResults },
  { name: 'summaryDue', run: summaryDue, nextDue: nextSummary },
  { name: 'endColleagueRequests', run: endColleagueRequests },
  { name: 'takeBack', run: takeBack },
  { name: 'dropStale', run: dropStale },
  { name: 'deliverDue', run: (ctx, world) => deliverDue(ctx, world, messages), nextDue: nextMessageDue },
  { name: 'noteAsked', run: noteAsked },
  { name: 'finishExperiment', run: finishExperiment },
  { name: 'forgetRepeats', run: forgetRepeats },
  { name: 'forgetSpentSignIns', run: forgetSpentSignIns },
  { name: 'keepSnapshots', run: keepSnapshots, canWait: true },
]

/**
 * Runs every chore until none finds work or the budget is used up. Two runners at once are harmless: each thing is
 * claimed by a conditional update. A chore that fails is logged and stops nobody.
 * @param budget milliseconds of real time
 * @param isPressed leaves out what can wait
 * @returns how many things were done
 */
export async function runChores(
  world: World,
  { budget = 20_000, timer = () => performance.now(), isStopping = (): boolean => false, isPressed = false } = {},
): Promise<number> {
  const started = timer()
  let done = 0
  for (let found = true; found; ) {
    found = false
    for (const { name, run, canWait } of chores) {
      if (canWait && (isPressed || found)) continue
      try {
        while (!isStopping() && timer() - started < budget && (await run(choreContext(world), world))) {
          found = true
          done++
          if (canWait) break
        }
      } catch (error) {
        world.log({ level: 'error', chore: name, error: faultWords(error) })
      }
      if (isStopping() || timer() - started >= budget) found = false
    }
  }
  const ctx = choreContext(world)
  await transact(ctx, (ctx) =>
    ctx.db
      .insert(heartbeats)
      .values({ name: 'chores', at: ctx.now })
      .onConflictDoUpdate({ target: heartbeats.name, set: { at: ctx.now } }),
  )
  return done
}
