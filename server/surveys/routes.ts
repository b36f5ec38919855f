import { Hono } from 'hono'
import * as v from 'valibot'
import { ctxOf, type Env } from '#server/context.ts'
import { courseParam } from '#server/courses/input.ts'
import { page } from '#server/pages/page.ts'
import { allow, idParam, valid } from '#server/routing.ts'
import { courseQuestions, publish } from './added-questions.ts'
import { answerBefore, beforeQuestions } from './before.ts'
import {
  beforeInput,
  callInput,
  ceilingInput,
  previewSearch,
  publishInput,
  redactionInput,
  settlementInput,
  stageParam,
  typeInInput,
  whoseAnswerSearch,
  writerOpeningInput,
} from './input.ts'
import { phoneRound, recordCall, setCeiling, showOwnWords } from './phone-round.ts'
import { previewBefore, previewPage, previewPolicy } from './preview.ts'
import { answerCards } from './short-address.ts'
import { openWriter } from './text-writer.ts'
import { clearText, heldTexts, redactText } from './texts.ts'
import { answerForm, typeIn, whoseAnswer } from './typed-in.ts'
import { settleUrgent } from './urgent-settling.ts'

export const surveysRoutes = new Hono<Env>()
  .get('/api/bookings/:id/before', allow('signed-in'), valid('param', idParam), async (c) =>
    c.json(await beforeQuestions(ctxOf(c), c.req.valid('param').id)),
  )
  .put('/api/bookings/:id/before', allow('signed-in'), valid('param', idParam), valid('json', beforeInput), async (c) =>
    c.json(await answerBefore(ctxOf(c), c.req.valid('param').id, c.req.valid('json'))),
  )
  .get('/api/courses/:code/questions', allow('coordinator'), valid('param', courseParam), async (c) =>
    c.json(await courseQuestions(ctxOf(c), c.req.valid('param').code)),
  )
  .post(
    '/api/courses/:code/questions/:stage',
    allow('coordinator'),
    valid('param', stageParam),
    valid('json', publishInput),
    async (c) => c.json(await publish(ctxOf(c), c.req.valid('param'), c.req.valid('json')), 201),
  )
  .get(
    '/api/courses/:code/questions/before/shown',
    allow('coordinator'),
    valid('param', courseParam),
    valid('query', previewSearch),
    async (c) => c.json(await previewBefore(ctxOf(c), { ...c.req.valid('param'), draft: c.req.valid('query').draft })),
  )
  .get(
    '/api/courses/:code/questions/:stage/preview',
    allow('coordinator'),
    valid('param', stageParam),
    valid('query', previewSearch),
    async (c) => {
      const ctx = ctxOf(c)
      const { code, stage } = c.req.valid('param')
      const shown = await previewPage(ctx, stage, { code, ...c.req.valid('query') })
      c.header('Content-Security-Policy', previewPolicy)
      return c.html(page(ctx.config, { ...shown, scripts: [] }))
    },
  )
  .get('/api/texts', allow('coordinator'), async (c) => c.json(await heldTexts(ctxOf(c))))
  .post(
    '/api/texts/:id/clearance',
    allow('coordinator'),
    valid('param', idParam),
    valid('json', v.strictObject({})),
    async (c) => c.json(await clearText(ctxOf(c), c.req.valid('param').id), 201),
  )
  .post(
    '/api/texts/:id/redaction',
    allow('coordinator'),
    valid('param', idParam),
    valid('json', redactionInput),
    async (c) => c.json(await redactText(ctxOf(c), c.req.valid('param').id, c.req.valid('json')), 201),
  )
  .post(
    '/api/texts/:id/writer-opening',
    allow('coordinator'),
    valid('param', idParam),
    valid('json', writerOpeningInput),
    async (c) => c.json(await openWriter(ctxOf(c), c.req.valid('param').id, c.req.valid('json').reason), 201),
  )
  .post(
    '/api/texts/:id/settlement',
    allow('coordinator'),
    valid('param', idParam),
    valid('json', settlementInput),
    async (c) => c.json(await settleUrgent(ctxOf(c), c.req.valid('param').id, c.req.valid('json')), 201),
  )
  .get('/api/answers-to-type-in', allow('coordinator'), valid('query', whoseAnswerSearch), async (c) =>
    c.json(await whoseAnswer(ctxOf(c), c.req.valid('query').words)),
  )
  .get('/api/bookings/:id/answer', allow('coordinator'), valid('param', idParam), async (c) =>
    c.json(await answerForm(ctxOf(c), c.req.valid('param').id)),
  )
  .post(
    '/api/bookings/:id/answer',
    allow('coordinator'),
    valid('param', idParam),
    valid('json', typeInInput),
    async (c) => c.json(await typeIn(ctxOf(c), { bookingId: c.req.valid('param').id, ...c.req.valid('json') }), 201),
  )
  .get('/api/phone-round', allow('coordinator'), async (c) => c.json(await phoneRound(ctxOf(c))))
  .put('/api/phone-round/ceiling', allow('coordinator'), valid('json', ceilingInput), async (c) =>
    c.json(await setCeiling(ctxOf(c), c.req.valid('json').callsAWeek)),
  )
  .post(
    '/api/phone-round/:id/calls',
    allow('coordinator'),
    valid('param', idParam),
    valid('json', callInput),
    async (c) =>
      c.json(await recordCall(ctxOf(c), { bookingId: c.req.valid('param').id, ...c.req.valid('json') }), 201),
  )
  .post(
    '/api/phone-round/:id/own-words',
    allow('coordinator'),
    valid('param', idParam),
    valid('json', v.strictObject({})),
    async (c) => c.json(await showOwnWords(ctxOf(c), c.req.valid('param').id), 201),
  )
  .get('/api/events/:id/answer-cards', allow('coordinator'), valid('param', idParam), async (c) =>
    c.json(await answerCards(ctxOf(c), c.req.valid('param').id)),
  )

export type SurveysApi = typeof surveysRoutes
export type { CourseQuestions, StageQuestions } from './added-questions.ts'
export type { AgencyCounts, CountLine, LedAgency } from './agency-counts.ts'
export type { AgreementApi } from './agreement-routes.ts'
export type { Agreement, Agreements, Lead } from './agreements.ts'
export type { AskingMonth, CalendarLine, CalendarPerson } from './asking-calendar.ts'
export type { AskingApi } from './asking-routes.ts'
export type { BeforeQuestions } from './before.ts'
export type { ExperimentSize } from './experiment-forecast.ts'
export type { ExperimentResult } from './experiment-results.ts'
export type { ExperimentsPage } from './experiments.ts'
export type { Holds, Pause } from './holds.ts'
export type { CallEntry, PhoneRound } from './phone-round.ts'
export type { OutOfReach, Reachability } from './reachability.ts'
export type { AnswersRow } from './response-answers.ts'
export type { ResponsePage, ResponseRow } from './response-figures.ts'
export type { AnswerCards } from './short-address.ts'
export type { Writer } from './text-writer.ts'
export type { HeldText, UrgentText } from './texts.ts'
export type { AnswererFound, AnswerForm } from './typed-in.ts'
