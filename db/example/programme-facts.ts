/** One of the parts of the example: the money of the worked-out year, and training that others gave. */
import { londonInstant, type On } from '#server/calendar.ts'
import type { CostHead } from '#server/impact/input.ts'
import { costs, otherTraining, otherTrainingNumbers } from '../schema.ts'
import type { Writing } from '../transact.ts'
import { themes } from './courses.ts'
import { type SectorName, sectors } from './names.ts'
import { insertMany } from './rows.ts'
import { programmes } from './year.ts'

const adapted = 'Example: adapted from a published report'

/** In pounds. Nothing for the administrator: 0.8 of a post, of which no sum was published. */
const money: readonly [head: CostHead, pounds: number, about: string][] = [
  ['fees', 10_300, adapted],
  ['contribution', 1_000, `From the adults’ board. ${adapted}`],
  ['providers', 6_264, adapted],
  ['venues', 229, adapted],
  ['conference', 2_985, adapted],
  ['catering', 3_049, adapted],
  ['outreach', 14_000, `For voluntary and faith groups. ${adapted}`],
]

type Given = {
  on: On
  title: string
  provider: string
  theme: string | null
  evidence: string
  people: Partial<Record<SectorName, number>>
}

/** All invented. */
const given: readonly Given[] = [
  {
    on: '2025-06-24',
    title: 'Groups that exploit children',
    provider: 'Ashmere Violence Reduction Unit',
    theme: 'Exploitation',
    evidence: 'Provider’s list of who came',
    people: { Education: 74, 'Children’s social care': 58, 'Police and justice': 31, 'Voluntary and community': 18 },
  },
  {
    on: '2025-11-20',
    title: 'Radicalisation: what to notice',
    provider: 'Ashmere Council',
    theme: 'Contextual safeguarding',
    evidence: 'Register seen',
    people: { Education: 212, 'Early years': 64, Health: 41, Housing: 33 },
  },
  {
    on: '2026-02-11',
    title: 'Safe sleep for babies',
    provider: 'Ashmere Community Health Trust',
    theme: null,
    evidence: 'Number told by the provider',
    people: { Health: 27, 'Early years': 12 },
  },
  {
    on: '2026-06-03',
    title: 'Domestic abuse and housing',
    provider: 'Ashmere Housing Association',
    theme: 'Domestic abuse',
    evidence: 'Register seen',
    people: { Housing: 22, 'Adult services': 7 },
  },
]

/** Writes both for whoever keeps them up. */
export async function writeProgrammeFacts(db: Writing, coordinatorId: number): Promise<void> {
  const at = londonInstant('2026-07-06', '10:00')
  const programmeId = (name: string) => programmes.findIndex((programme) => programme.name === name) + 1
  await insertMany(
    db,
    costs,
    money.map(([head, pounds, about]) => ({
      programmeId: programmeId('2025-26'),
      head,
      sumPence: pounds * 100,
      about,
      at,
      by: coordinatorId,
      removedAt: null,
    })),
  )
  await insertMany(
    db,
    otherTraining,
    given.map(({ on, title, provider, theme, evidence }, i) => ({
      id: i + 1,
      programmeId: programmes.findIndex(({ startsOn, endsOn }) => startsOn <= on && on <= endsOn) + 1,
      title,
      provider,
      onDay: on,
      themeId: theme === null ? null : themes.findIndex(({ name }) => name === theme) + 1,
      evidence,
      at,
      by: coordinatorId,
      removedAt: null,
    })),
  )
  await insertMany(
    db,
    otherTrainingNumbers,
    given.flatMap(({ people }, i) =>
      sectors.flatMap(({ name }, sector) => {
        const n = people[name]
        return n === undefined ? [] : [{ otherTrainingId: i + 1, sectorId: sector + 1, people: n }]
      }),
    ),
  )
}
