import { createMemo, createSignal, createUniqueId, For, onCleanup, onMount, Show } from 'solid-js'
import { barLegend, barLook, figure, type Room, wholeRoomBar, wholeRoomTable } from '#server/impact/shared/pictures.ts'
import { wholeRoomSentence } from '#server/impact/shared/sentences.ts'
import { Details } from './Details.tsx'
import { Hatch } from './Hatch.tsx'
import { Table } from './Table.tsx'

/**
 * The product's signature: everyone who came, each in one place, who did not answer hatched at the right end. Drawn at the
 * width it has, so that its words keep their size. The sentence is the picture's name; the table beside it has each count.
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
  const edge = barLook.edgeWidth
  const baseline = () => bar().height - 14

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
              <Show when={piece.edged}>
                <rect
                  x={piece.x + edge / 2}
                  y={edge / 2}
                  width={Math.max(0, piece.width - edge)}
                  height={bar().height - edge}
                  fill="none"
                  stroke={barLook.edge}
                  stroke-width={edge}
                />
              </Show>
              <Show when={piece.x > 0}>
                <line
                  x1={piece.x}
                  y1="0"
                  x2={piece.x}
                  y2={bar().height}
                  stroke={barLook.divider}
                  stroke-width={barLook.dividerWidth}
                />
              </Show>
              <Show when={!piece.hatched}>
                <text
                  class="whole-room-count"
                  x={piece.x + (piece.edged ? edge + 3 : piece.width > 40 ? 8 : 4)}
                  y={baseline()}
                  fill={piece.ink}
                >
                  {figure(piece.count)}
                </text>
              </Show>
            </>
          )}
        </For>
        <Show when={bar().hatch}>
          {(end) => {
            const words = () => (end().fits ? end().words : figure(end().count))
            // The plate keeps the words off the hatch; their own width is only estimated.
            const plate = () => Math.min(words().length * (end().fits ? 8.2 : 10) + 12, end().width - 2)
            return (
              <>
                <rect
                  x={end().x + (end().width - plate() > 16 ? 8 : 1)}
                  y={bar().height - 34}
                  width={plate()}
                  height="28"
                  fill={barLook.hatchGround}
                />
                <text
                  class="whole-room-count"
                  x={end().x + (end().width - plate() > 16 ? 14 : 4)}
                  y={baseline()}
                  fill={barLook.outline}
                >
                  {words()}
                </text>
              </>
            )
          }}
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
              {entry.label}
            </li>
          )}
        </For>
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
