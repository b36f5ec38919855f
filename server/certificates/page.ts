import { html, raw } from 'hono/html'
import type { Context } from '#server/context.ts'
import type { Markup, Page } from '#server/pages/page.ts'
import { qrSvg } from '#server/qr.ts'
import { type Certificate, printedCode } from './certificate.ts'
import { checkAddress, checkHost } from './check.ts'
import { claimsList } from './claims-page.ts'
import { certificateTitle } from './shared/claims.ts'

/** The certificate itself, for its holder and whomever they pass the address to. */
export async function certificatePage(ctx: Context, token: string, certificate: Certificate): Promise<Page> {
  const { claims, added, standing } = certificate
  const code = await printedCode(ctx, certificate)
  const stands = standing.status === 'valid' && code !== null
  return {
    title: certificateTitle,
    about: `${claims.course}, ${claims.dates}`,
    main: html`<h1>${certificateTitle}</h1>${standingNote(certificate)}${
      stands ? html`<p><a href="/certificates/${token}/document.pdf">Save it as a PDF</a></p>` : ''
    }${claimsList(claims, added)}${stands ? checkSection(ctx, code) : ''}`,
  }
}

export function noCertificatePage(): Page {
  return {
    title: 'This link does not work',
    main: html`<h1>This link does not work</h1><p>We hold no certificate at this address. Was all of it copied? The link in your email still works, and your certificates are also under <a href="/certificates">My certificates</a> when you have signed in.</p>`,
  }
}

function standingNote({ standing }: Certificate): Markup | '' {
  if (standing.status === 'valid') return ''
  const words =
    standing.status === 'replaced'
      ? html`This certificate no longer counts. Number <strong>${standing.by}</strong> replaced it on ${standing.on}.`
      : html`This certificate was withdrawn on ${standing.on}, because the register of the day was corrected.`
  return html`<p class="u">${words} If you think that is wrong, ring or write to us.</p>`
}

function checkSection(ctx: Context, code: string): Markup {
  const address = checkAddress(ctx, code)
  return html`<h2>For whoever wants to check it</h2><p>Scan the square, or type this code at <a href="/check">${checkHost(ctx)}</a>:</p><p><strong>${code}</strong></p><p>${raw(qrSvg(address, `QR code that opens ${address}`))}</p>`
}
