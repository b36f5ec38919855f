import * as v from 'valibot'

export const marks = ['present', 'late', 'left-early', 'absent', 'excused'] as const
export type Mark = (typeof marks)[number]

/** Marks that count towards an attendance. */
export const countedMarks = ['present', 'late'] as const satisfies readonly Mark[]

/** One press on the register, or a whole page of them. */
export const marksInput = v.strictObject({
  marks: v.pipe(
    v.array(
      v.strictObject({
        bookingId: v.pipe(v.number(), v.integer(), v.minValue(1)),
        mark: v.picklist(marks, 'Choose present, late, left early, absent or excused'),
      }),
    ),
    v.minLength(1, 'Mark at least one person'),
    v.maxLength(1000),
  ),
})
