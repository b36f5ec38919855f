import { type Asking, asking, optOut, whoAsks } from './follow-up-words.ts'
import { greeting, type Letter } from './message.ts'

export const props = asking

/** The second asking message: other words, and that no answer is a wrong one. */
export function followUpReminder(props: Asking): Letter {
  return {
    subject: props.firstName
      ? `${props.firstName}, what became of it after ${props.monthName}?`
      : `What became of it after ${props.monthName}?`,
    signedBy: props.trainer,
    optOut: optOut(props),
    blocks: [
      greeting(props.firstName),
      ...(props.wasThisYou
        ? [
            {
              type: 'link' as const,
              before: 'An answer came so fast that a machine may have pressed it.',
              text: 'Was it you?',
              href: props.wasThisYou,
            },
          ]
        : []),
      { type: 'paragraph', text: `There is no wrong line here. ${question(props)}` },
      { type: 'choices', choices: props.choices },
      {
        type: 'paragraph',
        text: `It takes under half a minute. You have ${props.remaining}, until ${props.deadline}. What people tell us decides what we teach next.`,
      },
      ...whoAsks(props),
    ],
  }
}

function question({ course, monthName, suggestion, ownWords }: Asking): string {
  if (suggestion) return `When you left ${course} in ${monthName} you meant to: “${suggestion}”. What became of it?`
  if (ownWords)
    return `When you left ${course} in ${monthName} you wrote down one thing to do differently. What became of it?`
  return `Since ${course} in ${monthName}, has anything changed in how you work?`
}
