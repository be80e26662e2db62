import type { SessionClaims } from '../credentials/claims.ts'
import { readSignature, verifySignature } from '../credentials/sigv4.ts'
import { AwsFault, commonFault } from '../kernel/aws-fault.ts'
import type { Clock } from '../kernel/clock.ts'
import { decide } from '../policy/index.ts'
import type { Caller, Callers } from './caller.ts'
import { resourceFacts } from './layered-context.ts'
import { withResourceControl } from './organization-layers.ts'
import { type RequestOrigin, setRequestFacts } from './request-facts.ts'

/**
 * A session of a role that has shown that it holds its secret, for one audience: by the address of
 * a GetCallerIdentity call that it signed (Signature Version 4, "Authenticating requests: using
 * query parameters"), with the audience among what is signed. As Vault and Kubernetes do it, but
 * nobody calls the address.
 */
export interface SessionProofs {
  /**
   * Throws AwsFault: the proof is malformed, wrong, older than 15 minutes or of another audience,
   * its session has ended, or its policies do not let it tell this audience who it is
   * (`sts:GetWebIdentityToken` with `sts:IdentityTokenAudience`).
   */
  prove(address: string, audience: string, from: RequestOrigin): Promise<ProvedSession>
  /** The session of a sealed token; undefined once it has ended or was revoked. */
  living(sessionToken: string): Promise<ProvedSession['caller'] | undefined>
}

export interface ProvedSession {
  readonly caller: Caller & { readonly claims: SessionClaims }
  readonly sessionToken: string
  /** The same for every use of one proof. */
  readonly id: string
  /** From when on it is too old. */
  readonly until: Date
  /** The earliest time at which it may have been used: clocks of clients may be ahead. */
  readonly madeAt: Date
}

export interface SessionProofPorts {
  readonly publicUrl: URL
  readonly callers: Callers
  readonly unsealSession: (token: string) => SessionClaims | undefined
  readonly clock: Clock
}

/** Each of them once, and nothing else. */
const fields: Readonly<Record<string, string | undefined>> = {
  Action: 'GetCallerIdentity',
  Version: '2011-06-15',
  Audience: undefined,
  // Two proofs of one second would be the same one without it.
  Nonce: undefined,
  'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
  'X-Amz-Credential': undefined,
  'X-Amz-Date': undefined,
  'X-Amz-Expires': undefined,
  'X-Amz-SignedHeaders': 'host',
  'X-Amz-Security-Token': undefined,
  'X-Amz-Signature': undefined,
}
const mostCharacters = 16 * 1024
/** As long as a presigned request lives, from when it was signed. */
const livesMs = 15 * 60 * 1000

export function buildSessionProofs(ports: SessionProofPorts): SessionProofs {
  return {
    async prove(address, audience, from) {
      const rawQuery = queryOf(ports.publicUrl, address, audience)
      const rawHeaders = ['host', ports.publicUrl.host]
      const body = Buffer.alloc(0)
      const request = { method: 'GET', rawPath: '/', rawQuery, rawHeaders, body }
      const signature = readSignature(request)
      const sessionToken = signature?.sessionToken
      if (!signature || sessionToken === undefined || signature.service !== 'sts') throw malformed()
      const { callers, clock } = ports
      const claimant = await callers.claimant(signature.accessKeyId, sessionToken)
      verifySignature(signature, request, claimant.secret, clock.now())
      const caller = ofRole(await claimant.caller())
      if (!caller) throw commonFault('AccessDenied', 'the session is not one of a role')
      decideAudience(caller, audience, { ...from, now: clock.now() })
      return {
        caller,
        sessionToken,
        id: signature.bytes.toString('base64url'),
        until: new Date(signature.signedAt.getTime() + livesMs),
        madeAt: new Date(signature.signedAt.getTime() - livesMs),
      }
    },
    async living(sessionToken) {
      const claims = ports.unsealSession(sessionToken)
      if (!claims) return undefined
      try {
        return ofRole(await ports.callers.ofClaims(claims, 'temporary'))
      } catch (error) {
        if (error instanceof AwsFault && error.status < 500) return undefined
        throw error
      }
    },
  }
}

function ofRole(caller: Caller): ProvedSession['caller'] | undefined {
  const { claims } = caller
  return claims?.kind === 'role' ? { ...caller, claims } : undefined
}

/** The query of an address of ours that has what is needed, once, and nothing else. */
function queryOf(publicUrl: URL, address: string, audience: string): string {
  const url = address.length <= mostCharacters ? URL.parse(address) : null
  const mark = address.indexOf('?')
  const start = `${publicUrl.origin}/`
  if (!url || mark < 0 || address.includes('#') || address.slice(0, mark) !== start)
    throw malformed()
  const names = [...url.searchParams.keys()]
  if (names.length !== Object.keys(fields).length || new Set(names).size !== names.length)
    throw malformed()
  for (const [name, value] of url.searchParams)
    if (!Object.hasOwn(fields, name) || (fields[name] ?? value) !== value) throw malformed()
  if (url.searchParams.get('Audience') !== audience)
    throw commonFault('AccessDenied', 'the proof is for another audience')
  return address.slice(mark + 1)
}

function malformed(): AwsFault {
  return commonFault(
    'ValidationError',
    'expected the presigned address of a GetCallerIdentity call with Audience, Nonce and a session',
  )
}

function decideAudience(
  { principal, account, organization, ...caller }: Caller,
  audience: string,
  facts: Parameters<typeof setRequestFacts>[1],
): void {
  const member = organization?.of(account)
  const context = new Map([
    ...caller.context,
    ...resourceFacts({ resourceAccount: account, resourceMember: member }),
  ])
  setRequestFacts(context, facts)
  context.set('sts:identitytokenaudience', [audience])
  const question = {
    principal,
    action: 'sts:GetWebIdentityToken',
    resource: '*',
    resourceAccount: account,
    context,
    multivalued: new Set([...caller.multivalued, 'sts:identitytokenaudience']),
  }
  const layers = withResourceControl(caller.layers, question, organization)
  if (decide(question, layers).effect !== 'allow')
    throw commonFault('AccessDenied', 'Not authorized to perform sts:GetWebIdentityToken')
}
