import { html } from 'hono/html'
import type { Issue } from '#server/errors.ts'
import type { Markup } from './page.ts'

export interface Option {
  value: string | number
  text: string
  /** A heading that the options from here on stand under. */
  family?: string | null
}

export interface Choice {
  name: string
  legend: string
  options: readonly Option[]
  chosen?: readonly string[]
  hint?: string
  issues?: Issue[]
  /** The question stands out: it is one of several on the page. */
  isBold?: boolean
}

/** One of several; the whole row can be pressed. The first one carries the field's name as its id, for the error summary. */
export const radios = (field: Choice): Markup => choices('radio', field)

/** Several of several. */
export const checkboxes = (field: Choice): Markup => choices('checkbox', field)

function choices(
  type: 'radio' | 'checkbox',
  { name, legend, options, chosen = [], hint, issues = [], isBold = false }: Choice,
) {
  const issue = issues.find(({ path }) => path === name)
  const described = [hint && `${name}-hint`, issue && `${name}-error`].filter(Boolean).join(' ')
  let family: string | null = null
  return html`<fieldset${issue ? html` class="x"` : ''}${described ? html` aria-describedby="${described}"` : ''}><legend${isBold ? html` class="f"` : ''}>${legend}</legend>${hint ? html`<p class="h" id="${name}-hint">${hint}</p>` : ''}${issue ? html`<p class="w" id="${name}-error">${issue.message}</p>` : ''}${options.map(
    (option, index) => {
      const heading = (option.family ?? null) !== family ? option.family : null
      family = option.family ?? null
      return html`${heading ? html`<p class="b">${heading}</p>` : ''}<label class="o"><input type="${type}" name="${name}" value="${option.value}"${index === 0 ? html` id="${name}"` : ''}${chosen.includes(String(option.value)) ? ' checked' : ''}><span>${option.text}</span></label>`
    },
  )}</fieldset>`
}

export interface Words {
  name: string
  label: string
  hint?: string
  value?: string
  issues?: Issue[]
  /** More than one line. */
  rows?: number
  maxlength: number
  /** Ids of what else must be read out with it, such as the urgent lines. */
  describedBy?: string
  isCode?: boolean
}

export function words({
  name,
  label,
  hint,
  value = '',
  issues = [],
  rows,
  maxlength,
  describedBy,
  isCode,
}: Words): Markup {
  const issue = issues.find(({ path }) => path === name)
  const described = [hint && `${name}-hint`, issue && `${name}-error`, describedBy].filter(Boolean).join(' ')
  const shared = html`class="t${isCode ? ' c' : ''}" id="${name}" name="${name}"${described ? html` aria-describedby="${described}"` : ''}${issue ? html` aria-invalid="true"` : ''}${isCode ? html` autocomplete="off" autocapitalize="characters" spellcheck="false"` : ''}`
  // No maxlength attribute: what is too long is said in words, never cut silently.
  return html`<fieldset${issue ? html` class="x"` : ''}><label class="q b" for="${name}">${label}</label>${hint ? html`<p class="h" id="${name}-hint">${hint}</p>` : ''}${issue ? html`<p class="w" id="${name}-error">${issue.message}</p>` : ''}${rows ? html`<textarea ${shared} rows="${rows}">${value}</textarea>` : html`<input type="text" ${shared} value="${value}" size="${Math.min(maxlength, 40)}">`}</fieldset>`
}
