import type { InferInsertModel } from 'drizzle-orm'
import { countedMarks, marks as markWords } from '#server/attendance/input.ts'
import { termsVersion } from '#server/bookings/input.ts'
import { addWorkingDays, formatDate, londonDate, londonInstant } from '#server/calendar.ts'
import { certificateNumber } from '#server/certificates/number.ts'
import type { Claims } from '#server/certificates/shared/claims.ts'
import { type MessageKind, messageKinds } from '#server/outbox/input.ts'
import type { Stage } from '#server/surveys/input.ts'
import type * as tables from '../schema.ts'
import { formats } from './courses.ts'
import { partnershipName, signatory } from './names.ts'
import type { Person } from './people.ts'
import type { BookingStory, Story } from './stories.ts'

/* One of the parts of the example, from stories to rows: for each thing that happened, the rows that its verb writes. Nothing is decided here. */

type Row<T extends keyof typeof tables> = (typeof tables)[T] extends { $inferInsert: infer R } ? R : never

export type Rows = {
  bookings: Row<'bookings'>[]
  bookingSteps: Row<'bookingSteps'>[]
  charges: Row<'charges'>[]
  marks: Row<'marks'>[]
  messages: Row<'messages'>[]
  followUps: Row<'followUps'>[]
  contacts: Row<'contacts'>[]
  responses: Row<'responses'>[]
  texts: Row<'texts'>[]
  answers: Row<'answers'>[]
  commitments: Row<'commitments'>[]
  skips: Row<'skips'>[]
  consents: Row<'consents'>[]
  optOuts: Row<'optOuts'>[]
  bounces: Row<'bounces'>[]
  certificates: Row<'certificates'>[]
  history: Row<'history'>[]
}

/** The ids that the database gave to what stands still. */
export type Known = {
  courseIds: ReadonlyMap<string, number>
  /** By course code, in their order. */
  outcomes: ReadonlyMap<string, readonly number[]>
  suggestions: ReadonlyMap<string, readonly number[]>
  /** By event, in their order. */
  sessions: ReadonlyMap<number, readonly number[]>
  instruments: ReadonlyMap<
    Stage,
    { id: number; questions: ReadonlyMap<string, { id: number; options: ReadonlyMap<string, number> }> }
  >
  coordinator: Person
  clockAt: number
}

/** Everything the stories leave behind, each table in the order in which its rows were written. */
export async function rowsOf(
  stories: readonly Story[],
  known: Known,
  certificateCode: (certificateId: number) => string | Promise<string>,
): Promise<Rows> {
  const ledger = new Ledger()
  for (const story of stories) {
    takeRegister(story, ledger, known)
    for (const booking of story.bookings) {
      book(booking, ledger)
      answerStages(booking, ledger, known)
      if (booking.joiningAt !== null)
        ledger.send('joining-instructions', booking, '1', booking.joiningAt, booking.event.startsAt)
      if (booking.cardAt !== null) ledger.send('commitment-card', booking, '1', booking.cardAt)
      if (booking.nudgeAt !== null) ledger.send('nudge', booking, '1', booking.nudgeAt)
      if (booking.followUp) ask(booking, ledger, known)
      if (booking.certificate) award(booking, story, ledger)
    }
  }
  return ledger.settled(known, certificateCode)
}

type Text = {
  kind: 'commitment' | 'example' | 'suggestion'
  words: string
  bookingId: number
  at: number
  mayQuote: boolean
  id: number
}
type Message = Omit<Row<'messages'>, 'id'> & { id: number; at: number }
type Response = Omit<Row<'responses'>, 'id'> & { id: number }
type Answer = Omit<Row<'answers'>, 'responseId' | 'textId'> & { response: Response; text?: Text }
type Certificate = { id: number; at: number; booking: BookingStory; story: Story }

/** Rows as they come, before their numbers are known. */
class Ledger {
  bookings: Row<'bookings'>[] = []
  bookingSteps: Row<'bookingSteps'>[] = []
  charges: Row<'charges'>[] = []
  marks: Row<'marks'>[] = []
  messages: Message[] = []
  followUps: Row<'followUps'>[] = []
  contacts: { row: Row<'contacts'>; at: number; message: Message }[] = []
  responses: Response[] = []
  texts: Text[] = []
  answers: Answer[] = []
  commitments: { row: Row<'commitments'>; text?: Text }[] = []
  skips: Row<'skips'>[] = []
  consents: Row<'consents'>[] = []
  optOuts: Row<'optOuts'>[] = []
  bounces: Row<'bounces'>[] = []
  certificates: Certificate[] = []
  history: { at: number; actor: string; what: string; about: string | (() => string); details: string | null }[] = []

