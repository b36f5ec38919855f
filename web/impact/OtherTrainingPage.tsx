import { createAsync, revalidate, useAction, useParams } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { OtherTrainingPage as Entered, OtherTraining } from '#server/impact/routes.ts'
import { idempotencyKey } from '#web/api.ts'
import { Button } from '#web/parts/Button.tsx'
import { DateInput } from '#web/parts/DateInput.tsx'
import { createDone, Done } from '#web/parts/Done.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { FieldErrorMessage } from '#web/parts/Field.tsx'
import { Form } from '#web/parts/Form.tsx'
import { fieldId, useForm } from '#web/parts/form-state.ts'
import { Rows } from '#web/parts/Rows.tsx'
import { Select } from '#web/parts/Select.tsx'
import { TextInput } from '#web/parts/TextInput.tsx'
import { Page } from '#web/shell/Page.tsx'
import { counted } from '#web/words.ts'
import { programmeHref, yearWords } from './data.ts'
import { addOtherTraining, getOtherTraining, takeBackOtherTraining } from './programme-data.ts'

type Settled = { settled: (words: string) => Promise<void> }

/** Training that was not booked here: it stands in the report under its own heading and in no total. */
export default function OtherTrainingPage() {
  const params = useParams<{ name: string }>()
  const entered = createAsync(() => getOtherTraining(params.name))
  const { done, settled } = createDone(() => revalidate(getOtherTraining.keyFor(params.name)))
  return (
    <Page
      title="What others taught"
      crumbs={[
        { href: '/impact', words: 'Impact' },
        { href: programmeHref(params.name), words: `Programme ${yearWords(params.name)}` },
      ]}
      lead="Training that people of the partnership went to but nobody booked here. The report lists it under its own heading; it is in no total and not in the gap view."
    >
      <Done words={done()} />
      {/* Anew after each change, so that a form that was sent is empty again. */}
      <Show when={entered()} keyed>
        {(entered) => (
          <>
            <h2>Entered so far</h2>
            <Show
              when={entered.rows.length}
              fallback={
                <Empty title="Nothing has been entered">
                  <p>Enter what providers or agencies tell you they taught, and how you know it.</p>
                </Empty>
              }
            >
              <Rows
                rows={entered.rows.map((row) => ({
                  title: row.title,
                  detail: detailOf(row),
                  action: <TakeBack row={row} settled={settled} />,
                }))}
              />
            </Show>
            <Add entered={entered} settled={settled} />
          </>
        )}
      </Show>
    </Page>
  )
}

function detailOf({ when, provider, theme, people, numbers, evidence }: OtherTraining): string {
  const sectors = numbers.map(({ sector, people }) => `${sector} ${people.toLocaleString('en-GB')}`).join(', ')
  return `${when}, by ${provider}. ${theme ? `Theme: ${theme}. ` : ''}${counted(people, 'person', 'people')}: ${sectors}. Known from: ${evidence}.`
}

function TakeBack(props: { row: OtherTraining } & Settled) {
  const takeBack = useAction(takeBackOtherTraining)
  return (
    <Form
      send={async () => {
        await takeBack(props.row.id)
        await props.settled(`Taken back: ${props.row.title}.`)
      }}
    >
      <button type="submit" class="link-button">
        Take it back
        <span class="govuk-visually-hidden">
          : {props.row.title}, {props.row.when}
        </span>
      </button>
    </Form>
  )
}

function Add(props: { entered: Entered } & Settled) {
  const add = useAction(addOtherTraining)
  const repeatKey = idempotencyKey()
  const { themes, sectors } = props.entered.choices
  return (
    <>
      <h2>Add training that others gave</h2>
      <Form
        send={async (fields) => {
          const title = fields.text('title')
          const numbers = sectors.flatMap(({ id }) => {
            const people = fields.number(`numbers.${id}`)
            return people === undefined ? [] : [[String(id), people] as const]
          })
          await add(props.entered.programme, {
            on: fields.date('on') ?? '',
            title,
            provider: fields.text('provider'),
            themeId: fields.number('themeId') ?? null,
            evidence: fields.text('evidence'),
            numbers: Object.fromEntries(numbers),
            repeatKey,
          })
          await props.settled(`Added: ${title}.`)
        }}
      >
        <DateInput
          name="on"
          label="Day it was held"
          hint={`From ${props.entered.period.words}. Of several days, the last.`}
        />
        <TextInput name="title" label="What it was called" />
        <TextInput name="provider" label="Who provided it" />
        <Select
          name="themeId"
          label="Theme"
          blank="None of our themes"
          options={themes.map(({ id, name }) => ({ value: id, words: name }))}
        />
        <People sectors={sectors} />
        <TextInput
          name="evidence"
          label="How it is known"
          hint="For example, register seen, or number told by the provider. No names of people."
        />
        <Button>Add it</Button>
      </Form>
    </>
  )
}

/** One box a sector; empty for none. */
function People(props: { sectors: { id: number; name: string }[] }) {
  const form = useForm()
  const id = fieldId('numbers')
  const error = () => form?.errorOf('numbers')
  // Only what is wrong with all of them: a faulty box says so itself.
  const own = () => (props.sectors.some((sector) => form?.errorOf(`numbers.${sector.id}`)) ? undefined : error())
  return (
    <div class="govuk-form-group" classList={{ 'govuk-form-group--error': own() !== undefined }}>
      <fieldset
        class="govuk-fieldset"
        id={id}
        tabindex="-1"
        aria-describedby={own() ? `${id}-hint ${id}-error` : `${id}-hint`}
      >
        <legend class="govuk-fieldset__legend">How many people came, by sector</legend>
        <div class="govuk-hint" id={`${id}-hint`}>
          Leave a box empty where nobody came or it is not known.
        </div>
        <FieldErrorMessage id={id} error={own()} />
        <div class="sector-numbers">
          <For each={props.sectors}>
            {(sector) => <TextInput name={`numbers.${sector.id}`} label={sector.name} inputmode="numeric" width={5} />}
          </For>
        </div>
      </fieldset>
    </div>
  )
}
