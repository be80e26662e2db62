import type { Chain } from '../../audit/event.ts'
import { type SamlConnected, takesAssertions } from '../../connectors/connected.ts'
import { hasRoleAttribute, readPairs, roleAttribute } from '../../connectors/saml/aws-attributes.ts'
import { decodePosted } from '../../connectors/saml/decode-message.ts'
import { describeResponse } from '../../connectors/saml/describe.ts'
import type { Send } from '../../connectors/saml/requests.ts'
import { claims, type Proof } from '../../connectors/saml/response.ts'
import { SamlFault } from '../../connectors/saml/saml-fault.ts'
import { parseArn } from '../../kernel/arn.ts'
import type { Identity } from '../../kernel/identity.ts'
import { SignInFault } from '../../kernel/sign-in-fault.ts'
import type { AssumedIdentity, Federation, PermittedGrant } from '../../sessions/federate.ts'
import type { Revocations } from '../../sessions/revocations.ts'
import type { Ephemeral } from '../../store/ephemeral.ts'
import { consolePath } from '../destination.ts'
import { identityOf, identityText } from '../identity-text.ts'
import { audited, choiceId, type Choice, type SignIn } from '../sign-in.ts'
import { type EventPorts, identityChain, type Origin } from '../sign-in-event.ts'
import { keyOf } from '../sign-in-token.ts'
import type { Tries } from '../tries.ts'
import { type Attempt, samlAttempts, type Ticket } from './attempts.ts'
import type { SamlProvider } from './providers.ts'
import { refusing } from './refusals.ts'
import type { Replay } from './replay.ts'
import { roleGrants, roleIdentity } from './role-grants.ts'
import { samlSignOut, type SamlSignOut } from './sign-out.ts'

export interface SamlBrowserPorts extends EventPorts {
  readonly publicUrl: URL
  readonly signIn: Pick<SignIn, 'ways' | 'enter'>
  readonly findProvider: (arn: string) => Promise<SamlProvider | undefined>
  readonly federation: Federation
  readonly revocations: Pick<Revocations, 'endsSignIn'>
  readonly replay: Replay
  readonly tries: Pick<Tries, 'beginFrom'>
  readonly ephemeral: Pick<Ephemeral, 'put' | 'take'>
}

/** A person whose assertion named roles itself, until one is taken. Stays on the server. */
export interface HeldRoles {
  readonly identity: string
  readonly providers: readonly string[]
  readonly path: string
}
export type Arrival = { readonly road: 'portal'; readonly identity: Identity; readonly next: string } | { readonly road: 'roles'; readonly held: HeldRoles }

export interface SamlBrowser extends SamlSignOut {
  /** Sends a browser to the identity provider. Throws SignInRefusal. */
  begin(input: Origin & { connector: string; next: string; browser: string }): Promise<Send>
  /**
   * Every check of an answer, posted to a connector's address or to the one that all share. Answers a token to come back with, since a
   * cross-site POST brings no cookies. Throws SignInRefusal. One audit event either way.
   */
  receive(input: Origin & { connector: string | undefined; response: string; relayState: string | undefined }): Promise<string>
  /** Throws SignInRefusal for a token that is used, too old or another browser's. */
  arrive(input: Origin & { token: string; browser: string | undefined }): Promise<Arrival>
  /** The roles that this request can take; none once the assertion is too old. */
  roles(held: HeldRoles, origin: Origin): Promise<readonly Choice[]>
  /** Throws SignInRefusal. One audit event either way. */
  take(input: Origin & { held: HeldRoles; choice: string }): Promise<AssumedIdentity>
  /** undefined: no such connector. */
  metadata(connector: string, signed: boolean): string | undefined
}

const heldSeconds = 900
const forcedSkewSeconds = 60
const mostProviders = 20
const defaultDurationSeconds = 3600

