import type { Role, RoleGroup, Workforce } from '#server/people/input.ts'

export type CastMember = {
  as: Role
  email: string
  name: string
  /** Shown beside the name where one chooses whom to sign in as. */
  what: string
}

type Member = CastMember & { agency: string; job: string; roleGroup: RoleGroup; workforce: Workforce }

/** The seven invented people whom a reader may sign in as; the first of a role stands for it. `agency` is a key of `topAgencies`. */
export const members: readonly Member[] = [
  {
    as: 'coordinator',
    email: 'rosalind.ekwueme@children.ashmere.example',
    name: 'Rosalind Ekwueme',
    what: 'Training coordinator of the partnership, Monday to Thursday',
    agency: 'children',
    job: 'Training coordinator',
    roleGroup: 'management',
    workforce: 'both',
  },
  {
    as: 'coordinator',
    email: 'tobias.ekundare@children.ashmere.example',
    name: 'Tobias Ekundare',
    what: 'Deputy of the training coordinator',
    agency: 'children',
    job: 'Partnership officer',
    roleGroup: 'management',
    workforce: 'both',
  },
  {
    as: 'administrator',
    email: 'wilhelmina.stroud-patel@children.ashmere.example',
    name: 'Wilhelmina Stroud-Patel',
    what: 'Business manager of the partnership: settings, roles and backups',
    agency: 'children',
    job: 'Business manager',
    roleGroup: 'management',
    workforce: 'both',
  },
  {
    as: 'sub-group',
    email: 'cornelius.adjaye-finch@communityhealth.ashmere.example',
    name: 'Cornelius Adjaye-Finch',
    what: 'Sits on the Learning and Development sub-group, for health',
    agency: 'community-health',
    job: 'Named nurse for safeguarding',
    roleGroup: 'nursing',
    workforce: 'children',
  },
  {
    as: 'trainer',
    email: 'leopold.achterberg@police.ashmere.example',
    name: 'Leopold Achterberg',
    what: 'Trainer from the multi-agency pool, a detective sergeant',
    agency: 'police',
    job: 'Detective sergeant',
    roleGroup: 'policing',
    workforce: 'both',
  },
  {
    as: 'agency-lead',
    email: 'percival.ndiaye-brook@education.ashmere.example',
    name: 'Percival Ndiaye-Brook',
    what: 'Network lead for Ashmere’s sixty schools and colleges',
    agency: 'education',
    job: 'Safeguarding network lead',
    roleGroup: 'teaching',
    workforce: 'children',
  },
  {
    as: 'delegate',
    email: 'saffron.okello-webb@children.ashmere.example',
    name: 'Saffron Okello-Webb',
    what: 'Social worker in children’s services; she has been on two courses',
    agency: 'children',
    job: 'Social worker',
    roleGroup: 'social-work',
    workforce: 'children',
  },
]

export const cast: readonly CastMember[] = members.map(({ as, email, name, what }) => ({ as, email, name, what }))
