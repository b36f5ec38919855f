import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { messages, programmes, singleAgencyReturns, singleAgencyThemes, themes } from '#db/schema.ts'
import { returnNumber, tellReturn } from '#server/impact/agency-return.ts'
import { monthTyped } from '#server/impact/return-page.ts'
import { makeDatedToken } from '#server/keys.ts'
import type { Role } from '#server/people/input.ts'
import { at, factsHash, historyOf, messagesOf, nonceIn } from '#test/surveys/facts.ts'
import { makeWorld, type TestWorld } from '#test/world.ts'

let w: TestWorld
let neglect: number
let abuse: number
beforeEach(async () => {
  w = await makeWorld()
  const made = await w.store.write((db) =>
    db
      .insert(themes)
      .values([{ name: 'Neglect' }, { name: 'Domestic abuse' }])
      .returning(),
  )
  ;[neglect, abuse] = made.map(({ id }) => id) as [number, number]
})
afterEach(() => w.close())

const ada = () => w.as(w.stage.ada, 'coordinator')
const ask = async (asked: Record<string, string>, programme = '2025-26') =>
  (await ada()).post('/api/single-agency-returns', { programme, asked })
const askTrust = () => ask({ [w.stage.agencies.trust]: 'training@trust.test' })
const remind = async (agencyId = w.stage.agencies.trust) =>
  (await ada()).post('/api/single-agency-returns/reminder', { programme: '2025-26', agencyId })
const page = async () => (await (await ada()).get('/api/single-agency-returns?programme=2025-26')).json
const letters = () => w.kept.filter(({ to }) => /trust\.test$/.test(to.address))
const keyOf = async (agencyId: number) => {
  const [year] = await w.store.read.select().from(programmes).where(eq(programmes.name, '2025-26'))
  return { agencyId, programmeId: year!.id }
}
const pathOf = async (agencyId = w.stage.agencies.trust) => {
  const [row] = await w.store.read.select().from(singleAgencyReturns).where(eq(singleAgencyReturns.agencyId, agencyId))
  const number = returnNumber(await keyOf(agencyId))
  return `/agency-return/${await makeDatedToken(w.world.secrets, 'single-agency-return', number, row?.askedAt ?? w.now())}`
}
const fields = (more: Record<string, string> = {}) => ({
  staff: '1,200',
  taught: '840',
  [`last-${neglect}`]: 'March 2026',
  [`people-${neglect}`]: '300',
  [`last-${abuse}`]: '',
  [`people-${abuse}`]: '',
  evidence: 'Our training record',
  toldBy: 'Pat Low',
  ...more,
})
const tell = async (more: Record<string, string> = {}, path?: string) => {
  const its = path ?? (await pathOf())
  const nonce = nonceIn((await w.visitor.get(its)).text)
  return w.visitor.form(its, { nonce, ...fields(more) })
}

