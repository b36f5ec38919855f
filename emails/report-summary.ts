import * as v from 'valibot'
import { greeting, href, type Letter, nameOfPerson, words } from './message.ts'

export const props = v.strictObject({
  firstName: nameOfPerson,
  /** What the report is of: "programme 2025-26" or "Recognising neglect, 2025-26". */
  about: words,
  /** "1 April 2025 to 31 March 2026" */
  period: words,
  /** The summary, one page. */
  href,
  phone: words,
  optOutHref: v.nullable(href),
})

/** To everyone who came to something that an issued report is about: the finished summary, once. */
export function reportSummary(given: v.InferInput<typeof props>): Letter {
  const { firstName, about, period, href, phone, optOutHref } = v.parse(props, given)
  return {
    subject: `What came of it, on one page: ${about}`,
    ...(optOutHref && { optOut: { text: 'Please stop writing to me about this', href: optOutHref } }),
    blocks: [
      greeting(firstName),
      {
        type: 'paragraph',
        text: `You came to training between ${period.replace(' to ', ' and ')}. What those who answered told us three months on is now a finished report: ${about}.`,
      },
      { type: 'paragraph', text: 'Here is what it found, on one page.' },
      { type: 'button', text: 'See what came of it', href },
      {
        type: 'small',
        text: `Everyone who came gets this once, whether they answered or not. It names nobody. Anything else: reply or ring ${phone}.`,
      },
    ],
  }
}
