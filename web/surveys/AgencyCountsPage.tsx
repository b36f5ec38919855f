import { A, createAsync, useSearchParams } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { figure } from '#server/impact/shared/pictures.ts'
import type { AgencyCounts, CountLine, LedAgency } from '#server/surveys/routes.ts'
import { Details } from '#web/parts/Details.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { Table } from '#web/parts/Table.tsx'
import { Page } from '#web/shell/Page.tsx'
import { getAgencyCounts } from './agreement-data.ts'

/** How many of an agency's people have answered; never who. */
export default function AgencyCountsPage() {
  const [search] = useSearchParams<{ programme?: string }>()
  const programme = () => [search.programme].flat()[0] ?? ''
  const counts = createAsync(() => getAgencyCounts(programme()))
  return (
    <Page
      title="Who has answered"
      lead="Three months after a course we ask what became of what people planned. Here is how many of yours were asked and have answered: counts, never names."
    >
      <Show when={counts()}>
        {(counts) => (
          <>
            <nav aria-label="Years">
              <ul class="plain filters">
                <For each={counts().programmes}>
                  {(name) => (
                    <li>
                      <a
                        href={`/who-answered?programme=${encodeURIComponent(name)}`}
                        aria-current={name === counts().programme ? 'page' : undefined}
                      >
                        {name}
                      </a>
                    </li>
                  )}
                </For>
              </ul>
            </nav>
            <Show
              when={counts().agencies.length}
              fallback={
                <Empty title="You lead no agency">
                  <p>Ask the training team to make you the lead of yours.</p>
                </Empty>
              }
            >
              <For each={counts().agencies}>{(agency) => <Agency agency={agency} counts={counts()} />}</For>
              <p class="soft">As it was on {counts().asOf}.</p>
            </Show>
            <p>
              <A href="/supervision-sheet">Ten minutes in month three: a sheet for managers to print</A>
            </p>
            <Details summary="What is counted">
              <p>
                Everyone who came to an event of the year and was asked about it, once for each event, by the agency
                they booked from. Someone who asked us to stop stays counted as asked. Fewer than {counts().fewest}{' '}
                asked are not counted on their own, and how many answered is not shown while it is nobody or everybody,
                since it would then say of each person whether they have. Nothing follows for anyone from not answering.
              </p>
            </Details>
          </>
        )}
      </Show>
    </Page>
  )
}

const few = 'Fewer than five asked'

function Agency(props: { agency: LedAgency; counts: AgencyCounts }) {
  const name = (line: CountLine) => {
    if (line.kind === 'child') return line.agency
    if (line.kind === 'own') return props.agency.lines.length > 1 ? `${line.agency}, its own people` : line.agency
    const [one, many] = props.agency.isSchools ? ['school', 'schools'] : ['agency', 'agencies']
    return line.agencies === 1 ? `1 smaller ${one}` : `${line.agencies} smaller ${many} together`
  }
  const asked = (line: CountLine) =>
    line.asked !== null ? figure(line.asked) : line.kind === 'together' && line.agencies !== 1 ? `${few} in each` : few
  const answered = (line: CountLine) =>
    line.asked === null ? '–' : line.answered === null ? 'Not shown: nobody or everybody' : figure(line.answered)
  return (
    <Table
      caption={`${props.agency.name}, ${props.counts.programme}`}
      columns={[
        { words: 'School, service or organisation', cell: name },
        { words: 'Asked', numeric: true, cell: asked },
        { words: 'Answered', numeric: true, cell: answered },
      ]}
      rows={props.agency.lines}
    />
  )
}