  record(at: number, actor: string, what: string, about: string | (() => string), details: string | null = null): void {
    this.history.push({ at, actor, what, about, details })
  }

  /** A message that was handed over a moment after it was owed; of several owed at once each a little later. */
  send(kind: MessageKind, booking: BookingStory, occurrence: string, at: number, deadline?: number): Message {
    const { class: messageClass, lifetime } = messageKinds[kind]
    const message: Message = {
      id: 0,
      at,
      kind,
      about: `booking:${booking.id}`,
      occurrence,
      toPersonId: booking.person.id,
      class: messageClass,
      state: 'sent',
      queuedAt: at,
      notBefore: at,
      deadline: deadline ?? at + lifetime,
      attempts: 1,
      fence: 1,
      reply: 'Kept, not sent',
      sentAt: at,
    }
    this.messages.push(message)
    return message
  }

  write(booking: BookingStory, kind: Text['kind'], words: string, at: number, mayQuote = false): Text {
    const text: Text = { kind, words, bookingId: booking.id, at, mayQuote, id: 0 }
    this.texts.push(text)
    return text
  }

  async settled(known: Known, certificateCode: (id: number) => string | Promise<string>): Promise<Rows> {
    numbered(this.messages, ({ at }) => at)
    const handedOver = new Map<number, number>()
    for (const message of this.messages) {
      const before = handedOver.get(message.at) ?? 0
      handedOver.set(message.at, before + 1)
      message.sentAt = message.at + 400 + before * 150
    }
    numbered(this.responses, ({ startedAt }) => startedAt)
    numbered(this.texts, ({ at }) => at)
    numbered(this.certificates, ({ at }) => at)
    const certificates = await Promise.all(
      this.certificates.map((certificate) => certificateRow(certificate, certificateCode)),
    )
    const texts = this.texts.map((text) => this.#textRow(text, known))
    return {
      bookings: inOrder(this.bookings, ({ at }) => at),
      bookingSteps: inOrder(this.bookingSteps, ({ at }) => at),
      charges: inOrder(this.charges, ({ at }) => at),
      marks: inOrder(this.marks, ({ at }) => at),
      messages: this.messages.map(({ at: _, ...row }) => row),
      followUps: inOrder(this.followUps, ({ openedAt }) => openedAt),
      contacts: inOrder(this.contacts, ({ at }) => at).map(({ row, message }) => ({ ...row, messageId: message.id })),
      responses: this.responses,
      texts,
      answers: inOrder(this.answers, ({ response }) => response.id).map(({ response, text, ...row }) => ({
        responseId: response.id,
        ...row,
        textId: text?.id ?? null,
      })),
      commitments: inOrder(this.commitments, ({ row }) => row.madeAt).map(({ row, text }) => ({
        ...row,
        textId: text?.id ?? null,
      })),
      skips: inOrder(this.skips, ({ at }) => at),
      consents: inOrder(this.consents, ({ givenAt }) => givenAt),
      optOuts: inOrder(this.optOuts, ({ at }) => at),
      bounces: inOrder(this.bounces, ({ at }) => at),
      certificates,
      history: inOrder(this.history, ({ at }) => at).map(({ about, ...row }) => ({
        ...row,
        about: typeof about === 'string' ? about : about(),
      })),
    }
  }

  /** Read by the coordinator on the next working day; one in twenty has words taken out. What was cleared keeps no original. */
  #textRow({ id, kind, words, bookingId, at, mayQuote }: Text, { coordinator, clockAt }: Known): Row<'texts'> {
    const clearedAt = londonInstant(addWorkingDays(londonDate(at), 1), '11:15') + (id % 40) * 60_000
    const row = { id, bookingId, kind, writtenAt: at, urgentAt: null }
    if (clearedAt >= clockAt)
      return { ...row, original: words, cleared: null, state: 'held', clearedBy: null, clearedAt: null }
    const isRedacted = id % 20 === 0
    this.record(clearedAt, `person:${coordinator.id}`, isRedacted ? 'text.redacted' : 'text.cleared', `text:${id}`)
    return {
      ...row,
      original: null,
      cleared: isRedacted ? `${words} [name removed]` : words,
      state: isRedacted ? 'redacted' : mayQuote ? 'quotable' : 'cleared',
      clearedBy: coordinator.id,
      clearedAt,
    }
  }
}

