import { and, eq, gte, isNotNull, lt, sql } from 'drizzle-orm'
import { experiments, instruments, questions } from '#db/surveys.ts'
import type { Reading } from '#db/transact.ts'
import { addDays, londonInstant, type On } from '#server/calendar.ts'
import type { ExperimentKind, Stage } from '#server/surveys/input.ts'

/* When and with which words people were asked, event by event. */

/**
 * The versions of the general questions that people of an event (`held`, of the statement around it) were asked and began to answer, as JSON;
 * a course's own counts as the one it copied.
 */
export const versionsSql = sql`(
  select json_group_array(distinct case when instruments.course_id is null then instruments.version
    else (select max(g.version) from instruments g where g.stage = 'follow-up' and g.course_id is null and g.published_at <= instruments.published_at) end)
  from responses join instruments on instruments.id = responses.instrument_id
  where responses.event_id = held.id and responses.stage = 'follow-up')`

/** Between which days people were asked. */
export interface AskedBetween {
  firstOn: On | null
  lastOn: On | null
  /** The latest first asking of someone whose series is still open. */
  openSince: On | null
  /** The latest asking of someone whose series is still open. */
  openAskedOn: On | null
}

/** The same of an event (`held`, of the statement around it), as a JSON list. */
export const askedDaysSql = sql`(
  select json_array(min(first_asked_on), max(last_asked_on),
    max(case when closed_at is null then first_asked_on end), max(case when closed_at is null then last_asked_on end))
  from follow_ups where follow_ups.event_id = held.id)`

/** The same of several events together. */
export function askedIn(asked: ReadonlyMap<number, AskedBetween>, eventIds: readonly number[]): AskedBetween {
  const those = eventIds.flatMap((id) => asked.get(id) ?? [])
  const days = (key: keyof AskedBetween) =>
    those
      .map((one) => one[key])
      .filter((on) => on !== null)
      .toSorted()
  return {
    firstOn: days('firstOn')[0] ?? null,
    lastOn: days('lastOn').at(-1) ?? null,
    openSince: days('openSince').at(-1) ?? null,
    openAskedOn: days('openAskedOn').at(-1) ?? null,
  }
}

export interface TriedWordings {
  /** Tried on people of these events. */
  drawn: ExperimentKind[]
  /** Tried meanwhile and ended early, when who got which wording was thrown away: perhaps on people of these events. */
  thrownAway: ExperimentKind[]
}

/** What experiments tried on the asking messages of these events: where they did, the wording was not the same for all. */
export async function triedAt(
  db: Reading,
  eventIds: readonly number[],
  { firstOn, lastOn }: AskedBetween,
): Promise<TriedWordings> {
  if (firstOn === null) return { drawn: [], thrownAway: [] }
  // Of two follow-ups that share a message one is drawn, for both.
  const isDrawnHere = sql<number>`exists (
    select 1 from experiment_draws d inner join contacts own on own.booking_id = d.booking_id
      and own.step = case experiments.what when 'subject' then 'invitation' else 'reminder-1' end
    inner join contacts other on other.booking_id = own.booking_id or other.message_id = own.message_id
    inner join bookings b on b.id = other.booking_id
    where d.experiment_id = experiments.id and b.event_id in (select value from json_each(${JSON.stringify(eventIds)})))`
  const rows = await db
    .select({
      what: experiments.what,
      isDrawn: isDrawnHere,
      isThrownAway: sql<number>`(${isNotNull(experiments.endedAt)} and ${gte(experiments.endedAt, londonInstant(firstOn, '00:00'))}
        and ${lt(experiments.startedAt, londonInstant(addDays(lastOn ?? firstOn, 1), '00:00'))}
        and not exists (select 1 from experiment_draws a where a.experiment_id = experiments.id))`,
    })
    .from(experiments)
    .orderBy(experiments.what)
  const kinds = (those: typeof rows) => [...new Set(those.map(({ what }) => what))]
  const drawn = kinds(rows.filter(({ isDrawn }) => Number(isDrawn)))
  return {
    drawn,
    thrownAway: kinds(rows.filter(({ what, isThrownAway }) => Number(isThrownAway) && !drawn.includes(what))),
  }
}

/** The ids of a question in every published version. */
export function questionsCalled(db: Reading, stage: Stage, key: string) {
  return db
    .select({ id: questions.id })
    .from(questions)
    .innerJoin(instruments, eq(instruments.id, questions.instrumentId))
    .where(and(eq(instruments.stage, stage), eq(questions.key, key)))
}
