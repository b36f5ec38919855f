/**
 * `npm run simulate`: a whole year of an invented partnership through the app, from a printed seed.
 * `npm run simulate -- --long`: 20,000 random histories, a hundred from each seed; `--histories n`, `--from n` to go on where a
 * run stopped, `--seed n` to repeat one. Ends with status 1 when a rule was broken.
 */
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import type { Hundred } from './hundred.ts'
import type { Broken } from './rules.ts'
import { habits, liveYear } from './year.ts'

const given = process.argv.slice(2)
const known = ['--long', '--seed', '--from', '--histories', '--size']
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

function tell(broken: readonly Broken[]): void {
  const byRule = Map.groupBy(broken, ({ rule }) => rule)
  say(broken.length ? `BROKEN RULES: ${broken.length}` : 'Broken rules: none')
  for (const [rule, all] of byRule) {
    say(`  ${rule}: ${all.length}`)
    for (const { about } of all.slice(0, 5)) say(`    ${about}`)
  }
}

const shown = <K>(map: Map<K, number>) => [...map].map(([key, n]) => `${key}: ${n}`).join(', ')

if (given.includes('--long')) {
  const perSeed = 100
  const all = numberOf('--histories', 20_000)
  const from = numberOf('--from', 0)
  say(`Random histories from seed ${seed}: ${from} to ${all}. To go on after a stop: --long --seed ${seed} --from N`)
  const began = performance.now()
  let asked = 0
  let days = 0
  let next = from
  let done = from
  const finished = new Set<number>()
  /** One process a core; each takes the next hundred when it has lived the last. */
  const worker = async () => {
    const process_ = fork(new URL('./hundred.ts', import.meta.url), { execArgv: process.execArgv })
    while (next < all) {
      const n = next
      next += perSeed
      process_.send({ seed: seed + n, count: Math.min(perSeed, all - n) })
      const told = await new Promise<Hundred>((resolve, reject) => {
        process_.once('message', (message) => resolve(message as Hundred))
        process_.once('exit', (code) => reject(new Error(`A process ended with ${code}`)))
      })
      process_.removeAllListeners('exit')
      if (told.broken !== null) {
        say(`A rule was broken in a history of seed ${seed + n} (--long --seed ${seed} --from ${n}):`)
        say(told.broken)
        process.exit(1)
      }
      asked += told.asked
      days += told.days
      finished.add(n)
      while (finished.has(done)) done += perSeed
      const seconds = (performance.now() - began) / 1000
      if (finished.size % 10 === 0 || finished.size * perSeed >= all - from)
        say(
          `${finished.size * perSeed} histories (all before ${done}), ${days} days, ${asked} asking messages, ${Math.round(seconds)} s, about ${Math.round((seconds / (finished.size * perSeed)) * (all - from - finished.size * perSeed))} s to go`,
        )
    }
    process_.disconnect()
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
  say('Broken rules: none')
} else {
  say(`A year of an invented partnership, seed ${seed}`)
  say(`Habits: ${JSON.stringify(habits)}`)
  const began = performance.now()
  const told = await liveYear(seed, { size: numberOf('--size', 1), progress: (words) => say(`  ${words}`) })
  say('')
  say(
    `Events ${told.events}, attended ${told.attended}, asking messages ${told.asking}, in ${Math.round((performance.now() - began) / 1000)} s`,
  )
  say(
    `Dispositions: ${Object.entries(told.dispositions)
      .map(([word, n]) => `${word} ${n}`)
      .join(', ')}`,
  )
  say(`Asking messages a person, and how many people got so many: ${shown(told.messagesPerPerson)}`)
  say(`Answers by asking messages sent before: ${shown(told.answersByWave)}`)
  say(
    `Answers by channel: ${shown(told.answersByChannel)}; full ${told.full}; doubted and never confirmed ${told.doubted}`,
  )
  say(`Messages sent, by kind: ${shown(told.messagesByKind)}`)
  tell(told.broken)
  if (told.broken.length) process.exitCode = 1
}
process.exit(process.exitCode ?? 0)
