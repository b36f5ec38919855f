import type { Context } from '#server/context.ts'
import { makeToken } from '#server/keys.ts'

/** The certificate's own page, for its holder: whoever has the address sees it without signing in. */
export async function certificateHref(ctx: Pick<Context, 'config' | 'secrets'>, id: number): Promise<string> {
  return `${ctx.config.origin}${await certificatePath(ctx, id)}`
}

/** The same within this site. */
export async function certificatePath(ctx: Pick<Context, 'secrets'>, id: number): Promise<string> {
  return `/certificates/${await makeToken(ctx.secrets, 'certificate', id)}`
}
