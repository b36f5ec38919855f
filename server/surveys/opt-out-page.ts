import { html } from 'hono/html'
import type { Context } from '#server/context.ts'
import { radios } from '#server/pages/fields.ts'
import type { Page } from '#server/pages/page.ts'
import type { OptOutState } from './opting-out.ts'

/** The form before an opt-out, what stands after it, and the way back. */
export function optOutPage(ctx: Context, token: string, state: OptOutState, isUndone = false): Page {
  const { phone } = ctx.config.partnership
  if (state.scope)
    return {
      title: 'We have stopped asking',
      main: html`<h1>We have stopped asking</h1><p>${
        state.scope === 'all'
          ? 'You will get no more questions about any course.'
          : html`You will get no more questions about ${state.course}.`
      } Emails about your bookings and certificates still come.</p><form method="post" action="/opt-out/${token}/undo"><button>Ask me again after all</button></form>${
        state.scope === 'course'
          ? html`<form method="post" action="/opt-out/${token}"><button class="s" name="scope" value="all">Stop asking about every course</button></form>`
          : ''
      }<p class="small">If you did not press this yourself, a mail filter may have: the button above puts it right.</p>`,
    }
  if (isUndone)
    return {
      title: 'We will ask you again',
      main: html`<h1>We will ask you again</h1><p role="status">You are asked about ${state.course} as before. Nothing else has changed.</p><p><a href="/opt-out/${token}">Stop asking after all</a></p>`,
    }
  return {
    title: 'Stop asking me',
    main: html`<h1>What should we stop asking about?</h1><form method="post" action="/opt-out/${token}">${radios({
      name: 'scope',
      legend: 'Emails about your bookings and certificates still come.',
      options: [
        { value: 'course', text: `Only ${state.course}` },
        { value: 'all', text: 'Every course, now and later' },
      ],
      chosen: ['course'],
    })}<button>Stop asking me</button></form><p class="small">You can undo it on the next page, or ring ${phone}.</p>`,
  }
}
