import { inflateSync } from 'node:zlib'
import { eq } from 'drizzle-orm'
import jsQR from 'jsqr'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { certificates } from '#db/certificates.ts'
import { agencies, people } from '#db/people.ts'
import { certificateCode } from '#server/certificates/code.ts'
import { certificateHref } from '#server/certificates/link.ts'
import { claimRows, exampleNotice } from '#server/certificates/shared/claims.ts'
import { readSnapshot } from '#server/certificates/snapshot.ts'
import { place, press, sessionsOf } from '../attendance/day.ts'
import { makeWorld, type TestWorld } from '../world.ts'

let world: TestWorld
beforeEach(async () => {
  world = await makeWorld()
})
afterEach(() => world.close())

/** Someone who came in August and has their certificate. */
async function certified(personId = world.stage.bea) {
  const eventId = await world.stage.event({ on: ['2026-08-03'] })
  const bookingId = await place(world, eventId, personId)
  const [session] = await sessionsOf(world, eventId)
  await press(world, session!, bookingId, 'present')
  await world.chores()
  const [row] = await world.store.read.select().from(certificates).where(eq(certificates.bookingId, bookingId))
  const href = await certificateHref(world.ctx(), row!.id)
  return {
    bookingId,
    session: session!,
    id: row!.id,
    claims: readSnapshot(row!.snapshot),
    code: await certificateCode(world.world.secrets, row!.id),
    path: href.replace(world.config.origin, ''),
  }
}

