import { A, createAsync, useParams } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { ProgrammeFigures } from '#server/impact/routes.ts'
import { figure } from '#server/impact/shared/pictures.ts'
import { Details } from '#web/parts/Details.tsx'
import { SummaryList } from '#web/parts/SummaryList.tsx'
import { type Column, Table } from '#web/parts/Table.tsx'
import { TransitionMatrix } from '#web/parts/TransitionMatrix.tsx'
import { Page } from '#web/shell/Page.tsx'
import { counted, eventKindWords } from '#web/words.ts'
import { Flow, Headline, Method } from './Answers.tsx'
import { courseHref, getProgramme, moneyWords, yearWords } from './data.ts'
import { Figures } from './Figures.tsx'

export default function ProgrammePage() {
  const params = useParams<{ name: string }>()
  const figures = createAsync(() => getProgramme(params.name))
  return <Show when={figures()}>{(figures) => <Whole figures={figures()} />}</Show>
}

function Whole(props: { figures: ProgrammeFigures }) {
  const year = () => yearWords(props.figures.programme.name)
  return (
    <Page
      title={`Programme ${year()}`}
      crumbs={[{ href: '/impact', words: 'Impact' }]}
      about={`${props.figures.programme.words} · as it was on ${props.figures.asOf}`}
    >
      <Headline page={props.figures} of={`programme ${year()}`} />
      <Flow page={props.figures} />
      <p class="soft">
        Here a person is counted once for each event they came to:{' '}
        {counted(props.figures.attended, 'attendance', 'attendances')} of{' '}
        {counted(props.figures.people, 'different person', 'different people')}.
      </p>
      <h2>What was taught, and who came</h2>
      <p>Courses and learning events. Other kinds of event stand under their own headings below.</p>
      <Taught figures={props.figures} />
      <h2>Three months on</h2>
      <FollowUps figures={props.figures} />
      <h2>By course</h2>
      <p>A course over the year is where its impact is told.</p>
      <Courses programme={props.figures.programme.name} courses={props.figures.byCourse} caption="By course" />
      <h2>Who came, by sector and agency</h2>
      <p>As they were on the day; a school counts under education.</p>
      <div class="outcomes">
        <Shares caption="By sector" name="Sector" rows={props.figures.bySector} />
        <Shares caption="By agency" name="Agency" rows={props.figures.byAgency} />
      </div>
      <For each={props.figures.otherKinds}>
        {(kind) => (
          <>
            <h2>{kindHeading[kind.kind] ?? eventKindWords[kind.kind]}</h2>
            <Show when={kind.agencies}>
              {(agencies) => (
                <p>
                  <Figures words={agencies().words} />
                </p>
              )}
            </Show>
            <Courses
              programme={props.figures.programme.name}
              courses={kind.courses}
              caption={kindHeading[kind.kind] ?? eventKindWords[kind.kind]}
            />
          </>
        )}
      </For>
      <Method page={props.figures} />
    </Page>
  )
}

const kindHeading: Record<string, string> = {
  forum: 'Forums',
  briefing: 'Briefings',
  conference: 'Conference',
  'e-learning': 'E-learning',
}

function Taught(props: { figures: ProgrammeFigures }) {
  const bookings = () => props.figures.bookings
  const lateCharges = () => props.figures.charges.lateCancellation
  const eventWords = () => {
    const { held, cancelled, toCome } = props.figures.events
    return [
      `${figure(held)} held, of ${counted(props.figures.courses, 'course', 'courses')}`,
      cancelled > 0 ? `${figure(cancelled)} cancelled` : '',
      toCome > 0 ? `${figure(toCome)} to come` : '',
    ]
      .filter(Boolean)
      .join('; ')
  }
  const chargeWords = () => {
    const { nonAttendance, lastYear } = props.figures.charges
    const now = `${moneyWords(nonAttendance.pence)} from ${counted(nonAttendance.count, 'booking', 'bookings')}`
    return lastYear ? `${now}; the year before ${moneyWords(lastYear.nonAttendance.pence)}` : now
  }
  return (
    <SummaryList
      rows={[
        { key: 'Events', value: eventWords() },
        { key: 'Places', value: figure(props.figures.places) },
        {
          key: 'Attended',
          value: `${figure(props.figures.attended)}${props.figures.percentOfCapacity === null ? '' : `, ${props.figures.percentOfCapacity}% of capacity`}`,
        },
        {
          key: 'Different people',
          value: `${figure(props.figures.people)}, in ${counted(props.figures.attended, 'attendance', 'attendances')}`,
        },
        { key: 'Bookings made', value: figure(bookings().made) },
        { key: 'Cancelled in time', value: figure(bookings().cancelledInTime) },
        { key: 'Cancelled late', value: figure(bookings().cancelledLate) },
        {
          key: 'Did not attend',
          value: `${figure(bookings().didNotAttend)}${bookings().notMarked > 0 ? `; ${figure(bookings().notMarked)} not yet in a register` : ''}`,
        },
        { key: 'Charged for not attending', value: chargeWords() },
        {
          key: 'Charged for late cancellation',
          value: `${moneyWords(lateCharges().pence)} from ${counted(lateCharges().count, 'booking', 'bookings')}`,
        },
      ]}
    />
  )
}

