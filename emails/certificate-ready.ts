import * as v from 'valibot'
import { greeting, href, type Letter, nameOfPerson, words } from './message.ts'

export const props = v.strictObject({
  firstName: nameOfPerson,
  course: words,
  /** As "24 September 2026" or "24 and 25 September 2026". */
  dates: words,
  hours: words,
  href,
})

export function certificateReady(given: v.InferInput<typeof props>): Letter {
  const { firstName, course, dates, hours, href } = v.parse(props, given)
  return {
    subject: `Your certificate: ${course}`,
    blocks: [
      greeting(firstName),
      { type: 'paragraph', text: 'Thank you for coming. Your certificate of attendance is ready.' },
      {
        type: 'facts',
        facts: [
          ['Course', course],
          ['Date', dates],
          ['Hours', hours],
        ],
      },
      { type: 'button', text: 'See and save your certificate', href },
      {
        type: 'paragraph',
        text: 'The page has it as a PDF too. If your name is not as you write it, reply to this email.',
      },
    ],
  }
}
