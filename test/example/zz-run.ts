import { rmSync } from 'node:fs'
import { openFile } from '#db/open-node.ts'
import { migrate } from '#db/migrate.ts'
import { fillExample, exampleStart } from '#db/example/fill.ts'
import { installation } from '#db/schema.ts'
for (const r of ['', '-wal', '-shm']) rmSync('/tmp/ex/x.db' + r, { force: true })
const store = await openFile('/tmp/ex/x.db', { thread: false })
await migrate(store.client, 0)
await store.write((db) => db.insert(installation).values({ id: 1, mode: 'example', madeAt: 0, clockAt: exampleStart }))
const t = performance.now()
await fillExample(store, { clockAt: exampleStart, certificateCode: (id) => `code ${id}`, progress: (f, w) => console.log(Math.round(performance.now() - t), f.toFixed(2), w) })
console.log(performance.now() - t)
await store.close()
