import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addDays,
  addMonths,
  addWorkingDays,
  isWorkingDay,
  londonClock,
  londonDate,
  weekday,
  workingDaysBetween,
} from '#server/calendar.ts'
import {
  type AskingFacts,
  askingInstant,
  dueDates,
  lateAfter,
  latestSendOn,
  reminderOn,
  stillBeingAskedUntil,
} from '#server/surveys/due-dates.ts'

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
const numRuns = Number(process.env.HISTORIES ?? 5_000)
console.log(`due dates: SEED=${seed}, ${numRuns} of each property`)

/** Invented school holidays of one invented council. */
const SCHOOL_HOLIDAYS = [
  { closedFrom: '2026-02-16', closedTo: '2026-02-20' },
  { closedFrom: '2026-03-30', closedTo: '2026-04-10' },
  { closedFrom: '2026-05-25', closedTo: '2026-05-29' },
  { closedFrom: '2026-07-22', closedTo: '2026-09-02' },
  { closedFrom: '2026-10-26', closedTo: '2026-10-30' },
  { closedFrom: '2026-12-21', closedTo: '2027-01-04' },
]

const attended = (lastSessionOn: string, more: Partial<AskingFacts> = {}): AskingFacts => ({
  lastSessionOn,
  education: false,
  termDates: SCHOOL_HOLIDAYS,
  pauses: [],
  ...more,
})

const PATTERN = 'we ask on a Tuesday, Wednesday or Thursday'

