import { createAsync } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { Button } from '#web/parts/Button.tsx'
import { useMe } from '#web/shell/me.ts'
import { Page } from '#web/shell/Page.tsx'
import { getAgreements } from './agreement-data.ts'

const blanks = ['Agency', 'Agreed on', 'To be reviewed on', 'Who chases (name and role)']
const signatures = ['For the agency', 'For the partnership']

/** One page of A4 for the agencies of the partnership to sign. */
export default function AgreementTemplatePage() {
  const me = useMe()
  const agreements = createAsync(() => getAgreements())
  return (
    <Page
      title="Agreement: the question three months on"
      about={me().partnership.name}
      back={{ href: '/asking/agreements', words: 'Agreements' }}
    >
      <div class="agreement">
        <Show when={agreements()?.partnership}>
          {(agreed) => <p>Agreed by the partnership on {agreed().words}.</p>}
        </Show>
        <p>
          We train people from many agencies together. Whether it changes anything shows only months later, and only if
          they tell us. So the agencies of {me().partnership.name} agree that answering is part of the course.
        </p>
        <h2>What we ask</h2>
        <p>
          Three months after a course we ask everyone who came one question: what became of what they planned. It comes
          by email, takes under half a minute, and four messages at most are sent.
        </p>
        <h2>What the agency does</h2>
        <ul>
          <li>Gives ten minutes for it in month three, in supervision or a staff meeting.</li>
          <li>Names one person who chases. They remind everybody alike, since they do not know who has answered.</li>
          <li>Tells its people, before they book, that answering is part of the course.</li>
        </ul>
        <h2>What the agency sees</h2>
        <p>
          How many of its people were asked and how many have answered, from five asked; smaller agencies are counted
          together. Never a name, never an answer. Only the partnership’s training team sees answers.
        </p>
        <h2>The right to say no</h2>
        <p>
          Anyone may say “please stop asking”, about one course or all, at any time and without a reason. Nothing
          happens to anyone who does not answer or who says “not yet”: not to their certificate, not to their next
          booking, not at work.
        </p>
        <h2>Review and end</h2>
        <p>We look at it together once a year. Either side may end it at any time, in writing.</p>
        <table class="agreement-lines">
          <caption class="govuk-visually-hidden">To fill in</caption>
          <tbody>
            <For each={blanks}>
              {(words) => (
                <tr>
                  <th scope="row">{words}</th>
                  <td />
                </tr>
              )}
            </For>
          </tbody>
        </table>
        <table class="agreement-lines agreement-signed">
          <caption class="govuk-visually-hidden">Signatures</caption>
          <thead>
            <tr>
              <th scope="col">Signed</th>
              <th scope="col">Name, role</th>
              <th scope="col">Signature</th>
              <th scope="col">Date</th>
            </tr>
          </thead>
          <tbody>
            <For each={signatures}>
              {(words) => (
                <tr>
                  <th scope="row">{words}</th>
                  <td />
                  <td />
                  <td />
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
      <div class="cards-press">
        <Button onPress={() => window.print()}>Print the agreement</Button>
      </div>
    </Page>
  )
}
