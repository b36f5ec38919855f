import { A, createAsync } from '@solidjs/router'
import { Show } from 'solid-js'
import { Empty } from '#web/parts/Empty.tsx'
import { Rows } from '#web/parts/Rows.tsx'
import { Page } from '#web/shell/Page.tsx'
import { counted } from '#web/words.ts'
import { getProgrammes, programmeHref, yearWords } from './data.ts'

export default function ProgrammesPage() {
  const programmes = createAsync(() => getProgrammes())
  return (
    <Page
      title="Impact"
      lead="What was taught, who came, and what they say became of it three months on. Only totals are here, never a person."
    >
      <Show when={programmes()}>
        {(programmes) => (
          <Show
            when={programmes().length > 0}
            fallback={
              <Empty title="Programmes will be here.">
                <p>A programme is listed once its first event is published.</p>
              </Empty>
            }
          >
            <Rows
              rows={programmes().map((programme) => ({
                title: yearWords(programme.name),
                detail: `${programme.words}: ${[
                  `${counted(programme.held, 'event', 'events')} of every kind held`,
                  programme.toCome > 0 ? `${programme.toCome.toLocaleString('en-GB')} to come` : '',
                ]
                  .filter(Boolean)
                  .join(', ')}`,
                href: programmeHref(programme.name),
                link: 'See its impact',
              }))}
            />
          </Show>
        )}
      </Show>
      <p>
        <A href="/settings">From how many people answers are shown, and what else is set for these pages</A>
      </p>
    </Page>
  )
}
