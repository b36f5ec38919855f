import { html } from 'hono/html'
import * as v from 'valibot'
import { formatMonth } from '#server/calendar.ts'
import type { Context } from '#server/context.ts'
import { Invalid, type Issue } from '#server/errors.ts'
import { words } from '#server/pages/fields.ts'
import type { SentForm } from '#server/pages/form.ts'
import { mintNonce } from '#server/pages/nonce.ts'
import type { Page } from '#server/pages/page.ts'
import { issuesOf } from '#server/routing.ts'
import { type ReturnKey, type ReturnState, returnNumber, toldWords } from './agency-return.ts'
import { type ReturnInput, returnInput } from './input.ts'

/* The page behind an agency's link: one form, once a year, that works without script and can be come back to. */

export const returnNonceAbout = (key: ReturnKey) => `single-agency-return:${returnNumber(key)}`

const about = ({ agency, programme }: ReturnState) => `${agency}: ${programme.words}`

/** The form, with what was told before, or with what was just sent and not kept. */
export async function returnPage(
  ctx: Context,
  token: string,
  state: ReturnState,
  { sent, issues = [] }: { sent?: SentForm; issues?: Issue[] } = {},
): Promise<Page> {
  const { told } = state
  const value = (name: string, stood: string | number | null | undefined) =>
    sent ? sent.one(name) : String(stood ?? '')
  const field = (name: string, label: string, hint: string, stood: string | number | null | undefined, most = 10) =>
    words({ name, label, hint, value: value(name, stood), maxlength: most, issues })
  return {
    title: 'What you taught your own people',
    about: about(state),
    issues,
    main: html`<h1>What ${state.agency} taught its own people</h1><p>About ${state.programme.words}: training you gave yourselves, not places on our courses. Ten minutes with your training record beside you. ${told ? 'What you told us stands below; change what you like' : 'You can come back and change it'} until ${state.until}.</p><p>It is printed as “${toldWords}”, beside when we last taught each theme. Do not write the name of a child or an adult you work with.</p><form method="post" action="/agency-return/${token}"><input type="hidden" name="nonce" value="${await mintNonce(ctx, returnNonceAbout(state))}"><h2>Your people</h2>${field('staff', 'How many people work there with children, adults or families?', 'Paid and unpaid. A whole number.', told?.staff)}${field('taught', 'How many of them were taught about safeguarding in that year?', 'Each person once. Leave it empty if you do not know.', told?.taught)}<h2>When you last taught each theme</h2><p>The month and year, such as March 2026 or 3 2026, and to how many people at that time. Leave both boxes empty where you did not teach it, or do not know.</p>${themeTable(state, value, issues)}<h2>And last</h2>${field('evidence', 'How do you know?', 'One line, such as “Our training record, read on 4 May”. You may leave it empty.', told?.evidence, 300)}${field('toldBy', 'Your name', 'Only our training coordinators see it.', told?.by, 100)}<button>Send the return</button></form>`,
  }
}

/** For each theme its name, and below it the month it was last taught and to how many: two boxes wide enough for a phone. */
function themeTable(
  { themes }: ReturnState,
  value: (name: string, stood: string | number | undefined) => string,
  issues: readonly Issue[],
) {
  const box = (name: string, labelledBy: string, size: number, stood: string | number | undefined) => {
    const isWrong = issues.some(({ path }) => path === name)
    return html`<td><input type="text" class="t" id="${name}" name="${name}" value="${value(name, stood)}" size="${size}" aria-labelledby="${labelledBy}"${isWrong ? html` aria-describedby="${name}-error" aria-invalid="true"` : ''}></td>`
  }
  const wrong = (name: string) =>
    issues
      .filter(({ path }) => path === name)
      .map(({ message }) => html`<p class="w" id="${name}-error">${message}</p>`)
  return html`<table><thead><tr><th scope="col" id="month">Month and year</th><th scope="col" id="people">How many people</th></tr></thead>${themes.map(
    ({ id, name, told }) =>
      html`<tbody><tr><th colspan="2" scope="rowgroup"><strong id="theme-${id}">${name}</strong>${wrong(`last-${id}`)}${wrong(`people-${id}`)}</th></tr><tr>${box(`last-${id}`, `theme-${id} month`, 11, told ? formatMonth(told.lastOn) : undefined)}${box(`people-${id}`, `theme-${id} people`, 11, told?.people)}</tr></tbody>`,
  )}</table>`
}

/** After saving; with the way back while it can be changed. */
export function returnDonePage(token: string, state: ReturnState): Page {
  return {
    title: 'Thank you',
    about: about(state),
    main: html`<h1>Thank you: your return is in</h1>${toldTable(state)}<p><a href="/agency-return/${token}">Change the return</a> until ${state.until}. You can close this page.</p>`,
  }
}

