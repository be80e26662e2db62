import type { SessionClaims, SessionLayer } from '../../credentials/claims.ts'
import { parseArn } from '../../kernel/arn.ts'
import type { Grant } from '../../mapping/grant.ts'
import type { Tag } from '../../store/records.ts'
import type { AnyOperation } from '../operation.ts'
import { recordedInput } from '../recorded-input.ts'
import type { RecordedCall } from './recorded-call.ts'

/** What the call that issued a session gave it, besides its role. */
interface Given {
  readonly layer: SessionLayer
  readonly tags: readonly Tag[]
  readonly transitiveTagKeys: readonly string[]
}

/** Sessions beyond are forgotten, the oldest first. */
const mostSessions = 100_000

/** Of STS and IAM, by `service:Name`. */
type Operations = ReadonlyMap<string, Pick<AnyOperation, 'model'>>

/** The sessions of an audit log, by the access key ids that their issue recorded. */
export function recordedSessions(operations: Operations) {
  const given = new Map<string, Given>()
  return {
    /** Call for each event, in order of time. */
    note(event: RecordedCall): void {
      const { accessKeyId } = event.responseElements?.credentials ?? {}
      if (accessKeyId === undefined) return
      const parent = given.get(event.userIdentity.accessKeyId ?? '')
      given.set(accessKeyId, givenBy(event, { parent, operations }))
      if (given.size > mostSessions) given.delete(given.keys().next().value!)
    },
    /**
     * The claims of the session that made a call, as far as the log tells them; `grant`: by which a
     * mapping gave its role. undefined: no session made it.
     */
    claimsOf(event: RecordedCall, grant: Grant | undefined): SessionClaims | undefined {
      const facts = factsOf(event)
      if (!facts) return undefined
      const own = given.get(event.userIdentity.accessKeyId ?? '')
      const mapped = grant?.sessionPolicy
      const tags = [...(grant?.tags ?? [])].map(([Key, Value]) => ({ Key, Value }))
      return {
        ...facts,
        layers: [
          ...(mapped === undefined ? [] : [{ inline: [mapped], arns: [] }]),
          ...(own && own.layer.inline.length + own.layer.arns.length > 0 ? [own.layer] : []),
        ],
        tags: [...tags, ...(own?.tags ?? [])],
        transitiveTagKeys: own?.transitiveTagKeys ?? [],
      }
    },
  }
}

export type RecordedSessions = ReturnType<typeof recordedSessions>

const kinds: Readonly<Record<string, SessionClaims['kind']>> = {
  AssumedRole: 'role',
  FederatedUser: 'federated-user',
  IAMUser: 'user-session',
}

function factsOf({ userIdentity, eventTime }: RecordedCall) {
  const { type = '', arn = '', accountId, accessKeyId, sessionContext } = userIdentity
  const kind = kinds[type]
  const named = parseArn(arn)
  if (!kind || !named || accountId === undefined || !sessionContext) return undefined
  const { attributes, sourceIdentity, sessionIssuer } = sessionContext
  const issuer = kind === 'user-session' ? { ...userIdentity } : sessionIssuer
  const entity = issuer?.type === 'Root' ? undefined : entityOf(issuer)
  const issuedAt = new Date(attributes?.creationDate ?? eventTime)
  return {
    kind,
    partition: named.partition,
    account: accountId,
    accessKeyId: accessKeyId ?? '',
    secretAccessKey: '',
    issuedAt,
    expiresAt: new Date(eventTime),
    name: arn.slice(arn.lastIndexOf('/') + 1),
    ...(entity && (kind === 'role' ? { role: entity } : { user: entity })),
    ...(attributes?.mfaAuthenticated === 'true' && { mfaAt: issuedAt }),
    ...(sourceIdentity !== undefined && { sourceIdentity }),
    chained: false,
  }
}

function entityOf(
  issuer: { readonly principalId?: string; readonly arn?: string } | undefined,
): { readonly name: string; readonly path: string; readonly id: string } | undefined {
  const resource = parseArn(issuer?.arn ?? '')?.resource
  if (resource === undefined) return undefined
  const path = resource.slice(resource.indexOf('/'), resource.lastIndexOf('/') + 1)
  const name = resource.slice(resource.lastIndexOf('/') + 1)
  return { name, path, id: issuer?.principalId ?? '' }
}

interface IssueInput {
  readonly Policy?: string
  readonly PolicyArns?: readonly { readonly arn?: string }[]
  readonly Tags?: readonly Tag[]
  readonly TransitiveTagKeys?: readonly string[]
}

function givenBy(
  event: RecordedCall,
  { parent, operations }: { readonly parent: Given | undefined; readonly operations: Operations },
): Given {
  const model = operations.get(`sts:${event.eventName}`)?.model
  const input = model && recordedInput(model.input, event.requestParameters)
  const { Policy, PolicyArns, Tags, TransitiveTagKeys } = (input ?? {}) as IssueInput
  const inherited = parent?.tags.filter(({ Key }) => parent.transitiveTagKeys.includes(Key)) ?? []
  return {
    layer: {
      inline: Policy === undefined ? [] : [Policy],
      arns: (PolicyArns ?? []).flatMap(({ arn }) => (arn === undefined ? [] : [arn])),
    },
    tags: [...inherited, ...(Tags ?? [])],
    transitiveTagKeys: [...(parent?.transitiveTagKeys ?? []), ...(TransitiveTagKeys ?? [])],
  }
}
