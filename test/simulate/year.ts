/*
 * A whole year of an invented partnership, lived through the app: booked, registered and ended through its pages, asked by its
 * chores, answered from the e-mails it sent, with the clock moved day by day. People have stated habits; mail scanners press
 * what they find. Everything comes from one seed.
 */
import { eq } from 'drizzle-orm'
import { openFileClient } from '#db/file-client.ts'
import { agencies, people as peopleTable, programmes, termDates } from '#db/schema.ts'
import type { Delivery, Email, Transport } from '#emails/message.ts'
import { addDays, londonInstant, type On, weekday } from '#server/calendar.ts'
import { runChores } from '#server/chores.ts'
import { dispositionCounts } from '#server/surveys/follow-up.ts'
import { dispositions } from '#server/surveys/input.ts'
import { nonceIn } from '#test/surveys/facts.ts'
import { makeWorld, seededRandom, type TestWorld } from '#test/world.ts'
import { type Broken, brokenAfterChores, brokenAtEnd, brokenAtHandOver } from './rules.ts'

/** The stated habits, as shares of all people. */
export const habits = {
  /** Answers one of the first, second, third or fourth asking message; the rest never do. */
  answersAt: [0.26, 0.16, 0.1, 0.06],
  /** Goes on after question one. */
  tellsMore: 0.7,
  /** Their mailbox is behind a scanner that opens every link and presses every button within a minute. */
  scanned: 0.3,
  /** Presses "Yes, this was me" when a reminder asks about an answer they did not give or gave too fast. */
  confirms: 0.8,
  /** Their mail system unsubscribes them by itself (RFC 8058), once. */
  unsubscribedByMachine: 0.01,
  /** Asks us to stop. */
  optsOut: 0.03,
  /** Has left by the time they are asked: the address refuses mail. */
  gone: 0.05,
  /** Forwards the message to a colleague, who opens the link and looks. */
  forwards: 0.04,
  /** Comes to what they booked. */
  comes: 0.88,
} as const

const firstDay: On = '2026-09-15'
const lastEvent: On = '2027-07-15'
const lastDay: On = '2027-12-10'

export interface YearTold {
  seed: number
  events: number
  attended: number
  asking: number
  /** How many people got 0, 1, 2 … asking messages in the year. */
  messagesPerPerson: Map<number, number>
  answersByWave: Map<number, number>
  answersByChannel: Map<string, number>
  doubted: number
  full: number
  dispositions: Record<string, number>
  messagesByKind: Map<string, number>
  broken: Broken[]
}

type Person = { id: number; email: string; chance: (habit: string) => number; isGone: boolean }

export async function liveYear(
  seed: number,
  { size = 1, progress = (_words: string): void => undefined } = {},
): Promise<YearTold> {
  const mail = new Postbox()
  const w = await makeWorld({ transport: mail, durable: false })
  const watch = openFileClient(w.path)
  try {
    return await new Year(seed, size, w, mail, watch, progress).live()
  } finally {
    watch.close()
    await w.close()
  }
}

/** Takes every message but those to addresses that refuse mail, and lays it before whoever reads. */
class Postbox implements Transport {
  refuses = new Set<string>()
  arrived: { email: Email; at: number }[] = []
  now: () => number = () => 0
  onHandOver: (messageId: number) => Promise<void> = async () => undefined
  async deliver(email: Email, onTransmitting?: () => Promise<void>): Promise<Delivery> {
    if (this.refuses.has(email.to.address))
      return { outcome: 'refused', code: 550, reply: '5.1.1 no such mailbox', at: 'recipient' }
    await onTransmitting?.()
    await this.onHandOver(Number(email.id.split('-')[1]))
    this.arrived.push({ email, at: this.now() })
    return { outcome: 'sent', reply: '250 2.0.0 taken' }
  }
  async close() {}
}

class Year {
  readonly #seed: number
  readonly #size: number
  readonly #w: TestWorld
  readonly #mail: Postbox
  readonly #watch: ReturnType<typeof openFileClient>
  readonly #progress: (words: string) => void
  readonly #chance: () => number
  readonly #broken: Broken[] = []
  readonly #handedOver: { messageId: number; state: string }[] = []
  #people: Person[] = []
  #events: { id: number; on: On; session: number }[] = []
  readonly #waiting: { at: number; do: () => Promise<void> }[] = []
  readonly #toAddress = new Map<string, Person>()

