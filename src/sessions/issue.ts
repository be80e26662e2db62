import type { SessionClaims, SessionLayer } from '../credentials/claims.ts'
import type { KeyRing } from '../credentials/key-ring.ts'
import { packedSizePercent, sealSession } from '../credentials/session-token.ts'
import { AwsFault, commonFault } from '../kernel/aws-fault.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { UserRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { Upstreams } from '../upstream/upstream.ts'
import type { Caller } from './caller.ts'
import { checkInline } from './check-inline.ts'
import { issueUpstream } from './issue-upstream.ts'
import { createSessionPolicyCheck, type SessionPolicyCheck } from './policy-cache.ts'
import { findManagedVersion } from './principal-policies.ts'
import type { Issued, MadeWith, Narrowing, RoleIssue } from './role-issue.ts'

/**
 * Makes temporary credentials and writes nothing. The caller has checked who may have them. Throws
 * AwsFault MalformedPolicyDocument for a session policy that does not parse, ValidationError for
 * more text than a call may have or a missing managed policy, PackedPolicyTooLarge for what does
 * not fit into a token. A role of an account with an upstream gets the upstream's credentials;
 * UpstreamRefusal where it gives none.
 */
export interface Issuer {
  issueRole(input: RoleIssue): Promise<Issued>
  /** Without a session policy the only layer is empty, so nothing is allowed. */
  issueFederatedUser(
    input: Narrowing & { readonly caller: Caller; readonly name: string },
  ): Promise<Issued>
  /** Root of `account`, limited by one policy. */
  issueRootSession(
    input: MadeWith &
      Pick<SessionClaims, 'partition' | 'account' | 'sourceIdentity' | 'ancestors'> & {
        readonly durationSeconds: number
        readonly policy: string
      },
  ): Promise<Issued>
  issueUserSession(input: {
    readonly caller: Caller
    readonly durationSeconds: number
    readonly mfaAt?: Date | undefined
  }): Promise<Issued>
}

export interface SignInIssuer {
  /** A session of whoever signed in by password; ends when they get another one. */
  issueSignIn(input: SignInIssue): Promise<Issued>
}

export interface SignInIssue {
  readonly partition: string
  readonly account: string
  /** Absent: the account's root. */
  readonly user?: Pick<UserRecord, 'id' | 'name' | 'path'> | undefined
  readonly passwordSetAt: string
  readonly durationSeconds: number
  readonly mfaAt?: Date | undefined
}

export interface IssuerPorts {
  readonly store: Pick<Store, 'reads'>
  readonly ring: Pick<KeyRing, 'seal'>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  /** The STS behind each account that has one. */
  readonly upstreams: Upstreams
}

export function createIssuer(ports: IssuerPorts): Issuer & SignInIssuer {
  const inner: Inner = { ...ports, problemOf: createSessionPolicyCheck() }
  return {
    issueRole: (input) => issueRole(inner, input),
    issueFederatedUser: (input) => issueFederatedUser(inner, input),
    issueRootSession: (input) => issueRootSession(inner, input),
    issueUserSession: (input) => issueUserSession(inner, input),
    issueSignIn: (input) => issueSignIn(inner, input),
  }
}

interface Inner extends IssuerPorts {
  readonly problemOf: SessionPolicyCheck
}

function issueRole(inner: Inner, input: RoleIssue): Promise<Issued> {
  const { role, sessionName, ancestors, sourceIdentity, federation, mfaAt } = input
  const { account, name, path, id } = role
  const upstream = inner.upstreams.of(account)
  if (upstream) return issueUpstream(inner, upstream, input)
  return issue(inner, input, {
    kind: 'role',
    partition: input.partition,
    account,
    name: sessionName,
    role: { name, path, id },
    layers: input.layers,
    tags: input.tags,
    transitiveTagKeys: input.transitiveTagKeys,
    chained: input.chained,
    ...(ancestors && { ancestors }),
    ...(sourceIdentity !== undefined && { sourceIdentity }),
    ...(federation && { federation }),
    ...(mfaAt && { mfaAt }),
  })
}

async function issueFederatedUser(
  inner: Inner,
  { caller, name, durationSeconds, layers, tags }: Parameters<Issuer['issueFederatedUser']>[0],
): Promise<Issued> {
  const { partition, account } = caller
  return issue(
    inner,
    { durationSeconds, from: caller },
    {
      kind: 'federated-user',
      partition,
      account,
      name,
      ...(await userOf(inner, caller)),
      layers,
      tags,
      transitiveTagKeys: [],
      chained: false,
    },
  )
}

function issueRootSession(
  inner: Inner,
  input: Parameters<Issuer['issueRootSession']>[0],
): Promise<Issued> {
  const { partition, account, policy, sourceIdentity, ancestors } = input
  return issue(inner, input, {
    kind: 'root-session',
    partition,
    account,
    name: 'root',
    layers: [{ inline: [policy], arns: [] }],
    tags: [],
    transitiveTagKeys: [],
    chained: false,
    ...(ancestors && { ancestors }),
    ...(sourceIdentity !== undefined && { sourceIdentity }),
  })
}

