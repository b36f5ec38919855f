import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { certificates, history } from '#db/schema.ts'
import { certificateCode } from '#server/certificates/code.ts'
import { hideFollowUp, showFollowUp } from '#server/certificates/follow-up-line.ts'
import { certificatePath } from '#server/certificates/link.ts'
import { sha256 } from '#server/keys.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'
import { answerPath, at, attend, factsHash, handOver, optOutPath, press, remark, runAsking } from '../surveys/facts.ts'
import { readPdf } from './pdf.ts'

let w: TestWorld
let bookingId: number
let eventId: number
let path: string

const day = '2026-09-15'
const asked = '2026-12-15'
const line = 'Practice follow-up answered'

beforeEach(async () => {
  w = await makeWorld()
  eventId = await w.stage.event({ on: [day] })
  bookingId = await attend(w, eventId, w.stage.bea)
  at(w, '2026-09-18')
  while (await w.chores());
  at(w, asked)
  await runAsking(w)
  await handOver(w)
  path = await answerPath(w, bookingId)
  at(w, asked, '11:00')
})
afterEach(() => w.close())

const standing = async () => {
  const rows = await w.store.read.select().from(certificates).where(eq(certificates.bookingId, bookingId))
  return rows.find(({ withdrawnAt }) => withdrawnAt === null)!
}

/** The page, the document and the check page, as anyone gets them. */
async function everywhere() {
  const { id } = await standing()
  const page = await certificatePath(w.ctx(), id)
  const read = async (address: string) => {
    const answer = await w.app.request(`${w.config.origin}${address}`)
    expect(answer.status).toBe(200)
    return Buffer.from(await answer.arrayBuffer())
  }
  return [
    await read(page),
    await read(`/check/${await certificateCode(w.world.secrets, id)}`),
    await read(`${page}/document.pdf`),
  ]
}
const hashes = async () => Promise.all((await everywhere()).map((bytes) => sha256(bytes.toString('latin1'))))
const shownIn = async () => {
  const [page, check, pdf] = await everywhere()
  return [page!.toString().includes(line), check!.toString().includes(line), readPdf(pdf!).elements.includes(line)]
}

/** Presses the one button for it on the page of thanks, or on another. */
async function pressButton(button: 'Add this to my certificate' | 'Take it off my certificate', page = 'done') {
  const { text } = await w.visitor.get(`${path}/${page}`)
  expect(text).toContain(`${button}</button>`)
  const [, form = ''] = /<form class="n" method="post" action="[^"]+\/certificate">(.*?)<\/form>/s.exec(text) ?? []
  const nonce = /name="nonce" value="([^"]+)"/.exec(form)?.[1] ?? ''
  const value = /name="show" value="([^"]+)"/.exec(form)?.[1] ?? ''
  return w.visitor.form(`${path}/certificate`, { show: value, nonce })
}

