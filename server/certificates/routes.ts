import { Hono, type Context as HonoContext } from 'hono'
import { ctxOf, type Env } from '#server/context.ts'
import { Missing, TooMany } from '#server/errors.ts'
import { readToken } from '#server/keys.ts'
import { countTraffic } from '#server/limits.ts'
import { show } from '#server/pages/page.ts'
import { allow } from '#server/routing.ts'
import type { World } from '#server/world.ts'
import { type Certificate, certificateByCode, certificateById, printedCode } from './certificate.ts'
import {
  checkAddress,
  checkedPage,
  checkFormPage,
  checkHost,
  checksAllowed,
  tooManyPage,
  unknownPage,
} from './check.ts'
import { certificatePdf } from './document.ts'
import { myCertificates } from './mine.ts'
import { parseCode } from './number.ts'
import { certificatePage, noCertificatePage } from './page.ts'

export const certificatesRoutes = new Hono<Env>().get('/api/certificates', allow('signed-in'), async (c) =>
  c.json(await myCertificates(ctxOf(c))),
)

export type CertificatesApi = typeof certificatesRoutes
export type { CertificateLine } from './mine.ts'

/** Pages without sign-in: the certificate behind its token, and the check that anyone may make. */
export function certificatePages(world: Pick<World, 'fonts'>) {
  return new Hono<Env>()
    .get('/certificates/:token', allow('link'), async (c) => {
      const certificate = await byToken(c)
      if (!certificate) return show(c, noCertificatePage(), 404)
      return show(c, await certificatePage(ctxOf(c), c.req.param('token'), certificate))
    })
    .get('/certificates/:token/document.pdf', allow('link'), async (c) => {
      const certificate = await byToken(c)
      if (certificate?.standing.status !== 'valid') throw new Missing()
      const bytes = await documentOf(c, world, certificate)
      return c.body(bytes as Uint8Array<ArrayBuffer>, 200, {
        'Content-Type': 'application/pdf',
        'Content-Disposition': `attachment; filename="certificate-${certificate.claims.number}.pdf"`,
        'Cache-Control': 'no-store',
        'X-Robots-Tag': 'noindex',
      })
    })
    .get('/check', allow('anyone'), (c) => {
      const typed = c.req.query('code')
      if (typed === undefined) return show(c, checkFormPage())
      const code = parseCode(typed)
      return code === null ? show(c, checkFormPage(typed)) : c.redirect(`/check/${code}`, 302)
    })
    .get('/check/:code', allow('anyone'), async (c) => {
      const ctx = ctxOf(c)
      try {
        await countTraffic(ctx, `certificate-checks ${ctx.address}`, checksAllowed.windowMs, checksAllowed.max)
      } catch (error) {
        if (!(error instanceof TooMany)) throw error
        c.header('Retry-After', String(error.seconds))
        return show(c, tooManyPage(error.seconds), 429)
      }
      const certificate = await certificateByCode(ctx, c.req.param('code'))
      return certificate ? show(c, checkedPage(certificate)) : show(c, unknownPage(), 404)
    })
}

async function byToken(c: HonoContext<Env>): Promise<Certificate | null> {
  const ctx = ctxOf(c)
  const id = await readToken(ctx.secrets, 'certificate', c.req.param('token') ?? '')
  return id === null ? null : certificateById(ctx, id)
}

async function documentOf(c: HonoContext<Env>, world: Pick<World, 'fonts'>, certificate: Certificate) {
  const ctx = ctxOf(c)
  const code = await printedCode(ctx, certificate)
  if (code === null) throw new Missing()
  return certificatePdf(certificate.claims, {
    checkAddress: checkAddress(ctx, code),
    code,
    codeAddress: checkHost(ctx),
    fonts: await world.fonts(),
    // The moment of the award, so that every copy is the same, byte for byte.
    madeAt: certificate.awardedAt,
    added: certificate.added,
  })
}
