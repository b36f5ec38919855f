import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bounces, contacts, followUps, messages, people, roles, signIns, successors } from '#db/schema.ts'
import { londonInstant } from '#server/calendar.ts'
import { readReturned } from '#server/outbox/bounces.ts'
import { replyWords } from '#server/surveys/reachability.ts'
import { makeWorld, type Someone, type TestWorld } from '#test/world.ts'
import { answerPath, at, attend, handOver, historyOf, messagesOf, press, runAsking } from './facts.ts'
import { type Came, exchange, gmail, headersOnly, outOfOffice, postfix } from './returned.ts'

const key = 'b0unceKey-7Rf4Wm8Tn3Yb6Hc1Jd5Gs0PaUe'
let w: TestWorld
let ada: Someone
beforeEach(async () => {
  w = await makeWorld({ env: { BOUNCE_KEY: key, PUBLIC_ORIGIN: 'http://training.test' } })
})
afterEach(() => w.close())

const day = '2026-09-15'
const target = '2026-12-15'
const email = 'bea.fern@council.test'

const signIn = async () => {
  ada = await w.as(w.stage.ada, 'coordinator')
}
const reach = async () => {
  await signIn()
  return (await ada.get('/api/reachability')).json
}
const followUp = async (bookingId: number) =>
  (await w.store.read.select().from(followUps).where(eq(followUps.bookingId, bookingId)))[0]

/** Bea, invited at 10:00 on the day; the message and its id as it stands in the mail. */
async function invited(personId = w.stage.bea) {
  const bookingId = await attend(w, await w.stage.event({ on: [day] }), personId)
  at(w, target)
  await runAsking(w)
  await handOver(w)
  w.later('PT5M')
  const message = (await messagesOf(w, 'follow-up-invitation')).at(-1)!
  return { bookingId, message, id: idOf(message) }
}
const idOf = ({ id, queuedAt }: { id: number; queuedAt: number }) =>
  `message-${id}-${queuedAt.toString(36)}@training.test`

const tell = (
  body: string | Uint8Array<ArrayBuffer>,
  { path = `/bounces/${key}`, headers = {} as Record<string, string> } = {},
) =>
  w.app.request(`http://training.test${path}`, {
    method: 'POST',
    body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
    headers: { 'content-type': 'message/rfc822', ...headers },
  })

