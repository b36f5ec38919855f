import { workerData } from 'node:worker_threads'
import { createClient } from '@libsql/client'

const { from, to } = workerData as { from: string; to: string }
const client = createClient({ url: `file:${from}`, timeout: 5_000, concurrency: 1 })
await client.execute({ sql: 'VACUUM INTO ?', args: [to] })
client.close()
