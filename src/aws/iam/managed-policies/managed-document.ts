import { documentCharacters } from '../../../policy/quotas.ts'
import type { Call } from '../../operation.ts'
import { parsedDocument } from '../parsed-document.ts'
import { quotas } from '../quotas.ts'

/** Checks the document of a managed policy. Throws LimitExceeded and MalformedPolicyDocument. */
export function managedDocument(
  text: string,
  call: Call<'LimitExceeded' | 'MalformedPolicyDocument'>,
): string {
  const { policyCharacters: most } = quotas
  if (documentCharacters(text) > most)
    throw call.fault('LimitExceeded', `Cannot exceed quota for PolicySize: ${most}`)
  return parsedDocument('identity', text, call, 'managed')
}
