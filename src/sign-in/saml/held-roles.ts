import { SamlFault } from '../../connectors/saml/saml-fault.ts'
import { parseArn } from '../../kernel/arn.ts'
import type { Identity } from '../../kernel/identity.ts'
import { protocols } from '../../kernel/protocol.ts'
import { SignInFault } from '../../kernel/sign-in-fault.ts'
import type { AssumedIdentity, Federation } from '../../sessions/federate.ts'
import { givenBy } from '../../sessions/issue-upstream.ts'
import type { Revocations } from '../../sessions/revocations.ts'
import type { SamlProviders } from '../../sessions/saml-providers.ts'
import { defaultSessionSeconds } from '../../sessions/session-duration.ts'
import { audited, type Step } from '../audited.ts'
import { type Choice, choicesOf } from '../choices.ts'
import { identityOf } from '../identity-text.ts'
import { type EventPorts, identityChain, type Origin } from '../sign-in-event.ts'
import { roleGrants } from './role-grants.ts'

/** A person whose assertion named roles, until one is taken. Stays on the server. */
export interface HeldRoles {
  /** As `identityText` writes it, from the proof of the first provider. */
  readonly identity: string
  readonly vouchers: readonly Voucher[]
  /** The page of ours to open with the role. */
  readonly path: string
}

/** The facts that the proof of one SAML provider adds to the assertion. */
export interface Voucher {
  /** The provider's ARN. */
  readonly arn: string
  /** The provider's name, by which people and sessions that it authenticated are revoked. */
  readonly connector: string
  /** The provider's account, unless it is a connector. */
  readonly account?: string | undefined
  readonly saml: NonNullable<Identity['saml']>
}

export interface HeldRolesPorts extends EventPorts {
  readonly providers: Pick<SamlProviders, 'find'>
  readonly federation: Federation
  readonly revocations: Pick<Revocations, 'endsSignIn'>
}

const heldSeconds = 900

/** A role that can be taken now, and the person as the role's provider authenticated them. */
export interface HeldChoice extends Choice {
  readonly identity: Identity
  /** `SessionDuration` of the assertion. */
  readonly longestSeconds?: number | undefined
}

/**
 * Returns the roles that this request can take. Returns none once the assertion is too old, and
 * leaves out the roles of a provider whose account revoked the assertion, that was deleted, or that
 * no longer trusts the signing certificate.
 */
export async function heldChoices(
  ports: HeldRolesPorts,
  held: HeldRoles,
  origin: Origin,
): Promise<readonly HeldChoice[]> {
  const { revocations, clock } = ports
  const person = identityOf(held.identity)
  if (person.authenticatedAt.getTime() + heldSeconds * 1000 <= clock.now().getTime()) return []
  const choices: HeldChoice[] = []
  for (const voucher of held.vouchers) {
    const identity = vouchedIdentity(person, voucher)
    if (await revocations.endsSignIn(identity, accountsOf(voucher))) continue
    if (!(await vouchesStill(ports, voucher))) continue
    choices.push(...(await choicesFrom(ports, { identity, voucher, origin })))
  }
  return choices
}

/** Returns the person of an assertion as one provider authenticated them. */
export function vouchedIdentity(person: Identity, { connector, account, saml }: Voucher): Identity {
  return { ...person, connector, account, saml }
}

async function choicesFrom(
  { federation }: Pick<HeldRolesPorts, 'federation'>,
  {
    identity,
    voucher,
    origin,
  }: { readonly identity: Identity; readonly voucher: Voucher; readonly origin: Origin },
): Promise<readonly HeldChoice[]> {
  const { aws, grants } = roleGrants(identity, [voucher.arn])
  const permitted = await federation.permitted(identity, grants, origin)
  const longestSeconds = aws.sessionDurationSeconds
  return choicesOf(permitted).map((choice) => ({ ...choice, identity, longestSeconds }))
}

/** Whether the provider still exists and would still accept the signature of the assertion. */
async function vouchesStill(
  { providers }: Pick<HeldRolesPorts, 'providers'>,
  { arn, saml: { issuer, certificate } }: Voucher,
): Promise<boolean> {
  try {
    const found = await providers.find(arn)
    return (
      found?.issuer === issuer &&
      certificate !== undefined &&
      found.fingerprints.includes(certificate)
    )
  } catch (error) {
    // The metadata have expired.
    if (error instanceof SamlFault) return false
    throw error
  }
}

export type TakeInput = Origin & { readonly held: HeldRoles; readonly choice: string }
/** The credentials, and the person as the role's provider authenticated them. */
export type TakenRole = AssumedIdentity & { readonly identity: Identity }

/** Issues credentials for one of the roles. Throws SignInRefusal. One audit event either way. */
export function takeRole(ports: HeldRolesPorts, input: TakeInput): Promise<TakenRole> {
  const step: Step = {
    name: protocols.saml.assume,
    origin: input,
    chain: identityChain(identityOf(input.held.identity)),
    protocol: 'saml',
  }
  return audited(ports, step, async (chain) => {
    const choices = await heldChoices(ports, input.held, input)
    const choice = choices.find(({ id }) => id === input.choice)
    if (!choice)
      throw new SignInFault(
        choices.length === 0 ? 'attempt-ended' : 'grant-refused',
        'the role is not, or no longer, among those of the assertion',
      )
    const { identity, grant, maxDurationSeconds, longestSeconds } = choice
    Object.assign(chain, identityChain(identity), {
      rule: grant.rule,
      role: grant.roleArn,
      session: grant.sessionName,
    })
    const assumed = await ports.federation.assumeWithIdentity({
      identity,
      grant,
      durationSeconds: Math.min(longestSeconds ?? defaultSessionSeconds, maxDurationSeconds),
      from: input,
    })
    Object.assign(chain, { decision: assumed.decision, ...givenBy(assumed) })
    return { ...assumed, identity }
  })
}

/** Returns the account of the provider, whose revocations apply beside those for every account. */
export function accountsOf({ arn }: Pick<Voucher, 'arn'>): readonly string[] {
  const account = parseArn(arn)?.account
  return account === undefined ? [] : [account]
}
