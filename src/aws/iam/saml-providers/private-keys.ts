import { hash } from 'node:crypto'
import type { SamlProviderRecord } from '../../../store/records.ts'
import type { Call } from '../../operation.ts'
import { quotas } from '../quotas.ts'
import type { SamlProviderPorts } from './saml-provider.ts'

type Keys = SamlProviderRecord['privateKeys']

/** Adds a private key that decrypts assertions. Throws InvalidInput, LimitExceeded. */
export function withKey(
  keys: Keys,
  pem: string,
  { sealKey }: SamlProviderPorts,
  {
    fault,
    now,
    requestId,
  }: Pick<Call<'InvalidInput' | 'LimitExceeded'>, 'fault' | 'now' | 'requestId'>,
): Keys {
  const sealed = sealKey(pem)
  if (sealed === undefined)
    throw fault(
      'InvalidInput',
      'Invalid private key: it has to be an RSA key of 2048 to 4096 bits in PEM.',
    )
  if (keys.length >= quotas.privateKeysPerSamlProvider)
    throw fault(
      'LimitExceeded',
      `Cannot exceed quota for PrivateKeysPerSAMLProvider: ${quotas.privateKeysPerSamlProvider}`,
    )
  // The model's pattern for ids: 22 to 64 characters of A–Z and 0–9.
  const id = hash('sha256', `${requestId}${sealed}`, 'hex').toUpperCase().slice(0, 32)
  return [...keys, { id, sealed, createdAt: now.toISOString() }]
}
