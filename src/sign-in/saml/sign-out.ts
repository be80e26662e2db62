import type { SamlConnected } from '../../connectors/connected.ts'
import type { LogoutMessage, LogoutSent } from '../../connectors/saml/logout.ts'
import type { Send } from '../../connectors/saml/requests.ts'
import { SamlFault } from '../../connectors/saml/saml-fault.ts'
import type { Identity } from '../../kernel/identity.ts'
import { SignInFault } from '../../kernel/sign-in-fault.ts'
import { audited } from '../sign-in.ts'
import type { EventPorts, Origin } from '../sign-in-event.ts'
import type { Tries } from '../tries.ts'
import type { samlAttempts } from './attempts.ts'
import { refusing } from './refusals.ts'

export interface SamlSignOutPorts extends EventPorts {
  readonly tries: Pick<Tries, 'beginFrom'>
  readonly connectors: () => readonly SamlConnected[]
  /** Throws SignInFault `unknown-connector`. */
  readonly connectorOf: (id: string) => SamlConnected
  readonly attempts: Pick<ReturnType<typeof samlAttempts>, 'handLogout' | 'redeemLogout'>
}

export interface SamlSignOut {
  /** Where a person who signs out here signs out too; undefined when that is nowhere. */
  signOut(identity: Identity): Send | undefined
  /** Checks a posted message about signing out, and answers a token to come back with: a cross-site POST brings no cookies. Throws SignInRefusal. */
  receiveLogout(input: Origin & { connector: string; sent: LogoutSent }): Promise<string>
  /**
   * A message about signing out, as it was redirected or by the token of a posted one. For a request: whether it means the person of this
   * browser, and what to answer. Throws SignInRefusal.
   */
  logout(input: Origin & { connector: string; from: { rawQuery: string } | { token: string }; identity: Identity | undefined }): Promise<{ readonly ends: boolean; readonly answer?: Send }>
}

/** Signing out, from our side and from the identity provider's. */
export function samlSignOut(ports: SamlSignOutPorts): SamlSignOut {
  const { connectors, connectorOf, attempts, ids } = ports

  async function messageFrom(connector: SamlConnected, from: { rawQuery: string } | { token: string }): Promise<LogoutMessage> {
    if ('rawQuery' in from) return connector.upstream.readLogout({ by: 'redirect', rawQuery: from.rawQuery })
    const kept = await attempts.redeemLogout(from.token)
    if (kept?.connector !== connector.id) throw new SignInFault('attempt-ended', 'the way back was used before, or too late')
    return kept.message
  }

  return {
    signOut(identity) {
      const connector = connectors().find(({ id }) => id === identity.connector)
      try {
        return connector?.upstream.signOut(`_${ids.opaque(24)}`, identity)
      } catch (error) {
        if (error instanceof SamlFault) return undefined
        throw error
      }
    },

    receiveLogout: (input) => audited(ports, input, 'SignOut', { connector: input.connector }, () => refusing(async () => {
      await ports.tries.beginFrom(input.sourceAddress)
      const { id, upstream } = connectorOf(input.connector)
      return { token: await attempts.handLogout({ connector: id, message: upstream.readLogout(input.sent) }), quiet: true as const }
    })).then(({ token }) => token),

    logout: (input) => audited(ports, input, 'SignOut', { connector: input.connector }, () => refusing(async () => {
      const connector = connectorOf(input.connector)
      const message = await messageFrom(connector, input.from)
      if (message.kind === 'answer') return { ends: false, quiet: true as const }
      const { identity } = input
      const ends = identity?.connector === connector.id && identity.saml?.nameId === message.nameId
      return { ends, answer: connector.upstream.loggedOut(`_${ids.opaque(24)}`, message.id, message.relayState), quiet: true as const }
    })),
  }
}
