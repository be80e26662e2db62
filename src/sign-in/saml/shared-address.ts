/*
 * `/saml` without a connector, the address that AWS has for every identity provider, and
 * `/saml/acs/ID`, the one that it has for each SAML provider of an account. They receive
 * unsolicited assertions that contain roles (`Role` attribute: pairs of a role and the SAML
 * provider that vouches for the person). Such roles need the role's trust and no mapping; the
 * person takes one at once, or chooses from a list (held-roles.ts). At `/saml`, an assertion
 * without roles, from a connector, is a sign-in at the portal like any other (sign-in/redirect).
 *
 * At `/saml` the roles choose the provider, so they have to be readable. The address of a provider
 * takes encrypted assertions, and the roles of that provider alone: they were encrypted for it.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Chain } from '../../audit/event.ts'
import { voucherChain } from '../../audit/voucher-chain.ts'
import { hasRoleAttribute, readPairs, roleAttribute } from '../../connectors/saml/aws-attributes.ts'
import { decodePosted } from '../../connectors/saml/decode-message.ts'
import { describeResponse } from '../../connectors/saml/describe.ts'
import { subjectFacts } from '../../connectors/saml/identity.ts'
import { refusing } from '../../connectors/saml/refusals.ts'
import { claims, type ProvedAssertion } from '../../connectors/saml/response.ts'
import { SamlFault, usedBefore } from '../../connectors/saml/saml-fault.ts'
import { type SamlConnector, speaksSaml } from '../../connectors/saml/upstream.ts'
import type { Identity } from '../../kernel/identity.ts'
import { SignInFault } from '../../kernel/sign-in-fault.ts'
import type { Federation } from '../../sessions/federate.ts'
import type { SamlProvider, SamlProviders } from '../../sessions/saml-providers.ts'
import { audited } from '../audited.ts'
import { consolePath } from '../destination.ts'
import { identityOf, identityText } from '../identity-text.ts'
import { type OneTime, oneTime } from '../one-time.ts'
import { admit } from '../redirect/admit.ts'
import { attemptsIn, isOwnMessage, ticketSeconds } from '../redirect/attempts.ts'
import { type RedirectPorts, signInStep } from '../redirect/redirect-ports.ts'
import { refuseLongNames } from '../refuse-long-names.ts'
import { identityChain, type Origin } from '../sign-in-event.ts'
import {
  accountsOf,
  type HeldRoles,
  heldChoices,
  type Voucher,
  vouchedIdentity,
} from './held-roles.ts'
import { roleIdentity } from './role-grants.ts'

export interface SharedAddressPorts extends RedirectPorts {
  readonly providers: SamlProviders
  readonly federation: Federation
}

export interface Posted {
  /** The parameter `SAMLResponse`. */
  readonly response: string
  readonly relayState: string | undefined
  /** `SAMLProviderUUID` of the provider at whose address it was posted; absent: `/saml`. */
  readonly provider?: string | undefined
}

/** Where the browser continues with its token: the portal, or the roles of its assertion. */
export interface Accepted {
  readonly leadsTo: 'portal' | 'roles'
  readonly token: string
}

/** What one request presented. */
interface Shown extends Omit<Posted, 'response'> {
  readonly text: string
  readonly chain: Chain
  readonly origin: Origin
}

const mostProviders = 20

/** Keeps the roles of an assertion until the browser comes with its cookies. */
export function roleTickets(ports: RedirectPorts): OneTime<HeldRoles> {
  return oneTime(ports, 'roles', ticketSeconds)
}

/** Checks an assertion at one of AWS's addresses. Throws SignInRefusal. One audit event. */
export async function receiveShared(
  ports: SharedAddressPorts,
  input: Origin & Posted,
): Promise<Accepted> {
  const step = signInStep(input, { protocol: 'saml' })
  const { accepted } = await audited(ports, step, async (chain) => {
    await ports.tries.beginFrom(input.sourceAddress)
    return refusing(async () => {
      const text = decodePosted(input.response)
      Object.assign(chain, { evidence: describeResponse(text, ports.clock.now()) })
      const { relayState, provider } = input
      const shown = { text, relayState, provider, chain, origin: input }
      return provider === undefined ? accept(ports, shown) : acceptAt(ports, provider, shown)
    })
  })
  return accepted
}

