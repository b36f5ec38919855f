import { A, createAsync, revalidate, useAction } from '@solidjs/router'
import { Show } from 'solid-js'
import type { CourseEntry } from '#server/courses/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { DateInput } from '#web/parts/DateInput.tsx'
import { createDone, Done } from '#web/parts/Done.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { Form } from '#web/parts/Form.tsx'
import { type Column, Table } from '#web/parts/Table.tsx'
import { Page } from '#web/shell/Page.tsx'
import { followUpWords } from '#web/words.ts'
import { askYearlyFrom, getCourses } from './data.ts'

const columns: Column<CourseEntry>[] = [
  {
    words: 'Course',
    cell: ({ code, title }) => <A href={`/courses/${encodeURIComponent(code)}`}>{title}</A>,
    by: ({ title }) => title,
  },
  { words: 'Code', cell: ({ code }) => code, by: ({ code }) => code },
  { words: 'Follow-up', cell: ({ earns }) => followUpWords[earns], by: ({ earns }) => followUpWords[earns] },
  { words: 'Learning outcomes', cell: ({ outcomes }) => outcomes, numeric: true },
  { words: 'Ready commitments', cell: ({ suggestions }) => suggestions, numeric: true },
]

/** Every course, what people are asked about it, and from when forums are asked about. */
export default function CoursesPage() {
  const list = createAsync(() => getCourses())
  const send = useAction(askYearlyFrom)
  const { done, settled } = createDone(() => revalidate(getCourses.key))

  return (
    <Page title="Courses" lead="What each course says people can do afterwards, and what they are asked.">
      <Done words={done()} />
      <Show when={list()}>
        {(list) => (
          <>
            <Show
              when={list().courses.length}
              fallback={
                <Empty title="No course yet">
                  <p>Courses appear here once they are entered.</p>
                </Empty>
              }
            >
              <Table caption="Courses" hideCaption columns={columns} rows={list().courses} />
            </Show>
            <section aria-labelledby="forums-heading">
              <h2 id="forums-heading">Forums</h2>
              <p>Forums are asked about once a year each, by one question, from this day on.</p>
              <Form
                send={async (fields) => {
                  const from = fields.date('from') ?? ''
                  await send(from)
                  await settled(from ? 'Forums are asked about from that day on.' : 'Forums are not asked about.')
                }}
              >
                <DateInput
                  name="from"
                  label="Ask about forums from"
                  hint="For example, 24 9 2026. Leave it empty to ask about none."
                  value={list().yearlyAskedFrom}
                />
                <Button look="secondary">Save this day</Button>
              </Form>
            </section>
          </>
        )}
      </Show>
    </Page>
  )
}