export function buildSamlBrowser(ports: SamlBrowserPorts): SamlBrowser {
  const { publicUrl, signIn, federation, clock, ids } = ports
  const attempts = samlAttempts(ports.ephemeral, ids, clock)
  const connectors = () => signIn.ways().filter(takesAssertions)
  const connectorOf = (id: string): SamlConnected => {
    const found = connectors().find((one) => one.id === id)
    if (!found) throw new SignInFault('unknown-connector', 'no SAML connector has this id')
    return found
  }

  /** What a connector's own address receives, or the shared one without roles: a person for the portal. */
  async function portalTicket(connector: SamlConnected, proof: Proof, relayState: string | undefined, chain: Chain, origin: Origin): Promise<Ticket> {
    const attempt = proof.inResponseTo === undefined ? undefined : await attempts.answered(proof.inResponseTo)
    if (proof.inResponseTo === undefined && !connector.upstream.idpInitiated) throw new SamlFault('in-response-to', 'nobody asked for this assertion: `idpInitiated` would accept it', { found: 'nothing', expected: 'an open request' })
    if (proof.inResponseTo !== undefined && attempt?.connector !== connector.id) throw new SamlFault('in-response-to', 'no open request of ours is answered', { found: proof.inResponseTo, expected: 'an open request' })
    if (connector.upstream.forceAuthn) checkProvedAnew(proof, attempt)
    const identity = connector.upstream.identity(proof)
    await refuseRevoked(identity, proof, connector.accounts)
    await ports.replay.claim(proof)
    await signIn.enter(identity, chain, origin)
    const destination = relayState === undefined || relayState === '' ? undefined : consolePath(relayState, publicUrl)
    return { road: 'portal', identity: identityText(identity), path: attempt?.next ?? destination ?? '/portal', ...(attempt && { browser: attempt.browser }) }
  }

  /** Whoever holds an assertion of before a revocation would walk around it. */
  async function refuseRevoked(identity: Identity, { assertion: { issuedAt } }: Proof, accounts: readonly string[]): Promise<void> {
    if (await ports.revocations.endsSignIn({ ...identity, authenticatedAt: issuedAt }, accounts)) throw new SamlFault('revoked', 'assertions of that moment were revoked', { found: issuedAt.toISOString() })
  }

  async function rolesTicket(text: string, proof: Proof, relayState: string | undefined, chain: Chain, origin: Origin): Promise<Ticket> {
    if (proof.inResponseTo !== undefined) throw new SamlFault('in-response-to', 'this address takes what nobody asked for', { found: proof.inResponseTo, expected: 'nothing' })
    const vouching = await vouchingProviders(ports, text, proof)
    const identity = roleIdentity(proof, vouching[0]!.name, clock.now())
    await refuseRevoked(identity, proof, accountsOf(vouching.map(({ arn }) => arn)))
    Object.assign(chain, identityChain(identity))
    const { grants } = roleGrants(identity, vouching.map(({ arn }) => arn))
    await ports.replay.claim(proof)
    if ((await federation.permitted(identity, grants, origin)).length === 0) throw new SignInFault('no-grants', `${grants.length} roles named, no role's trust policy allowed one`)
    const path = consolePath(relayState, publicUrl) ?? '/console'
    return { road: 'roles', identity: identityText(identity), path, providers: vouching.map(({ arn }) => arn) }
  }

  /** At the address that all share, the issuer and the roles that are named tell whose keys to check with. */
  async function shared(text: string, relayState: string | undefined, chain: Chain, origin: Origin): Promise<Ticket> {
    const { issuer, roles } = claims(text)
    const connector = connectors().find((one) => issuerOf(one) === issuer)
    if (connector) {
      Object.assign(chain, { connector: connector.id })
      const proof = connector.upstream.prove(text, 'aws')
      return hasRoleAttribute(proof.assertion.attributes) ? rolesTicket(text, proof, relayState, chain, origin) : portalTicket(connector, proof, relayState, chain, origin)
    }
    for (const { providerArn } of readPairs(roles).slice(0, mostProviders)) {
      const provider = await ports.findProvider(providerArn)
      if (provider && provider.issuer === issuer) return rolesTicket(text, provider.prove(text), relayState, chain, origin)
    }
    throw new SamlFault('issuer', 'no connector and no SAML provider knows this identity provider', { found: issuer ?? 'nothing' })
  }

  async function permitted(held: HeldRoles, origin: Origin): Promise<{ identity: Identity; choices: readonly Choice[]; longestSeconds: number | undefined }> {
    const identity = identityOf(held.identity)
    const tooOld = identity.authenticatedAt.getTime() + heldSeconds * 1000 <= clock.now().getTime()
    if (tooOld || await ports.revocations.endsSignIn(identity, accountsOf(held.providers))) return { identity, choices: [], longestSeconds: undefined }
    const { aws, grants } = roleGrants(identity, held.providers)
    const found: readonly PermittedGrant[] = await federation.permitted(identity, grants, origin)
    return { identity, choices: found.map((one) => ({ ...one, id: choiceId(one.grant) })), longestSeconds: aws.sessionDurationSeconds }
  }

  return {
    begin: (input) => audited(ports, input, 'SignIn', { connector: input.connector }, async () => {
      await ports.tries.beginFrom(input.sourceAddress)
      const connector = connectorOf(input.connector)
      const id = await attempts.begin({ connector: connector.id, next: input.next, browser: keyOf(input.browser), at: clock.now().toISOString() })
      return { send: await refusing(() => connector.upstream.begin(id)), quiet: true as const }
    }).then(({ send }) => send),

    receive: (input) => audited(ports, input, 'SignIn', input.connector === undefined ? {} : { connector: input.connector }, async (chain) => {
      await ports.tries.beginFrom(input.sourceAddress)
      const ticket = await refusing(async () => {
        const text = decodePosted(input.response)
        Object.assign(chain, { evidence: describeResponse(text, clock.now()) })
        if (input.connector === undefined) return shared(text, input.relayState, chain, input)
        const connector = connectorOf(input.connector)
        return portalTicket(connector, connector.upstream.prove(text, 'own'), input.relayState, chain, input)
      })
      return { token: await attempts.hand(ticket), identity: identityOf(ticket.identity) }
    }).then(({ token }) => token),

    arrive: (input) => audited(ports, input, 'SignIn', {}, async (chain) => {
      const ticket = await attempts.redeem(input.token)
      if (!ticket) throw new SignInFault('attempt-ended', 'the way back was used before, or too late')
      const identity = identityOf(ticket.identity)
      Object.assign(chain, identityChain(identity))
      if (ticket.browser !== undefined && (input.browser === undefined || keyOf(input.browser) !== ticket.browser)) throw new SignInFault('attempt-ended', 'another browser began this sign-in')
      const arrival: Arrival = ticket.road === 'portal' ? { road: 'portal', identity, next: ticket.path }
        : { road: 'roles', held: { identity: ticket.identity, providers: ticket.providers ?? [], path: ticket.path } }
      return { arrival, quiet: true as const }
    }).then(({ arrival }) => arrival),

    roles: async (held, origin) => (await permitted(held, origin)).choices,

    take: (input) => audited(ports, input, 'AssumeRoleWithSAML', identityChain(identityOf(input.held.identity)), async (chain) => {
      const { identity, choices, longestSeconds } = await permitted(input.held, input)
      const choice = choices.find(({ id }) => id === input.choice)
      if (!choice) throw new SignInFault(choices.length === 0 ? 'attempt-ended' : 'grant-refused', 'the role is not, or no longer, among those of the assertion')
      Object.assign(chain, { rule: choice.grant.rule, role: choice.grant.roleArn, session: choice.grant.sessionName })
      const durationSeconds = Math.min(longestSeconds ?? defaultDurationSeconds, choice.maxDurationSeconds)
      const assumed = await federation.assumeWithIdentity({ identity, grant: choice.grant, durationSeconds, from: input })
      Object.assign(chain, { decision: assumed.decision })
      return { ...assumed, identity }
    }),

    ...samlSignOut({ ...ports, connectors, connectorOf, attempts }),

    metadata: (id, signed) => connectors().find((one) => one.id === id)?.upstream.metadata(signed),
  }
}

