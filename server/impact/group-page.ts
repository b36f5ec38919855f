import type { Reading } from '#db/transact.ts'
import { addMonths, addWorkingDays, formatDate, formatDateShort, type On } from '#server/calendar.ts'
import { latestSendOn, stillBeingAskedUntil } from '#server/surveys/due-dates.ts'
import type { ExperimentKind } from '#server/surveys/input.ts'
import { type AskedBetween, askedIn, triedAt } from './measures.ts'
import { idsOf } from './programme.ts'
import { inWords, nobodyAskedWords, type Said } from './said.ts'
import { defaultThresholds } from './shared/disclosure.ts'
import { figure } from './shared/pictures.ts'
import { listed } from './shared/sentences-words.ts'
import { versionsOf } from './trend.ts'

/* What stands around the figures of every page: whether it is final, how it was worked out, and what it cannot say. */

export const cannotTell = [
  'It is what people say of themselves. We have not seen them do it.',
  'People who did not come were not asked, so it does not say what would have changed without the day.',
  'Whether children and adults are safer for it needs audit and other evidence.',
]

/** Who is still to answer and until when, if nobody's asking is held or paused; null when it is final. The last day is not known before it comes. */
export function provisionalOf({ counts, group, gathered }: Said): string | null {
  const { unheard } = counts.room
  const stillBeingAsked = unheard['still-being-asked']
  const notYetDue = unheard['not-yet-due']
  if (stillBeingAsked + notYetDue === 0) return null
  const asked = askedIn(gathered.asked, idsOf(group.events))
  const lastOn = latest(group.events.map((event) => event.lastOn))
  const closings = [
    ...(notYetDue > 0 ? [closesAfter(latestSendOn(addMonths(lastOn, 3), true))] : []),
    ...(stillBeingAsked > 0 && asked.openSince ? [closesAfter(asked.openSince)] : []),
    ...(stillBeingAsked > 0 && asked.openAskedOn ? [stillBeingAskedUntil(asked.openAskedOn)] : []),
  ]
  const who = [
    stillBeingAsked > 0 ? `${figure(stillBeingAsked)} ${stillBeingAsked === 1 ? 'is' : 'are'} still being asked` : '',
    notYetDue > 0 ? `${figure(notYetDue)} ${notYetDue === 1 ? 'is' : 'are'} not yet due` : '',
  ].filter(Boolean)
  return `${who.join(' and ')}. Everyone will have had their time to answer by ${formatDate(latest(closings))}, unless someone’s asking is put off.`
}

const latest = (days: readonly On[]): On => days.toSorted().at(-1) ?? ''

/** With its three reminders, the last fourteen working days on. */
const closesAfter = (firstAskedOn: On): On => stillBeingAskedUntil(addWorkingDays(firstAskedOn, 14))

const experimentWords: Record<ExperimentKind, string> = {
  subject: 'the invitation’s subject',
  'reminder-1': 'the first reminder',
}

/** The method box, a paragraph each: questions and asking, counting, small numbers, and what kind of page it is. */
export async function methodOf(db: Reading, said: Said, isReport: boolean): Promise<string[]> {
  const { group, gathered, counts, rules } = said
  const ids = idsOf(group.events)
  const asked = askedIn(gathered.asked, ids)
  return [
    `${questionWords(versionsOf(gathered, group))} ${await askedWords(db, ids, asked, nobodyAskedWords(gathered, group, counts.room))}`,
    countedWords(said),
    `How a group’s answers fall is shown from ${rules.attended} who came and ${rules.answered} who answered; percentages from ${rules.percentages} answers. “Not shown: too few” means neither that there were none nor that nobody was asked.`,
    `By adding and subtracting the rows of these pages and of the reports issued so far, nobody can work out how a group of 1 to ${defaultThresholds.answered - 1} answered.${raisedWords(rules)} That is all the rule is about: it does not cover what two rows that share people hint at, such as that everybody in both said the same. Nor does it cover pages on screen read on two different days: what changed in between may tell of a few people.`,
    ...(isReport
      ? ['It is of one moment: nothing in it changes once it is issued.']
      : [
          `This page is live: it changes as answers come in.${counts.since ? ' Answers that came since a report was issued wait for the next one.' : ''}`,
        ]),
  ]
}

/** An earlier report was made by the rule of its day, so a raised one is promised of these pages alone. */
function raisedWords({ answered, attended }: Said['rules']): string {
  const raised = [
    ...(attended > defaultThresholds.attended ? [`fewer than ${attended} came`] : []),
    ...(answered > defaultThresholds.answered ? [`fewer than ${answered} answered`] : []),
  ]
  if (!raised.length) return ''
  return ` The rule has been raised: these pages show nothing of how a group answered of which ${raised.join(' or ')}; a report issued before may.`
}

function questionWords(versions: readonly number[]): string {
  return versions.length === 0
    ? 'No answer has come.'
    : `Question one is the person’s own commitment. Wording: ${versions.length === 1 ? 'version' : 'versions'} ${listed(versions.map(String))}.`
}

async function askedWords(
  db: Reading,
  ids: readonly number[],
  asked: AskedBetween,
  nobody: string | null,
): Promise<string> {
  const { firstOn, lastOn } = asked
  if (firstOn === null) return `${nobody ?? 'Nobody has been asked yet'}.`
  const tried = await triedAt(db, ids, asked)
  const wordings = (kinds: readonly ExperimentKind[]) =>
    kinds.map((what) => experimentWords[what]).join(', and another of ')
  const triedWords = [
    tried.drawn.length ? ` An experiment sent them two wordings of ${wordings(tried.drawn)}.` : '',
    tried.thrownAway.length
      ? ` An experiment that was ended early may have sent some of them another wording of ${wordings(tried.thrownAway)}; who got which was not kept.`
      : '',
  ].join('')
  return firstOn === (lastOn ?? firstOn)
    ? `Asked on ${formatDateShort(firstOn)}.${triedWords}`
    : `Asked between ${formatDateShort(firstOn)} and ${formatDateShort(lastOn ?? firstOn)}.${triedWords}`
}

function countedWords({ group, counts }: Said): string {
  const { late, phone, room } = counts
  const whichWords =
    group.level === 'programme' ? 'The totals are of courses and learning events; other kinds stand apart. ' : ''
  const phoneWords =
    phone === 0
      ? ''
      : ` Of the ${figure(room.answered)} who answered, ${figure(phone)} did so by telephone, to the training team.`
  const lateWords =
    late === 0
      ? ''
      : ` ${figure(late)} of them came more than eight weeks after the three months were over; ${late === 1 ? 'it is' : 'they are'} counted with the rest.`
  return `${whichWords}Everyone who came stands in exactly one place. In practice means part of how they work, or done at least once, since the day; “started” and “already” are not counted as a change. An answer given so fast that it may have been a mail filter’s counts only once it is confirmed.${phoneWords}${lateWords}`
}

/** The rule in the words of a sentence, for pages that have no room for the method box. */
export const ruleWords = ({ rules }: Pick<Said, 'rules'>): string =>
  `from ${inWords(rules.attended)} people who came and ${inWords(rules.answered)} who answered`