async function issueUserSession(
  inner: Inner,
  { caller, durationSeconds, mfaAt }: Parameters<Issuer['issueUserSession']>[0],
): Promise<Issued> {
  const { partition, account } = caller
  const user = await userOf(inner, caller)
  return issue(
    inner,
    { durationSeconds, from: caller },
    {
      kind: 'user-session',
      partition,
      account,
      name: user.user?.name ?? 'root',
      ...user,
      layers: [],
      tags: [],
      transitiveTagKeys: [],
      chained: false,
      ...(mfaAt && { mfaAt }),
    },
  )
}

function issueSignIn(
  inner: Inner,
  { partition, account, user, passwordSetAt, durationSeconds, mfaAt }: SignInIssue,
): Promise<Issued> {
  return issue(
    inner,
    { durationSeconds },
    {
      kind: 'user-session',
      partition,
      account,
      name: user?.name ?? 'root',
      ...(user && { user: { name: user.name, path: user.path, id: user.id } }),
      layers: [],
      tags: [],
      transitiveTagKeys: [],
      chained: false,
      password: { account, userId: user?.id ?? account, setAt: passwordSetAt },
      ...(mfaAt && { mfaAt }),
    },
  )
}

/** The claims that depend on the kind of session; the others are the same for all kinds. */
type OwnClaims = Omit<
  SessionClaims,
  'accessKeyId' | 'secretAccessKey' | 'issuedAt' | 'expiresAt' | 'narrowed' | 'issuingKeyId'
>

async function issue(
  inner: Inner,
  { durationSeconds, from }: MadeWith & { readonly durationSeconds: number },
  own: OwnClaims,
): Promise<Issued> {
  const { ring, clock, ids } = inner
  for (const layer of own.layers) {
    checkInline(inner.problemOf, layer)
    if (layer.arns.length > 0) await checkArns(inner.store, layer, own.account)
  }
  const parent = from?.claims
  const narrowed = parent?.narrowed
  const packedPolicySize = packedSize(own, narrowed)
  const issuingKeyId = from?.credentials === 'long-term' ? from.accessKeyId : parent?.issuingKeyId
  // Keep milliseconds, as revocations do: a session issued after a revocation must not count as
  // issued before it.
  const issuedAt = clock.now()
  const password = own.password ?? parent?.password
  const claims: SessionClaims = {
    ...own,
    ...(password && { password }),
    ...(narrowed && { narrowed }),
    ...(issuingKeyId !== undefined && { issuingKeyId }),
    accessKeyId: ids.accessKey('ASIA', own.account),
    secretAccessKey: ids.secretAccessKey(),
    issuedAt,
    expiresAt: expiryOf(issuedAt, durationSeconds, parent),
  }
  const { accessKeyId, secretAccessKey, expiresAt: expiration } = claims
  const sessionToken = sealSession(ring, claims)
  if (sessionToken === undefined)
    throw new AwsFault(
      'PackedPolicyTooLarge',
      'What the session carries is more than a token can hold: assume the role from an earlier ' +
        'session, with smaller policies.',
    )
  return {
    claims,
    packedPolicySize,
    credentials: { accessKeyId, secretAccessKey, sessionToken, expiration },
  }
}

/**
 * Returns the percentage of the space in a token. Throws PackedPolicyTooLarge for more than 100.
 */
function packedSize({ layers, tags }: OwnClaims, narrowed: SessionClaims['narrowed']): number {
  const percent = packedSizePercent(narrowed ? [...layers, ...narrowed.layers] : layers, tags)
  if (percent > 100)
    throw new AwsFault(
      'PackedPolicyTooLarge',
      `Packed size of session tags and policies consumes ${percent}% of allotted space.`,
    )
  return percent
}

/**
 * Returns the expiry in whole seconds, so that the response and the token contain the same value.
 */
function expiryOf(issuedAt: Date, durationSeconds: number, parent: Caller['claims']): Date {
  const asked = Math.floor(issuedAt.getTime() / 1000) * 1000 + durationSeconds * 1000
  return new Date(parent?.narrowed ? Math.min(asked, parent.expiresAt.getTime()) : asked)
}

async function checkArns(
  { reads }: IssuerPorts['store'],
  { arns }: SessionLayer,
  account: string,
): Promise<void> {
  for (const arn of arns) {
    if (!(await findManagedVersion(reads, account, arn)))
      throw commonFault(
        'ValidationError',
        `The specified managed policy ${arn} does not exist in this account.`,
      )
  }
}

async function userOf(
  { store }: Inner,
  { principal, account, context }: Caller,
): Promise<Pick<SessionClaims, 'user'>> {
  if (principal.kind === 'root') return {}
  const name = context.get('aws:username')?.[0]
  const user =
    name === undefined ? undefined : await store.reads.find('user', account, name.toLowerCase())
  if (!user)
    throw commonFault(
      'InvalidClientTokenId',
      'The security token included in the request is invalid.',
    )
  return { user: { name: user.name, path: user.path, id: user.id } }
}
