/** The data map says everything that is kept about people (trust.md P1): a column nobody thought about fails the check. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getTableColumns, getTableName, is, Table } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap, purposes, retentions, viewers } from '#db/data-map.ts'
import { migrate } from '#db/migrate.ts'
import { openFile } from '#db/open-node.ts'
import * as schema from '#db/schema.ts'

interface Column {
  table: string
  column: string
  isRequired: boolean
  /** The table it refers to. */
  pointsAt: string
}

const folder = mkdtempSync(join(tmpdir(), 'afterwards-map-'))
let inFile: Column[]

beforeAll(async () => {
  const store = await openFile(join(folder, 'map.db'), { thread: false })
  await migrate(store.client, 0)
  const { rows } = await store.client.execute(
    `select t.name as "table", c.name as "column", c."notnull" as required, f."table" as "pointsAt"
     from sqlite_schema t, pragma_table_info(t.name) c left join pragma_foreign_key_list(t.name) f on f."from" = c.name
     where t.type = 'table' and t.name not like 'sqlite_%' order by 1, c.cid`,
  )
  inFile = rows.map((row) => ({
    table: String(row.table),
    column: String(row.column),
    isRequired: row.required === 1,
    pointsAt: String(row.pointsAt ?? ''),
  }))
  await store.close()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const mapped = Object.entries(dataMap).flatMap(([table, { plain, personal }]) => [
  ...plain.map((column) => ({ table, column, personal: null })),
  ...Object.entries(personal).map(([column, personal]) => ({ table, column, personal })),
])
const named = ({ table, column }: { table: string; column: string }) => `${table}.${column}`

describe('the data map', () => {
  it('names every column of the schema', () => {
    const names = new Set(mapped.map(named))
    const tables = Object.values(schema).filter((one) => is(one, Table))
    expect(tables.length).toBeGreaterThan(30)
    const missing = tables.flatMap((table) =>
      Object.values(getTableColumns(table))
        .map(({ name }) => named({ table: getTableName(table), column: name }))
        .filter((name) => !names.has(name)),
    )
    expect(missing).toEqual([])
  })

  it('names every column of a migrated file, and none that is not there', () => {
    expect(mapped.map(named).sort()).toEqual(inFile.map(named).sort())
  })

  it('names no column twice', () => {
    const names = mapped.map(named)
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  })

  it('speaks in closed lists, and uses each word of them', () => {
    const personal = mapped.flatMap(({ personal }) => personal ?? [])
    const used = <T extends string>(pick: (one: (typeof personal)[number]) => readonly T[]) =>
      [...new Set(personal.flatMap(pick))].sort()
    expect(used(({ purpose }) => [purpose])).toEqual(Object.keys(purposes).sort())
    expect(used(({ retention }) => [retention])).toEqual(Object.keys(retentions).sort())
    expect(used(({ seenBy }) => seenBy)).toEqual(Object.keys(viewers).sort())
  })

  it('promises no half erasure: where a required column is destroyed, its row goes, and all that is personal in it', () => {
    const required = new Set(inFile.filter(({ isRequired }) => isRequired).map(named))
    const halves = Object.entries(dataMap).filter(([table, { personal }]) => {
      const destroyed = Object.entries(personal).filter(([, { onErasure }]) => onErasure === 'destroyed')
      const takesTheRow = destroyed.some(([column]) => required.has(named({ table, column })))
      return takesTheRow && destroyed.length !== Object.keys(personal).length
    })
    expect(halves.map(([table]) => table)).toEqual([])
  })

  it('holds as personal whatever points at a person, and every address', () => {
    const telling = inFile.filter(
      ({ column, pointsAt }) => pointsAt === 'people' || /email|phone|mailbox|^to_/.test(column),
    )
    expect(telling.length).toBeGreaterThan(15)
    expect(telling.filter(({ table, column }) => !dataMap[table]?.personal[column]).map(named)).toEqual([])
  })
})
