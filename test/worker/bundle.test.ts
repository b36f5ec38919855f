import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = new URL('../..', import.meta.url).pathname

describe('what is deployed as a Worker', () => {
  it('holds no door, person or file of the example, and fits', () => {
    const out = mkdtempSync(join(tmpdir(), 'afterwards-bundle-'))
    try {
      execFileSync(join(root, 'node_modules/.bin/wrangler'), ['deploy', '--dry-run', '--outdir', out], {
        cwd: root,
        env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CI: '1' },
        stdio: 'pipe',
      })
      const files = readdirSync(out).filter((name) => name.endsWith('.js'))
      const bundle = files.map((name) => readFileSync(join(out, name), 'utf8')).join('\n')
      expect(bundle.length).toBeGreaterThan(100_000)
      expect(bundle).toContain('/api/bookings')
      for (const trace of [
        '/example/sign-in',
        '/example/clock',
        '/example/mail',
        'exampleDoors',
        'fillExample',
        'ashmere',
      ])
        expect(bundle.includes(trace), trace).toBe(false)
    } finally {
      rmSync(out, { recursive: true, force: true })
    }
  }, 120_000)
})
