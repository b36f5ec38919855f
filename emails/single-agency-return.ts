import * as v from 'valibot'
import { notSureItIsUs } from './follow-up-words.ts'
import { greeting, href, type Letter, nameOfPerson, words } from './message.ts'

export const props = v.strictObject({
  agency: nameOfPerson,
  /** The year it is about, as "1 April 2025 to 31 March 2026". */
  year: words,
  /** The last day on which it can be filled in and changed. */
  until: words,
  isReminder: v.boolean(),
  href,
  phone: words,
})

/** To an agency, once a year: the link to tell what it taught its own people. */
export function singleAgencyReturn(given: v.InferInput<typeof props>): Letter {
  const { agency, year, until, isReminder, href, phone } = v.parse(props, given)
  const who = agency || 'your agency'
  return {
    subject: isReminder
      ? `Reminder: what ${who} taught its own people`
      : `Once a year: what ${who} taught its own people`,
    blocks: [
      greeting(''),
      {
        type: 'paragraph',
        text: isReminder
          ? `We have not had your return yet. It takes ten minutes, and can be filled in until ${until}.`
          : `How many of your people did you teach about safeguarding yourselves, and when did you last teach each theme? We ask every agency once a year. It takes ten minutes.`,
      },
      { type: 'paragraph', text: `It is about ${year}.` },
      { type: 'button', text: 'Fill in the return', href },
      {
        type: 'paragraph',
        text: `You can come back by the same button and change it until ${until}. It is printed as told to us, not checked. If somebody else keeps your training record, pass this email on to them.`,
      },
      { type: 'small', text: notSureItIsUs(phone) },
    ],
  }
}
