import type { Identity } from '../kernel/identity.ts'
import type { Log } from '../kernel/log.ts'
import type { AssumedIdentity } from '../sessions/federate.ts'
import { upstreamRefusal } from '../sessions/upstream-refusals.ts'
import { returnAddress } from '../upstream/return-address.ts'
import type { Upstreams } from '../upstream/upstream.ts'
import { UpstreamFault } from '../upstream/upstream-fault.ts'
import { audited, type Step } from './audited.ts'
import { type EventPorts, identityChain, type Origin } from './sign-in-event.ts'

export interface UpstreamConsolePorts extends EventPorts {
  readonly publicUrl: URL
  readonly upstreams: Upstreams
  readonly log: Log
}
export interface UpstreamConsoleInput {
  readonly identity: Identity
  /** The role that was taken just now, with the credentials of the account's own STS. */
  readonly taken: Pick<AssumedIdentity, 'credentials' | 'claims' | 'roleArn'>
  /** The page of that console to open; any other address opens its home page. */
  readonly destination?: string | undefined
  readonly origin: Origin
}

/** Opens the console of the account behind a role: AWS's own. */
export interface UpstreamConsole {
  /**
   * The address to send the browser to, good for 15 minutes. Throws SignInRefusal. One audit event
   * either way. Keeps nothing of the credentials.
   */
  address(input: UpstreamConsoleInput): Promise<string>
}

export function buildUpstreamConsole(ports: UpstreamConsolePorts): UpstreamConsole {
  return {
    async address({ identity, taken, destination, origin }) {
      const { claims, roleArn, credentials } = taken
      const step: Step = { name: 'ConsoleLogin', origin, chain: identityChain(identity) }
      const { address } = await audited(ports, step, async (chain) => {
        Object.assign(chain, { role: roleArn, session: claims.name })
        const upstream = ports.upstreams.of(claims.account)
        try {
          if (!upstream)
            throw new UpstreamFault('unsupported', 'the account has no upstream any more')
          const issuer = returnAddress(ports.publicUrl, roleArn, destination)
          const address = await upstream.consoleAddress(credentials, { destination, issuer })
          const { host } = new URL(address)
          return { address, claims, request: { host, expiresAt: claims.expiresAt.toISOString() } }
        } catch (error) {
          if (!(error instanceof UpstreamFault)) throw error
          const { account, name: session, role } = claims
          throw upstreamRefusal(ports, { account, role: role?.name ?? '', session }, error)
        }
      })
      return address
    },
  }
}
