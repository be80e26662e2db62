import { type RedirectConnector, redirects } from '../../connectors/connector.ts'
import type { KeyRing } from '../../credentials/key-ring.ts'
import type { Protocol } from '../../kernel/protocol.ts'
import { SignInFault } from '../../kernel/sign-in-fault.ts'
import type { Revocations } from '../../sessions/revocations.ts'
import type { Ephemeral } from '../../store/ephemeral.ts'
import type { Step } from '../audited.ts'
import type { Replay } from '../replay.ts'
import type { SignIn } from '../sign-in.ts'
import type { EventPorts, Origin } from '../sign-in-event.ts'
import type { Tries } from '../tries.ts'
import { type Attempt, browserMark } from './attempts.ts'

export interface RedirectPorts extends EventPorts {
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get' | 'take' | 'claim'>
  /** Seals what browsers and messages carry of an attempt. */
  readonly ring: Pick<KeyRing, 'seal' | 'unseal'>
  readonly publicUrl: URL
  readonly signIn: Pick<SignIn, 'connectors' | 'enter' | 'begun'>
  readonly revocations: Pick<Revocations, 'endsSignIn' | 'endsProof'>
  readonly replay: Replay
  readonly tries: Pick<Tries, 'beginFrom' | 'rightFrom'>
  /** The time limit for a connector's work on one request. */
  readonly checkTimeoutMs: number
}

/** The address of a request: a protocol and a connector. */
export interface Addressed extends Origin {
  readonly protocol: Protocol
  readonly connector: string
}

/** What a request brought of its browser. */
export interface Brought {
  /** The value of the cookie that marks the browser. */
  readonly browser: string | undefined
  /** What it keeps of its attempts, as `begin` returned it. */
  readonly kept: readonly string[]
}

/** Whether the browser of this request began the attempt. */
export function isBrowserOf(attempt: Pick<Attempt, 'browser'>, { browser }: Brought): boolean {
  return browser !== undefined && browserMark(browser) === attempt.browser
}

/** Throws SignInFault when the connector has another protocol than the address. */
export function connectorAt(
  { signIn }: Pick<RedirectPorts, 'signIn'>,
  { protocol, connector }: Pick<Addressed, 'protocol' | 'connector'>,
): RedirectConnector {
  const found = signIn
    .connectors()
    .filter(redirects)
    .find((one) => one.id === connector && one.protocol === protocol)
  if (!found) throw new SignInFault('unknown-connector', `no ${protocol} connector has this id`)
  return found
}

/** The fault that `inTime` throws. */
export function lateFault({ id }: RedirectConnector): SignInFault {
  return new SignInFault('provider-unavailable', `connector ${id} gave no answer in time`)
}

export function signInStep(
  origin: Origin,
  { protocol, connector }: { readonly protocol: Protocol; readonly connector?: string | undefined },
): Step {
  return { name: 'SignIn', origin, protocol, chain: connector === undefined ? {} : { connector } }
}
