import { html } from 'hono/html'
import type { Markup } from '#server/pages/page.ts'
import {
  type BarPiece,
  barLegend,
  barLook,
  figure,
  insetOf,
  type Room,
  type TableRow,
  unheardKeys,
  unheardLabels,
  wholeRoomBar,
} from './shared/pictures.ts'

/*
 * The whole-room bar for pages without script: places in per cent of the width there is, so that its words keep their size at any;
 * colours as attributes, since the policy of these pages allows no inline style. Its table is its key as well.
 */

/** Where the count of a piece may stand: at any width, from 40em (class `v`), or in the table alone. A telephone of 320 px has the first, without its margins. */
const narrowest = 284
const wide = 600
/** Of a bold digit at 17 px in the widest face a reader's system may have, so that no count is cut off. */
const digitWidth = 12.5

/** The bar, named by its sentence, and in words below it who is in the hatch. */
export function barMarkup(room: Room, sentence: string): Markup {
  const { width, height, pieces, hatch } = wholeRoomBar(room, wide)
  const share = (units: number) => `${Math.round((units * 100_000) / width) / 1000}%`
  return html`<svg class="r" role="img" aria-label="${sentence}" width="100%" height="${height}"><defs>${hatching('hatch')}</defs>${pieces.map(
    (piece) =>
      // Half of a stroke lies outside and is cut off: what is seen of it is the edge.
      html`<svg x="${share(piece.x)}" width="${share(piece.width)}" height="${height}"><rect width="100%" height="100%" fill="${piece.hatched ? 'url(#hatch)' : piece.fill}"${piece.edged ? html` stroke="${barLook.edge}" stroke-width="${edgeAt(narrowest, piece.width) * 2}"` : ''}/>${countOf(piece, height)}</svg>`,
  )}${pieces.map(({ x, line }) =>
    line > 0
      ? html`<line x1="${share(x)}" x2="${share(x)}" y1="0" y2="${height}" stroke="${barLook.divider}" stroke-width="${line}"/>`
      : '',
  )}<rect width="100%" height="100%" fill="none" stroke="${barLook.outline}" stroke-width="2"/></svg>${hatch ? html`<p class="h">Hatched: ${hatch.words}.</p>` : ''}`
}

/** The edge of a piece that is `units` of `wide`, where the bar is `width`: never so thick that nothing is left within. */
function edgeAt(width: number, units: number): number {
  return Math.round(Math.min(barLook.edgeWidth, (units * width) / wide / 4) * 100) / 100
}

function countOf({ count, width, hatched, edged, ink }: BarPiece, height: number): Markup | '' {
  const words = figure(count)
  const counted = words.length * digitWidth
  const edge = edged ? barLook.edgeWidth : 0
  const onPhone = insetOf((width * narrowest) / wide, counted, edge, hatched)
  const x = onPhone ?? insetOf(width, counted, edge, hatched)
  if (x === null) return ''
  const shown = onPhone === null ? html` class="v"` : ''
  return html`${hatched ? html`<rect${shown} x="${x - 6}" y="${height - 34}" width="${counted + 12}" height="28" fill="${barLook.hatchGround}"/>` : ''}<text${shown} x="${x}" y="${height - 14}" fill="${ink}" font-size="17" font-weight="700">${words}</text>`
}

/** Every count of the bar, each beside its colour. */
export function barTable(all: readonly TableRow[], caption: string): Markup {
  // An answer that nobody gave is a finding; a reason for silence that nobody had is not.
  const rows = all.filter(([label, count]) => count > 0 || !isUnheard(label))
  const hasPercent = rows.some(([, , percent]) => percent !== null)
  return html`<table><caption>${caption}</caption><thead><tr><th scope="col">What they told us</th><th scope="col" class="k">People</th>${hasPercent ? html`<th scope="col" class="k">Of all</th>` : ''}</tr></thead><tbody>${rows.map(
    ([label, count, percent]) =>
      html`<tr><th scope="row">${swatch(label)} ${label}</th><td class="k">${figure(count)}</td>${hasPercent ? html`<td class="k">${percent === null ? '–' : `${percent}%`}</td>` : ''}</tr>`,
  )}</tbody></table>`
}

const isUnheard = (label: string) => unheardKeys.some((key) => unheardLabels[key] === label)

function swatch(label: string): Markup {
  const entry = barLegend.find((one) => one.label === label)
  const fill = entry?.fill ?? (isUnheard(label) ? 'url(#hatch)' : barLook.hatchGround)
  return html`<svg aria-hidden="true" width="14" height="14"><rect width="14" height="14" fill="${fill}" stroke="${barLook.outline}" stroke-width="2"/>${entry?.edged ? html`<rect x="2.5" y="2.5" width="9" height="9" fill="none" stroke="${barLook.edge}" stroke-width="3"/>` : ''}</svg>`
}

const hatching = (id: string) =>
  html`<pattern id="${id}" width="${barLook.hatchGap}" height="${barLook.hatchGap}" patternUnits="userSpaceOnUse" patternTransform="rotate(${barLook.hatchAngle})"><rect width="${barLook.hatchGap}" height="${barLook.hatchGap}" fill="${barLook.hatchGround}"/><line x1="0.5" y1="0" x2="0.5" y2="${barLook.hatchGap}" stroke="${barLook.hatchLine}" stroke-width="1.5"/></pattern>`