describe('when a follow-up is asked', () => {
  const table: { what: string; facts: AskingFacts; target: string; send: string; why: string[] }[] = [
    { what: 'a Tuesday that fits', facts: attended('2026-03-16'), target: '2026-06-16', send: '2026-06-16', why: [] },
    {
      what: 'a Friday',
      facts: attended('2026-03-12'),
      target: '2026-06-12',
      send: '2026-06-16',
      why: [`Friday 12 June 2026: ${PATTERN}`],
    },
    {
      what: 'a Monday',
      facts: attended('2026-03-15'),
      target: '2026-06-15',
      send: '2026-06-16',
      why: [`Monday 15 June 2026: ${PATTERN}`],
    },
    {
      what: 'a month too short',
      facts: attended('2025-11-30'),
      target: '2026-02-28',
      send: '2026-03-03',
      why: [
        'February 2026 has no 30th, so three months after 30 November 2025 is 28 February 2026',
        `Saturday 28 February 2026: ${PATTERN}`,
      ],
    },
    {
      what: 'a leap day',
      facts: attended('2027-11-30'),
      target: '2028-02-29',
      send: '2028-02-29',
      why: ['February 2028 has no 30th, so three months after 30 November 2027 is 29 February 2028'],
    },
    {
      what: 'a 31st',
      facts: attended('2026-03-31'),
      target: '2026-06-30',
      send: '2026-06-30',
      why: ['June 2026 has no 31st, so three months after 31 March 2026 is 30 June 2026'],
    },
    {
      what: 'Good Friday',
      facts: attended('2026-01-03'),
      target: '2026-04-03',
      send: '2026-04-07',
      why: ['Friday 3 April 2026: bank holiday (Good Friday)', `Saturday 4 April 2026: ${PATTERN}`],
    },
    {
      what: 'a bank holiday in the middle of Christmas',
      facts: attended('2027-09-28'),
      target: '2027-12-28',
      send: '2028-01-06',
      why: ['Tuesday 28 December 2027: no invitation goes out between 20 December and 5 January'],
    },
    {
      what: 'the last day before Christmas',
      facts: attended('2026-09-17'),
      target: '2026-12-17',
      send: '2026-12-17',
      why: [],
    },
    {
      what: '20 December',
      facts: attended('2026-09-20'),
      target: '2026-12-20',
      send: '2027-01-06',
      why: ['Sunday 20 December 2026: no invitation goes out between 20 December and 5 January'],
    },
    {
      what: '5 January',
      facts: attended('2026-10-05'),
      target: '2027-01-05',
      send: '2027-01-06',
      why: ['Tuesday 5 January 2027: no invitation goes out between 20 December and 5 January'],
    },
    {
      what: 'half term, for a teacher',
      facts: attended('2026-02-25', { education: true }),
      target: '2026-05-25',
      send: '2026-06-02',
      why: ['Monday 25 May 2026: school holiday until Friday 29 May 2026', `Saturday 30 May 2026: ${PATTERN}`],
    },
    {
      what: 'half term, for a social worker',
      facts: attended('2026-02-26'),
      target: '2026-05-26',
      send: '2026-05-26',
      why: [],
    },
    {
      what: 'the summer, for a teacher',
      facts: attended('2026-04-28', { education: true }),
      target: '2026-07-28',
      send: '2026-09-03',
      why: [
        'Tuesday 28 July 2026: school holiday until Wednesday 2 September 2026',
        'Schools may be asked about a summer date until Friday 25 September 2026',
      ],
    },
    {
      what: 'a pause',
      facts: attended('2026-03-16', { pauses: [{ from: '2026-06-15', to: '2026-06-19' }] }),
      target: '2026-06-16',
      send: '2026-06-23',
      why: ['Tuesday 16 June 2026: asking is paused until Friday 19 June 2026', `Saturday 20 June 2026: ${PATTERN}`],
    },
    {
      what: 'a school holiday and a pause of one day each, told without an end',
      facts: attended('2026-06-01', {
        education: true,
        termDates: [{ closedFrom: '2026-09-01', closedTo: '2026-09-01' }],
        pauses: [{ from: '2026-09-02', to: '2026-09-02', whom: 'everyone' }],
      }),
      target: '2026-09-01',
      send: '2026-09-03',
      why: ['Tuesday 1 September 2026: school holiday', 'Wednesday 2 September 2026: asking is paused for everyone'],
    },
    {
      what: 'leave',
      facts: attended('2026-03-16', { awayUntil: '2026-06-23' }),
      target: '2026-06-16',
      send: '2026-06-24',
      why: ['Away until Tuesday 23 June 2026'],
    },
    {
      what: 'leave that is over',
      facts: attended('2026-03-16', { awayUntil: '2026-06-15' }),
      target: '2026-06-16',
      send: '2026-06-16',
      why: [],
    },
    {
      what: 'a date that was put off',
      facts: attended('2026-03-16', { postponedTo: '2026-07-01' }),
      target: '2026-06-16',
      send: '2026-07-01',
      why: ['Postponed to Wednesday 1 July 2026'],
    },
    {
      what: 'the last day that fits',
      facts: attended('2026-03-16', { awayUntil: '2026-07-20' }),
      target: '2026-06-16',
      send: '2026-07-21',
      why: ['Away until Monday 20 July 2026'],
    },
  ]

  it.each(table)('$what: $target becomes $send', ({ facts, target, send, why }) => {
    expect(dueDates(facts)).toEqual({ target, send, why, outOfPattern: false })
  })

  it('asks on the first free working day, out of pattern, when none fits within 35 days', () => {
    const pauses = [{ from: '2026-06-16', to: '2026-07-16' }]
    expect(dueDates(attended('2026-03-15', { pauses, awayUntil: '2026-06-15' }))).toEqual({
      target: '2026-06-15',
      send: '2026-07-17',
      why: [
        'Away until Monday 15 June 2026',
        'Tuesday 16 June 2026: asking is paused until Thursday 16 July 2026',
        'No Tuesday, Wednesday or Thursday is free by Monday 20 July 2026: we ask on the first working day that is',
      ],
      outOfPattern: true,
    })
  })

  it('does not ask someone who is away, even when 35 days have gone by', () => {
    expect(dueDates(attended('2026-03-16', { awayUntil: '2026-08-01' }))).toMatchObject({
      send: '2026-08-03',
      outOfPattern: true,
    })
  })

  it('waits for school to begin after a pause that fills September', () => {
    const pauses = [{ from: '2026-09-03', to: '2026-09-30' }]
    expect(dueDates(attended('2026-04-28', { education: true, pauses }))).toMatchObject({
      send: '2026-10-01',
      outOfPattern: true,
    })
  })

  it('never comes to a day while a hold has no end', () => {
    const pauses = [{ from: '2026-01-01', to: '9999-12-31' }]
    expect(dueDates(attended('2026-03-16', { pauses }))).toMatchObject({ send: '9999-12-31', outOfPattern: true })
    expect(reminderOn('2026-06-16', 3, attended('2026-03-16', { pauses }))).toBe('9999-12-31')
  })

  it.each([
    ['2026-07-28', true, '2026-09-25'],
    ['2025-07-28', true, '2025-09-19'], // 1 September 2025 is a Monday
    ['2027-08-31', true, '2027-10-05'], // 35 days run longer than the third week
    ['2026-07-28', false, '2026-09-01'],
    ['2026-06-30', true, '2026-08-04'],
  ])('a target of %s (education: %s) may run to %s', (target, education, latest) => {
    expect(latestSendOn(target, education)).toBe(latest)
  })
})