/**
 * Chooses the connector or provider whose keys check the answer, by its issuer and the roles it
 * names.
 */
async function accept(
  ports: SharedAddressPorts,
  shown: Shown,
): Promise<{ accepted: Accepted; identity: Identity }> {
  const { issuer, roles } = claims(shown.text)
  const connector = ports.signIn
    .connectors()
    .filter(speaksSaml)
    .find((one) => issuerOf(one) === issuer)
  if (connector) {
    Object.assign(shown.chain, { connector: connector.id })
    const proved = await connector.upstream.proveAssertion(shown.text, 'aws')
    return hasRoleAttribute(proved.assertion.attributes)
      ? acceptRoles(ports, shown, proved, await vouchersOf(ports, shown.text, proved))
      : acceptPerson(ports, connector, proved, shown)
  }
  for (const { providerArn } of readPairs(roles).slice(0, mostProviders)) {
    const provider = await ports.providers.find(providerArn)
    if (!provider || provider.issuer !== issuer) continue
    Object.assign(shown.chain, providerChain(provider))
    const proved = await provider.prove(shown.text, 'shared')
    return acceptRoles(ports, shown, proved, await vouchersOf(ports, shown.text, proved))
  }
  const found = issuer ?? 'nothing'
  throw new SamlFault('issuer', unknownIssuer, { found })
}

/** Checks the answer with the keys of the provider whose address it was posted to. */
async function acceptAt(
  ports: SharedAddressPorts,
  id: string,
  shown: Shown,
): Promise<{ accepted: Accepted; identity: Identity }> {
  const provider = await ports.providers.findById(id)
  if (!provider) throw new SignInFault('unknown-connector', 'no SAML provider has this id')
  Object.assign(shown.chain, providerChain(provider))
  const proved = await provider.prove(shown.text, 'own')
  return acceptRoles(ports, shown, proved, [vouching(provider, proved)])
}

/** Throws SamlFault when no role of the assertion names the provider. */
function vouching(provider: SamlProvider, proved: ProvedAssertion): Voucher {
  const { arn } = provider
  const pairs = readPairs(proved.assertion.attributes.get(roleAttribute) ?? [])
  const { saml } = subjectFacts(proved)
  if (saml && pairs.some(({ providerArn }) => providerArn === arn)) return voucherOf(provider, saml)
  throw new SamlFault('attribute', 'none of the roles names the SAML provider of this address', {
    found: pairs[0]?.providerArn ?? 'nothing',
    expected: arn,
  })
}

/** Who is asked, before anything is proved. */
function providerChain({ connector, name, account }: SamlProvider) {
  return voucherChain({ connector: name, account: connector ? undefined : account })
}

function voucherOf(
  { arn, name, account, connector }: SamlProvider,
  saml: Voucher['saml'],
): Voucher {
  return connector
    ? { arn, connector: connector.id, saml }
    : { arn, connector: name, account, saml }
}

const unknownIssuer = 'no connector and no SAML provider knows this identity provider'

/**
 * The issuer of a connector; undefined while its metadata are unknown, so that it can't be chosen.
 */
function issuerOf({ upstream }: SamlConnector): string | undefined {
  try {
    return upstream.issuer()
  } catch {
    return undefined
  }
}

async function acceptPerson(
  ports: SharedAddressPorts,
  connector: SamlConnector,
  proved: ProvedAssertion,
  { relayState, chain, origin }: Shown,
) {
  const attempts = attemptsIn(ports)
  // Treat an answer to another program's request as unsolicited: this browser did not ask through
  // us.
  const asked = isOwnMessage(proved.inResponseTo) ? proved.inResponseTo : undefined
  const vouched = { ...proved, inResponseTo: asked }
  const ticket = await admit(ports, attempts, {
    connector,
    prove: ({ recall }) => connector.upstream.vouch(vouched, recall, relayState),
    chain,
    origin,
  })
  const token = await attempts.tickets.hand(ticket)
  return { accepted: { leadsTo: 'portal', token } as const, identity: identityOf(ticket.identity) }
}

