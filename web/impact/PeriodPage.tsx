import { createAsync, useSearchParams } from '@solidjs/router'
import { Show } from 'solid-js'
import { Button } from '#web/parts/Button.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { Form } from '#web/parts/Form.tsx'
import type { Fields } from '#web/parts/fields.ts'
import { Select } from '#web/parts/Select.tsx'
import { faulty } from '#web/problem.ts'
import { Page } from '#web/shell/Page.tsx'
import { PageFigures } from './Answers.tsx'
import { getPeriod } from './data.ts'

const month = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' })
const monthWords = (on: string) => month.format(new Date(`${on}T12:00:00Z`))

/** A period of whole months, across programmes: only months at which a period may begin or end are offered. */
export default function PeriodPage() {
  const [search, setSearch] = useSearchParams<{ from?: string; until?: string }>()
  const read = createAsync(() => getPeriod(search.from, search.until))
  const choose = async (fields: Fields) => {
    const [from, until] = [fields.text('from'), fields.text('until')]
    if (until < from) throw faulty({ path: 'until', message: 'The last month must not be before the first' })
    setSearch({ from, until })
  }
  return (
    <Show when={read()}>
      {(read) => {
        const page = () => read().page
        return (
          <Page
            title={page()?.title ?? 'A free period'}
            crumbs={[{ href: '/impact', words: 'Impact' }]}
            about="Courses and learning events whose last day lies in it, whatever their programme"
          >
            <Show
              when={read().offered.from.length > 0}
              fallback={
                <Empty title="No period can be shown yet.">
                  <p>A period is offered once enough people came and answered in it.</p>
                </Empty>
              }
            >
              <Form send={choose} label="The period">
                <Select
                  name="from"
                  label="From the start of"
                  options={read().offered.from.map((value) => ({ value, words: monthWords(value) }))}
                  value={search.from}
                />
                <Select
                  name="until"
                  label="To the end of"
                  options={read().offered.until.map((value) => ({ value, words: monthWords(value) }))}
                  value={search.until ?? read().offered.until.at(-1)}
                />
                <Button>Show the period</Button>
              </Form>
              <p class="soft">Only months that may be shown without giving away a smaller group are offered.</p>
            </Show>
            <Show when={page()}>{(page) => <PageFigures page={page()} />}</Show>
          </Page>
        )
      }}
    </Show>
  )
}
