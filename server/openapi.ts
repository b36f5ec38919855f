import { toJsonSchema } from '@valibot/to-json-schema'
import type { Hono } from 'hono'
import { ctxOf, type Env } from './context.ts'
import { NotSignedIn } from './errors.ts'
import { staffRoles } from './people/input.ts'
import { allow, saidBy } from './routing.ts'

const problem = {
  description: 'A problem, in plain words',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

/** Describes every /api route from what its own middleware says: who may, and what it takes. */
export function openapi(app: Hono<Env>, version: string) {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const { path, method, handler } of app.routes) {
    if (!path.startsWith('/api/') || path.includes('*') || method === 'ALL') continue
    const said = saidBy(handler) ?? {}
    const address = path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}')
    const at = (paths[address] ??= {})
    const operation = (at[method.toLowerCase()] ??= {
      parameters: [...address.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
        name,
        in: 'path',
        required: true,
        schema: { type: 'string' },
      })),
      responses: { [method === 'GET' ? '200' : '201']: { description: 'Done' }, default: problem },
    }) as { parameters: unknown[]; requestBody?: unknown; description?: string }
    if (said.allow) operation.description = `For: ${Array.isArray(said.allow) ? said.allow.join(', ') : said.allow}`
    if (said.takes?.where === 'json')
      operation.requestBody = {
        required: true,
        content: { 'application/json': { schema: schemaOf(said.takes.schema) } },
      }
    if (said.takes?.where === 'query') {
      const schema = schemaOf(said.takes.schema) as { properties?: Record<string, unknown>; required?: string[] }
      for (const [name, property] of Object.entries(schema.properties ?? {}))
        operation.parameters.push({
          name,
          in: 'query',
          required: schema.required?.includes(name) ?? false,
          schema: property,
        })
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Afterwards', version },
    paths,
    components: {
      schemas: {
        Problem: {
          type: 'object',
          required: ['type', 'title', 'status', 'code'],
          properties: {
            type: { const: 'about:blank' },
            title: { type: 'string' },
            status: { type: 'integer' },
            code: { type: 'string' },
            detail: { type: 'string' },
            reference: { type: 'string' },
            errors: {
              type: 'array',
              items: {
                type: 'object',
                required: ['path', 'message'],
                properties: { path: { type: 'string' }, message: { type: 'string' } },
              },
            },
          },
        },
      },
    },
  }
}

function schemaOf(schema: Parameters<typeof toJsonSchema>[0]): unknown {
  return toJsonSchema(schema, { typeMode: 'input', errorMode: 'ignore' })
}

/** Mounts the description of everything mounted before it. In live mode it is for signed-in staff. */
export function describe(app: Hono<Env>): void {
  app.get('/api/openapi.json', allow('anyone'), (c) => {
    const { actor, config } = ctxOf(c)
    const isStaff = actor.kind === 'person' && (staffRoles as readonly string[]).includes(actor.role)
    if (config.mode === 'live' && !isStaff) throw new NotSignedIn()
    return c.json(openapi(app, config.version))
  })
}
