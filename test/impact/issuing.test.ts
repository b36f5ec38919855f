import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { messages, optOuts, people, reports, responses } from '#db/schema.ts'
import { issue } from '#server/impact/issuing.ts'
import { impactPages } from '#server/impact/pages.ts'
import { summaryDue } from '#server/impact/report-telling.ts'
import { makeToken, sha256 } from '#server/keys.ts'
import { alike, attend } from './attenders.ts'
import {
  aDayLater,
  agreedIn,
  at,
  aYear,
  issuedIn,
  issueIn,
  type ReportRoom,
  reportRoom,
  seenIn,
} from './report-room.ts'

let w: ReportRoom
beforeEach(async () => {
  w = await reportRoom()
})
afterEach(() => w.close())

const reportOf = async (id: number) => (await w.store.read.select().from(reports).where(eq(reports.id, id)))[0]!

describe('issuing', () => {
  it('numbers, dates and hashes the report: the hash is that of the body, byte by byte', async () => {
    const id = await issuedIn(w)
    const { body, hash, number, state, issuedAt, proof } = await reportOf(id)
    expect({ number, state, issuedAt }).toEqual({ number: 1, state: 'issued', issuedAt: w.now() })
    expect(await sha256(body!)).toBe(hash)
    const file = await w.sue.get(`/api/reports/${id}/document.json`)
    expect(await sha256(file.text)).toBe(hash)
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="afterwards-report-1.json"')
    expect(proof).toContain(hash)
    expect((await w.sue.get(`/api/reports/${id}/proof.txt`)).text).toMatch(/It holds\.$/)
    expect(await issuedIn(w, { scope: 'course', programme: '2025-26', course: 'NEG1' }).then(reportOf)).toMatchObject({
      number: 2,
    })
  })

  it('freezes pages, wordings, method, what it cannot tell, who agreed and what is asked for', async () => {
    const id = await issuedIn(w)
    const { json } = await w.sue.get(`/api/reports/${id}`)
    const { body } = json
    expect(body.issued).toEqual({ number: 1, on: '2026-09-14', words: 'Monday 14 September 2026' })
    expect(body.agreed.present).toHaveLength(2)
    expect(json.page.figures.find(({ key }: { key: string }) => key === 'whole-room').sentence).toMatch(
      /^Of 24 people who came, 16 told us/,
    )
    expect(body.wordings.map(({ stage }: { stage: string }) => stage)).toEqual(['Before the day', 'Three months on'])
    expect(body.wordings[1].questions[0].options.length).toBeGreaterThan(5)
    expect(body.method.join(' ')).not.toMatch(/live/)
    expect(body.cannotTell).toHaveLength(3)
    expect(body.corrections).toEqual(['This is the first report of its kind, so there is nothing earlier to correct.'])
    expect(json).toMatchObject({ seen: null, inTheWay: [], number: 1 })
  })

  it('is what was frozen, whatever changes afterwards, and no statement can change it', async () => {
    const id = await issuedIn(w)
    const before = await w.sue.get(`/api/reports/${id}`)
    const csv = await w.sue.get(`/api/reports/${id}/document.csv`)
    await w.client.execute("update marks set mark = 'absent' where booking_id in (select id from bookings limit 4)")
    await w.client.execute('delete from answers')
    await w.client.execute("update courses set title = 'Another name'")
    const after = await w.sue.get(`/api/reports/${id}`)
    expect(after.json).toEqual(before.json)
    expect((await w.sue.get(`/api/reports/${id}/document.csv`)).text).toBe(csv.text)
    for (const statement of [
      `update reports set title = 'x' where id = ${id}`,
      `update reports set state = 'draft' where id = ${id}`,
      `delete from reports where id = ${id}`,
      'update report_rows set units = 1',
      'delete from report_rows',
      'update report_present set people = 9',
      'delete from report_present',
    ])
      await expect(w.client.execute(statement), statement).rejects.toThrow(/never (changed|removed)/)
  })

  it('is refused while anyone is still being asked, and says until when', async () => {
    await attend(w, await w.stage.event({ on: ['2026-03-30'] }), [
      ...alike(11, { practice: 'once', asked: ['2026-06-30', '2026-07-10'] }),
      { asked: ['2026-06-30', '2026-09-10'] },
    ])
    const id = await agreedIn(w)
    const { json } = await w.ada.get(`/api/reports/${id}`)
    expect(json.inTheWay).toEqual([
      expect.stringMatching(/^It is still provisional\. 1 is still being asked.* by \w+ \d/),
    ])
    expect((await issueIn(w, id)).json).toMatchObject({ status: 409, code: 'provisional', title: json.inTheWay[0] })
    expect(await reportOf(id)).toMatchObject({ state: 'agreed', number: null })
  })

  it('issues what was read and nothing else: an answer that comes in between is refused and worked out anew', async () => {
    const id = await agreedIn(w)
    const seen = await seenIn(w, id)
    await attend(w, w.event, alike(3, { practice: 'once' }))
    expect((await issueIn(w, id, seen)).json).toMatchObject({ status: 409, code: 'changed' })
    const again = await seenIn(w, id)
    expect(again).not.toBe(seen)
    expect((await issueIn(w, id, again)).status).toBe(201)
  })

  it('does not write what changed while it was proved', async () => {
    const id = await agreedIn(w)
    const seen = await seenIn(w, id)
    let readings = 0
    const ctx = w.ctx({ kind: 'operator' })
    const answer = issue(ctx, id, seen, async (...given) => {
      const read = await impactPages(...given)
      // After the figures were read, before they are written.
      if (readings++ === 1) await attend(w, w.event, alike(2, { practice: 'routine' }))
      return read
    })
    await expect(answer).rejects.toMatchObject({ code: 'changed' })
    expect(await reportOf(id)).toMatchObject({ state: 'agreed', body: null })
  })

  it('is done once when two press at once; the other is told', async () => {
    const id = await agreedIn(w)
    const seen = await seenIn(w, id)
    const answers = await Promise.all([issueIn(w, id, seen), issueIn(w, id, seen)])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
    expect(answers.find(({ status }) => status === 409)!.json).toMatchObject({
      code: 'issued',
      title: 'It has been issued, as report 1, and changes no more.',
    })
    const [row] = (await w.client.execute("select count(*) as n from history where what = 'report.issued'")).rows
    expect(row!.n).toBe(1)
  })

  it('numbers two reports that are issued at once one after the other', async () => {
    const ids = [await agreedIn(w), await agreedIn(w, { scope: 'course', programme: '2025-26', course: 'NEG1' })]
    const seen = await Promise.all(ids.map((id) => seenIn(w, id)))
    await Promise.all(ids.map((id, n) => issueIn(w, id, seen[n])))
    for (const [n, id] of ids.entries())
      if ((await reportOf(id)).state !== 'issued')
        expect((await issueIn(w, id, await seenIn(w, ids[n]!))).status).toBe(201)
    expect((await Promise.all(ids.map(reportOf))).map(({ number }) => number).sort()).toEqual([1, 2])
  })

  it('is refused when beside an earlier report how too few answered could be worked out', async () => {
    const id = await issuedIn(w)
    const [row] = (
      await w.client.execute("select units from report_rows where measure = 'practice' and row = 'programme'")
    ).rows
    const units = JSON.parse(String(row!.units)) as string[]
    // Another report that shows all but three of the same people.
    const next = await agreedIn(w)
    const answer = issue(w.ctx({ kind: 'operator' }), next, await seenIn(w, next), async (...given) => {
      const { pages, shown } = await impactPages(...given)
      return {
        pages,
        shown: shown.map((one) => (one.measure === 'practice' ? { ...one, units: units.slice(3) } : one)),
      }
    })
    await expect(answer).rejects.toMatchObject({ code: 'changed' })
    const reads: typeof impactPages = async (...given) => {
      const { pages, shown } = await impactPages(...given)
      return {
        pages,
        shown: shown.map((one) => (one.measure === 'practice' ? { ...one, units: units.slice(3) } : one)),
      }
    }
    const { readingOf } = await import('#server/impact/report-body.ts')
    const { seen } = await readingOf(w.ctx(), await reportOf(next), reads)
    await expect(issue(w.ctx({ kind: 'operator' }), next, seen, reads)).rejects.toMatchObject({
      code: 'not-proved',
      message: expect.stringMatching(/rests on 3 people/),
    })
    expect((await reportOf(id)).number).toBe(1)
    expect((await reportOf(next)).state).toBe('agreed')
  })
})

