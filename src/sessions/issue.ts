import { AwsFault, commonFault } from '../kernel/aws-fault.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Credentials, SessionClaims, SessionLayer } from '../credentials/claims.ts'
import type { KeyRing } from '../credentials/key-ring.ts'
import { packedSizePercent, sealSession } from '../credentials/session-token.ts'
import type { RoleRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { Caller } from './caller.ts'
import { policyCache } from './policy-cache.ts'
import { policyReader } from './principal-policies.ts'

export interface Issued {
  readonly credentials: Credentials
  readonly claims: SessionClaims
  /** Percent of what a token may carry of policies and tags. */
  readonly packedPolicySize: number
}
type Narrowing = Pick<SessionClaims, 'layers' | 'tags'> & { readonly durationSeconds: number }
/**
 * Whose credentials ask. What is made with them works as long as the long-term key at the start is active; where their holder narrowed
 * them, it is as narrow, and ends with them at the latest.
 */
interface MadeWith { readonly from?: Pick<Caller, 'accessKeyId' | 'credentials' | 'claims'> }

export interface RoleIssue extends Narrowing, MadeWith, Pick<SessionClaims, 'partition' | 'transitiveTagKeys' | 'chained' | 'ancestors' | 'sourceIdentity' | 'federation' | 'mfaAt'> {
  readonly role: RoleRecord
  readonly sessionName: string
}

/**
 * Mints temporary credentials; nothing is written. Who may have them was settled before. Throws AwsFault
 * MalformedPolicyDocument for a session policy that does not parse, ValidationError for more text than a call may bring
 * or a managed policy that is not there, PackedPolicyTooLarge for what fits in no token.
 */
export interface Issuer {
  issueRole(input: RoleIssue): Promise<Issued>
  /** Without a session policy the one layer is empty: nothing is allowed. */
  issueFederatedUser(input: Narrowing & { readonly caller: Caller; readonly name: string }): Promise<Issued>
  /** Root of `account`, within one policy. */
  issueRootSession(input: MadeWith & Pick<SessionClaims, 'partition' | 'account' | 'sourceIdentity' | 'ancestors'> & { readonly durationSeconds: number; readonly policy: string }): Promise<Issued>
  issueUserSession(input: { readonly caller: Caller; readonly durationSeconds: number; readonly mfaAt?: Date }): Promise<Issued>
}

export interface IssuerPorts {
  readonly store: Pick<Store, 'reads'>
  readonly ring: Pick<KeyRing, 'seal'>
  readonly clock: Clock
  readonly ids: Ids
}

/** Characters of one layer's session policies and managed policy ARNs together (STS API reference, "Policy"). */
const mostLayerCharacters = 2048

export function openIssuer({ store, ring, clock, ids }: IssuerPorts): Issuer {
  const policies = policyCache()
  const reader = policyReader(store.reads, policies)

  async function issue(durationSeconds: number, from: MadeWith['from'], rest: Omit<SessionClaims, 'accessKeyId' | 'secretAccessKey' | 'issuedAt' | 'expiresAt' | 'narrowed' | 'issuingKeyId'>): Promise<Issued> {
    const parent = from?.claims
    const narrowed = parent?.narrowed
    const issuingKeyId = from?.credentials === 'long-term' ? from.accessKeyId : parent?.issuingKeyId
    for (const layer of rest.layers) {
      checkInline(layer)
      if (layer.arns.length > 0) await checkArns(layer, rest.account)
    }
    const packedPolicySize = packedSizePercent(narrowed ? [...rest.layers, ...narrowed.layers] : rest.layers, rest.tags)
    if (packedPolicySize > 100) {
      throw new AwsFault('PackedPolicyTooLarge', 400, `Packed size of session tags and policies consumes ${packedPolicySize}% of allotted space.`)
    }
    // Whole seconds: what the answer says is what the token holds.
    const issuedAt = new Date(Math.floor(clock.now().getTime() / 1000) * 1000)
    const asked = issuedAt.getTime() + durationSeconds * 1000
    const expiresAt = new Date(parent?.narrowed ? Math.min(asked, parent.expiresAt.getTime()) : asked)
    const claims: SessionClaims = { ...rest, ...(narrowed && { narrowed }), ...(issuingKeyId !== undefined && { issuingKeyId }), accessKeyId: ids.accessKey('ASIA', rest.account), secretAccessKey: ids.secretAccessKey(), issuedAt, expiresAt }
    const { accessKeyId, secretAccessKey } = claims
    const sessionToken = sealSession(ring, claims)
    if (sessionToken === undefined) {
      throw new AwsFault('PackedPolicyTooLarge', 400, 'What the session carries is more than a token can hold: assume the role from an earlier session, with smaller policies.')
    }
    return { claims, packedPolicySize, credentials: { accessKeyId, secretAccessKey, sessionToken, expiration: expiresAt } }
  }

  function checkInline({ inline, arns }: SessionLayer): void {
    let characters = 0
    for (const text of inline) characters += text.length
    for (const arn of arns) characters += arn.length
    if (characters > mostLayerCharacters) throw commonFault('ValidationError', `Session policies and policy ARNs may have ${mostLayerCharacters} characters together; these have ${characters}.`)
    for (const text of inline) {
      // A broker hands out the same policy all day long.
      const parsed = policies.parse('session', 'session policy', text)
      if (parsed.ok) continue
      const { line, column, path, message } = parsed.problems[0]!
      throw new AwsFault('MalformedPolicyDocument', 400, `Syntax error at position (${line},${column}): ${path === '' ? '' : `${path}: `}${message}`)
    }
  }

  async function checkArns({ arns }: SessionLayer, account: string): Promise<void> {
    for (const arn of arns) {
      if (!(await reader.managed('session', account, arn))) throw commonFault('ValidationError', `The specified managed policy ${arn} does not exist in this account.`)
    }
  }

  return {
    issueRole({ from, role, sessionName, durationSeconds, partition, layers, tags, transitiveTagKeys, chained, ancestors, sourceIdentity, federation, mfaAt }) {
      const { account, name, path, id } = role
      return issue(durationSeconds, from, {
        kind: 'role', partition, account, name: sessionName, role: { name, path, id }, layers, tags, transitiveTagKeys, chained,
        ...(ancestors && { ancestors }), ...(sourceIdentity !== undefined && { sourceIdentity }), ...(federation && { federation }), ...(mfaAt && { mfaAt }),
      })
    },
    async issueFederatedUser({ caller, name, durationSeconds, layers, tags }) {
      const { partition, account } = caller
      return issue(durationSeconds, caller, { kind: 'federated-user', partition, account, name, ...(await userOf(caller)), layers, tags, transitiveTagKeys: [], chained: false })
    },
    issueRootSession({ from, partition, account, durationSeconds, policy, sourceIdentity, ancestors }) {
      return issue(durationSeconds, from, {
        kind: 'root-session', partition, account, name: 'root', layers: [{ inline: [policy], arns: [] }], tags: [], transitiveTagKeys: [], chained: false, ...(ancestors && { ancestors }),
        ...(sourceIdentity !== undefined && { sourceIdentity }),
      })
    },
    async issueUserSession({ caller, durationSeconds, mfaAt }) {
      const { partition, account } = caller
      const user = await userOf(caller)
      return issue(durationSeconds, caller, {
        kind: 'user-session', partition, account, name: user.user?.name ?? 'root', ...user, layers: [], tags: [], transitiveTagKeys: [], chained: false, ...(mfaAt && { mfaAt }),
      })
    },
  }

  async function userOf({ principal, account, context }: Caller): Promise<Pick<SessionClaims, 'user'>> {
    if (principal.kind === 'root') return {}
    const name = context.get('aws:username')?.[0]
    const user = name === undefined ? undefined : await store.reads.find('user', account, name.toLowerCase())
    if (!user) throw commonFault('InvalidClientTokenId', 'The security token included in the request is invalid.')
    return { user: { name: user.name, path: user.path, id: user.id } }
  }
}
