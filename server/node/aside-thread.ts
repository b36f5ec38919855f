/** The thread for long reading: works out each page it is sent on a connection of its own, which cannot write, and sends the answer back. */
import { parentPort, workerData } from 'node:worker_threads'
import { openReader } from '#db/open-node.ts'
import type { Config } from '#server/config.ts'
import type { Context } from '#server/context.ts'
import { asideWork } from '#server/impact/aside.ts'
import type { Rasteriser } from '#server/impact/pixels.ts'
import { reportWork } from '#server/impact/report-aside.ts'
import { type AsideAnswer, type AsideWanted, faultOf } from './aside.ts'
import { engineFromPackage, fontsFromPackage } from './files.ts'

const { path, config } = workerData as { path: string; config: Config }
const store = await openReader(path)

type Work = (ctx: Context, input: unknown, drawing: Rasteriser) => Promise<unknown>
const works = { ...asideWork, ...reportWork } as unknown as Record<string, Work>
/** What documents are painted with. */
const drawing: Rasteriser = { engine: engineFromPackage, fonts: fontsFromPackage }

parentPort?.on('message', async (wanted: AsideWanted | null) => {
  if (!wanted) {
    await store.close()
    parentPort?.close()
    return
  }
  const { id, work, input, moment } = wanted
  const ctx: Context = {
    ...moment,
    db: store.read,
    store,
    config,
    secrets: [],
    random: () => {
      throw new Error('Nothing is drawn by lot aside')
    },
  }
  const done = works[work]
  const answer: AsideAnswer = done
    ? await done(ctx, input, drawing).then(
        (value) => ({ id, value }),
        (error: unknown) => ({ id, fault: faultOf(error) }),
      )
    : { id, fault: { kind: 'other', words: `Nothing is called ${work}` } }
  parentPort?.postMessage(answer)
})
