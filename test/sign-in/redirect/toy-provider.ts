import { hash, randomBytes } from 'node:crypto'
import type { Connector } from '../../../src/connectors/connector.ts'
import type {
  Answer,
  Proving,
  RedirectProof,
  RedirectUpstream,
} from '../../../src/connectors/redirect-upstream.ts'
import type { Clock } from '../../../src/kernel/clock.ts'
import { SignInFault } from '../../../src/kernel/sign-in-fault.ts'

/**
 * What the toy provider says of a person. The code carries it, as if an exchange had fetched it.
 */
export interface Token {
  readonly sub?: string
  readonly nonce: string
  readonly jti?: string
  /** ISO 8601; absent: now. */
  readonly authTime?: string
  readonly issuedAt?: string
  readonly target?: string
}

export const codeOf = (token: Token) => Buffer.from(JSON.stringify(token)).toString('base64url')
/** The provider sees only this of the verifier. */
export const challengeOf = (verifier: string) => hash('sha256', verifier, 'base64url')

/**
 * A connector of the OpenID Connect kind, without a provider: state is the attempt id, the verifier
 * is the memo. Everything else of the road is the house's own.
 */
export function toyConnector(clock: Clock, changes: Partial<RedirectUpstream> = {}): Connector {
  const upstream: RedirectUpstream = {
    flow: 'redirect',
    acceptsUnsolicited: false,
    forcesReauthentication: false,
    async begin(state) {
      const memo = randomBytes(32).toString('base64url')
      const query = new URLSearchParams({ state, nonce: challengeOf(memo) })
      return { memo, send: { by: 'redirect', url: `https://op.example/authorize?${query}` } }
    },
    describe: ({ by }) => ({ by }),
    prove: (answer, proving) => prove(clock, answer, proving),
    signOut: (_id, { subject }) => ({
      by: 'redirect',
      url: `https://op.example/logout?${new URLSearchParams({ logout_hint: subject })}`,
    }),
    probe: async () => {},
    [Symbol.asyncDispose]: async () => {},
    ...changes,
  }
  return {
    id: 'op',
    protocol: 'oidc',
    label: 'Example provider',
    accounts: ['268804417753'],
    upstream,
  }
}

async function prove(
  clock: Clock,
  { parameters }: Answer,
  { recall }: Proving,
): Promise<RedirectProof> {
  const state = parameters.get('state')
  const memo = state === undefined ? undefined : (await recall(state)).memo
  if (parameters.has('error')) throw new SignInFault('provider-refused', 'the provider said no')
  const token: Token = JSON.parse(Buffer.from(parameters.get('code')!, 'base64url').toString())
  if (memo !== undefined && token.nonce !== challengeOf(memo))
    throw new SignInFault('assertion-refused', 'the nonce is of another attempt')
  return proofOf(clock, token)
}

export function proofOf(clock: Clock, token: Token): RedirectProof {
  const { authTime, issuedAt } = token
  const dateOf = (text: string | undefined) => new Date(text ?? clock.now())
  const { sub = 'amina', jti = randomBytes(8).toString('hex'), target } = token
  return {
    identity: {
      connector: 'op',
      protocol: 'oidc',
      subject: sub,
      username: sub,
      displayName: sub,
      attributes: new Map(),
      groups: [],
      authenticatedAt: clock.now(),
      strength: 'multi-factor',
    },
    authenticatedAt: dateOf(authTime),
    issuedAt: dateOf(issuedAt),
    id: jti,
    replayKey: `op ${jti}`,
    replayableUntil: new Date(clock.now().getTime() + 3600_000),
    destination: target,
  }
}