describe('mail that came back', () => {
  it.each<[string, (came: Came) => string, string]>([
    ['Postfix', postfix, 'There is no mailbox with this name.'],
    ['Exchange, by the address we wrote', exchange, 'There is no mailbox with this name.'],
    ['Gmail, out of a mailbox file', gmail, 'There is no mailbox with this name.'],
    ['an old gateway with encoded headers', headersOnly, 'There is no mailbox with this name.'],
  ])('from %s stops the asking, and stands as could not be asked', async (_, shape, words) => {
    const { bookingId, id, message } = await invited()
    expect((await tell(shape({ id, to: email }))).status).toBe(202)
    await runAsking(w)
    expect(await w.store.read.select().from(bounces)).toMatchObject([
      { personId: w.stage.bea, email, hard: true, messageId: message.id },
    ])
    expect(await followUp(bookingId)).toMatchObject({ closedBecause: 'bounced' })
    expect((await reach()).people).toMatchObject([
      { name: 'Bea Fern', email, why: 'refused', said: words, followUps: [{ bookingId, isInTime: true }] },
    ])
    expect(await historyOf(w, `message:${message.id}`)).toMatchObject([{ actor: 'chore', what: 'mail.refused' }])
    at(w, '2026-12-21')
    await runAsking(w)
    expect(await messagesOf(w, 'follow-up-reminder')).toEqual([])
  })

  it('is told twice and at once, and written once', async () => {
    const { id } = await invited()
    const body = postfix({ id, to: email })
    const answers = await Promise.all([1, 2, 3].map(() => tell(body)))
    await tell(body)
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202])
    expect(await w.store.read.$count(bounces)).toBe(1)
    const [before] = await w.store.read.select().from(bounces)
    await signIn()
    await ada.put(`/api/people/${w.stage.bea}/address`, { email })
    await tell(body)
    expect(await w.store.read.select().from(bounces)).toMatchObject([{ id: before!.id, settledAt: w.now() }])
  })

  it('given up for now is sent once more at 10:00 on the next working day, under the same Message-ID', async () => {
    const { id, message, bookingId } = await invited()
    // Friday evening: the next working day is Monday.
    at(w, '2026-12-18', '19:00')
    const soft = postfix({ id, to: email, status: '4.4.7', said: '451 4.4.7 delivery time expired' })
    expect((await tell(soft)).status).toBe(202)
    await tell(soft)
    expect(await w.store.read.select().from(bounces)).toMatchObject([{ hard: false }])
    const [retry] = await w.store.read.select().from(messages).where(eq(messages.id, message.id))
    expect(retry).toMatchObject({
      state: 'retry',
      sentAt: null,
      notBefore: londonInstant('2026-12-21', '10:00'),
      queuedAt: message.queuedAt,
    })
    expect((await reach()).delayed).toMatchObject([
      { name: 'Bea Fern', said: 'Their mail system did not answer in time.', next: 'Monday 21 December 2026, 10am' },
    ])
    expect((await followUp(bookingId))!.closedAt).toBeNull()
    await w.store.write((db) =>
      db.update(messages).set({ state: 'sent', sentAt: w.now() }).where(eq(messages.id, message.id)),
    )
    await tell(soft)
    expect((await w.store.read.select().from(messages).where(eq(messages.id, message.id)))[0]!.state).toBe('sent')
  })

  it('of a message that a reminder has overtaken is not sent again', async () => {
    const { id, message } = await invited()
    at(w, '2026-12-21')
    await runAsking(w)
    await handOver(w)
    expect(await w.store.read.$count(contacts)).toBe(2)
    await tell(gmail({ id, to: email, status: '4.2.1' }))
    expect(await w.store.read.$count(bounces)).toBe(1)
    expect((await w.store.read.select().from(messages).where(eq(messages.id, message.id)))[0]!.state).toBe('sent')
  })

  it('is not what a mail service says while it still tries: sending again then would arrive twice', async () => {
    const { id } = await invited()
    await tell(gmail({ id, to: email, status: '4.4.1', action: 'delayed' }))
    await tell(postfix({ id, to: email, status: '2.0.0', action: 'delivered' }))
    await tell(postfix({ id, to: email, status: '2.0.0', action: 'relayed' }))
    expect(await w.store.read.$count(bounces)).toBe(0)
  })

  it('with a full mailbox comes for now, whatever the class of its code', async () => {
    const { id } = await invited()
    await tell(exchange({ id, to: email, status: '5.2.2', said: '554 5.2.2 mailbox full' }))
    expect(await w.store.read.select().from(bounces)).toMatchObject([{ hard: false }])
  })

  it('never sends a code or words to cover again', async () => {
    const { message } = await invited()
    for (const kind of ['sign-in-code', 'urgent-words']) {
      await w.store.write((db) => db.update(messages).set({ kind }).where(eq(messages.id, message.id)))
      await w.store.write((db) => db.delete(bounces))
      await tell(postfix({ id: idOf(message), to: email, status: '4.4.7' }))
      const [row] = await w.store.read.select().from(messages).where(eq(messages.id, message.id))
      expect(row!.state, kind).toBe('sent')
    }
  })

  it('is not an automatic reply, whatever it quotes', async () => {
    const { id, bookingId } = await invited()
    expect((await tell(outOfOffice({ id, to: email }))).status).toBe(202)
    await runAsking(w)
    expect(await w.store.read.$count(bounces)).toBe(0)
    expect((await followUp(bookingId))!.closedAt).toBeNull()
  })

  it('is believed of the address that stands, a message of ours and its time alone', async () => {
    const { id, message } = await invited()
    const olu = 'olu.marsh@council.test'
    const wrong: [string, string][] = [
      ['another’s address with this message', postfix({ id, to: olu })],
      ['a guessed time', postfix({ id: `message-${message.id}-abc123@training.test`, to: email })],
      ['another host', postfix({ id: id.replace('@training.test', '@evil.test'), to: email })],
      ['a host that ours is the start of', postfix({ id: `${id}.evil.test`, to: email })],
      ['no such message', postfix({ id: 'message-999999-mfx1@training.test', to: email })],
      ['no message at all', postfix({ id: 'hello@training.test', to: email })],
      ['an address with more in it', postfix({ id, to: `${email}, ${olu}` })],
    ]
    for (const [what, body] of wrong) expect((await tell(body)).status, what).toBe(202)
    expect(await w.store.read.$count(bounces)).toBe(0)
    await w.store.write((db) => db.update(people).set({ email: 'bea@new.test' }).where(eq(people.id, w.stage.bea)))
    await tell(postfix({ id, to: email }))
    expect(await w.store.read.$count(bounces)).toBe(0)
  })

  it('is not believed of a message that never left', async () => {
    const { message } = await invited()
    await w.store.write((db) =>
      db.update(messages).set({ state: 'queued', sentAt: null, attempts: 0 }).where(eq(messages.id, message.id)),
    )
    await tell(postfix({ id: idOf(message), to: email }))
    expect(await w.store.read.$count(bounces)).toBe(0)
  })

  it('is 404 without the right key, and for everyone where none is set', async () => {
    const { id } = await invited()
    const body = postfix({ id, to: email })
    const status = async (options: Parameters<typeof tell>[1]) => (await tell(body, options)).status
    expect(await status({ path: '/bounces' })).toBe(404)
    expect(await status({ path: '/bounces/wrong' })).toBe(404)
    expect(await status({ path: `/bounces/${key.slice(1)}` })).toBe(404)
    expect(await status({ path: '/bounces', headers: { authorization: `Basic ${key}` } })).toBe(404)
    expect(await status({ path: '/bounces/wrong', headers: { 'content-type': 'application/json' } })).toBe(404)
    expect(await w.store.read.$count(bounces)).toBe(0)
    expect(await status({ path: '/bounces', headers: { authorization: `Bearer ${key}` } })).toBe(202)
    expect(await w.store.read.$count(bounces)).toBe(1)
    const without = await makeWorld()
    for (const path of ['/bounces', '/bounces/undefined', '/bounces/null'])
      expect((await without.app.request(`http://127.0.0.1:8787${path}`, { method: 'POST', body })).status, path).toBe(
        404,
      )
    await without.close()
  })

  it('takes a letter alone, and no more than 64 kB of it', async () => {
    const { id } = await invited()
    const body = postfix({ id, to: email })
    for (const type of [
      'application/json',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plainer',
      '',
    ])
      expect((await tell(body, { headers: { 'content-type': type } })).status, type).toBe(415)
    expect((await tell('x'.repeat(65_537))).status).toBe(413)
    expect(await w.store.read.$count(bounces)).toBe(0)
    expect((await tell(body, { headers: { 'content-type': 'Text/Plain; charset=utf-8' } })).status).toBe(202)
    expect(await w.store.read.$count(bounces)).toBe(1)
  })

  it('in any broken or hostile shape is taken, fast, and changes nothing', async () => {
    const { id } = await invited()
    const good = postfix({ id, to: email })
    const nested = good.replace('Content-Type: message/delivery-status', 'Content-Type: message/rfc822')
    const shapes = [
      '',
      '\n\n\n',
      '--',
      'Content-Type: multipart/report',
      'Content-Type: multipart/report; boundary=""\n\n--\n--\n',
      `Content-Type: multipart/report; boundary=b\n\n${'--b\n'.repeat(15_000)}`,
      `Content-Type: multipart/report; boundary="${'a'.repeat(60_000)}"\n\n`,
      `Content-Type: multipart/report; boundary=${' '.repeat(60_000)}`,
      `${'a: b\n '.repeat(10_000)}\n\n`,
      `Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n${'%'.repeat(50_000)}\n--b--`,
      `Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n${'Final-Recipient: rfc822; x@y.test\n\n'.repeat(1500)}--b--`,
      `Content-Type: multipart/report; report-type=disposition-notification; boundary=b${good.slice(good.indexOf('\n\n'))}`,
      nested,
      good.replaceAll('Final-Recipient', 'Final_Recipient').replaceAll('Original-Recipient', 'X'),
      good.replace('Status: 5.1.1', 'Status: 5.1.1.1.1').replace('Action: failed', 'Action: failed; delivered'),
      good.replace('Status: 5.1.1', 'Status: 999'),
    ]
    const started = performance.now()
    for (const [n, shape] of shapes.entries()) expect((await tell(shape)).status, `shape ${n}`).toBe(202)
    expect((await tell(Uint8Array.from({ length: 60_000 }, (_, n) => n % 256))).status).toBe(202)
    expect(performance.now() - started).toBeLessThan(5000)
    expect(await w.store.read.$count(bounces)).toBe(0)
  })

  it('leaves no address and no key in the log', async () => {
    const { id } = await invited()
    await tell(postfix({ id, to: email }))
    await tell(postfix({ id, to: email }), { path: '/bounces/CANARYCANARY' })
    const lines = JSON.stringify(w.logs)
    expect(lines).toContain('/bounces/:key')
    for (const secret of [key, email, 'CANARY', 'User unknown']) expect(lines).not.toContain(secret)
  })
})

