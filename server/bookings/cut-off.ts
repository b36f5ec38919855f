import { addWorkingDays, londonDate, type On } from '#server/calendar.ts'

/** Cancelling is free until this many working days before the first event session. */
export const cutOffWorkingDays = 5

/** The last day on which cancelling is free. */
export const lastFreeDay = (firstOn: On): On => addWorkingDays(firstOn, -cutOffWorkingDays)

export const isLate = (now: number, firstOn: On): boolean => londonDate(now) > lastFreeDay(firstOn)
