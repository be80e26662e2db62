import type { Connector } from '../../src/connectors/connector.ts'
import { commonFault } from '../../src/kernel/aws-fault.ts'
import type { Identity } from '../../src/kernel/identity.ts'
import type { Ids } from '../../src/kernel/ids.ts'
import { SignInFault } from '../../src/kernel/sign-in-fault.ts'
import type { Grant } from '../../src/mapping/grant.ts'
import type { RequestOrigin } from '../../src/sessions/request-facts.ts'
import type { Ending } from '../../src/sessions/revocations.ts'
import type { SignInPorts } from '../../src/sign-in/sign-in.ts'
import type { Mint } from './minted.ts'
import type { Clock } from './standing-clock.ts'

/** What tests change. */
export interface World {
  grants: Grant[]
  refuseTrust: boolean
  directory: 'up' | 'down' | 'hangs'
  issuers: string[]
  /** Access key ids whose role or user is gone. */
  gone: Set<string>
  ways: { id: string; label: string; accounts: string[] }[]
  /** Connectors whose browser leaves and comes back. */
  redirecting: Connector[]
  /** Proofs of before it are revoked. */
  revokedAt: Date | undefined
  /** What revoked sessions, as their pages say it. */
  ending: Ending | undefined
}

type Ports = Pick<SignInPorts, 'connectors' | 'mappings' | 'federation'>

export function freshWorld(): World {
  return {
    grants: [
      grant('DataAnalyst', '268804417753'),
      grant('TimetableExport', '268804417753'),
      grant('ReadOnlyAudit', '412088330917'),
    ],
    refuseTrust: false,
    directory: 'up',
    issuers: ['https://broker.meridian.example/'],
    gone: new Set(),
    ways: [
      { id: 'staff', label: 'Meridian staff', accounts: ['268804417753'] },
      { id: 'break-glass', label: 'Break glass', accounts: ['412088330917'] },
    ],
    redirecting: [],
    revokedAt: undefined,
    ending: undefined,
  }
}

/** Its ways in: the world's own, and those that tests add. */
export function connectorsOf(world: World, clock: Clock): Ports['connectors'] {
  return () => [
    ...world.ways.map(
      (way): Connector => ({
        ...way,
        protocol: way.id === 'break-glass' ? ('file' as const) : ('ldap' as const),
        upstream: {
          flow: 'password',
          check: (username, password) => check(world, clock, way.id, { username, password }),
          knows: ({ username }) => !world.gone.has(username),
          probe: async () => {},
          [Symbol.asyncDispose]: async () => {},
        },
      }),
    ),
    ...world.redirecting,
  ]
}

/** The mapping grants what the world says, whoever asks. */
export function mappingsOf(world: World): Ports['mappings'] {
  return () => ({
    evaluate: () => ({
      grants: world.grants,
      outcomes: world.grants.map(({ rule }) => ({
        rule,
        result: 'granted' as const,
        reason: 'group',
      })),
    }),
  })
}

/** Trusts everybody unless the world says not, and keeps in `asked` with which facts. */
export function federationOf(
  world: World,
  { clock, ids, mint }: { clock: Clock; ids: Ids; mint: Mint },
  asked: RequestOrigin[],
): Ports['federation'] {
  const heard = (
    { sourceAddress, userAgent, secure, region }: RequestOrigin,
    grants: readonly Grant[],
  ) => {
    asked.push({ sourceAddress, userAgent, secure, region })
    return grants
  }
  return {
    permitted: async (_identity, grants, from) =>
      heard(from, grants).map((one) => ({
        grant: one,
        account: one.roleArn.split(':')[4]!,
        roleName: one.roleArn.split('/').at(-1)!,
        maxDurationSeconds: one.maxDurationSeconds ?? 14_400,
        ...(one.roleArn.includes('268804417753') && { accountName: 'meridian-data' }),
      })),
    assumeWithIdentity: async ({ grant: one, identity, durationSeconds = 3600, from }) => {
      heard(from, [one])
      if (world.refuseTrust) throw commonFault('AccessDenied', 'not trusted')
      if (durationSeconds > 14_400) throw commonFault('ValidationError', 'too long')
      const [, , , , account] = one.roleArn.split(':')
      const { token, ...claims } = mint({
        account: account!,
        name: one.sessionName,
        role: { name: one.roleArn.split('/').at(-1)!, path: '/', id: ids.next('AROA') },
        expiresAt: new Date(clock.now().getTime() + durationSeconds * 1000),
        tags: [...one.tags].map(([Key, Value]) => ({ Key, Value })),
        federation: {
          provider: 'ldap-provider/staff',
          connector: identity.connector,
          subject: identity.subject,
          username: identity.username,
          rule: one.rule,
        },
      })
      const credentials = {
        accessKeyId: claims.accessKeyId,
        secretAccessKey: claims.secretAccessKey,
        sessionToken: token,
        expiration: claims.expiresAt,
      }
      return {
        credentials,
        claims,
        packedPolicySize: 3,
        decision: { effect: 'allow', because: [], missingContext: [] },
        roleArn: one.roleArn,
      }
    },
  }
}

export function grant(role: string, account: string, more: Partial<Grant> = {}): Grant {
  return {
    rule: `rule-${role}`,
    roleArn: `arn:aws:iam::${account}:role/${role}`,
    sessionName: 'amina.okafor',
    tags: new Map([['team', 'platform']]),
    transitiveTagKeys: [],
    ...more,
  }
}

async function check(
  world: World,
  clock: { now(): Date },
  connector: string,
  { username, password }: { username: string; password: string },
): Promise<Identity> {
  if (world.directory === 'hangs') await new Promise(() => {})
  if (world.directory === 'down')
    throw new SignInFault('directory-unavailable', 'connection refused')
  if (!['amina', 'jonas'].includes(username.trim().toLowerCase()) || password !== 'right horse')
    throw new SignInFault('credentials-rejected', 'bind answered 49')
  const name = username.trim().toLowerCase()
  return {
    connector,
    protocol: 'ldap',
    subject: `uuid-of-${name}`,
    username: name === 'amina' ? 'amina.okafor' : '<b>jonas"\'</b>',
    displayName: name === 'amina' ? 'Amina Okafor' : '<script>alert(1)</script>',
    attributes: new Map([['mail', ['amina@meridian.example']]]),
    groups: ['data'],
    authenticatedAt: clock.now(),
    strength: 'password',
  }
}
