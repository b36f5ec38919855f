/** Pictures to draw: the invented conference and its year, and each kind with nothing, little, much and very long words. */

import type { Picture } from '#server/impact/shared/figures.ts'
import { conference, conferenceMatrix, programme, roomOf } from './conference.ts'

export const asInTheYear: Record<string, Picture> = {
  'the whole room': { kind: 'whole-room', room: conference },
  'before and now': { kind: 'matrix', matrix: conferenceMatrix },
  'what got in the way': {
    kind: 'shares',
    rows: [
      { label: 'Time and workload', count: 11, of: 31 },
      { label: 'Unsure how to start', count: 7, of: 31 },
      { label: 'No case of this kind has come up', count: 4, of: 31 },
      { label: 'Another agency did not do its part, or did not answer', count: 3, of: 31 },
      { label: 'My manager did not support it', count: 1, of: 31 },
      { label: 'Something else', count: 0, of: 31 },
    ],
  },
  'two arrows': {
    kind: 'arrows',
    from: 'Before the day',
    to: 'Three months on',
    rows: [
      { label: 'I can talk to a young person about suicide', from: 9, to: 18, of: 28 },
      { label: 'I know when and how to make a safeguarding referral', from: 22, to: 24, of: 28 },
      { label: 'Looking back, what I could do before the day', from: 6, to: 18, of: 28 },
      { label: 'I can name who to ring', from: 27, to: 25, of: 28 },
      { label: 'I know our own policy', from: 14, to: 14, of: 28 },
    ],
  },
  'beside earlier years': {
    kind: 'trend',
    points: [
      { label: '2022 to 2023', count: 19, of: 61, low: 0.21, high: 0.44, response: 31, broken: null },
      { label: '2023 to 2024', count: 34, of: 70, low: 0.37, high: 0.6, response: 38, broken: null },
      {
        label: '2024 to 2025',
        count: 88,
        of: 160,
        low: 0.47,
        high: 0.63,
        response: 44,
        broken: 'The question was reworded, and people were asked after three months instead of six.',
      },
      { label: '2025 to 2026', count: 171, of: 266, low: 0.58, high: 0.7, response: 53, broken: null },
    ],
  },
  'expected and met': {
    kind: 'pairs',
    first: 'Expected at the end of the day',
    second: 'Met in the three months since',
    rows: [
      { label: 'Time and workload', first: 24, second: 11 },
      { label: 'Unsure how to start', first: 3, second: 7 },
      { label: 'No case of this kind', first: 6, second: 4 },
      { label: 'Another agency', first: 9, second: 3 },
      { label: 'Manager did not support it', first: 2, second: 0 },
    ],
    of: { first: 58, second: 31 },
  },
  'who came': {
    kind: 'mix',
    rows: [
      { label: 'Education', count: 27 },
      { label: 'Health', count: 18 },
      { label: "Children's social care", count: 14 },
      { label: 'Police', count: 8 },
      { label: 'Voluntary and community', count: 6 },
      { label: 'Early years', count: 4 },
      { label: 'Probation', count: 2 },
      { label: 'Faith groups', count: 1 },
    ],
  },
  gaps: {
    kind: 'gaps',
    columns: ['Education', 'Health', 'Police', "Children's social care", 'Voluntary and community'],
    rows: [
      { label: 'Domestic abuse', months: [2, 5, 11, 2, 26] },
      { label: 'Child exploitation', months: [8, 14, 8, 8, 41] },
      {
        label: 'Neglect and the toxic trio, with its younger sibling cumulative harm',
        months: [13, 30, null, 1, null],
      },
      { label: 'Mental health, self-harm and suicide', months: [0, 0, 37, 0, 19] },
    ],
  },
}