describe('a report', () => {
  it('is read with the part that says what happened, its words in one line', () => {
    const id = 'message-7-mfx1@training.test'
    expect(readReturned(postfix({ id, to: 'A@B.test' }), 'training.test')).toEqual({
      messageId: 7,
      queuedAt: Number.parseInt('mfx1', 36),
      recipients: [
        {
          addresses: ['a@b.test', 'a@b.test'],
          outcome: 'hard',
          status: '5.1.1',
          words: '550 5.1.1 <A@B.test>: Recipient address rejected: User unknown in virtual mailbox table',
        },
      ],
    })
  })

  it('has words for what a person can do about it', () => {
    expect(replyWords('550 recipient: 550 5.1.1 No such user')).toBe('There is no mailbox with this name.')
    expect(replyWords('5.7.1 blocked by policy')).toContain('ask their IT')
    expect(replyWords('451 later: 4.7.1 greylisted')).toContain('turns our mail away')
    expect(replyWords('421 later: too busy')).toBe('Their mail system asked us to try again later.')
    expect(replyWords('something strange')).toBe('Their mail system refused it.')
  })
})

describe('an address put right', () => {
  it('settles what came back; who never got a message is invited anew at the new address', async () => {
    const { bookingId, id } = await invited()
    await tell(postfix({ id, to: email }))
    await runAsking(w)
    at(w, '2026-12-16', '09:00')
    await signIn()
    const bea = await w.as(w.stage.bea)
    const { status, json } = await ada.put(`/api/people/${w.stage.bea}/address`, { email: ' Bea@New.test ' })
    expect([status, json]).toEqual([200, { reopened: 1 }])
    expect((await bea.get('/api/me')).json.signedIn).toBe(false)
    expect(await w.store.read.$count(signIns, eq(signIns.personId, w.stage.bea))).toBe(1)
    at(w, '2026-12-16')
    await runAsking(w)
    expect((await messagesOf(w, 'follow-up-invitation')).map(({ state }) => state)).toEqual(['sent', 'queued'])
    await handOver(w)
    expect(await followUp(bookingId)).toMatchObject({ closedAt: null, firstAskedOn: '2026-12-16' })
    expect((await reach()).people).toEqual([])
    // Nobody is written to about it.
    expect((await messagesOf(w)).filter(({ kind }) => !kind.startsWith('follow-up'))).toEqual([])
    expect((await historyOf(w, `person:${w.stage.bea}`)).map(({ what }) => what)).toEqual([
      'person.address-changed',
      'mail.settled',
    ])
  })

  it('of someone whose reminder was refused goes on where it stood', async () => {
    const { bookingId } = await invited()
    at(w, '2026-12-21')
    await runAsking(w)
    await w.store.write((db) =>
      db
        .update(messages)
        .set({ state: 'dead', reply: '550 recipient: 550 5.1.1 gone' })
        .where(eq(messages.kind, 'follow-up-reminder')),
    )
    await runAsking(w)
    expect(await followUp(bookingId)).toMatchObject({ closedBecause: 'bounced' })
    await signIn()
    expect((await ada.put(`/api/people/${w.stage.bea}/address`, { email: 'bea@new.test' })).json).toEqual({
      reopened: 1,
    })
    await runAsking(w)
    expect(await followUp(bookingId)).toMatchObject({ closedAt: null, firstAskedOn: target })
    expect(await w.store.read.$count(bounces, eq(bounces.email, 'bea@new.test'))).toBe(0)
  })

  it('too late settles the address and reopens nothing', async () => {
    const { bookingId, id } = await invited()
    await tell(postfix({ id, to: email }))
    await runAsking(w)
    at(w, '2027-02-10')
    await signIn()
    expect((await ada.put(`/api/people/${w.stage.bea}/address`, { email: 'bea@new.test' })).json).toEqual({
      reopened: 0,
    })
    expect(await followUp(bookingId)).toMatchObject({ closedBecause: 'bounced' })
  })

  it('is refused when another has it, when it is none, when nothing was wrong, and for staff', async () => {
    await signIn()
    const put = (id: number, email: string) => ada.put(`/api/people/${id}/address`, { email })
    expect((await put(w.stage.bea, 'olu.marsh@council.test')).json.errors[0]).toEqual({
      path: 'email',
      message: 'Someone else here has this email address',
    })
    expect((await put(w.stage.bea, 'not an address')).status).toBe(422)
    expect((await put(w.stage.bea, email)).json.code).toBe('unchanged')
    expect((await put(w.stage.mo, 'ada.lane+1@council.test')).json.code).toBe('is-staff')
    await w.store.write((db) => db.insert(roles).values({ personId: w.stage.bea, role: 'sub-group', givenAt: 0 }))
    expect((await put(w.stage.bea, 'bea@new.test')).json.code).toBe('is-staff')
    expect((await put(999, 'bea@new.test')).status).toBe(404)
    expect(
      (await (await w.as(w.stage.lena, 'agency-lead')).put(`/api/people/${w.stage.olu}/address`, { email: 'x@y.test' }))
        .status,
    ).toBe(403)
  })

  it('by two at once goes to one of two people', async () => {
    await signIn()
    const answers = await Promise.all(
      [w.stage.bea, w.stage.olu].map((id) => ada.put(`/api/people/${id}/address`, { email: 'one@new.test' })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422])
  })

  it('lets someone without a mailbox be asked', async () => {
    const nobody = await w.stage.person('Hari Post', { email: null })
    const bookingId = await attend(w, await w.stage.event({ on: [day] }), nobody)
    at(w, '2026-12-10')
    expect((await reach()).people).toMatchObject([
      { name: 'Hari Post', why: 'no-mailbox', followUps: [{ isInTime: true }] },
    ])
    await ada.put(`/api/people/${nobody}/address`, { email: 'hari@new.test' })
    at(w, target)
    await runAsking(w)
    expect(await messagesOf(w, 'follow-up-invitation')).toMatchObject([{ about: `booking:${bookingId}` }])
  })
})

