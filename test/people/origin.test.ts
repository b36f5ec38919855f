import { describe, expect, it } from 'vitest'
import { byToken, withoutOrigin } from '#server/middleware.ts'
import { makeWorld } from '#test/world.ts'

const types = {
  json: 'application/json',
  text: 'text/plain',
  form: 'application/x-www-form-urlencoded',
  multipart: 'multipart/form-data; boundary=x',
  none: undefined,
}
const sites = ['same-origin', 'same-site', 'cross-site', 'none', undefined]
const origins = { ours: 'https://training.test', theirs: 'https://evil.test', opaque: 'null', none: undefined }

describe('where a write may come from', () => {
  it('is our own pages only, whatever its content type, and then only as JSON', async () => {
    const world = await makeWorld({ mode: 'live' })
    const wrong: string[] = []
    for (const [typeName, type] of Object.entries(types))
      for (const site of sites)
        for (const [originName, origin] of Object.entries(origins)) {
          const isOurs = site === undefined ? originName === 'ours' : site === 'same-origin'
          const expected = !isOurs ? 403 : typeName === 'json' ? 202 : 415
          const body = JSON.stringify({ email: 'bea.fern@council.test' })
          const headers = new Headers({ 'content-length': String(body.length) })
          if (type) headers.set('content-type', type)
          if (site) headers.set('sec-fetch-site', site)
          if (origin) headers.set('origin', origin)
          const answer = await world.app.request('https://training.test/api/sign-in/codes', {
            method: 'POST',
            // Bytes, so that no content type is added where none is wanted.
            body: new TextEncoder().encode(body),
            headers,
          })
          if (answer.status !== expected)
            wrong.push(`${typeName}, ${site ?? 'no site'}, origin ${originName}: ${answer.status}, not ${expected}`)
        }
    expect(wrong).toEqual([])
    await world.close()
  })

  it('goes by the configured address, not by the one the request names', async () => {
    const world = await makeWorld({ mode: 'live' })
    const answer = await world.app.request('https://evil.test/api/sign-in', {
      method: 'DELETE',
      headers: { origin: 'https://evil.test', host: 'evil.test' },
    })
    expect(answer.status).toBe(403)
    await world.close()
  })

  it('has these exceptions and no other', () => {
    expect(withoutOrigin.map(String)).toEqual([
      String.raw`/^\/opt-out\/[\w.-]+\/one-click$/`,
      String.raw`/^\/bounces(\/[\w-]+)?$/`,
      String.raw`/^\/example\//`,
    ])
    expect(byToken.map(String)).toEqual([String.raw`/^\/(answer|opt-out|before|day|cannot-come)\//`])
  })
})
