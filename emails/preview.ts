import { catalogue, sampleOrigin } from './catalogue.ts'
import { compose } from './envelope.ts'
import type { Look } from './layout.ts'
import type { Email, Letter } from './message.ts'

export const sampleLook: Look = {
  partnership: 'Example Safeguarding Partnership',
  origin: sampleOrigin,
  signedBy: 'Alex Reeve, training coordinator',
  isExample: true,
}

/** Every message with every sample, as it would be sent. */
export function previews(look: Look = sampleLook): { name: string; letter: Letter; email: Email }[] {
  return catalogue.flatMap(({ name, samples, write }) =>
    samples.map((sample, i) => {
      const letter = write(sample)
      const email = compose({
        id: `preview-${name}-${i + 1}`,
        to: { name: 'Sam Example', address: 'sam@example.org' },
        from: { name: look.partnership, address: 'training@example.org' },
        replyTo: 'training@example.org',
        letter,
        look,
        writtenAt: Date.UTC(2026, 8, 14, 8),
      })
      return { name, letter, email }
    }),
  )
}
