import { type Identity, withoutTouch } from '../kernel/identity.ts'
import { SignInFault } from '../kernel/sign-in-fault.ts'
import type { PersonKeys } from '../sessions/person-keys.ts'
import type { ChallengeUse } from '../sessions/security-keys.ts'
import type { PersonKeyRecord } from '../store/records.ts'
import { audited, type Step } from './audited.ts'
import { type EventPorts, identityChain, type Origin, type SignInEvent } from './sign-in-event.ts'
import { signInId, type Touches } from './touches.ts'
import { provedTouch } from './user/security-key.ts'

/** What a person has to show before their keys change. */
export type Needed = 'touch' | 'fresh-sign-in'

/** What a person of a connector sees of their own keys. */
export interface OwnKeysShown {
  readonly keys: readonly PersonKeyRecord[]
  /** Absent: the keys may change now. */
  readonly needs?: Needed | undefined
  /** Whether browsers can use keys at this address. */
  readonly usable: boolean
}

/**
 * The security keys of people of connectors, for the person who is signed in. The first one is
 * added right after a sign-in; once there is one, it is touched before anything changes, so that
 * whoever has a stolen session can neither add a key nor remove one. Each throws SignInRefusal, and
 * writes one audit event either way.
 */
export interface OwnKeys {
  /** Whether the settings let this person have keys. */
  allowed(identity: Identity): boolean
  of(identity: Identity): Promise<OwnKeysShown>
  /** Options for registering a key, as JSON. */
  registration(identity: Identity): Promise<string | undefined>
  add(
    identity: Identity,
    key: { readonly name: string; readonly response: string },
    origin: Origin,
  ): Promise<void>
  remove(identity: Identity, id: string, origin: Origin): Promise<void>
  /** Options for touching a key, as JSON; undefined where there is none that can be used. */
  proof(identity: Identity): Promise<string | undefined>
  /** The sign-in counts as one with a key from now on. */
  touch(identity: Identity, response: string, origin: Origin): Promise<void>
}

export interface OwnKeysPorts extends EventPorts {
  readonly personKeys: PersonKeys
  readonly touches: Pick<Touches, 'note'>
  readonly mayHaveKeys: (identity: Identity) => boolean
  readonly usable: () => boolean
  readonly endsAt: (identity: Identity) => Date
}

/** So long after a sign-in, or the touch of a key, may keys change. */
const freshMs = 15 * 60_000
const keyName = /^[\w+=,.@ -]{1,64}$/

export function buildOwnKeys(ports: OwnKeysPorts): OwnKeys {
  const { personKeys, touches, clock } = ports
  const allowed = (identity: Identity) => ports.mayHaveKeys(withoutTouch(identity))
  const isFresh = (at: Date | undefined) =>
    at !== undefined && clock.now().getTime() - at.getTime() <= freshMs
  const needed = (identity: Identity, keys: readonly unknown[]): Needed | undefined => {
    if (keys.length > 0) return isFresh(identity.touch?.at) ? undefined : 'touch'
    return isFresh(identity.authenticatedAt) ? undefined : 'fresh-sign-in'
  }
  /** Runs a step of the person, who may have keys and has shown what is needed. */
  async function changing(
    identity: Identity,
    step: Pick<Step, 'name' | 'origin'>,
    work: () => Promise<Told>,
  ): Promise<void> {
    await telling(ports, identity, step, async () => {
      if (!allowed(identity)) throw new SignInFault('keys-not-allowed', 'by `securityKeys.people`')
      const needs = needed(identity, await personKeys.of(identity))
      if (needs) throw new SignInFault('key-touch-needed', `needed: ${needs}`)
      return work()
    })
  }
  return {
    allowed,
    async of(identity) {
      const keys = await personKeys.of(identity)
      return { keys, needs: needed(identity, keys), usable: ports.usable() }
    },
    registration: (identity) => personKeys.registration(identity, useOf('register', identity)),
    add: (identity, { name, response }, origin) =>
      changing(identity, { name: 'AddSecurityKey', origin }, async () => {
        if (!keyName.test(name)) throw new SignInFault('key-name-unfit', 'not a name for a key')
        const key = { name, response }
        const added = await personKeys.add(identity, useOf('register', identity), key)
        if (added === 'full') throw new SignInFault('too-many-keys', 'eight keys are there')
        if (added === 'refused')
          throw new SignInFault('key-refused', 'it did not verify, or is there already')
        return { request: { keyId: added.id, keyName: name } }
      }),
    remove: (identity, id, origin) =>
      changing(identity, { name: 'RemoveSecurityKey', origin }, async () => {
        const removed = await personKeys.remove(identity, id)
        if (!removed) throw new SignInFault('key-refused', 'the person has no such key')
        return { request: { keyId: removed.id, keyName: removed.name } }
      }),
    proof: (identity) => personKeys.proof(identity, useOf('touch', identity)),
    touch: (identity, response, origin) =>
      telling(ports, identity, { name: 'CheckMfa', origin }, async () => {
        if (!allowed(identity))
          throw new SignInFault('keys-not-allowed', 'by `securityKeys.people`')
        if (identity.signIn === undefined)
          throw new SignInFault('attempt-ended', 'a sign-in from before they had names')
        const use = useOf('touch', identity)
        const { id, at } = provedTouch(await personKeys.touch(identity, use, response))
        await touches.note(identity, { key: id, at }, ports.endsAt(identity))
        return { additional: { MFAIdentifier: id } }
      }),
  }
}

interface Told {
  readonly request?: unknown
  readonly additional?: SignInEvent['additional']
}

async function telling(
  ports: EventPorts,
  identity: Identity,
  step: Pick<Step, 'name' | 'origin'>,
  work: () => Promise<Told>,
): Promise<void> {
  const chain = identityChain(identity)
  await audited(ports, { ...step, chain, identity }, async () => ({ identity, ...(await work()) }))
}

/** A challenge is for one use and one sign-in. */
function useOf(purpose: 'register' | 'touch', identity: Identity): ChallengeUse {
  return { purpose: `person-${purpose}`, by: signInId(identity) }
}