/** The identity provider may have ignored ForceAuthn. */
function checkProvedAnew({ assertion: { authenticatedAt } }: Proof, attempt: Attempt | undefined): void {
  const since = attempt && new Date(Date.parse(attempt.at) - forcedSkewSeconds * 1000)
  if (!since || authenticatedAt < since) throw new SamlFault('authn-context', 'the person was not proved anew, as `forceAuthn` asks', { found: authenticatedAt.toISOString(), expected: `after ${since?.toISOString() ?? 'a request of ours'}` })
}

/** A connector whose identity provider is not known now is none that could be meant. */
function issuerOf({ upstream }: SamlConnected): string | undefined {
  try {
    return upstream.issuer()
  } catch {
    return undefined
  }
}

/** Each provider of the roles that are named checks the whole answer itself; those that would not take it are left out. */
async function vouchingProviders({ findProvider }: SamlBrowserPorts, text: string, proof: Proof): Promise<readonly SamlProvider[]> {
  const roles = proof.assertion.attributes.get(roleAttribute) ?? []
  const arns = [...new Set(readPairs(roles).map(({ providerArn }) => providerArn))].slice(0, mostProviders)
  const vouching: SamlProvider[] = []
  let fault: SamlFault | undefined
  for (const arn of arns) {
    const provider = await findProvider(arn)
    if (!provider) continue
    try {
      provider.prove(text)
      vouching.push(provider)
    } catch (error) {
      if (!(error instanceof SamlFault)) throw error
      fault ??= error
    }
  }
  if (vouching.length === 0) throw fault ?? new SamlFault('attribute', 'none of the SAML providers that the roles name is here', { found: arns[0] })
  return vouching
}

/** The accounts whose providers vouch: what one of them revoked counts. */
function accountsOf(providers: readonly string[]): readonly string[] {
  return [...new Set(providers.flatMap((arn) => parseArn(arn)?.account ?? []))]
}
