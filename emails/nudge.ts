import * as v from 'valibot'
import { isOnePlan, planned } from './follow-up-words.ts'
import { type Block, greeting, href, type Letter, nameOfPerson, words } from './message.ts'

export const props = v.pipe(
  v.strictObject({
    firstName: nameOfPerson,
    course: words,
    /** When the event was, as "Tuesday 8 September 2026". */
    date: words,
    /** The month of the event, as "September". */
    monthName: words,
    ...planned,
    /** The ready-made commitments that people of the same event chose, each with how many; null below ten who chose. */
    others: v.nullable(v.array(v.strictObject({ text: words, count: v.pipe(v.number(), v.integer(), v.minValue(1)) }))),
    /** One thing worth reading or using, in words: an address in them is left out, since letters lead nowhere but to us. */
    resource: v.nullable(v.pipe(words, v.transform(withoutAddresses))),
    /** Who taught them, by whom it is signed; empty when no name is known. */
    fromTrainer: nameOfPerson,
    phone: words,
    optOutHref: href,
  }),
  v.check((props) => isOnePlan(props), 'Own words and a ready-made commitment exclude each other'),
)

/** Four weeks on: useful by itself, and it asks nothing. */
export function nudge(given: v.InferInput<typeof props>): Letter {
  const words = v.parse(props, given)
  const { firstName, course, date, monthName, others, resource, fromTrainer, phone, optOutHref } = words
  const isPlanned = words.suggestion !== null || words.ownWords
  const more: Block[] = []
  if (others && others.length > 0)
    more.push(
      { type: 'heading', text: 'What others on the day chose' },
      {
        type: 'list',
        items: others.map(({ text, count }) => `${text}: ${count} ${count === 1 ? 'person' : 'people'}`),
      },
    )
  if (resource) more.push({ type: 'heading', text: 'Worth a look' }, { type: 'paragraph', text: resource })
  return {
    subject: isPlanned ? `Your plan from ${monthName}: ${course}` : `${course}: one thing to try`,
    ...(fromTrainer && { signedBy: fromTrainer }),
    optOut: { text: 'Please stop writing to me about this', href: optOutHref },
    blocks: [
      greeting(firstName),
      { type: 'paragraph', text: opening(words) },
      ...more,
      { type: 'paragraph', text: 'Nothing to answer: this is for you alone.' },
      { type: 'small', text: `About ${course}, ${date}. Anything else: reply or ring ${phone}.` },
    ],
  }
}

function opening({ course, monthName, suggestion, ownWords }: v.InferOutput<typeof props>): string {
  if (suggestion)
    return `In ${monthName}, after ${course}, you planned to: “${suggestion}”. If it slipped in a busy month, the next chance is soon enough.`
  if (ownWords)
    return `In ${monthName}, after ${course}, you wrote down what you would do differently. If it slipped in a busy month, the next chance is soon enough.`
  return `In ${monthName} you came to ${course}. If something from that day is still with you, one small try this week keeps it.`
}

function withoutAddresses(words: string): string {
  return words
    .replace(/(?:\b[a-z][a-z0-9+.-]*:\/\/|\bwww\.)\S*/gi, '')
    .replace(/\s+/g, ' ')
    .trim()
}