describe('someone who has left', () => {
  it('is not asked any more, and stands as could not be asked; a mistake is taken back', async () => {
    const { bookingId } = await invited()
    await signIn()
    expect((await ada.post(`/api/bookings/${bookingId}/departure`)).status).toBe(201)
    expect((await ada.post(`/api/bookings/${bookingId}/departure`)).status).toBe(201)
    expect((await reach()).people).toMatchObject([{ why: 'left', followUps: [{ hasLeft: true, successor: null }] }])
    at(w, '2026-12-21')
    await runAsking(w)
    expect(await messagesOf(w, 'follow-up-reminder')).toEqual([])
    await signIn()
    expect((await ada.delete(`/api/bookings/${bookingId}/departure`)).status).toBe(200)
    await runAsking(w)
    expect(await messagesOf(w, 'follow-up-reminder')).toHaveLength(1)
    expect((await ada.delete(`/api/bookings/${bookingId}/departure`)).status).toBe(404)
  })

  it('before being asked is never asked', async () => {
    const bookingId = await attend(w, await w.stage.event({ on: [day] }), w.stage.bea)
    at(w, '2026-12-01')
    await signIn()
    await ada.post(`/api/bookings/${bookingId}/departure`)
    at(w, target)
    await runAsking(w)
    expect(await messagesOf(w, 'follow-up-invitation')).toEqual([])
    expect((await reach()).people).toMatchObject([{ why: 'left' }])
  })

  it('may have a successor, who is told once and never asked', async () => {
    const { bookingId, id } = await invited()
    await tell(postfix({ id, to: email }))
    await runAsking(w)
    await signIn()
    const enter = (body: object) => ada.post(`/api/bookings/${bookingId}/successor`, body)
    const nia = { name: 'Nia Ford', email: 'nia@council.test' }
    expect((await enter({ name: 'Bea Again', email })).status).toBe(422)
    expect((await enter({ name: '', email: 'nia@council.test' })).status).toBe(422)
    const answers = await Promise.all([1, 2].map(() => enter(nia)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
    expect(await messagesOf(w, 'hand-over')).toMatchObject([
      { about: `booking:${bookingId}`, toAddress: nia.email, toPersonId: null, state: 'queued' },
    ])
    expect(await followUp(bookingId)).toMatchObject({ closedBecause: 'left' })
    expect(await w.store.read.$count(successors)).toBe(1)
    expect((await reach()).people).toMatchObject([{ why: 'left', followUps: [{ successor: nia }] }])
    expect((await ada.delete(`/api/bookings/${bookingId}/departure`)).json.code).toBe('successor-told')
    at(w, '2026-12-21')
    await runAsking(w)
    expect(
      (await messagesOf(w)).filter(({ toAddress, kind }) => toAddress === nia.email && kind !== 'hand-over'),
    ).toEqual([])
  })

  it('is not said of someone who answered, opted out or did not come, and only by a coordinator', async () => {
    const { bookingId } = await invited()
    await press(w, await answerPath(w, bookingId), 'once')
    const absent = await attend(w, await w.stage.event({ on: [day] }), w.stage.tess, 'absent')
    await signIn()
    expect((await ada.post(`/api/bookings/${bookingId}/departure`)).json.code).toBe('not-asked-any-more')
    expect((await ada.post(`/api/bookings/${bookingId}/successor`, { name: 'X Y', email: 'x@y.test' })).json.code).toBe(
      'not-asked-any-more',
    )
    expect(await w.store.read.$count(successors)).toBe(0)
    expect((await ada.post(`/api/bookings/${absent}/departure`)).status).toBe(404)
    for (const one of [await w.as(w.stage.bea), await w.as(w.stage.sue, 'sub-group')]) {
      expect((await one.get('/api/reachability')).status).toBe(403)
      expect((await one.post(`/api/bookings/${bookingId}/departure`)).status).toBe(403)
      expect((await one.post(`/api/bookings/${bookingId}/successor`, { name: 'X Y', email: 'x@y.test' })).status).toBe(
        403,
      )
    }
  })
})