  constructor(
    seed: number,
    size: number,
    w: TestWorld,
    mail: Postbox,
    watch: ReturnType<typeof openFileClient>,
    progress: (words: string) => void,
  ) {
    this.#seed = seed
    this.#size = size
    this.#w = w
    this.#mail = mail
    this.#watch = watch
    this.#progress = progress
    const bytes = seededRandom(seed)
    this.#chance = () => {
      const [a = 0, b = 0, c = 0] = bytes(3)
      return (a * 65_536 + b * 256 + c) / 16_777_216
    }
    mail.now = w.now
    mail.onHandOver = async (messageId) => {
      const { rows } = await watch.execute({ sql: 'select kind from messages where id = ?', args: [messageId] })
      this.#handedOver.push({ messageId, state: 'sent' })
      if (String(rows[0]?.kind).startsWith('follow-up-'))
        this.#broken.push(...(await brokenAtHandOver(watch, messageId, w.now())))
    }
  }

  async live(): Promise<YearTold> {
    await this.#set()
    let month = ''
    for (let on = firstDay; on <= lastDay; on = addDays(on, 1)) {
      if (on.slice(0, 7) !== month) {
        month = on.slice(0, 7)
        this.#progress(`${month}: ${this.#handedOver.length} messages so far`)
      }
      await this.#morning(on)
      await this.#day(on)
      await this.#evening(on)
    }
    this.#broken.push(...(await brokenAtEnd(this.#watch, this.#handedOver)))
    return this.#told()
  }

  async #set(): Promise<void> {
    const { stage, store } = this.#w
    const trusts = await store.write(async (db) => {
      await db.insert(termDates).values([
        { name: 'Autumn half term', closedFrom: '2026-10-26', closedTo: '2026-10-30' },
        { name: 'Christmas', closedFrom: '2026-12-21', closedTo: '2027-01-04' },
        { name: 'Easter', closedFrom: '2027-03-25', closedTo: '2027-04-09' },
        { name: 'Summer', closedFrom: '2027-07-22', closedTo: '2027-09-01' },
        { name: 'Autumn half term 2027', closedFrom: '2027-10-25', closedTo: '2027-10-29' },
      ])
      await db
        .insert(programmes)
        .values({ name: 'Safeguarding Week', kind: 'week', startsOn: '2027-03-08', endsOn: '2027-03-12' })
      const made: number[] = []
      for (const [name, sectorId] of [
        ['Eastmoor Academy', stage.sectors.education],
        ['Harbour Police', stage.sectors.councils],
        ['Willow Hospice', stage.sectors.health],
      ] as const)
        made.push((await db.insert(agencies).values({ name, sectorId }).returning({ id: agencies.id }))[0]!.id)
      return made
    })
    const from = [...trusts, stage.agencies.council, stage.agencies.school, stage.agencies.trust]
    const count = Math.round(260 * this.#size)
    for (let n = 0; n < count; n++) {
      const id = await stage.person(`Invented ${n}`, { agencyId: from[n % from.length]! })
      const [row] = await store.read.select().from(peopleTable).where(eq(peopleTable.id, id))
      const own = new Map<string, number>()
      const person: Person = {
        id,
        email: row!.email!,
        chance: (habit) => {
          let at = own.get(habit)
          if (at === undefined) own.set(habit, (at = this.#chance()))
          return at
        },
        isGone: false,
      }
      this.#people.push(person)
      this.#toAddress.set(person.email, person)
    }
    const events = Math.round(56 * this.#size)
    for (let n = 0; n < events; n++) {
      let on = addDays(firstDay, 25 + Math.round((n * 275) / events))
      while (weekday(on) > 5 || on > lastEvent) on = addDays(on, weekday(on) > 5 ? 1 : -3)
      const id = await stage.event({ on: [on], capacity: 24 })
      const { rows } = await this.#watch.execute({
        sql: 'select id from event_sessions where event_id = ?',
        args: [id],
      })
      this.#events.push({ id, on, session: Number(rows[0]!.id) })
    }
  }

  /** Chores at ten, as on every day; then the rules. */
  async #morning(on: On): Promise<void> {
    this.#at(on, '10:00')
    await this.#chores()
    this.#broken.push(...(await brokenAfterChores(this.#watch, on)))
  }

  async #day(on: On): Promise<void> {
    this.#at(on, '11:00')
    // Twenty days before, people book; a few are full and say so.
    for (const event of this.#events)
      if (event.on === addDays(on, 20))
        for (let n = 0; n < 20; n++) {
          const person = this.#people[Math.floor(this.#chance() * this.#people.length)]!
          if (person.isGone) continue
          const signedIn = await this.#w.as(person.id)
          await signedIn.post('/api/bookings', { eventId: event.id, termsAccepted: true })
        }
    for (const event of this.#events) if (event.on === on) await this.#hold(event)
    const until = londonInstant(addDays(on, 1), '00:00')
    await this.#do(until)
  }

  async #evening(on: On): Promise<void> {
    this.#at(on, '23:30')
    await this.#chores()
  }

  async #hold({ id, session, on }: { id: number; session: number; on: On }): Promise<void> {
    const { rows } = await this.#watch.execute({
      sql: `select id, person_id, day_code from bookings where event_id = ? and state = 'confirmed' order by id`,
      args: [id],
    })
    const came = rows.filter(() => this.#chance() < habits.comes)
    this.#at(on, '15:00')
    const ada = await this.#w.as(this.#w.stage.ada, 'coordinator')
    await ada.post(`/api/event-sessions/${session}/marks`, {
      marks: rows.map((row) => ({ bookingId: Number(row.id), mark: came.includes(row) ? 'present' : 'absent' })),
    })
    this.#at(on, '16:30')
    for (const row of came) {
      const path = `/day/${id}/${row.day_code}`
      const page = await this.#w.visitor.get(path)
      const choices = [...page.text.matchAll(/name="commitment" value="(\d+)"/g)].map(([, value]) => value!)
      const said = this.#chance()
      await this.#w.visitor.form(path, {
        nonce: nonceIn(page.text),
        ...(said < 0.12
          ? { skip: 'yes' }
          : { commitment: said < 0.9 ? choices[Math.floor(this.#chance() * choices.length)]! : 'not-sure' }),
      })
      const person = this.#people.find((one) => one.id === Number(row.person_id))!
      if (person.chance('gone') < habits.gone && !person.isGone) {
        person.isGone = true
        this.#mail.refuses.add(person.email)
      }
    }
  }

  async #chores(): Promise<void> {
    for (let rounds = 0; rounds < 8 && (await runChores(this.#w.world)) > 0; rounds++);
    for (const { email, at } of this.#mail.arrived.splice(0)) this.#read(email, at)
  }

  /** What becomes of a message that arrived, by its reader's habits. */
  #read({ to, text, headers }: Email, at: number): void {
    const person = this.#toAddress.get(to.address)
    const links = [...text.matchAll(/https?:\/\/[^/\s]+(\/answer\/[^/\s]+)\/([a-z-]+)/g)].map(([, path, step]) => ({
      path: path!,
      step: step!,
    }))
    const paths = [...new Set(links.map(({ path }) => path))]
    if (!person || !paths.length) return
    const minute = 60_000
    if (person.chance('scanned') < habits.scanned)
      for (const [n, link] of links.entries())
        this.#later(at + 5_000 + n * 3_000, () => this.#press(link.path, link.step))
    const oneClick = headers['List-Unsubscribe']?.replace(/^<https?:\/\/[^/]+|>$/g, '')
    if (oneClick && person.chance('machine') < habits.unsubscribedByMachine)
      this.#later(
        at + 20_000,
        async () => void (await this.#w.visitor.form(`${oneClick}/one-click`, { 'List-Unsubscribe': 'One-Click' })),
      )
    if (oneClick && person.chance('opts out') < habits.optsOut)
      this.#later(at + 90 * minute, async () => void (await this.#w.visitor.form(oneClick, { scope: 'course' })))
    if (person.chance('forwards') < habits.forwards)
      this.#later(at + 200 * minute, async () => void (await this.#w.visitor.get(`${paths[0]!}/once`)))
    const isCheck = links.find(({ step }) => step === 'check')
    if (isCheck && person.chance('confirms') < habits.confirms)
      this.#later(at + 30 * minute, async () => {
        const page = await this.#w.visitor.get(`${isCheck.path}/check`)
        await this.#w.visitor.form(`${isCheck.path}/confirm`, { nonce: nonceIn(page.text) })
      })
    for (const path of paths) {
      const key = `asked ${path}`
      const asked = (this.#asked.get(key) ?? 0) + 1
      this.#asked.set(key, asked)
      const until = habits.answersAt.slice(0, asked).reduce((sum, share) => sum + share, 0)
      const before = habits.answersAt.slice(0, asked - 1).reduce((sum, share) => sum + share, 0)
      const will = person.chance(`answers ${path}`)
      if (will < before || will >= until) continue
      const practice = ['routine', 'once', 'started', 'not-yet', 'no-chance', 'already'][
        Math.floor(this.#chance() * 6)
      ]!
      this.#later(at + (40 + Math.floor(this.#chance() * 500)) * minute, async () => {
        await this.#press(path, practice)
        if (person.chance(`more ${path}`) < habits.tellsMore) await this.#tellMore(path)
      })
    }
  }
  readonly #asked = new Map<string, number>()

  async #press(path: string, step: string): Promise<void> {
    const page = await this.#w.visitor.get(`${path}/${step}`)
    const nonce = nonceIn(page.text)
    if (!nonce) return
    if (step === 'check') await this.#w.visitor.form(`${path}/confirm`, { nonce })
    else await this.#w.visitor.form(path, { practice: step, nonce })
  }

  async #tellMore(path: string): Promise<void> {
    const page = await this.#w.visitor.get(`${path}/now`)
    const names = [...new Set([...page.text.matchAll(/name="(outcomes-\d+)"/g)].map(([, name]) => name!))]
    const nonce = nonceIn(page.text)
    if (nonce && names.length)
      await this.#w.visitor.form(`${path}/now`, {
        nonce,
        next: 'finish',
        ...Object.fromEntries(names.map((name) => [name, 'good'])),
      })
  }

  #later(at: number, work: () => Promise<void>): void {
    this.#waiting.push({ at, do: work })
  }

  async #do(until: number): Promise<void> {
    const due = this.#waiting.filter(({ at }) => at < until).sort((a, b) => a.at - b.at)
    for (const one of due) {
      this.#waiting.splice(this.#waiting.indexOf(one), 1)
      this.#w.setClock(one.at)
      await one.do()
    }
  }

  #at(on: On, clock: string): void {
    this.#w.setClock(londonInstant(on, clock))
  }

  async #told(): Promise<YearTold> {
    const rowsOf = async (sql: string) => (await this.#watch.execute(sql)).rows
    const counts = await dispositionCounts(this.#w.store.read, { eventIds: this.#events.map(({ id }) => id) }, lastDay)
    const whole = Object.fromEntries(
      dispositions.map((word) => [word, [...counts.values()].reduce((sum, one) => sum + one[word], 0)]),
    )
    const asking = await rowsOf(
      `select to_person_id as id, count(*) n from messages where kind like 'follow-up-%' and state = 'sent' group by 1`,
    )
    const perPerson = new Map<number, number>([[0, this.#people.length - asking.length]])
    for (const row of asking) perPerson.set(Number(row.n), (perPerson.get(Number(row.n)) ?? 0) + 1)
    const counted = `stage = 'follow-up' and core_at is not null and (doubted_because is null or confirmed_at is not null)`
    const tally = async <K>(sql: string, key: (value: unknown) => K) =>
      new Map((await rowsOf(sql)).map((row) => [key(row.key), Number(row.n)]))
    return {
      seed: this.#seed,
      events: this.#events.length,
      attended: Object.values(whole).reduce((sum, n) => sum + n, 0),
      asking: asking.reduce((sum, row) => sum + Number(row.n), 0),
      messagesPerPerson: new Map([...perPerson].sort((a, b) => a[0] - b[0])),
      answersByWave: await tally(
        `select wave as key, count(*) n from responses where ${counted} group by 1 order by 1`,
        Number,
      ),
      answersByChannel: await tally(
        `select channel as key, count(*) n from responses where ${counted} group by 1 order by 1`,
        String,
      ),
      doubted: Number(
        (
          await rowsOf(
            `select count(*) n from responses where stage = 'follow-up' and doubted_because is not null and confirmed_at is null`,
          )
        )[0]!.n,
      ),
      full: Number((await rowsOf(`select count(*) n from responses where ${counted} and full_at is not null`))[0]!.n),
      dispositions: whole,
      messagesByKind: await tally(
        `select kind as key, count(*) n from messages where state = 'sent' group by 1 order by 1`,
        String,
      ),
      broken: this.#broken,
    }
  }
}
