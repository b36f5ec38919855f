import { createAsync, revalidate, useAction, useNavigate, useSearchParams } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { HoldReason } from '#server/surveys/input.ts'
import type { AskingMonth, CalendarLine, CalendarPerson } from '#server/surveys/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { DateInput } from '#web/parts/DateInput.tsx'
import { Details } from '#web/parts/Details.tsx'
import { createDone, Done } from '#web/parts/Done.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { Form } from '#web/parts/Form.tsx'
import { Select } from '#web/parts/Select.tsx'
import { Page } from '#web/shell/Page.tsx'
import { counted } from '#web/words.ts'
import { AskingLinks } from './AskingLinks.tsx'
import { getAskingMonth, postponeFollowUp } from './asking-data.ts'
import { holdReasonChoices, leftOutWords } from './asking-words.ts'

/** Who was asked, and who will be asked when and why that day, a month at a time. */
export default function AskingCalendarPage() {
  const [search] = useSearchParams<{ month?: string; event?: string; agency?: string }>()
  const one = (name: 'month' | 'event' | 'agency') => [search[name]].flat()[0] ?? ''
  const month = createAsync(() => getAskingMonth({ month: one('month'), event: one('event'), agency: one('agency') }))
  const { done, settled } = createDone(() => revalidate(getAskingMonth.key))
  const href = (month: string) => {
    const entries = Object.entries({ month, event: one('event'), agency: one('agency') }).filter(([, value]) => value)
    return `/asking?${new URLSearchParams(entries)}`
  }
  const isFiltered = () => one('event') !== '' || one('agency') !== ''

  return (
    <Page
      title="Asking calendar"
      lead="Who will be asked when, and why that day. Nothing here is fixed: each day is worked out anew from the dates and holds as they stand."
    >
      <AskingLinks />
      <Done words={done()} />
      <Show when={month()}>
        {(month) => (
          <>
            <h2>{month().words}</h2>
            <nav aria-label="Months">
              <ul class="plain filters">
                <li>
                  <a href={href(month().before)} rel="prev">
                    The month before
                  </a>
                </li>
                <Show when={month().after}>
                  {(after) => (
                    <li>
                      <a href={href(after())} rel="next">
                        The month after
                      </a>
                    </li>
                  )}
                </Show>
              </ul>
            </nav>
            <Filters month={month()} event={one('event')} agency={one('agency')} isFiltered={isFiltered()} />
            <Show when={totalWords(month())}>{(words) => <p role="status">{words()}</p>}</Show>
            <Show when={month().days.length} fallback={<NoDays month={month()} isFiltered={isFiltered()} />}>
              <For each={month().days}>
                {(day) => (
                  <section aria-labelledby={`day-${day.on}`}>
                    <h3 id={`day-${day.on}`}>{day.words}</h3>
                    <Lines lines={day.lines} postponed={settled} />
                  </section>
                )}
              </For>
            </Show>
            <Show when={month().leftOut.length}>
              <h2>Left out by rule</h2>
              <p>Their three months are over this month, and a rule says that they are not asked.</p>
              <Lines lines={month().leftOut} postponed={settled} />
            </Show>
          </>
        )}
      </Show>
    </Page>
  )
}

/** Empty when there is nothing to count: the page says so below. */
function totalWords({ totals }: AskingMonth): string {
  const parts = [
    totals.asked > 0 ? `${counted(totals.asked, 'person', 'people')} asked` : '',
    totals.reminded > 0 ? `${counted(totals.reminded, 'reminder', 'reminders')} sent` : '',
    totals.toAsk > 0 ? `${counted(totals.toAsk, 'person', 'people')} to ask` : '',
    totals.together > 0 ? `${totals.together} of them about two courses in one email` : '',
    totals.toRemind > 0 ? `${counted(totals.toRemind, 'person', 'people')} to remind if they do not answer` : '',
    totals.leftOut > 0 ? `${totals.leftOut} not asked, by rule` : '',
    totals.toLeaveOut > 0 ? `${totals.toLeaveOut} who will not be asked, by rule` : '',
  ].filter(Boolean)
  return parts.length ? `${parts.join(', ')}.` : ''
}

function NoDays(props: { month: AskingMonth; isFiltered: boolean }) {
  const title = () =>
    props.month.tooFar
      ? 'This month is too far ahead to say'
      : props.isFiltered
        ? 'Nobody of this event or organisation'
        : props.month.isPast
          ? 'Nobody was asked in this month'
          : 'Nobody is due to be asked in this month yet'
  return (
    <Empty title={title()}>
      <Show when={!props.isFiltered && !props.month.isPast}>
        <p>
          People appear here when their register is taken: three months after the last day, on a Tuesday, Wednesday or
          Thursday that nothing holds.
        </p>
      </Show>
    </Empty>
  )
}

