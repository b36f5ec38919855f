import * as v from 'valibot'
import { notSureItIsUs } from './follow-up-words.ts'
import { greeting, href, type Letter, nameOfPerson, words } from './message.ts'

export const props = v.strictObject({
  colleagueName: nameOfPerson,
  /** Who named them, in full: by a first name alone a colleague does not know who is meant. */
  delegateName: nameOfPerson,
  /** The agency they came from. */
  delegateAgency: nameOfPerson,
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
  const { colleagueName, delegateName, delegateAgency, suggestion, course, monthName, href, phone } = v.parse(
    props,
    given,
  )
  const they = delegateName || 'your colleague'
  const who = delegateName || 'Your colleague'
  const whoWhere = delegateName && delegateAgency ? `${delegateName} (${delegateAgency})` : who
  const seen = suggestion
    ? `After ${course} in ${monthName}, ${they} planned to: “${suggestion}”. Have you seen it happen since?`
    : `${who} came to ${course} in ${monthName}. Have you seen them do anything differently at work since then?`
  return {
    subject: `One question about ${theirs(they)} training`,
    blocks: [
      greeting(colleagueName),
      { type: 'paragraph', text: `${whoWhere} gave us your name, for one question that takes ten seconds.` },
      { type: 'paragraph', text: seen },
      { type: 'button', text: 'Answer the one question', href },
      {
        type: 'paragraph',
        text: `Your answer is stored with no name, neither yours nor ${theirs(they)}. We delete your address once you have answered, and after 60 days at the latest.`,
      },
      { type: 'paragraph', text: 'If you would rather not, do nothing: we do not write again.' },
      { type: 'small', text: `We show you nothing that ${they} answered.` },
      { type: 'small', text: notSureItIsUs(phone) },
    ],
  }
}

const theirs = (name: string) => `${name}’s`
