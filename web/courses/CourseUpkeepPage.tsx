import { A, createAsync, revalidate, useAction, useParams } from '@solidjs/router'
import { createSignal, Index, Show } from 'solid-js'
import { type FollowUpEarned, followUpsEarned, mostOf } from '#server/courses/input.ts'
import type { CourseUpkeep } from '#server/courses/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { Form } from '#web/parts/Form.tsx'
import type { Fields } from '#web/parts/fields.ts'
import { Notice } from '#web/parts/Notice.tsx'
import { Radios } from '#web/parts/Radios.tsx'
import { TextArea } from '#web/parts/TextArea.tsx'
import { Page } from '#web/shell/Page.tsx'
import { followUpWords } from '#web/words.ts'
import { getCourse, getCourses, keepUpCourse } from './data.ts'

const followUpHints: Record<FollowUpEarned, string> = {
  full: 'For half a day and more: their commitment, then two minutes more if they like.',
  'one-question': 'For shorter ones: their commitment and nothing else.',
  yearly: 'For forums that meet again and again: one question, once a year.',
  none: 'For inductions and e-learning: nobody is asked.',
}

/** What a course asks people about, kept up by the coordinator. */
export default function CourseUpkeepPage() {
  const params = useParams<{ code: string }>()
  const course = createAsync(() => getCourse(params.code))
  const send = useAction(keepUpCourse)
  const [isSaved, setSaved] = createSignal(false)

  const save = async (shown: CourseUpkeep, fields: Fields) => {
    setSaved(false)
    await send(params.code, {
      seen: shown.seen,
      outcomes: numbered(mostOf.outcomes).map((n) => fields.text(`outcomes.${n}`)),
      suggestions: numbered(mostOf.suggestions).map((n) => fields.text(`suggestions.${n}`)),
      keyBehaviour: fields.text('keyBehaviour'),
      earns: (fields.optional('earns') ?? '') as FollowUpEarned,
      resource: fields.text('resource'),
    })
    await revalidate([getCourse.keyFor(params.code), getCourses.key])
    setSaved(true)
  }

  return (
    <Show when={course()} keyed>
      {(course) => (
        <Page title={course.title} about={course.code} crumbs={[{ words: 'Courses', href: '/courses' }]}>
          <Show when={isSaved()}>
            <Notice>
              <p>Saved. Answers given before keep the words they were given to.</p>
            </Notice>
          </Show>
          <p>
            <A href={`/courses/${encodeURIComponent(course.code)}/questions`}>
              Questions of this course, and how they look
            </A>
          </p>
          <Form send={(fields) => save(course, fields)}>
            <h2>Learning outcomes</h2>
            <p>
              Two or three, each beginning “I can …”. Other words begin anew: what people said before keeps the old ones
              and cannot be compared with the new.
            </p>
            <Index each={numbered(mostOf.outcomes)}>
              {(n) => (
                <TextArea
                  name={`outcomes.${n()}`}
                  label={`Learning outcome ${n() + 1}`}
                  hint={course.outcomes[n()]?.isUsed ? 'People have answered to these words.' : undefined}
                  rows={2}
                  value={course.outcomes[n()]?.text ?? ''}
                />
              )}
            </Index>
            <h2>Ready commitments</h2>
            <p>Four to six things people may plan to do differently. They are asked about the one they chose.</p>
            <Index each={numbered(mostOf.suggestions)}>
              {(n) => (
                <TextArea
                  name={`suggestions.${n()}`}
                  label={`Ready commitment ${n() + 1}`}
                  hint={course.suggestions[n()]?.isUsed ? 'People have chosen this one.' : undefined}
                  rows={2}
                  value={course.suggestions[n()]?.text ?? ''}
                />
              )}
            </Index>
            <h2>What it is for</h2>
            <TextArea
              name="keyBehaviour"
              label="One key behaviour"
              hint="One thing that could be seen. People are asked how often their job gave them a chance to do it."
              rows={2}
              value={course.keyBehaviour}
            />
            <Radios
              name="earns"
              label="Which follow-up it earns"
              value={course.earns}
              choices={followUpsEarned.map((earns) => ({
                value: earns,
                words: followUpWords[earns],
                hint: followUpHints[earns],
              }))}
            />
            <TextArea
              name="resource"
              label="Worth reading or using afterwards"
              hint="One thing, in words. It stands in the email that asks nothing, four weeks on. May be left empty."
              rows={3}
              value={course.resource}
            />
            <Button>Save this course</Button>
          </Form>
        </Page>
      )}
    </Show>
  )
}

const numbered = (length: number): number[] => Array.from({ length }, (_, n) => n)
