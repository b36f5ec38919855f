import { it } from 'vitest'
import { makeWorld } from '../world.ts'
import { awardDue, nextAwardDue } from '#server/certificates/award.ts'
import { withdrawDue } from '#server/certificates/withdrawal.ts'
it('x', async () => {
  const w = await makeWorld()
  const days = Array.from({ length: 800 }, (_, n) => { const d = new Date(Date.UTC(2024, 9, 1) + (n % 700) * 86400000); return d.toISOString().slice(0, 10) })
  for (const on of days) await w.stage.event({ on: [on] })
  await w.client.execute(`with recursive n(i) as (select 1 union all select i+1 from n where i < 2000) insert into people (id,name,agency_id,role_group,workforce,made_at) select 1000+i,'p'||i,1,'social-work','children',0 from n`)
  await w.client.execute(`insert into bookings (event_id,person_id,agency_id,sector_id,role_group,workforce,charge_tier,source,day_code,terms_version,at,state) select e.id, p.id,1,1,'social-work','children','partner','self','c'||p.id,'x',0,'confirmed' from events e join people p on p.id >= 1000 and (p.id % 40) = (e.id % 40)`)
  await w.client.execute(`insert into marks (event_session_id,booking_id,mark,at) select s.id,b.id, case when b.id % 10 = 0 then 'absent' else 'present' end,0 from bookings b join event_sessions s on s.event_id=b.event_id`)
  await w.client.execute(`insert into certificates (booking_id,number,code_hash,awarded_at,because,snapshot) select b.id,'n'||b.id,'h'||b.id,0,'skip','{}' from bookings b where b.id % 10 <> 0`)
  console.log((await w.client.execute('select count(*) from bookings')).rows[0])
  const base = `from bookings b join events e on e.id=b.event_id join people p on p.id=b.person_id where b.state='confirmed' and e.last_on <= '2026-09-14'`
  const none = `not exists (select 1 from certificates c where c.booking_id=b.id and c.withdrawn_at is null)`
  const att = `exists (select 1 from attendances a where a.booking_id=b.id)`
  for (const [n, q] of Object.entries({
    a: `select b.id ${base} and ${none} and p.erased_at is null and ${att} limit 25`,
    b: `select b.id from bookings b where b.state='confirmed' and ${none} limit 100000`,
    c: `select b.id from bookings b where b.id not in (select booking_id from certificates where withdrawn_at is null) and b.state='confirmed'`,
    d: `with open as materialized (select b.id, b.event_id from bookings b where b.state='confirmed' and ${none}) select b.id from open b join events e on e.id=b.event_id where e.last_on <= '2026-09-14' and ${att} limit 25`,
    e: `select id from bookings where state = 'confirmed' except select booking_id from certificates where withdrawn_at is null`,
    f: `select count(*) from bookings b where state = 'confirmed'`,
    g: `select b.id from bookings b left join certificates c on c.booking_id=b.id and c.withdrawn_at is null where c.id is null and b.state='confirmed'`,
    h: `select b.id from bookings b indexed by bookings_event where b.state='confirmed' and ${none} limit 100000`,
  })) for (let k = 0; k < 3; k++) { const t = performance.now(); const r = await w.client.execute(q); console.log('count', n, r.rows.length, (performance.now()-t).toFixed(1)) ; if (k == 2) console.log('count', (await w.client.execute('explain query plan ' + q)).rows.map(x => x.detail).join(' | ')) }
  for (let k = 0; k < 3; k++)
  for (const [name, f] of [['award', awardDue], ['withdraw', withdrawDue], ['next', nextAwardDue]] as const) {
    const t = performance.now(); const r = await (f as any)(w.ctx(), w.world); console.log(name, r, (performance.now() - t).toFixed(1))
  }
})
