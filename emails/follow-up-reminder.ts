import * as v from 'valibot'
import { type Asking, asking, optOut, whoAsks } from './follow-up-words.ts'
import { greeting, type Letter } from './message.ts'

export const props = asking

/** The second asking message: other words, and that no answer is a wrong one. */
export function followUpReminder(given: Asking): Letter {
  const words = v.parse(props, given)
  return {
    subject: words.firstName
      ? `${words.firstName}, what became of it after ${words.monthName}?`
      : `What became of it after ${words.monthName}?`,
    signedBy: words.trainer,
    optOut: optOut(words),
    blocks: [
      greeting(words.firstName),
      ...(words.wasThisYou
        ? [
            {
              type: 'link' as const,
              before: 'An answer came so fast that a machine may have pressed it.',
              text: 'Was it you?',
              href: words.wasThisYou,
            },
          ]
        : []),
      { type: 'paragraph', text: `There is no wrong line here. ${question(words)}` },
      { type: 'choices', choices: words.choices },
      {
        type: 'paragraph',
        text: `It takes under half a minute. You have ${words.remaining}, until ${words.deadline}. What people tell us decides what we teach next.`,
      },
      ...whoAsks(words),
    ],
  }
}

function question({ course, monthName, suggestion, ownWords }: Asking): string {
  if (suggestion) return `When you left ${course} in ${monthName} you meant to: “${suggestion}”. What became of it?`
  if (ownWords)
    return `When you left ${course} in ${monthName} you wrote down one thing to do differently. What became of it?`
  return `Since ${course} in ${monthName}, has anything changed in how you work?`
}
