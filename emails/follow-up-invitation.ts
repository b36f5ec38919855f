import * as v from 'valibot'
import { type AskedAbout, type Asking, asking, askingLetter, firstOf } from './follow-up-words.ts'
import type { Letter } from './message.ts'

export const props = asking

/** The first asking message: question one is their own commitment and its answers are the buttons. */
export function followUpInvitation(given: Asking): Letter {
  const words = v.parse(props, given)
  const isTwo = words.about.length === 2
  return askingLetter(words, {
    subject: subject(words, isTwo),
    opening: isTwo ? 'Two courses this time: one answer for each is all we ask.' : null,
    recall,
    ask: 'Where has it got to?',
    askAtAll: 'have you done anything differently because of it?',
    closing: isTwo
      ? `Each answer opens a page where you press once more. Please answer by ${words.deadline}.`
      : `Choose an answer and press once more on the page that opens; that is all, and any answer helps. Please answer by ${words.deadline}.`,
  })
}

function subject(words: Asking, isTwo: boolean): string {
  const ask =
    words.arm === 'a'
      ? `did ${isTwo ? 'either' : 'it'} make it into practice?`
      : `where ${isTwo ? 'have both' : 'has it'} got to since ${firstOf(words).monthName}?`
  return words.firstName ? `${words.firstName} – ${ask}` : `${ask.charAt(0).toUpperCase()}${ask.slice(1)}`
}

function recall({ course, monthName, suggestion, ownWords }: AskedAbout): string {
  if (suggestion) return `In ${monthName}, after ${course}, you planned to: “${suggestion}”.`
  if (ownWords) return `In ${monthName}, after ${course}, you wrote down what you would do differently.`
  return `You came to ${course} in ${monthName}:`
}
