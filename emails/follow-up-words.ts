import * as v from 'valibot'
import { type Block, greeting, href, type Letter, nameOfPerson, words } from './message.ts'

/**
 * The words of every asking message.
 *
 * `Asking = { firstName, about: AskedAbout[] (one or two, in order of date), deadline, remaining, phone, optOutHref,
 *   othersAnswered: { answered, of } | null, arm: 'a' | 'b' }`
 * `AskedAbout = { course, date, venue, trainer, monthName, suggestion: string | null, ownWords: boolean, choices: Choice[], wasThisYou?: string | null }`
 * `Reminding = Asking & { step: 'reminder-1' | 'reminder-2' | 'reminder-3' }`
 *
 * `followUpInvitation(asking)` and `followUpReminder(reminding)`. Two entries in `about` share one message, each with its own answers.
 * `arm` changes the subject of the invitation and the wording of the first reminder, nothing else.
 */

/** The fixed words of product.md 4.6 on who asks and who sees; pages use them too. */
export const whoSees =
  'Only the partnership’s training team sees your answer. Your manager and your agency do not; they see totals of five people or more. “Not yet” changes nothing about your certificate.'

export function notSureItIsUs(phone: string): string {
  return `Not sure it is us? Ring ${phone} or reply.`
}

/** What somebody planned: a ready-made commitment, or that it stands in their own words, which never stand in an e-mail. */
export const planned = {
  /** The ready-made commitment that was chosen; null when there was none, or own words. */
  suggestion: v.nullable(words),
  ownWords: v.boolean(),
}

/** Own words and a ready-made commitment exclude each other. */
export function isOnePlan({ suggestion, ownWords }: { suggestion: string | null; ownWords: boolean }): boolean {
  return suggestion === null || !ownWords
}

/** One follow-up that is asked about. */
export const askedAbout = v.pipe(
  v.strictObject({
    course: words,
    /** When the event was, as "Tuesday 8 September 2026". */
    date: words,
    venue: words,
    trainer: nameOfPerson,
    /** The month of the event, as "September". */
    monthName: words,
    ...planned,
    choices: v.pipe(v.array(v.strictObject({ text: words, href })), v.minLength(2)),
    /** Where to confirm an answer that came as a machine’s would; only in a reminder. */
    wasThisYou: v.optional(v.nullable(href)),
  }),
  v.check((props) => isOnePlan(props), 'Own words and a ready-made commitment exclude each other'),
)

export const asking = v.strictObject({
  firstName: nameOfPerson,
  /** Two when two follow-ups fell so close together that they share one message; the older first. */
  about: v.pipe(v.array(askedAbout), v.minLength(1), v.maxLength(2)),
  /** As "Thursday 31 December". */
  deadline: words,
  /** What is left of the time, as "two weeks". */
  remaining: words,
  phone: words,
  optOutHref: href,
  /** How many of those asked about the same event have answered; null below ten, where it persuades nobody. */
  othersAnswered: v.nullable(
    v.pipe(
      v.strictObject({ answered: v.pipe(v.number(), v.integer()), of: v.pipe(v.number(), v.integer()) }),
      v.check(({ answered, of }) => answered > 0 && answered <= of, 'No more can have answered than were asked'),
    ),
  ),
  /** The wording drawn in an experiment; 'a' where there is none. */
  arm: v.picklist(['a', 'b']),
})

export const reminding = v.strictObject({
  ...asking.entries,
  step: v.picklist(['reminder-1', 'reminder-2', 'reminder-3']),
})

export type AskedAbout = v.InferOutput<typeof askedAbout>
export type Asking = v.InferOutput<typeof asking>
export type Reminding = v.InferOutput<typeof reminding>

/** What one asking message says in its own way. */
export type Wording = {
  subject: string
  opening: string | null
  /** What was planned, or that they came, in words before `ask` or `askAtAll`. */
  recall: (about: AskedAbout) => string
  /** The question about a plan. */
  ask: string
  /** The question where there was no plan; it goes on from `recall`. */
  askAtAll: string
  closing: string
}

/**
 * What every asking message is made of: a first line where it has one, each question with its own answers, how to answer,
 * and who asks. Only its wording differs from one message to the next; two questions in one message are a short line each.
 */
export function askingLetter(given: Asking, said: Wording): Letter {
  const signature = trainersOf(given)
  const isTwo = given.about.length === 2
  const question = (about: AskedAbout) => {
    const isPlanned = about.suggestion !== null || about.ownWords
    return `${isTwo ? briefly(about) : said.recall(about)} ${isPlanned ? said.ask : said.askAtAll}`
  }
  return {
    subject: said.subject,
    ...(signature && { signedBy: signature }),
    optOut: { text: 'Please stop asking me about this', href: given.optOutHref },
    blocks: [
      greeting(given.firstName),
      ...(said.opening ? [{ type: 'paragraph', text: said.opening } as const] : []),
      ...given.about.flatMap((about): Block[] => [
        { type: 'paragraph', text: question(about) },
        // Below its question: above it, the second of two would seem to speak of the first.
        ...wasThisYou(about, isTwo),
        { type: 'choices', choices: about.choices },
      ]),
      { type: 'paragraph', text: said.closing },
      ...given.about.map(({ course, date, venue, trainer }): Block => {
        return { type: 'small', text: `About ${course}, ${date}, ${venue}${trainer && `, with ${trainer}`}.` }
      }),
      { type: 'small', text: whoSees },
      { type: 'small', text: notSureItIsUs(given.phone) },
    ],
  }
}

/** The first stands for both where only one thing can be said, as in a subject. */
export function firstOf({ about: [first] }: Asking): AskedAbout {
  if (!first) throw new TypeError('An asking message asks about something')
  return first
}

/** As "Robin Ashdown", or "Robin Ashdown and Lee Marsh" where two courses had different trainers; empty when no name is known. */
export function trainersOf({ about }: Asking): string {
  return [...new Set(about.map(({ trainer }) => trainer).filter((name) => name !== ''))].join(' and ')
}

function briefly({ course, suggestion, ownWords }: AskedAbout): string {
  if (suggestion) return `${course}: you planned to “${suggestion}”.`
  return ownWords ? `${course}: you wrote down what you would do differently.` : `${course}:`
}

function wasThisYou({ wasThisYou }: AskedAbout, isTwo: boolean): Block[] {
  if (!wasThisYou) return []
  const before = isTwo ? 'A machine may have answered.' : 'An answer came so fast that a machine may have pressed it.'
  return [{ type: 'link', before, text: 'Was it you?', href: wasThisYou }]
}
