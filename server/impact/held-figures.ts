import { and, eq, gte, inArray, sql } from 'drizzle-orm'
import { eventCancellations, events } from '#db/courses.ts'
import type { Reading } from '#db/transact.ts'
import { formatDateShort, londonDate, londonInstant } from '#server/calendar.ts'
import type { deliverers, EventKind } from '#server/courses/input.ts'
import type { CameFrom } from './attendance-figures.ts'
import { coursesAt, placesAt, tenths } from './course-figures.ts'
import { countsIn, idsOf, isTaught, type Programme, type ProgrammeEvent, type Standing } from './programme.ts'
import { mostCame, percentCell, programmeFigure, so } from './programme-words.ts'
import type { Figure } from './shared/figures.ts'
import { figure } from './shared/pictures.ts'
import { capital, percent } from './shared/sentences-words.ts'

/* What was held: events, places, who came by course, sector, agency and who delivered. Courses and learning events only. */

export const kindWords: Record<EventKind, string> = {
  course: 'Course',
  'learning-event': 'Learning event',
  forum: 'Forum',
  briefing: 'Briefing',
  conference: 'Conference',
  'e-learning': 'E-learning',
}

/** Events held, to come and cancelled, and dates added since the programme began. */
export async function eventFigures(
  db: Reading,
  programme: Programme,
  all: readonly ProgrammeEvent[],
): Promise<Figure[]> {
  const taught = all.filter(isTaught)
  const held = taught.filter(({ state }) => state === 'held')
  const toCome = taught.filter(({ state }) => state === 'to-come').length
  const cancelled = all.filter(({ state }) => state === 'cancelled')
  const offTaught = cancelled.filter(isTaught).length
  const courses = new Set(held.map(({ courseId }) => courseId)).size
  const began = londonInstant(programme.startsOn, '00:00')
  const [later, reasons] = await Promise.all([
    db
      .select({ id: events.id })
      .from(events)
      .where(and(eq(events.programmeId, programme.id), gte(events.publishedAt, began))),
    db
      .select()
      .from(eventCancellations)
      .where(inArray(eventCancellations.eventId, idsOf(cancelled))),
  ])
  const isLater = new Set(idsOf(later))
  const added = taught.filter(({ id }) => isLater.has(id)).length
  const why = new Map(reasons.map(({ eventId, reason }) => [eventId, reason]))
  const figures = [
    programmeFigure({
      key: 'events',
      title: 'Events',
      sentence: [
        held.length === 0
          ? 'No course or learning event was held.'
          : `${so(held.length, 'event', 'events')} of ${so(courses, 'course', 'courses')} ${held.length === 1 ? 'was' : 'were'} held.`,
        offTaught === 0 ? 'None was cancelled.' : `${so(offTaught, 'was', 'were')} cancelled.`,
        toCome === 0 ? '' : `${so(toCome, 'is', 'are')} still to come.`,
        added === 0 ? '' : `${so(added, 'date was', 'dates were')} published only after the programme began.`,
      ]
        .filter(Boolean)
        .join(' '),
      definition:
        'Published courses and learning events, counted in the programme in which their last event session falls. Held: over, and not cancelled. A date counts as added when it was published on or after the first day of the programme, so autumn dates that are published in summer count too. Other kinds of event stand under their own headings.',
      table: {
        caption: 'Events of the programme',
        head: ['What', 'Events'],
        rows: [
          ['Held', held.length],
          ['Still to come', toCome],
          ['Cancelled', offTaught],
          ['Dates added: published after the programme began', added],
          ['Different courses held', courses],
        ],
      },
    }),
  ]
  if (cancelled.length > 0)
    figures.push(
      programmeFigure({
        key: 'cancelled-events',
        title: 'Why events were cancelled',
        sentence: `${capital(so(cancelled.length, 'event', 'events'))} of any kind ${cancelled.length === 1 ? 'was' : 'were'} cancelled, for the ${cancelled.length === 1 ? 'reason' : 'reasons'} given then.`,
        definition: 'The reason is the one given when the event was called off, in the words of whoever did it.',
        table: {
          caption: 'Events cancelled',
          head: ['Event', 'Kind', 'Date', 'Why'],
          rows: cancelled.map(({ id, title, kind, startsAt }) => [
            title,
            kindWords[kind],
            formatDateShort(londonDate(startsAt)),
            why.get(id) ?? '–',
          ]),
        },
      }),
    )
  return figures
}