async function acceptRoles(
  ports: SharedAddressPorts,
  { relayState, chain, origin }: Shown,
  proved: ProvedAssertion,
  vouching: readonly Voucher[],
) {
  if (isOwnMessage(proved.inResponseTo))
    throw new SamlFault('in-response-to', 'this address takes what we did not ask for', {
      found: proved.inResponseTo,
      expected: 'no request of ours',
    })
  const person = roleIdentity(proved, vouching[0]!.connector, ports.clock.now())
  refuseLongNames(person)
  const vouchers = await unrevoked(ports, proved, { person, vouching })
  const identity = vouchedIdentity(person, vouchers[0]!)
  Object.assign(chain, identityChain(identity))
  if (!(await ports.replay.claim(proved, proved.madeAt))) throw usedBefore(proved)
  const path = consolePath(relayState, ports.publicUrl) ?? '/console'
  const held = { identity: identityText(identity), path, vouchers }
  if ((await heldChoices(ports, held, origin)).length === 0)
    throw new SignInFault('no-grants', "no role's trust policy allowed one of the roles named")
  // Do not count the try: a person was authenticated, so it was no guess.
  await ports.tries.rightFrom(origin.sourceAddress)
  const token = await roleTickets(ports).hand(held)
  return { accepted: { leadsTo: 'roles', token } as const, identity }
}

/** Leaves out the providers whose accounts revoked the person. Throws SamlFault if none is left. */
async function unrevoked(
  { revocations }: SharedAddressPorts,
  { assertion: { issuedAt } }: ProvedAssertion,
  { person, vouching }: { readonly person: Identity; readonly vouching: readonly Voucher[] },
): Promise<readonly Voucher[]> {
  const left: Voucher[] = []
  for (const one of vouching) {
    const identity = vouchedIdentity(person, one)
    if (!(await revocations.endsProof({ identity, issuedAt }, accountsOf(one)))) left.push(one)
  }
  if (left.length > 0) return left
  throw new SamlFault('revoked', 'assertions of that moment were revoked', {
    found: issuedAt.toISOString(),
  })
}

/**
 * Lets each provider of the named roles check the whole answer, and leaves out those that refuse
 * it, or find another assertion in it. Throws SamlFault if none is left.
 */
async function vouchersOf(
  { providers }: SharedAddressPorts,
  text: string,
  { assertion }: ProvedAssertion,
): Promise<readonly Voucher[]> {
  const pairs = readPairs(assertion.attributes.get(roleAttribute) ?? [])
  const named = new Set(pairs.map(({ providerArn }) => providerArn))
  const arns = [...named].slice(0, mostProviders)
  const vouching: Voucher[] = []
  const proofs = new Map<unknown, Promise<ProvedAssertion>>()
  let fault = new SamlFault('attribute', 'none of the SAML providers that the roles name is here', {
    found: arns[0],
  })
  let refused = false
  for (const arn of arns) {
    const provider = await providers.find(arn)
    if (!provider) continue
    try {
      // A connector that serves several accounts proves it once for all of them.
      const prover = provider.connector ?? provider
      const proving = proofs.get(prover) ?? provider.prove(text, 'shared')
      proofs.set(prover, proving)
      const proof = await proving
      const { saml } = subjectFacts(proof)
      if (saml && isDeepStrictEqual(proof.assertion, assertion))
        vouching.push(voucherOf(provider, saml))
    } catch (error) {
      if (!(error instanceof SamlFault)) throw error
      if (!refused) fault = error
      refused = true
    }
  }
  if (vouching.length === 0) throw fault
  return vouching
}
