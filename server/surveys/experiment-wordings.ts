import { followUpInvitation } from '#emails/follow-up-invitation.ts'
import { followUpReminder } from '#emails/follow-up-reminder.ts'
import type { Asking } from '#emails/follow-up-words.ts'
import { render } from '#emails/layout.ts'
import type { Config } from '#server/config.ts'
import { type ExperimentArm, type ExperimentKind, experimentArms } from './input.ts'

export type Wordings = Record<ExperimentArm, { subject: string; text: string }>

/** Both letters of an experiment in full, to an invented person. */
export function wordingsOf({ origin, mode, partnership }: Config, what: ExperimentKind): Wordings {
  const look = {
    partnership: partnership.name,
    origin,
    signedBy: partnership.coordinator,
    isExample: mode === 'example',
  }
  const written = (arm: ExperimentArm) => {
    const asking = invented(origin, partnership.phone, arm)
    const letter =
      what === 'subject'
        ? followUpInvitation(asking)
        : followUpReminder({ ...asking, step: 'reminder-1', othersAnswered: { answered: 31, of: 54 } })
    return { subject: letter.subject, text: render(letter, look).text }
  }
  return Object.fromEntries(experimentArms.map((arm) => [arm, written(arm)])) as Wordings
}

function invented(origin: string, phone: string, arm: ExperimentArm): Asking {
  const answers = [
    'I was already working this way',
    'It is now part of how I work',
    'I have done it at least once',
    'I have started',
    'Not yet',
    'No chance has come up',
    'It did not fit my role or team',
    'I have left that role or been away',
  ]
  return {
    firstName: 'Sam',
    about: [
      {
        course: 'Working with neglect',
        date: 'Tuesday 15 September 2026',
        venue: 'Fernhill Centre',
        trainer: 'Robin Ashdown',
        monthName: 'September',
        suggestion: 'Use the neglect toolkit in my next supervision',
        ownWords: false,
        choices: answers.map((text, n) => ({ text, href: `${origin}/answer/example/${n + 1}` })),
      },
    ],
    deadline: 'Thursday 7 January',
    remaining: 'two weeks',
    phone,
    optOutHref: `${origin}/opt-out/example`,
    othersAnswered: null,
    arm,
  }
}
