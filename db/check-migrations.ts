/** Fails when the schema and the committed migrations disagree. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const here = new URL('.', import.meta.url).pathname
const copy = mkdtempSync(join(tmpdir(), 'afterwards-migrations-'))
try {
  cpSync(join(here, 'migrations'), copy, { recursive: true })
  const before = readdirSync(copy).length
  const config = join(copy, 'drizzle.config.json')
  writeFileSync(config, JSON.stringify({ dialect: 'sqlite', schema: join(here, 'schema.ts'), out: copy }))
  const run = spawnSync('drizzle-kit', ['generate', '--config', config], { encoding: 'utf8' })
  if (run.status !== 0) {
    console.error(run.stdout, run.stderr)
    process.exitCode = 1
  } else if (readdirSync(copy).length !== before + 1) {
    console.error('The schema and db/migrations disagree. Run: npm run migrations -- --name what-changed')
    process.exitCode = 1
  }
} finally {
  rmSync(copy, { recursive: true, force: true })
}
