import { openFile } from '#db/open-node.ts'
import { catalogue } from '#server/courses/catalogue.ts'
import { eventPage } from '#server/courses/event-page.ts'
import { followUpState } from '#server/surveys/answering.ts'
import { record } from './recording.ts'
import { start } from './data.ts'
import Database from 'libsql'
import { DatabaseSync } from 'node:sqlite'
const path = process.argv[2]!
const store = await openFile(path, { thread: false })
;(store as any).long = { session: { client: null } }
const ctx: any = { db: store.read, store, now: start, actor: { kind: 'visitor' }, config: { routes: {} } }
const reader = (store.read as any).$client
const db = new (Database as any)(path)
const nd = new DatabaseSync(path)
for (const [name, fn] of [['state', () => followUpState(ctx, 7_000_070)]] as const) {
  await fn()
  const stop = record(store as any)
  await fn()
  for (const step of stop()) for (const s of step.statements) {
    const N = 1000
    const time = async (f: () => any) => { for (let i = 0; i < 50; i++) await f(); const t = performance.now(); for (let i = 0; i < N; i++) await f(); return ((performance.now() - t) / N * 1000).toFixed(0) }
    console.log((await reader.execute({sql:'explain query plan '+s.sql,args:s.args})).rows.map((r:any)=>r.id+' '+r.parent+' '+r.detail).join('\n')); const st = db.prepare(s.sql); 
    const st2 = nd.prepare(s.sql)
    console.log(name, 'client', await time(() => reader.execute({ sql: s.sql, args: s.args })), 'libsql prepare only', await time(() => db.prepare(s.sql)), 'libsql run cached', await time(() => st.raw(true).all(...s.args)),
      'node prepare', await time(() => nd.prepare(s.sql)), 'node run', await time(() => st2.all(...s.args as any)))
  }
}
process.exit()
