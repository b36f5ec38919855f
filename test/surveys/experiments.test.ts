import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contacts, experimentDraws, experiments, messages } from '#db/schema.ts'
import { transact } from '#server/context.ts'
import { resultOf, type Tried } from '#server/surveys/experiment-results.ts'
import { armDrawn, drawArm, finishExperiment, startExperiment } from '#server/surveys/experiments.ts'
import { monthsUntil, neededInEach, neededToFind } from '#server/surveys/shared/experiment-size.ts'
import { differenceInterval } from '#server/surveys/shared/proportions.ts'
import { makeWorld, type Someone, start, type TestWorld } from '#test/world.ts'
import { answerPath, at, attend, handOver, historyOf, press, runAsking } from './facts.ts'

describe('the size of an experiment', () => {
  it('is that of the published formula', () => {
    // R, power.prop.test: 76.7 in the examples of its documentation; the others as it answers, rounded up.
    expect(neededInEach(0.5, 0.75, 0.9)).toBe(77)
    expect(neededInEach(0.6, 0.7)).toBe(356)
    expect(neededInEach(0.1, 0.2)).toBe(199)
    expect(neededInEach(0.2, 0.1)).toBe(199)
    expect(() => neededInEach(0.3, 0.3)).toThrow(RangeError)
    expect(() => neededInEach(0.3, 1.2)).toThrow(RangeError)
  })

  it('is for eight points more, or fewer where there is no room for more', () => {
    expect(neededToFind(0.35)).toBe(neededInEach(0.35, 0.43))
    expect(neededToFind(0.95)).toBe(neededInEach(0.95, 0.87))
    for (let share = 0; share <= 100; share++) expect(neededToFind(share / 100)).toBeGreaterThan(0)
  })

  it('takes first those who are planned and then as many a month as before', () => {
    expect(monthsUntil(10, [4, 4, 4], 0)).toBe(3)
    expect(monthsUntil(20, [4, 4, 4], 4)).toBe(5)
    expect(monthsUntil(21, [4, 4, 4], 4)).toBe(6)
    expect(monthsUntil(13, [4, 4, 4], 0)).toBeNull()
  })
})

describe('the interval of a difference', () => {
  it('is Newcombe’s, method 10, as in his table II', () => {
    const table: [number, number, number, number, number, number][] = [
      [56, 70, 48, 80, 0.0524, 0.3339],
      [9, 10, 3, 10, 0.1705, 0.809],
      [6, 7, 2, 7, 0.0582, 0.8062],
      [5, 56, 0, 29, -0.0381, 0.1926],
      [0, 10, 0, 20, -0.1611, 0.2775],
      [0, 10, 0, 10, -0.2775, 0.2775],
      [10, 10, 0, 20, 0.6791, 1],
      [10, 10, 0, 10, 0.6075, 1],
    ]
    for (const [a, m, b, n, low, high] of table) {
      const found = differenceInterval({ successes: a, n: m }, { successes: b, n })
      expect(found.low, `${a}/${m} and ${b}/${n}`).toBeCloseTo(low, 4)
      expect(found.high, `${a}/${m} and ${b}/${n}`).toBeCloseTo(high, 4)
    }
    expect(() => differenceInterval({ successes: 0, n: 0 }, { successes: 0, n: 1 })).toThrow(RangeError)
  })
})

describe('what is said of an experiment that is over', () => {
  const over = { running: null, endedAt: 1 } as Parameters<typeof resultOf>[0]
  const tried = (arm: 'a' | 'b', n: number, answered: number): Tried[] =>
    Array.from({ length: n }, (_, i) => ({ arm, isStillAsked: false, isAnswered: i < answered }))
  const sentence = (b: [number, number], a: [number, number]) =>
    resultOf(over, [...tried('b', ...b), ...tried('a', ...a)])?.sentence

  it('is a sentence with both shares, the difference and what chance leaves of it', () => {
    expect(sentence([430, 176], [425, 157])).toBe(
      'Wording B: 41% of 430 answered, wording A 37% of 425: a difference of 4 points, between −3 and 10: it could be chance.',
    )
    expect(sentence([400, 200], [400, 140])).toMatch(
      /a difference of 15 points, between 8 and 22: wording B did better/,
    )
    expect(sentence([400, 140], [400, 200])).toMatch(
      /a difference of 15 points the other way, between −22 and −8: wording A did better/,
    )
  })

  it('is nothing while it runs, and nothing where nobody is known to have been drawn', () => {
    expect(resultOf({ ...over, running: 1, endedAt: null }, [...tried('a', 9, 1), ...tried('b', 9, 1)])).toBeNull()
    expect(resultOf(over, [])).toBeNull()
  })
})

