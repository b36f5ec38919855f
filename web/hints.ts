import { classWords, findIdentifiers } from '#server/surveys/shared/identifiers.ts'
import { soundsUrgent } from '#server/surveys/shared/urgent.ts'

/**
 * For the boxes that the urgent lines stand beside: says below the box, as someone types, which words may tell who a person is,
 * and why. It never blocks and never changes the text; nothing typed leaves the page by it.
 */
const boxes = document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(
  'textarea[aria-describedby*="urgent"], input[type="text"][aria-describedby*="urgent"]',
)

/** Until typing pauses, so that a voice is not cut short by each letter. */
const PAUSE = 700
const SHOWN = 6

for (const box of boxes) {
  const region = document.createElement('div')
  region.className = 'h'
  region.setAttribute('role', 'status')
  region.style.marginTop = '10px'
  box.after(region)
  let said = ''
  let waiting: ReturnType<typeof setTimeout> | undefined

  const look = () => {
    const { urgent, heading, items } = hintsFor(box.value)
    const now = [urgent, heading, ...items].join('\n')
    // Said again only when something else is found.
    if (now === said) return
    said = now
    region.replaceChildren(
      ...[urgent, heading].filter((words) => words !== '').map((words) => withWords('p', words)),
      ...(items.length ? [document.createElement('ul')] : []),
    )
    region.querySelector('ul')?.append(...items.map((words) => withWords('li', words)))
  }

  box.addEventListener('input', () => {
    clearTimeout(waiting)
    waiting = setTimeout(look, PAUSE)
  })
  box.addEventListener('change', () => {
    clearTimeout(waiting)
    look()
  })
  look()
}

function withWords(name: 'p' | 'li', words: string): HTMLElement {
  const element = document.createElement(name)
  element.textContent = words
  return element
}

function hintsFor(text: string): { urgent: string; heading: string; items: string[] } {
  const found = findIdentifiers(text)
  const items = [
    ...new Set(
      found.map(({ from, to, is, why }) => `“${text.slice(from, to)}” looks like ${classWords[is]} (${why}).`),
    ),
  ]
  return {
    urgent: soundsUrgent(text)
      ? 'Is someone at risk now? Please ring one of the numbers above: nobody watches this form.'
      : '',
    heading: items.length
      ? 'Could this tell anyone who a person is? You may leave it: someone reads it before it is used.'
      : '',
    items: items.length > SHOWN ? [...items.slice(0, SHOWN - 1), `And ${items.length - SHOWN + 1} more.`] : items,
  }
}
