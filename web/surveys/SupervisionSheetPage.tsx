import { For } from 'solid-js'
import { Button } from '#web/parts/Button.tsx'
import { useMe } from '#web/shell/me.ts'
import { Page } from '#web/shell/Page.tsx'

const minutes = [
  {
    when: '2 minutes',
    what: 'What they planned',
    ask: 'What did you say you would do differently after the course? Why that?',
  },
  {
    when: '3 minutes',
    what: 'One time',
    ask: 'When did you do it, or nearly do it? What happened then? No names of children, adults or families are needed.',
  },
  {
    when: '3 minutes',
    what: 'Help and hindrance',
    ask: 'What helped? What got in the way? Which of it can I, or the team, take away?',
  },
  {
    when: '2 minutes',
    what: 'What next',
    ask: 'What is the next step, when is the first chance for it, and when do we look at it again? Then they answer the question from their own email, by themselves.',
  },
]

/** For managers, to print: how to use the ten minutes in month three. The same for everyone; it knows nobody. */
export default function SupervisionSheetPage() {
  const me = useMe()
  return (
    <Page
      title="Ten minutes in month three"
      about={me().partnership.name}
      lead="For supervisors and whoever leads a staff meeting: how to use ten minutes with someone who was on one of our courses three months ago."
    >
      <ol class="sheet">
        <For each={minutes}>
          {(one) => (
            <li>
              <strong>{one.what}</strong> ({one.when}). {one.ask}
            </li>
          )}
        </For>
      </ol>
      <h2>In a staff meeting</h2>
      <p>
        Everyone who came to a course in the last months takes two minutes in pairs for “one time” and “help and
        hindrance”. Then the team picks one hindrance that it can take away. Whoever wants to answers the question there
        and then, on their own phone.
      </p>
      <h2>Please keep to this</h2>
      <ul>
        <li>Remind everybody alike. You are not told who has answered, and please do not ask.</li>
        <li>“Not yet” and “no chance has come up” are real answers, and nothing follows from them.</li>
        <li>Anyone may ask us to stop asking. That is theirs to decide.</li>
        <li>A worry about a child or an adult does not wait for the question: follow your own procedure at once.</li>
      </ul>
      <p>
        Questions? Ring {me().partnership.team} on {me().partnership.phone}.
      </p>
      <div class="cards-press">
        <Button onPress={() => window.print()}>Print this sheet</Button>
      </div>
    </Page>
  )
}
