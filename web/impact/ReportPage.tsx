/* One of the longest pages: a report whole, with the steps that lead to its issue, its notes and an earlier report beside it. */
import { A, createAsync, revalidate, useAction, useNavigate, useParams, useSearchParams } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { NoteKind } from '#server/impact/input.ts'
import type { Note, ReportPage as Report } from '#server/impact/routes.ts'
import type { Figure } from '#server/impact/shared/figures.ts'
import { type ImpactPage, type Level, levels } from '#server/impact/shared/pages.ts'
import { Button } from '#web/parts/Button.tsx'
import { DateInput } from '#web/parts/DateInput.tsx'
import { Details } from '#web/parts/Details.tsx'
import { Form } from '#web/parts/Form.tsx'
import type { Fields } from '#web/parts/fields.ts'
import { Notice } from '#web/parts/Notice.tsx'
import { Radios } from '#web/parts/Radios.tsx'
import { Select } from '#web/parts/Select.tsx'
import { TextArea } from '#web/parts/TextArea.tsx'
import { TextInput } from '#web/parts/TextInput.tsx'
import { Page } from '#web/shell/Page.tsx'
import { FigureList, FigureView } from './FigureView.tsx'
import {
  agreeReport,
  discardReport,
  getReport,
  issueReport,
  reportHref,
  takeReportAgreementBack,
  takeReportNoteBack,
  writeReportAsks,
  writeReportNote,
} from './report-data.ts'

type Settled = { report: Report; settled: (words: string) => Promise<void> }

/** A report: a draft worked out anew each time, an issued one as it was frozen. */
export default function ReportPage() {
  const params = useParams<{ id: string }>()
  const report = createAsync(() => getReport(params.id))
  return <Show when={report()}>{(report) => <Whole report={report()} />}</Show>
}

function Whole(props: { report: Report }) {
  const [done, setDone] = createSignal<string>()
  const body = () => props.report.body
  const settled = async (words: string) => {
    setDone(undefined)
    await revalidate(getReport.key)
    setDone(words)
  }
  const [search, setSearch] = useSearchParams<{ beside?: string; page?: string }>()
  const page = () => body().pages.find(({ key }) => key === search.page) ?? body().pages[0]
  const other = createAsync(async () => (search.beside ? getReport(search.beside) : undefined))
  return (
    <Page
      title={body().title}
      crumbs={[{ href: '/reports', words: 'Reports' }]}
      about={`${props.report.words} · ${body().period}`}
    >
      <Show when={done()} keyed>
        {(words) => (
          <Notice>
            <p>{words}</p>
          </Notice>
        )}
      </Show>
      <Show when={props.report.state !== 'issued'}>
        <p class="draft-mark">
          <strong>Draft.</strong> Its figures are worked out anew each time it is read, until it is issued.
        </p>
      </Show>
      <Links report={props.report} page={page()} />
      <Show when={props.report.isMine && props.report.state !== 'issued'}>
        {/* Anew at each step, so that a form that was sent is gone. */}
        <Show when={props.report.state} keyed>
          <Steps report={props.report} settled={settled} />
        </Show>
      </Show>
      <Show when={props.report.others.length > 0}>
        <div class="no-print">
          <Select
            name="beside"
            label="Read it beside an earlier report"
            blank="None"
            value={search.beside}
            options={props.report.others.map(({ id, words }) => ({ value: id, words }))}
            onChange={(value) => setSearch({ beside: value || undefined }, { replace: true, scroll: false })}
          />
        </div>
      </Show>
      <Contents report={props.report} shown={page()} beside={search.beside} />
      <Show when={page()} keyed>
        {(page) => (
          <OnePage
            page={page}
            report={props.report}
            settled={settled}
            before={other()?.body.pages.find(({ key }) => key === page.key)}
            beforeWords={other() ? `In report ${other()!.number}` : ''}
          />
        )}
      </Show>
      <About report={props.report} />
    </Page>
  )
}