describe('any facts', () => {
  const date = fc.integer({ min: 0, max: 1460 }).map((days) => addDays('2024-06-01', days))
  const period = fc
    .tuple(date, fc.integer({ min: 0, max: 45 }))
    .map(([from, days]) => ({ from, to: addDays(from, days) }))
  const facts = fc
    .record({
      lastSessionOn: date,
      education: fc.boolean(),
      pauses: fc.array(period, { maxLength: 12 }),
      terms: fc.array(period, { maxLength: 12 }),
      away: fc.option(fc.integer({ min: 60, max: 150 })),
      postponed: fc.option(fc.integer({ min: 60, max: 150 })),
    })
    .map(
      ({ lastSessionOn, education, pauses, terms, away, postponed }): AskingFacts => ({
        lastSessionOn,
        education,
        pauses,
        termDates: terms.map(({ from, to }) => ({ closedFrom: from, closedTo: to })),
        awayUntil: away === null ? null : addDays(lastSessionOn, away),
        postponedTo: postponed === null ? null : addDays(lastSessionOn, postponed),
      }),
    )

  const isHeld = (on: string, { pauses, education, termDates, awayUntil, postponedTo }: AskingFacts) =>
    !isWorkingDay(on) ||
    pauses.some(({ from, to }) => from <= on && on <= to) ||
    (education && termDates.some(({ closedFrom, closedTo }) => closedFrom <= on && on <= closedTo)) ||
    (!!awayUntil && on <= awayUntil) ||
    (!!postponedTo && on < postponedTo)
  const isChristmas = (on: string) => on.slice(5) >= '12-20' || on.slice(5) <= '01-05'
  const isMidweek = (on: string) => weekday(on) >= 2 && weekday(on) <= 4
  const daysFrom = (from: string, to: string) => {
    const days: string[] = []
    for (let on = from; on <= to; on = addDays(on, 1)) days.push(on)
    return days
  }

  it('asks on the first day that fits, never on a held day, and out of pattern only when no day fits', () => {
    fc.assert(
      fc.property(facts, (facts) => {
        const { target, send, why, outOfPattern } = dueDates(facts)
        const latest = latestSendOn(target, facts.education)
        const isFree = (on: string) => !isHeld(on, facts) && !isChristmas(on)
        expect(target).toBe(addMonths(facts.lastSessionOn, 3))
        expect(send >= target).toBe(true)
        expect(isFree(send)).toBe(true)
        const fitting = daysFrom(target, latest).find((on) => isFree(on) && isMidweek(on))
        expect(outOfPattern).toBe(fitting === undefined)
        expect(send).toBe(fitting ?? daysFrom(target, send).find(isFree))
        expect(send !== target && why.length === 0).toBe(false)
      }),
      { seed, numRuns },
    )
  })

  it('reminds after 4, 9 and 14 working days or later, never on a held day, five working days apart', () => {
    fc.assert(
      fc.property(facts, (facts) => {
        const sentOn = dueDates(facts).send
        const reminders = ([1, 2, 3] as const).map((step) => reminderOn(sentOn, step, facts))
        reminders.forEach((on, i) => {
          expect(isHeld(on, facts)).toBe(false)
          expect(workingDaysBetween(sentOn, on)).toBeGreaterThanOrEqual([4, 9, 14][i]!)
          if (i > 0) expect(workingDaysBetween(reminders[i - 1]!, on)).toBeGreaterThanOrEqual(5)
        })
      }),
      { seed, numRuns },
    )
  })
})

describe('reminders', () => {
  const facts = attended('2026-03-16')

  it('count working days from the day the invitation was really sent', () => {
    expect([1, 2, 3].map((step) => reminderOn('2026-06-16', step as 1 | 2 | 3, facts))).toEqual([
      '2026-06-22',
      '2026-06-29',
      '2026-07-06',
    ])
  })

  it('step over bank holidays', () => {
    expect(reminderOn('2026-03-31', 1, attended('2025-12-31'))).toBe('2026-04-08')
  })

  it('wait for the end of a pause, of leave, and for teachers of a school holiday', () => {
    expect(
      reminderOn('2026-06-16', 1, attended('2026-03-16', { pauses: [{ from: '2026-06-22', to: '2026-06-26' }] })),
    ).toBe('2026-06-29')
    expect(reminderOn('2026-06-16', 1, attended('2026-03-16', { awayUntil: '2026-06-24' }))).toBe('2026-06-25')
    expect(reminderOn('2026-05-19', 1, attended('2026-02-19', { education: true }))).toBe('2026-06-01')
    expect(reminderOn('2026-05-19', 1, attended('2026-02-19'))).toBe('2026-05-26')
  })

  it('do not all go out on the first day of term', () => {
    const teacher = attended('2026-04-16', { education: true })
    expect([1, 2, 3].map((step) => reminderOn('2026-07-16', step as 1 | 2 | 3, teacher))).toEqual([
      '2026-09-03',
      '2026-09-10',
      '2026-09-17',
    ])
  })

  it('are not moved by a pause that ended before their day', () => {
    expect(
      reminderOn('2026-06-16', 2, attended('2026-03-16', { pauses: [{ from: '2026-06-17', to: '2026-06-18' }] })),
    ).toBe(addWorkingDays('2026-06-16', 9))
  })
})

describe('the days around asking', () => {
  it('asks at 10am in London, on both sides of the clock changes', () => {
    for (const on of ['2026-03-26', '2026-03-31', '2026-10-22', '2026-10-27', '2027-03-25', '2027-03-30']) {
      expect(londonDate(askingInstant(on))).toBe(on)
      expect(londonClock(askingInstant(on))).toBe('10:00')
    }
  })

  it('is still being asked for 30 days after the last asking message, and late eight weeks past the target', () => {
    expect(stillBeingAskedUntil('2026-07-06')).toBe('2026-08-05')
    expect(lateAfter('2026-06-16')).toBe('2026-08-11')
  })
})
