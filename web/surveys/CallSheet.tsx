import { For, Show } from 'solid-js'
import { type PracticeAnswer, practiceAnswers } from '#server/surveys/input.ts'
import type { PhoneRound } from '#server/surveys/routes.ts'
import { practiceAnswerWords } from '#web/words.ts'

const numberOf = (answer: PracticeAnswer) => practiceAnswers.indexOf(answer) + 1

/** The phone round on paper: nothing of it is on the screen. */
export function CallSheet(props: { round: PhoneRound }) {
  return (
    <div class="call-sheet">
      <p>
        Ask one question: “Where has it got to?” and ring the number of the answer. Nobody outside the training team
        sees it. {props.round.left} calls left this week.
      </p>
      <ol class="call-key">
        <For each={practiceAnswers}>{(answer) => <li>{practiceAnswerWords[answer]}</li>}</For>
      </ol>
      <table>
        <thead>
          <tr>
            <th scope="col">Whom</th>
            <th scope="col">About</th>
            <th scope="col">Answer</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.round.entries}>
            {(one) => (
              <tr>
                <td>
                  <strong>{one.name}</strong>
                  <br />
                  {one.phone ?? 'No number: ring'}
                  <br />
                  {one.agency}
                </td>
                <td>
                  {one.course}, {one.date}
                  <Show when={one.planned}>
                    {(planned) => (
                      <>
                        <br />
                        Planned to: {planned()}
                      </>
                    )}
                  </Show>
                  <br />
                  Try {one.number} of 2, until {one.until}
                </td>
                <td>
                  {practiceAnswers.map(numberOf).join('  ')}
                  <br />
                  nobody · ring back · rather not · wrong number · left
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
      <p>Destroy this sheet once what is on it was typed in.</p>
    </div>
  )
}
