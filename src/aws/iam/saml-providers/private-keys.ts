import { hash } from 'node:crypto'
import type { SamlProviderRecord } from '../../../store/records.ts'
import type { Call } from '../../operation.ts'
import { quotas, type SamlProviderPorts } from './provider-access.ts'

type Keys = SamlProviderRecord['privateKeys']

/** A key that opens assertions joins those that are there. Throws InvalidInput, LimitExceeded. */
export function withKey(keys: Keys, pem: string, { sealKey }: SamlProviderPorts, { fault, now, requestId }: Pick<Call<'InvalidInput' | 'LimitExceeded'>, 'fault' | 'now' | 'requestId'>): Keys {
  const sealed = sealKey(pem)
  if (sealed === undefined) throw fault('InvalidInput', 'Invalid private key: it has to be an RSA key in PEM.')
  if (keys.length >= quotas.privateKeys) throw fault('LimitExceeded', `Cannot exceed quota for PrivateKeysPerSAMLProvider: ${quotas.privateKeys}`)
  // The model's pattern: 22 to 64 of A–Z 0–9.
  const id = hash('sha256', `${requestId}${sealed}`, 'hex').toUpperCase().slice(0, 32)
  return [...keys, { id, sealed, createdAt: now.toISOString() }]
}
