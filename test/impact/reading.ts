import type { PageRead } from '#server/impact/routes.ts'
import type { Figure } from '#server/impact/shared/figures.ts'
import type { Matrix, Room } from '#server/impact/shared/pictures.ts'

const steps = {
  'Still booked on the day': 'booked',
  Came: 'came',
  'Could be reached': 'reachable',
  Asked: 'asked',
  Answered: 'answered',
  'Answered fully': 'full',
  Matched: 'matched',
} as const

/** A page of the impact pages by what tests ask of it: its figures by their keys, and the headline, flow and outcomes taken apart. */
export function inShort({ page, hrefs, crumbs }: PageRead) {
  const figure = (key: string): Figure | undefined => page.figures.find((one) => one.key === key)
  const flow = figure('flow')!
  const whole = figure('whole-room')!
  const room: Room | null = whole.picture?.kind === 'whole-room' ? whole.picture.room : null
  const rows = (key: string) => Object.fromEntries((figure(key)?.table?.rows ?? []).map(([words, n]) => [words, n]))
  return {
    page,
    hrefs,
    crumbs,
    figure,
    rows,
    flow: {
      ...(Object.fromEntries(flow.table!.rows.map(([words, n]) => [steps[words as keyof typeof steps], n])) as Record<
        (typeof steps)[keyof typeof steps],
        number
      >),
      sentence: flow.sentence,
    },
    provisional: page.provisional,
    wholeRoom: room && {
      label: whole.label,
      room,
      sentence: whole.sentence,
      breakEven: figure('break-even')!.sentence,
      table: whole.table!.rows,
      drillDown: whole.drillDown,
    },
    notShown: whole.notShown,
    outcomes: page.figures.filter(({ key }) => key.startsWith('outcome-')).map(movesOf),
    firstOutcomes: figure('first-outcomes') && movesOf(figure('first-outcomes')!),
    method: page.method,
    cannotTell: page.cannotTell,
    /** Pages below, by key: came, answered, and whether their page shows how. */
    below: Object.fromEntries(page.below.map(({ key, title, words }) => [key, { title, words }])),
  }
}
export type InShort = ReturnType<typeof inShort>

function movesOf({ title, base, picture, sentence, notShown, drillDown, label }: Figure) {
  const matrix: Matrix | null = picture?.kind === 'matrix' ? picture.matrix : null
  return { outcome: title.slice(1, -1), label, matched: base!.people, matrix, sentence, why: notShown, drillDown }
}
