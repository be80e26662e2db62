import { timingSafeEqual } from 'node:crypto'
import { type Identity, withoutTouch } from '../kernel/identity.ts'
import { SignInFault } from '../kernel/sign-in-fault.ts'
import type { PersonKeys } from '../sessions/person-keys.ts'
import type { ChallengeUse } from '../sessions/security-keys.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import { audited, type Done, type Step } from './audited.ts'
import { type EventPorts, identityChain, type Origin } from './sign-in-event.ts'
import { keyOf } from './sign-in-token.ts'
import { signInId, type Touches } from './touches.ts'
import { provedTouch } from './user/security-key.ts'

/** What a terminal says when it asks for a touch. */
export interface TerminalAsks {
  /** Where it waits, on the machine of the browser. */
  readonly returnTo: string
  /** What the machine calls itself: whoever has the terminal's sign-in chose it. */
  readonly machine: string
}

export interface BegunTouch {
  readonly ticket: string
  /** For the person to compare: the terminal shows it, and the page does. */
  readonly code: string
  readonly until: Date
}

/** What the page shows of a terminal that asks. */
export interface AskingTerminal {
  readonly machine: string
  /** The address that it asked from. */
  readonly address: string
  readonly code: string
  /** What the browser asks the key, as JSON. */
  readonly options: string
}

/**
 * Touches of security keys that terminals of people of connectors ask for. A touch counts for the
 * sign-in of the terminal that asked, once that terminal shows what the browser brought it: a page
 * that somebody else led the person to brings it to the person's own machine, where nobody waits.
 * Each throws SignInRefusal.
 */
export interface TerminalTouches {
  /** For the person of a terminal. */
  begin(identity: Identity, asks: TerminalAsks, origin: Origin): Promise<BegunTouch>
  /** For the person in a browser. */
  asked(identity: Identity, ticket: string, origin: Origin): Promise<AskingTerminal>
  /** Returns the address on the person's own machine to go to. One audit event either way. */
  touched(identity: Identity, ticket: string, response: string, origin: Origin): Promise<string>
  /** The terminal's sign-in counts as one with a key from now on. One audit event either way. */
  confirm(identity: Identity, ticket: string, proof: string, origin: Origin): Promise<void>
}

export interface TerminalTouchPorts extends EventPorts {
  readonly personKeys: Pick<PersonKeys, 'of' | 'proof' | 'touch'>
  readonly touches: Pick<Touches, 'note'>
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get' | 'take'>
  readonly mayHaveKeys: (identity: Identity) => boolean
  readonly endsAt: (identity: Identity) => Date
}

/** What is kept of a terminal that asks. */
interface Kept extends TerminalAsks {
  readonly connector: string
  readonly subject: string
  /** Names the terminal's sign-in. */
  readonly signIn: string
  readonly address: string
  readonly code: string
}

/** What is kept of a touch, until the terminal shows the proof. */
interface Touched {
  readonly signIn: string
  /** The hash of what the browser brings. */
  readonly proof: string
  readonly key: string
  /** ISO 8601. */
  readonly at: string
}

const askMs = 5 * 60_000
const confirmMs = 2 * 60_000
const askKey = (ticket: string) => `terminal/${keyOf(ticket)}`
const touchedKey = (ticket: string) => `touched/${keyOf(ticket)}`
/** A challenge of this page is for this terminal alone, and one of the portal for none. */
const useOf = (ticket: string): ChallengeUse => ({ purpose: 'person-terminal', by: keyOf(ticket) })

