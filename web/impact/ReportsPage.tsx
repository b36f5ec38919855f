import { createAsync, useAction, useLocation, useNavigate } from '@solidjs/router'
import { createSignal, Match, onMount, Show, Switch } from 'solid-js'
import type { ReportScope } from '#server/impact/input.ts'
import type { ReportChoices, ReportListed } from '#server/impact/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { DateInput } from '#web/parts/DateInput.tsx'
import { Details } from '#web/parts/Details.tsx'
import { createDone, Done } from '#web/parts/Done.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { Form } from '#web/parts/Form.tsx'
import type { Fields } from '#web/parts/fields.ts'
import { Radios } from '#web/parts/Radios.tsx'
import { Rows } from '#web/parts/Rows.tsx'
import { Select } from '#web/parts/Select.tsx'
import { Tag } from '#web/parts/Tag.tsx'
import { Page } from '#web/shell/Page.tsx'
import { yearWords } from './data.ts'
import { getReports, reportHref, startReport } from './report-data.ts'

/** Every report: those still worked on, and those that were issued. */
export default function ReportsPage() {
  const page = createAsync(() => getReports())
  const { done, settled } = createDone()
  const location = useLocation<{ done?: string }>()
  const navigate = useNavigate()
  onMount(() => {
    const before = location.state?.done
    if (!before) return
    void settled(before)
    // Said once: not again when the page is loaded anew.
    navigate(location.pathname, { replace: true, scroll: false })
  })
  return (
    <Page
      title="Reports"
      lead="A report is drafted, agreed by the sub-group and issued. Once issued, nothing in it changes; what is corrected later is said in the next."
    >
      <Done words={done()} />
      <Show when={page()}>
        {(page) => (
          <>
            <Show when={page().choices}>
              {(choices) => (
                <Details summary="Start a draft">
                  <StartDraft choices={choices()} />
                </Details>
              )}
            </Show>
            <Listed
              title="Worked on"
              rows={page().reports.filter(({ state }) => state !== 'issued')}
              empty="No draft is open"
              words={
                page().choices
                  ? 'Start one above; it shows the figures as they stand.'
                  : 'The coordinator starts one; it shows the figures as they stand.'
              }
            />
            <Listed
              title="Issued"
              rows={page().reports.filter(({ state }) => state === 'issued')}
              empty="No report has been issued yet"
              words="A year can be issued once everyone has had their time to answer and the sub-group has agreed it."
            />
          </>
        )}
      </Show>
    </Page>
  )
}

function Listed(props: { title: string; rows: ReportListed[]; empty: string; words: string }) {
  return (
    <>
      <h2>{props.title}</h2>
      <Show
        when={props.rows.length > 0}
        fallback={
          <Empty title={props.empty}>
            <p>{props.words}</p>
          </Empty>
        }
      >
        <Rows
          rows={props.rows.map((report) => ({
            title: report.title,
            tag: report.state === 'agreed' ? <Tag tone="waiting">To issue</Tag> : undefined,
            detail: `${report.words}. ${report.period}.`,
            href: reportHref(report.id),
            link: 'Read it',
          }))}
        />
      </Show>
    </>
  )
}

const scopes: { value: ReportScope; words: string }[] = [
  { value: 'programme', words: 'A whole programme' },
  { value: 'course', words: 'One course over a year' },
  { value: 'theme', words: 'One theme over a year' },
  { value: 'period', words: 'A free period of whole months' },
]

function StartDraft(props: { choices: ReportChoices }) {
  const start = useAction(startReport)
  const navigate = useNavigate()
  const [scope, setScope] = createSignal<ReportScope>('programme')
  const [name, setName] = createSignal(
    // A year that still runs cannot be issued.
    (props.choices.programmes.find(({ isOver }) => isOver) ?? props.choices.programmes[0])?.name ?? '',
  )
  const programme = () => props.choices.programmes.find((one) => one.name === name())
  const send = async (fields: Fields) => {
    const chosen = scope()
    const from = fields.date('from')
    const until = fields.date('until')
    const themeId = fields.number('themeId')
    const course = fields.optional('course')
    const made = await start({
      scope: chosen,
      ...(chosen === 'period' ? {} : { programme: name() }),
      ...(chosen === 'course' && course ? { course } : {}),
      ...(chosen === 'theme' && themeId ? { themeId } : {}),
      ...(chosen === 'period' && from ? { from } : {}),
      ...(chosen === 'period' && until ? { until } : {}),
    })
    navigate(reportHref(made.id))
  }
  return (
    <Form send={send}>
      <Radios
        name="scope"
        label="What is it about?"
        choices={scopes}
        value={scope()}
        small
        onChange={(value) => setScope(value as ReportScope)}
      />
      <Show when={scope() !== 'period'}>
        <Select
          name="programme"
          label="Programme"
          value={name()}
          options={props.choices.programmes.map((one) => ({ value: one.name, words: yearWords(one.name) }))}
          onChange={setName}
        />
      </Show>
      <Switch>
        <Match when={scope() === 'course'}>
          <Select
            name="course"
            label="Course"
            blank="Choose a course"
            options={(programme()?.courses ?? []).map(({ code, title }) => ({ value: code, words: title }))}
          />
        </Match>
        <Match when={scope() === 'theme'}>
          <Select
            name="themeId"
            label="Theme"
            blank="Choose a theme"
            options={(programme()?.themes ?? []).map(({ id, name }) => ({ value: id, words: name }))}
          />
        </Match>
        <Match when={scope() === 'period'}>
          <DateInput name="from" label="First day" hint="The first of a month, such as 1 4 2025" />
          <DateInput name="until" label="Last day" hint="The last day of a month, such as 30 9 2025" />
        </Match>
      </Switch>
      <Button>Start the draft</Button>
    </Form>
  )
}
