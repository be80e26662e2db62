import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { certificateFingerprint } from '../../kernel/certificate-fingerprint.ts'
import type { RelevantCertificate } from '../redirect-upstream.ts'
import type { SamlSettings } from './settings.ts'
import type { OwnKey, OwnKeySource } from './sign.ts'

type KeyFiles = NonNullable<SamlSettings['keys']>[number]

/**
 * Read the keys that the settings name. Throws when a file is missing, or a key and its certificate
 * do not match.
 */
export async function ownKeysOf(files: readonly KeyFiles[]): Promise<OwnKeySource> {
  const keys = await Promise.all(files.map(readOwnKey))
  return { current: () => keys }
}

/** Read a key and its certificate. Throws when they do not match. */
export async function readOwnKey({ keyFile, certificateFile }: KeyFiles): Promise<OwnKey> {
  const key = createPrivateKey(await readFile(keyFile))
  const certificate = new X509Certificate(await readFile(certificateFile))
  if (key.asymmetricKeyType !== 'rsa' || !certificate.checkPrivateKey(key))
    throw new Error(`\`${keyFile}\` is not the RSA key of \`${certificateFile}\``)
  return { key, certificate: certificate.raw.toString('base64') }
}

export function ownCertificate({ certificate }: OwnKey): RelevantCertificate {
  const x509 = new X509Certificate(Buffer.from(certificate, 'base64'))
  return { whose: 'own', fingerprint: certificateFingerprint(x509), expiresAt: x509.validToDate }
}
