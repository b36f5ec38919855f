/**
 * `npm run attack`: an attacker against 300 random partnerships and their series of reports, from a printed seed.
 * `npm run attack -- --long`: 10,000 of them, a hundred from each seed; `--partnerships n`, `--from n` to go on where a run stopped,
 * `--seed n` to repeat one. Ends with status 1 and the smallest partnership when a group of one to four answerers was given away.
 */
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import type { Attacks } from './attack-hundred.ts'

const given = process.argv.slice(2)
const known = ['--long', '--seed', '--from', '--partnerships']
const unknown = given.filter((word) => word.startsWith('--') && !known.includes(word))
const say = (words: string) => process.stdout.write(`${words}\n`)

function numberOf(name: string, otherwise: number): number {
  const at = given.indexOf(name)
  if (at < 0) return otherwise
  const value = Number(given[at + 1])
  if (Number.isFinite(value) && value >= 0) return value
  process.stderr.write(`${name} needs a number after it, such as ${name} ${otherwise}\n`)
  process.exit(2)
}

if (unknown.length) {
  process.stderr.write(`Not known: ${unknown.join(', ')}. There are: ${known.join(', ')}\n`)
  process.exit(2)
}

const seed = numberOf('--seed', 20_261_121)
const isLong = given.includes('--long')
const perSeed = isLong ? 100 : 50
const all = numberOf('--partnerships', isLong ? 10_000 : 300)
const from = numberOf('--from', 0)
say(
  `Random partnerships from seed ${seed}: ${from} to ${all}. To go on after a stop: ${isLong ? '--long ' : ''}--seed ${seed} --from N`,
)
const began = performance.now()
const sum = { partnerships: 0, rows: 0, several: 0, whole: 0 }
let next = from
let done = from
const finished = new Set<number>()

/** One process a core; each takes the next lot when it has attacked the last. */
async function worker(): Promise<void> {
  const process_ = fork(new URL('./attack-hundred.ts', import.meta.url), { execArgv: process.execArgv })
  while (next < all) {
    const n = next
    next += perSeed
    process_.send({ seed: seed + n, count: Math.min(perSeed, all - n) })
    const told = await new Promise<Attacks>((resolve, reject) => {
      process_.once('message', (message) => resolve(message as Attacks))
      process_.once('exit', (code) => reject(new Error(`A process ended with ${code}`)))
    })
    process_.removeAllListeners('exit')
    if (told.broken !== null) {
      say(`A few people were given away in a partnership of seed ${seed + n} (--seed ${seed} --from ${n}):`)
      say(told.broken)
      process.exit(1)
    }
    for (const key of ['partnerships', 'rows', 'several', 'whole'] as const) sum[key] += told[key]
    finished.add(n)
    while (finished.has(done)) done += perSeed
    const seconds = (performance.now() - began) / 1000
    const left = ((all - from - sum.partnerships) * seconds) / sum.partnerships
    say(
      `${sum.partnerships} partnerships (all before ${Math.min(done, all)}), ${sum.rows} rows published, ${sum.several} with several rows, ${sum.whole} with every set of four tried, ${Math.round(seconds)} s, about ${Math.round(left)} s to go`,
    )
  }
  process_.disconnect()
}

await Promise.all(Array.from({ length: availableParallelism() }, worker))
say('Broken rules: none')
process.exit(0)
