/** A process of its own that runs every chore over a file until nothing is due. */
import { openFile } from '#db/open-node.ts'
import { bySmtp } from '#emails/by-smtp.ts'
import { runChores } from '#server/chores.ts'
import { plainWorld } from './sending.ts'

const { path, port, now } = JSON.parse(process.argv[2] ?? '{}') as { path: string; port: number; now: number }
const store = await openFile(path, { thread: false })
const transport = bySmtp({ host: '127.0.0.1', port, connections: 2 })
const world = plainWorld(store, transport, () => now)
process.send?.('ready')
await new Promise((resolve) => process.once('message', resolve))
await runChores({ ...world, log: (line) => process.stderr.write(`${JSON.stringify(line)}\n`) }, { budget: 120_000 })
await transport.close()
await store.close()
process.disconnect?.()
