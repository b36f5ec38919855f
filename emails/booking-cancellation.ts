import * as v from 'valibot'
import { greeting, href, type Letter, nameOfPerson, words } from './message.ts'

export const props = v.strictObject({
  firstName: nameOfPerson,
  course: words,
  when: v.pipe(v.array(words), v.minLength(1)),
  where: words,
  /** A whole sentence saying who cancelled and why. */
  reason: words,
  /** A whole sentence about a charge, or null when there is none to speak of. */
  charge: v.nullable(words),
  /** Where other dates are, or null when there is nothing to book instead. */
  otherDatesHref: v.nullable(href),
  phone: words,
})

export function bookingCancellation(given: v.InferInput<typeof props>): Letter {
  const { firstName, course, when, where, reason, charge, otherDatesHref, phone } = v.parse(props, given)
  const blocks: Letter['blocks'] = [
    greeting(firstName),
    { type: 'paragraph', text: charge ? `${reason} ${charge}` : reason },
    {
      type: 'facts',
      facts: [
        ['Cancelled', course],
        ['When', when.join('\n')],
        ['Where', where],
      ],
    },
    { type: 'paragraph', text: 'The attached entry takes it out of your calendar.' },
  ]
  if (otherDatesHref) blocks.push({ type: 'button', text: 'See other dates', href: otherDatesHref })
  blocks.push({ type: 'paragraph', text: `If this is not right, reply to this email or ring ${phone}.` })
  return { subject: `Cancelled: ${course}`, blocks }
}
