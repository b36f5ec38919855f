import { eq } from 'drizzle-orm'
import { people, signInCodes } from '#db/people.ts'
import { bookingCancellation } from '#emails/booking-cancellation.ts'
import { bookingConfirmation } from '#emails/booking-confirmation.ts'
import { certificateReady } from '#emails/certificate-ready.ts'
import { colleagueView } from '#emails/colleague-view.ts'
import { commitmentCard } from '#emails/commitment-card.ts'
import { followUpInvitation } from '#emails/follow-up-invitation.ts'
import { followUpReminder } from '#emails/follow-up-reminder.ts'
import { handOver } from '#emails/hand-over.ts'
import { calendarInvitation } from '#emails/invitation.ts'
import { joiningInstructions } from '#emails/joining-instructions.ts'
import type { CalendarMethod, Mailbox } from '#emails/message.ts'
import { nudge } from '#emails/nudge.ts'
import { reportSummary } from '#emails/report-summary.ts'
import { results } from '#emails/results.ts'
import { signInCode } from '#emails/sign-in-code.ts'
import { singleAgencyReturn } from '#emails/single-agency-return.ts'
import { urgentWords } from '#emails/urgent-words.ts'
import { joiningFacts } from './bookings/joining.ts'
import { cancellationFacts, confirmationFacts, type Told } from './bookings/message-facts.ts'
import { certificateFacts } from './certificates/message-facts.ts'
import type { Context } from './context.ts'
import { summaryFacts } from './impact/report-telling.ts'
import { resultsFacts } from './impact/results.ts'
import { returnFacts } from './impact/single-agency-returns.ts'
import type { Message, Renderers } from './outbox/delivery.ts'
import { codeFor } from './people/codes.ts'
import { askingFacts } from './surveys/asking-words.ts'
import { cardFacts, nudgeFacts } from './surveys/cards.ts'
import { colleagueFacts } from './surveys/colleague.ts'
import { handOverFacts } from './surveys/hand-over.ts'
import { urgentWordsFacts } from './surveys/urgent-telling.ts'

/**
 * Every kind of message, one entry each: its facts asked again at the moment of sending, and the letter they make; or why
 * it must not be sent any more. Class and lifetime stand in outbox/input.ts.
 */
export const messages: Renderers = {
  'sign-in-code': async (ctx, message) => {
    const [row] = await ctx.db
      .select()
      .from(signInCodes)
      .where(eq(signInCodes.id, aboutId(message)))
    if (!row || row.usedAt !== null || row.expiresAt <= ctx.now)
      return { cancelled: 'The code was used or has run out' }
    const code = await codeFor(ctx, row)
    if (code === null) return { cancelled: 'The code was made with a secret that is no longer set' }
    return { to: { address: row.email }, letter: signInCode({ code, minutes: ctx.config.codeMinutes }) }
  },

  'booking-confirmation': async (ctx, message) => {
    const told = await confirmationFacts(ctx, aboutId(message))
    if (!told) return { cancelled: 'The place no longer stands, or the event is over' }
    return toPerson(ctx, message, { letter: bookingConfirmation(told.props), calendar: entry(told, 'REQUEST') })
  },

  'booking-cancellation': async (ctx, message) => {
    const told = await cancellationFacts(ctx, aboutId(message))
    if (!told) return { cancelled: 'The booking stands, or the event is over' }
    return toPerson(ctx, message, { letter: bookingCancellation(told.props), calendar: entry(told, 'CANCEL') })
  },

  'joining-instructions': async (ctx, message) => {
    const props = await joiningFacts(ctx, aboutId(message))
    if (!props) return { cancelled: 'The place no longer stands, or the event has begun' }
    return toPerson(ctx, message, { letter: joiningInstructions(props) })
  },

  'certificate-ready': async (ctx, message) => {
    const props = await certificateFacts(ctx, aboutId(message))
    if (!props) return { cancelled: 'The certificate no longer stands' }
    return toPerson(ctx, message, { letter: certificateReady(props) })
  },

  'follow-up-invitation': async (ctx, message) => {
    const facts = await askingFacts(ctx, message.id)
    if (!('words' in facts)) return facts
    return { to: facts.to, fromName: facts.fromName, letter: followUpInvitation(facts.words) }
  },

  'follow-up-reminder': async (ctx, message) => {
    const facts = await askingFacts(ctx, message.id)
    if (!('words' in facts)) return facts
    const { step } = facts
    if (step === 'invitation') return { cancelled: 'It was never a reminder' }
    return { to: facts.to, fromName: facts.fromName, letter: followUpReminder({ ...facts.words, step }) }
  },

  'commitment-card': async (ctx, message) => {
    const facts = await cardFacts(ctx, aboutId(message))
    if (!facts) return { cancelled: 'They are no longer to be asked about it' }
    return toPerson(ctx, message, {
      letter: commitmentCard(facts.props),
      calendar: { method: 'PUBLISH' as const, content: facts.calendar },
    })
  },

  nudge: async (ctx, message) => {
    const props = await nudgeFacts(ctx, aboutId(message))
    if (!props) return { cancelled: 'They are no longer to be asked about it' }
    return toPerson(ctx, message, { letter: nudge(props) })
  },

  results: async (ctx, message) => {
    const props = await resultsFacts(ctx, aboutId(message))
    if (!props) return { cancelled: 'They are no longer to be told' }
    return toPerson(ctx, message, { letter: results(props) })
  },

  'report-summary': async (ctx, message) => {
    const props = await summaryFacts(ctx, { bookingId: aboutId(message), occurrence: message.occurrence })
    if (!props) return { cancelled: 'They are no longer to be told' }
    return toPerson(ctx, message, { letter: reportSummary(props) })
  },

  'colleague-view': async (ctx, message) => {
    const facts = await colleagueFacts(ctx, aboutId(message))
    if (!('props' in facts)) return facts
    return { to: facts.to, letter: colleagueView(facts.props) }
  },

  'hand-over': async (ctx, message) => {
    const facts = await handOverFacts(ctx, aboutId(message))
    if (!facts) return { cancelled: 'Nobody is entered as holding the post' }
    return { to: facts.to, letter: handOver(facts.props) }
  },

  'single-agency-return': async (ctx, message) => {
    const facts = await returnFacts(ctx, message)
    if (!('props' in facts)) return facts
    return { to: facts.to, letter: singleAgencyReturn(facts.props) }
  },

  'urgent-words': async (ctx, message) => {
    const facts = await urgentWordsFacts(ctx, aboutId(message), message)
    if ('cancelled' in facts) return facts
    return { to: facts.to, letter: urgentWords(facts.props) }
  },
}

/** The id in `booking:12`. */
const aboutId = ({ about }: Message): number => Number(about.slice(about.indexOf(':') + 1))

async function toPerson<T extends object>(
  ctx: Context,
  { toPersonId }: Message,
  rest: T,
): Promise<(T & { to: Mailbox }) | { cancelled: string }> {
  const [person] = await ctx.db
    .select({ name: people.name, email: people.email, erasedAt: people.erasedAt })
    .from(people)
    .where(eq(people.id, toPersonId ?? 0))
  if (!person?.email || person.erasedAt !== null) return { cancelled: 'There is no email address to send it to' }
  return { ...rest, to: { name: person.name, address: person.email } }
}

const entry = <Props>({ invitations }: Told<Props>, method: CalendarMethod) => ({
  method,
  content: calendarInvitation(invitations),
})
