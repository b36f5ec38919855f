import { eq, isNull, or, sql } from 'drizzle-orm'
import { eventSessions } from '#db/courses.ts'
import { agencies, people } from '#db/people.ts'
import { assignments, trainers } from '#db/trainers.ts'
import type { Reading } from '#db/transact.ts'
import { idsOf, type Programme, type ProgrammeEvent } from './programme.ts'
import { programmeFigure, so } from './programme-words.ts'
import type { Figure } from './shared/figures.ts'
import { figure } from './shared/pictures.ts'
import { percent } from './shared/sentences-words.ts'

/** An event session up to this long is half a day, a longer one a day. */
const halfDayMinutes = 240

/** What each agency gave by its trainers: events and days over all kinds of event, beside the days they promised. */
export async function trainerFigure(
  db: Reading,
  programme: Programme,
  held: readonly ProgrammeEvent[],
): Promise<Figure> {
  const top = sql<number>`ifnull(${agencies.parentId}, ${agencies.id})`
  const atHeld = sql`in (select value from json_each(${JSON.stringify(idsOf(held))}))`
  const [assigned, sessions, promised, names] = await Promise.all([
    db
      .select({ eventId: assignments.eventId, trainerId: assignments.trainerId, agencyId: top })
      .from(assignments)
      .innerJoin(people, eq(people.id, assignments.trainerId))
      .innerJoin(agencies, eq(agencies.id, people.agencyId))
      .where(sql`${assignments.eventId} ${atHeld}`),
    db
      .select({ eventId: eventSessions.eventId, starts: eventSessions.starts, ends: eventSessions.ends })
      .from(eventSessions)
      .where(sql`${eventSessions.eventId} ${atHeld}`),
    db
      .select({ agencyId: top, days: sql<number>`sum(${trainers.daysPromised})`.mapWith(Number) })
      .from(trainers)
      .innerJoin(people, eq(people.id, trainers.personId))
      .innerJoin(agencies, eq(agencies.id, people.agencyId))
      // Someone who has been erased promised it all the same.
      .where(or(isNull(trainers.releasedUntil), sql`${trainers.releasedUntil} >= ${programme.startsOn}`))
      .groupBy(top),
    db.select({ id: agencies.id, name: agencies.name }).from(agencies),
  ])
  const days = new Map<number, number>()
  for (const { eventId, starts, ends } of sessions)
    days.set(eventId, (days.get(eventId) ?? 0) + (minutes(ends) - minutes(starts) <= halfDayMinutes ? 0.5 : 1))
  const promisedBy = new Map(promised.map((one) => [one.agencyId, one.days]))
  const ids = new Set([...assigned.map(({ agencyId }) => agencyId), ...promisedBy.keys()])
  const rows = [...ids]
    .map((id) => {
      const own = assigned.filter(({ agencyId }) => agencyId === id)
      return {
        name: names.find((agency) => agency.id === id)?.name ?? '',
        trainers: new Set(own.map(({ trainerId }) => trainerId)).size,
        events: new Set(own.map(({ eventId }) => eventId)).size,
        days: own.reduce((sum, { eventId }) => sum + (days.get(eventId) ?? 0), 0),
        promised: promisedBy.get(id) ?? 0,
      }
    })
    .filter(({ events, promised }) => events > 0 || promised > 0)
    .sort((a, b) => b.days - a.days || a.name.localeCompare(b.name, 'en-GB'))
  const sum = (key: 'trainers' | 'days' | 'promised') => rows.reduce((total, row) => total + row[key], 0)
  const given = rows.filter((row) => row.events > 0)
  const [first] = given
  return programmeFigure({
    key: 'trainers',
    title: 'What agencies gave by their trainers',
    sentence: !first
      ? 'Who the trainers were has not been entered for any event that was held, so what agencies gave is not known.'
      : `${so(sum('trainers'), 'trainer', 'trainers')} from ${so(given.length, 'agency', 'agencies')} gave ${so(sum('days'), 'day', 'days')}${
          given.length === 1
            ? ''
            : `; the most came from ${first.name} (${figure(first.days)}, ${percent(2 * first.days, 2 * sum('days'))})`
        }. ${sum('promised') === 0 ? 'No days had been promised.' : `${so(sum('promised'), 'day', 'days')} a year ${sum('promised') === 1 ? 'was' : 'were'} promised.`}`,
    definition:
      'By the agency a trainer belongs to now; a team counts under the agency it is part of. Each trainer’s event sessions at events of any kind that were held: one of up to four hours is half a day, a longer one a day. Preparing is not counted. Promised: the days a year agreed for trainers who were released at the start of the programme or later.',
    table: {
      caption: 'What agencies gave by their trainers',
      head: ['Agency', 'Trainers', 'Events', 'Days given', 'Days promised'],
      rows: rows.map((row) => [row.name, row.trainers, row.events, row.days, row.promised]),
    },
  })
}

function minutes(clock: string): number {
  const [hours = 0, past = 0] = clock.split(':').map(Number)
  return hours * 60 + past
}
