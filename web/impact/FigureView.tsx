import { createMemo, For, type JSX, Show } from 'solid-js'
import { drawingWidths, drawSvg } from '#server/impact/shared/drawing.ts'
import {
  type Cell,
  type Figure,
  type FigurePart,
  type FigureTable,
  figureLabels,
  figureParts,
  isSelfReported,
} from '#server/impact/shared/figures.ts'
import { figure as counted } from '#server/impact/shared/pictures.ts'
import { Details } from '#web/parts/Details.tsx'
import { Scrolling } from '#web/parts/Scrolling.tsx'
import { Figures } from './Figures.tsx'

/** One figure whole. `children` stand at its foot: notes, decisions, actions. `idPrefix` is for pages that show one key twice. */
export function FigureView(props: { figure: Figure; idPrefix?: string; children?: JSX.Element }) {
  const id = () => `${props.idPrefix ?? ''}figure-${props.figure.key}`
  return (
    <section class="figure" id={id()} aria-labelledby={`${id()}-title`}>
      <h3 id={`${id()}-title`}>{props.figure.title}</h3>
      <Show when={props.figure.label}>
        {(label) => (
          <p class="figure-label">
            {figureLabels[label()]}
            <Show when={isSelfReported(label())}> · self-reported</Show>
          </p>
        )}
      </Show>
      <p class="figure-sentence">
        <Figures words={props.figure.sentence} />
      </p>
      <Show when={props.figure.base}>{(base) => <p class="figure-base">{base().words}</p>}</Show>
      <Show when={props.figure.notShown}>{(why) => <p class="govuk-inset-text">{why()}</p>}</Show>
      <Show when={props.figure.picture}>
        {(picture) => {
          const drawing = (at: keyof typeof drawingWidths) =>
            drawSvg(picture(), { id: `${id()}-${at}`, title: props.figure.sentence, width: drawingWidths[at] })
          return (
            // Drawn at both widths and chosen by the style sheet, so that print is the desk's whatever the screen; the other is not read out.
            <figure class="figure-picture">
              <div class="drawing-phone" innerHTML={drawing('phone')} />
              <div class="drawing-desk" innerHTML={drawing('desk')} />
            </figure>
          )
        }}
      </Show>
      <Show when={props.figure.table}>
        {(table) => (
          <Show when={props.figure.picture} fallback={<TableOfFigure table={table()} />}>
            <Details summary="The figures as a table">
              <TableOfFigure table={table()} />
            </Details>
          </Show>
        )}
      </Show>
      <Show when={props.figure.definition}>
        <Details summary="How this is worked out">
          <p>{props.figure.definition}</p>
        </Details>
      </Show>
      <Show when={props.figure.drillDown.length > 0}>
        <Details summary="How sure is this?">
          <For each={props.figure.drillDown}>{(words) => <p>{words}</p>}</For>
        </Details>
      </Show>
      <Show when={props.children}>
        <div class="figure-foot">{props.children}</div>
      </Show>
    </section>
  )
}

/** The figures of a page, by part in the order of `figureParts`, each part under its h2. `foot` gives what stands at a figure's foot. */
export function FigureList(props: {
  figures: readonly Figure[]
  idPrefix?: string
  foot?: (figure: Figure) => JSX.Element
}) {
  const parts = createMemo(() =>
    (Object.keys(figureParts) as FigurePart[])
      .map((part) => ({ part, figures: props.figures.filter((one) => one.part === part) }))
      .filter(({ figures }) => figures.length > 0),
  )
  const id = (part: FigurePart) => `${props.idPrefix ?? ''}part-${part}`
  return (
    <For each={parts()}>
      {({ part, figures }) => (
        <section class="figure-part" aria-labelledby={id(part)}>
          <h2 id={id(part)}>{figureParts[part]}</h2>
          <For each={figures}>
            {(one) => (
              <FigureView figure={one} {...(props.idPrefix === undefined ? {} : { idPrefix: props.idPrefix })}>
                {props.foot?.(one)}
              </FigureView>
            )}
          </For>
        </section>
      )}
    </For>
  )
}

/** Money, a share, or the dash that stands where there is none. */
const measured = /^(−?£?[\d.,]+%?|–)$/

/** The table of a figure: cells as they stand, a column of counts, sums or shares to the right. */
function TableOfFigure(props: { table: FigureTable }) {
  const isNumeric = (column: number) =>
    props.table.rows.some((row) => typeof row[column] === 'number') ||
    (props.table.rows.length > 0 && props.table.rows.every((row) => measured.test(String(row[column]))))
  const said = (cell: Cell | undefined) => (typeof cell === 'number' ? counted(cell) : cell)
  const cells = (row: readonly Cell[]) => (
    <>
      <th scope="row" class="govuk-table__header">
        {said(row[0])}
      </th>
      <For each={row.slice(1)}>
        {(cell, i) => (
          <td class="govuk-table__cell" classList={{ 'govuk-table__cell--numeric': isNumeric(i() + 1) }}>
            {said(cell)}
          </td>
        )}
      </For>
    </>
  )
  return (
    <Scrolling label={props.table.caption}>
      <table class="govuk-table">
        <caption class="govuk-table__caption">
          <span class="caption-words">{props.table.caption}</span>
        </caption>
        <thead class="govuk-table__head">
          <tr class="govuk-table__row">
            <For each={props.table.head}>
              {(words, i) => (
                <th
                  scope="col"
                  class="govuk-table__header"
                  classList={{ 'govuk-table__header--numeric': i() > 0 && isNumeric(i()) }}
                >
                  {words}
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody class="govuk-table__body">
          <For
            each={props.table.rows}
            fallback={
              <tr class="govuk-table__row">
                <td class="govuk-table__cell soft" colspan={props.table.head.length}>
                  Nothing to show yet.
                </td>
              </tr>
            }
          >
            {(row) => <tr class="govuk-table__row">{cells(row)}</tr>}
          </For>
        </tbody>
        <Show when={props.table.foot}>
          {(foot) => (
            <tfoot>
              <tr class="govuk-table__row">{cells(foot())}</tr>
            </tfoot>
          )}
        </Show>
      </table>
    </Scrolling>
  )
}
