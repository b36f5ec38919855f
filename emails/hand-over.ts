import * as v from 'valibot'
import { greeting, type Letter, nameOfPerson, words } from './message.ts'

export const props = v.strictObject({
  name: nameOfPerson,
  course: words,
  /** The month of the event, as "September". */
  monthName: words,
  /** The ready-made commitment; null when there was none, or own words, which stay with whoever wrote them. */
  suggestion: v.nullable(words),
  phone: words,
})

/** To whoever now holds the post: what was planned from it. Names nobody and asks nothing. */
export function handOver(given: v.InferInput<typeof props>): Letter {
  const { name, course, monthName, suggestion, phone } = v.parse(props, given)
  return {
    subject: `For your new post: ${course}`,
    blocks: [
      greeting(name),
      {
        type: 'paragraph',
        text: `In ${monthName} whoever held your post came to ${course}.${
          suggestion ? ` The plan from that day was to: “${suggestion}”.` : ''
        }`,
      },
      {
        type: 'paragraph',
        text: suggestion
          ? 'It is yours to carry on, change or leave. There is nothing to answer.'
          : 'If your team planned something after it, that is yours to take up or leave. There is nothing to answer.',
      },
      { type: 'small', text: `Questions about the course: reply or ring ${phone}.` },
    ],
  }
}