export function buildTerminalTouches(ports: TerminalTouchPorts): TerminalTouches {
  const { personKeys, ephemeral, clock, ids } = ports
  const after = (ms: number) => new Date(clock.now().getTime() + ms)
  return {
    async begin(identity, asks, origin) {
      const { begun } = await step(ports, identity, origin, async () => {
        await mustHaveKey(ports, identity)
        const { connector, subject } = identity
        const begun = { ticket: ids.opaque(32), code: codeOf(ids.random(8)), until: after(askMs) }
        const { ticket, code, until } = begun
        const who = { connector, subject, signIn: signInId(identity) }
        const kept: Kept = { ...asks, ...who, address: origin.sourceAddress, code }
        await ephemeral.put('touch', askKey(ticket), JSON.stringify(kept), until)
        return { begun, quiet: true }
      })
      return begun
    },
    async asked(identity, ticket, origin) {
      const { asking } = await step(ports, identity, origin, async () => {
        const { machine, address, code } = await askOf(ports, identity, ticket)
        await mustHaveKey(ports, identity)
        const options = await personKeys.proof(identity, useOf(ticket))
        if (options === undefined) throw new SignInFault('no-key-yet', 'keys can not be used here')
        return { asking: { machine, address, code, options }, quiet: true }
      })
      return asking
    },
    async touched(identity, ticket, response, origin) {
      const { address } = await step(ports, identity, origin, async () => {
        const ask = await askOf(ports, identity, ticket)
        mustBeAllowed(ports, identity)
        const key = provedTouch(await personKeys.touch(identity, useOf(ticket), response))
        // Of several touches for one question, one counts.
        if ((await ephemeral.take('touch', askKey(ticket))) === undefined) throw ended()
        const proof = ids.opaque(32)
        const { signIn } = ask
        const kept: Touched = { signIn, proof: keyOf(proof), key: key.id, at: key.at.toISOString() }
        const text = JSON.stringify(kept)
        await ephemeral.put('touch', touchedKey(ticket), text, after(confirmMs))
        return { ...told(key.id, ask), address: withProof(ask.returnTo, proof) }
      })
      return address
    },
    async confirm(identity, ticket, proof, origin) {
      await step(ports, identity, origin, async () => {
        const touched = await touchOf(ports, identity, ticket, proof)
        mustBeAllowed(ports, identity)
        if (!(await personKeys.of(identity)).some(({ id }) => id === touched.key))
          throw new SignInFault('key-refused', 'the key was removed meanwhile')
        const touch = { key: touched.key, at: new Date(touched.at) }
        await ports.touches.note(identity, touch, ports.endsAt(identity))
        return { ...told(touched.key), request: { raises: 'terminal' } }
      })
    },
  }
}

/** A step of the person, told as a check of MFA. */
async function step<T extends Done>(
  ports: EventPorts,
  identity: Identity,
  origin: Origin,
  work: () => Promise<T>,
): Promise<T> {
  const told: Step = { name: 'CheckMfa', origin, chain: identityChain(identity), identity }
  return audited(ports, told, async () => ({ identity, ...(await work()) }))
}

function told(key: string, ask?: Kept) {
  return {
    additional: { MFAIdentifier: key },
    ...(ask && { request: { machine: ask.machine, terminalAddress: ask.address } }),
  }
}

function mustBeAllowed({ mayHaveKeys }: TerminalTouchPorts, identity: Identity): void {
  if (!mayHaveKeys(withoutTouch(identity)))
    throw new SignInFault('keys-not-allowed', 'by `securityKeys.people`')
  if (identity.signIn === undefined)
    throw new SignInFault('attempt-ended', 'a sign-in from before they had names')
}

async function mustHaveKey(ports: TerminalTouchPorts, identity: Identity): Promise<void> {
  mustBeAllowed(ports, identity)
  if ((await ports.personKeys.of(identity)).length === 0)
    throw new SignInFault('no-key-yet', 'the person has no security key')
}

/** The question, for the person who is signed in at the terminal, whatever sign-in they come by. */
async function askOf(
  { ephemeral }: TerminalTouchPorts,
  { connector, subject }: Identity,
  ticket: string,
): Promise<Kept> {
  const text = await ephemeral.get('touch', askKey(ticket))
  if (text === undefined) throw ended()
  const kept: Kept = JSON.parse(text)
  if (kept.connector !== connector || kept.subject !== subject)
    throw new SignInFault('touch-of-another', 'the terminal is of another person')
  return kept
}

/** The touch, for the terminal that asked, once: a wrong proof ends it. */
async function touchOf(
  { ephemeral }: TerminalTouchPorts,
  identity: Identity,
  ticket: string,
  proof: string,
): Promise<Touched> {
  const text = await ephemeral.get('touch', touchedKey(ticket))
  if (text === undefined) throw ended()
  const kept: Touched = JSON.parse(text)
  if (kept.signIn !== signInId(identity))
    throw new SignInFault('touch-of-another', 'the touch was for another sign-in')
  if ((await ephemeral.take('touch', touchedKey(ticket))) !== text) throw ended()
  if (!timingSafeEqual(Buffer.from(kept.proof), Buffer.from(keyOf(proof))))
    throw new SignInFault('touch-ended', 'the terminal showed another proof')
  return kept
}

function ended(): SignInFault {
  return new SignInFault('touch-ended', 'nobody asks, the time is over, or it was touched already')
}

function withProof(returnTo: string, proof: string): string {
  const url = new URL(returnTo)
  url.searchParams.set('code', proof)
  return url.href
}

/** Consonants alone, which spell no word and look like no digit. */
const letters = 'BCDFGHJKLMNPQRSTVWXZ'

function codeOf(bytes: Buffer): string {
  const text = [...bytes].map((byte) => letters[byte % letters.length]).join('')
  return `${text.slice(0, 4)}-${text.slice(4)}`
}
