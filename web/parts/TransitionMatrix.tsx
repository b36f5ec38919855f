import { createMemo, For, Show } from 'solid-js'
import { figure, type Matrix, matrixPicture, matrixTable } from '#server/impact/shared/pictures.ts'
import { Details } from './Details.tsx'
import { Scrolling } from './Scrolling.tsx'
import { Table } from './Table.tsx'

/** Before the day and three months on, one learning outcome. `sentence` reads it and names the picture. */
export function TransitionMatrix(props: { matrix: Matrix; sentence: string; outcome: string }) {
  const picture = createMemo(() => matrixPicture(props.matrix))
  const table = createMemo(() => matrixTable(props.matrix))
  return (
    <figure class="picture matrix">
      <p class="soft">{props.sentence}</p>
      <Scrolling label={props.outcome}>
        <svg
          class="matrix-grid"
          role="img"
          aria-label={`${props.outcome}: ${props.sentence}`}
          viewBox={`0 0 ${picture().width + 2} ${picture().height + 2}`}
        >
          <For each={picture().cells}>
            {(cell) => (
              <>
                <rect
                  x={cell.x + 0.5}
                  y={cell.y + 0.5}
                  width={cell.w}
                  height={cell.h}
                  fill={cell.fill}
                  stroke={picture().line}
                />
                <Show when={cell.count > 0}>
                  <text
                    class="matrix-count"
                    x={cell.x + cell.w / 2}
                    y={cell.y + cell.h / 2}
                    dy="0.35em"
                    text-anchor="middle"
                    fill={cell.ink}
                  >
                    {figure(cell.count)}
                  </text>
                </Show>
              </>
            )}
          </For>
          <For each={[...picture().rows, ...picture().columns]}>
            {(label) => (
              <text class="matrix-label" x={label.x} y={label.y} dy="0.35em" text-anchor={label.anchor}>
                {label.label}
              </text>
            )}
          </For>
        </svg>
      </Scrolling>
      <figcaption class="soft">Rows: before. Columns: three months after.</figcaption>
      <Details summary="Show as a table">
        <Table
          caption={`${props.outcome}: before the day and three months on`}
          columns={[
            { words: table().head[0]!, cell: (row) => row.label },
            ...table()
              .head.slice(1, -1)
              .map((words, now) => ({
                words,
                numeric: true,
                cell: (row: { counts: number[] }) => figure(row.counts[now]!),
              })),
            { words: table().head.at(-1)!, numeric: true, cell: (row) => figure(row.total) },
          ]}
          rows={[...table().rows, { label: 'All', counts: table().foot.slice(0, -1), total: table().foot.at(-1)! }]}
        />
      </Details>
    </figure>
  )
}
