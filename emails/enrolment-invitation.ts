import * as v from 'valibot'
import { greeting, href, type Letter, nameOfPerson, words } from './message.ts'

export const props = v.strictObject({
  firstName: nameOfPerson,
  /** As "coordinator". */
  role: words,
  href,
  /** How long the address is good for, as "an hour". */
  validFor: words,
  phone: words,
})

export function enrolmentInvitation({ firstName, role, href, validFor, phone }: v.InferOutput<typeof props>): Letter {
  return {
    subject: 'Set up your staff sign-in',
    blocks: [
      greeting(firstName),
      {
        type: 'paragraph',
        text: `You have been given the role of ${role}. Staff sign in with a second step on their phone; the page below sets it up.`,
      },
      { type: 'button', text: 'Set up your second step', href },
      {
        type: 'paragraph',
        text: `The address works once, for ${validFor}. Keep it to yourself. If you were not expecting this, ring ${phone}.`,
      },
    ],
  }
}
