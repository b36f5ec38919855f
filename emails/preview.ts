import { catalogue, sampleOrigin } from './catalogue.ts'
import { compose } from './envelope.ts'
import { calendarInvitation, checkEntry, type Invitation } from './invitation.ts'
import type { Look } from './layout.ts'
import type { Email, Letter } from './message.ts'

export const sampleLook: Look = {
  partnership: 'Example Safeguarding Partnership',
  origin: sampleOrigin,
  signedBy: 'Alex Reeve, training coordinator',
  isExample: true,
}

const organiser = { name: sampleLook.partnership, address: 'training@example.org' }

const booked: Invitation = {
  uid: 'booking-12-3@training.example.org',
  sequence: 0,
  method: 'REQUEST',
  organiser,
  attendee: { name: 'Sam Example', address: 'sam@example.org' },
  summary: 'Working with neglect',
  location: 'Fernhill Centre, Larch Road, Example Town',
  description: 'Answering this entry does not change the booking.',
  startsAt: Date.UTC(2026, 8, 15, 8, 30),
  endsAt: Date.UTC(2026, 8, 15, 15, 30),
  stampedAt: Date.UTC(2026, 8, 14, 8),
}

/** The entries that go with some messages. */
const calendars: Record<string, Email['calendar']> = {
  'booking-confirmation': { method: 'REQUEST', content: calendarInvitation([booked]) },
  'booking-cancellation': {
    method: 'CANCEL',
    content: calendarInvitation([{ ...booked, method: 'CANCEL', sequence: 1 }]),
  },
  'commitment-card': {
    method: 'PUBLISH',
    content: checkEntry({
      uid: 'check-12@training.example.org',
      organiser,
      label: 'Use the neglect toolkit in my next supervision',
      startsAt: Date.UTC(2026, 11, 17, 9, 45),
      stampedAt: Date.UTC(2026, 8, 16, 9),
    }),
  },
}

/** Every message with every sample, as it would be sent. */
export function previews(look: Look = sampleLook): { name: string; letter: Letter; email: Email }[] {
  return catalogue.flatMap(({ name, samples, write }) =>
    samples.map((sample, i) => {
      const letter = write(sample)
      const calendar = calendars[name]
      const email = compose({
        id: `preview-${name}-${i + 1}`,
        to: { name: 'Sam Example', address: 'sam@example.org' },
        from: { name: look.partnership, address: 'training@example.org' },
        replyTo: 'training@example.org',
        letter,
        look,
        writtenAt: Date.UTC(2026, 8, 14, 8),
        ...(calendar && { calendar }),
      })
      return { name, letter, email }
    }),
  )
}
