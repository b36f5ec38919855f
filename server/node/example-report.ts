import { eq } from 'drizzle-orm'
import { cast } from '#db/example/cast.ts'
import { agencies, people } from '#db/people.ts'
import type { Store } from '#db/transact.ts'
import { londonInstant } from '#server/calendar.ts'
import type { Config } from '#server/config.ts'
import type { Context } from '#server/context.ts'
import { Refused } from '#server/errors.ts'
import { issue } from '#server/impact/issuing.ts'
import { impactPages } from '#server/impact/pages.ts'
import { readingOf } from '#server/impact/report-body.ts'
import { agree, reportBy, startDraft, writeAsks } from '#server/impact/reports.ts'

/** So long before the example starts that nobody is still to be sent its summary. */
const meetingOn = '2026-07-02'

const asks = [
  'Pay for a second date of the neglect course in the autumn.',
  'Name in each agency who asks about a course in supervision, three months on.',
  'Agree one form for worries that are passed to the front door.',
]

/** The example’s first report, of the year before last: drafted, agreed and issued as a coordinator does it. */
export async function issueFirstReport(
  { config, secret, random }: { config: Config; secret: string; random: (bytes: number) => Uint8Array },
  store: Store,
): Promise<void> {
  const { email } = cast.find(({ as }) => as === 'coordinator')!
  const [coordinator] = await store.read.select({ id: people.id }).from(people).where(eq(people.email, email))
  const present = await store.read.select({ id: agencies.id, parentId: agencies.parentId }).from(agencies)
  const ctx: Context = {
    db: store.read,
    store,
    now: londonInstant(meetingOn, '14:00'),
    actor: {
      kind: 'person',
      personId: coordinator?.id ?? null,
      email,
      role: 'coordinator',
      roles: ['coordinator'],
      agencyIds: [],
      signInId: 0,
    },
    config,
    requestId: 'example',
    random,
    secrets: [secret],
    address: '',
  }
  const { id } = await startDraft(ctx, { scope: 'programme', programme: '2024-25' })
  await writeAsks(ctx, id, asks)
  await agree(ctx, id, {
    on: meetingOn,
    present: present
      .filter(({ parentId }) => parentId === null)
      .slice(0, 5)
      .map((agency, n) => ({ agencyId: agency.id, people: n === 0 ? 2 : 1 })),
  })
  const { seen } = await readingOf(ctx, await reportBy(store.read, id), impactPages)
  try {
    await issue(ctx, id, seen)
  } catch (error) {
    // An example without an issued report is still one.
    if (!(error instanceof Refused)) throw error
  }
}
