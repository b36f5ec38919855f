import * as v from 'valibot'
import { isDay } from '#server/courses/input.ts'

export const roles = ['delegate', 'agency-lead', 'trainer', 'coordinator', 'sub-group', 'administrator'] as const
export type Role = (typeof roles)[number]

/** Roles that need a second factor in live mode (product.md section 2). */
export const staffRoles = ['coordinator', 'sub-group', 'administrator'] as const satisfies readonly Role[]

export const roleGroups = [
  'social-work',
  'health-visiting',
  'nursing',
  'general-practice',
  'teaching',
  'early-years',
  'policing',
  'probation',
  'housing',
  'youth-work',
  'adult-care',
  'volunteering',
  'management',
  'other',
] as const
export type RoleGroup = (typeof roleGroups)[number]

export const workforces = ['children', 'adults', 'both'] as const
export type Workforce = (typeof workforces)[number]

export const modes = ['example', 'live'] as const
export type Mode = (typeof modes)[number]

/** A work e-mail address: trimmed and in lower case, so that one mailbox is one person. */
export const emailAddress = v.pipe(
  v.string('Enter an email address'),
  v.trim(),
  v.toLowerCase(),
  v.nonEmpty('Enter an email address'),
  v.maxLength(254, 'Email address must be 254 characters or fewer'),
  v.email('Enter an email address in the correct format, like name@example.org'),
)

/** Joiners belong to names in several scripts; what turns the reading direction round, or is not seen, does not. */
export const holdsNoMarks = v.check(
  (name: string) => !/[\p{Cc}\p{Zl}\p{Zp}<>]|(?![\u200c\u200d])\p{Cf}/u.test(name),
  'A name must not hold line breaks, invisible characters or < and >',
)

/** A name stands in mail to others, where nobody may have us send a link. */
export const holdsNoAddress = v.check(
  (name: string) => !/:\/\/|\bwww\.|@/i.test(name),
  'A name must not hold a web or email address',
)

/** Shown exactly as typed on the certificate: any script, one letter or two hundred. */
export const fullName = v.pipe(
  v.string('Enter your full name'),
  v.trim(),
  v.nonEmpty('Enter your full name'),
  v.maxLength(200, 'A name must be 200 characters or fewer'),
  holdsNoMarks,
  holdsNoAddress,
)

export const signInCode = v.pipe(
  v.string('Enter the 6 digit code'),
  v.transform((typed) => typed.replace(/[\s-]/g, '')),
  v.regex(/^\d{6}$/, 'Enter the 6 digits from the email'),
)

export const personalDetails = v.strictObject({
  name: fullName,
  agencyId: v.pipe(v.number('Choose your school, service or organisation'), v.integer(), v.minValue(1)),
  roleGroup: v.picklist(roleGroups, 'Choose the kind of work you do'),
  workforce: v.picklist(workforces, 'Choose who you work with'),
  phone: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(40, 'Phone number must be 40 characters or fewer'))),
})
export type PersonalDetails = v.InferOutput<typeof personalDetails>

/** As people write one: spaces, brackets, dots, an extension; ten to fifteen digits with the area. */
const phoneNumber = v.pipe(
  v.string('Enter a telephone number, or leave it empty'),
  v.trim(),
  v.maxLength(40, 'Telephone number must be 40 characters or fewer'),
  v.check((typed) => {
    const [number = '', extension = ''] = typed.split(/(?:ext(?:ension)?\.?|x|#)/i)
    const digits = number.replace(/\D/g, '').length
    return (
      typed === '' || (/^\+?[\d\s().–-]+$/.test(number) && /^[\d\s]*$/.test(extension) && digits >= 10 && digits <= 15)
    )
  }, 'Enter a telephone number with its area code, like 01632 960 001, or leave it empty'),
  v.transform((typed) => typed || null),
)

/** How and when to reach someone in three months; empty and null for not said. */
export const reachInput = v.strictObject({
  phone: phoneNumber,
  until: v.nullable(
    v.pipe(v.string('Enter the last day you are away'), v.check(isDay, 'Enter a real date, such as 24 9 2026')),
  ),
})
export type ReachInput = v.InferInput<typeof reachInput>
export type Reach = v.InferOutput<typeof reachInput>

export const askForCode = v.strictObject({ email: emailAddress })
export const typedCode = v.strictObject({ code: signInCode })
export const roleChoice = v.strictObject({ role: v.picklist(roles, 'Choose a role') })

export const typedRecoveryCode = v.strictObject({
  recoveryCode: v.pipe(
    v.string('Enter a recovery code'),
    v.transform((typed) => typed.replace(/[\s-]/g, '').toUpperCase()),
    v.regex(/^[2-9A-HJ-NP-Z]{25}$/, 'Enter a recovery code: five groups of five letters and digits'),
  ),
})

const invitationToken = v.pipe(v.string(), v.regex(/^[\w-]{22}$/, 'This is not the address of an invitation'))

/** The rest is asked only of someone who is not a person here yet. */
export const acceptance = v.strictObject({
  name: v.optional(fullName),
  agencyId: v.optional(personalDetails.entries.agencyId),
  /** Only while there is no agency at all. */
  agencyName: v.optional(
    v.pipe(
      v.string('Enter the name of your organisation'),
      v.trim(),
      v.nonEmpty('Enter the name of your organisation'),
      v.maxLength(200, 'Name must be 200 characters or fewer'),
    ),
  ),
})
export type Acceptance = v.InferOutput<typeof acceptance>

export const startOfSetup = v.strictObject({ token: invitationToken })
export const endOfSetup = v.strictObject({
  token: invitationToken,
  setup: v.pipe(v.string(), v.maxLength(400)),
  code: signInCode,
})
