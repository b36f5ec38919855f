import { Hono } from 'hono'
import { ctxOf, type Env } from '#server/context.ts'
import { allow, idOf, valid } from '#server/routing.ts'
import { impactPageAside, periodPageAside } from './aside.ts'
import { impactSettingsInput, periodAsked } from './input.ts'
import { programmeList } from './programme-list.ts'
import { impactSettings, setImpactSettings } from './settings.ts'

export type { ActionLine, ActionsPage } from './actions.ts'
export type { CostLine, CostLines } from './cost-figures.ts'
export type { EvidenceApi } from './evidence-routes.ts'
export type { EvidencePage, EvidenceSet } from './other-evidence.ts'
export type { OtherTraining, OtherTrainingPage } from './other-training.ts'
export type { PageRead } from './pages.ts'
export type { Offered } from './period.ts'
export type { ProgrammeListed } from './programme-list.ts'
export type { ProgrammeApi } from './programme-routes.ts'
export type { ChainLink, Recommendation, RecommendationLine, Recommendations } from './recommendations.ts'
export type { ImpactSettings } from './settings.ts'
export type { ImpactPage } from './shared/pages.ts'
export type { ReturnAsked, ReturnsPage } from './single-agency-returns.ts'

const readers = ['sub-group', 'coordinator', 'administrator'] as const

export type { ReportBody } from './report-body.ts'
export type { ReportChoices } from './report-bounds.ts'
export type { Note } from './report-notes.ts'
export type { ReportPage } from './report-page.ts'
export type { ReportApi } from './report-routes.ts'
export type { ReportListed, ReportsPage } from './reports.ts'
export type {
  AccountCounts,
  AccountEntry,
  AccountsPage,
  Agreement,
  Code,
  Codebook,
  CodingDesk,
  QuotableText,
  QuotesPage,
  VoiceApi,
} from './voice-routes.ts'

export const impactRoutes = new Hono<Env>()
  .get('/api/impact/programmes', allow(...readers), async (c) => c.json(await programmeList(ctxOf(c))))
  .get('/api/impact/programmes/:name', allow(...readers), async (c) =>
    c.json(await impactPageAside(ctxOf(c), { level: 'programme', name: c.req.param('name') })),
  )
  .get('/api/impact/programmes/:name/courses/:code', allow(...readers), async (c) =>
    c.json(await impactPageAside(ctxOf(c), { level: 'course', name: c.req.param('name'), code: c.req.param('code') })),
  )
  .get('/api/impact/programmes/:name/themes/:id', allow(...readers), async (c) =>
    c.json(await impactPageAside(ctxOf(c), { level: 'theme', name: c.req.param('name'), id: idOf(c) })),
  )
  .get('/api/impact/programmes/:name/sectors/:id', allow(...readers), async (c) =>
    c.json(await impactPageAside(ctxOf(c), { level: 'sector', name: c.req.param('name'), id: idOf(c) })),
  )
  .get('/api/impact/programmes/:name/agencies/:id', allow(...readers), async (c) =>
    c.json(await impactPageAside(ctxOf(c), { level: 'agency', name: c.req.param('name'), id: idOf(c) })),
  )
  .get('/api/impact/events/:id', allow(...readers, 'trainer'), async (c) =>
    c.json(await impactPageAside(ctxOf(c), { level: 'event', id: idOf(c) })),
  )
  .get('/api/impact/period', allow(...readers), valid('query', periodAsked), async (c) =>
    c.json(await periodPageAside(ctxOf(c), c.req.valid('query'))),
  )
  .get('/api/impact/settings', allow(...readers), async (c) => c.json(await impactSettings(ctxOf(c))))
  .put('/api/impact/settings', allow('administrator'), valid('json', impactSettingsInput), async (c) =>
    c.json(await setImpactSettings(ctxOf(c), c.req.valid('json'))),
  )

export type ImpactApi = typeof impactRoutes
