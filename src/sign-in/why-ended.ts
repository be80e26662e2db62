import { type Connector, takesPasswords } from '../connectors/connector.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Identity } from '../kernel/identity.ts'
import { SignInFault } from '../kernel/sign-in-fault.ts'
import type { Revocations } from '../sessions/revocations.ts'
import type { OpenSessions } from './open-sessions.ts'
import { signInId } from './touches.ts'

export interface EndPorts {
  readonly clock: Clock
  readonly connectors: () => readonly Connector[]
  readonly revocations: Pick<Revocations, 'endOfSignIn'>
  /** How long a sign-in at the portal lasts. */
  readonly lifetimeSeconds: number
  readonly openSessions: Pick<OpenSessions, 'isEnded'>
}

/** When a sign-in times out: by our own limit, or with the session at the identity provider. */
export function endOf(
  { lifetimeSeconds }: Pick<EndPorts, 'lifetimeSeconds'>,
  { authenticatedAt, endsAt }: Pick<Identity, 'authenticatedAt' | 'endsAt'>,
): Date {
  const ours = authenticatedAt.getTime() + lifetimeSeconds * 1000
  return new Date(Math.min(ours, endsAt?.getTime() ?? Infinity))
}

/**
 * Returns why a sign-in has ended, as far as Gatehouse itself knows; undefined while it has not.
 */
export async function whyEnded(
  ports: EndPorts,
  identity: Identity,
): Promise<SignInFault | undefined> {
  // A sign-in also ends when its connector is removed from the settings.
  const connector = ports.connectors().find(({ id }) => id === identity.connector)
  if (!connector) return new SignInFault('sign-in-withdrawn', 'the connector is gone')
  const ending = await ports.revocations.endOfSignIn(identity, connector.accounts)
  if (ending?.own) return new SignInFault('signed-out-everywhere', 'the person ended it')
  if (await ports.openSessions.isEnded(signInId(identity)))
    return new SignInFault('sign-in-revoked', 'an administrator ended this sign-in')
  if (ending) return new SignInFault('sign-in-revoked', `revoked by ${ending.scope}`)
  if (takesPasswords(connector) && connector.upstream.knows?.(identity) === false)
    return new SignInFault('sign-in-withdrawn', 'the person is not in the file, or disabled there')
  return endOf(ports, identity) <= ports.clock.now()
    ? new SignInFault('sign-in-timed-out', 'the sign-in is too old')
    : undefined
}
