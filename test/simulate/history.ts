/*
 * One random history of asking: a few people come to a few events; registers are corrected, asking is paused, postponed and opted
 * out of, people answer, move and are erased, mail servers refuse, fail and fall silent, two schedulers run, one is killed, the
 * clock is put back and the machine sleeps. After each hand-over and each day the rules of rules.ts must hold.
 */
import { eq, isNull } from 'drizzle-orm'
import fc from 'fast-check'
import { openFileClient } from '#db/file-client.ts'
import { openFile } from '#db/open-node.ts'
import { courses, eventCancellations, pauses, people, postponements, programmes, termDates } from '#db/schema.ts'
import type { Delivery, Transport } from '#emails/message.ts'
import { addDays, addMonths, londonDate, londonInstant, type On, weekday } from '#server/calendar.ts'
import type { Chore } from '#server/chores.ts'
import { Invalid, Missing, Refused } from '#server/errors.ts'
import { messages as renderers } from '#server/messages.ts'
import { deliverDue, dropStale, takeBack } from '#server/outbox/delivery.ts'
import { confirm, respond } from '#server/surveys/answering.ts'
import { closeEnded, noteAsked, reopenCorrected } from '#server/surveys/asking.ts'
import { dispositionCounts, dispositionsOf } from '#server/surveys/follow-up.ts'
import { dispositions, type PracticeAnswer, practiceAnswers } from '#server/surveys/input.ts'
import { inviteDue } from '#server/surveys/inviting.ts'
import { optOut, undoOptOut } from '#server/surveys/opting-out.ts'
import { remindDue } from '#server/surveys/reminding.ts'
import { choreContext, type World } from '#server/world.ts'
import { answerPath, attend, press, remark } from '#test/surveys/facts.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { type Broken, brokenAfterChores, brokenAtEnd, brokenAtHandOver, windowOf } from './rules.ts'

/** First days of events: before Christmas, Easter, a leap day, both clock changes, the summer of schools, a year without known bank holidays. */
const seasons: On[] = [
  '2026-09-01',
  '2026-12-20',
  '2027-11-22',
  '2027-04-12',
  '2026-07-20',
  '2028-11-20',
  '2026-12-28',
  '2026-06-24',
]

const whats = [
  'answer',
  'answer-fast',
  'answer-twice',
  'confirm',
  'opt-out',
  'opt-out-all',
  'undo',
  'absent',
  'present',
  'pause',
  'lift',
  'postpone',
  'away',
  'refuse',
  'outage',
  'uncertain',
  'defer',
  'erase',
  'address',
  'void',
  'crash',
  'two-schedulers',
  'clock-back',
  'sleep',
] as const
type What = (typeof whats)[number]

export interface History {
  season: number
  /** Days after the season's first, and what the course earns. */
  events: { day: number; earns: 'full' | 'one-question' | 'yearly' }[]
  /** For each person their agency and which events they come to, as bits. */
  people: { agency: 'council' | 'school' | 'trust'; comes: number }[]
  /** Days after the first target. */
  steps: { day: number; what: What; who: number; n: number }[]
}

