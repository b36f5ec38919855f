import { createAsync, useSearchParams } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { figure } from '#server/impact/shared/pictures.ts'
import { dispositions, type ResponseGrouping, responseGroupings } from '#server/surveys/input.ts'
import type { AnswersRow, ResponsePage, ResponseRow } from '#server/surveys/routes.ts'
import { Details } from '#web/parts/Details.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { type Column, Table } from '#web/parts/Table.tsx'
import { Page } from '#web/shell/Page.tsx'
import { channelWords, counted, dispositionWords } from '#web/words.ts'
import { AskingLinks } from './AskingLinks.tsx'
import { getResponses } from './asking-data.ts'
import { ResponseBar } from './ResponseBar.tsx'

const byWords: Record<ResponseGrouping, string> = {
  event: 'By event',
  wave: 'By wave',
  agency: 'By organisation',
  channel: 'By channel',
}

/** How many answer: counts of people, never what they answered, and nothing forecast. */
export default function ResponsesPage() {
  const [search] = useSearchParams<{ programme?: string; by?: string; event?: string }>()
  const programme = () => [search.programme].flat()[0] ?? ''
  const by = (): ResponseGrouping => responseGroupings.find((one) => one === [search.by].flat()[0]) ?? 'event'
  const page = createAsync(() => getResponses(programme(), by(), [search.event].flat()[0] ?? ''))
  const href = (programme: string, by: ResponseGrouping) =>
    `/asking/responses?${new URLSearchParams({ ...(programme ? { programme } : {}), ...(by === 'event' ? {} : { by }) })}`

  return (
    <Page
      title="Response"
      lead="Of everyone who came, how many have told us what happened next. Counted as it stands now; nothing here is a forecast."
    >
      <AskingLinks />
      <Show when={page()}>
        {(page) => (
          <>
            <nav aria-label="Years">
              <ul class="plain filters">
                <For each={page().programmes}>
                  {(name) => (
                    <li>
                      <a href={href(name, by())} aria-current={name === page().programme.name ? 'page' : undefined}>
                        {name}
                      </a>
                    </li>
                  )}
                </For>
              </ul>
            </nav>
            <Show
              when={page().whole.attended}
              fallback={
                <Empty title="Nobody has come to an event of this year yet">
                  <p>Courses that ask nothing afterwards are not counted here.</p>
                </Empty>
              }
            >
              <Show when={page().event}>
                <People rows={page().rows} by={by()} page={page()} />
                <p>
                  <a href={href(page().programme.name, 'event')}>Show every event of {page().programme.name}</a>
                </p>
              </Show>
              <Whole page={page()} />
              <nav aria-label="How it is divided">
                <ul class="plain filters">
                  <For each={responseGroupings}>
                    {(one) => (
                      <li>
                        <a href={href(programme(), one)} aria-current={one === by() ? 'page' : undefined}>
                          {byWords[one]}
                        </a>
                      </li>
                    )}
                  </For>
                </ul>
              </nav>
              <Show
                when={by() === 'event' || by() === 'agency'}
                fallback={<Answers rows={page().answers} by={by()} page={page()} />}
              >
                <Show when={!page().event}>
                  <People rows={page().rows} by={by()} page={page()} />
                </Show>
              </Show>
              <Method />
            </Show>
          </>
        )}
      </Show>
    </Page>
  )
}

const percentWords = (percent: number | null) => (percent === null ? '–' : `${percent}%`)
const perCent = (n: number, of: number) => (of === 0 ? null : Math.round((n * 1000) / of) / 10)

function Whole(props: { page: ResponsePage }) {
  const whole = () => props.page.whole
  const waiting = () => {
    const stands = whole().dispositions
    const parts = [
      stands['not-yet-due'] ? `${figure(stands['not-yet-due'])} are not yet due` : '',
      stands['still-being-asked'] ? `${figure(stands['still-being-asked'])} are still being asked` : '',
    ].filter(Boolean)
    return parts.length ? `Of everyone who came, ${parts.join(' and ')}.` : 'Nobody is still to be asked.'
  }
  const apart = () => {
    const { doubted, late } = whole()
    return [
      doubted ? `Not counted: ${counted(doubted, 'doubted answer', 'doubted answers')}.` : '',
      late ? `${figure(late)} of the answers came late.` : '',
    ].join(' ')
  }
  return (
    <>
      <h2>
        {props.page.programme.name}: {percentWords(whole().percent)} answered
      </h2>
      <div class="response-whole">
        <ResponseBar core={whole().core} attended={whole().attended} height={34} />
      </div>
      <p>
        <strong>{figure(whole().core)}</strong> of <strong>{figure(whole().attended)}</strong> who came gave a core
        answer, {figure(whole().full)} of them a full one.{' '}
        <Show when={whole().lastYear} fallback="There is no year before to set beside it.">
          {(last) => (
            <>
              The year before, {props.page.programme.before}: {figure(last().core)} of {figure(last().attended)},{' '}
              {percentWords(last().percent)}.
            </>
          )}
        </Show>
      </p>
      <p>{waiting()}</p>
      <p class="soft">
        Of the {figure(whole().reachable)} who could be reached,{' '}
        {percentWords(perCent(whole().core, whole().reachable))} answered. {apart()} As it was on {props.page.asOf}.
      </p>
      <Details summary="Where everyone who came stands">
        <Table
          caption="Everyone who came, each in one place"
          columns={[
            { words: 'Stands as', cell: (word) => dispositionWords[word] },
            { words: 'People', numeric: true, cell: (word) => figure(whole().dispositions[word]) },
            {
              words: 'Of everyone who came',
              numeric: true,
              cell: (word) => percentWords(perCent(whole().dispositions[word], whole().attended)),
            },
          ]}
          rows={dispositions}
        />
      </Details>
    </>
  )
}

