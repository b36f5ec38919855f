import * as v from 'valibot'
import {
  type AskedAbout,
  type Asking,
  askingLetter,
  firstOf,
  type Reminding,
  reminding,
  trainersOf,
  type Wording,
} from './follow-up-words.ts'
import type { Letter } from './message.ts'

export const props = reminding

/** The three reminders, each in other words; the last says that it is the last and that not having done it is an answer. */
export function followUpReminder(given: Reminding): Letter {
  const words = v.parse(props, given)
  return askingLetter(words, wordings[words.step](words))
}

const wordings: Record<Reminding['step'], (words: Asking) => Wording> = {
  'reminder-1': (words) => {
    const isTwo = words.about.length === 2
    const ask = `what became of ${isTwo ? 'both' : 'it'} after ${firstOf(words).monthName}?`
    return {
      subject: words.firstName ? `${words.firstName}, ${ask}` : capital(ask),
      opening: plea(words),
      recall: ({ course, monthName, ...planned }) =>
        whatWas(planned, `When you left ${course} in ${monthName} you`, `Since ${course} in ${monthName},`),
      ask: 'What became of it?',
      askAtAll: 'has anything changed in how you work?',
      closing: isTwo
        ? `Each takes under half a minute. You have ${words.remaining}, until ${words.deadline}.`
        : `Choose, and press once more on the page that opens. You have ${words.remaining}, until ${words.deadline}.`,
    }
  },
  'reminder-2': (words) => {
    const trainer = trainersOf(words)
    return {
      subject: words.firstName ? `How did it go, ${words.firstName}?` : 'How did it go?',
      opening: trainer ? `${trainer} here, with a quick question.` : null,
      recall: ({ course, monthName, ...planned }) =>
        whatWas(planned, `After ${course} you`, `${course}, ${monthName}:`),
      ask: 'How did it go?',
      askAtAll: 'did you do anything with it?',
      closing: `Any answer helps: press once more on the page that opens, by ${words.deadline}.`,
    }
  },
  'reminder-3': (words) => {
    const isTwo = words.about.length === 2
    const ask = `last time of asking: did ${isTwo ? 'either' : 'it'} happen?`
    return {
      subject: words.firstName ? `${words.firstName}, ${ask}` : capital(ask),
      opening: 'This is the last time we ask. No chance, it did not fit, I have left: all are real answers.',
      recall: ({ course, monthName, ...planned }) =>
        whatWas(planned, `In ${monthName}, at ${course}, you`, `${course} in ${monthName}:`),
      ask: 'Did it happen?',
      askAtAll: 'did anything come of it?',
      closing: `Any answer will do${isTwo ? '' : ': press once more on the page that opens'}. It stays open until ${words.deadline}.`,
    }
  },
}

function whatWas(
  { suggestion, ownWords }: Pick<AskedAbout, 'suggestion' | 'ownWords'>,
  you: string,
  otherwise: string,
): string {
  if (suggestion) return `${you} meant to: “${suggestion}”.`
  return ownWords ? `${you} wrote down one thing to do differently.` : otherwise
}

/** Why to answer: what the others did, where it is known and the message asks about that one day alone; or what answers are for. */
function plea({ arm, othersAnswered, about }: Asking): string {
  if (arm === 'b') return 'Please help: answers like yours decide what the training team keeps, changes or drops.'
  if (othersAnswered && about.length === 1)
    return `${othersAnswered.answered} of ${othersAnswered.of} from your day have answered. Please help us with yours: there is no wrong answer.`
  return 'Please help us with your answer: there is no wrong answer.'
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
