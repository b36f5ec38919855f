import type { Mode, Role } from './input.ts'
import { staffRoles } from './input.ts'

const hour = 3_600_000

/** What a person acts as after signing in: the first of these they may. */
const order: readonly Role[] = ['coordinator', 'administrator', 'sub-group', 'trainer', 'agency-lead', 'delegate']

export const isStaff = (role: Role): boolean => (staffRoles as readonly Role[]).includes(role)

/**
 * The roles that count in this sign-in: everyone is a delegate, and in live mode the staff roles count only once the
 * second factor was given (trust.md S3).
 */
export function rolesThatCount(held: readonly Role[], mode: Mode, secondFactorAt: number | null): Role[] {
  const all = order.filter((role) => role === 'delegate' || held.includes(role))
  return mode === 'live' && secondFactorAt === null ? all.filter((role) => !isStaff(role)) : all
}

export const firstRole = (counting: readonly Role[]): Role =>
  order.find((role) => counting.includes(role)) ?? 'delegate'

/**
 * How long a sign-in lasts, in milliseconds (product.md section 2; trust.md S2). Who holds a staff role has the short
 * limits also while acting under another role, for they may change back with one press.
 */
export function limitsOf(held: readonly Role[]): { idle: number; whole: number } {
  return held.some(isStaff) ? { idle: hour / 2, whole: 8 * hour } : { idle: 12 * hour, whole: 12 * hour }
}
