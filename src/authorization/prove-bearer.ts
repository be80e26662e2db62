import { hash } from 'node:crypto'
import type { SessionClaims } from '../credentials/claims.ts'
import { AwsFault } from '../kernel/aws-fault.ts'
import type { Identity } from '../kernel/identity.ts'
import { oldestOf } from '../kernel/oldest-of.ts'
import type { Caller, Callers } from '../sessions/caller.ts'
import type { RequestOrigin } from '../sessions/request-facts.ts'
import type { Service } from './declared-service.ts'
import { Unproved } from './outcome.ts'
import type { ProvedCaller } from './prove-caller.ts'
import { unsignedPayload } from './received-request.ts'

/** Where the service got the token from. */
export interface BearerOrigin extends RequestOrigin {
  readonly requestId: string
}

export type BearerToken =
  | {
      readonly ok: true
      readonly identity: Identity
      readonly subject: string
      readonly app: string
      readonly scopes: readonly string[]
      readonly expiresAt: Date
    }
  | { readonly ok: false; readonly bound?: true; readonly refused: string }

export interface ProveBearerPorts {
  /** Verifies an access token of ours for one audience. */
  readonly proveToken: (
    token: string,
    audience: string,
    origin: BearerOrigin,
  ) => Promise<BearerToken>
  /**
   * A session of the first of `roles` that mapping and trust policy give the person; undefined when
   * they give none.
   */
  readonly takeRole: (taking: {
    readonly identity: Identity
    readonly roles: readonly string[]
    readonly service: string
    readonly origin: BearerOrigin
  }) => Promise<SessionClaims | undefined>
  /** The person as text: the same as long as nothing about them changed. */
  readonly identityText: (identity: Identity) => string
  readonly callers: Pick<Callers, 'ofClaims'>
  readonly revision: () => string
}

/** Proves who is behind a token that a service received. Throws Unproved. */
export type ProveBearer = (
  token: string,
  service: Service,
  origin: BearerOrigin,
) => Promise<ProvedCaller>

const mostKept = 10_000

interface Kept {
  /** Of records, settings and person. */
  readonly state: string
  readonly claims: SessionClaims
}

export function createProveBearer(ports: ProveBearerPorts): ProveBearer {
  const { proveToken, identityText, revision } = ports
  const kept = new Map<string, Kept>()

  return async (token, service, origin) => {
    const { bearer, prefix } = service
    if (!bearer) throw new Unproved('NotSigned', 'the settings take no tokens for the service')
    // Before anything is read: what changes meanwhile makes another session next time.
    const at = revision()
    const proved = await proveToken(token, bearer.audience, origin)
    if (!proved.ok) throw new Unproved(proved.bound ? 'BoundToken' : 'InvalidToken', proved.refused)
    const { identity, app, scopes, subject, expiresAt } = proved
    const state = `${at} ${hash('sha256', identityText(identity))}`
    const { secure, sourceAddress } = origin
    const key = hash('sha256', `${prefix} ${secure} ${sourceAddress} ${token}`)
    const take = () => ports.takeRole({ identity, roles: bearer.roles, service: prefix, origin })
    const caller = await livingCaller(ports, { kept, key, state, take })
    const endsAt = new Date(Math.min(expiresAt.getTime(), caller.claims!.expiresAt.getTime()))
    return {
      caller,
      endsAt,
      told: {
        Region: origin.region,
        SignedHeaders: [],
        PayloadHash: unsignedPayload,
        Token: { Subject: subject, App: app, Scopes: scopes },
      },
      key: () => undefined,
      covers: ({ name }) => scopes.some((scope) => bearer.scopes.get(scope)?.has(name)),
    }
  }
}

/**
 * The caller of a session that is kept while nothing changes, so that the audit log has one event
 * for it instead of one for each question. Throws Unproved where the person has no role.
 */
async function livingCaller(
  { callers }: ProveBearerPorts,
  {
    kept,
    key,
    state,
    take,
  }: {
    readonly kept: Map<string, Kept>
    readonly key: string
    readonly state: string
    readonly take: () => Promise<SessionClaims | undefined>
  },
): Promise<Caller> {
  const known = kept.get(key)
  if (known?.state === state) {
    try {
      return await callers.ofClaims(known.claims, 'temporary')
    } catch (error) {
      // It has ended, which the token has not.
      if (!(error instanceof AwsFault) || error.status >= 500) throw error
      kept.delete(key)
    }
  }
  const claims = await take()
  if (!claims) throw new Unproved('NoRole', 'mapping and trust give the person no role of `bearer`')
  if (kept.size >= mostKept) for (const one of oldestOf(kept)) kept.delete(one)
  kept.set(key, { state, claims })
  return callers.ofClaims(claims, 'temporary')
}
