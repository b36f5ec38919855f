/** The Worker as it is deployed, but by a clock the test sets: follow-ups go out at ten on a Tuesday, tests at any hour. */
import { workerBy } from '#server/worker.ts'

export default workerBy((env) => () => Number(env.CLOCK))
