import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import type { AuditEvent } from '../../src/audit/event.ts'
import { buildDispatch, type Dispatch, type DispatchPorts } from '../../src/aws/dispatch.ts'
import type { AnyOperation } from '../../src/aws/operation.ts'
import type { WireAnswer, WireRequest } from '../../src/aws/wire.ts'
import type { SessionClaims } from '../../src/credentials/claims.ts'
import { SigningSecret } from '../../src/credentials/sigv4.ts'
import { commonFault } from '../../src/kernel/aws-fault.ts'
import { Ids } from '../../src/kernel/ids.ts'
import { type Policy, parsePolicy } from '../../src/policy/index.ts'
import type { PolicyKind } from '../../src/policy/question.ts'
import type { Caller, Callers } from '../../src/sessions/caller.ts'
import type { Mfa } from '../../src/sessions/mfa.ts'
import type { RecordKind, RecordKinds } from '../../src/store/records.ts'
import type { Listed, Page, Reads, Store, Writes } from '../../src/store/store.ts'
import { recordingAudit } from '../audit/recording-audit.ts'

/** The moment at which every test of the wire stands. */
export const now = new Date('2026-03-04T05:06:07.000Z')
export const account = '111122223333'
export const accessKeyId = 'AKIAALICEALICEALICEA'
const secretAccessKey = 'alice-secret-alice-secret-alice-secret-40'

export function policy(kind: PolicyKind, document: unknown): Policy {
  const result = parsePolicy(kind, 'test', JSON.stringify(document))
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.policy
}
export function allow(action: string | string[], resource: string | string[] = '*'): Policy {
  return policy('identity', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: resource }],
  })
}

export function userCaller(change: Partial<Caller> = {}): Caller {
  return {
    principal: { kind: 'user', arn: `arn:aws:iam::${account}:user/staff/alice`, account },
    partition: 'aws',
    account,
    userId: 'AIDAALICE',
    credentials: 'long-term',
    accessKeyId,
    layers: { identity: [] },
    context: new Map([['aws:username', ['alice']]]),
    multivalued: new Set(),
    ...change,
  }
}
export function claims(
  kind: SessionClaims['kind'],
  change: Partial<SessionClaims> = {},
): SessionClaims {
  return {
    kind,
    partition: 'aws',
    account,
    accessKeyId: 'ASIA',
    secretAccessKey: 's',
    issuedAt: now,
    expiresAt: new Date(now.getTime() + 3_600_000),
    name: 'session',
    layers: [],
    tags: [],
    transitiveTagKeys: [],
    chained: false,
    ...change,
  }
}
export function roleCaller(
  change: Partial<SessionClaims> = {},
  layers: Caller['layers'] = { identity: [] },
): Caller {
  return userCaller({
    principal: {
      kind: 'assumed-role',
      arn: `arn:aws:sts::${account}:assumed-role/app/session`,
      account,
      roleArn: `arn:aws:iam::${account}:role/app`,
    },
    userId: 'AROAAPP:session',
    credentials: 'temporary',
    layers,
    claims: claims('role', { role: { name: 'app', path: '/', id: 'AROAAPP' }, ...change }),
  })
}

type Records = Partial<{ [K in RecordKind]: readonly RecordKinds[K][] }>