function Links(props: { report: Report; page: ImpactPage | undefined }) {
  const at = (name: string) => `/api/reports/${props.report.id}/${name}`
  return (
    <ul class="report-links no-print">
      <li>
        <A href={`${reportHref(props.report.id)}/cover`}>Cover for the safeguarding partners</A>
      </li>
      <li>
        <A href={`${reportHref(props.report.id)}/summary`}>Summary for everyone who attended</A>
      </li>
      <li>
        <a href={at(`document.docx?page=${encodeURIComponent(props.page?.key ?? '')}`)} download="">
          This page as a Word document
        </a>
      </li>
      <Show when={props.report.body.pages.length > 1}>
        <li>
          <a href={at('document.docx')} download="">
            All {props.report.body.pages.length} pages as a Word document
          </a>
        </li>
      </Show>
      <li>
        <a href={at('document.csv')} download="">
          Everything shown, as CSV
        </a>
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
        </li>
      </Show>
    </ul>
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

/** One page is shown at a time: a year has ninety. */
function Contents(props: { report: Report; shown: ImpactPage | undefined; beside: string | undefined }) {
  const groups = () =>
    levels
      .map((level) => ({ level, pages: props.report.body.pages.filter((page) => page.level === level) }))
      .filter(({ pages }) => pages.length > 0)
  const address = (page: ImpactPage) =>
    `${reportHref(props.report.id)}?page=${encodeURIComponent(page.key)}${props.beside ? `&beside=${props.beside}` : ''}`
  return (
    <Show when={props.report.body.pages.length > 1}>
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

function OneLink(props: { page: ImpactPage; shown: ImpactPage | undefined; href: string }) {
  return (
    <a href={props.href} aria-current={props.page === props.shown ? 'page' : undefined}>
      {props.page.title}
      <Show when={props.page.level === 'event'}>, {props.page.lead}</Show>
    </a>
  )
}

// The steps

function Steps(props: Settled) {
  return (
    <section class="report-steps no-print" aria-labelledby="report-steps">
      <h2 id="report-steps">{props.report.state === 'draft' ? 'Before it is agreed' : 'Before it is issued'}</h2>
      <Show
        when={props.report.inTheWay.length > 0}
        fallback={<p>Nothing is in the way. Issuing proves it together with every report issued before.</p>}
      >
        <p>Still in the way of its issue:</p>
        <ul>
          <For each={props.report.inTheWay}>{(words) => <li>{words}</li>}</For>
        </ul>
      </Show>
      <Show when={props.report.state === 'draft'} fallback={<Agreed {...props} />}>
        <Details summary="Write the decisions that the cover asks for">
          <Asks {...props} />
        </Details>
        <Details summary="Record that the sub-group agreed it">
          <Agree {...props} />
        </Details>
        <Details summary="Throw the draft away">
          <Discard {...props} />
        </Details>
      </Show>
    </section>
  )
}

function Asks(props: Settled) {
  const write = useAction(writeReportAsks)
  const send = async (fields: Fields) => {
    await write(
      props.report.id,
      [0, 1, 2].map((n) => fields.text(`asks.${n}`)).filter((text) => text !== ''),
    )
    await props.settled('The decisions are written.')
  }
  return (
    <Form send={send}>
      <For each={[0, 1, 2]}>
        {(n) => (
          <TextArea
            name={`asks.${n}`}
            label={`Decision ${n + 1}`}
            hint={n === 0 ? 'What the safeguarding partners are asked to decide, in one sentence' : undefined}
            rows={2}
            maxlength={300}
            value={props.report.body.asks[n]}
          />
        )}
      </For>
      <Button look="secondary">Save the decisions</Button>
    </Form>
  )
}

function Agree(props: Settled) {
  const agree = useAction(agreeReport)
  const send = async (fields: Fields) => {
    const present = props.report.agencies.flatMap(({ id }) => {
      const people = fields.number(`people-${id}`)
      return people === undefined ? [] : [{ agencyId: id, people }]
    })
    await agree(props.report.id, { on: fields.date('on') ?? '', present })
    await props.settled('It is written down that the sub-group agreed it.')
  }
  return (
    <Form send={send}>
      <DateInput name="on" label="Day of the meeting" />
      <fieldset class="govuk-fieldset">
        <legend class="govuk-fieldset__legend govuk-fieldset__legend--s">
          How many people of each agency were there?
        </legend>
        <p class="govuk-hint">Numbers alone, no names. Leave those empty who were not there.</p>
        <div class="present">
          <For each={props.report.agencies}>
            {({ id, name }) => <TextInput name={`people-${id}`} label={name} inputmode="numeric" width={3} />}
          </For>
        </div>
      </fieldset>
      <Button>Record the agreement</Button>
    </Form>
  )
}

function Discard(props: Settled) {
  const discard = useAction(discardReport)
  const navigate = useNavigate()
  return (
    <Form
      send={async () => {
        await discard(props.report.id)
        navigate('/reports')
      }}
    >
      <p>Its figures are not lost: they are on the impact pages. What is written for the cover is.</p>
      <Button look="warning">Throw it away</Button>
    </Form>
  )
}

function Agreed(props: Settled) {
  const issue = useAction(issueReport)
  const takeBack = useAction(takeReportAgreementBack)
  return (
    <>
      <Form
        send={async () => {
          const { number } = await issue(props.report.id, props.report.seen ?? '')
          await props.settled(`It is issued as report ${number}. Everyone who attended will be sent the summary.`)
        }}
      >
        <p>
          Issuing numbers and freezes it for good, and sends the summary to everyone who attended. The proof takes up to
          a minute.
        </p>
        <Button>Issue it</Button>
      </Form>
      <Details summary="Take the agreement back">
        <Form
          send={async () => {
            await takeBack(props.report.id)
            await props.settled('It is a draft again.')
          }}
        >
          <p>It becomes a draft again, and the meeting is taken out.</p>
          <Button look="secondary">Take it back</Button>
        </Form>
      </Details>
    </>
  )
}

// The pages

function OnePage(props: Settled & { page: ImpactPage; before: ImpactPage | undefined; beforeWords: string }) {
  const prefix = () => 'now-'
  const foot = (figure: Figure) => (
    <>
      <Show when={props.beforeWords}>
        <Beside
          words={props.beforeWords}
          figure={props.before?.figures.find(({ key }) => key === figure.key)}
          idPrefix="before-"
        />
      </Show>
      <Notes report={props.report} settled={props.settled} page={props.page.key} figure={figure} />
    </>
  )
  return (
    <section
      class="report-page"
      classList={{ 'report-page-beside': props.beforeWords !== '' }}
      aria-label={props.page.title}
    >
      <p class="report-page-title">{props.page.title}</p>
      <Show when={props.page.lead}>{(lead) => <p class="lead">{lead()}</p>}</Show>
      <Show when={props.page.provisional}>
        {(words) => (
          <p class="provisional">
            <strong>Provisional.</strong> {words()}
          </p>
        )}
      </Show>
      <Show when={props.page.earlySigns}>
        <p class="provisional">
          <strong>Early signs.</strong> Few of those who came have answered.
        </p>
      </Show>
      <FigureList figures={props.page.figures} idPrefix={prefix()} foot={foot} />
    </section>
  )
}

function Beside(props: { words: string; figure: Figure | undefined; idPrefix: string }) {
  return (
    <div class="beside">
      <p class="beside-words">{props.words}</p>
      <Show when={props.figure} fallback={<p class="soft">It did not have this figure.</p>}>
        {(figure) => (
          <FigureView
            figure={{ ...figure(), title: `${figure().title}, ${props.words.toLowerCase()}` }}
            idPrefix={props.idPrefix}
          />
        )}
      </Show>
    </div>
  )
}

// Notes

const kindWords: Record<NoteKind, string> = { comment: 'Comment', decision: 'Decision' }

function Notes(props: Settled & { page: string; figure: Figure }) {
  const write = useAction(writeReportNote)
  const mine = () => props.report.notes.filter((note) => note.page === props.page && note.figure === props.figure.key)
  const name = (field: string) => `${field}-${props.page}-${props.figure.key}`
  const send = async (fields: Fields) => {
    await write(props.report.id, {
      page: props.page,
      figure: props.figure.key,
      kind: fields.text(name('kind')) as NoteKind,
      text: fields.text(name('text')),
    })
    await props.settled('It is written beside the figure.')
  }
  return (
    <div class="notes">
      <For each={mine()}>{(note) => <OneNote note={note} settled={props.settled} />}</For>
      <div class="no-print">
        <Details summary="Comment or decide">
          <Form send={send}>
            <Radios
              name={name('kind')}
              label="What is it?"
              small
              inline
              value="comment"
              choices={[
                { value: 'comment', words: 'A comment' },
                { value: 'decision', words: 'A decision' },
              ]}
            />
            <TextArea name={name('text')} label="In words that name nobody" rows={2} maxlength={600} />
            <Button look="secondary">
              Write it<span class="govuk-visually-hidden">: {props.figure.title}</span>
            </Button>
          </Form>
        </Details>
      </div>
    </div>
  )
}

function OneNote(props: { note: Note; settled: Settled['settled'] }) {
  const takeBack = useAction(takeReportNoteBack)
  return (
    <div class="note">
      <p>
        <strong>{kindWords[props.note.kind]}</strong> {props.note.text}
      </p>
      <p class="note-about">
        <span>{props.note.words}</span>
        <Show when={props.note.kind === 'decision'}>
          <A class="no-print" href={`/actions?said=${encodeURIComponent(props.note.text)}`}>
            Make it an action
          </A>
        </Show>
      </p>
      <Show when={props.note.isMine}>
        <div class="no-print">
          <Form
            send={async () => {
              await takeBack(props.note.id)
              await props.settled('It is taken back.')
            }}
          >
            <button type="submit" class="link-button">
              Take it back<span class="govuk-visually-hidden">: {props.note.text}</span>
            </button>
          </Form>
        </div>
      </Show>
    </div>
  )
}

// What stands at the end

function About(props: { report: Report }) {
  const body = () => props.report.body
  return (
    <section class="method report-about" id="about-this-report" aria-labelledby="about-this-report-title">
      <h2 id="about-this-report-title">How this was counted, and who agreed it</h2>
      <For each={body().method}>{(words) => <p>{words}</p>}</For>
      <h3>What this cannot tell you</h3>
      <ul>
        <For each={body().cannotTell}>{(words) => <li>{words}</li>}</For>
      </ul>
      <h3>What was corrected</h3>
      <For each={body().corrections}>{(words) => <p>{words}</p>}</For>
      <h3>Who agreed it</h3>
      <Show when={body().agreed} fallback={<p>The sub-group has not agreed it yet.</p>}>
        {(agreed) => (
          <>
            <p>The sub-group, on {agreed().words}. There were:</p>
            <ul>
              <For each={agreed().present}>
                {({ agency, people }) => (
                  <li>
                    {people} of {agency}
                  </li>
                )}
              </For>
            </ul>
          </>
        )}
      </Show>
      <Show when={props.report.hash}>
        {(hash) => (
          <p>
            SHA-256 of its frozen body: <code class="hash">{hash()}</code>
          </p>
        )}
      </Show>
      <Details summary="What was asked, word for word">
        <For each={body().wordings}>
          {(wording) => (
            <section>
              <h3>
                {wording.stage}: {wording.course ?? 'every course'}, version {wording.version}
              </h3>
              <p class="soft">Published on {wording.publishedOn}</p>
              <dl>
                <For each={wording.questions}>
                  {(question) => (
                    <>
                      <dt>{question.text}</dt>
                      <dd class="soft">{question.options.join(' · ')}</dd>
                    </>
                  )}
                </For>
              </dl>
            </section>
          )}
        </For>
      </Details>
    </section>
  )
}