describe('“Add this to my certificate”', () => {
  it('changes not a byte of page, document and check page until it is pressed, nor after it is taken back', async () => {
    const before = await hashes()
    const snapshot = (await standing()).snapshot
    await press(w, path, 'not-yet')
    expect(await hashes()).toEqual(before)
    await w.visitor.get(`${path}/done`)
    await w.visitor.get(`${path}/account`)
    expect(await hashes()).toEqual(before)

    const sent = await pressButton('Add this to my certificate')
    expect([sent.status, sent.headers.get('location')]).toEqual([303, `${path}/done#certificate`])
    const added = await hashes()
    for (const n of [0, 1, 2]) expect(added[n]).not.toBe(before[n])
    expect(await shownIn()).toEqual([true, true, true])
    // What was printed stays what was printed.
    expect((await standing()).snapshot).toBe(snapshot)

    await pressButton('Take it off my certificate')
    expect(await hashes()).toEqual(before)
  })

  it('says the month of the answer and never the answer', async () => {
    await press(w, path, 'did-not-fit')
    await pressButton('Add this to my certificate')
    at(w, '2027-02-01')
    const [page, check, pdf] = await everywhere()
    for (const text of [page!.toString(), check!.toString()]) {
      expect(text).toContain(`<dt>${line}</dt><dd>December 2026</dd>`)
      expect(text).not.toContain('did not fit')
    }
    expect(check!.toString()).toContain('The last line was added later, as its holder wished')
    const { elements, source } = readPdf(pdf!)
    expect(elements[elements.indexOf(line) + 1]).toBe('December 2026')
    expect(source.split('/S /TH\n')).toHaveLength(source.split('/S /TR\n').length)
  })

  it('is offered only to whoever answered and has a certificate that stands', async () => {
    expect((await w.visitor.get(path)).text).not.toContain('Add this to my certificate')
    await press(w, path, 'once')
    await w.store.write((db) =>
      db.update(certificates).set({ withdrawnAt: w.now(), withdrawnBecause: 'attendance-corrected' }),
    )
    expect((await w.visitor.get(`${path}/done`)).text).not.toContain('Add this to my certificate')
    await expect(showFollowUp(w.ctx(), bookingId)).rejects.toThrow('You have no certificate')
  })

  it('pressed twice, or by two at once, is one wish with one line of history', async () => {
    await press(w, path, 'once')
    await Promise.all([showFollowUp(w.ctx(), bookingId), showFollowUp(w.ctx(), bookingId)])
    const since = (await standing()).showsFollowUpAt
    w.later('PT1H')
    await showFollowUp(w.ctx(), bookingId)
    expect((await standing()).showsFollowUpAt).toBe(since)
    await Promise.all([hideFollowUp(w.ctx(), bookingId), hideFollowUp(w.ctx(), bookingId)])
    const rows = await w.store.read
      .select({ what: history.what })
      .from(history)
      .where(eq(history.about, `certificate:${(await standing()).id}`))
    expect(rows.map(({ what }) => what).filter((what) => what.includes('follow-up'))).toEqual([
      'certificate.follow-up-shown',
      'certificate.follow-up-hidden',
    ])
  })

  it('writes nothing without the nonce of its own page', async () => {
    await press(w, path, 'once')
    const before = await factsHash(w)
    const other = /name="nonce" value="([^"]+)"/.exec((await w.visitor.get(`${path}/change`)).text)?.[1] ?? ''
    for (const nonce of ['', 'abc.def', other]) {
      const { status, text } = await w.visitor.form(`${path}/certificate`, { show: 'on', nonce })
      expect(status).toBe(422)
      expect(text).toContain('This page had been open too long. Press once more')
    }
    expect((await w.visitor.get(`${path}/certificate`)).status).toBe(200)
    expect(await factsHash(w)).toBe(before)
  })

  it('is not for a link of another purpose, another’s booking or an answer that does not count', async () => {
    const before = await factsHash(w)
    const optOut = (await optOutPath(w, bookingId)).replace('/opt-out/', '')
    for (const tried of [path, `/answer/${optOut}`, '/answer/1.AAAAAAAAAAAAAAAAAAAAAA']) {
      const { status, text } = await w.visitor.form(`${tried}/certificate`, { show: 'on', nonce: 'a.b' })
      expect(status).toBe(404)
      expect(text).toContain('<h1>')
    }
    expect(await factsHash(w)).toBe(before)
    await expect(showFollowUp(w.ctx(), bookingId)).rejects.toThrow('Answer the question first')
    await expect(showFollowUp(w.ctx(), 999_999)).rejects.toThrow()
  })

  it('is not shown while the answer is doubted, and comes back when it is confirmed', async () => {
    await press(w, path, 'once')
    await pressButton('Add this to my certificate')
    w.later('PT20S')
    await press(w, `${path}`, 'routine')
    expect(await shownIn()).toEqual([false, false, false])
    w.later('PT2M')
    const page = await w.visitor.get(`${path}/check`)
    const nonce = /name="nonce" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    await w.visitor.form(`${path}/confirm`, { nonce })
    expect(await shownIn()).toEqual([true, true, true])
  })

  it('holds for the certificate that replaces this one, unless it was taken back', async () => {
    await press(w, path, 'once')
    await pressButton('Add this to my certificate')
    const first = (await standing()).id
    const again = async () => {
      await remark(w, bookingId, 'absent')
      while (await w.chores());
      await remark(w, bookingId, 'present')
      while (await w.chores());
    }
    await again()
    expect((await standing()).id).not.toBe(first)
    expect(await shownIn()).toEqual([true, true, true])
    // Another message left with it, and nothing is pressed within a minute of one.
    w.later('PT1M')
    await pressButton('Take it off my certificate')
    await again()
    expect(await shownIn()).toEqual([false, false, false])
  })

  it('can be pressed and taken back on the account when the time to answer is over', async () => {
    await press(w, path, 'once')
    at(w, '2027-06-01')
    const sent = await pressButton('Add this to my certificate', 'account')
    expect(sent.headers.get('location')).toBe(`${path}/account#certificate`)
    expect(await shownIn()).toEqual([true, true, true])
    await pressButton('Take it off my certificate', 'account')
    expect(await shownIn()).toEqual([false, false, false])
  })
})
