import { addDays, addWorkingDays, londonInstant, type On } from '#server/calendar.ts'

/** Cancelling is free until this many working days before the first event session. */
export const cutOffWorkingDays = 5

/** The last day on which cancelling is free. */
export const lastFreeDay = (firstOn: On): On => addWorkingDays(firstOn, -cutOffWorkingDays)

/** From when on cancelling is late: the midnight after that day. */
export const lateFrom = (firstOn: On): number => londonInstant(addDays(lastFreeDay(firstOn), 1), '00:00')

export const isLate = (now: number, firstOn: On): boolean => now >= lateFrom(firstOn)