describe('asking', () => {
  it('owes each agency one message with a link of its own, which opens its own page', async () => {
    const answer = await ask({
      [w.stage.agencies.trust]: 'training@trust.test',
      [w.stage.agencies.council]: 'training@council.test',
    })
    expect(answer.json).toEqual({ asked: 2 })
    await w.chores()
    expect(letters()).toHaveLength(1)
    const [letter] = letters()
    expect(letter!.subject).toBe('Once a year: what Riverside NHS Trust taught its own people')
    expect(letter!.text).toContain('1 April 2025 to 31 March 2026')
    const path = /(\/agency-return\/\S+)/.exec(letter!.text)![1]!
    expect(path).toBe(await pathOf())
    const { status, text } = await w.visitor.get(path)
    expect(status).toBe(200)
    expect(text).toContain('What Riverside NHS Trust taught its own people')
    expect(text).toContain('Told to us, not checked')
    expect((await page()).asked).toHaveLength(2)
  })

  it('at the same address twice is asking once; at another the message goes there alone', async () => {
    await askTrust()
    expect((await askTrust()).json).toEqual({ asked: 0 })
    w.later('PT1M')
    await ask({ [w.stage.agencies.trust]: 'learning@trust.test' })
    await w.chores()
    expect(letters().map(({ to }) => to.address)).toEqual(['learning@trust.test'])
  })

  it('by two at once is asking once', async () => {
    await Promise.all([askTrust(), askTrust()])
    expect(await messagesOf(w, 'single-agency-return')).toHaveLength(1)
  })

  it('keeps the address in the return, not in the messages that are kept for good', async () => {
    await askTrust()
    const [message] = await w.store.read.select().from(messages).where(eq(messages.kind, 'single-agency-return'))
    expect(message).toMatchObject({ toAddress: null, toPersonId: null })
  })

  it('is of a year in its last month, and until half a year after its end', async () => {
    const running = await ask({ [w.stage.agencies.trust]: 'training@trust.test' }, '2026-27')
    expect(running.status).toBe(409)
    expect(running.text).toContain('28 February 2027')
    expect((await ask({ [w.stage.agencies.trust]: 'training@trust.test' }, '2024-25')).status).toBe(409)
    at(w, '2026-10-01')
    expect((await askTrust()).status).toBe(409)
    at(w, '2026-09-30')
    expect((await askTrust()).status).toBe(201)
  })

  it('is of agencies that belong to no other, at an address that can be', async () => {
    expect((await ask({})).status).toBe(422)
    expect((await ask({ [w.stage.agencies.school]: 'office@school.test' })).status).toBe(422)
    expect((await ask({ [w.stage.agencies.trust]: 'no address' })).json.errors).toMatchObject([
      { path: `asked.${w.stage.agencies.trust}` },
    ])
    expect(await w.store.read.$count(singleAgencyReturns)).toBe(0)
  })

  it('reminds by one press, once a day, and no agency that has told', async () => {
    await askTrust()
    expect((await remind()).json.code).toBe('reminded-today')
    at(w, '2026-09-15')
    const both = await Promise.all([remind(), remind()])
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409])
    await w.chores()
    expect(letters().at(-1)?.subject).toMatch(/^Reminder: /)
    expect((await page()).asked).toMatchObject([{ reminded: '15 September 2026', told: null }])
    await tell()
    at(w, '2026-09-16')
    expect((await remind()).json.code).toBe('told-already')
    expect((await remind(w.stage.agencies.council)).status).toBe(404)
  })

  it('sends nothing that still waits once the agency has told', async () => {
    await askTrust()
    await tell()
    await w.chores()
    expect(letters()).toEqual([])
  })

  it('is the coordinator’s alone', async () => {
    await askTrust()
    for (const [who, role] of [
      [w.stage.sue, 'sub-group'],
      [w.stage.mo, 'administrator'],
      [w.stage.lena, 'agency-lead'],
      [w.stage.bea, 'delegate'],
    ] as [number, Role][]) {
      const one = await w.as(who, role)
      expect((await one.get('/api/single-agency-returns')).status, role).toBe(403)
      expect((await one.post('/api/single-agency-returns', {})).status, role).toBe(403)
      expect((await one.post('/api/single-agency-returns/reminder', {})).status, role).toBe(403)
    }
  })
})

