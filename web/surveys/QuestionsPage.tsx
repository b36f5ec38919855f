import { A, createAsync, revalidate, useAction, useParams, useSearchParams } from '@solidjs/router'
import { createSignal, For, type JSX, Show } from 'solid-js'
import {
  type AddedKind,
  type AddedQuestion,
  type AddedStage,
  addedKinds,
  addedLines,
  addedStages,
  mostAdded,
} from '#server/surveys/input.ts'
import type { CourseQuestions, StageQuestions } from '#server/surveys/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { Details } from '#web/parts/Details.tsx'
import { Form } from '#web/parts/Form.tsx'
import type { Fields } from '#web/parts/fields.ts'
import { Notice } from '#web/parts/Notice.tsx'
import { Select } from '#web/parts/Select.tsx'
import { TextArea } from '#web/parts/TextArea.tsx'
import { TextInput } from '#web/parts/TextInput.tsx'
import { errorsMoved } from '#web/problem.ts'
import { Page } from '#web/shell/Page.tsx'
import { BeforeForm } from './BeforeQuestions.tsx'
import { draftOf, getBeforeShown, getCourseQuestions, publishQuestions } from './data.ts'

const stageWords: Record<AddedStage, string> = {
  before: 'Before the day',
  end: 'End of the day',
  'follow-up': 'Three months on',
}

const kindWords: Record<AddedKind, string> = {
  one: 'One choice',
  several: 'Several choices',
  text: 'Short text, up to 300 characters',
}

const pages = [
  { value: 'question', words: 'Question one' },
  { value: 'now', words: 'Where are you now?' },
  { value: 'difference', words: 'What has been different since?' },
  { value: 'help', words: 'What helped, and what got in the way?' },
  { value: 'example', words: 'Tell us about one time' },
  { value: 'course', words: 'A few questions about this course' },
  { value: 'done', words: 'Thank you' },
]

/** The few questions of its own that a course asks at each stage, and how they will look. */
export default function QuestionsPage() {
  const params = useParams<{ code: string }>()
  const [search] = useSearchParams<{ stage?: string }>()
  const course = createAsync(() => getCourseQuestions(params.code))
  const stage = (): AddedStage => addedStages.find((one) => one === search.stage) ?? 'end'
  const here = () => `/courses/${encodeURIComponent(params.code)}`

  return (
    <Show when={course()}>
      {(course) => (
        <Page
          title={`Questions of ${course().title}`}
          crumbs={[
            { words: 'Courses', href: '/courses' },
            { words: course().title, href: here() },
          ]}
          lead="Everyone is asked the same general questions. A course may add up to three of its own at each stage."
        >
          <nav aria-label="Stages">
            <ul class="plain">
              <For each={addedStages}>
                {(one) => (
                  <li>
                    <Show when={one !== stage()} fallback={<strong aria-current="page">{stageWords[one]}</strong>}>
                      <A href={`${here()}/questions?stage=${one}`}>{stageWords[one]}</A>
                    </Show>
                  </li>
                )}
              </For>
            </ul>
          </nav>
          <Show when={stage()} keyed>
            {(stage) => (
              <Show when={course().stages.find((one) => one.stage === stage)}>
                {(asked) => <Stage course={course()} asked={asked()} />}
              </Show>
            )}
          </Show>
        </Page>
      )}
    </Show>
  )
}

function Stage(props: { course: CourseQuestions; asked: StageQuestions }) {
  const send = useAction(publishQuestions)
  const [done, setDone] = createSignal<string>()
  /** What is previewed: a draft, or '' for what is published. */
  const [draft, setDraft] = createSignal('')
  /** Of the pages three months on, the one that is shown. */
  const [page, setPage] = createSignal('question')
  let shown: HTMLHeadingElement | undefined
  const stage = () => props.asked.stage
  const code = () => props.course.code

  const press = async (fields: Fields) => {
    const { questions, slots } = entered(fields)
    setDone(undefined)
    try {
      if (fields.has('preview')) {
        // A draft is the same at every stage: what is not finished is said beside its field.
        await getBeforeShown(code(), draftOf(questions))
        setDraft(draftOf(questions))
        setPage(questions.length ? 'course' : 'question')
        shown?.focus()
        return
      }
      const { version, isNew } = await send(code(), stage(), props.asked.version, questions)
      await revalidate(getCourseQuestions.keyFor(code()))
      setDraft('')
      setPage(questions.length ? 'course' : 'question')
      setDone(
        isNew
          ? `Published as version ${version}. Whoever has begun to answer keeps the questions they began with.`
          : 'Nothing was changed, so there is no new version.',
      )
    } catch (error) {
      throw atTheirSlots(error, slots)
    }
  }

  return (
    <section aria-labelledby="stage-heading">
      <h2 id="stage-heading">{stageWords[stage()]}</h2>
      <Show when={done()}>
        {(words) => (
          <Notice>
            <p>{words()}</p>
          </Notice>
        )}
      </Show>
      <p>
        {props.asked.version
          ? `Version ${props.asked.version} of this course’s own, published on ${props.asked.publishedOn}. What is published never changes: other words are another version.`
          : 'This course asks the general questions alone.'}
      </p>
      <Show when={props.asked.isBehind}>
        <p>The general questions have newer words since. They come with your next publishing.</p>
      </Show>
      <Show when={stage() === 'follow-up' && props.course.earns !== 'full'}>
        <p>
          <strong>This course is asked one question alone, or none,</strong> so what is added here is asked only once it
          earns the full follow-up.
        </p>
      </Show>
      <Details summary="The general questions of this stage">
        <ul>
          <For each={props.asked.general}>{(text) => <li>{text}</li>}</For>
        </ul>
      </Details>
      <Form send={press}>
        {/* Made anew for each version, so that what was typed stands where it was published. */}
        <Show when={`version ${props.asked.version}`} keyed>
          <For each={slotsOf(props.asked.added)}>{(added, n) => <Slot n={n()} added={added} />}</For>
        </Show>
        <Button look="secondary" name="preview" value="yes">
          Show how it looks
        </Button>{' '}
        <Button>Publish</Button>
      </Form>
      <h3 tabindex="-1" ref={shown}>
        {draft() ? 'How your draft looks' : 'How it looks now'}
      </h3>
      <p>With an invented person. Buttons do nothing here.</p>
      <Show
        when={stage() === 'before'}
        fallback={<Frames code={code()} stage={stage()} draft={draft()} page={page()} turn={setPage} />}
      >
        <Before code={code()} draft={draft()} />
      </Show>
    </section>
  )
}

