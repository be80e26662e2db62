import type { SessionClaims } from '../credentials/claims.ts'
import { parsePolicy, type Policy } from '../policy/index.ts'
import type { PolicyCache } from './policy-cache.ts'
import { denyAll } from './policy-cache.ts'
import type { PolicyReader } from './principal-policies.ts'

/** The session policies of a token as layers, what its holders narrowed among them; undefined when there are none. A managed policy that is gone denies everything: it may have held a Deny. */
export async function sessionLayers({ layers, narrowed, account }: SessionClaims, reader: PolicyReader, cache: PolicyCache): Promise<readonly (readonly Policy[])[] | undefined> {
  const all = narrowed ? [...layers, ...narrowed.layers] : layers
  if (all.length === 0) return undefined
  return Promise.all(all.map(async ({ inline, arns }) => [
    ...inline.map((text) => cache.get('session', 'session policy', text)),
    ...await Promise.all(arns.map(async (arn) => (await reader.managed('session', account, arn)) ?? denyAll(arn))),
  ]))
}

/** Root has no policies of its own: where a layer has to allow, this one does. */
export function allowAll(): Policy {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: { Sid: 'Root', Effect: 'Allow', Action: '*', Resource: '*' } })
  const parsed = parsePolicy('identity', 'root', text)
  if (!parsed.ok) throw new Error('the policy that allows everything does not parse')
  return parsed.policy
}