/** What a reader sees, whichever way the signs are written. */
const plain = (text: string) =>
  text.replace(/&(#\d+|amp|lt|gt|quot);/g, (_, name: string) =>
    name.startsWith('#')
      ? String.fromCharCode(Number(name.slice(1)))
      : { amp: '&', lt: '<', gt: '>', quot: '"' }[name]!,
  )

async function pdf(path: string): Promise<{ bytes: Buffer; headers: Headers; status: number }> {
  const answer = await world.app.request(`${world.config.origin}${path}/document.pdf`)
  return { bytes: Buffer.from(await answer.arrayBuffer()), headers: answer.headers, status: answer.status }
}

describe('the certificate’s page', () => {
  it('shows every claim, the code, the way to the PDF, and no address or employer of its holder', async () => {
    const { path, claims, code } = await certified()
    const { status, text, headers } = await world.visitor.get(path)
    expect(status).toBe(200)
    for (const [label, value] of claimRows(claims))
      for (const words of [label, ...[value].flat()]) expect(plain(text)).toContain(words)
    expect(text).toContain(code)
    expect(text).toContain(`href="${path}/document.pdf"`)
    expect(text).toContain(exampleNotice)
    const main = text.slice(text.indexOf('<main>'), text.indexOf('</main>'))
    expect(main).not.toContain('@')
    expect(main).not.toContain('Council children')
    expect(headers.get('x-robots-tag')).toBe('noindex')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(text).toContain('<meta name="robots" content="noindex">')
    expect(text).not.toContain('<script')
  })

  it('shows a name exactly as it was typed, and lets none become markup', async () => {
    for (const name of ['O’Neill-Şahin', 'فاطمة الزهراء', '李', '<b>Bold</b> & Sons']) {
      const { path } = await certified(await world.stage.person(name))
      const { text } = await world.visitor.get(path)
      expect(plain(text)).toContain(name)
      expect(text).not.toContain('<b>Bold')
    }
  })

  it('is there for its token alone', async () => {
    const mine = await certified()
    const theirs = await certified(world.stage.olu)
    const [, token] = /\/certificates\/(.+)$/.exec(mine.path) ?? []
    const [id, mac] = token!.split('.')
    const [other] = /[^/]+$/.exec(theirs.path)!
    for (const tried of [`${id}`, `${id}.${'A'.repeat(22)}`, `${other!.split('.')[0]}.${mac}`, '1', 'EX-2026-000001']) {
      expect((await world.visitor.get(`/certificates/${tried}`)).status).toBe(404)
      expect((await world.visitor.get(`/certificates/${tried}/document.pdf`)).status).toBe(404)
    }
  })

  it('says when it was withdrawn, and what replaced it; the document is gone', async () => {
    const { path, session, bookingId } = await certified()
    await press(world, session, bookingId, 'absent')
    await world.chores()
    expect(plain((await world.visitor.get(path)).text)).toContain('This certificate was withdrawn on 14 September 2026')
    expect((await pdf(path)).status).toBe(404)
    await press(world, session, bookingId, 'present')
    await world.chores()
    expect((await world.visitor.get(path)).text).toContain('EX-2026-000002')
  })
})

describe('the certificate as a file', () => {
  it('is a tagged PDF in British English under its number, the same byte for byte each time', async () => {
    const { path, claims } = await certified()
    const first = await pdf(path)
    expect(first.status).toBe(200)
    expect(first.headers.get('content-type')).toBe('application/pdf')
    expect(first.headers.get('content-disposition')).toBe(`attachment; filename="certificate-${claims.number}.pdf"`)
    expect(first.headers.get('x-robots-tag')).toBe('noindex')
    const source = first.bytes.toString('latin1')
    expect(source).toContain('/StructTreeRoot')
    expect(source).toMatch(/\/Lang \(en-GB\)/)
    world.later('P1D')
    expect((await pdf(path)).bytes.equals(first.bytes)).toBe(true)
  })

  it('carries a QR code that leads to the check page, which says valid and shows every printed claim', async () => {
    const { path, claims, code } = await certified()
    const address = readQr((await pdf(path)).bytes)
    expect(address).toBe(`${world.config.origin}/check/${code}`)
    const { status, text } = await world.visitor.get(address.replace(world.config.origin, ''))
    expect(status).toBe(200)
    expect(text).toContain('This certificate is valid')
    for (const [label, value] of claimRows(claims))
      for (const words of [label, ...[value].flat()]) expect(plain(text)).toContain(words)
  })
})

describe('the check page', () => {
  it('asks for the code and nothing else, and takes it however it was typed', async () => {
    const { code } = await certified()
    const form = await world.visitor.get('/check')
    expect(form.status).toBe(200)
    expect(form.text.match(/<input/g)).toHaveLength(1)
    const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')
    const answer = await world.visitor.get(`/check?code=${encodeURIComponent(typed)}`)
    expect([answer.status, answer.headers.get('location')]).toEqual([302, `/check/${code}`])
    expect((await world.visitor.get(`/check/${encodeURIComponent(typed)}`)).text).toContain('This certificate is valid')
    const wrong = await world.visitor.get('/check?code=%3Cscript%3E')
    expect(wrong.status).toBe(422)
    expect(wrong.text).toContain('There is a problem')
    expect(wrong.text).not.toContain('<script')
  })

  it('gives away no address, employer or id, and is not to be indexed', async () => {
    const { code, id } = await certified()
    const { text, headers } = await world.visitor.get(`/check/${code}`)
    const main = text.slice(text.indexOf('<main>'), text.indexOf('</main>'))
    const [bea] = await world.store.read
      .select({ email: people.email, agency: agencies.name })
      .from(people)
      .innerJoin(agencies, eq(agencies.id, people.agencyId))
      .where(eq(people.id, world.stage.bea))
    expect(main).not.toContain('@')
    expect(text).not.toContain(bea!.email!)
    expect(plain(text)).not.toContain(bea!.agency)
    expect(text).not.toContain(await certificateHref(world.ctx(), id))
    expect(text).not.toMatch(/"\/certificates/)
    expect(headers.get('x-robots-tag')).toBe('noindex')
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it('says withdrawn, replaced and unknown', async () => {
    const { code, session, bookingId } = await certified()
    const title = async (path: string) => /<h1>(.*?)<\/h1>/.exec((await world.visitor.get(path)).text)?.[1]
    await press(world, session, bookingId, 'left-early')
    await world.chores()
    expect(await title(`/check/${code}`)).toBe('This certificate was withdrawn')
    await press(world, session, bookingId, 'late')
    await world.chores()
    expect(await title(`/check/${code}`)).toBe('This certificate was replaced')
    expect((await world.visitor.get(`/check/${code}`)).text).toContain('EX-2026-000002')
    const unknown = await world.visitor.get('/check/0000-0000-0000-0000')
    expect(unknown.status).toBe(404)
    expect(unknown.text).toContain('We hold no record of this certificate')
    expect((await world.visitor.get('/check/nonsense')).status).toBe(404)
  })

  it('holds no record of someone who was erased', async () => {
    const { code, path } = await certified()
    await world.store.write((db) =>
      db.update(people).set({ erasedAt: world.now() }).where(eq(people.id, world.stage.bea)),
    )
    expect((await world.visitor.get(`/check/${code}`)).text).toContain('We hold no record of this certificate')
    expect((await world.visitor.get(path)).status).toBe(404)
  })

  it('still knows certificates printed before the key was changed', async () => {
    const { code, path } = await certified()
    world.world.secrets.unshift('another secret, newer, of thirty-two characters')
    expect((await world.visitor.get(`/check/${code}`)).text).toContain('This certificate is valid')
    expect((await world.visitor.get(path)).text).toContain(code)
  })

  it('stops whoever tries codes one after another, for a minute', async () => {
    const { code } = await certified()
    for (let n = 0; n < 100; n++) {
      const guess = `0000-0000-0000-${String(n).padStart(4, '0')}`
      expect((await world.visitor.get(`/check/${guess}`)).status).toBe(404)
    }
    const refused = await world.visitor.get(`/check/${code}`)
    expect(refused.status).toBe(429)
    expect(refused.text).not.toContain('Bea Fern')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60)
    world.later('PT1M')
    expect((await world.visitor.get(`/check/${code}`)).status).toBe(200)
  })
})

describe('my certificates', () => {
  it('are mine alone, with those withdrawn', async () => {
    const mine = await certified()
    const theirs = await certified(world.stage.olu)
    const bea = await world.as(world.stage.bea)
    const { json, text } = await bea.get('/api/certificates')
    expect(json.certificates).toEqual([
      {
        bookingId: mine.bookingId,
        course: 'Recognising neglect',
        dates: 'Monday 3 August 2026',
        hours: 6,
        number: 'EX-2026-000001',
        href: mine.path,
        status: 'valid',
        statusWords: 'Valid',
        accountHref: null,
      },
    ])
    expect(text).not.toContain(theirs.claims.number)
    await press(world, mine.session, mine.bookingId, 'absent')
    await world.chores()
    expect((await bea.get('/api/certificates')).json.certificates).toMatchObject([
      { status: 'withdrawn', statusWords: 'Withdrawn on 14 September 2026' },
    ])
    expect((await world.visitor.get('/api/certificates')).status).toBe(401)
    expect((await (await world.asNew('new@council.test')).get('/api/certificates')).json).toEqual({ certificates: [] })
  })
})

/** Reads the QR code out of the drawing of the page, as a camera would: squares on paper. */
function readQr(bytes: Buffer): string {
  const squares: [x: number, y: number, width: number, height: number][] = []
  for (const stream of streamsOf(bytes)) {
    for (const run of stream.split(/\bBDC\b/)) {
      if (!/\bre\b/.test(run)) continue
      const found = [...run.matchAll(/(-?[\d.]+) (-?[\d.]+) (-?[\d.]+) (-?[\d.]+) re\b/g)].map((match) =>
        match.slice(1, 5).map(Number),
      ) as typeof squares
      if (found.length > squares.length) squares.splice(0, squares.length, ...found)
    }
  }
  const unit = Math.min(...squares.map(([, , width]) => width))
  const [left, top] = [Math.min(...squares.map(([x]) => x)), Math.min(...squares.map(([, y]) => y))]
  const scale = 4
  const quiet = 4
  const across = Math.round((Math.max(...squares.map(([x, , width]) => x + width)) - left) / unit)
  const size = (across + 2 * quiet) * scale
  const pixels = new Uint8ClampedArray(size * size * 4).fill(255)
  for (const [x, y, width] of squares) {
    const column = Math.round((x - left) / unit)
    const row = Math.round((y - top) / unit)
    for (let a = 0; a < Math.round(width / unit) * scale; a++)
      for (let b = 0; b < scale; b++) {
        const at = (((row + quiet) * scale + b) * size + (column + quiet) * scale + a) * 4
        pixels[at] = pixels[at + 1] = pixels[at + 2] = 0
      }
  }
  return jsQR.default(pixels, size, size)?.data ?? ''
}

function streamsOf(bytes: Buffer): string[] {
  const source = bytes.toString('latin1')
  return [...source.matchAll(/stream\r?\n/g)].flatMap(({ index, 0: { length } }) => {
    const end = source.indexOf('endstream', index)
    try {
      return [inflateSync(bytes.subarray(index + length, end)).toString('latin1')]
    } catch {
      return []
    }
  })
}
