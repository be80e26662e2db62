import type { Chain } from '../audit/event.ts'
import type { SessionLayer } from '../credentials/claims.ts'
import { iamArn } from '../kernel/arn.ts'
import { commonFault } from '../kernel/aws-fault.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { Taker, Upstream, UpstreamRequest, UpstreamSession } from '../upstream/upstream.ts'
import { UpstreamFault } from '../upstream/upstream-fault.ts'
import { checkInline } from './check-inline.ts'
import type { SessionPolicyCheck } from './policy-cache.ts'
import type { Issued, RoleIssue } from './role-issue.ts'
import { shortestSessionSeconds } from './session-duration.ts'
import { upstreamRefusal } from './upstream-refusals.ts'

interface Ports {
  readonly clock: Clock
  readonly ids: Pick<Ids, 'reference'>
  readonly log: Log
  readonly problemOf: SessionPolicyCheck
}

/**
 * Gets the credentials of a role from the STS behind its account. The trust policy that Gatehouse
 * has was decided on before; the one that the role has there is decided there. Throws AwsFault, and
 * UpstreamRefusal for what the other side did not give.
 */
export async function issueUpstream(
  ports: Ports,
  upstream: Upstream,
  input: RoleIssue,
): Promise<Issued> {
  // Whoever may write roles by the API would else choose who takes those of a cloud.
  if (input.role.managedBy !== 'config')
    throw upstreamRefusal(
      ports,
      takenBy(input),
      new UpstreamFault('refused', 'a role of such an account has to stand in the settings'),
    )
  const request = requestOf(ports, input)
  try {
    const session = await upstream.assume(request)
    refuseLonger(session, request, ports.clock.now())
    return issuedOf(ports, upstream, input, session)
  } catch (error) {
    if (!(error instanceof UpstreamFault)) throw error
    throw upstreamRefusal(ports, takenBy(input), error)
  }
}

/** For the chain of the audit event: who gave the credentials, where that is not Gatehouse. */
export function givenBy({ upstream }: Pick<Issued, 'upstream'>): Pick<Chain, 'upstream'> {
  return upstream ? { upstream: { type: upstream.type, requestId: upstream.requestId } } : {}
}

function takenBy({ role, sessionName }: RoleIssue) {
  return { account: role.account, role: role.name, session: sessionName }
}

function requestOf({ problemOf, clock }: Ports, input: RoleIssue): UpstreamRequest {
  const { role, partition, sessionName, tags, transitiveTagKeys, sourceIdentity } = input
  const { inline, arns } = onlyLayer(input)
  checkInline(problemOf, { inline, arns })
  return {
    roleArn: iamArn({ partition, account: role.account }, 'role', role.name, role.path),
    roleName: role.name,
    sessionName,
    durationSeconds: secondsOf(input, clock.now()),
    tags,
    transitiveTagKeys,
    sourceIdentity,
    policy: inline[0],
    policyArns: arns,
    taker: takerOf(input),
  }
}

/**
 * The one layer that can be handed on. Layers intersect, and the other side knows one: what two
 * allow together can't be said to it, so that more are refused.
 */
function onlyLayer({ layers, from }: RoleIssue): SessionLayer {
  const all = [...layers, ...(from?.claims?.narrowed?.layers ?? [])]
  const different = new Map(all.map((layer) => [JSON.stringify(layer), layer]))
  const [only = { inline: [], arns: [] }] = different.values()
  if (different.size > 1 || only.inline.length > 1)
    throw commonFault(
      'ValidationError',
      'A role of this account takes one session policy, and there are several: of the mapping, ' +
        'of the request, or of narrowed credentials.',
    )
  return only
}

/** Narrowed credentials make no session that outlives them. */
function secondsOf({ durationSeconds, from }: RoleIssue, now: Date): number {
  const parent = from?.claims?.narrowed && from.claims
  const left = parent ? Math.floor((parent.expiresAt.getTime() - now.getTime()) / 1000) : Infinity
  const seconds = Math.min(durationSeconds, left)
  if (seconds < shortestSessionSeconds)
    throw commonFault(
      'ValidationError',
      'Less than 15 minutes are left, and a role of this account is given for no less: ' +
        'sign in again.',
    )
  return seconds
}

/**
 * Who takes the role, in words that the taker can't choose: the provider that proved a person and
 * the person's subject there, or the account and name of the calling user or role. The name of a
 * role's session is left out, because whoever takes the role chooses it.
 */
function takerOf({ federation, from }: RoleIssue): Taker {
  const of = (arn: string) => arn.split(':').slice(5).join(':')
  if (federation) return { from: of(federation.provider), name: federation.subject }
  if (!from) throw new Error('a role is taken by a person or by a caller')
  const { arn, roleArn, account } = from.principal
  const path = `${account}/${of(roleArn ?? arn)}`
  const end = path.lastIndexOf('/')
  return { from: path.slice(0, end), name: path.slice(end + 1) }
}

/** How much an answer's end may be later than what was asked for: clocks differ. */
const toleratedMs = 300_000

function refuseLonger(
  { credentials, requestId }: UpstreamSession,
  { durationSeconds }: UpstreamRequest,
  now: Date,
): void {
  const most = now.getTime() + durationSeconds * 1000 + toleratedMs
  if (credentials.expiration.getTime() > most || credentials.expiration <= now)
    throw new UpstreamFault('unfit-answer', 'the credentials end at another time than asked for', {
      requestId,
    })
}

function issuedOf(
  { clock }: Ports,
  { type, region, endpoint, federationEndpoint }: Upstream,
  input: RoleIssue,
  { credentials, packedPolicySize, requestId }: UpstreamSession,
): Issued {
  const { role, sessionName, partition, layers, tags, transitiveTagKeys } = input
  const { name, path, id, account } = role
  return {
    credentials,
    packedPolicySize: packedPolicySize ?? 0,
    upstream: { type, region, endpoint, federationEndpoint, requestId },
    claims: {
      kind: 'role',
      partition,
      account,
      name: sessionName,
      role: { name, path, id },
      layers,
      tags,
      transitiveTagKeys,
      chained: input.chained,
      ...(input.sourceIdentity !== undefined && { sourceIdentity: input.sourceIdentity }),
      ...(input.federation && { federation: input.federation }),
      accessKeyId: credentials.accessKeyId,
      // It is in the answer alone.
      secretAccessKey: '',
      issuedAt: clock.now(),
      expiresAt: credentials.expiration,
    },
  }
}
