import type { SessionClaims } from '../credentials/claims.ts'
import { type Policy, parsePolicy } from '../policy/index.ts'
import type { SessionPolicies } from './policy-cache.ts'
import type { PolicyReader } from './principal-policies.ts'

/**
 * The session policies of a token as layers, including those that its holders added; undefined when
 * there are none.
 */
export async function sessionLayers(
  { layers, narrowed, account }: SessionClaims,
  managed: PolicyReader['managed'],
  policies: SessionPolicies,
): Promise<readonly (readonly Policy[])[] | undefined> {
  const all = narrowed ? [...layers, ...narrowed.layers] : layers
  if (all.length === 0) return undefined
  return Promise.all(
    all.map(async ({ inline, arns }) => [
      ...inline.map((text) => policies.get(text)),
      ...(await Promise.all(arns.map((arn) => managed('session', account, arn)))),
    ]),
  )
}

/** Root has no policies: where a layer must allow, this policy does. */
export function allowAll(): Policy {
  const text = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Sid: 'Root', Effect: 'Allow', Action: '*', Resource: '*' },
  })
  const parsed = parsePolicy('identity', 'root', text)
  if (!parsed.ok) throw new Error('the policy that allows everything does not parse')
  return parsed.policy
}
