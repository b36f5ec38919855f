import { openFile } from '#db/open-node.ts'
import { coursesRoutes } from '#server/courses/routes.ts'
import { catalogue } from '#server/courses/catalogue.ts'
import { eventPage } from '#server/courses/event-page.ts'
import { record } from './recording.ts'
import { start } from './data.ts'
const store = await openFile(process.argv[2]!, { thread: false })
;(store as any).long = { session: { client: null } }
const ctx: any = { db: store.read, store, now: start, actor: { kind: 'visitor' }, config: { routes: {} } }
const reader = (store.read as any).$client
for (const [name, fn] of [['list', () => catalogue(ctx, { words: '', theme: '', level: '', audience: '', where: '', from: '', to: '', free: '', page: 1 } as any)], ['event', () => eventPage(ctx, 3_100_005)]] as const) {
  await fn()
  const stop = record(store as any)
  await fn()
  for (const step of stop()) for (const s of step.statements) {
    let t = performance.now(); const N = 500
    for (let i = 0; i < N; i++) await reader.execute({ sql: s.sql, args: s.args })
    console.log(name, ((performance.now() - t) / N * 1000).toFixed(0), 'us', s.rows.length, 'rows', s.sql.slice(0, 60))
    const plan = await reader.execute({ sql: 'explain query plan ' + s.sql, args: s.args })
    console.log(plan.rows.map((r: any) => '   ' + r.detail).join('\n'))
  }
}
process.exit()
