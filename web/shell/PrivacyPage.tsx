import { Show } from 'solid-js'
import { useMe } from './me.ts'
import { Page } from './Page.tsx'

export default function PrivacyPage() {
  const me = useMe()
  const partnership = () => me().partnership
  return (
    <Page title="Privacy" lead="What we keep about you, why, who sees it and for how long.">
      <Show when={me().mode === 'example'}>
        <div class="govuk-inset-text">
          This is the notice of an invented partnership. A real one puts its own terms here.
        </div>
      </Show>
      <h2>What we keep, and why</h2>
      <ul>
        <li>Your name, work email address, agency and kind of work, to book your place and print your certificate.</li>
        <li>Which events you booked and attended, so that you and your agency can show what you have learned.</li>
        <li>Access and dietary needs, if you tell us, for that day only.</li>
        <li>Your answers before, at the end of, and three months after an event, to learn what training changes.</li>
      </ul>
      <p>
        We do this as part of the partnership’s public task of keeping children and adults safe. We do not sell
        anything, show adverts, or track whether you open our emails.
      </p>
      <h2>Who sees it</h2>
      <ul>
        <li>
          Only the training team sees your answers. Your manager and your agency do not; they see totals of five people
          or more.
        </li>
        <li>Your agency’s training lead sees what you booked and attended with that agency.</li>
        <li>Trainers see the names of their own group, and needs from three days before until the end of the day.</li>
        <li>The Learning and Development sub-group sees totals, never a person.</li>
      </ul>
      <h2>How long</h2>
      <ul>
        <li>Access and dietary needs: erased 30 days after the event.</li>
        <li>The reason why someone did not attend: the name is dropped after 60 days.</li>
        <li>Attendance and certificates: as long as the partnership’s own retention schedule says.</li>
      </ul>
      <h2>Your rights</h2>
      <p>
        You can ask for a copy of what we keep, have it put right, object, or ask us to erase it. You can stop the
        follow-up questions at any time from any of their emails. Ring {partnership().team} on {partnership().phone} or
        write to <a href={`mailto:${partnership().email}`}>{partnership().email}</a>. If you are not content with our
        answer, you can complain to the Information Commissioner’s Office.
      </p>
      <h2>Cookies</h2>
      <p>One cookie keeps you signed in. There are no others.</p>
    </Page>
  )
}
