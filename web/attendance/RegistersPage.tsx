import { createAsync, useSearchParams } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { type RegisterState, registerStates } from '#server/attendance/input.ts'
import type { RegisterLine } from '#server/attendance/routes.ts'
import { Empty } from '#web/parts/Empty.tsx'
import { Pagination } from '#web/parts/Pagination.tsx'
import { Rows } from '#web/parts/Rows.tsx'
import { useMe } from '#web/shell/me.ts'
import { Page } from '#web/shell/Page.tsx'
import { counted } from '#web/words.ts'
import { getRegisters } from './data.ts'

const headings: Record<RegisterState, string> = {
  today: 'Today',
  'to-mark': 'Still to mark',
  coming: 'In the next seven days',
  done: 'Done',
}

export default function RegistersPage() {
  const me = useMe()
  const [search] = useSearchParams<{ page?: string }>()
  const list = createAsync(() => getRegisters(search.page ?? '1'))
  const inState = (lines: RegisterLine[], state: RegisterState) => lines.filter((line) => line.state === state)

  return (
    <Page title="Registers" lead="Who came decides who gets a certificate and who is asked three months later.">
      <Show when={list()}>
        {(list) => (
          <Show
            when={list().registers.length > 0}
            fallback={
              <Empty title="Registers will be here.">
                <p>
                  {me().role === 'trainer'
                    ? 'Those of the events you train at, from seven days before.'
                    : 'Those of every event of the last sixty days and the next seven.'}
                </p>
              </Empty>
            }
          >
            <For each={registerStates.filter((state) => inState(list().registers, state).length > 0)}>
              {(state) => (
                <>
                  <h2>{headings[state]}</h2>
                  <Rows
                    rows={inState(list().registers, state).map((line) => ({
                      title: line.title,
                      detail: `${line.dates}, ${line.where}. ${standing(line)}`,
                      href: `/events/${line.eventId}/register`,
                      link:
                        state === 'done'
                          ? 'See or correct'
                          : state === 'coming'
                            ? 'See who is expected'
                            : 'Take the register',
                    }))}
                  />
                </>
              )}
            </For>
            <Pagination page={list().page} pages={list().pages} href={(to) => `/registers?page=${to}`} />
          </Show>
        )}
      </Show>
    </Page>
  )
}

function standing({ people, wanted, marked, unmarked }: RegisterLine): string {
  if (wanted === 0) return `${capital(counted(people, 'person', 'people'))} expected.`
  if (unmarked === 0) return 'Everyone is marked.'
  return `${marked} of ${wanted} marked.`
}

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1)
