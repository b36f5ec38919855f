import * as v from 'valibot'
import { notSureItIsUs } from './follow-up-words.ts'
import { greeting, href, type Letter, nameOfPerson, words } from './message.ts'

export const props = v.strictObject({
  colleagueName: nameOfPerson,
  /** Who named them. */
  delegateFirstName: nameOfPerson,
  /** The ready-made commitment; null when there was none, or own words. */
  suggestion: v.nullable(words),
  course: words,
  /** The month of the event, as "September". */
  monthName: words,
  href,
  phone: words,
})

/** To somebody whom the delegate named: one question, once. Nothing that the delegate answered stands in it. */
export function colleagueView(given: v.InferInput<typeof props>): Letter {
  const { colleagueName, delegateFirstName, suggestion, course, monthName, href, phone } = v.parse(props, given)
  const who = delegateFirstName || 'Your colleague'
  const seen = suggestion
    ? `After ${course} in ${monthName}, ${delegateFirstName || 'your colleague'} planned to: “${suggestion}”. Have you seen it happen since?`
    : `${who} came to ${course} in ${monthName}. Have you seen anything done differently since?`
  return {
    subject: `${who} thought you could tell us: have you seen it?`,
    blocks: [
      greeting(colleagueName),
      { type: 'paragraph', text: `${who} gave us your name, for one question that takes ten seconds.` },
      { type: 'paragraph', text: seen },
      { type: 'button', text: 'Answer the one question', href },
      {
        type: 'paragraph',
        text: `Your answer is stored with no name, neither yours nor ${delegateFirstName ? `${delegateFirstName}’s` : 'your colleague’s'}. You may ignore this: we write only once.`,
      },
      { type: 'small', text: `We show you nothing that ${delegateFirstName || 'your colleague'} answered.` },
      { type: 'small', text: notSureItIsUs(phone) },
    ],
  }
}
