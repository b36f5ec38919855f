import * as v from 'valibot'
import { greeting, href, type Letter, nameOfPerson, words } from './message.ts'

export const props = v.strictObject({
  firstName: nameOfPerson,
  /** When the words were written, as "Tuesday 15 December 2026, 10:42am". */
  writtenAt: words,
  /** The other people on cover, who are told the same. */
  alsoTold: v.array(nameOfPerson),
  /** Whether nobody has recorded yet what was done after an earlier message. */
  isReminder: v.boolean(),
  href,
})

/** Tells cover where to look. What was written never leaves the page. */
export function urgentWords(given: v.InferInput<typeof props>): Letter {
  const { firstName, writtenAt, alsoTold, isReminder, href } = v.parse(props, given)
  const others = alsoTold.filter((name) => name !== '')
  return {
    subject: isReminder ? 'Still open: words that need someone now' : 'Words that need someone now',
    blocks: [
      greeting(firstName),
      {
        type: 'paragraph',
        text: isReminder
          ? 'Nobody has cleared these words yet.'
          : 'Somebody wrote something that may mean a person is at risk.',
      },
      {
        type: 'facts',
        facts: [
          ['Written', writtenAt],
          ['Also told', others.length ? others.join(', ') : 'nobody else'],
        ],
      },
      { type: 'button', text: 'Read it now', href },
      {
        type: 'paragraph',
        text: 'The text is only on that page, not in this e-mail. It stays first on the page of text to clear until someone has read it and cleared it.',
      },
    ],
  }
}
