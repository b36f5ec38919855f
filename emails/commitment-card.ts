import * as v from 'valibot'
import { isOnePlan, planned } from './follow-up-words.ts'
import { greeting, type Letter, nameOfPerson, words } from './message.ts'

export const props = v.pipe(
  v.strictObject({
    firstName: nameOfPerson,
    course: words,
    /** When the event was, as "Tuesday 8 September 2026". */
    date: words,
    ...planned,
    /** Besides the ready-made one they wrote one in their own words, which never stand in an e-mail. */
    alsoOwn: v.optional(v.boolean(), false),
    /** About when we ask, as "Thursday 10 December 2026": the day of the calendar entry that goes with it. */
    askOn: words,
    phone: words,
    /** Who taught them, by whom it is signed; empty when no name is known. */
    fromTrainer: nameOfPerson,
  }),
  v.check((props) => isOnePlan(props), 'Own words and a ready-made commitment exclude each other'),
)

/** The working day after: what they planned, to keep. It asks nothing. */
export function commitmentCard(given: v.InferInput<typeof props>): Letter {
  const { firstName, course, date, suggestion, ownWords, alsoOwn, askOn, phone, fromTrainer } = v.parse(props, given)
  const isPlanned = suggestion !== null || ownWords
  const facts: [string, string][] = [
    ['Course', course],
    ['Date', date],
  ]
  if (suggestion) facts.unshift(['You planned to', suggestion])
  return {
    subject: isPlanned ? `Your plan from ${course}` : `Thank you for coming to ${course}`,
    ...(fromTrainer && { signedBy: fromTrainer }),
    blocks: [
      greeting(firstName),
      {
        type: 'paragraph',
        text: `${opening(suggestion, ownWords)}${suggestion && alsoOwn ? ' You wrote one in your own words too: keep a note of it, since we never put your words in an email.' : ''}`,
      },
      { type: 'facts', facts },
      {
        type: 'paragraph',
        text: `About ${askOn} we will send you one question: ${isPlanned ? 'what became of it' : 'what came of the day'}. “Not yet” will be a fine answer. The calendar entry attached marks the day. Nothing to do now.`,
      },
      { type: 'small', text: `Anything else: reply or ring ${phone}.` },
    ],
  }
}

function opening(suggestion: string | null, ownWords: boolean): string {
  if (suggestion) return 'Thank you for coming. This is what you planned, to keep where you will see it.'
  if (ownWords)
    return 'Thank you for coming. You wrote down what you would do differently. We never put your words in an email, so keep a note where you will see it.'
  return 'Thank you for coming. If one thing from the day could change how you work, choose it this week, and when you will first try it.'
}