describe('the next report of the same', () => {
  it('says what was corrected since, in counts', async () => {
    await issuedIn(w)
    await aDayLater(w)
    await attend(w, w.event, [...alike(6, { practice: 'once' }), {}])
    const next = await issuedIn(w)
    const { corrections } = (await w.sue.get(`/api/reports/${next}`)).json.body
    expect(corrections[0]).toMatch(/^Since report 1 of Monday 14 September 2026, /)
    expect(corrections[1]).toBe(
      corrections.find((words: string) => words.startsWith('Programme 2025 to 2026: ')) ?? 'missing',
    )
    expect(corrections[1]).toMatch(/31 people came, where 24 had been counted \(attendance corrected\)/)
    expect(corrections[1]).toMatch(/6 answers have come in since, 22 in all/)
  })

  it('says so when nothing was', async () => {
    await issuedIn(w)
    await aDayLater(w)
    const next = await issuedIn(w)
    expect((await w.sue.get(`/api/reports/${next}`)).json.body.corrections).toEqual([
      'Nothing that report 1 of Monday 14 September 2026 said has been corrected since.',
    ])
  })
})

describe('the summary of an issued report', () => {
  const told = () => w.store.read.select().from(messages).where(eq(messages.kind, 'report-summary'))
  const run = async () => {
    while (await summaryDue(w.ctx(), w.world));
    return told()
  }

  it('is read by whoever has the link, and nobody else finds one', async () => {
    const id = await agreedIn(w)
    const path = `/summary/${await makeToken(w.world.secrets, 'summary', id)}`
    expect((await w.visitor.get(path)).status).toBe(404)
    await issueIn(w, id)
    const { status, text } = await w.visitor.get(path)
    expect(status).toBe(200)
    expect(text).toContain('Of 24 people who came, 16 told us')
    expect(text).toContain('What this cannot tell you')
    expect(text).toContain('From report 1')
    expect((await w.visitor.get('/summary/1.AAAAAAAAAAAAAAAAAAAAAA')).status).toBe(404)
    expect((await w.sue.get(`/api/reports/${id}`)).json.summaryHref).toBe(path)
  })

  it('is sent once to each person who attended in scope, also to the silent, within asking hours', async () => {
    const other = await w.stage.event({ on: ['2026-02-20'] })
    const [again] = await attend(w, other, [{ practice: 'once' }, ...alike(11, {}), { absent: true }])
    // The first of both events is one person.
    await w.client.execute(
      `update bookings set person_id = (select person_id from bookings where id = ${w.bookings[0]}) where id = ${again}`,
    )
    at(w, '2026-09-14', '09:00')
    await issuedIn(w)
    expect(await run()).toHaveLength(0)
    at(w, '2026-09-14', '10:00')
    const all = await run()
    expect(all).toHaveLength(24 + 11)
    expect(new Set(all.map(({ toPersonId }) => toPersonId)).size).toBe(24 + 11)
    at(w, '2026-09-15')
    expect(await run()).toHaveLength(35)
    await w.chores()
    const letter = w.kept.find(({ subject }) => subject.startsWith('What came of it, on one page'))!
    expect(letter.text).toContain('/summary/')
    expect(letter.text).toContain('programme 2025 to 2026')
  })

  it('goes to nobody who opted out of everything, was erased or has no address, and not a month later', async () => {
    const person = async (n: number) =>
      Number((await w.client.execute(`select person_id from bookings where id = ${w.bookings[n]}`)).rows[0]!.person_id)
    const [first, second] = [await person(0), await person(1)]
    await w.store.write(async (db) => {
      await db.insert(optOuts).values({ personId: first, scope: 'all', bookingId: w.bookings[0]!, at: w.now() })
      await db.update(people).set({ email: null, erasedAt: w.now() }).where(eq(people.id, second))
    })
    await issuedIn(w)
    at(w, '2026-10-16')
    expect(await run()).toHaveLength(0)
    at(w, '2026-09-15')
    expect(await run()).toHaveLength(22)
  })
})

it('reads the same year, whoever asks', async () => {
  const id = await issuedIn(w, aYear)
  const [ada, sue, mo] = await Promise.all([w.ada, w.sue, w.mo].map((one) => one.get(`/api/reports/${id}`)))
  expect(sue!.json.body).toEqual(ada!.json.body)
  expect(mo!.json.body).toEqual(ada!.json.body)
  expect(await w.store.read.select().from(responses)).not.toHaveLength(0)
})
