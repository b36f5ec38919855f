import { afterEach } from 'vitest'
import { makeWorld, type TestWorld } from '#test/world.ts'

/** Makes worlds for the tests of one file, each closed after its test. */
export function openWorlds(): () => Promise<TestWorld> {
  const open: TestWorld[] = []
  afterEach(async () => {
    for (const w of open.splice(0)) await w.close()
  })
  return async () => {
    const w = await makeWorld({ durable: false })
    open.push(w)
    return w
  }
}
