import type { Matrix, Room, SegmentKey, UnheardKey } from '#server/impact/shared/pictures.ts'

const nobody: Room = {
  came: 0,
  answered: 0,
  segments: { routine: 0, once: 0, started: 0, 'not-yet': 0, 'no-chance': 0, left: 0, already: 0 },
  unheard: { 'no-reply': 0, 'could-not-be-asked': 0, 'not-asked-by-rule': 0, 'still-being-asked': 0, 'not-yet-due': 0 },
}

/** A room that adds up, from the answers and dispositions that are not 0. */
export function roomOf(
  segments: Partial<Record<SegmentKey, number>>,
  unheard: Partial<Record<UnheardKey, number>> = {},
): Room {
  const sum = (counts: Partial<Record<string, number>>) => Object.values(counts).reduce<number>((a, b) => a + b!, 0)
  return {
    came: sum(segments) + sum(unheard),
    answered: sum(segments),
    segments: { ...nobody.segments, ...segments },
    unheard: { ...nobody.unheard, ...unheard },
  }
}

/** The invented conference of the example year: 80 came, 77 could be reached, 42 answered. */
export const conference = roomOf(
  { routine: 15, once: 11, started: 5, 'not-yet': 3, 'no-chance': 4, left: 1, already: 3 },
  { 'no-reply': 35, 'could-not-be-asked': 3 },
)

/** A programme in which two of three did not answer and some answers are a handful. */
export const programme = roomOf(
  { routine: 179, once: 79, started: 32, 'not-yet': 13, 'no-chance': 10, left: 5, already: 2 },
  { 'no-reply': 500, 'could-not-be-asked': 85 },
)

/** One learning outcome of the conference, as the sketch of the impact page has it. */
export const conferenceMatrix: Matrix = {
  counts: [
    [1, 3, 4, 0],
    [1, 3, 6, 1],
    [0, 2, 4, 1],
    [0, 0, 0, 2],
  ],
  unmatched: 14,
}
