import type { Role } from '#server/people/input.ts'

export type NavigationLink = { href: string; words: string }

const find = { href: '/events', words: 'Find training' }
const myBookings = { href: '/bookings', words: 'My bookings' }
const myCertificates = { href: '/certificates', words: 'My certificates' }
const courses = { href: '/courses', words: 'Courses' }
const registers = { href: '/registers', words: 'Registers' }
const impact = { href: '/impact', words: 'Impact' }
const reports = { href: '/reports', words: 'Reports' }
const actions = { href: '/actions', words: 'Actions' }
const recommendations = { href: '/recommendations', words: 'Recommendations' }
const asking = { href: '/asking', words: 'Asking' }
const texts = { href: '/texts', words: 'Text to clear' }
const codebook = { href: '/codebook', words: 'Codebook' }
const impactSettings = { href: '/settings', words: 'Settings' }
const whoAnswered = { href: '/who-answered', words: 'Who has answered' }
const messages = { href: '/messages', words: 'Messages' }

const signedOut: NavigationLink[] = [find]

const byRole: Record<Role, NavigationLink[]> = {
  delegate: [find, myBookings, myCertificates],
  'agency-lead': [find, myBookings, myCertificates, whoAnswered],
  trainer: [registers, find, myBookings, myCertificates],
  coordinator: [
    { href: '/events', words: 'Events' },
    courses,
    registers,
    asking,
    texts,
    impact,
    reports,
    actions,
    messages,
  ],
  'sub-group': [impact, reports, actions, recommendations, find],
  administrator: [impact, reports, actions, codebook, impactSettings, messages],
}

/** The links a role sees, in order, and of those only pages that exist: `paths` are the paths of routes.tsx. */
export function linksFor(role: Role | null, paths: ReadonlySet<string>): NavigationLink[] {
  return (role ? byRole[role] : signedOut).filter(({ href }) => paths.has(href))
}
