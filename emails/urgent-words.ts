import * as v from 'valibot'
import { greeting, href, type Letter, nameOfPerson, words } from './message.ts'

export const props = v.strictObject({
  firstName: nameOfPerson,
  /** `first` at once, `again` while nobody has recorded where it was passed, `manager` to the business manager after that. */
  telling: v.picklist(['first', 'again', 'manager']),
  /** When the words were written, as "Tuesday 15 December 2026, 10:42am". */
  writtenAt: words,
  /** The other people who were told; for the business manager with their telephone numbers. */
  alsoTold: v.array(nameOfPerson),
  href,
})
export type UrgentWords = v.InferInput<typeof props>

const said = {
  first: {
    subject: 'Words that need someone now',
    text: 'Somebody wrote something that may mean a person is at risk.',
    others: 'Also told',
  },
  again: {
    subject: 'Still open: words that need someone now',
    text: 'Two working hours have gone by, and nobody has recorded where these words were passed.',
    others: 'Also told',
  },
  manager: {
    subject: 'Four hours open: words that need someone now',
    text: 'Somebody wrote something that may mean a person is at risk. Cover was told twice, and nobody has recorded where it was passed. Please ring them now.',
    others: 'On cover',
  },
} as const

/** Tells of words that sounded urgent, and where to look. What was written never leaves the page. */
export function urgentWords(given: UrgentWords): Letter {
  const { firstName, telling, writtenAt, alsoTold, href } = v.parse(props, given)
  const { subject, text, others } = said[telling]
  const names = alsoTold.filter((name) => name !== '')
  return {
    subject,
    blocks: [
      greeting(firstName),
      { type: 'paragraph', text },
      {
        type: 'facts',
        facts: [
          ['Written', writtenAt],
          [others, names.length ? names.join('; ') : 'nobody else'],
        ],
      },
      { type: 'button', text: 'Read it now', href },
      {
        type: 'paragraph',
        text: 'The text is only on that page, for a coordinator who signs in, and not in this email. It stands first there until someone has recorded where it was passed, by whom and when.',
      },
    ],
  }
}
