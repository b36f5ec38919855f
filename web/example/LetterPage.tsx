import { createAsync, useParams } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { Details } from '#web/parts/Details.tsx'
import { SummaryList } from '#web/parts/SummaryList.tsx'
import { Page } from '#web/shell/Page.tsx'
import { instantWords } from '#web/words.ts'
import { bytesOf, getLetter, type Letter, linksOf, localHref } from './data.ts'

export default function LetterPage() {
  const params = useParams<{ id: string }>()
  const letter = createAsync(() => getLetter(params.id))
  return <Show when={letter()}>{(found) => <LetterRead letter={found()} />}</Show>
}

function LetterRead(props: { letter: Letter }) {
  return (
    <Page title={props.letter.subject} back={{ href: '/mailbox', words: 'Mailbox' }}>
      <SummaryList
        rows={[
          { key: 'To', value: props.letter.to },
          { key: 'Sent', value: instantWords(props.letter.sentAt) },
        ]}
      />
      <iframe
        class="letter"
        title={`The email “${props.letter.subject}” as it is shown`}
        src={`/example/mail/${props.letter.id}/html`}
        sandbox="allow-popups allow-popups-to-escape-sandbox"
      />
      <Show when={linksOf(props.letter).length > 0}>
        <h2>Links in this email</h2>
        <ul class="plain">
          <For each={linksOf(props.letter)}>
            {(link) => (
              <li>
                <a href={localHref(link.href)}>{link.words}</a>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Show when={props.letter.attachments.length > 0}>
        <h2>Attachments</h2>
        <ul class="plain">
          <For each={props.letter.attachments}>{(attachment) => <Attachment attachment={attachment} />}</For>
        </ul>
      </Show>
      <Details summary="As plain text">
        <pre class="as-typed">{props.letter.text}</pre>
      </Details>
      <Details summary="Headers">
        <pre class="as-typed">
          {Object.entries(props.letter.headers)
            .map(([name, value]) => `${name}: ${value}`)
            .join('\n')}
        </pre>
      </Details>
    </Page>
  )
}

function Attachment(props: { attachment: Letter['attachments'][number] }) {
  const save = () => {
    const { content, filename, type } = props.attachment
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([bytesOf(content)], { type }))
    link.download = filename
    link.click()
    URL.revokeObjectURL(link.href)
  }
  return (
    <li>
      <button class="button-link" type="button" onClick={save}>
        Save {props.attachment.filename}
      </button>{' '}
      <span class="soft">{props.attachment.type}</span>
      <Show when={props.attachment.type.startsWith('text/')}>
        <Details summary={`Show ${props.attachment.filename} as text`}>
          <pre class="as-typed">{new TextDecoder().decode(bytesOf(props.attachment.content))}</pre>
        </Details>
      </Show>
    </li>
  )
}