/** Its time is over, or it was never asked for. */
export function returnClosedPage({ config }: Pick<Context, 'config'>, state: ReturnState | null): Page {
  const title = state ? 'This return is closed' : 'This link does not work'
  return {
    title,
    ...(state && { about: about(state) }),
    main: html`<h1>${title}</h1><p>${
      state
        ? `It could be filled in until ${state.until}.${state.told ? ' What you told us stands.' : ''}`
        : 'It may have been cut short on its way. Open the email again and press the button there, or copy the whole address.'
    }</p>${state?.told ? toldTable(state) : ''}<p>If you think this is wrong, ring ${config.partnership.phone}.</p>`,
  }
}

/** The return was asked for again at another address: an older link tells nothing of it any more. */
export function returnAskedAnewPage({ config }: Pick<Context, 'config'>): Page {
  const title = 'This link does not work any more'
  return {
    title,
    main: html`<h1>${title}</h1><p>The return was asked for again, at another address, and the link in that email took its place.</p><p>If you think this is wrong, ring ${config.partnership.phone}.</p>`,
  }
}

function toldTable({ told, themes }: ReturnState) {
  if (!told) return ''
  const rows = themes.flatMap(({ name, told }) => (told ? [{ name, ...told }] : []))
  const count = (n: number) => n.toLocaleString('en-GB')
  return html`<dl><dt>People who work there with children, adults or families</dt><dd>${count(told.staff)}</dd><dt>Taught in the year</dt><dd>${told.taught === null ? 'Not known' : count(told.taught)}</dd>${told.evidence ? html`<dt>How you know</dt><dd>${told.evidence}</dd>` : ''}</dl>${
    rows.length
      ? html`<table><caption>When each theme was last taught</caption><thead><tr><th scope="col">Theme</th><th scope="col">Month</th><th scope="col" class="k">People</th></tr></thead><tbody>${rows.map(({ name, lastOn, people }) => html`<tr><th scope="row">${name}</th><td>${formatMonth(lastOn)}</td><td class="k">${count(people)}</td></tr>`)}</tbody></table>`
      : html`<p>No theme is told of.</p>`
  }<p class="small">${toldWords}.</p>`
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** The first day of a month typed as "March 2026", "3 2026", "03/26" or "2026-03"; null for anything else. */
export function monthTyped(typed: string): string | null {
  const match =
    /^(?:(?<named>[a-z]{3,9})\.?|(?<month>\d{1,2}))[\s/.-]+(?<year>\d{4}|\d{2})$/i.exec(typed.trim()) ??
    /^(?<year>\d{4})[\s/.-](?<month>\d{1,2})$/.exec(typed.trim())
  if (!match?.groups) return null
  const { named, month = '', year = '' } = match.groups
  const number = named ? months.indexOf(named.slice(0, 3).toLowerCase()) + 1 : Number(month)
  const whole = year.length === 2 ? 2000 + Number(year) : Number(year)
  if (number < 1 || number > 12 || whole < 1990) return null
  return `${whole}-${String(number).padStart(2, '0')}-01`
}

const numberTyped = (typed: string): number =>
  /^[\d,\s]*\d[\d,\s]*$/.test(typed) ? Number(typed.replace(/[,\s]/g, '')) : Number.NaN

/** @throws Invalid at the names of the fields */
export function returnIn(form: SentForm, { themes }: ReturnState): ReturnInput {
  const issues: Issue[] = []
  const told = themes.flatMap(({ id, name }) => {
    const [last, people] = [form.one(`last-${id}`).trim(), form.one(`people-${id}`).trim()]
    if (!last && !people) return []
    const lastOn = monthTyped(last)
    const n = numberTyped(people)
    if (lastOn === null)
      issues.push({ path: `last-${id}`, message: `${name}: enter the month and year, such as March 2026` })
    if (!(n >= 1)) issues.push({ path: `people-${id}`, message: `${name}: enter how many people, as a whole number` })
    return [{ themeId: id, lastOn: lastOn ?? '', people: n }]
  })
  const taught = form.one('taught').trim()
  const given = v.safeParse(returnInput, {
    staff: numberTyped(form.one('staff')),
    taught: taught === '' ? null : numberTyped(taught),
    themes: issues.length ? [] : told,
    evidence: form.one('evidence'),
    toldBy: form.one('toldBy'),
  })
  // What one box breaks in two ways is said once.
  const said = given.success ? [] : issuesOf(given.issues)
  const all = [...said, ...issues].filter(({ path }, n, of) => of.findIndex((one) => one.path === path) === n)
  if (all.length || !given.success) throw new Invalid(inOrder(all, themes))
  return given.output
}

/** As the page has them, from top to bottom. */
function inOrder(issues: Issue[], themes: ReturnState['themes']): Issue[] {
  const order = ['staff', 'taught', ...themes.flatMap(({ id }) => [`last-${id}`, `people-${id}`]), 'evidence', 'toldBy']
  return issues.toSorted((a, b) => order.indexOf(a.path) - order.indexOf(b.path))
}
