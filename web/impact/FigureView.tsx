import { For, type JSX } from 'solid-js'
import type { Figure } from '#server/impact/shared/figures.ts'

/** One figure whole. `children` stand at its foot: notes, decisions, actions. `idPrefix` is needed where two figures of one key share a page. */
export function FigureView(props: { figure: Figure; idPrefix?: string; children?: JSX.Element }) {
  return <section>{props.figure.title}{props.children}</section>
}

/** The figures of a page, by part in the order of `figureParts`, each part under its h2. `foot` gives what stands at a figure's foot. */
export function FigureList(props: { figures: readonly Figure[]; idPrefix?: string; foot?: (figure: Figure) => JSX.Element }) {
  return <For each={props.figures}>{(figure) => <FigureView figure={figure}>{props.foot?.(figure)}</FigureView>}</For>
}
