import * as v from 'valibot'
import { type Asking, asking, optOut, whoAsks } from './follow-up-words.ts'
import { greeting, type Letter } from './message.ts'

export const props = asking

/** The first asking message: question one is their own commitment and its answers are the buttons. */
export function followUpInvitation(given: Asking): Letter {
  const words = v.parse(props, given)
  return {
    subject: words.firstName ? `${words.firstName} – did it make it into practice?` : 'Did it make it into practice?',
    signedBy: words.trainer,
    optOut: optOut(words),
    blocks: [
      greeting(words.firstName),
      { type: 'paragraph', text: question(words) },
      { type: 'choices', choices: words.choices },
      {
        type: 'paragraph',
        text: `Choose a line and press once more on the page that opens; that is all, and any line helps. Please answer by ${words.deadline}.`,
      },
      ...whoAsks(words),
    ],
  }
}

function question({ course, monthName, suggestion, ownWords }: Asking): string {
  if (suggestion) return `In ${monthName}, after ${course}, you planned to: “${suggestion}”. Where has it got to?`
  if (ownWords)
    return `In ${monthName}, after ${course}, you wrote down what you would do differently. Where has it got to?`
  return `In ${monthName} you came to ${course}. Have you done anything differently because of it?`
}
