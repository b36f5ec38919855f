import type { RouteDefinition } from '@solidjs/router'
import { type Component, lazy } from 'solid-js'
import { NotFound } from './shell/NotFound.tsx'

/** One line a page, by room. A page is the default export of its file and is fetched when first wanted. */
function page(path: string, load: () => Promise<{ default: Component }>): RouteDefinition & { path: string } {
  return { path, component: lazy(load) }
}

export const routes = [
  // shell
  page('/', () => import('./shell/HomePage.tsx')),
  page('/accessibility', () => import('./shell/AccessibilityPage.tsx')),
  page('/privacy', () => import('./shell/PrivacyPage.tsx')),
  // people
  page('/sign-in', () => import('./people/SignInPage.tsx')),
  page('/second-factor', () => import('./people/SecondFactorPage.tsx')),
  page('/enrol/:token', () => import('./people/EnrolPage.tsx')),
  page('/me', () => import('./people/YourDetailsPage.tsx')),
  // example
  page('/mailbox', () => import('./example/MailboxPage.tsx')),
  page('/mailbox/:id', () => import('./example/LetterPage.tsx')),
  // courses
  page('/events', () => import('./courses/EventsPage.tsx')),
  page('/events/:id', () => import('./courses/EventPage.tsx')),
  page('/courses', () => import('./courses/CoursesPage.tsx')),
  page('/courses/:code', () => import('./courses/CourseUpkeepPage.tsx')),
  // bookings
  page('/events/:id/book/:part?', () => import('./bookings/BookPage.tsx')),
  page('/bookings', () => import('./bookings/BookingsPage.tsx')),
  page('/bookings/:id', () => import('./bookings/BookingPage.tsx')),
  page('/bookings/:id/cancel', () => import('./bookings/CancelPage.tsx')),
  // surveys
  page('/asking', () => import('./surveys/AskingCalendarPage.tsx')),
  page('/asking/holds', () => import('./surveys/HoldsPage.tsx')),
  page('/asking/responses', () => import('./surveys/ResponsesPage.tsx')),
  page('/asking/reachability', () => import('./surveys/ReachabilityPage.tsx')),
  page('/asking/agreements', () => import('./surveys/AgreementPage.tsx')),
  page('/asking/agreements/template', () => import('./surveys/AgreementTemplatePage.tsx')),
  page('/asking/experiments', () => import('./surveys/ExperimentsPage.tsx')),
  page('/who-answered', () => import('./surveys/AgencyCountsPage.tsx')),
  page('/supervision-sheet', () => import('./surveys/SupervisionSheetPage.tsx')),
  page('/courses/:code/questions', () => import('./surveys/QuestionsPage.tsx')),
  page('/phone-round', () => import('./surveys/PhoneRoundPage.tsx')),
  page('/answers', () => import('./surveys/TypeInPage.tsx')),
  page('/events/:id/cards', () => import('./surveys/AnswerCardsPage.tsx')),
  page('/texts', () => import('./surveys/TextsPage.tsx')),
  // impact
  page('/impact', () => import('./impact/ProgrammesPage.tsx')),
  page('/impact/programmes/:name', () => import('./impact/ProgrammePage.tsx')),
  page('/impact/programmes/:name/courses/:code', () => import('./impact/CoursePage.tsx')),
  page('/impact/programmes/:name/themes/:id', () => import('./impact/ThemePage.tsx')),
  page('/impact/programmes/:name/sectors/:id', () => import('./impact/SectorPage.tsx')),
  page('/impact/programmes/:name/agencies/:id', () => import('./impact/AgencyPage.tsx')),
  page('/impact/programmes/:name/costs', () => import('./impact/CostsPage.tsx')),
  page('/impact/programmes/:name/other-training', () => import('./impact/OtherTrainingPage.tsx')),
  page('/settings', () => import('./impact/SettingsPage.tsx')),
  page('/impact/period', () => import('./impact/PeriodPage.tsx')),
  page('/impact/events/:id', () => import('./impact/EventPage.tsx')),
  page('/reports', () => import('./impact/ReportsPage.tsx')),
  page('/reports/:id', () => import('./impact/ReportPage.tsx')),
  page('/reports/:id/cover', () => import('./impact/ReportCoverPage.tsx')),
  page('/reports/:id/summary', () => import('./impact/ReportSummaryPage.tsx')),
  page('/codebook', () => import('./impact/CodebookPage.tsx')),
  page('/coding', () => import('./impact/CodingPage.tsx')),
  page('/quotes', () => import('./impact/QuotesPage.tsx')),
  page('/accounts', () => import('./impact/AccountsPage.tsx')),
  page('/actions', () => import('./impact/ActionsPage.tsx')),
  page('/recommendations', () => import('./impact/RecommendationsPage.tsx')),
  page('/recommendations/:id', () => import('./impact/RecommendationPage.tsx')),
  page('/evidence', () => import('./impact/OtherEvidencePage.tsx')),
  page('/returns', () => import('./impact/ReturnsPage.tsx')),
  // outbox
  page('/messages', () => import('./outbox/MessagesPage.tsx')),
  // attendance
  page('/registers', () => import('./attendance/RegistersPage.tsx')),
  page('/events/:id/register', () => import('./attendance/RegisterPage.tsx')),
  // certificates
  page('/certificates', () => import('./certificates/CertificatesPage.tsx')),
  // none of the above
  { path: '*missing', component: NotFound },
]

export const paths: ReadonlySet<string> = new Set(routes.map(({ path }) => path))
