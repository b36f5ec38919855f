import { mac } from '#server/keys.ts'
import { checkCode } from './number.ts'

/** The code on a certificate: derived from the installation's key, so that only its hash need be stored. */
export async function certificateCode(secrets: string[], certificateId: number): Promise<string> {
  return checkCode((await mac(secrets, 'certificate-code', String(certificateId))).slice(0, 10))
}