export const histories: fc.Arbitrary<History> = fc.record({
  season: fc.nat(seasons.length - 1),
  events: fc.array(
    fc.record({
      day: fc.nat(34),
      earns: fc.oneof(
        { weight: 5, arbitrary: fc.constant('full' as const) },
        { weight: 1, arbitrary: fc.constantFrom('one-question' as const, 'yearly' as const) },
      ),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  people: fc.array(
    fc.record({
      agency: fc.constantFrom('council' as const, 'school' as const, 'trust' as const),
      comes: fc.integer({ min: 1, max: 15 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  steps: fc.array(
    fc.record({
      day: fc.integer({ min: -4, max: 60 }),
      what: fc.constantFrom(...whats),
      who: fc.nat(11),
      n: fc.nat(40),
    }),
    { maxLength: 9 },
  ),
})

export interface Lived {
  broken: Broken[]
  /** Asking messages handed over. */
  asked: number
  days: number
}

/** Lives a history to its end. `isByHttp` answers through the pages, as a person would. */
export async function live(history: History, { isByHttp = false } = {}): Promise<Lived> {
  const mail = new Mail()
  const w = await makeWorld({ transport: mail, durable: false })
  const watch = openFileClient(w.path)
  const second = history.steps.some(({ what }) => what === 'two-schedulers' || what === 'crash')
    ? await openFile(w.path, { thread: false, durable: false })
    : null
  try {
    return await new Life(w, history, mail, watch, second, isByHttp).live()
  } finally {
    await second?.close()
    watch.close()
    await w.close()
  }
}

/** A mail server that does as the history says, and has every hand-over of an asking message looked at. */
class Mail implements Transport {
  next: Map<string, Delivery> = new Map()
  outageUntil: On | null = null
  hangs: (() => void) | null = null
  onHandOver: (messageId: number) => Promise<void> = async () => undefined
  now: () => number = () => 0

  async deliver(
    email: { id: string; to: { address: string } },
    onTransmitting?: () => Promise<void>,
  ): Promise<Delivery> {
    if (this.outageUntil !== null && londonDate(this.now()) < this.outageUntil)
      return { outcome: 'unreachable', why: 'no answer' }
    const planned = this.next.get(email.to.address)
    if (planned && planned.outcome !== 'sent') {
      this.next.delete(email.to.address)
      if (planned.outcome !== 'uncertain') return planned
    }
    if (this.hangs) {
      // Killed before or after the first byte: nobody ever hears of it again.
      const died = this.hangs
      this.hangs = null
      await onTransmitting?.()
      died()
      return new Promise(() => undefined)
    }
    await onTransmitting?.()
    await this.onHandOver(Number(email.id.split('-')[1]))
    return planned ?? { outcome: 'sent', reply: '250' }
  }
  async close() {}
}

class Life {
  readonly #w: TestWorld
  readonly #history: History
  readonly #mail: Mail
  readonly #watch: ReturnType<typeof openFileClient>
  readonly #second: Awaited<ReturnType<typeof openFile>> | null
  readonly #isByHttp: boolean
  readonly #broken: Broken[] = []
  readonly #handedOver: { messageId: number; state: string }[] = []
  #bookings: number[] = []
  #events: number[] = []
  #people: number[] = []

  constructor(
    w: TestWorld,
    history: History,
    mail: Mail,
    watch: ReturnType<typeof openFileClient>,
    second: Awaited<ReturnType<typeof openFile>> | null,
    isByHttp: boolean,
  ) {
    this.#w = w
    this.#history = history
    this.#mail = mail
    this.#watch = watch
    this.#second = second
    this.#isByHttp = isByHttp
    mail.now = w.now
    mail.onHandOver = async (messageId) => {
      const { rows } = await watch.execute({ sql: 'select kind from messages where id = ?', args: [messageId] })
      if (!String(rows[0]?.kind).startsWith('follow-up-')) return
      this.#handedOver.push({ messageId, state: 'sent' })
      this.#broken.push(...(await brokenAtHandOver(watch, messageId, w.now())))
    }
  }

  async live(): Promise<Lived> {
    const { first, last } = await this.#happened()
    const from = addDays(addMonths(first, 3), -4)
    const to = windowOf(last, true).over
    const steps = [...this.#history.steps].sort((a, b) => a.day - b.day)
    let asleepUntil: On | null = null
    let days = 0
    for (let on = from; on <= to; on = addDays(on, 1)) {
      const today = steps.filter(({ day }) => addDays(from, day + 4) === on)
      const isLater = steps.some(({ day }) => addDays(from, day + 4) > on)
      if (!today.length && weekday(on) === 7) continue
      this.#at(on, '10:00')
      const sleeps = today.find(({ what }) => what === 'sleep')
      if (sleeps) asleepUntil = addDays(on, 1 + (sleeps.n % 21))
      const isAwake = asleepUntil === null || on >= asleepUntil
      if (isAwake) {
        days++
        const isTwice = today.some(({ what }) => what === 'two-schedulers')
        const crash = today.find(({ what }) => what === 'crash')
        if (crash) await this.#crash()
        if (isTwice && this.#second)
          await Promise.all([this.#run(this.#w.world), this.#run({ ...this.#w.world, store: this.#second })])
        else await this.#run(this.#w.world)
        if (!crash && (this.#mail.outageUntil === null || on >= this.#mail.outageUntil))
          this.#broken.push(...(await brokenAfterChores(this.#watch, on)))
      }
      for (const step of today) await this.#take(step, on, isAwake)
      if (this.#broken.length || (!isLater && weekday(on) === 5 && (await this.#isQuiet(on)))) break
    }
    this.#broken.push(...(await brokenAtEnd(this.#watch, this.#handedOver)), ...(await this.#dispositions()))
    return { broken: this.#broken, asked: this.#handedOver.length, days }
  }

  #at(on: On, clock: string) {
    this.#w.setClock(londonInstant(on, clock))
  }

  /** Everyone came to what they came to; the asking is still to come. */
  async #happened(): Promise<{ first: On; last: On }> {
    const { stage, store } = this.#w
    const start = seasons[this.#history.season] ?? '2026-09-01'
    await store.write(async (db) => {
      await db.insert(termDates).values([
        { name: 'Autumn half term', closedFrom: '2026-10-26', closedTo: '2026-10-30' },
        { name: 'Christmas', closedFrom: '2026-12-21', closedTo: '2027-01-04' },
        { name: 'Easter', closedFrom: '2027-03-25', closedTo: '2027-04-09' },
        { name: 'Summer', closedFrom: '2027-07-22', closedTo: '2027-09-01' },
      ])
      await db.insert(programmes).values([
        { name: '2028-29', kind: 'year', startsOn: '2028-04-01', endsOn: '2029-03-31' },
        { name: 'Safeguarding Week', kind: 'week', startsOn: addDays(start, 7), endsOn: addDays(start, 13) },
      ])
    })
    const byEarns = new Map<string, number>([['full', stage.course]])
    for (const earns of ['one-question', 'yearly'] as const) {
      if (!this.#history.events.some((event) => event.earns === earns)) continue
      const [{ id: _, ...course } = {} as never] = await store.read.select().from(courses)
      const [made] = await store.write((db) =>
        db
          .insert(courses)
          .values({ ...course, code: earns, title: earns, earns })
          .returning({ id: courses.id }),
      )
      byEarns.set(earns, made!.id)
    }
    const days: On[] = []
    for (const { day, earns } of this.#history.events) {
      const on = addDays(start, day)
      days.push(on)
      this.#events.push(await stage.event({ on: [on], courseId: byEarns.get(earns)! }))
    }
    for (const [n, { agency, comes }] of this.#history.people.entries()) {
      const personId = await stage.person(`Person ${n}`, { agencyId: stage.agencies[agency] })
      this.#people.push(personId)
      for (const [bit, eventId] of this.#events.entries())
        if (comes & (1 << bit)) this.#bookings.push(await attend(this.#w, eventId, personId))
    }
    days.sort()
    return { first: days[0]!, last: days.at(-1)! }
  }

  async #run(world: World): Promise<void> {
    const deliver: Chore = (ctx) => deliverDue(ctx, world, renderers)
    const chores: Chore[] = [closeEnded, reopenCorrected, inviteDue, remindDue, takeBack, dropStale, deliver, noteAsked]
    for (let found = true, rounds = 0; found && rounds < 6; rounds++) {
      found = false
      for (const chore of chores) if (await chore(choreContext(world), world)) found = true
    }
  }

  /** A scheduler that is killed while a message is in its hands; what it held comes back when its lease has ended. */
  async #crash(): Promise<void> {
    if (!this.#second) return
    const doomed: World = { ...this.#w.world, store: this.#second }
    const died = new Promise<void>((resolve) => {
      this.#mail.hangs = resolve
    })
    await inviteDue(choreContext(doomed), doomed)
    await remindDue(choreContext(doomed), doomed)
    await Promise.race([deliverDue(choreContext(doomed), doomed, renderers), died])
    this.#mail.hangs = null
    this.#w.setClock(this.#w.now() + 6 * 60_000)
  }

  async #take({ what, who, n }: History['steps'][number], on: On, isAwake: boolean): Promise<void> {
    const w = this.#w
    const bookingId = this.#bookings[who % this.#bookings.length]
    if (bookingId === undefined) return
    const { rows } = await this.#watch.execute({
      sql: 'select person_id, event_id from bookings where id = ?',
      args: [bookingId],
    })
    const personId = Number(rows[0]!.person_id)
    const eventId = Number(rows[0]!.event_id)
    this.#at(on, n % 2 ? '13:00' : '21:00')
    const practice = practiceAnswers[n % practiceAnswers.length] ?? 'once'
    switch (what) {
      case 'answer':
        return this.#answer(bookingId, practice)
      case 'answer-fast':
        this.#w.setClock(londonInstant(on, '10:00') + 30_000)
        return this.#answer(bookingId, practice)
      case 'answer-twice':
        await this.#answer(bookingId, practice)
        this.#w.setClock(w.now() + 5_000)
        return this.#answer(bookingId, practice === 'once' ? 'started' : 'once')
      case 'confirm':
        return unlessRefused(confirm(w.ctx({ kind: 'link', bookingId }), bookingId))
      case 'opt-out':
      case 'opt-out-all':
        return unlessRefused(optOut(w.ctx(), { bookingId, scope: what === 'opt-out' ? 'course' : 'all' }))
      case 'undo':
        return unlessRefused(undoOptOut(w.ctx(), bookingId))
      case 'absent':
      case 'present':
        return remark(w, bookingId, what)
      case 'pause': {
        const scope = (['everyone', 'sector', 'agency', 'event', 'person'] as const)[n % 5]!
        const [person] = await w.store.read.select().from(people).where(eq(people.id, personId))
        await w.store.write((db) =>
          db.insert(pauses).values({
            scope,
            sectorId: scope === 'sector' ? w.stage.sectors.education : null,
            agencyId: scope === 'agency' ? person!.agencyId : null,
            eventId: scope === 'event' ? eventId : null,
            personId: scope === 'person' ? personId : null,
            fromOn: addDays(on, 1 + (n % 3)),
            toOn: addDays(on, 3 + n),
            because: 'other',
            madeAt: w.now(),
          }),
        )
        return
      }
      case 'lift':
        await w.store.write((db) => db.update(pauses).set({ liftedAt: w.now() }).where(isNull(pauses.liftedAt)))
        return
      case 'postpone':
        await w.store.write((db) =>
          db.insert(postponements).values({ bookingId, toOn: addDays(on, 1 + n), because: 'other', at: w.now() }),
        )
        return
      case 'away':
        await w.store.write((db) =>
          db
            .update(people)
            .set({ awayUntil: addDays(on, n) })
            .where(eq(people.id, personId)),
        )
        return
      case 'refuse':
      case 'uncertain':
      case 'defer': {
        const [person] = await w.store.read.select({ email: people.email }).from(people).where(eq(people.id, personId))
        if (person?.email)
          this.#mail.next.set(
            person.email,
            what === 'refuse'
              ? { outcome: 'refused', code: 550, reply: 'no such mailbox', at: 'recipient' }
              : what === 'defer'
                ? { outcome: 'deferred', code: 451, reply: 'later' }
                : { outcome: 'uncertain', why: 'cut off' },
          )
        return
      }
      case 'outage':
        this.#mail.outageUntil = addDays(on, 1 + (n % 9))
        return
      case 'erase':
        await w.store.write((db) =>
          db.update(people).set({ erasedAt: w.now(), email: null, name: 'Erased' }).where(eq(people.id, personId)),
        )
        return
      case 'address':
        await w.store.write((db) =>
          db
            .update(people)
            .set({ email: `moved${personId}-${n}@council.test` })
            .where(eq(people.id, personId)),
        )
        return
      case 'void':
        await w.store.write((db) =>
          db
            .insert(eventCancellations)
            .values({ eventId, at: w.now(), reason: 'Never took place' })
            .onConflictDoNothing(),
        )
        return
      case 'clock-back':
        if (!isAwake) return
        this.#at(addDays(on, -1 - (n % 10)), '10:05')
        return this.#run(w.world)
      default:
        return
    }
  }

  async #answer(bookingId: number, practice: PracticeAnswer): Promise<void> {
    if (this.#isByHttp) {
      await press(this.#w, await answerPath(this.#w, bookingId), practice)
      return
    }
    await unlessRefused(respond(this.#w.ctx({ kind: 'link', bookingId }), { bookingId, practice }))
  }

  /** Nothing more can happen: every follow-up is over, or nobody is left to ask. */
  async #isQuiet(on: On): Promise<boolean> {
    const { rows } = await this.#watch.execute({
      sql: `select 1 from bookings b left join follow_ups f on f.booking_id = b.id
        where (f.booking_id is null and not exists (select 1 from event_cancellations x where x.event_id = b.event_id)
            and not exists (select 1 from responses r where r.booking_id = b.id and r.stage = 'follow-up'))
          or (f.booking_id is not null and f.closed_at is null and (f.last_asked_on is null or f.last_asked_on >= ?)) limit 1`,
      args: [addDays(on, -30)],
    })
    return rows.length === 0
  }

  async #dispositions(): Promise<Broken[]> {
    const today = londonDate(this.#w.now())
    const eventIds = this.#events
    const each = await dispositionsOf(this.#w.store.read, { eventIds }, today)
    const counted = await dispositionCounts(this.#w.store.read, { eventIds }, today)
    const broken: Broken[] = []
    for (const eventId of eventIds)
      for (const word of dispositions) {
        const told = each.filter((one) => one.eventId === eventId && one.disposition === word).length
        if (told !== (counted.get(eventId)?.[word] ?? 0))
          broken.push({ rule: 'every attender stands in exactly one disposition', about: `event ${eventId}, ${word}` })
      }
    return broken
  }
}

async function unlessRefused(verb: Promise<unknown>): Promise<void> {
  try {
    await verb
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Invalid || error instanceof Missing)) throw error
  }
}
