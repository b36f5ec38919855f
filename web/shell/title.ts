import { createSignal } from 'solid-js'

/** Whether a form on the page shows errors: its title then starts "Error: ". */
export const [isFaulty, setFaulty] = createSignal(false)

/** Where the heading had the focus last; the first page leaves the focus where the browser put it. */
let arrivedAt: string | undefined

/** Moves the focus to the heading once for each place, which also lets a screen reader say it once. */
export function arrive(place: string): void {
  const isFirst = arrivedAt === undefined
  if (place === arrivedAt) return
  arrivedAt = place
  if (isFirst) return
  const heading = document.querySelector<HTMLElement>('main h1')
  if (!heading) return
  heading.tabIndex = -1
  heading.focus({ preventScroll: true })
}

/** For a page that is shown anew in the same place, where what had the focus goes away. */
export function leave(): void {
  arrivedAt = ''
}
