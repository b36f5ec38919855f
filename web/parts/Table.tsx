import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { Scrolling } from './Scrolling.tsx'

export type Column<Row> = {
  words: string
  cell: (row: Row) => JSX.Element
  numeric?: boolean
  /** The first column names its row unless another does. */
  isRowHeader?: boolean
  /** Makes the column sortable, by this. */
  by?: (row: Row) => string | number
}

/** A table with its caption. Where it is wider than the screen it scrolls within its own frame, also by keyboard. */
export function Table<Row>(props: {
  caption: string
  /** The caption is said but not seen, as where a heading right above has the same words. */
  hideCaption?: boolean
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  empty?: JSX.Element
}) {
  const [sorting, setSorting] = createSignal<{ column: Column<Row>; isDown: boolean }>()
  const rowHeader = () => props.columns.find((column) => column.isRowHeader) ?? props.columns[0]
  const rows = createMemo(() => {
    const now = sorting()
    if (!now?.column.by) return props.rows
    const by = now.column.by
    const sorted = props.rows.toSorted((a, b) => {
      const [x, y] = [by(a), by(b)]
      return typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y), 'en-GB')
    })
    return now.isDown ? sorted.reverse() : sorted
  })
  const sortedAs = (column: Column<Row>) => {
    if (!column.by) return undefined
    if (sorting()?.column !== column) return 'none'
    return sorting()!.isDown ? 'descending' : 'ascending'
  }

  return (
    <Scrolling label={props.caption}>
      <table class="govuk-table">
        <caption class="govuk-table__caption" classList={{ 'govuk-visually-hidden': props.hideCaption === true }}>
          <span class="caption-words">{props.caption}</span>
        </caption>
        <thead class="govuk-table__head">
          <tr class="govuk-table__row">
            <For each={props.columns}>
              {(column) => (
                <th
                  scope="col"
                  class="govuk-table__header"
                  classList={{ 'govuk-table__header--numeric': column.numeric === true }}
                  aria-sort={sortedAs(column)}
                >
                  <Show when={column.by} fallback={column.words}>
                    <button
                      type="button"
                      class="table-sort"
                      onClick={() => setSorting({ column, isDown: sortedAs(column) === 'ascending' })}
                    >
                      {column.words}
                    </button>
                  </Show>
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody class="govuk-table__body">
          <For
            each={rows()}
            fallback={
              <tr class="govuk-table__row">
                <td class="govuk-table__cell soft" colspan={props.columns.length}>
                  {props.empty ?? 'Nothing to show yet.'}
                </td>
              </tr>
            }
          >
            {(row) => (
              <tr class="govuk-table__row">
                <For each={props.columns}>
                  {(column) => (
                    <Show
                      when={column === rowHeader()}
                      fallback={
                        <td
                          class="govuk-table__cell"
                          classList={{ 'govuk-table__cell--numeric': column.numeric === true }}
                        >
                          {column.cell(row)}
                        </td>
                      }
                    >
                      <th scope="row" class="govuk-table__header">
                        {column.cell(row)}
                      </th>
                    </Show>
                  )}
                </For>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </Scrolling>
  )
}
