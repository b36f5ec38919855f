import { expect, it } from 'vitest'
import { fullWorld } from './full-world.ts'
it('x', async () => {
  const w = await fullWorld()
  console.log(w.full, w.actors)
  for (const { name } of (await w.client.execute("select name from sqlite_schema where type='table' and name not like 'sqlite_%'")).rows)
    console.log(name, (await w.client.execute(`select count(*) n from "${name}"`)).rows[0]!.n)
  console.log(w.logs.filter((l) => l.level === 'error'))
})
