/** The example as somebody meets it on their first evening: filled into an empty folder, then moved three months forward. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Seconds until the address is printed, and seconds of `POST /example/clock {"advance":"P3M"}`. */
export async function fillAndForward(): Promise<{ filled: number; forward: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'afterwards-bench-example-'))
  const began = performance.now()
  const server = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', new URL('../../server/node.ts', import.meta.url).pathname],
    {
      env: { PATH: process.env.PATH ?? '', MODE: 'example', DATA_DIR: folder, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  try {
    const origin = await new Promise<string>((resolve, reject) => {
      let said = ''
      server.stdout.setEncoding('utf8').on('data', (part: string) => {
        said += part
        const ready = /ready at (http\S+)/.exec(said)
        if (ready?.[1]) resolve(ready[1])
        if (ready) said = ''
      })
      server.once('exit', (code) => reject(new Error(`The example ended with ${code}`)))
    })
    const filled = (performance.now() - began) / 1000
    const before = performance.now()
    const answer = await fetch(`${origin}/example/clock`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ advance: 'P3M' }),
    })
    if (!answer.ok) throw new Error(`The clock was not moved: ${answer.status} ${await answer.text()}`)
    return { filled, forward: (performance.now() - before) / 1000 }
  } finally {
    const ended = new Promise((resolve) => server.once('exit', resolve))
    if (server.exitCode === null) {
      server.kill('SIGTERM')
      await ended
    }
    rmSync(folder, { recursive: true, force: true })
  }
}