function inOrder<T>(rows: T[], of: (row: T) => number): T[] {
  return rows.sort((a, b) => of(a) - of(b))
}

function numbered<T extends { id: number }>(rows: T[], of: (row: T) => number): void {
  for (const [i, row] of inOrder(rows, of).entries()) row.id = i + 1
}

const person = ({ person }: BookingStory) => `person:${person.id}`
const about = ({ id }: BookingStory) => `booking:${id}`

/** As `book` and `cancel` write it. */
function book(booking: BookingStory, ledger: Ledger): void {
  const { id, event, person: who, agency, at, cancelledAt, charge } = booking
  ledger.bookings.push({
    id,
    eventId: event.id,
    personId: who.id,
    agencyId: agency.id,
    sectorId: agency.sectorId,
    roleGroup: who.roleGroup,
    workforce: who.workforce,
    chargeTier: agency.tier,
    source: 'self',
    bookedBy: who.id,
    dayCode: booking.dayCode,
    termsVersion,
    at,
    state: cancelledAt === null ? 'confirmed' : 'cancelled',
  })
  ledger.bookingSteps.push({ bookingId: id, step: 'confirmed', reason: null, at, by: who.id })
  ledger.record(at, person(booking), 'booking.confirmed', about(booking))
  ledger.send('booking-confirmation', booking, '1', at)
  if (cancelledAt !== null) {
    ledger.bookingSteps.push({ bookingId: id, step: 'cancelled', reason: 'by-person', at: cancelledAt, by: who.id })
    ledger.record(cancelledAt, person(booking), 'booking.cancelled', about(booking), 'by-person')
    ledger.send('booking-cancellation', booking, '1', cancelledAt)
  }
  if (charge) ledger.charges.push({ bookingId: id, ...charge })
}

/** As `mark` writes it: one saving is one row of history with its counts. */
function takeRegister({ event, trainers, bookings }: Story, ledger: Ledger, known: Known): void {
  const [{ id: by }] = trainers
  const sessionIds = known.sessions.get(event.id) ?? []
  const savings = new Map<string, { at: number; sessionId: number; words: string[] }>()
  for (const booking of bookings)
    for (const { session, mark, at, replacedAt } of booking.marks) {
      const eventSessionId = sessionIds[session]!
      ledger.marks.push({ eventSessionId, bookingId: booking.id, mark, at, by, replacedAt })
      const key = `${eventSessionId} ${at}`
      const saving = savings.get(key) ?? { at, sessionId: eventSessionId, words: [] }
      saving.words.push(mark)
      savings.set(key, saving)
    }
  for (const { at, sessionId, words } of savings.values()) {
    const counts = markWords
      .map((word) => ({ word, n: words.filter((one) => one === word).length }))
      .filter(({ n }) => n > 0)
      .map(({ word, n }) => `${word} ${n}`)
    ledger.record(at, `person:${by}`, 'register.marked', `event-session:${sessionId}`, counts.join(', '))
  }
}

