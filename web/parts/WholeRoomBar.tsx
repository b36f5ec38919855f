import { createMemo, createSignal, createUniqueId, For, onCleanup, onMount, Show } from 'solid-js'
import { widthOf } from '#server/impact/shared/drawing/letters.ts'
import {
  barLegend,
  barLook,
  figure,
  type Room,
  silentLabel,
  wholeRoomBar,
  wholeRoomTable,
} from '#server/impact/shared/pictures.ts'
import { wholeRoomSentence } from '#server/impact/shared/sentences.ts'
import { Details } from './Details.tsx'
import { Hatch } from './Hatch.tsx'
import { Table } from './Table.tsx'

/**
 * The product's signature: everyone who came, each in one place and as wide as their share, who did not answer hatched at the
 * right end. Drawn at the width it has, so that its words keep their size. The sentence is the picture's name; key and table have each count.
 */
export function WholeRoomBar(props: { room: Room; sentence?: string; of?: string }) {
  const hatch = createUniqueId()
  const [width, setWidth] = createSignal(1000)
  let frame: HTMLElement | undefined
  onMount(() => {
    const watch = new ResizeObserver(([entry]) => {
      // In the units of 16 px text, so that the counts grow with the reader's own text size.
      const scale = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16
      if (entry) setWidth(Math.max(240, Math.floor(entry.contentRect.width / scale)))
    })
    watch.observe(frame!)
    onCleanup(() => watch.disconnect())
  })

  const bar = createMemo(() => wholeRoomBar(props.room, width()))
  const baseline = () => bar().height - 14
  /** What stands within the hatch: its words, or else its count, or nothing. */
  const inHatch = () => {
    const { hatch: end, pieces } = bar()
    const inset = pieces.at(-1)?.inset ?? null
    if (!end || inset === null) return null
    const words = end.fits ? end.words : figure(end.count)
    return { words, x: end.x + inset, width: widthOf(words, 17, true) }
  }

  return (
    <figure class="picture" ref={frame}>
      <svg
        class="whole-room"
        role="img"
        aria-label={props.sentence ?? wholeRoomSentence(props.room)}
        viewBox={`0 0 ${bar().width} ${bar().height}`}
      >
        <defs>
          <Hatch id={hatch} />
        </defs>
        <For each={bar().pieces}>
          {(piece) => (
            <>
              <rect
                x={piece.x}
                y="0"
                width={piece.width}
                height={bar().height}
                fill={piece.hatched ? `url(#${hatch})` : piece.fill}
              />
              <Show when={piece.edge > 0}>
                <rect
                  x={piece.x + piece.edge / 2}
                  y={piece.edge / 2}
                  width={piece.width - piece.edge}
                  height={bar().height - piece.edge}
                  fill="none"
                  stroke={barLook.edge}
                  stroke-width={piece.edge}
                />
              </Show>
              <Show when={!piece.hatched && piece.inset !== null}>
                <text class="whole-room-count" x={piece.x + (piece.inset ?? 0)} y={baseline()} fill={piece.ink}>
                  {figure(piece.count)}
                </text>
              </Show>
            </>
          )}
        </For>
        <For each={bar().pieces}>
          {({ x, line }) => (
            <Show when={line > 0}>
              <line x1={x} y1="0" x2={x} y2={bar().height} stroke={barLook.divider} stroke-width={line} />
            </Show>
          )}
        </For>
        <Show when={inHatch()}>
          {(said) => (
            <>
              {/* The plate keeps the words off the hatch. */}
              <rect
                x={said().x - 6}
                y={bar().height - 34}
                width={said().width + 12}
                height="28"
                fill={barLook.hatchGround}
              />
              <text class="whole-room-count" x={said().x} y={baseline()} fill={barLook.outline}>
                {said().words}
              </text>
            </>
          )}
        </Show>
        <rect
          x="0.5"
          y="0.5"
          width={bar().width - 1}
          height={bar().height - 1}
          fill="none"
          stroke={barLook.outline}
          stroke-width="1"
        />
      </svg>
      <Show when={bar().hatch && !bar().hatch?.fits}>
        <p class="whole-room-below">{bar().hatch?.words}</p>
      </Show>
      <ul class="legend" aria-hidden="true">
        <For each={barLegend}>
          {(entry) => (
            <li>
              <svg class="legend-box" aria-hidden="true" width="14" height="14" viewBox="0 0 14 14">
                <rect x="0.5" y="0.5" width="13" height="13" fill={entry.fill} stroke={barLook.outline} />
                <Show when={entry.edged}>
                  <rect x="2.5" y="2.5" width="9" height="9" fill="none" stroke={barLook.edge} stroke-width="4" />
                </Show>
              </svg>
              {`${entry.label}: ${figure(props.room.segments[entry.key])}`}
            </li>
          )}
        </For>
        <Show when={bar().hatch}>
          {(end) => (
            <li>
              <svg class="legend-box" aria-hidden="true" width="28" height="14" viewBox="0 0 28 14">
                <rect x="0.5" y="0.5" width="27" height="13" fill={`url(#${hatch})`} stroke={barLook.outline} />
              </svg>
              {`${silentLabel}: ${figure(end().count)}`}
            </li>
          )}
        </Show>
      </ul>
      <Details summary="Show as a table">
        <Table
          caption={props.of ? `What became of it: ${props.of}` : 'Everyone who came'}
          columns={[
            { words: 'What they told us', cell: ([label]) => label },
            { words: 'People', numeric: true, cell: ([, count]) => figure(count) },
            {
              words: 'Of everyone who came',
              numeric: true,
              cell: ([, , percent]) => (percent === null ? '–' : `${percent}%`),
            },
          ]}
          rows={wholeRoomTable(props.room)}
        />
      </Details>
    </figure>
  )
}
