import { awsAudience } from '../../connectors/saml/addresses.ts'
import { awsMetadata } from '../../connectors/saml/own-metadata.ts'
import { speaksSaml } from '../../connectors/saml/upstream.ts'
import { audited } from '../audited.ts'
import type { Choice } from '../choices.ts'
import { identityOf } from '../identity-text.ts'
import { signInStep } from '../redirect/redirect-ports.ts'
import { refuse } from '../redirect/refusals.ts'
import { identityChain, type Origin } from '../sign-in-event.ts'
import {
  type HeldRoles,
  heldChoices,
  type TakeInput,
  type TakenRole,
  takeRole,
} from './held-roles.ts'
import {
  type Accepted,
  type Posted,
  receiveShared,
  roleTickets,
  type SharedAddressPorts,
} from './shared-address.ts'
import {
  type LogoutDone,
  type LogoutInput,
  logout,
  type ReceiveLogoutInput,
  receiveLogout,
} from './sign-out.ts'

/** What only SAML has: AWS's shared address with its roles, metadata, and single logout. */
export interface SamlSignIn {
  /**
   * Checks an assertion that was posted to one of AWS's addresses. Throws SignInRefusal. One audit
   * event.
   */
  receive(input: Origin & Posted): Promise<Accepted>
  /**
   * The roles for a token of `receive`. Throws SignInRefusal for a token that was used or has
   * expired.
   */
  arrive(input: Origin & { readonly token: string }): Promise<HeldRoles>
  /** The roles that this request may take; none once the assertion is too old. */
  roles(held: HeldRoles, origin: Origin): Promise<readonly Choice[]>
  /** Throws SignInRefusal. One audit event either way. */
  take(input: TakeInput): Promise<TakenRole>
  /**
   * Checks a posted logout message, and returns a token to come back with; undefined for an answer.
   * Throws SignInRefusal.
   */
  receiveLogout(input: ReceiveLogoutInput): Promise<string | undefined>
  /** Handles a logout message, with the browser's cookies. Throws SignInRefusal. */
  logout(input: LogoutInput): Promise<LogoutDone>
  /** undefined when there is no such connector. */
  metadata(connector: string, signed: boolean): string | undefined
  /** Metadata of the address that all identity providers share, as AWS publishes them. */
  sharedMetadata(): string
  /** By `SAMLProviderUUID`; undefined when there is no such provider. */
  providerMetadata(id: string): Promise<string | undefined>
}

export function buildSamlSignIn(ports: SharedAddressPorts): SamlSignIn {
  return {
    receive: (input) => receiveShared(ports, input),
    arrive: (input) => arriveWithRoles(ports, input),
    roles: (held, origin) => heldChoices(ports, held, origin),
    take: (input) => takeRole(ports, input),
    receiveLogout: (input) => receiveLogout(ports, input),
    logout: (input) => logout(ports, input),
    metadata: (id, signed) =>
      ports.signIn
        .connectors()
        .filter(speaksSaml)
        .find((one) => one.id === id)
        ?.upstream.metadata(signed),
    sharedMetadata: () => {
      const acs = `${ports.publicUrl.origin}/saml`
      return awsMetadata({ entityId: awsAudience, acs }, [], 'off')
    },
    providerMetadata: (id) => ports.providers.metadata(id),
  }
}

async function arriveWithRoles(
  ports: SharedAddressPorts,
  input: Origin & { readonly token: string },
): Promise<HeldRoles> {
  const step = signInStep(input, { protocol: 'saml' })
  const { held } = await audited(ports, step, async (chain) => {
    const found = await roleTickets(ports).redeem(input.token)
    if (!found) throw refuse('ticket', 'saml')
    Object.assign(chain, identityChain(identityOf(found.identity)))
    return { held: found, quiet: true }
  })
  return held
}
