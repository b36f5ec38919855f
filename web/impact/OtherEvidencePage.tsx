import { createAsync, revalidate, useAction } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { EvidencePlace } from '#server/impact/input.ts'
import type { EvidencePage, EvidenceSet } from '#server/impact/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { createDone, Done } from '#web/parts/Done.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { Form } from '#web/parts/Form.tsx'
import type { Fields } from '#web/parts/fields.ts'
import { Radios } from '#web/parts/Radios.tsx'
import { Rows } from '#web/parts/Rows.tsx'
import { Select } from '#web/parts/Select.tsx'
import { Swap } from '#web/parts/Swap.tsx'
import { TextInput } from '#web/parts/TextInput.tsx'
import { Page } from '#web/shell/Page.tsx'
import { EvidenceLinks } from './EvidenceLinks.tsx'
import { getEvidence, setEvidence, takeEvidenceBack } from './evidence-data.ts'

/** A course or a theme, and what stands beside it. */
type Box = { key: string; name: string; courseId: number | null; themeId: number | null; beside: EvidenceSet[] }

const boxesOf = ({ courses, themes }: EvidencePage): Box[] => [
  ...themes.map(({ id, name, beside }) => ({
    key: `theme-${id}`,
    name: `Theme: ${name}`,
    courseId: null,
    themeId: id,
    beside,
  })),
  ...courses.map(({ id, title, beside }) => ({
    key: `course-${id}`,
    name: title,
    courseId: id,
    themeId: null,
    beside,
  })),
]

type Settled = (words: string) => Promise<void>

/** Figures from elsewhere, three at most beside a course or a theme. */
export default function OtherEvidencePage() {
  const page = createAsync(() => getEvidence())
  // One form at a time: their fields have the same names. 'new', or the id of the figure to be replaced.
  const [open, setOpen] = createSignal<'new' | number>()
  const [chosen, setChosen] = createSignal('')
  const { done, settled } = createDone(async () => {
    await revalidate(getEvidence.key)
    setOpen(undefined)
    setChosen('')
  })
  const boxes = (page: EvidencePage) => boxesOf(page).filter(({ beside }) => beside.length)
  return (
    <Page
      title="Other evidence"
      lead="Up to three figures that somebody else counted, set beside a course or a theme: a case audit, referrals, what families say. Never merged with the answers, and no claim that one made the other happen."
    >
      <EvidenceLinks />
      <Done words={done()} />
      <Show when={page()}>
        {(page) => (
          <>
            <Swap
              isOpen={open() === 'new'}
              closed={<Button onPress={() => setOpen('new')}>Set a figure beside a course or theme</Button>}
            >
              <h2>Set a figure beside a course or theme</h2>
              <Select
                name="beside"
                label="Beside which course or theme?"
                blank="Choose one"
                value={chosen()}
                options={boxesOf(page()).map(({ key, name, beside }) => ({
                  value: key,
                  words: beside.length === page().places.length ? `${name} (all three places taken)` : name,
                }))}
                onChange={setChosen}
              />
              <Show when={boxesOf(page()).find(({ key }) => key === chosen())} keyed>
                {(box) => (
                  <Show
                    when={page().places.find((place) => !box.beside.some((one) => one.place === place))}
                    fallback={<p>All three places are taken. Replace one of them below, or take one back.</p>}
                  >
                    {(place) => <EvidenceForm box={box} place={place()} settled={settled} />}
                  </Show>
                )}
              </Show>
              <p>
                <Button look="link" onPress={() => setOpen(undefined)}>
                  Back
                </Button>
              </p>
            </Swap>
            <For
              each={boxes(page())}
              fallback={
                <Empty title="Nothing has been set beside it yet">
                  <p>Figures from elsewhere stand here, each with its period, its source and who supplied it.</p>
                </Empty>
              }
            >
              {(box) => (
                <>
                  <h2>{box.name}</h2>
                  <Rows
                    rows={box.beside.map((one) => ({
                      title: `${one.what}: ${countWords(one)}`,
                      detail: <For each={detailOf(one)}>{(line) => <span class="row-line">{line}</span>}</For>,
                      action: (
                        <Keep
                          box={box}
                          one={one}
                          settled={settled}
                          isOpen={open() === one.id}
                          setOpen={(isOpen) => setOpen(isOpen ? one.id : undefined)}
                        />
                      ),
                    }))}
                  />
                </>
              )}
            </For>
          </>
        )}
      </Show>
    </Page>
  )
}

