import { A, createAsync, revalidate, useSearchParams } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { CodingDesk } from '#server/impact/routes.ts'
import { Button } from '#web/parts/Button.tsx'
import { Empty } from '#web/parts/Empty.tsx'
import { Form } from '#web/parts/Form.tsx'
import { Table } from '#web/parts/Table.tsx'
import { problemOf } from '#web/problem.ts'
import { Page } from '#web/shell/Page.tsx'
import { yearWords } from './data.ts'
import { ProgrammeChoice, VoiceLinks } from './VoiceLinks.tsx'
import { getCoding, sendCodes } from './voice-data.ts'

/** One text after another, without who wrote it, where or when; worked by keyboard alone. */
export default function CodingPage() {
  const [search] = useSearchParams<{ programme?: string }>()
  const desk = createAsync(() => getCoding(search.programme ?? ''))
  return (
    <Page
      title="Read and code"
      lead="Read what people wrote, one text after another, and tick what it is about. You do not see who wrote it, where they work or when."
    >
      <VoiceLinks />
      <Show when={desk()}>
        {(desk) => (
          <>
            <ProgrammeChoice programmes={desk().programmes} programme={desk().programme} />
            <For each={desk().elsewhere}>
              {({ programme, waiting }) => (
                <p>
                  {waiting === 1 ? '1 text of ' : `${waiting} texts of `}
                  <A href={`/coding?programme=${encodeURIComponent(programme)}`}>{yearWords(programme)}</A>{' '}
                  {waiting === 1 ? 'waits' : 'wait'} to be read by you.
                </p>
              )}
            </For>
            <Show
              when={desk().version}
              fallback={
                <Empty title="There is no codebook yet">
                  <p>
                    <A href="/codebook">Make the codebook</A>, then the texts can be read with it.
                  </p>
                </Empty>
              }
            >
              <Show when={desk().programme} keyed>
                <Reading desk={desk()} />
              </Show>
              <Agreement desk={desk()} />
            </Show>
          </>
        )}
      </Show>
    </Page>
  )
}

type Read = { id: number; text: string; codes: number[] }

function Reading(props: { desk: CodingDesk }) {
  /** The text read last, to be put right; and whether it is what stands on the page again. */
  const [last, setLast] = createSignal<Read>()
  const [isBack, setBack] = createSignal(false)
  const [said, setSaid] = createSignal('')
  const current = (): Read | undefined => {
    const { next } = props.desk
    return isBack() ? last() : next ? { ...next, codes: [] } : undefined
  }
  let heading: HTMLHeadingElement | undefined
  const focusText = () => queueMicrotask(() => heading?.focus())

  const save = async (text: Read, codes: number[]) => {
    setSaid('')
    try {
      await sendCodes(text.id, { version: props.desk.version, codes })
      setLast({ ...text, codes })
    } catch (error) {
      const { code, detail } = problemOf(error)
      if (code !== 'already-read') throw error
      setSaid(detail ?? '')
    }
    setBack(false)
    await revalidate(getCoding.key)
    focusText()
  }
  // The number keys tick the codes, only while the focus is in this panel (WCAG 2.1.4).
  const byNumber = (event: KeyboardEvent & { currentTarget: HTMLElement }) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !/^\d$/.test(event.key)) return
    const n = event.key === '0' ? 10 : Number(event.key)
    const box = event.currentTarget.querySelectorAll<HTMLInputElement>('input[type=checkbox]')[n - 1]
    if (!box) return
    event.preventDefault()
    box.click()
    box.focus()
  }

  return (
    <>
      <div class="calls-head">
        <p role="status" class="calls-count">
          <strong>
            {props.desk.read} of {props.desk.of}
          </strong>{' '}
          read{said() ? `. ${said()}` : ''}
        </p>
      </div>
      <Show
        when={current()}
        keyed
        fallback={
          <p class="govuk-inset-text" id="all-read">
            {props.desk.of === 0
              ? 'No text is waiting to be read. Texts come here once somebody has cleared them.'
              : `You have read everything that is yours to read in ${yearWords(props.desk.programme)}.`}
          </p>
        }
      >
        {(text) => (
          <section class="call" aria-labelledby="coding-heading" onKeyDown={byNumber}>
            <h2 id="coding-heading" tabindex="-1" ref={heading}>
              {isBack() ? 'The text you read last' : 'What somebody wrote'}
            </h2>
            <blockquote>{text.text}</blockquote>
            <Form send={(fields) => save(text, fields.texts('codes').map(Number))}>
              <fieldset class="call-choices" id="field-codes" tabindex="-1">
                <legend>What is it about? Tick all that apply, or none. Keys 1 to {keysFor(props.desk)} tick.</legend>
                <For each={props.desk.codes}>
                  {(code, n) => (
                    <label>
                      <input type="checkbox" name="codes" value={code.id} checked={text.codes.includes(code.id)} />
                      <span>
                        <Show when={n() < 10}>
                          <kbd>{(n() + 1) % 10}</kbd>{' '}
                        </Show>
                        <strong>{code.name}</strong>
                        <br />
                        {code.definition}
                      </span>
                    </label>
                  )}
                </For>
              </fieldset>
              <Button>Save and go on</Button>{' '}
              <Show when={isBack()}>
                <Button
                  look="link"
                  onPress={() => {
                    setBack(false)
                    focusText()
                  }}
                >
                  Leave it as it was
                </Button>
              </Show>
            </Form>
          </section>
        )}
      </Show>
      <Show when={last() && !isBack()}>
        <p>
          <Button
            look="link"
            onPress={() => {
              setBack(true)
              focusText()
            }}
          >
            Change what I gave the last text
          </Button>
        </p>
      </Show>
    </>
  )
}

const keysFor = ({ codes }: CodingDesk) => (codes.length >= 10 ? '0' : codes.length)

function Agreement(props: { desk: CodingDesk }) {
  const twice = () => props.desk.agreement
  return (
    <section aria-labelledby="agreement">
      <h2 id="agreement">How far two readers agree</h2>
      <p>
        {props.desk.secondPercent} of 100 texts, drawn by hash, are read by a second person too. Neither sees what the
        other gave. {twice().texts === 1 ? '1 text was' : `${twice().texts} texts were`} read by two people
        {twice().texts < twice().fewest ? `: too few to tell, ${twice().fewest} are needed.` : '.'}
      </p>
      <Show when={twice().codes.length}>
        <Table
          caption="Agreement of two readers, by code"
          columns={[
            { words: 'Code', cell: (row) => row.name },
            { words: 'The texts both read', cell: (row) => row.words },
          ]}
          rows={twice().codes}
        />
      </Show>
    </section>
  )
}