function Filters(props: { month: AskingMonth; event: string; agency: string; isFiltered: boolean }) {
  const navigate = useNavigate()
  return (
    <Show when={props.isFiltered || props.month.events.length > 1}>
      <Details summary={props.isFiltered ? 'Filtered: change or show all' : 'Filter by event or organisation'}>
        <Form
          label="Filter"
          send={async (fields) => {
            const chosen = Object.entries({
              month: props.month.month,
              event: fields.text('event'),
              agency: fields.text('agency'),
            }).filter(([, value]) => value)
            navigate(`/asking?${new URLSearchParams(chosen)}`)
          }}
        >
          <Select
            name="event"
            label="Event"
            blank="Every event"
            value={props.event}
            options={props.month.events.map(({ id, name }) => ({ value: id, words: name }))}
          />
          <Select
            name="agency"
            label="School, service or organisation"
            blank="All of them"
            value={props.agency}
            options={props.month.agencies.map(({ id, name }) => ({ value: id, words: name }))}
          />
          <Button look="secondary">Show</Button>
        </Form>
      </Details>
    </Show>
  )
}

const whatWords = (what: CalendarLine['what'], count: number): string =>
  ({
    asked: 'asked',
    reminded: 'reminded',
    'to-ask': 'to ask',
    'to-remind': 'to remind',
    'left-out': count === 1 ? 'was not asked, by rule' : 'were not asked, by rule',
    'to-leave-out': 'will not be asked, by rule',
  })[what]

const reminderWords = { 1: 'First reminder', 2: 'Second reminder', 3: 'Third and last reminder' } as const

const nothingInTheWay = 'Three months after the last day, nothing in the way'

/** Why that day, of everyone on the line: the rule first, then what all share, or what most of them do. */
function reasonsOf(line: CalendarLine): string[] {
  const rule = line.leftOut ? [leftOutWords(line.leftOut)] : []
  if (!line.most) return [...rule, ...(line.what === 'to-ask' && !line.why.length ? [nothingInTheWay] : line.why)]
  const { why, count } = line.most
  const others = line.count - count
  const rest = others === 1 ? '1 other for another reason' : `${others} others for other reasons`
  return [...rule, `${why} (${counted(count, 'person', 'people')}), and ${rest} (open to see)`]
}

function Lines(props: { lines: readonly CalendarLine[]; postponed: (words: string) => Promise<void> }) {
  return (
    <ul class="rows">
      <For each={props.lines}>
        {(line) => (
          <li class="row asking-line">
            <div class="row-words">
              <p class="row-title">{line.event}</p>
              <p class="row-detail">
                {[
                  `${counted(line.count, 'person', 'people')} ${whatWords(line.what, line.count)}`,
                  ...reasonsOf(line),
                ].join('. ')}
                .
              </p>
              <Details summary={line.count === 1 ? 'Show who' : `Show all ${line.count}`}>
                <ul class="plain">
                  <For each={line.people}>
                    {(person) => <Person person={person} line={line} postponed={props.postponed} />}
                  </For>
                </ul>
                <Show when={line.count > line.people.length}>
                  <p class="soft">And {line.count - line.people.length} more: filter by organisation to see them.</p>
                </Show>
              </Details>
            </div>
          </li>
        )}
      </For>
    </ul>
  )
}

function Person(props: { person: CalendarPerson; line: CalendarLine; postponed: (words: string) => Promise<void> }) {
  const postpone = useAction(postponeFollowUp)
  const [isOpen, setOpen] = createSignal(false)
  let row: HTMLLIElement | undefined
  // What was pressed is gone from the page: the focus goes on to what came in its place.
  const show = (isOpen: boolean) => {
    setOpen(isOpen)
    queueMicrotask(() => row?.querySelector<HTMLElement>(isOpen ? 'input' : 'button')?.focus())
  }
  const about = () =>
    [
      props.person.reminder ? reminderWords[props.person.reminder] : '',
      ...props.person.why,
      props.line.what === 'to-ask' && props.line.most && !props.person.why.length ? nothingInTheWay : '',
      props.person.together ? `In one email with ${props.person.together}` : '',
      props.person.outOfPattern ? 'Out of pattern: no Tuesday to Thursday was free in time' : '',
    ].filter(Boolean)
  return (
    <li class="asking-person" ref={row}>
      <strong>{props.person.name}</strong>, {props.person.agency}
      <Show when={about().length}>
        <br />
        <span class="soft">{about().join('. ')}.</span>
      </Show>
      <Show when={props.person.postponeUntil}>
        {(until) => (
          <Show
            when={isOpen()}
            fallback={
              <>
                <br />
                <button type="button" class="link-button" onClick={() => show(true)}>
                  Postpone
                  <span class="govuk-visually-hidden">
                    : {props.person.name}, {props.line.event}
                  </span>
                </button>
              </>
            }
          >
            <Form
              send={async (fields) => {
                const { to } = await postpone(props.person.bookingId, {
                  to: fields.date('to') ?? '',
                  because: fields.text('because') as HoldReason,
                })
                await props.postponed(`${props.person.name} is not asked before ${to}.`)
              }}
            >
              <DateInput name="to" label="Not before" hint={`At the latest ${dayWords(until())}`} />
              <Select name="because" label="Why" options={holdReasonChoices} value="at-their-request" />
              <Button>Postpone</Button>{' '}
              <Button look="link" onPress={() => show(false)}>
                Back
              </Button>
            </Form>
          </Show>
        )}
      </Show>
    </li>
  )
}

/** 24 9 2026, as the boxes take it. */
function dayWords(on: string): string {
  const [year, month, day] = on.split('-').map(Number)
  return `${day} ${month} ${year}`
}