/** A store of fixed records; what is written is lost with the transaction's end, and counted. */
export function fixedStore(
  records: Records = {},
): Pick<Store, 'reads' | 'transact'> & { transactions: number; left: string[] } {
  const rows = (kind: RecordKind, of: string) =>
    ((records[kind] ?? []) as readonly RecordKinds['user'][])
      .filter((record) => record.account === of)
      .map((record) => ({ key: (record.name ?? kind).toLowerCase(), record }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
  const reads = {
    // Accounts are there unless a test says which.
    find: async (kind: RecordKind, of: string, key: string) =>
      kind === 'account' && !records.account
        ? { account: of, partition: 'aws' }
        : rows(kind, of).find((row) => row.key === key)?.record,
    list: async (kind: RecordKind, of: string, { pathPrefix = '/', after = '', limit }: Page) =>
      rows(kind, of)
        .filter(({ key, record }) => key > after && record.path.startsWith(pathPrefix))
        .slice(0, limit) as Listed<never>[],
    count: async (kind: RecordKind, of: string) => rows(kind, of).length,
    accountByAlias: async () => undefined,
    accounts: async () => [account],
  } as unknown as Reads
  const store = {
    reads,
    transactions: 0,
    left: [] as string[],
    async transact<T>(work: (tx: Writes) => Promise<T>): Promise<T> {
      store.transactions += 1
      const before = store.left.length
      try {
        return await work({ ...reads, leave: async (text) => store.left.push(text) } as Writes)
      } catch (error) {
        store.left.length = before
        throw error
      }
    },
  }
  return store
}

export interface WireScene extends Dispatch {
  readonly events: AuditEvent[]
  readonly bugs: unknown[]
  readonly store: ReturnType<typeof fixedStore>
  /** The audit port; a test may change what it answers. */
  readonly trail: ReturnType<typeof recordingAudit>
}

/** The dispatch on faked ports: one caller with one key, fixed records, a frozen clock. */
export function wireScene(
  operations: readonly AnyOperation[],
  caller = userCaller(),
  records: Records = {},
  messages: DispatchPorts['messages'] = { encode: () => undefined },
): WireScene {
  const events: AuditEvent[] = []
  const bugs: unknown[] = []
  const trail = recordingAudit(events)
  const store = fixedStore(records)
  let ids = 0
  const callers: Callers = {
    async claimant(id) {
      if (id !== accessKeyId)
        throw commonFault(
          'InvalidClientTokenId',
          'The security token included in the request is invalid.',
        )
      return { secret: new SigningSecret(secretAccessKey), caller: async () => caller }
    },
    ofClaims: async () => caller,
  }
  const ports: DispatchPorts = {
    callers,
    store,
    region: 'eu-central-1',
    keyUses: { note: () => undefined },
    messages,
    clock: { now: () => now },
    audit: trail,
    ids: { uuid: () => `id-${ids++}` },
    log: (_event, { err }) => void bugs.push(err),
  }
  return { ...buildDispatch(operations, ports), events, bugs, store, trail }
}

const versions = { sts: '2011-06-15', iam: '2010-05-08' } as const
type Service = keyof typeof versions

export interface Unsigned {
  readonly method?: string
  readonly query?: string
  readonly headers?: readonly string[]
}
/** A request without a signature. */
export function unsigned(
  body: string | Buffer,
  { method = 'POST', query = '', headers = [] }: Unsigned = {},
): WireRequest {
  return {
    method,
    rawPath: '/',
    rawQuery: query,
    body: Buffer.from(body),
    sourceAddress: '192.0.2.7',
    secure: true,
    rawHeaders: ['Host', 'gatehouse.test', 'User-Agent', 'aws-cli/2', ...headers],
  }
}

export function form(
  service: Service,
  action: string,
  parameters: Readonly<Record<string, string>> = {},
): string {
  return new URLSearchParams({
    Action: action,
    Version: versions[service],
    ...parameters,
  }).toString()
}

/** A request signed by the SDK's own signer. */
export async function signed(
  service: Service,
  body: string,
  { scope = service, key = accessKeyId, secret = secretAccessKey, region = 'eu-central-1' } = {},
): Promise<WireRequest> {
  const signer = new SignatureV4({
    service: scope,
    region,
    sha256: Sha256,
    applyChecksum: false,
    credentials: { accessKeyId: key, secretAccessKey: secret },
  })
  const { headers } = await signer.sign(
    {
      method: 'POST',
      protocol: 'https:',
      hostname: 'gatehouse.test',
      path: '/',
      body,
      headers: { host: 'gatehouse.test', 'content-type': 'application/x-www-form-urlencoded' },
    },
    { signingDate: now },
  )
  return {
    ...unsigned(body),
    rawHeaders: [...Object.entries(headers).flat(), 'user-agent', 'aws-cli/2'],
  }
}

/** Signs and sends one call. */
export async function send(
  on: Dispatch,
  service: Service,
  action: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<WireAnswer> {
  return sendIn({ on, region: 'eu-central-1' }, service, action, parameters)
}

/** As `send`, for a call that is scoped to `region`. */
export async function sendIn(
  { on, region }: { readonly on: Dispatch; readonly region: string },
  service: Service,
  action: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<WireAnswer> {
  return on.dispatch(await signed(service, form(service, action, parameters), { region }))
}

export function codeOf({ body }: WireAnswer): string | undefined {
  return /<Code>([^<]*)<\/Code>/.exec(body)?.[1]
}
export function messageOf({ body }: WireAnswer): string | undefined {
  return /<Message>([^<]*)<\/Message>/.exec(body)?.[1]
}

/** What the IAM operations need besides the store. */
export const iamPorts = {
  ids: new Ids(),
  sealSecret: (secret: string) => `sealed ${secret.length}`,
  tokenIssuer: {
    issuer: (of: string) => `https://sso.example.com/outbound/${of}`,
    issue: unused,
    discovery: unused,
    keys: unused,
  },
  keyUses: { find: async () => undefined },
  lastAccessed: { find: async () => new Map() },
  ephemeral: { count: unused, put: unused, get: unused },
  ownServices: async () => [],
  mfa: { seal: unused, take: unused, takePair: unused },
  passwords: { check: unused, prove: unused },
  userKeys: { proof: unused, touch: unused },
  keyTickets: { addressFor: unused, read: unused },
  touchCodes: { make: unused, take: unused },
  securityKeys: {
    usable: () => true,
    passkeys: () => false,
    registration: unused,
    newKey: unused,
    claim: unused,
    proof: unused,
    touched: unused,
  },
  samlProviders: { readMetadata: unused, sealKey: unused },
  resolvedHosts: new Set(['keycloak']),
}
/** Knows one device of alice's, `mfa/x`, whose code is 123456 and is never spent. */
export const oneDevice: Pick<Mfa, 'take'> = {
  async take({ userName, serialNumber, code }) {
    if (userName !== 'alice' || serialNumber !== `arn:aws:iam::${account}:mfa/x`) return 'unknown'
    return code === '123456' ? 'taken' : 'refused'
  },
}
function unused(): never {
  throw new Error('not part of this test')
}
