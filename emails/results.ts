import * as v from 'valibot'
import { type Block, greeting, href, type Letter, nameOfPerson, words } from './message.ts'

const people = v.pipe(v.number(), v.integer(), v.minValue(0))

export const props = v.pipe(
  v.strictObject({
    firstName: nameOfPerson,
    course: words,
    /** When the event was, as "Tuesday 8 September 2026". */
    date: words,
    came: people,
    answered: people,
    /** How many told us, and no more: "31 of the 54 people who came have told us what happened next." */
    sentence: words,
    /** The page with the whole picture. */
    href,
    /** Their own reflective account; null when they have not answered. */
    account: v.nullable(href),
    phone: words,
    optOutHref: v.nullable(href),
  }),
  v.check(({ came, answered }) => answered <= came, 'No more can have answered than came'),
)

/** To everyone who came, also to those who were silent: what came of it. */
export function results(given: v.InferInput<typeof props>): Letter {
  const { firstName, course, date, came, answered, sentence, href, account, phone, optOutHref } = v.parse(props, given)
  const yours: Block[] = account
    ? [
        {
          type: 'link',
          before: 'You told us too: your answers make one page for your own professional record.',
          text: 'See your own page',
          href: account,
        },
      ]
    : []
  return {
    subject: answered > 0 ? `What came of it: ${answered} of ${came} people told us` : 'What came of the course',
    ...(optOutHref && { optOut: { text: 'Please stop writing to me about this', href: optOutHref } }),
    blocks: [
      greeting(firstName),
      { type: 'paragraph', text: `You came to ${course}, ${date}. Here is what came of it.` },
      { type: 'paragraph', text: sentence },
      { type: 'button', text: 'See the whole picture', href },
      ...yours,
      {
        type: 'small',
        text: `Everyone who came gets this, whether they answered or not. It names nobody. Anything else: reply or ring ${phone}.`,
      },
    ],
  }
}
