import { A, createAsync } from '@solidjs/router'
import { Show } from 'solid-js'
import type { ProgrammeListed } from '#server/impact/routes.ts'
import { Empty } from '#web/parts/Empty.tsx'
import { Rows } from '#web/parts/Rows.tsx'
import { Tag } from '#web/parts/Tag.tsx'
import { Page } from '#web/shell/Page.tsx'
import { counted } from '#web/words.ts'
import { getProgrammes, programmeHref, yearWords } from './data.ts'

/** The newest with nothing to come: what still runs stands above it and is provisional. */
const lastWhole = (programmes: readonly ProgrammeListed[]) =>
  programmes.find(({ held, toCome }) => held > 0 && toCome === 0)

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
                tag: programme === lastWhole(programmes()) ? <Tag tone="done">The last whole year</Tag> : undefined,
                detail: `${programme.words}: ${[
                  `${counted(programme.held, 'event', 'events')} of every kind held`,
                  programme.toCome > 0 ? `${programme.toCome.toLocaleString('en-GB')} to come` : '',
                ]
                  .filter(Boolean)
                  .join(', ')}`,
                href: programmeHref(programme.name),
                link: `See the impact of ${yearWords(programme.name)}`,
              }))}
            />
          </Show>
        )}
      </Show>
      <p>
        <A href="/settings">Settings of these pages</A>
      </p>
    </Page>
  )
}
