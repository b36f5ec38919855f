import * as v from 'valibot'
import type { Letter } from './message.ts'

export const props = v.strictObject({
  code: v.pipe(v.string(), v.regex(/^\d{6}$/)),
  minutes: v.pipe(v.number(), v.integer(), v.minValue(1)),
})

/** A code to type, never a link: a mail scanner cannot use up what it cannot type. */
export function signInCode(given: v.InferInput<typeof props>): Letter {
  const { code, minutes } = v.parse(props, given)
  return {
    subject: 'Your sign-in code',
    blocks: [
      { type: 'paragraph', text: 'Your code for signing in is' },
      { type: 'code', text: code },
      {
        type: 'paragraph',
        text: `Type it on the page where you asked for it, within ${minutes} minutes. It works once, and only there.`,
      },
      {
        type: 'paragraph',
        text: 'We never ask for this code by telephone or by email. If you did not ask for it, somebody may have mistyped their address; you need do nothing.',
      },
    ],
  }
}
