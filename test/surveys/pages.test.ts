import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isOurNonce, mintNonce } from '#server/pages/nonce.ts'
import { styles, stylesHash } from '#server/pages/styles.ts'
import { makeWorld } from '#test/world.ts'

describe('the kit for pages reached from an e-mail', () => {
  it('inlines one stylesheet under 4 kB, which the policy allows by its hash', async () => {
    expect(new TextEncoder().encode(styles).length).toBeLessThan(4096)
    expect(stylesHash).toBe(`sha256-${createHash('sha256').update(styles).digest('base64')}`)
    const w = await makeWorld()
    const page = await w.visitor.get('/day')
    expect(page.headers.get('content-security-policy')).toContain(`'${stylesHash}'`)
    expect(page.text).toContain(`<style>${styles}</style>`)
    expect(page.text).not.toContain('style="')
    await w.close()
  })

  it('knows its own pages by what they were about, for thirty days', async () => {
    const ctx = { secrets: ['a secret of the test, long enough'], now: 1_800_000_000_000 }
    const nonce = await mintNonce(ctx, 'answer:1')
    expect(await isOurNonce(ctx, 'answer:1', nonce)).toBe(true)
    expect(await isOurNonce(ctx, 'answer:2', nonce)).toBe(false)
    expect(await isOurNonce({ ...ctx, secrets: ['another'] }, 'answer:1', nonce)).toBe(false)
    expect(await isOurNonce({ ...ctx, now: ctx.now + 31 * 86_400_000 }, 'answer:1', nonce)).toBe(false)
    for (const rubbish of ['', '.', 'x.y', `${nonce}x`, nonce.slice(1)])
      expect(await isOurNonce(ctx, 'answer:1', rubbish)).toBe(false)
  })
})
