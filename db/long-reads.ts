/** The long reader's thread: runs each statement it is sent on its own connection and sends the rows back. */
import { parentPort, workerData } from 'node:worker_threads'
import { createClient, type InValue } from '@libsql/client'

const client = createClient({ url: `file:${(workerData as { path: string }).path}`, timeout: 0, concurrency: 1 })
await client.execute('PRAGMA query_only=1')

parentPort?.on('message', async ({ id, sql, params }: { id: number; sql: string; params: InValue[] }) => {
  try {
    const result = await client.execute({ sql, args: params })
    parentPort?.postMessage({ id, rows: result.rows.map((row) => result.columns.map((_, n) => row[n])) })
  } catch (error) {
    parentPort?.postMessage({ id, error: error instanceof Error ? error.message : String(error) })
  }
})