function Slot(props: { n: number; added: AddedQuestion | null }) {
  const name = (field: string) => `questions.${props.n}.${field}`
  return (
    <fieldset class="govuk-fieldset">
      <legend class="govuk-fieldset__legend govuk-fieldset__legend--m">Added question {props.n + 1}</legend>
      <Select
        name={name('kind')}
        label="How it is answered"
        blank="No question"
        value={props.added?.kind}
        options={addedKinds.map((kind) => ({ value: kind, words: kindWords[kind] }))}
      />
      <TextArea name={name('text')} label="Question" rows={2} value={props.added?.text ?? ''} />
      <TextArea
        name={name('options')}
        label="Lines to choose from"
        hint={`One a line: ${addedLines.fewest} to ${addedLines.most}, up to ${addedLines.characters} characters each. Leave this empty for short text.`}
        rows={4}
        value={props.added?.options.join('\n') ?? ''}
      />
      <TextInput
        name={name('most')}
        label="How many may be chosen"
        hint="For several choices alone."
        inputmode="numeric"
        width={2}
        value={props.added?.kind === 'several' ? props.added.most : ''}
      />
    </fieldset>
  )
}

function Frames(props: { code: string; stage: AddedStage; draft: string; page: string; turn: (page: string) => void }) {
  const address = () => {
    const search = new URLSearchParams({
      ...(props.stage === 'follow-up' ? { page: props.page } : {}),
      ...(props.draft ? { draft: props.draft } : {}),
    })
    // The one page of the end of the day is long: it opens at what was drafted.
    const place = props.stage === 'end' && props.draft ? '#added' : ''
    return `/api/courses/${encodeURIComponent(props.code)}/questions/${props.stage}/preview?${search}${place}`
  }
  return (
    <>
      <Show when={props.stage === 'follow-up'}>
        <Select name="page" label="Page" options={pages} value={props.page} onChange={props.turn} />
      </Show>
      <h4>On a phone</h4>
      <Frame label="On a phone, scrolls sideways">
        <iframe class="preview" title="The page on a phone" src={address()} sandbox="" width="360" height="640" />
      </Frame>
      <h4>On a desktop</h4>
      <Frame label="On a desktop, scrolls sideways">
        <iframe class="preview" title="The page on a desktop" src={address()} sandbox="" width="900" height="640" />
      </Frame>
    </>
  )
}

/** Reached by the keyboard at every width: what is in it is a picture of a page, and can hold no focus of its own. */
function Frame(props: { label: string; children: JSX.Element }) {
  return (
    <section class="scrolling" tabindex="0" aria-label={props.label}>
      {props.children}
    </section>
  )
}

/** Before the day the questions stand in the confirmation of a booking, so they are shown as that page shows them. */
function Before(props: { code: string; draft: string }) {
  const shown = createAsync(() => getBeforeShown(props.code, props.draft))
  return (
    <Show when={shown()} keyed>
      {(questions) => (
        <div class="preview-part">
          <BeforeForm questions={questions} save={async () => undefined} />
        </div>
      )}
    </Show>
  )
}

const slotsOf = (added: readonly AddedQuestion[]): (AddedQuestion | null)[] =>
  Array.from({ length: mostAdded }, (_, n) => added[n] ?? null)

/** What was entered, without the slots left empty, and in which slot each question stands. */
function entered(fields: Fields): { questions: AddedQuestion[]; slots: number[] } {
  const questions: AddedQuestion[] = []
  const slots: number[] = []
  for (let n = 0; n < mostAdded; n++) {
    const text = fields.text(`questions.${n}.text`)
    const kind = fields.text(`questions.${n}.kind`)
    if (!kind && !text) continue
    const options = fields
      .text(`questions.${n}.options`)
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)
    questions.push({ kind: kind as AddedKind, text, most: fields.number(`questions.${n}.most`) ?? 1, options })
    slots.push(n)
  }
  return { questions, slots }
}

/** The server counts the questions that were sent; their fields stand in the slots they were typed in. */
function atTheirSlots(error: unknown, slots: number[]): unknown {
  return errorsMoved(error, ({ path, message }) => ({
    path: path.replace(/^questions\.(\d+)/, (_, n: string) => `questions.${slots[Number(n)] ?? n}`),
    message,
  }))
}
