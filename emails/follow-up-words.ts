import * as v from 'valibot'
import { type Block, href, type Letter, nameOfPerson, words } from './message.ts'

/** The fixed words of product.md 4.6 on who asks and who sees; pages use them too. */
export const whoSees =
  'Only the partnership’s training team sees your answer. Your manager and your agency do not; they see totals of five people or more. “Not yet” changes nothing about your certificate.'

export function notSureItIsUs(phone: string): string {
  return `Not sure it is us? Ring ${phone} or reply.`
}

export const asking = v.pipe(
  v.strictObject({
    firstName: nameOfPerson,
    course: words,
    /** When the event was, as "Tuesday 8 September 2026". */
    date: words,
    venue: words,
    trainer: nameOfPerson,
    /** The month of the event, as "September". */
    monthName: words,
    /** The ready-made commitment that was chosen; null when there was none, or own words. */
    suggestion: v.nullable(words),
    /** Whether the commitment is in their own words, which never stand in an e-mail. */
    ownWords: v.boolean(),
    choices: v.pipe(v.array(v.strictObject({ text: words, href })), v.minLength(2)),
    /** As "Thursday 31 December". */
    deadline: words,
    /** What is left of the time, as "two weeks". */
    remaining: words,
    phone: words,
    optOutHref: href,
    /** Where to confirm an answer that came as a machine’s would; only in the reminder. */
    wasThisYou: v.optional(v.nullable(href)),
  }),
  v.check((props) => !(props.ownWords && props.suggestion), 'Own words and a ready-made commitment exclude each other'),
)

export type Asking = v.InferOutput<typeof asking>

/** What stands below the answers of every asking message. */
export function whoAsks({ course, date, venue, trainer, phone }: Asking): Block[] {
  return [
    { type: 'small', text: `About ${course}, ${date}, ${venue}, with ${trainer}.` },
    { type: 'small', text: whoSees },
    { type: 'small', text: notSureItIsUs(phone) },
  ]
}

export function optOut({ optOutHref }: Asking): NonNullable<Letter['optOut']> {
  return { text: 'Please stop asking me about this', href: optOutHref }
}
