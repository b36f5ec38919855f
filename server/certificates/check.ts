import { html } from 'hono/html'
import type { Context } from '#server/context.ts'
import { words } from '#server/pages/fields.ts'
import type { Page } from '#server/pages/page.ts'
import type { Certificate } from './certificate.ts'
import { claimsList } from './claims-page.ts'

/** Look-ups that one client may make in a minute: more than anyone checking papers needs, too few to guess 80 bits. */
export const checksAllowed = { max: 100, windowMs: 60_000 } as const

/** Where the QR code leads. */
export const checkAddress = (ctx: Pick<Context, 'config'>, code: string): string => `${ctx.config.origin}/check/${code}`

/** Where a person types the code, as it is printed. */
export const checkHost = (ctx: Pick<Context, 'config'>): string => `${new URL(ctx.config.origin).host}/check`

/** @param typed what was typed and could not be a code */
export function checkFormPage(typed?: string): Page {
  const issues =
    typed === undefined
      ? []
      : [{ path: 'code', message: 'Enter the code as it is printed: 16 letters and digits in groups of four' }]
  return {
    title: 'Check a certificate',
    issues,
    main: html`<h1>Check a certificate</h1><p>We show what we printed on it, so that you can compare. You need no account, and the holder is not told.</p><form method="get" action="/check" novalidate>${words(
      {
        name: 'code',
        label: 'Code on the certificate',
        hint: 'Such as 7K3M-Q9XT-2VWB-5HDN. Spaces, dashes and small letters do not matter.',
        value: typed?.slice(0, 100) ?? '',
        maxlength: 30,
        issues,
      },
    )}<button>Check it</button></form>`,
  }
}

export function checkedPage({ claims, added, standing }: Certificate): Page {
  const [title, note] =
    standing.status === 'valid'
      ? ['This certificate is valid', null]
      : standing.status === 'withdrawn'
        ? ['This certificate was withdrawn', html`Withdrawn on ${standing.on}. It no longer counts.`]
        : ['This certificate was replaced', html`Replaced by number <strong>${standing.by}</strong> on ${standing.on}.`]
  return {
    title,
    main: html`<h1>${title}</h1>${note ? html`<p class="u">${note}</p>` : ''}<p>This is every claim that we printed on it. If the paper or file you were given differs in any of them, it was altered.${added.length ? ' The last line was added later, as its holder wished; a copy saved before then is without it.' : ''}</p>${claimsList(claims, added)}${again}`,
  }
}

export function unknownPage(): Page {
  const title = 'We hold no record of this certificate'
  return {
    title,
    main: html`<h1>${title}</h1><p>No certificate of ours has this code. Compare it with the paper once more, or ring us.</p>${again}`,
  }
}

export function tooManyPage(seconds: number): Page {
  const title = 'Too many checks'
  return {
    title,
    main: html`<h1>${title}</h1><p>Many certificates were checked from where you are within a minute. Wait ${seconds} ${seconds === 1 ? 'second' : 'seconds'} and try again.</p>`,
  }
}

const again = html`<p><a href="/check">Check another certificate</a></p>`
