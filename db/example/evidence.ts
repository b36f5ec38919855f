/* One of the parts of the example: what is set beside the answers. Recommendations, figures from elsewhere, actions, single-agency returns. */
import { addMonths, londonInstant, type On } from '#server/calendar.ts'
import type { ActionOwner, ActionSource, RecommendationSource } from '#server/impact/input.ts'
import * as tables from '../schema.ts'
import type { Writing } from '../transact.ts'
import { themes } from './courses.ts'
import type { Agency } from './people.ts'
import { insertMany } from './rows.ts'
import type { Seed } from './seed.ts'
import { programmes } from './year.ts'

type Asked = {
  source: RecommendationSource
  reference: string
  text: string
  madeOn: On
  courses: readonly string[]
  remains?: string
  metOn?: On
}

const recommended: readonly Asked[] = [
  {
    source: 'review',
    reference: 'Review R5, recommendation 2',
    text: 'Everyone who works with families is to ask about domestic abuse when they are alone with an adult, and to complete a risk checklist the same day.',
    madeOn: '2025-01-20',
    courses: ['DA'],
    remains:
      'The hospital’s maternity record has no place for the risk checklist yet; an audit follows in spring 2027.',
  },
  {
    source: 'review',
    reference: 'Review R2, recommendation 3',
    text: 'The neglect toolkit is to be used before a case is closed, not only when it is opened.',
    madeOn: '2024-06-17',
    courses: ['NEG'],
    remains: 'Schools use it with a social worker; few use it on their own.',
  },
  {
    source: 'inspection',
    reference: 'Inspection 2024, area for improvement 1',
    text: 'Staff are to name sexual abuse where they see its signs, and to record why they think so.',
    madeOn: '2024-11-08',
    courses: ['CSA', 'VOI'],
    remains: 'The next case audit is in autumn 2026.',
  },
  {
    source: 'audit',
    reference: 'Multi-agency audit 2024, action 6',
    text: 'Reports to child protection conferences are to be shared with the family before the day.',
    madeOn: '2024-09-30',
    courses: ['CHP'],
    metOn: '2026-05-12',
  },
  {
    source: 'law',
    reference: 'Local procedure, 2025 revision, part 4',
    text: 'Managers are to know when a concern about a colleague goes to the designated officer.',
    madeOn: '2025-04-01',
    courses: ['ALL', 'REC'],
  },
]

const beside = [
  {
    course: 'DA',
    place: 1,
    what: 'Case files with a completed risk checklist',
    count: 61,
    of: 90,
    period: 'April 2025 to March 2026',
    source: 'Multi-agency case audit, spring 2026',
    suppliedBy: 'Quality assurance, children’s services',
    sameMethod: true,
  },
  {
    course: 'DA',
    place: 2,
    what: 'Referrals to the domestic abuse service that came from health',
    count: 148,
    of: 402,
    period: 'April 2025 to March 2026',
    source: 'Yearly return of the service',
    suppliedBy: 'Ashmere Voluntary Alliance',
    sameMethod: false,
  },
  {
    theme: 'Neglect',
    place: 1,
    what: 'Families with a neglect toolkit on file when their plan ended',
    count: 33,
    of: 74,
    period: 'January to March 2026',
    source: 'Neglect audit 2026',
    suppliedBy: 'Neglect sub-group',
    sameMethod: null,
  },
]

type Made = {
  source: ActionSource
  said: string
  text: string
  owner: ActionOwner
  agency?: string
  course?: string
  barrier?: string
  who: string
  madeOn: On
  dueOn: On
  done?: { on: On; did: string }
  escalated?: { on: On; to: string }
}

/** As it stands on 14 September 2026: one overdue, one taken higher, two to come, two done. */
const made: readonly Made[] = [
  {
    source: 'barrier',
    said: 'There is no time to complete the checklist on a shift.',
    text: 'Give midwives ten minutes for the risk checklist in the booking appointment.',
    owner: 'agency',
    agency: 'hospital',
    course: 'DA',
    barrier: 'time',
    who: 'Head of midwifery',
    madeOn: '2026-05-12',
    dueOn: '2026-08-31',
  },
  {
    source: 'barrier',
    said: 'Our system has no place for the checklist.',
    text: 'Put the risk checklist into the case system.',
    owner: 'agency',
    agency: 'children',
    course: 'DA',
    barrier: 'systems',
    who: 'Systems lead',
    madeOn: '2026-05-12',
    dueOn: '2026-07-31',
    escalated: { on: '2026-08-10', to: 'the partnership’s executive' },
  },
  {
    source: 'barrier',
    said: 'I was not sure how to begin the conversation.',
    text: 'Add half an hour of practising the first question in pairs.',
    owner: 'course',
    course: 'DA',
    barrier: 'unsure-how',
    who: 'Lead trainer of the course',
    madeOn: '2026-05-12',
    dueOn: '2026-11-30',
  },
  {
    source: 'decision',
    said: 'Schools have the toolkit and do not use it alone.',
    text: 'Name one person in each school cluster who helps with the first toolkit.',
    owner: 'agency',
    agency: 'education',
    course: 'NEG',
    who: 'Education safeguarding adviser',
    madeOn: '2026-06-22',
    dueOn: '2026-12-18',
  },
  {
    source: 'forum-question',
    said: 'Who may we ring before we write a referral?',
    text: 'Print the advice line on the joining instructions and the slides of every course.',
    owner: 'partnership',
    who: 'Training coordinator',
    madeOn: '2026-02-16',
    dueOn: '2026-04-30',
    done: {
      on: '2026-04-21',
      did: 'The advice line stands on the joining instructions and the last slide of every course.',
    },
  },
  {
    source: 'trainer-note',
    said: 'The morning is all slides, and people stop listening.',
    text: 'Move the case work before lunch.',
    owner: 'course',
    course: 'CHP',
    who: 'Lead trainer of the course',
    madeOn: '2025-11-10',
    dueOn: '2026-01-31',
    done: { on: '2026-01-19', did: 'Case work now begins at 10:30am, with a real conference report to mark.' },
  },
]