/** As `answerBefore`, `answerEnd` and `skip` write it. */
function answerStages(booking: BookingStory, ledger: Ledger, known: Known): void {
  const { before, end, skippedAt, bouncedAt, optedOutAt, person: who } = booking
  if (before) {
    const answers = new Answers(booking, 'before', before.at, ledger, known, { channel: 'page', finishedAt: before.at })
    answers.choose('chance', [before.answers.chance])
    answers.choose('need', before.answers.need)
    answers.anchor('outcomes', before.answers.anchors)
    ledger.record(before.at, person(booking), 'before.answered', about(booking))
  }
  if (end) {
    const { at } = end
    const answers = new Answers(booking, 'end', at, ledger, known, { channel: 'day-code', finishedAt: at })
    const said = end.answers
    answers.choose('ready', [said.ready])
    answers.choose('first-chance', [said.firstChance])
    answers.choose('obstacle', said.obstacle)
    answers.anchor('outcomes', said.anchors)
    answers.anchor('then', said.then)
    if (said.suggestion) answers.write('suggestion', ledger.write(booking, 'suggestion', said.suggestion, at))
    commit(booking, at, said.commitments, ledger, known)
    ledger.record(at, 'link', 'end.answered', about(booking))
  }
  if (skippedAt !== null) {
    ledger.skips.push({ bookingId: booking.id, at: skippedAt })
    ledger.record(skippedAt, 'link', 'end.skipped', about(booking))
  }
  if (bouncedAt !== null)
    ledger.bounces.push({
      personId: who.id,
      email: who.email,
      hard: true,
      reply: '550 5.1.1 There is no such mailbox here',
      at: bouncedAt,
      settledAt: null,
    })
  if (optedOutAt !== null) {
    ledger.optOuts.push({ personId: who.id, scope: 'course', bookingId: booking.id, at: optedOutAt, undoneAt: null })
    ledger.record(optedOutAt, 'link', 'opt-out.made', about(booking), 'course')
  }
}

function commit(
  booking: BookingStory,
  madeAt: number,
  commitments: NonNullable<BookingStory['end']>['answers']['commitments'],
  ledger: Ledger,
  known: Known,
): void {
  for (const [i, commitment] of commitments.entries()) {
    const row = { bookingId: booking.id, position: i + 1, kind: commitment.kind, suggestionId: null, madeAt }
    if (commitment.kind === 'own-words')
      ledger.commitments.push({ row, text: ledger.write(booking, 'commitment', commitment.text, madeAt) })
    else if (commitment.kind === 'suggestion') {
      const suggestionId = known.suggestions.get(booking.event.course.code)![commitment.position - 1]!
      ledger.commitments.push({ row: { ...row, suggestionId } })
    } else ledger.commitments.push({ row })
  }
}

/** As the asking chores, `respond` and `tellMore` write it. */
function ask(booking: BookingStory, ledger: Ledger, known: Known): void {
  const { target, contacts, answer, closed } = booking.followUp!
  const [first] = contacts
  ledger.followUps.push({
    bookingId: booking.id,
    eventId: booking.event.id,
    personId: booking.person.id,
    targetOn: target,
    openedAt: first!.at,
    firstAskedOn: first!.on,
    lastAskedOn: contacts.at(-1)!.on,
    closedAt: closed?.at ?? null,
    closedBecause: closed?.because ?? null,
  })
  for (const { step, on, at, why } of contacts) {
    const kind = step === 'invitation' ? 'follow-up-invitation' : 'follow-up-reminder'
    const message = ledger.send(kind, booking, step, at)
    ledger.contacts.push({ row: { bookingId: booking.id, step, on, why }, at, message })
    if (step === 'invitation') ledger.record(at, 'chore', 'follow-up.invited', about(booking))
    else ledger.record(at, 'chore', 'follow-up.reminded', about(booking), step)
  }
  if (!answer) return
  const { at, wave, late } = answer
  const { practice, more } = answer.answers
  const minute = 60_000
  const answers = new Answers(booking, 'follow-up', at, ledger, known, {
    channel: 'e-mail',
    wave,
    late,
    fullAt: more ? at + minute : null,
    finishedAt: more ? at + 2 * minute : null,
  })
  answers.choose('practice', [practice])
  ledger.record(at, 'link', 'follow-up.answered', about(booking))
  if (!more) return
  answers.choose('chance', [more.chance])
  answers.anchor('outcomes', more.anchors)
  answers.choose('difference', more.difference)
  answers.choose('helped', more.helped)
  answers.choose('in-the-way', more.inTheWay)
  answers.choose('anyway', [more.anyway])
  answers.choose('where-seen', more.whereSeen)
  const mayQuote = more.consent === 'quote' || more.consent === 'quote-with-job'
  if (more.example) answers.write('example', ledger.write(booking, 'example', more.example, at + 2 * minute, mayQuote))
  if (mayQuote && more.consent) {
    ledger.consents.push({ bookingId: booking.id, what: more.consent, givenAt: at + 2 * minute, withdrawnAt: null })
    ledger.record(at + 2 * minute, 'link', 'consent.given', about(booking))
  }
}

