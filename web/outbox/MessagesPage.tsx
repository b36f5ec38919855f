import { A, createAsync, useAction, useSearchParams } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import { Button } from '#web/parts/Button.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { Form } from '#web/parts/Form.tsx'
import { Pagination } from '#web/parts/Pagination.tsx'
import { Rows } from '#web/parts/Rows.tsx'
import { Swap } from '#web/parts/Swap.tsx'
import { Tag } from '#web/parts/Tag.tsx'
import { useMe } from '#web/shell/me.ts'
import { Page } from '#web/shell/Page.tsx'
import { cancelMessage, getMessages, releaseMail, sendAgain } from './data.ts'

/** Every e-mail owed or sent, in plain words. Nothing is invisible, and what may have arrived twice is a person's choice. */
export default function MessagesPage() {
  const [search] = useSearchParams<{ state?: string; page?: string }>()
  const state = () => [search.state].flat()[0] ?? ''
  const page = createAsync(() => getMessages(state(), [search.page].flat()[0] ?? '1'))
  const me = useMe()
  const release = useAction(releaseMail)
  const href = (state: string, page = 1) =>
    `/messages?${new URLSearchParams({ ...(state ? { state } : {}), ...(page > 1 ? { page: String(page) } : {}) })}`

  return (
    <Page title="Messages" lead="Every email we owe, and what became of it.">
      <Show when={page()}>
        {(page) => (
          <>
            <Show when={page().transport}>
              {(words) => (
                <div class="govuk-inset-text">
                  {words()}
                  <Show when={page().held && me().role === 'administrator'}>
                    <Form send={() => release()}>
                      <Button>Release the mail</Button>
                    </Form>
                  </Show>
                </div>
              )}
            </Show>
            <nav aria-label="Kinds of message">
              <ul class="plain filters">
                <li>
                  <A href={href('')} aria-current={state() === '' ? 'page' : undefined} end>
                    All
                  </A>
                </li>
                <li>
                  <A href={href('attention')} aria-current={state() === 'attention' ? 'page' : undefined}>
                    Need someone
                  </A>
                </li>
                <For each={page().counts.filter(({ n, state: one }) => n > 0 || one === state())}>
                  {(count) => (
                    <li>
                      <A href={href(count.state)} aria-current={state() === count.state ? 'page' : undefined}>
                        {count.words} ({count.n})
                      </A>
                    </li>
                  )}
                </For>
              </ul>
            </nav>
            <p role="status">
              {page().total === 1 ? '1 message' : `${page().total.toLocaleString('en-GB')} messages`}
              {page().pages > 1 ? `, page ${page().page} of ${page().pages}` : ''}
            </p>
            <Show
              when={page().messages.length}
              fallback={
                <Empty
                  title={
                    state() === 'attention'
                      ? 'Nothing needs anyone: every message went out or still may.'
                      : 'No messages like this.'
                  }
                />
              }
            >
              <Rows
                rows={page().messages.map((message) => ({
                  title: `${message.kind} to ${message.to}`,
                  tag:
                    message.state === 'uncertain' || message.state === 'dead' ? (
                      <Tag tone="urgent">{message.stateWords}</Tag>
                    ) : message.state === 'retry' ? (
                      <Tag>{message.stateWords}</Tag>
                    ) : undefined,
                  detail: [
                    message.course ? `${message.course}.` : '',
                    message.state === 'sent' || message.state === 'uncertain' || message.state === 'dead'
                      ? ''
                      : `${message.stateWords}.`,
                    `${message.when}.`,
                    message.attempts > 1 ? `Tried ${message.attempts} times.` : '',
                    message.why ?? '',
                  ]
                    .filter(Boolean)
                    .join(' '),
                  action: <Choices message={message} />,
                }))}
              />
            </Show>
            <Pagination page={page().page} pages={page().pages} href={(n) => href(state(), n)} />
          </>
        )}
      </Show>
    </Page>
  )
}

function Choices(props: {
  message: { id: number; kind: string; to: string; state: string; canSendAgain: boolean; canCancel: boolean }
}) {
  const again = useAction(sendAgain)
  const cancel = useAction(cancelMessage)
  const [isSure, setSure] = createSignal(false)
  const about = () => (
    <span class="govuk-visually-hidden">
      : {props.message.kind} to {props.message.to}
    </span>
  )
  return (
    <>
      <Show when={props.message.canSendAgain}>
        <Swap
          isOpen={isSure()}
          closed={
            <button type="button" class="link-button" onClick={() => setSure(true)}>
              Send again{about()}
            </button>
          }
        >
          <Form send={() => again(props.message.id)}>
            <p class="soft">
              {props.message.state === 'uncertain' ? 'It may arrive twice. ' : ''}One email goes to {props.message.to}.
            </p>
            <Button>Yes, send it again</Button>
          </Form>
        </Swap>
      </Show>
      <Show when={props.message.canCancel}>
        <Form send={() => cancel(props.message.id)}>
          <button type="submit" class="link-button">
            Do not send{about()}
          </button>
        </Form>
      </Show>
    </>
  )
}