/** Who was asked for 2025-26, and who has told: people who work there, and how many of them were taught. */
const asked: readonly {
  top: string
  told?: { staff: number; taught: number | null; by: string; evidence: string | null }
}[] = [
  {
    top: 'hospital',
    told: { staff: 2140, taught: 1685, by: 'Ines Callow', evidence: 'Our training record, read on 4 June' },
  },
  { top: 'children', told: { staff: 412, taught: 388, by: 'Marek Dunmore', evidence: 'Yearly return to our board' } },
  { top: 'police', told: { staff: 930, taught: 512, by: 'Orla Penhale', evidence: null } },
  {
    top: 'housing',
    told: { staff: 96, taught: null, by: 'Tobi Marchetti', evidence: 'No record of who came; attendance lists only' },
  },
  { top: 'probation', told: { staff: 74, taught: 60, by: 'Gwen Ashdown', evidence: 'Our training record' } },
  { top: 'fire' },
  { top: 'voluntary' },
]

/** Writes what is set beside the answers; agencies, courses and programmes must be there. */
export async function writeEvidence(
  db: Writing,
  given: { agencies: readonly Agency[]; courseIds: ReadonlyMap<string, number>; by: number; seed: Seed },
): Promise<void> {
  const { agencies, courseIds, by, seed } = given
  const at = (on: On) => londonInstant(on, '11:00')
  const top = (key: string) => agencies.find(({ top, parent }) => top === key && !parent)!.id
  const courseId = (code?: string) => (code === undefined ? null : courseIds.get(code)!)
  await insertMany(
    db,
    tables.recommendations,
    recommended.map(({ courses, remains = null, metOn = null, ...one }, i) => ({
      id: i + 1,
      ...one,
      remains,
      metOn,
      at: at(metOn ?? addMonths(one.madeOn, 1)),
      by,
    })),
  )
  await insertMany(
    db,
    tables.recommendationCourses,
    recommended.flatMap(({ courses }, i) =>
      courses.map((code) => ({ recommendationId: i + 1, courseId: courseId(code)! })),
    ),
  )
  await insertMany(
    db,
    tables.otherEvidence,
    beside.map(({ course, theme, ...one }) => ({
      courseId: courseId(course),
      themeId: theme === undefined ? null : themes.findIndex(({ name }) => name === theme) + 1,
      ...one,
      at: at('2026-06-15'),
      by,
    })),
  )
  await insertMany(
    db,
    tables.actions,
    made.map(({ agency, course, madeOn, done, escalated, barrier = null, ...one }) => ({
      ...one,
      agencyId: agency === undefined ? null : top(agency),
      courseId: courseId(course),
      barrier,
      madeAt: at(madeOn),
      madeBy: by,
      doneAt: done ? at(done.on) : null,
      did: done?.did ?? null,
      escalatedAt: escalated ? at(escalated.on) : null,
      escalatedTo: escalated?.to ?? null,
    })),
  )
  await writeReturns(
    db,
    asked.map(({ top: key, told }) => ({ agencyId: top(key), key, told })),
    seed,
    at,
  )
}

async function writeReturns(
  db: Writing,
  all: { agencyId: number; key: string; told: (typeof asked)[number]['told'] }[],
  seed: Seed,
  at: (on: On) => number,
): Promise<void> {
  const programmeId = programmes.findIndex(({ name }) => name === '2025-26') + 1
  await insertMany(
    db,
    tables.singleAgencyReturns,
    all.map(({ agencyId, key, told }, i) => ({
      agencyId,
      programmeId,
      askedAt: at('2026-05-18'),
      askedEmail: `training@${key}.ashmere.example`,
      staff: told?.staff ?? null,
      taught: told?.taught ?? null,
      evidence: told?.evidence ?? null,
      toldAt: told ? at(`2026-06-${String(2 + i * 4).padStart(2, '0')}`) : null,
      toldBy: told?.by ?? null,
    })),
  )
  await insertMany(
    db,
    tables.singleAgencyThemes,
    all.flatMap(({ agencyId, key, told }) => {
      if (!told) return []
      const chance = seed.fork(key)
      return themes.flatMap((_, i) =>
        chance.chance(0.45)
          ? [
              {
                agencyId,
                programmeId,
                themeId: i + 1,
                lastOn: addMonths('2026-03-01', -chance.between(0, 26)),
                people: Math.max(1, Math.round((told.taught ?? 40) * (0.1 + chance.next() * 0.5))),
              },
            ]
          : [],
      )
    }),
  )
}
