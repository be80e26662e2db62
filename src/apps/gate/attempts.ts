import { hash } from 'node:crypto'
import type { KeyRing } from '../../credentials/key-ring.ts'
import type { Clock } from '../../kernel/clock.ts'
import { keyOf } from '../../sign-in/sign-in-token.ts'
import { networkOf } from '../../sign-in/tries.ts'
import type { Ephemeral } from '../../store/ephemeral.ts'

/** A browser on its way from an application through the sign-in. */
export interface GateAttempt {
  readonly host: string
  /** A hash of the browser's mark at that host. */
  readonly browser: string
  /** Path and query to come back to. */
  readonly to: string
}

export interface GateAttempts {
  /** Returns the attempt, sealed. The network of the address may begin so many with a long path. */
  begin(attempt: GateAttempt, sourceAddress: string): Promise<string>
  /** Undefined: not ours, or too old. */
  open(sealed: string): Promise<GateAttempt | undefined>
}

export interface GateAttemptPorts {
  readonly ring: Pick<KeyRing, 'seal' | 'unseal'>
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get' | 'count'>
  readonly clock: Clock
}

/** People may need to fetch a second factor. */
export const attemptSeconds = 1800
/** Of host and path: what a sign-in carries along is short, and longer paths are kept here. */
const mostCarried = 240
export const mostKept = 2048
const mostKeptPerMinute = 120

/** Printable ASCII, as a request's target has it; anything else leads to the front page. */
const fit = /^\/[\x21-\x7e]*$/

/** Attempts are sealed into the address of the sign-in: what strangers begin is not stored. */
export function gateAttempts({ ring, ephemeral, clock }: GateAttemptPorts): GateAttempts {
  async function carried(host: string, to: string, sourceAddress: string): Promise<string> {
    if (host.length + to.length <= mostCarried) return to
    const { count } = await ephemeral.count('rate', `gate/path/${networkOf(sourceAddress)}`, 60)
    if (count > mostKeptPerMinute) return '/'
    const key = keyOf(to)
    const until = new Date(clock.now().getTime() + attemptSeconds * 1000)
    await ephemeral.put('gate', `path/${key}`, to, until)
    return key
  }
  return {
    async begin({ host, browser, to }, sourceAddress) {
      const wanted = fit.test(to) && to.length <= mostKept ? to : '/'
      const path = await carried(host, wanted, sourceAddress)
      const plain = JSON.stringify([clock.now().getTime(), host, browser, path])
      return ring.seal('gate-attempt', Buffer.from(plain))
    },
    async open(sealed) {
      const plain = ring.unseal('gate-attempt', sealed)
      if (!plain) return undefined
      const [beganAt, host, browser, path] = JSON.parse(plain.toString()) as Sealed
      const age = clock.now().getTime() - beganAt
      if (age < 0 || age >= attemptSeconds * 1000) return undefined
      const to = path.startsWith('/') ? path : await ephemeral.get('gate', `path/${path}`)
      return { host, browser, to: to ?? '/' }
    },
  }
}

type Sealed = readonly [beganAt: number, host: string, browser: string, path: string]

/** What attempts and hand-overs know of a browser's mark. */
export function browserMark(mark: string): string {
  return hash('sha256', `gate browser ${mark}`, 'base64url').slice(0, 22)
}
