import { createAsync, useSearchParams } from '@solidjs/router'
import { Show } from 'solid-js'
import { Empty } from '#web/parts/Empty.tsx'
import { Pagination } from '#web/parts/Pagination.tsx'
import { Rows } from '#web/parts/Rows.tsx'
import { useMe } from '#web/shell/me.ts'
import { Page } from '#web/shell/Page.tsx'
import { counted, instantWords } from '#web/words.ts'
import { getMail, perPage } from './data.ts'

export default function MailboxPage() {
  const me = useMe()
  const [search, setSearch] = useSearchParams<{ to?: string; page?: string }>()
  const page = () => Math.max(1, Number.parseInt(search.page ?? '', 10) || 1)
  const mail = createAsync(() => getMail((search.to ?? '').trim(), page()))

  return (
    <Page
      title="Mailbox"
      lead="Every email the example would have sent. They are kept here; none leaves this computer."
    >
      <form
        class="find"
        onSubmit={(event) => {
          event.preventDefault()
          const to = new FormData(event.currentTarget).get('to')
          setSearch({ to: String(to), page: undefined })
        }}
      >
        <label class="govuk-label" for="mailbox-to">
          Address or subject
        </label>
        <div class="find-line">
          <input class="govuk-input" id="mailbox-to" name="to" type="search" value={search.to ?? ''} />
          <button class="govuk-button govuk-button--secondary" type="submit">
            Find
          </button>
          <Show when={me().email && search.to !== me().email}>
            <button class="button-link" type="button" onClick={() => setSearch({ to: me().email, page: undefined })}>
              Only to {me().person?.name ?? me().email}
            </button>
          </Show>
          <Show when={search.to}>
            <button class="button-link" type="button" onClick={() => setSearch({ to: undefined, page: undefined })}>
              Show all
            </button>
          </Show>
        </div>
      </form>
      <Show when={mail()}>
        {(mail) => (
          <>
            <p role="status">
              {mail().found > 0 ? `${counted(mail().found, 'email', 'emails')}, newest first.` : 'No email found.'}
            </p>
            <Show
              when={mail().letters.length > 0}
              fallback={
                <Empty title={search.to ? 'No email has that address or subject.' : 'Emails will be here.'}>
                  <p>
                    {search.to
                      ? 'Try a part of it, or show all.'
                      : 'Book a place, or move the clock forward: confirmations, reminders and the three-month question then arrive.'}
                  </p>
                </Empty>
              }
            >
              <Rows
                rows={mail().letters.map((letter) => ({
                  title: letter.subject,
                  detail: (
                    <>
                      To {letter.to}, {instantWords(letter.sentAt)}
                      <Show when={letter.attachments.length > 0}>
                        , with {letter.attachments.map(({ filename }) => filename).join(', ')}
                      </Show>
                    </>
                  ),
                  href: `/mailbox/${letter.id}`,
                  link: 'Read',
                }))}
              />
              <Pagination
                page={page()}
                pages={Math.ceil(mail().found / perPage)}
                href={(to) =>
                  `/mailbox?${new URLSearchParams({ ...(search.to ? { to: search.to } : {}), page: String(to) })}`
                }
              />
            </Show>
          </>
        )}
      </Show>
    </Page>
  )
}
