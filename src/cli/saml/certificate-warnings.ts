import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Settings } from '../../config/settings.ts'
import type { RelevantCertificate } from '../../connectors/redirect-upstream.ts'
import { endingSoon, endText } from '../../connectors/saml/certificate-ends.ts'
import type { SamlSettings } from '../../connectors/saml/settings.ts'
import { readKnownIdp } from '../../connectors/saml/transport.ts'
import { certificateFingerprint } from '../../kernel/certificate-fingerprint.ts'

/**
 * Returns what `gatehouse check` reports of certificates in the settings or in files that they
 * name, one line each. Metadata at a URL are not fetched.
 */
export async function samlCertificateWarnings(
  { connectors }: Settings,
  now: Date,
): Promise<readonly string[]> {
  const warnings: string[] = []
  for (const [id, connector] of Object.entries(connectors)) {
    if (connector.type !== 'saml') continue
    try {
      const certificates = [...(await ofIdp(connector, now)), ...(await ofOurs(connector))]
      warnings.push(
        ...endingSoon(certificates, now).map((one) => `connectors.${id}: ${endText(one, now)}`),
      )
    } catch (error) {
      warnings.push(`connectors.${id}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return warnings
}

async function ofIdp({ idp }: SamlSettings, now: Date): Promise<readonly RelevantCertificate[]> {
  const known = await readKnownIdp(idp, now)
  return (
    known?.keys.flatMap(({ fingerprint, expiresAt }) =>
      expiresAt ? [{ whose: 'idp', fingerprint, expiresAt } as const] : [],
    ) ?? []
  )
}

async function ofOurs({ keys = [] }: SamlSettings): Promise<readonly RelevantCertificate[]> {
  return Promise.all(
    keys.map(async ({ certificateFile }) => {
      const certificate = new X509Certificate(await readFile(certificateFile))
      return {
        whose: 'own',
        fingerprint: certificateFingerprint(certificate),
        expiresAt: certificate.validToDate,
      } as const
    }),
  )
}
