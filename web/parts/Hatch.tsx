import { barLook } from '#server/impact/shared/pictures.ts'

/** The hatch of people who did not answer and of free places; draw it in an svg and fill with `url(#id)`. */
export function Hatch(props: { id: string; gap?: number }) {
  const gap = () => props.gap ?? barLook.hatchGap
  return (
    <pattern
      id={props.id}
      width={gap()}
      height={gap()}
      patternUnits="userSpaceOnUse"
      patternTransform={`rotate(${barLook.hatchAngle})`}
    >
      <rect width={gap()} height={gap()} fill={barLook.hatchGround} />
      <line x1="0.5" y1="0" x2="0.5" y2={gap()} stroke={barLook.hatchLine} stroke-width="1.5" />
    </pattern>
  )
}
