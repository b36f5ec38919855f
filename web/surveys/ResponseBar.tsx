import { createUniqueId } from 'solid-js'
import { Hatch } from '#web/parts/Hatch.tsx'

/** Those who answered of everyone who came, the rest hatched. A picture beside its numbers, so it is not said twice. */
export function ResponseBar(props: { core: number; attended: number; height?: number }) {
  const hatch = createUniqueId()
  const share = () => (props.attended === 0 ? 0 : (props.core * 100) / props.attended)
  const height = () => props.height ?? 14
  return (
    <svg class="response-bar" width="100%" height={height()} aria-hidden="true">
      <defs>
        <Hatch id={hatch} gap={6} />
      </defs>
      <rect x="0" y="0" width="100%" height={height()} fill={`url(#${hatch})`} />
      <rect x="0" y="0" width={`${share()}%`} height={height()} fill="#0f7a78" />
      <rect x="0" y="0" width="100%" height={height()} fill="none" stroke="#12243a" stroke-width="2" />
    </svg>
  )
}
