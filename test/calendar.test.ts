import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import { bankHoliday, bankHolidays } from '#server/bank-holidays.ts'
import {
  addDays,
  addMonths,
  addWorkingDays,
  addWorkingHours,
  advance,
  daysBetween,
  formatClock,
  formatDate,
  formatDateShort,
  formatInstant,
  formatMonth,
  formatPeriod,
  holidaysKnown,
  isWorkingDay,
  londonClock,
  londonDate,
  londonInstant,
  programmeYear,
  weekday,
  workingDaysBetween,
  yearBounds,
} from '#server/calendar.ts'

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
const numRuns = Number(process.env.HISTORIES ?? 5_000)
console.log(`calendar: SEED=${seed}, ${numRuns} of each property`)

const holds = <T extends unknown[]>(property: fc.IProperty<T>) => fc.assert(property, { seed, numRuns })

const FIRST = Temporal.PlainDate.from('1900-01-01')
const anyDate = fc.integer({ min: 0, max: 73_000 }).map((days) => FIRST.add({ days }).toString())
const anyClock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`)
const knownDate = fc.integer({ min: 0, max: 1826 }).map((days) => addDays('2024-01-01', days))
const changeDays = fc.constantFrom('2026-03-29', '2026-10-25', '2027-03-28', '2027-10-31')

const oracleInstant = (on: string, clock: string) =>
  Temporal.PlainDateTime.from(`${on}T${clock}`).toZonedDateTime('Europe/London').epochMilliseconds
const oracleWall = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO('Europe/London')

describe('London time', () => {
  it.each([
    ['2026-01-15', '10:00', '2026-01-15T10:00:00.000Z'],
    ['2026-08-06', '09:30', '2026-08-06T08:30:00.000Z'],
    // clocks go forward at 01:00 on 29 March 2026 and 28 March 2027: the hour from 01:00 to 02:00 is not there
    ['2026-03-28', '10:00', '2026-03-28T10:00:00.000Z'],
    ['2026-03-29', '00:59', '2026-03-29T00:59:00.000Z'],
    ['2026-03-29', '01:30', '2026-03-29T01:30:00.000Z'],
    ['2026-03-29', '02:00', '2026-03-29T01:00:00.000Z'],
    ['2026-03-29', '10:00', '2026-03-29T09:00:00.000Z'],
    ['2027-03-28', '00:59', '2027-03-28T00:59:00.000Z'],
    ['2027-03-28', '01:30', '2027-03-28T01:30:00.000Z'],
    ['2027-03-28', '02:00', '2027-03-28T01:00:00.000Z'],
    // clocks go back at 02:00 on 25 October 2026 and 31 October 2027: of the hour from 01:00, the first is meant
    ['2026-10-24', '10:00', '2026-10-24T09:00:00.000Z'],
    ['2026-10-25', '00:30', '2026-10-24T23:30:00.000Z'],
    ['2026-10-25', '01:30', '2026-10-25T00:30:00.000Z'],
    ['2026-10-25', '02:00', '2026-10-25T02:00:00.000Z'],
    ['2026-10-25', '10:00', '2026-10-25T10:00:00.000Z'],
    ['2027-10-31', '01:30', '2027-10-31T00:30:00.000Z'],
    ['2027-10-31', '02:00', '2027-10-31T02:00:00.000Z'],
  ])('%s %s in London is %s', (on, clock, instant) => {
    expect(new Date(londonInstant(on, clock)).toISOString()).toBe(instant)
  })

  it('gives the second of a repeated hour the same time on the clock', () => {
    expect(londonClock(Date.parse('2026-10-25T00:30:00Z'))).toBe('01:30')
    expect(londonClock(Date.parse('2026-10-25T01:30:00Z'))).toBe('01:30')
  })

  it('has the next day in summer from 11pm UTC', () => {
    expect(londonDate(Date.parse('2026-08-06T22:59:59.999Z'))).toBe('2026-08-06')
    expect(londonDate(Date.parse('2026-08-06T23:00:00Z'))).toBe('2026-08-07')
  })

  it('agrees with Temporal from a wall-clock time to an instant', () => {
    holds(
      fc.property(fc.oneof(anyDate, changeDays), anyClock, (on, clock) => {
        expect(londonInstant(on, clock)).toBe(oracleInstant(on, clock))
      }),
    )
  })

  it('agrees with Temporal from an instant to a date and a clock', () => {
    const anyInstant = fc
      .tuple(fc.oneof(anyDate, changeDays), fc.integer({ min: 0, max: 86_399_999 }))
      .map(([on, ms]) => Date.parse(`${on}T00:00:00Z`) + ms)
    holds(
      fc.property(anyInstant, (ms) => {
        const wall = oracleWall(ms)
        expect(londonDate(ms)).toBe(wall.toPlainDate().toString())
        expect(londonClock(ms)).toBe(wall.toPlainTime().toString().slice(0, 5))
      }),
    )
  })
})

describe('days and months', () => {
  it.each([
    ['2025-11-30', 3, '2026-02-28'],
    ['2027-11-30', 3, '2028-02-29'],
    ['2027-11-29', 3, '2028-02-29'],
    ['2028-02-29', 3, '2028-05-29'],
    ['2028-02-29', 12, '2029-02-28'],
    ['2028-02-29', -12, '2027-02-28'],
    ['2026-05-31', 1, '2026-06-30'],
    ['2026-01-31', -2, '2025-11-30'],
    ['2026-12-31', 3, '2027-03-31'],
  ])('%s and %i months is %s', (on, months, then) => {
    expect(addMonths(on, months)).toBe(then)
  })

  it('knows 29 February 2028, and that 2100 has none', () => {
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
    expect(addDays('2028-02-29', 1)).toBe('2028-03-01')
    expect(addDays('2100-02-28', 1)).toBe('2100-03-01')
    expect(daysBetween('2028-02-01', '2028-03-01')).toBe(29)
    expect(formatDate('2028-02-29')).toBe('Tuesday 29 February 2028')
  })

  it('agrees with Temporal on adding, counting and days of the week', () => {
    holds(
      fc.property(anyDate, anyDate, fc.integer({ min: -2_000, max: 2_000 }), (a, b, n) => {
        const date = Temporal.PlainDate.from(a)
        expect(addDays(a, n)).toBe(date.add({ days: n }).toString())
        expect(addMonths(a, n)).toBe(date.add({ months: n }).toString())
        expect(daysBetween(a, b)).toBe(date.until(b).days)
        expect(weekday(a)).toBe(date.dayOfWeek)
      }),
    )
  })

  it.each([
    '',
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '2026-4-01',
    '2026-08-06T10:00',
    '06/08/2026',
    '2026-08-0x',
  ])('refuses %o as a date', (on) => {
    expect(() => addDays(on, 1)).toThrow(RangeError)
    expect(() => formatDate(on)).toThrow(RangeError)
  })

  it.each(['', '24:00', '9:30', '09:60', '09.30', '09:30:00'])('refuses %o as a time', (clock) => {
    expect(() => londonInstant('2026-08-06', clock)).toThrow(RangeError)
  })
})

/** The anonymous Gregorian computus, as in Meeus, Astronomical Algorithms, chapter 8. */
function easterSunday(year: number): string {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const g = Math.floor((8 * b + 13) / 25)
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const n = h + l - 7 * m + 114
  return new Temporal.PlainDate(year, Math.floor(n / 31), (n % 31) + 1).toString()
}

describe('working days', () => {
  it.each([2024, 2025, 2026, 2027, 2028])(
    'has the bank holidays that the rules give for %i, substitute days with them',
    (year) => {
      const easter = easterSunday(year)
      const firstMonday = addDays(`${year}-05-01`, (8 - weekday(`${year}-05-01`)) % 7)
      const lastMonday = (lastDay: string) => addDays(lastDay, 1 - weekday(lastDay))
      const expected = [
        addDays(easter, -2),
        addDays(easter, 1),
        firstMonday,
        lastMonday(`${year}-05-31`),
        lastMonday(`${year}-08-31`),
      ]
      for (const fixed of [`${year}-01-01`, `${year}-12-25`, `${year}-12-26`]) {
        let on = fixed
        while (weekday(on) > 5 || expected.includes(on)) on = addDays(on, 1)
        expected.push(on)
      }
      expect(bankHolidays().filter((on) => on.startsWith(`${year}`))).toEqual(expected.toSorted())
      expect(holidaysKnown(year)).toBe(true)
    },
  )

  it('names a substitute day', () => {
    expect(bankHoliday('2026-12-28')).toBe('Boxing Day, substitute day')
    expect(bankHoliday('2026-12-26')).toBeUndefined()
  })

  it('counts plain weekdays in a year whose bank holidays are not known', () => {
    expect(holidaysKnown(2040)).toBe(false)
    expect(isWorkingDay('2040-12-25')).toBe(true)
    expect(isWorkingDay('2040-12-29')).toBe(false)
  })

  it.each([
    ['2026-04-02', 1, '2026-04-07'], // Maundy Thursday: over Good Friday, the weekend and Easter Monday
    ['2026-04-07', -1, '2026-04-02'],
    ['2026-12-24', 2, '2026-12-30'],
    ['2027-12-24', 1, '2027-12-29'],
    ['2027-12-31', 1, '2028-01-04'],
    ['2026-09-12', 1, '2026-09-14'], // from a Saturday
    ['2026-09-12', -1, '2026-09-11'],
    ['2026-09-12', 0, '2026-09-12'],
    ['2026-09-14', 14, '2026-10-02'],
  ])('from %s, working day %i is %s', (on, n, then) => {
    expect(addWorkingDays(on, n)).toBe(then)
  })

  it('counts back what it counted on, and lands on working days only', () => {
    holds(
      fc.property(knownDate, fc.integer({ min: -60, max: 60 }), (on, n) => {
        const then = addWorkingDays(on, n)
        expect(workingDaysBetween(on, then)).toBe(n)
        if (n !== 0) expect(isWorkingDay(then)).toBe(true)
        expect(Math.sign(daysBetween(on, then))).toBe(Math.sign(n))
      }),
    )
  })
})

describe('programme years', () => {
  it.each([
    ['2025-04-01', '2025-26'],
    ['2026-03-31', '2025-26'],
    ['2026-04-01', '2026-27'],
    ['2024-02-29', '2023-24'],
    ['1999-12-31', '1999-00'],
  ])('%s is in %s', (on, year) => {
    expect(programmeYear(on)).toBe(year)
    const { from, to } = yearBounds(year)
    expect(from <= on && on <= to).toBe(true)
  })

  it('runs from 1 April to 31 March', () => {
    expect(yearBounds('2025-26')).toEqual({ from: '2025-04-01', to: '2026-03-31' })
  })

  it.each(['', '2025', '2025-27', '2025-2026', '25-26', '2025-26 '])('refuses %o', (year) => {
    expect(() => yearBounds(year)).toThrow(RangeError)
  })
})

describe('dates in words', () => {
  it('writes days, months, times and instants as people read them', () => {
    expect(formatDate('2026-08-06')).toBe('Thursday 6 August 2026')
    expect(formatDateShort('2026-08-06')).toBe('6 August 2026')
    expect(formatMonth('2026-08-06')).toBe('August 2026')
    expect(formatPeriod('09:30', '12:30')).toBe('9:30am to 12:30pm')
    expect(formatInstant(Date.parse('2026-08-06T08:30:00Z'))).toBe('Thursday 6 August 2026, 9:30am')
    expect(formatInstant(Date.parse('2026-12-31T23:59:59Z'))).toBe('Thursday 31 December 2026, 11:59pm')
  })

  it.each([
    ['09:30', '9:30am'],
    ['10:00', '10am'],
    ['12:00', 'midday'],
    ['00:00', 'midnight'],
    ['12:05', '12:05pm'],
    ['00:05', '12:05am'],
    ['23:59', '11:59pm'],
  ])('writes %s as %s', (clock, words) => {
    expect(formatClock(clock)).toBe(words)
  })
})

describe('moving time forward', () => {
  const from = (on: string, clock: string, duration: string) => {
    const then = advance(londonInstant(on, clock), duration)
    return `${londonDate(then)} ${londonClock(then)}`
  }

  it.each([
    ['2026-09-14', '09:00', 'P1D', '2026-09-15 09:00'],
    ['2026-09-14', '09:00', 'P1W', '2026-09-21 09:00'],
    ['2026-09-14', '09:00', 'P3M', '2026-12-14 09:00'],
    ['2026-09-14', '09:00', 'P1Y', '2027-09-14 09:00'],
    ['2026-09-14', '09:00', 'P12M', '2027-09-14 09:00'],
    ['2026-09-14', '09:00', 'PT1H', '2026-09-14 10:00'],
    ['2026-11-30', '09:00', 'P3M', '2027-02-28 09:00'],
    ['2026-10-24', '09:00', 'P1D', '2026-10-25 09:00'],
    ['2026-10-24', '09:00', 'PT24H', '2026-10-25 08:00'],
    ['2027-03-27', '09:00', 'P1D', '2027-03-28 09:00'],
    ['2027-03-27', '09:00', 'PT24H', '2027-03-28 10:00'],
    ['2027-03-27', '01:30', 'P1D', '2027-03-28 02:30'],
    ['2027-09-14', '09:00', 'P366D', '2028-09-14 09:00'],
  ])('from %s %s, %s later is %s', (on, clock, duration, then) => {
    expect(from(on, clock, duration)).toBe(then)
  })

  it.each(['', 'soon', '3 months', 'P', 'P1', '1D', 'P1.5D', 'P1D P1D'])(
    'refuses %o, which is no duration',
    (duration) => {
      expect(() => from('2026-09-14', '09:00', duration)).toThrow(
        new RangeError('Give a duration such as P1D, P1W, P3M or PT1H'),
      )
    },
  )

  it.each(['-P1D', '-PT1S'])('refuses to go back by %s', (duration) => {
    expect(() => from('2026-09-14', '09:00', duration)).toThrow(/only goes forward/)
  })

  it.each(['P0D', 'PT0S', 'PT0.0001S'])('refuses %s, which is nothing', (duration) => {
    expect(() => from('2026-09-14', '09:00', duration)).toThrow(/longer than nothing/)
  })

  it.each(['P366D', 'P53W', 'P13M', 'P1YT1S', 'PT9000H', 'P900000Y'])(
    'refuses %s, which is more than a year',
    (duration) => {
      expect(() => from('2026-09-14', '09:00', duration)).toThrow(/longest step is one year/)
    },
  )

  it('says no with a RangeError, whatever the text', () => {
    holds(
      fc.property(fc.string(), (text) => {
        try {
          expect(advance(0, text)).toBeGreaterThan(0)
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
      }),
    )
  })
})

describe('working hours', () => {
  it.each([
    ['within a day', '2026-09-14 09:00', 2, '2026-09-14 11:00'],
    ['to the end of a day', '2026-09-14 18:00', 2, '2026-09-14 20:00'],
    ['over a night', '2026-09-14 19:30', 2, '2026-09-15 09:30'],
    ['from before the morning', '2026-09-15 03:00', 2, '2026-09-15 10:00'],
    ['from the end of a day', '2026-09-14 20:00', 2, '2026-09-15 10:00'],
    ['over a weekend and the autumn clock change', '2026-10-23 19:00', 2, '2026-10-26 09:00'],
    ['over a weekend and the spring clock change', '2026-03-27 19:00', 2, '2026-03-30 09:00'],
    ['over Easter', '2026-04-02 19:00', 4, '2026-04-07 11:00'],
    ['over Christmas', '2026-12-24 19:00', 2, '2026-12-29 09:00'],
    ['over more than one day', '2026-09-14 08:00', 25, '2026-09-16 09:00'],
  ])('count %s', (_, from, hours, then) => {
    const instant = (words: string) => londonInstant(words.slice(0, 10), words.slice(11))
    expect(addWorkingHours(instant(from), hours)).toBe(instant(then))
  })
})
