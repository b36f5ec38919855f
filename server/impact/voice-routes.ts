import { Hono } from 'hono'
import * as v from 'valibot'
import { ctxOf, type Env } from '#server/context.ts'
import { allow, idParam, valid } from '#server/routing.ts'
import { accountsPage, drawAccounts, recordAccount, showAccountWords } from './accounts.ts'
import { changeCodebook, codebook } from './codebook.ts'
import { codingDesk, giveCodes } from './coding.ts'
import { accountInput, codebookInput, codingInput, drawInput, quoteInput, voiceSearch } from './input.ts'
import { chooseQuote, quotesPage, unchooseQuote } from './quotes.ts'

export type { AccountCounts, AccountEntry, AccountsPage } from './accounts.ts'
export type { Code, Codebook } from './codebook.ts'
export type { Agreement, CodingDesk } from './coding.ts'
export type { QuotableText, QuotesPage } from './quotes.ts'

export const voiceRoutes = new Hono<Env>()
  .get('/api/codebook', allow('coordinator', 'administrator'), async (c) => c.json(await codebook(ctxOf(c))))
  .put('/api/codebook', allow('coordinator', 'administrator'), valid('json', codebookInput), async (c) =>
    c.json(await changeCodebook(ctxOf(c), c.req.valid('json'))),
  )
  .get('/api/coding', allow('coordinator'), valid('query', voiceSearch), async (c) =>
    c.json(await codingDesk(ctxOf(c), c.req.valid('query').programme)),
  )
  .put('/api/texts/:id/codes', allow('coordinator'), valid('param', idParam), valid('json', codingInput), async (c) =>
    c.json(await giveCodes(ctxOf(c), c.req.valid('param').id, c.req.valid('json'))),
  )
  .get('/api/quotes', allow('coordinator'), valid('query', voiceSearch), async (c) =>
    c.json(await quotesPage(ctxOf(c), c.req.valid('query').programme)),
  )
  .put('/api/quotes/:id', allow('coordinator'), valid('param', idParam), valid('json', quoteInput), async (c) =>
    c.json(await chooseQuote(ctxOf(c), c.req.valid('param').id, c.req.valid('json'))),
  )
  .delete('/api/quotes/:id', allow('coordinator'), valid('param', idParam), async (c) =>
    c.json(await unchooseQuote(ctxOf(c), c.req.valid('param').id)),
  )
  .get('/api/accounts', allow('coordinator'), valid('query', voiceSearch), async (c) =>
    c.json(await accountsPage(ctxOf(c), c.req.valid('query').programme)),
  )
  .post('/api/accounts', allow('coordinator'), valid('json', drawInput), async (c) =>
    c.json(await drawAccounts(ctxOf(c), c.req.valid('json').programme), 201),
  )
  .post(
    '/api/accounts/:id/outcome',
    allow('coordinator'),
    valid('param', idParam),
    valid('json', accountInput),
    async (c) => c.json(await recordAccount(ctxOf(c), c.req.valid('param').id, c.req.valid('json')), 201),
  )
  .post(
    '/api/accounts/:id/own-words',
    allow('coordinator'),
    valid('param', idParam),
    valid('json', v.strictObject({})),
    async (c) => c.json(await showAccountWords(ctxOf(c), c.req.valid('param').id), 201),
  )

export type VoiceApi = typeof voiceRoutes
