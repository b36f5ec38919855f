import { useAction } from '@solidjs/router'
import { type RecommendationSource, recommendationSources } from '#server/impact/input.ts'
import type { RecommendationLine } from '#server/impact/routes.ts'
import { recommendationSourceWords } from '#server/impact/shared/evidence-words.ts'
import { Button } from '#web/parts/Button.tsx'
import { DateInput } from '#web/parts/DateInput.tsx'
import { Form } from '#web/parts/Form.tsx'
import { Checkboxes } from '#web/parts/Radios.tsx'
import { Select } from '#web/parts/Select.tsx'
import { TextArea } from '#web/parts/TextArea.tsx'
import { TextInput } from '#web/parts/TextInput.tsx'
import { keepRecommendation, makeRecommendation } from './evidence-data.ts'

/** Enters a recommendation, or keeps one up. */
export function RecommendationForm(props: {
  courses: { id: number; code: string; title: string }[]
  recommendation?: RecommendationLine
  settled: (words: string) => Promise<void>
}) {
  const make = useAction(makeRecommendation)
  const keep = useAction(keepRecommendation)
  const it = () => props.recommendation
  return (
    <Form
      send={async (fields) => {
        const input = {
          source: fields.text('source') as RecommendationSource,
          reference: fields.text('reference'),
          text: fields.text('text'),
          madeOn: fields.date('madeOn') ?? '',
          courseIds: fields.texts('courseIds').map(Number),
          remains: fields.text('remains'),
          metOn: fields.date('metOn') ?? null,
        }
        const before = it()
        if (before) await keep(before.id, input)
        else await make(input)
        await props.settled(before ? 'The recommendation is saved.' : 'The recommendation is entered.')
      }}
    >
      <Select
        name="source"
        label="What asked for it"
        blank="Choose one"
        value={it()?.source}
        options={recommendationSources.map((value) => ({ value, words: recommendationSourceWords[value] }))}
      />
      <TextInput
        name="reference"
        label="Reference"
        hint="Such as “Review R3, recommendation 4”. Never a child’s name."
        value={it()?.reference}
      />
      <TextArea name="text" label="What was asked for" value={it()?.text} rows={3} />
      <DateInput name="madeOn" label="Made on" value={it()?.madeOn} isOver />
      <Checkboxes
        name="courseIds"
        label="Courses that answer it"
        small
        values={it()?.courses.map(({ id }) => id)}
        choices={props.courses.map(({ id, title, code }) => ({ value: id, words: `${title} (${code})` }))}
      />
      <TextArea
        name="remains"
        label="What remains to be done"
        hint="Leave it empty once it is met."
        value={it()?.remains ?? ''}
        rows={3}
      />
      <DateInput
        name="metOn"
        label="Met on"
        hint="Leave it empty until nothing remains."
        isOver
        value={it()?.metOn ?? undefined}
      />
      <Button>{it() ? 'Save' : 'Enter the recommendation'}</Button>
    </Form>
  )
}