/** One response and what it answers, by the keys of the published questions. */
class Answers {
  readonly #response: Response
  readonly #booking: BookingStory
  readonly #stage: Stage
  readonly #ledger: Ledger
  readonly #known: Known

  constructor(
    booking: BookingStory,
    stage: Stage,
    at: number,
    ledger: Ledger,
    known: Known,
    more: Pick<Row<'responses'>, 'channel'> & Partial<Row<'responses'>>,
  ) {
    this.#booking = booking
    this.#stage = stage
    this.#ledger = ledger
    this.#known = known
    this.#response = {
      id: 0,
      bookingId: booking.id,
      eventId: booking.event.id,
      stage,
      instrumentId: known.instruments.get(stage)!.id,
      channel: more.channel,
      wave: more.wave ?? 0,
      startedAt: at,
      coreAt: at,
      fullAt: more.fullAt ?? null,
      finishedAt: more.finishedAt ?? null,
      late: more.late ?? false,
    }
    ledger.responses.push(this.#response)
  }

  choose(key: string, options: readonly string[]): void {
    for (const option of options) this.#push(key, { optionId: this.#option(key, option) })
  }

  anchor(key: string, anchors: readonly string[]): void {
    const outcomes = this.#known.outcomes.get(this.#booking.event.course.code)!
    for (const [i, anchor] of anchors.entries())
      this.#push(key, { optionId: this.#option(key, anchor), learningOutcomeId: outcomes[i]! })
  }

  write(key: string, text: Text): void {
    this.#push(key, {}, text)
  }

  #question(key: string) {
    const question = this.#known.instruments.get(this.#stage)?.questions.get(key)
    if (!question) throw new Error(`The questions of ${this.#stage} have none called ${key}`)
    return question
  }

  #option(key: string, option: string): number {
    const id = this.#question(key).options.get(option)
    if (id === undefined) throw new Error(`The question ${key} of ${this.#stage} has no answer called ${option}`)
    return id
  }

  #push(key: string, what: { optionId?: number; learningOutcomeId?: number }, text?: Text): void {
    this.#ledger.answers.push({
      response: this.#response,
      eventId: this.#booking.event.id,
      questionId: this.#question(key).id,
      optionId: what.optionId ?? null,
      learningOutcomeId: what.learningOutcomeId ?? null,
      ...(text ? { text } : {}),
    })
  }
}

/** As the certificate chore writes it; its row follows when its number is known. */
function award(booking: BookingStory, story: Story, ledger: Ledger): void {
  const { at, because } = booking.certificate!
  const certificate: Certificate = { id: 0, at, booking, story }
  ledger.certificates.push(certificate)
  ledger.record(at, 'chore', 'certificate.awarded', () => `certificate:${certificate.id}`, because)
  ledger.send('certificate-ready', booking, '1', at)
}

const encoder = new TextEncoder()

async function certificateRow(
  { id, at, booking, story }: Certificate,
  certificateCode: (id: number) => string | Promise<string>,
): Promise<InferInsertModel<typeof tables.certificates>> {
  const { course, sessions } = booking.event
  const format = formats[course.format]
  const number = certificateNumber(Number(londonDate(at).slice(0, 4)), id)
  const isThere = (session: number) =>
    booking.marks.some(
      (one) => one.session === session && one.replacedAt === null && countedMarks.some((word) => word === one.mark),
    )
  const claims: Claims = {
    partnership: partnershipName,
    person: booking.person.name,
    course: course.title,
    level: course.level,
    dates: sessions
      .filter((_, i) => isThere(i))
      .map(({ on }) => formatDate(on))
      .join(' and '),
    hours: format.minutes / 60,
    participatoryHours: format.participatoryMinutes / 60,
    learningOutcomes: course.outcomes,
    trainersAgencies: [...new Set(story.trainers.map(({ agencyNow }) => agencyNow.name))],
    signatory,
    issuedOn: formatDate(londonDate(at)),
    example: true,
    number,
  }
  const digest = await crypto.subtle.digest('SHA-256', encoder.encode(await certificateCode(id)))
  return {
    id,
    bookingId: booking.id,
    number,
    codeHash: [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
    awardedAt: at,
    because: booking.certificate!.because,
    snapshot: JSON.stringify(claims),
    withdrawnAt: null,
    withdrawnBecause: null,
  }
}