function People(props: { rows: readonly ResponseRow[]; by: ResponseGrouping; page: ResponsePage }) {
  const columns = (): Column<ResponseRow>[] => [
    {
      words: props.by === 'event' ? 'Event' : 'School, service or organisation',
      cell: (row) => row.name,
      by: (row) => row.name,
    },
    {
      words: 'Answered of who came',
      cell: (row) => (
        <span class="response-cell">
          <ResponseBar core={row.core} attended={row.attended} />
          <strong>{percentWords(row.percent)}</strong>{' '}
          <span class="soft">{percentWords(perCent(row.core, row.reachable))} of reached</span>
        </span>
      ),
      by: (row) => row.percent ?? -1,
    },
    {
      words: props.by === 'event' ? 'Course, year before' : 'Year before',
      numeric: true,
      cell: (row) => (row.lastYear ? percentWords(row.lastYear.percent) : '–'),
      by: (row) => row.lastYear?.percent ?? -1,
    },
    { words: 'Came', numeric: true, cell: (row) => figure(row.attended), by: (row) => row.attended },
    { words: 'Reachable', numeric: true, cell: (row) => figure(row.reachable), by: (row) => row.reachable },
    { words: 'Asked', numeric: true, cell: (row) => figure(row.asked), by: (row) => row.asked },
    { words: 'Core', numeric: true, cell: (row) => figure(row.core), by: (row) => row.core },
    { words: 'Full', numeric: true, cell: (row) => figure(row.full), by: (row) => row.full },
    { words: 'Doubted', numeric: true, cell: (row) => figure(row.doubted), by: (row) => row.doubted },
    { words: 'Late', numeric: true, cell: (row) => figure(row.late), by: (row) => row.late },
    {
      words: 'Still being asked',
      numeric: true,
      cell: (row) => figure(row.dispositions['still-being-asked']),
      by: (row) => row.dispositions['still-being-asked'],
    },
    {
      words: 'Not yet due',
      numeric: true,
      cell: (row) => figure(row.dispositions['not-yet-due']),
      by: (row) => row.dispositions['not-yet-due'],
    },
  ]
  return (
    <Table
      caption={props.page.event ?? `${byWords[props.by]}, ${props.page.programme.name}`}
      columns={columns()}
      rows={props.rows}
      empty={props.page.event ? 'Nobody who came to this event is counted in this year.' : undefined}
    />
  )
}

function Answers(props: { rows: readonly AnswersRow[]; by: ResponseGrouping; page: ResponsePage }) {
  const isWave = () => props.by === 'wave'
  const name = (row: AnswersRow) =>
    isWave() ? row.name : (channelWords[row.key as keyof typeof channelWords] ?? row.name)
  const columns = (): Column<AnswersRow>[] => [
    { words: isWave() ? 'When they answered' : 'How they answered', cell: name },
    {
      words: 'Of everyone who came',
      cell: (row) => (
        <span class="response-cell">
          <ResponseBar core={row.core} attended={props.page.whole.attended} />
          <strong>{percentWords(row.percent)}</strong>
        </span>
      ),
    },
    {
      words: 'Year before',
      numeric: true,
      cell: (row) => (row.lastYear ? percentWords(row.lastYear.percent) : '–'),
    },
    ...(isWave()
      ? [{ words: 'Sent', numeric: true, cell: (row: AnswersRow) => (row.asked === null ? '–' : figure(row.asked)) }]
      : []),
    { words: 'Core', numeric: true, cell: (row) => figure(row.core) },
    { words: 'Full', numeric: true, cell: (row) => figure(row.full) },
    { words: 'Doubted', numeric: true, cell: (row) => figure(row.doubted) },
    { words: 'Late', numeric: true, cell: (row) => figure(row.late) },
  ]
  return (
    <Table
      caption={`${byWords[props.by]}, ${props.page.programme.name}`}
      columns={columns()}
      rows={props.rows}
      empty="Nobody has answered yet."
    />
  )
}

function Method() {
  return (
    <Details summary="What is counted">
      <p>
        Everyone who came to an event that asks afterwards, once for each event; courses without a follow-up are left
        out. Answered is a core answer that is not doubted. Reachable is everyone but those who could not be asked: no
        address that works, or they asked us not to. Asked are those who answered, who gave no reply and who are still
        being asked. The bar shows who answered; the hatch is everyone else who came.
      </p>
      <p>
        A year’s totals differ from those on its impact page, which count courses and learning events alone, also those
        that ask nothing: here it is every event that asks, also forums, briefings and conferences.
      </p>
    </Details>
  )
}
