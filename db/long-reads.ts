/** The long reader's thread: runs each statement it is sent on its own connection and sends the rows back. */
import { parentPort, workerData } from 'node:worker_threads'
import type { InValue } from '@libsql/client'
import { openFileClient } from './file-client.ts'

const client = openFileClient((workerData as { path: string }).path)
await client.execute('PRAGMA query_only=1')

parentPort?.on('message', async ({ id, sql, params }: { id: number; sql: string; params: InValue[] }) => {
  try {
    const { rows } = await client.execute({ sql, args: params })
    parentPort?.postMessage({ id, rows: rows.map((row) => Array.from(row as ArrayLike<unknown>)) })
  } catch (error) {
    parentPort?.postMessage({ id, error: error instanceof Error ? error.message : String(error) })
  }
})
