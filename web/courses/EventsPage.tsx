import { A, createAsync, useNavigate, useSearchParams } from '@solidjs/router'
import { createMemo, For, Show } from 'solid-js'
import type { CatalogueEntry } from '#server/courses/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { DateInput } from '#web/parts/DateInput.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { Form } from '#web/parts/Form.tsx'
import type { Fields } from '#web/parts/fields.ts'
import { Pagination } from '#web/parts/Pagination.tsx'
import { Checkboxes } from '#web/parts/Radios.tsx'
import { Rows } from '#web/parts/Rows.tsx'
import { Select } from '#web/parts/Select.tsx'
import { TextInput } from '#web/parts/TextInput.tsx'
import { useMe } from '#web/shell/me.ts'
import { Page } from '#web/shell/Page.tsx'
import { audienceWords, counted } from '#web/words.ts'
import { checkSearch, getCatalogue, hrefOf, type Search, searchOf } from './data.ts'

const whereWords: Record<string, string> = { online: 'Online', 'in-person': 'In person' }
const workWords: Record<string, string> = {
  children: 'With children and families',
  adults: 'With adults',
  both: 'With children or adults',
}

export default function EventsPage() {
  const [params] = useSearchParams()
  const search = createMemo(() => searchOf(params))
  const found = createAsync(() => getCatalogue(search()))
  const hasSearch = () => Object.keys(search()).some((key) => key !== 'page')

  return (
    <Page
      title="Find training"
      lead="Courses, learning events, forums and the conference. Anyone can look; sign in to book."
    >
      <Show when={found()}>
        {(list) => (
          <>
            <Filters search={search()} filters={list().filters} />
            <Chosen search={search()} />
            <p role="status">
              {list().count === 0 ? 'Nothing' : counted(list().count, 'event', 'events')}
              {hasSearch() ? ' found' : ' coming up'}
              {list().pages > 1 ? `, page ${list().page} of ${list().pages}` : ''}.
            </p>
            <Show when={list().count > 0} fallback={<Nothing hasSearch={hasSearch()} />}>
              <Rows rows={list().events.map(rowOf)} />
              <Pagination
                page={list().page}
                pages={list().pages}
                href={(page) => hrefOf({ ...search(), page: String(page) })}
              />
            </Show>
          </>
        )}
      </Show>
    </Page>
  )
}

function rowOf(event: CatalogueEntry) {
  return {
    title: event.title,
    detail: (
      <>
        <For each={event.when}>
          {(line) => (
            <>
              {line}
              <br />
            </>
          )}
        </For>
        {event.where} · {event.level} · {event.hours} · {event.price}
        <br />
        {audienceWords[event.audience]}
        <br />
        <strong class="event-places">{event.bar?.words ?? event.placesWords}</strong>
      </>
    ),
    href: `/events/${event.id}`,
    link: event.bookingOpen ? 'See and book' : 'See details',
  }
}

function Filters(props: { search: Search; filters: { themes: string[]; levels: string[] } }) {
  const navigate = useNavigate()
  const apply = async (fields: Fields) => {
    const search: Search = {}
    const put = (key: keyof Search, value: string | undefined) => {
      if (value) search[key] = value
    }
    for (const key of ['words', 'theme', 'level', 'audience', 'where'] as const) put(key, fields.optional(key))
    put('from', fields.date('from'))
    put('to', fields.date('to'))
    put('free', fields.has('free') ? 'yes' : undefined)
    checkSearch(search)
    navigate(hrefOf(search), { scroll: false })
  }
  const options = (words: string[]) => words.map((one) => ({ value: one, words: one }))
  const named = (words: Record<string, string>) => Object.entries(words).map(([value, words]) => ({ value, words }))

  return (
    <Form send={apply} label="Search and filters" class="catalogue-form">
      <div class="catalogue-search">
        <TextInput
          name="words"
          label="Search by word or course code"
          type="search"
          value={props.search.words}
          maxlength={100}
        />
        <Button>Search</Button>
      </div>
      <details class="govuk-details">
        <summary class="govuk-details__summary">
          <span class="govuk-details__summary-text">Filter by theme, date, place, level or who you work with</span>
        </summary>
        <div class="govuk-details__text">
          <Button look="secondary">Apply filters</Button>
          <div class="catalogue-filters">
            <Select
              name="theme"
              label="Theme"
              blank="Any theme"
              options={options(props.filters.themes)}
              value={props.search.theme}
            />
            <Select
              name="level"
              label="Level"
              blank="Any level"
              options={options(props.filters.levels)}
              value={props.search.level}
            />
            <Select
              name="audience"
              label="Who you work with"
              blank="Anyone"
              options={named({ children: workWords.children!, adults: workWords.adults! })}
              value={props.search.audience}
            />
            <Select
              name="where"
              label="Place"
              blank="Online or in person"
              options={named(whereWords)}
              value={props.search.where}
            />
            <DateInput name="from" label="From" value={props.search.from} />
            <DateInput name="to" label="To" value={props.search.to} />
          </div>
          <Checkboxes
            name="free"
            label="Places"
            choices={[{ value: 'yes', words: 'Only events with places left' }]}
            values={props.search.free ? ['yes'] : []}
            small
          />
          <Button look="secondary">Apply filters</Button>
        </div>
      </details>
    </Form>
  )
}

/** What is chosen, each to be taken away by itself. */
function Chosen(props: { search: Search }) {
  const chosen = () => {
    const { words, theme, level, audience, where, from, to, free } = props.search
    const all: [keyof Search, string | undefined][] = [
      ['words', words && `“${words}”`],
      ['theme', theme],
      ['level', level],
      ['audience', audience && workWords[audience]],
      ['where', where && whereWords[where]],
      ['from', from && `From ${dayWords(from)}`],
      ['to', to && `To ${dayWords(to)}`],
      ['free', free && 'Places left'],
    ]
    return all.flatMap(([key, words]) => (words ? [{ key, words }] : []))
  }
  const without = (key: keyof Search) => hrefOf({ ...props.search, [key]: undefined, page: undefined })
  return (
    <Show when={chosen().length > 0}>
      <div class="chosen">
        <h2 class="govuk-visually-hidden">Chosen filters</h2>
        <ul>
          <For each={chosen()}>
            {({ key, words }) => (
              <li>
                <A href={without(key)} noScroll>
                  <span class="govuk-visually-hidden">Remove </span>
                  {words} <span aria-hidden="true">×</span>
                </A>
              </li>
            )}
          </For>
          <li>
            <A class="chosen-all" href="/events" noScroll>
              Clear all
            </A>
          </li>
        </ul>
      </div>
    </Show>
  )
}

const dayWords = (on: string) =>
  new Date(`${on}T12:00:00Z`).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  })

function Nothing(props: { hasSearch: boolean }) {
  const me = useMe()
  return (
    <Show
      when={props.hasSearch}
      fallback={
        <Empty title="The events of the programme will be here.">
          <p>Nothing is open yet. Look again when the next programme is out.</p>
        </Empty>
      }
    >
      <Empty title="No event to come fits all of that.">
        <p>
          Take a filter away, or ring {me().partnership.team} on {me().partnership.phone}: there may be a date that is
          not published yet.
        </p>
      </Empty>
    </Show>
  )
}
