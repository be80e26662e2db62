import type { SessionClaims } from '../../src/credentials/claims.ts'
import { commonFault } from '../../src/kernel/aws-fault.ts'
import type { Ids } from '../../src/kernel/ids.ts'
import { parsePolicy } from '../../src/policy/index.ts'
import type { Caller } from '../../src/sessions/caller.ts'
import { sessionArn } from '../../src/sign-in/session-arn.ts'
import type { Clock } from './standing-clock.ts'

export type Mint = (claims?: Partial<SessionClaims>) => SessionClaims & { readonly token: string }

/** Makes credentials as a broker would hold them, and knows the claims of every token it made. */
export function buildMint(
  clock: Clock,
  ids: Ids,
): { readonly mint: Mint; readonly claimsOf: (token: string) => SessionClaims | undefined } {
  const sealed = new Map<string, SessionClaims>()
  const mint: Mint = (changes = {}) => {
    const claims = { ...roleClaims(ids, clock.now()), ...changes }
    const token = `ghs1.test.${ids.opaque(24)}`
    sealed.set(token, claims)
    return { ...claims, token }
  }
  return { mint, claimsOf: (token) => sealed.get(token) }
}

/** Refuses credentials that have ended or are in `gone`. */
export function callersBut(gone: ReadonlySet<string>, clock: Clock) {
  return {
    ofClaims: async (claims: SessionClaims) => {
      if (gone.has(claims.accessKeyId))
        throw commonFault(
          'InvalidClientTokenId',
          'The security token included in the request is invalid.',
        )
      if (claims.expiresAt <= clock.now())
        throw commonFault('ExpiredToken', 'The security token included in the request is expired')
      return callerOf(claims)
    },
  }
}

function roleClaims(ids: Ids, now: Date): SessionClaims {
  return {
    kind: 'role',
    partition: 'aws',
    account: '268804417753',
    accessKeyId: ids.accessKey('ASIA', '111122223333'),
    secretAccessKey: ids.secretAccessKey(),
    issuedAt: now,
    expiresAt: new Date(now.getTime() + 3600_000),
    name: 'broker-session',
    role: { name: 'DataAnalyst', path: '/', id: 'AROAEXAMPLE' },
    layers: [],
    tags: [],
    transitiveTagKeys: [],
    chained: false,
  }
}

const parsed = parsePolicy(
  'identity',
  'DataAnalystAccess',
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'iam:*', Resource: '*' },
      { Effect: 'Deny', Action: 's3:PutObject', Resource: '*' },
    ],
  }),
)
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
const { policy } = parsed

function callerOf(claims: SessionClaims): Caller {
  return {
    principal: { kind: 'assumed-role', arn: sessionArn(claims) },
    partition: claims.partition,
    account: claims.account,
    userId: `AROAEXAMPLE:${claims.name}`,
    credentials: 'console',
    accessKeyId: claims.accessKeyId,
    claims,
    layers: { identity: [policy] },
    context: new Map(),
    multivalued: new Set(),
  }
}
