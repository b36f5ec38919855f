import { html } from 'hono/html'
import { answers } from '#db/surveys.ts'
import type { Context, Writing } from '#server/context.ts'
import type { Issue } from '#server/errors.ts'
import { checkboxes, radios, words as wordsField } from '#server/pages/fields.ts'
import type { SentForm } from '#server/pages/form.ts'
import type { Markup } from '#server/pages/page.ts'
import { mostCharacters } from './input.ts'
import type { AskedInstrument, AskedQuestion } from './questions.ts'
import { ownText, writeText } from './texts.ts'
import { leaveOut, urgentLines } from './urgent-lines.ts'

/* The answers to questions that a coordinator added: lines chosen stand among the other answers, words among the free text. */

/** Lines chosen and words written, by the key of the question. */
export interface AddedGiven {
  chosen: Record<string, readonly string[]>
  words: Record<string, string>
}

/** The questions of this version that were added for the course, in order. */
export const addedIn = (asked: AskedInstrument): AskedQuestion[] =>
  [...asked.questions.values()].filter(({ key }) => /^added-\d+$/.test(key))

export function addedGiven(form: SentForm, asked: AskedInstrument): AddedGiven {
  const given: AddedGiven = { chosen: {}, words: {} }
  for (const { key, kind } of addedIn(asked))
    if (kind === 'text') given.words[key] = form.one(key)
    else given.chosen[key] = form.all(key)
  return given
}

/** What they wrote to the added questions, as they may see it again. */
export async function addedWords(
  ctx: Pick<Context, 'db'>,
  bookingId: number,
  asked: AskedInstrument,
): Promise<Record<string, string>> {
  const words: Record<string, string> = {}
  for (const { key, kind, id } of addedIn(asked))
    if (kind === 'text') words[key] = await ownText(ctx, bookingId, 'added', id)
  return words
}

/** The fields of a plain page; the urgent lines stand above the first box. */
export function addedFields(
  ctx: Context,
  asked: AskedInstrument,
  given: AddedGiven,
  issues: Issue[],
  urgentId = 'urgent',
): Markup[] {
  let isUrgentShown = false
  return addedIn(asked).map(({ key, kind, text, most, options }) => {
    if (kind === 'text') {
      const lines = isUrgentShown ? '' : urgentLines(ctx.config, urgentId)
      isUrgentShown = true
      return html`${lines}${wordsField({
        name: key,
        label: text,
        hint: `${leaveOut} Up to ${mostCharacters.added} characters.`,
        value: given.words[key] ?? '',
        rows: 4,
        maxlength: mostCharacters.added,
        describedBy: urgentId,
        issues,
      })}`
    }
    const field = {
      name: key,
      legend: text,
      options: options.map((option) => ({ value: option.key, text: option.text })),
      chosen: given.chosen[key] ?? [],
      isBold: true,
      issues,
    }
    return kind === 'one'
      ? radios(field)
      : checkboxes({ ...field, hint: most < options.length ? `Choose up to ${most}.` : 'Choose all that apply.' })
  })
}

/** Words that are too long, or to a question that was not asked. Lines chosen are looked at with the other answers. */
export function addedFaults(asked: AskedInstrument, words: Record<string, string>): Issue[] {
  return Object.entries(words).flatMap(([key, said]) => {
    const length = [...said.trim()].length
    if (asked.questions.get(key)?.kind !== 'text') return [{ path: key, message: 'This question is not asked' }]
    return length > mostCharacters.added
      ? [{ path: key, message: `Write ${mostCharacters.added} characters or fewer; this is ${length}` }]
      : []
  })
}

/** Keeps the words, each held until it is cleared. Call `addedFaults` first. */
export async function saveAddedWords(
  ctx: Writing,
  response: { id: number; eventId: number; bookingId: number },
  asked: AskedInstrument,
  words: Record<string, string>,
): Promise<void> {
  for (const { id: questionId, key, kind } of addedIn(asked)) {
    const said = words[key]
    if (kind !== 'text' || said === undefined) continue
    const textId = await writeText(ctx, { bookingId: response.bookingId, kind: 'added', words: said, questionId })
    if (textId === null) continue
    await ctx.db
      .insert(answers)
      .values({ responseId: response.id, eventId: response.eventId, questionId, textId })
      .onConflictDoNothing()
  }
}