function FollowUps(props: { figures: ProgrammeFigures }) {
  const followUps = () => props.figures.followUps
  const first = () => props.figures.firstOutcomes
  return (
    <>
      <p>
        <Figures
          words={`${figure(followUps().answered)} of ${figure(followUps().attended)} answered${followUps().percent === null ? '' : ` (${followUps().percent}%)`}.`}
        />
        <Show when={followUps().lastYear}>
          {(last) => (
            <>
              {' '}
              The year before: {figure(last().answered)} of {figure(last().attended)}
              {last().percent === null ? '' : ` (${last().percent}%)`}.
            </>
          )}
        </Show>
      </p>
      <h3>The first learning outcome of each course</h3>
      <Show
        when={first().matrix}
        fallback={
          <p class="soft">
            {first().sentence} {first().why}
          </p>
        }
      >
        {(matrix) => (
          <div class="outcomes">
            <div>
              <TransitionMatrix matrix={matrix()} sentence={first().sentence} outcome="First learning outcomes" />
              <Show when={first().test}>
                <Details summary="How this was tested">
                  <p>{first().test}</p>
                </Details>
              </Show>
            </div>
            <Show when={first().moves}>
              {(moves) => (
                <Table
                  caption={`How ${figure(first().matched)} people moved`}
                  columns={[
                    { words: 'From before the day to three months on', cell: (row) => row.words },
                    { words: 'People', numeric: true, cell: (row) => figure(row.count) },
                  ]}
                  rows={[
                    { words: 'From some to good', count: moves().someToGood },
                    { words: 'From good to strong', count: moves().goodToStrong },
                    { words: 'Other rises', count: moves().otherRises },
                    { words: 'Stayed where they were', count: moves().unchanged },
                    { words: 'Moved down', count: moves().fell },
                  ]}
                />
              )}
            </Show>
          </div>
        )}
      </Show>
    </>
  )
}

type CourseRow = ProgrammeFigures['byCourse'][number]

function Courses(props: { programme: string; courses: readonly CourseRow[]; caption: string }) {
  const columns: Column<CourseRow>[] = [
    {
      words: 'Course',
      cell: (course) => <A href={courseHref(props.programme, course.code)}>{course.title}</A>,
      by: (course) => course.title,
    },
    { words: 'Events', numeric: true, cell: (course) => figure(course.events), by: (course) => course.events },
    { words: 'Places', numeric: true, cell: (course) => figure(course.places), by: (course) => course.places },
    { words: 'Came', numeric: true, cell: (course) => figure(course.attended), by: (course) => course.attended },
    { words: 'Answered', numeric: true, cell: (course) => figure(course.answered), by: (course) => course.answered },
  ]
  return <Table caption={props.caption} hideCaption columns={columns} rows={props.courses} />
}

function Shares(props: { caption: string; name: string; rows: ProgrammeFigures['bySector'] }) {
  return (
    <Table
      caption={props.caption}
      columns={[
        { words: props.name, cell: (row) => row.name },
        { words: 'Came', numeric: true, cell: (row) => figure(row.attended) },
        { words: 'Of all', numeric: true, cell: (row) => `${row.percent}%` },
      ]}
      rows={props.rows}
    />
  )
}