const long = 'Somebody wrote an uncommonly long label with Unabgekürzteverwaltungsvorschriftenverzeichnisnummern in it'
const hostile = `</text><script>alert("1")</script> & 'x' ]]> \u0000\u0008\ud800 <style>`
const rows = (count: number, label: string) =>
  Array.from({ length: count }, (_, i) => ({ label: `${label} ${i + 1}`, i }))
const year = (label: string, i: number, broken: string | null) => ({
  label,
  count: i * 311,
  of: 1326 * i,
  low: 0.1,
  high: 0.9,
  response: (i * 17) % 101,
  broken,
})

function ofSize(size: number, label: string): Picture[] {
  const some = rows(size, label)
  return [
    { kind: 'shares', rows: some.map((row) => ({ label: row.label, count: row.i * 401, of: 5000 })) },
    {
      kind: 'arrows',
      from: label,
      to: `${label} later`,
      rows: some.map((row) => ({ label: row.label, from: row.i, to: row.i * 3, of: 1500 })),
    },
    { kind: 'trend', points: some.map((row) => year(row.label.slice(0, 60), row.i, row.i % 3 === 2 ? label : null)) },
    {
      kind: 'pairs',
      first: label,
      second: label,
      rows: some.map((row) => ({ label: row.label, first: row.i * 7, second: row.i })),
      of: { first: 1200, second: 1000 },
    },
    { kind: 'mix', rows: some.map((row) => ({ label: row.label, count: (size - row.i) * 3 })) },
    {
      kind: 'gaps',
      columns: some.map((row) => row.label),
      rows: some.map((row) => ({ label: row.label, months: some.map((to) => (to.i + row.i) * 9 || null) })),
    },
  ]
}

const matrixOf = (counts: number[][], unmatched: number): Picture => ({ kind: 'matrix', matrix: { counts, unmatched } })
const nobody = [0, 0, 0, 0]

/** Each kind at its edges, by a name that says which. */
export const atTheEdges: Record<string, Picture> = {
  'nobody came': { kind: 'whole-room', room: roomOf({}) },
  'one answered': { kind: 'whole-room', room: roomOf({ already: 1 }) },
  'one did not': { kind: 'whole-room', room: roomOf({}, { 'not-yet-due': 1 }) },
  'one of each': {
    kind: 'whole-room',
    room: roomOf(
      { routine: 1, once: 1, started: 1, 'not-yet': 1, 'no-chance': 1, left: 1, already: 1 },
      { 'no-reply': 1000, 'could-not-be-asked': 1, 'not-asked-by-rule': 1 },
    ),
  },
  'a county': {
    kind: 'whole-room',
    room: roomOf(
      { routine: 4321, once: 3210, started: 1234, 'not-yet': 2345, 'no-chance': 1111, left: 2222, already: 3333 },
      { 'no-reply': 9876, 'still-being-asked': 1 },
    ),
  },
  'two of three silent': { kind: 'whole-room', room: programme },
  'one of many moved': {
    kind: 'arrows',
    from: 'Before the day',
    to: 'Three months on',
    rows: [
      { label: 'Up by one', from: 450, to: 451, of: 905 },
      { label: 'All but one, then all', from: 904, to: 905, of: 905 },
      { label: 'Down to none', from: 30, to: 0, of: 905 },
    ],
  },
  'almost nobody silent': { kind: 'whole-room', room: roomOf({ routine: 900 }, { 'could-not-be-asked': 1 }) },
  'an empty matrix': matrixOf([nobody, nobody, nobody, nobody], 0),
  'a county of moves': matrixOf(
    [
      [1234, 2345, 3456, 4567],
      [12, 23, 34, 45],
      [1, 2, 3, 4],
      [0, 0, 0, 9999],
    ],
    12345,
  ),
  ...Object.fromEntries(
    [0, 1, 2, 9]
      .flatMap((size) => [...ofSize(size, 'Label'), ...ofSize(size, long)])
      .concat(ofSize(2, hostile))
      .map((picture, i) => [`${i} ${picture.kind}`, picture]),
  ),
}