describe('an experiment', () => {
  let w: TestWorld
  beforeEach(async () => {
    w = await makeWorld()
  })
  afterEach(() => w.close())

  /** Signed in anew, since the clock moves by months. */
  const ada = (): Promise<Someone> => w.as(w.stage.ada, 'coordinator')
  const page = async () => (await (await ada()).get('/api/experiments')).json
  const startIt = async (what: 'subject' | 'reminder-1' = 'subject') =>
    (await ada()).post('/api/experiments', { what, evenSo: true })

  /** One that needs fewer people than any real one. */
  const small = async (needed: number, what: 'subject' | 'reminder-1' = 'subject') => {
    const [row] = await w.store.write((db) =>
      db.insert(experiments).values({ what, needed, startedAt: w.now(), running: 1 }).returning(),
    )
    return row!.id
  }

  const came = async (people: number, on = '2026-09-15') => {
    const event = await w.stage.event({ on: [on], capacity: 200 })
    const ids: number[] = []
    for (let n = 0; n < people; n++) ids.push(await attend(w, event, await w.stage.person(`Someone ${on} ${n}`)))
    return ids
  }
  const invited = async (people: number) => {
    const ids = await came(people)
    at(w, '2026-12-15')
    await runAsking(w)
    await handOver(w)
    at(w, '2026-12-15', '11:00')
    return ids
  }
  const finish = async () => {
    while (await finishExperiment(w.ctx(), w.world));
  }

  it('is off until started, shows both wordings in full, how many people it needs and when that will be', async () => {
    const { running, ended, kinds } = await page()
    expect({ running, ended }).toEqual({ running: null, ended: [] })
    expect(kinds.map(({ what }: { what: string }) => what)).toEqual(['subject', 'reminder-1'])
    for (const { wordings, size } of kinds) {
      expect(wordings.a).not.toEqual(wordings.b)
      expect(wordings.a.text).toContain('Use the neglect toolkit in my next supervision')
      expect(size).toMatchObject({ needed: neededToFind(0.35), points: 8, share: 35, isPresumed: true, months: null })
    }
    expect(kinds[0].wordings.a.subject).toBe('Sam – did it make it into practice?')
    expect(kinds[0].wordings.b.subject).toBe('Sam – where has it got to since September?')
  })

  it('says when enough will have been asked from what was sent and from what is planned', async () => {
    const event = await w.stage.event({ on: ['2025-09-15'], capacity: 2000 })
    await w.store.write(async (db) => {
      for (let n = 0; n < 120; n++) {
        const [message] = await db
          .insert(messages)
          .values({
            kind: 'follow-up-invitation',
            about: `past:${n}`,
            occurrence: 'invitation',
            class: 'never-twice',
            state: 'sent',
            queuedAt: 0,
            notBefore: 0,
            deadline: 0,
            sentAt: 0,
            toPersonId: w.stage.bea,
          })
          .returning()
        const booking = (
          await db.run(
            `insert into bookings (event_id, person_id, agency_id, sector_id, role_group, workforce, charge_tier, source, day_code, terms_version, at, state)
             values (${event}, ${w.stage.bea}, ${w.stage.agencies.council}, ${w.stage.sectors.councils}, 'social-work', 'children', 'partner', 'self', 'Z${1000 + n}', 'x', 0, 'cancelled') returning id`,
          )
        ).rows[0]!.id
        await db.run(
          `insert into follow_ups (booking_id, event_id, person_id, target_on, opened_at) values (${booking}, ${event}, ${w.stage.bea}, '2025-12-15', 0)`,
        )
        await db.insert(contacts).values({
          bookingId: Number(booking),
          step: 'invitation',
          messageId: message!.id,
          on: '2025-09-15',
          why: 'Three months',
        })
      }
    })
    const [{ size, isTooLong }] = (await page()).kinds
    expect(size.monthly).toBe(10)
    expect(size.months).toBe(3 + Math.ceil((size.needed * 2) / 10))
    expect(isTooLong).toBe(true)
  })

  it('that would take longer than two years is started only by someone who says so', async () => {
    const refused = await (await ada()).post('/api/experiments', { what: 'subject' })
    expect([refused.status, refused.json.code]).toEqual([409, 'experiment-too-long'])
    expect((await startIt()).status).toBe(201)
    expect((await historyOf(w, 'experiment:1')).map(({ what }) => what)).toEqual(['experiment.started'])
  })

  it('is one, also when two are started at once', async () => {
    const actor = {
      kind: 'person',
      personId: w.stage.ada,
      email: '',
      role: 'coordinator',
      roles: [],
      agencyIds: [],
      signInId: 0,
    }
    const ended = await Promise.allSettled(
      (['subject', 'reminder-1', 'subject'] as const).map((what) =>
        startExperiment(w.ctx(actor as never), { what, evenSo: true }),
      ),
    )
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await w.store.read.select().from(experiments)).toHaveLength(1)
    const refused = await startIt('reminder-1')
    expect([refused.status, refused.json.code]).toEqual([409, 'experiment-running'])
  })

  it('draws each invitation by hash, and the letter keeps to the arm', async () => {
    await small(50)
    const ids = await invited(30)
    const drawn = await w.store.read.select().from(experimentDraws)
    expect(drawn).toHaveLength(30)
    expect(new Set(drawn.map(({ arm }) => arm))).toEqual(new Set(['a', 'b']))
    for (const { bookingId, arm } of drawn) expect(await armDrawn(w.ctx(), 'subject', bookingId)).toBe(arm)
    expect(await armDrawn(w.ctx(), 'reminder-1', ids[0]!)).toBe('a')
    await transact(w.ctx(), (ctx) => drawArm(ctx, 'subject', ids[0]!))
    expect(await w.store.read.select().from(experimentDraws)).toHaveLength(30)
  })

  it('draws one of two follow-ups that share a message, and both are of its arm', async () => {
    await small(50)
    const [one] = await came(1, '2026-09-08')
    const two = await attend(w, await w.stage.event({ on: ['2026-09-15'] }), await ownerOf(one!))
    at(w, '2026-12-15')
    await runAsking(w)
    const asked = await w.store.read.select().from(contacts)
    expect(new Set(asked.map(({ messageId }) => messageId)).size).toBe(1)
    expect(asked).toHaveLength(2)
    expect(await w.store.read.select().from(experimentDraws)).toHaveLength(1)
    expect(await armDrawn(w.ctx(), 'subject', one!)).toBe(await armDrawn(w.ctx(), 'subject', two))
  })

  it('shows nothing of how it goes until it is over: no count, no share, no draw', async () => {
    const id = await small(4)
    await invited(20)
    const before = JSON.stringify((await page()).running)
    for (const bookingId of (await drawnNow()).slice(0, 5)) await press(w, await answerPath(w, bookingId), 'once')
    await finish()
    const after = await page()
    expect(JSON.stringify(after.running)).toBe(before)
    expect(Object.keys(after.running)).toEqual(['id', 'what', 'started', 'needed'])
    expect(after.ended).toEqual([])
    expect(JSON.stringify(after)).not.toMatch(/"(n|answered|percent|arms|arm|drawn)"/)
    expect(id).toBe(after.running.id)
  })

  it('ends by itself when enough were asked and have had their time, and then shows its result', async () => {
    const id = await small(4)
    await invited(20)
    const drawn = await drawnNow()
    for (const bookingId of drawn.slice(0, 5)) await press(w, await answerPath(w, bookingId), 'once')
    at(w, '2027-03-15')
    await finish()
    const { running, ended } = await page()
    expect(running).toBeNull()
    expect(ended).toHaveLength(1)
    const { arms, sentence } = ended[0].result
    expect(arms[0].n + arms[1].n).toBe(drawn.length)
    expect(arms[0].answered + arms[1].answered).toBe(5)
    expect(sentence).toMatch(/^Wording B: \d+% of \d+ answered, wording A \d+% of \d+: a difference of/)
    expect((await historyOf(w, `experiment:${id}`)).map(({ what }) => what)).toEqual(['experiment.finished'])
    // An answer that comes later changes nothing of it.
    await press(w, await answerPath(w, drawn[6]!), 'once')
    expect((await page()).ended).toEqual(ended)
  })

  it('draws nobody any more when both wordings have gone to enough people', async () => {
    await small(1)
    await invited(12)
    const drawn = await w.store.read.select().from(experimentDraws)
    expect(drawn.length).toBeLessThan(12)
    expect(new Set(drawn.map(({ arm }) => arm))).toEqual(new Set(['a', 'b']))
  })

  it('ended early by hand has no result, now or ever', async () => {
    const id = await small(4)
    await invited(20)
    const drawn = await drawnNow()
    for (const bookingId of drawn.slice(0, 5)) await press(w, await answerPath(w, bookingId), 'once')
    expect((await (await ada()).post(`/api/experiments/${id}/end`, {})).status).toBe(201)
    at(w, '2027-03-15')
    await finish()
    const { running, ended } = await page()
    expect(running).toBeNull()
    expect(ended).toMatchObject([{ id, result: null }])
    expect(await w.store.read.select().from(experimentDraws)).toEqual([])
    expect((await historyOf(w, `experiment:${id}`)).map(({ what }) => what)).toEqual(['experiment.ended-early'])
    const again = await (await ada()).post(`/api/experiments/${id}/end`, {})
    expect([again.status, again.json.code]).toEqual([409, 'experiment-over'])
    expect((await (await ada()).post('/api/experiments/999/end', {})).status).toBe(404)
    expect((await startIt()).status).toBe(201)
  })

  it('on the reminder draws only those who are reminded', async () => {
    await small(50, 'reminder-1')
    const ids = await invited(6)
    expect(await w.store.read.select().from(experimentDraws)).toEqual([])
    await press(w, await answerPath(w, ids[0]!), 'once')
    at(w, '2026-12-22')
    await runAsking(w)
    const drawn = await w.store.read.select().from(experimentDraws)
    expect(drawn.map(({ bookingId }) => bookingId).toSorted()).toEqual(ids.slice(1).toSorted())
  })

  it('is named in the method of the impact pages of those who were drawn, and of nobody else asked meanwhile', async () => {
    const others = await came(1, '2026-09-16')
    const id = await small(50)
    const [bookingId] = await invited(1)
    await w.store.write((db) => db.delete(experimentDraws))
    const method = async (booking: number) => {
      const { rows } = await w.client.execute(`select event_id from bookings where id = ${booking}`)
      return (await (await ada()).get(`/api/impact/events/${rows[0]!.event_id}`)).json.page.method[0].replace(
        /^.*?(?=Asked)/,
        '',
      )
    }
    expect(await method(bookingId!)).toBe('Asked on 15 December 2026.')
    await w.store.write((db) =>
      db.insert(experimentDraws).values({ experimentId: id, bookingId: bookingId!, arm: 'a', at: 1 }),
    )
    at(w, '2026-12-16')
    await runAsking(w)
    await handOver(w)
    expect(await method(bookingId!)).toBe(
      'Asked on 15 December 2026. An experiment sent them two wordings of the invitation’s subject.',
    )
    await w.store.write((db) => db.delete(experimentDraws).where(eq(experimentDraws.bookingId, others[0]!)))
    expect(await method(others[0]!)).toBe('Asked on 16 December 2026.')
  })

  it('ended early is said to have perhaps worded it, since who was drawn is thrown away', async () => {
    const [bookingId] = await invited(1)
    const { rows } = await w.client.execute(`select event_id from bookings where id = ${bookingId}`)
    const method = async () =>
      (await (await ada()).get(`/api/impact/events/${rows[0]!.event_id}`)).json.page.method[0].replace(
        /^.*?(?=Asked)/,
        '',
      )
    expect(await method()).not.toContain('experiment')
    await w.store.write((db) =>
      db.insert(experiments).values([
        { what: 'subject', needed: 9, startedAt: start, endedAt: w.now() + 1 },
        { what: 'reminder-1', needed: 9, startedAt: start, endedAt: start + 1 },
      ]),
    )
    expect(await method()).toMatch(
      /An experiment that was ended early may have sent some of them another wording of the invitation’s subject; who got which was not kept\.$/,
    )
  })

  it('is for coordinators alone', async () => {
    const id = await small(2)
    for (const [person, role] of [
      [w.stage.mo, 'administrator'],
      [w.stage.sue, 'sub-group'],
      [w.stage.lena, 'agency-lead'],
      [w.stage.olu, 'delegate'],
    ] as const) {
      const someone = await w.as(person, role)
      expect((await someone.get('/api/experiments')).status).toBe(403)
      expect((await someone.post('/api/experiments', { what: 'subject' })).status).toBe(403)
      expect((await someone.post(`/api/experiments/${id}/end`, {})).status).toBe(403)
    }
  })

  const drawnNow = async () => (await w.store.read.select().from(experimentDraws)).map(({ bookingId }) => bookingId)
  const ownerOf = async (bookingId: number) =>
    Number((await w.client.execute(`select person_id from bookings where id = ${bookingId}`)).rows[0]?.person_id)
})
