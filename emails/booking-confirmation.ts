import * as v from 'valibot'
import { greeting, href, type Letter, nameOfPerson, words } from './message.ts'

export const props = v.strictObject({
  firstName: nameOfPerson,
  course: words,
  /** One line for each event session, as "Thursday 24 September 2026, 9:30am to 4:30pm". */
  when: v.pipe(v.array(words), v.minLength(1)),
  where: words,
  toBring: v.nullable(words),
  /** Until when cancelling is free, in words that follow "If you cannot come, please cancel"; null when there is no such day. */
  cancelBy: v.nullable(words),
  cancelHref: href,
  manageHref: href,
  phone: words,
})

export function bookingConfirmation(given: v.InferInput<typeof props>): Letter {
  const { firstName, course, when, where, toBring, cancelBy, cancelHref, manageHref, phone } = v.parse(props, given)
  const facts: [string, string][] = [
    ['Course', course],
    ['When', when.join('\n')],
    ['Where', where],
  ]
  if (toBring) facts.push(['Please bring', toBring])
  return {
    subject: `You have a place: ${course}`,
    preheader: when.join(' and '),
    blocks: [
      greeting(firstName),
      { type: 'paragraph', text: 'You have a place.' },
      { type: 'facts', facts },
      {
        type: 'paragraph',
        text: 'The calendar entry is attached. Answering it does not change your booking; the page below does.',
      },
      { type: 'button', text: 'See or change your booking', href: manageHref },
      {
        type: 'link',
        before: `If you cannot come, please cancel${cancelBy ? ` ${cancelBy}` : ''}, so that someone else can have your place.`,
        text: 'Cancel this booking',
        href: cancelHref,
      },
      { type: 'paragraph', text: `Anything else: reply to this email or ring ${phone}.` },
    ],
  }
}
