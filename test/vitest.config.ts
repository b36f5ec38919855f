import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The files that take longest, longest first. */
const longest = [
  'scanner',
  'journeys/pages',
  'worker/workerd',
  'surveys/histories',
  'journeys/main',
  'node/start',
  'impact/erasure',
  'example/doors',
  'impact/attack',
  'routes',
  'node/backup',
  'journeys/emailed-pages',
  'surveys/before',
  'journeys/core-answer',
  'journeys/asking-desk',
  'chaos/killed',
]

/** Begins with the longest files, so that the run does not end with one of them alone on one core. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = longest.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`))
      return at === -1 ? longest.length : at
    }
    return (await super.sort(files)).sort((a, b) => place(a) - place(b))
  }
}

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    environment: 'node',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
})
