import * as v from 'valibot'
import { type Block, greeting, href, type Letter, nameOfPerson, words } from './message.ts'

export const props = v.strictObject({
  firstName: nameOfPerson,
  course: words,
  /** One line for each event session, as "Thursday 6 August 2026, 9:30am to 12:30pm". */
  when: v.pipe(v.array(words), v.minLength(1)),
  /** Each place once, with its address. */
  where: v.pipe(v.array(words), v.minLength(1)),
  /** The six characters that open this person's pages of the day. */
  dayCode: words,
  /** Null when nothing but the code is needed. */
  toBring: v.nullable(words),
  /** What the course touches on that may be hard, and whom to speak to in words that follow "speak to"; null for most. */
  content: v.nullable(v.strictObject({ notice: words, support: words })),
  /** For a video meeting: from when its link stands on the booking page, in words that follow "is there"; null when there is none. */
  linkFrom: v.nullable(words),
  manageHref: href,
  /** Where the questions before the day are; null when they are answered or there are none. */
  beforeHref: v.nullable(href),
  phone: words,
})

/**
 * Three working days before, or at once after a late booking: all that the day needs. A video link stands on the booking page and not
 * here: no letter leads anywhere but to us (E2), and one that is passed on must not let anyone in.
 */
export function joiningInstructions(given: v.InferInput<typeof props>): Letter {
  const told = v.parse(props, given)
  const { firstName, course, when, where, dayCode, toBring, content, linkFrom, manageHref, beforeHref, phone } = told
  const facts: [string, string][] = [
    ['Course', course],
    ['When', when.join('\n')],
    ['Where', where.join('\n')],
    ['Please bring', toBring ? `${toBring}, and your day code` : 'Only your day code'],
  ]
  const blocks: Block[] = [
    greeting(firstName),
    { type: 'paragraph', text: 'This is all you need for the day.' },
    { type: 'facts', facts },
    {
      type: 'paragraph',
      text: 'Your day code. On the day it opens your questions on any phone, without signing in; the address is shown in the room or the meeting:',
    },
    { type: 'code', text: dayCode },
  ]
  if (content)
    blocks.push({
      type: 'paragraph',
      text: `About the content: ${full(content.notice)} Before or after, you may speak to ${full(content.support)}`,
    })
  blocks.push({
    type: 'link',
    before: linkFrom
      ? `All times are UK time. The link to the meeting stands on your booking page: it is there ${linkFrom}.`
      : 'If you can no longer come, please tell us, so that someone else can have your place.',
    text: linkFrom ? 'Open your booking' : 'See or cancel your booking',
    href: manageHref,
  })
  if (beforeHref)
    blocks.push(
      {
        type: 'paragraph',
        text: 'One thing before you come: a few taps about where you are now, so that we can see later what the course changes.',
      },
      { type: 'button', text: 'Two minutes before you come: where are you today?', href: beforeHref },
    )
  blocks.push({ type: 'paragraph', text: `Running late, or anything else: reply to this email or ring ${phone}.` })
  return { subject: `Joining instructions: ${course}`, preheader: when.join(' and '), blocks }
}

/** As a whole sentence. */
const full = (words: string): string => (/[.!?]$/.test(words) ? words : `${words}.`)