const countWords = ({ count, of }: EvidenceSet) =>
  of === null ? count.toLocaleString('en-GB') : `${count.toLocaleString('en-GB')} of ${of.toLocaleString('en-GB')}`

function detailOf({ place, period, source, suppliedBy, sameMethod }: EvidenceSet): string[] {
  const method =
    sameMethod === null
      ? 'Counted for the first time.'
      : sameMethod
        ? 'Counted the same way as last time.'
        : 'Not counted the same way as last time: do not compare.'
  return [`${period}. Source: ${source}. Supplied by: ${suppliedBy}.`, `${method} Place ${place} of 3.`]
}

function Keep(props: {
  box: Box
  one: EvidenceSet
  settled: Settled
  isOpen: boolean
  setOpen: (isOpen: boolean) => void
}) {
  const takeBack = useAction(takeEvidenceBack)
  const about = () => <span class="govuk-visually-hidden">: {props.one.what}</span>
  return (
    <Swap
      isOpen={props.isOpen}
      closed={
        <Button look="link" onPress={() => props.setOpen(true)}>
          Replace or take back{about()}
        </Button>
      }
    >
      <EvidenceForm box={props.box} place={props.one.place} replaces={props.one} settled={props.settled} />
      <Form
        send={async () => {
          await takeBack(props.one.id)
          await props.settled('The figure is taken back. Reports that were issued keep it.')
        }}
      >
        <Button look="secondary">Take this figure back</Button>
      </Form>
      <Button look="link" onPress={() => props.setOpen(false)}>
        Back{about()}
      </Button>
    </Swap>
  )
}

/** What was typed, also where it is no number: the server has the words for it. */
const numberOf = (fields: Fields, name: string): number | null => {
  const typed = fields.number(name)
  return typed === undefined ? null : Number.isNaN(typed) ? -1 : typed
}

const methods = { first: null, same: true, other: false } as const

function EvidenceForm(props: { box: Box; place: EvidencePlace; replaces?: EvidenceSet; settled: Settled }) {
  const set = useAction(setEvidence)
  return (
    <Form
      send={async (fields) => {
        const method = methods[fields.text('sameMethod') as keyof typeof methods] as boolean | null | undefined
        await set({
          courseId: props.box.courseId,
          themeId: props.box.themeId,
          place: props.place,
          replaces: props.replaces?.id ?? null,
          what: fields.text('what'),
          count: numberOf(fields, 'count') ?? Number.NaN,
          of: numberOf(fields, 'of'),
          period: fields.text('period'),
          source: fields.text('source'),
          suppliedBy: fields.text('suppliedBy'),
          // Nothing chosen is no answer, which the server says.
          sameMethod: method === undefined ? ('' as never) : method,
        })
        await props.settled(props.replaces ? 'The figure is replaced.' : 'The figure is set beside it.')
      }}
    >
      <TextInput
        name="what"
        label="What was counted"
        hint="Such as “Case files with a completed risk checklist”"
        value={props.replaces?.what}
      />
      <TextInput name="count" label="How many" inputmode="numeric" width={10} />
      <TextInput
        name="of"
        label="Out of how many"
        hint="Leave it empty where there is no such number."
        inputmode="numeric"
        width={10}
      />
      <TextInput name="period" label="Period" hint="Such as “April 2025 to March 2026”" />
      <TextInput
        name="source"
        label="Source"
        hint="Such as “Multi-agency case audit, spring 2026”"
        value={props.replaces?.source}
      />
      <TextInput
        name="suppliedBy"
        label="Who supplied it"
        hint="A post or a team, such as “Quality assurance, children’s services”"
        value={props.replaces?.suppliedBy}
      />
      <Radios
        name="sameMethod"
        label="Was it counted the same way as last time?"
        choices={[
          { value: 'first', words: 'It was counted for the first time' },
          { value: 'same', words: 'Yes, the same way' },
          { value: 'other', words: 'No, another way' },
        ]}
      />
      <Button>{props.replaces ? 'Replace the figure' : 'Set it beside'}</Button>
    </Form>
  )
}