/** Places, attendances, and how full each course was. */
export function capacityFigures(held: readonly ProgrammeEvent[], standing: Standing): Figure[] {
  const places = placesAt(held)
  const { attended } = countsIn(standing, held)
  const courses = coursesAt(held, standing)
  const full = tenths(attended, places)
  return [
    programmeFigure({
      key: 'capacity',
      title: 'Places, and how full they were',
      sentence:
        places === 0
          ? 'No place was offered.'
          : `${capital(so(places, 'place was', 'places were'))} offered and ${so(attended, 'attendance was', 'attendances were')} counted: ${percentCell(full)} of capacity.`,
      definition:
        'Places are those of events that were held. An attendance is one person at one event, counted when the course’s rule on the register is met. The percentage is attendances out of places.',
      table: {
        caption: 'Places and attendances',
        head: ['What', 'Number'],
        rows: [
          ['Places offered', places],
          ['Attendances', attended],
          ['Of capacity', percentCell(full)],
        ],
      },
    }),
    programmeFigure({
      key: 'by-course',
      title: 'By course',
      sentence: fullest(courses.map(({ title, attended, places }) => ({ label: title, count: attended, of: places }))),
      definition:
        'Each course’s events that were held, their places, the attendances and how many of those people answered the follow-up. Of capacity: attendances out of places.',
      table: {
        caption: 'By course',
        head: ['Course', 'Events', 'Places', 'Came', 'Of capacity', 'Answered'],
        rows: courses.map((one) => [
          one.title,
          one.events,
          one.places,
          one.attended,
          percentCell(one.percentOfCapacity),
          one.answered,
        ]),
        foot: [
          'All',
          held.length,
          places,
          attended,
          percentCell(full),
          courses.reduce((sum, { answered }) => sum + answered, 0),
        ],
      },
      picture: courses.length
        ? {
            kind: 'shares',
            // More may come than there were places; the bar is then full and the table tells.
            rows: courses.map(({ title, attended, places }) => ({
              label: title,
              count: attended,
              of: Math.max(attended, places),
            })),
          }
        : null,
    }),
  ]
}

function fullest(rows: readonly { label: string; count: number; of: number }[]): string {
  const filled = rows.filter(({ of }) => of > 0)
  if (filled.length === 0) return 'No course was held.'
  const words = ({ label, count, of }: (typeof filled)[number]) =>
    `${label} (${figure(count)} of ${so(of, 'place', 'places')}, ${percent(count, of)})`
  if (filled.length === 1) return `One course was held: ${words(filled[0]!)}.`
  const sorted = filled.toSorted((a, b) => b.count / b.of - a.count / a.of)
  const [first, last] = [sorted[0]!, sorted.at(-1)!]
  if (first.count * last.of === last.count * first.of)
    return `All ${figure(filled.length)} courses were equally full (${percent(first.count, first.of)}).`
  return `The fullest was ${words(first)}, the emptiest ${words(last)}.`
}

/** Who came, by sector and by agency as on the day. */
export function mixFigures(came: { sectors: readonly CameFrom[]; agencies: readonly CameFrom[] }): Figure[] {
  const mix = (key: string, title: string, name: string, definition: string, from: readonly CameFrom[]) => {
    const rows = from.map(({ name, attended }) => ({ label: name, count: attended }))
    const all = rows.reduce((sum, { count }) => sum + count, 0)
    return programmeFigure({
      key,
      title,
      sentence: mostCame(rows),
      definition,
      table: {
        caption: title,
        head: [name, 'Came', 'Of all'],
        rows: rows.map(({ label, count }) => [label, count, percentCell(tenths(count, all))]),
        foot: ['All', all, percentCell(tenths(all, all))],
      },
      picture: rows.length ? { kind: 'mix', rows } : null,
    })
  }
  return [
    mix(
      'by-sector',
      'By sector',
      'Sector',
      'Attendances by the sector a person belonged to on the day they booked.',
      came.sectors,
    ),
    mix(
      'by-agency',
      'By agency',
      'Agency',
      'Attendances by the agency a person belonged to on the day they booked. A school or team that belongs to a larger agency counts under it.',
      came.agencies,
    ),
  ]
}

const delivererWords: Record<(typeof deliverers)[number], string> = {
  pool: 'The partnership’s own trainers',
  commissioned: 'Commissioned providers',
  'partner-agency': 'A partner agency',
  'other-partnership': 'Another partnership',
}

/** Events, places and attendances by who delivered them. */
export async function delivererFigure(
  db: Reading,
  held: readonly ProgrammeEvent[],
  standing: Standing,
): Promise<Figure> {
  const stored = await db
    .select({ id: events.id, by: events.deliveredBy })
    .from(events)
    .where(sql`${events.id} in (select value from json_each(${JSON.stringify(idsOf(held))}))`)
  const by = new Map(stored.map((one) => [one.id, one.by]))
  const rows = (Object.keys(delivererWords) as (typeof deliverers)[number][])
    .map((deliverer) => {
      const own = held.filter(({ id }) => by.get(id) === deliverer)
      return { deliverer, events: own.length, places: placesAt(own), came: countsIn(standing, own).attended }
    })
    .filter(({ events }) => events > 0)
    .sort((a, b) => b.events - a.events)
  const [most] = rows
  return programmeFigure({
    key: 'delivered-by',
    title: 'Who delivered',
    sentence: !most
      ? 'No event was held.'
      : rows.length === 1
        ? `${held.length === 1 ? 'The one event was' : held.length === 2 ? 'Both events were' : `All ${figure(held.length)} events were`} delivered by ${inSentence[most.deliverer]}.`
        : `Of ${figure(held.length)} events, ${rows.map(({ deliverer, events }) => `${figure(events)} by ${inSentence[deliverer]}`).join('; ')}.`,
    definition: 'As entered with the event. Courses and learning events that were held.',
    table: {
      caption: 'Who delivered',
      head: ['Delivered by', 'Events', 'Places', 'Came'],
      rows: rows.map(({ deliverer, events, places, came }) => [delivererWords[deliverer], events, places, came]),
    },
  })
}

const inSentence: typeof delivererWords = {
  pool: 'the partnership’s own trainers',
  commissioned: 'commissioned providers',
  'partner-agency': 'a partner agency',
  'other-partnership': 'another partnership',
}
