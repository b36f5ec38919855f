import { html } from 'hono/html'
import type { Markup } from '#server/pages/page.ts'
import { type ClaimRow, type Claims, claimRows, exampleNotice } from './shared/claims.ts'

/** Every claim that the document prints, in its order, and what its holder added. */
export function claimsList(claims: Claims, added: readonly ClaimRow[]): Markup {
  return html`${claims.example ? html`<p class="u"><strong>${exampleNotice}</strong></p>` : ''}<dl>${[
    ...claimRows(claims),
    ...added,
  ].map(
    ([label, value]) =>
      html`<dt>${label}</dt><dd>${
        typeof value === 'string' ? value : html`<ul>${value.map((item) => html`<li>${item}</li>`)}</ul>`
      }</dd>`,
  )}</dl>`
}