describe('the page behind the link', () => {
  it('writes nothing by being opened', async () => {
    await askTrust()
    const before = await factsHash(w)
    const path = await pathOf()
    for (const one of [path, `${path}/done`]) await w.visitor.get(one)
    expect(await factsHash(w)).toBe(before)
  })

  it('keeps what is told, shows it again, and takes a change in its place', async () => {
    await askTrust()
    const sent = await tell()
    expect(sent.status).toBe(303)
    const done = await w.visitor.get(sent.headers.get('location')!)
    expect(done.text).toContain('Thank you: your return is in')
    expect((await page()).asked).toMatchObject([
      {
        told: {
          staff: 1200,
          taught: 840,
          evidence: 'Our training record',
          by: 'Pat Low',
          themes: [{ name: 'Neglect', last: 'March 2026', people: 300 }],
        },
      },
    ])
    const again = (await w.visitor.get(await pathOf())).text
    expect(again).toContain('value="March 2026"')
    expect(again).toContain('value="1200"')
    await tell({
      taught: '',
      [`last-${neglect}`]: '',
      [`people-${neglect}`]: '',
      [`last-${abuse}`]: '11/25',
      [`people-${abuse}`]: '7',
    })
    expect((await page()).asked[0].told).toMatchObject({
      taught: null,
      themes: [{ name: 'Domestic abuse', last: 'November 2025', people: 7 }],
    })
    expect((await historyOf(w, `agency:${w.stage.agencies.trust}`)).map(({ what }) => what)).toEqual([
      'return.asked',
      'return.told',
      'return.changed',
    ])
  })

  it('keeps the same return sent twice once', async () => {
    await askTrust()
    const answers = await Promise.all([tell(), tell()])
    expect(answers.map(({ status }) => status)).toEqual([303, 303])
    expect(await w.store.read.$count(singleAgencyThemes)).toBe(1)
    const told = (await historyOf(w, `agency:${w.stage.agencies.trust}`)).filter(({ what }) => what !== 'return.asked')
    expect(told.map(({ what }) => what)).toEqual(['return.told'])
  })

  it('says all that is wrong at once, in the order of the page, and keeps what was typed', async () => {
    await askTrust()
    const { status, text } = await tell({
      staff: 'many',
      taught: '1.5',
      [`last-${neglect}`]: 'spring',
      [`people-${abuse}`]: '4',
      toldBy: '',
    })
    expect(status).toBe(422)
    const said = [...text.matchAll(/<li><a href="#([^"]+)">/g)].map(([, field]) => field)
    expect(said).toEqual(['staff', 'taught', `last-${abuse}`, `last-${neglect}`, 'toldBy'])
    expect(text).toContain('value="spring"')
    const more = await tell({ staff: '10', taught: '11', [`last-${neglect}`]: 'October 2026' })
    expect(more.status).toBe(422)
    expect(more.text).toContain('No more can have been taught than work there')
    expect(more.text).toContain('Enter a month that is not still to come')
    expect(await w.store.read.$count(singleAgencyThemes)).toBe(0)
  })

  it('takes no press without a page of ours, nor with the page of another agency', async () => {
    await ask({
      [w.stage.agencies.trust]: 'training@trust.test',
      [w.stage.agencies.council]: 'training@council.test',
    })
    const path = await pathOf()
    expect((await w.visitor.form(path, fields())).status).toBe(422)
    const others = nonceIn((await w.visitor.get(await pathOf(w.stage.agencies.council))).text)
    expect((await w.visitor.form(path, { nonce: others, ...fields() })).status).toBe(422)
    expect((await page()).asked.filter((one: { told: unknown }) => one.told)).toEqual([])
  })

  it('is not to be guessed from another agency’s link, and is not there before it was asked for', async () => {
    await askTrust()
    const path = await pathOf()
    const others = await pathOf(w.stage.agencies.council)
    expect((await w.visitor.get(others)).status).toBe(404)
    await ask({ [w.stage.agencies.council]: 'training@council.test' })
    const [mine = '', theirs = ''] = [path, others].map((one) => one.split('/').at(-1)!)
    const forged = `${theirs.split('.')[0]}.${mine.split('.')[1]}`
    expect((await w.visitor.get(`/agency-return/${forged}`)).status).toBe(404)
    expect((await w.visitor.form(`/agency-return/${forged}`, fields())).status).toBe(404)
    expect((await w.visitor.get('/agency-return/none')).status).toBe(404)
  })

  it('dies when the return is asked for again at another address', async () => {
    await askTrust()
    const old = await pathOf()
    const nonce = nonceIn((await w.visitor.get(old)).text)
    w.later('PT1M')
    await ask({ [w.stage.agencies.trust]: 'learning@trust.test' })
    for (const path of [old, `${old}/done`]) {
      const { status, text } = await w.visitor.get(path)
      expect(status).toBe(410)
      expect(text).toContain('This link does not work any more')
      expect(text).not.toContain('Riverside')
    }
    expect((await w.visitor.form(old, { nonce, ...fields() })).status).toBe(410)
    expect((await page()).asked[0].told).toBeNull()
    expect((await tell()).status).toBe(303)
    const key = await keyOf(w.stage.agencies.trust)
    const late = tellReturn(
      w.ctx(),
      { ...key, askedAt: 1 },
      { staff: 1, taught: 1, themes: [], evidence: null, toldBy: 'X' },
    )
    await expect(late).rejects.toMatchObject({ code: 'asked-anew' })
  })

  it('is open until half a year after the year’s end, and then says what stands', async () => {
    await askTrust()
    await tell()
    at(w, '2026-09-30', '23:00')
    expect((await tell({ taught: '850' })).status).toBe(303)
    const nonce = nonceIn((await w.visitor.get(await pathOf())).text)
    at(w, '2026-10-01', '00:30')
    const closed = await w.visitor.get(await pathOf())
    expect(closed.status).toBe(410)
    expect(closed.text).toContain('What you told us stands')
    expect(closed.text).toContain('850')
    expect((await w.visitor.form(await pathOf(), { nonce, ...fields() })).status).toBe(410)
    expect((await page()).asked[0].told.taught).toBe(850)
  })

  it('reads a month as people write one', () => {
    for (const typed of ['March 2026', 'mar 2026', '3 2026', '03/2026', '3/26', '2026-03', '03.2026'])
      expect(monthTyped(typed), typed).toBe('2026-03-01')
    expect(monthTyped('Sept. 2025')).toBe('2025-09-01')
    for (const typed of ['', '2026', '13 2026', '0 2026', 'Marchember 2026 or so', '3 1870', '31 3 2026', 'May'])
      expect(monthTyped(typed), typed).toBeNull()
  })
})
