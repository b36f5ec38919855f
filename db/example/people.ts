import type { On } from '#server/calendar.ts'
import type { Role, RoleGroup, Workforce } from '#server/people/input.ts'
import { members } from './cast.ts'
import { givenNames, schools, sectors, slug, surnames, topAgencies } from './names.ts'
import type { Seed } from './seed.ts'

export type Agency = {
  id: number
  name: string
  domain: string
  sectorId: number
  education: boolean
  tier: 'partner' | 'other'
  parent: Agency | null
  isSchool: boolean
  /** A key of `topAgencies`: its own, or that of the agency above it. */
  top: string
}

export type Person = {
  id: number
  email: string
  name: string
  /** Where they worked in the years past; bookings keep it. */
  agency: Agency
  /** Where they work now: a few have moved. */
  agencyNow: Agency
  roleGroup: RoleGroup
  workforce: Workforce
  job: string
  phone: string | null
  role: Role | null
  isTrainer: boolean
  /** The one whom a school sends to the forum. */
  isSchoolLead: boolean
  /** Their address refuses mail: they left, and book nothing more. */
  isGone: boolean
}

/** When the people of the example came into the database. */
export const peopleMadeOn: On = '2024-03-01'

const movers = 12
const trainersByAgency: Readonly<Record<string, number>> = {
  children: 5,
  'community-health': 4,
  police: 3,
  education: 3,
  hospital: 2,
  adults: 2,
  voluntary: 2,
  'early-years': 1,
  housing: 1,
  'youth-justice': 1,
}

export function madeAgencies(): Agency[] {
  const sectorId = (name: string) => sectors.findIndex((sector) => sector.name === name) + 1
  const agencies: Agency[] = topAgencies.map((agency, i) => ({
    id: i + 1,
    name: agency.name,
    domain: agency.domain,
    sectorId: sectorId(agency.sector),
    education: agency.sector === 'Education',
    tier: agency.tier,
    parent: null,
    isSchool: false,
    top: agency.key,
  }))
  const education = agencies.find(({ top }) => top === 'education')!
  for (const school of schools)
    agencies.push({
      id: agencies.length + 1,
      name: school.name,
      domain: school.domain,
      sectorId: education.sectorId,
      education: true,
      tier: school.tier,
      parent: education,
      isSchool: true,
      top: 'education',
    })
  return agencies
}

/** Six hundred: the cast, the other trainers, then everyone else. */
export function madePeople(agencies: readonly Agency[], chance: Seed): Person[] {
  const named = names(chance)
  const people: Person[] = []
  const add = (agency: Agency, job: string, roleGroup: RoleGroup, workforce: Workforce, more: Partial<Person> = {}) => {
    const name = more.name ?? named.next().value!
    people.push({
      id: people.length + 1,
      email: `${slug(name).replace('-', '.')}@${agency.domain}`,
      name,
      agency,
      agencyNow: agency,
      roleGroup,
      workforce,
      job,
      phone: chance.chance(0.6) ? `01632 960${String(100 + chance.below(900))}` : null,
      role: null,
      isTrainer: false,
      isSchoolLead: false,
      isGone: false,
      ...more,
    })
  }
  const top = (key: string) => agencies.find((agency) => agency.top === key && !agency.parent)!

  for (const { as, name, email, agency, job, roleGroup, workforce } of members)
    add(top(agency), job, roleGroup, workforce, { name, email, role: as, isTrainer: as === 'trainer' })

  for (const [key, count] of Object.entries(trainersByAgency)) {
    const known = members.filter((member) => member.as === 'trainer' && member.agency === key).length
    for (let i = known; i < count; i++) {
      const [job, roleGroup, workforce] = chance.pick(topAgencies.find((agency) => agency.key === key)!.jobs)
      add(top(key), job, roleGroup, workforce, { role: 'trainer', isTrainer: true })
    }
  }

  for (const agency of agencies.filter(({ isSchool }) => isSchool))
    add(agency, 'Designated safeguarding lead', 'teaching', 'children', { isSchoolLead: true })
  for (const agency of agencies.filter(({ isSchool }) => isSchool).slice(0, 58))
    add(
      agency,
      chance.pick(['Teacher', 'Deputy head teacher', 'Pastoral lead', 'Teaching assistant']),
      'teaching',
      'children',
    )

  for (const { key, people: count, jobs } of topAgencies)
    for (let i = 0; i < count; i++) {
      const [job, roleGroup, workforce] = jobs[i % jobs.length]!
      add(top(key), job, roleGroup, workforce)
    }

  move(people, top, chance)
  return people
}

/** A few changed agency last summer: what they attended before still counts where they were. */
function move(people: readonly Person[], top: (key: string) => Agency, chance: Seed): void {
  const from = people.filter(({ role, agency }) => !role && ['children', 'community-health'].includes(agency.top))
  for (const [i, person] of chance.shuffled(from).slice(0, movers).entries())
    person.agencyNow = top(i % 2 ? 'voluntary' : person.agency.top === 'children' ? 'community-health' : 'children')
}

/** Names that nobody else has yet. */
function* names(chance: Seed): Generator<string, never> {
  const taken = new Set<string>(members.map(({ name }) => slug(name)))
  for (;;) {
    const name = `${chance.pick(givenNames)} ${chance.pick(surnames)}`
    if (taken.has(slug(name))) continue
    taken.add(slug(name))
    yield name
  }
}
