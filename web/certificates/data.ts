import { query } from '@solidjs/router'
import type { CertificateLine, CertificatesApi } from '#server/certificates/routes.ts'
import { api, roomClient } from '#web/api.ts'

const client = roomClient<CertificatesApi>()

/** One's own, newest first. */
export const getMyCertificates = query(
  (): Promise<{ certificates: CertificateLine[] }> =>
    api<{ certificates: CertificateLine[] }>(client.api.certificates.$get()),
  'my-certificates',
)
