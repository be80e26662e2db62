import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { Settings } from '../config/settings.ts'
import type { KeyModel } from '../credentials/key-attestation.ts'
import type { SecurityKeySettings } from '../sessions/security-keys.ts'

/** How the settings in force want security keys. Certificates are parsed once for each file. */
export function securityKeySettings(
  { securityKeys, branding }: Pick<Settings, 'securityKeys' | 'branding'>,
  publicUrl: URL,
): SecurityKeySettings {
  const { rpId, userVerification, residentKey, passkeys } = securityKeys
  const models = modelsOf(securityKeys)
  const { hostname, origin } = publicUrl
  // IPv6 addresses stand in brackets.
  const isName = isIP(hostname.replace(/^\[|\]$/g, '')) === 0
  return {
    party: isName ? { id: rpId ?? hostname, name: branding.name, origin } : undefined,
    wishes: { userVerification, residentKey, attestation: models.length > 0 ? 'direct' : 'none' },
    models,
    passkeys,
  }
}

const parsed = new WeakMap<Settings['securityKeys'], readonly KeyModel[]>()

function modelsOf(section: Settings['securityKeys']): readonly KeyModel[] {
  const known = parsed.get(section)
  if (known) return known
  const models = Object.entries(section.models).map(
    ([aaguid, { certificates, certifications }]): KeyModel => ({
      aaguid,
      roots: certificates.map((pem) => new X509Certificate(pem)),
      certifications,
    }),
  )
  parsed.set(section, models)
  return models
}
