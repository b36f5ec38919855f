import { createMemo, createUniqueId, For } from 'solid-js'
import { Hatch } from './Hatch.tsx'

export type MixPart = { words: string; count: number }

/** Darkest first; a sixth kind and on are one piece, "Other". */
const fills = ['#003f44', '#0f7a78', '#7cc4bf', '#d68a4e', '#c3cad4']

/**
 * The agency mix of an event: a bar 20 px high, free places hatched, with its numbers in words below. `note` follows
 * them ("2 kept for Probation until Tuesday").
 */
export function MixBar(props: { parts: readonly MixPart[]; capacity: number; note?: string }) {
  const hatch = createUniqueId()
  const parts = createMemo(() => {
    const sorted = props.parts.filter(({ count }) => count > 0).toSorted((a, b) => b.count - a.count)
    if (sorted.length <= fills.length) return sorted
    const rest = sorted.slice(fills.length - 1).reduce((sum, { count }) => sum + count, 0)
    return [...sorted.slice(0, fills.length - 1), { words: 'Other', count: rest }]
  })
  const taken = createMemo(() => parts().reduce((sum, { count }) => sum + count, 0))
  const whole = () => Math.max(1, props.capacity, taken())
  const drawn = createMemo(() => {
    let x = 0
    return parts().map((part, index) => {
      const width = (part.count * 100) / whole()
      const piece = { x, width, fill: fills[index]! }
      x += width
      return piece
    })
  })
  const words = () =>
    [
      `${taken()} of ${props.capacity} places`,
      parts()
        .map(({ words, count }) => `${words} ${count}`)
        .join(', '),
      props.note,
    ]
      .filter(Boolean)
      .join(' · ')

  return (
    <div class="mix">
      <svg class="mix-bar" width="100%" height="20" aria-hidden="true">
        <defs>
          <Hatch id={hatch} gap={6} />
        </defs>
        <rect x="0" y="0" width="100%" height="20" fill={`url(#${hatch})`} />
        <For each={drawn()}>
          {(piece) => (
            <rect x={`${piece.x}%`} y="0" width={`${piece.width}%`} height="20" fill={piece.fill} stroke="#12243a" />
          )}
        </For>
        <rect class="mix-edge" x="0" y="0" width="100%" height="20" fill="none" stroke="#12243a" stroke-width="2" />
      </svg>
      <p class="mix-words">{words()}</p>
    </div>
  )
}
