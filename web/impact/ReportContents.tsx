import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { ReportPage as Report } from '#server/impact/routes.ts'
import { type Level, levels } from '#server/impact/shared/pages.ts'
import { Details } from '#web/parts/Details.tsx'
import { reportHref } from './report-data.ts'

/** What may be taken to a meeting, sent on or kept. */
export function ReportLinks(props: { report: Report; page: string | undefined }) {
  const at = (name: string) => `/api/reports/${props.report.id}/${name}`
  return (
    <div class="report-links no-print">
      <ul>
        <li>
          <A href={`${reportHref(props.report.id)}/cover`}>Cover for the safeguarding partners</A>
        </li>
        <li>
          <A href={`${reportHref(props.report.id)}/summary`}>Summary for everyone who attended</A>
        </li>
      </ul>
      <h2>To take away</h2>
      <ul>
        <li>
          <a href={at('document.docx')} download="">
            Paper for the meeting, as Word
          </a>
          : about ten minutes’ reading. The cover, every sentence of the report’s own page, what is decided on with its
          picture and table<Show when={props.report.contents.length > 1}>, and a line for each course and theme</Show>.
        </li>
        <Show when={props.page}>
          {(page) => (
            <li>
              <a href={at(`document.docx?page=${encodeURIComponent(page())}`)} download="">
                The page below, as Word
              </a>
              : with every table, definition and test.
            </li>
          )}
        </Show>
        <li>
          <a href={at('document.csv')} download="">
            Everything shown, as CSV
          </a>
          <Show when={props.report.contents.length > 1}>: all {props.report.contents.length} pages.</Show>
        </li>
        <Show when={props.report.state === 'issued'}>
          <li>
            <a href={at('proof.txt')} download="">
              Proof of the small-number rule
            </a>
          </li>
          <li>
            <a href={at('document.json')} download="">
              Frozen body (JSON)
            </a>
            : its SHA-256 is the one below.
          </li>
        </Show>
      </ul>
    </div>
  )
}

const levelWords: Record<Level, string> = {
  programme: 'Programme',
  period: 'Period',
  theme: 'Themes',
  course: 'Courses',
  event: 'Events',
  sector: 'Sectors',
  agency: 'Agencies',
}

type Listed = Report['contents'][number]

/** One page is shown at a time: a year has ninety. */
export function ReportContents(props: { report: Report; shown: string | undefined; beside: string | undefined }) {
  const groups = () =>
    levels
      .map((level) => ({ level, pages: props.report.contents.filter((page) => page.level === level) }))
      .filter(({ pages }) => pages.length > 0)
  const address = (page: Listed) =>
    `${reportHref(props.report.id)}?page=${encodeURIComponent(page.key)}${props.beside ? `&beside=${props.beside}` : ''}`
  return (
    <Show when={props.report.contents.length > 1}>
      <nav class="report-contents no-print" aria-label="Pages of this report">
        <For each={groups()}>
          {({ level, pages }) => (
            <Show
              when={pages.length > 1}
              fallback={<OneLink page={pages[0]!} shown={props.shown} href={address(pages[0]!)} />}
            >
              <Details summary={`${levelWords[level]} (${pages.length})`}>
                <ul>
                  <For each={pages}>
                    {(page) => (
                      <li>
                        <OneLink page={page} shown={props.shown} href={address(page)} />
                      </li>
                    )}
                  </For>
                </ul>
              </Details>
            </Show>
          )}
        </For>
      </nav>
    </Show>
  )
}

function OneLink(props: { page: Listed; shown: string | undefined; href: string }) {
  return (
    <a href={props.href} aria-current={props.page.key === props.shown ? 'page' : undefined}>
      {props.page.title}
      <Show when={props.page.level === 'event'}>, {props.page.lead}</Show>
    </a>
  )
}
