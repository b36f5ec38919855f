import { serve } from '@hono/node-server'
import { readFileSync, existsSync } from 'node:fs'
import { makeWorld } from './world.ts'
import { place, sessionsOf, engage } from './attendance/day.ts'
const port = 8899
const w = await makeWorld({ env: { PUBLIC_ORIGIN: `http://127.0.0.1:${port}` } })
const types: Record<string, string> = { js: 'text/javascript', css: 'text/css', html: 'text/html', svg: 'image/svg+xml', woff2: 'font/woff2' }
w.world.asset = async (path) => {
  const f = '/tmp/dist-att' + path
  return existsSync(f) ? new Response(readFileSync(f), { headers: { 'content-type': types[f.split('.').at(-1)!] ?? '' } }) : null
}
const e = await w.stage.event({ on: ['2026-09-14'] })
for (const name of ['Nguyễn Thị Ánh', 'O’Neill-Şahin', 'Hubert Blaine Wolfeschlegelsteinhausenbergerdorff Senior of Northfield', 'Amara Osei', 'Li', 'Fatima al-Zahra'])
  await place(w, e, await w.stage.person(name))
const b = await place(w, e, w.stage.bea)
const e2 = await w.stage.event({ on: ['2026-09-10', '2026-09-17'] })
await place(w, e2, w.stage.olu); await place(w, e2, w.stage.bea)
const e3 = await w.stage.event({ on: ['2026-08-10'] })
await place(w, e3, w.stage.bea)
const ada = await w.as(w.stage.ada, 'coordinator')
const rows = (await ada.get(`/api/events/${e3}/register`)).json
await ada.post(`/api/event-sessions/${rows.sessions[0].id}/marks`, { marks: rows.people.map((p: any) => ({ bookingId: p.bookingId, mark: 'present' })) })
await w.chores()
const bea = await w.as(w.stage.bea)
console.log(JSON.stringify({ port, ada: ada.cookie, bea: bea.cookie, e, e2, cert: (await bea.get('/api/certificates')).json.certificates[0].href }))
const server = serve({ fetch: w.app.fetch, port, hostname: '127.0.0.1' })
process.on('SIGTERM', () => { server.close(); process.exit(0) })
