import type { RoleGroup } from '#server/people/input.ts'

/** Who is quoted, where they allowed their job to stand beside their words; otherwise, and for most jobs of few, `someone`. */
export const someone = 'Someone who came'

export const jobWords: Record<RoleGroup, string> = {
  'social-work': 'A social worker',
  'health-visiting': 'A health visitor',
  nursing: 'A nurse or midwife',
  'general-practice': 'Someone in general practice',
  teaching: 'Someone who works in a school',
  'early-years': 'Someone who works in early years',
  policing: 'Someone in the police',
  probation: 'Someone in probation',
  housing: 'Someone in housing',
  'youth-work': 'A youth worker',
  'adult-care': 'Someone in adult social care',
  volunteering: 'A volunteer',
  management: 'A manager',
  other: someone,
}
