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
  /** Marks only those who have no mark yet, so that "the rest" never undoes what someone else has just pressed. */
  onlyUnmarked: v.optional(v.boolean(), false),
})
export type MarksInput = v.InferOutput<typeof marksInput>

export const registersSearch = v.strictObject({
  page: v.optional(
    v.pipe(v.string(), v.regex(/^[1-9]\d{0,2}$/, 'Pages are numbered from 1'), v.transform(Number)),
    '1',
  ),
})

/** Where a register stands, in the order of the list. */
export const registerStates = ['today', 'to-mark', 'coming', 'done'] as const
export type RegisterState = (typeof registerStates)[number]
