import { hash } from 'node:crypto'
import { certificationsOf, type KeyModel } from '../credentials/key-attestation.ts'
import { type KeyRing, unsealKept } from '../credentials/key-ring.ts'
import {
  creationOptions,
  type KeyCredential,
  type KeyWishes,
  type NewKey,
  type RelyingParty,
  readAssertion,
  readNewKey,
  requestOptions,
  verifyAssertion,
  verifyNewKey,
} from '../credentials/webauthn.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import type { SecurityKeyRecord } from '../store/records.ts'

/** Whose keys they are: an IAM user, an account's root, or a person of a connector. */
export interface KeyHolder {
  /** At most 64 bytes that tell nothing of the person. */
  readonly handle: string
  readonly name: string
  readonly keys: readonly KeyCredential[]
}

/** What a challenge is good for: it is taken for nothing else. */
export interface ChallengeUse {
  /** `register`, or what the key's touch opens. */
  readonly purpose: string
  /** Who may send the response: a caller, a browser's session. */
  readonly by: string
}

/** How the settings want keys; the site is absent where browsers can't use keys. */
export interface SecurityKeySettings {
  readonly party: RelyingParty | undefined
  readonly wishes: KeyWishes
  readonly models: readonly KeyModel[]
  /** Whether users of accounts may sign in with a discoverable key alone. */
  readonly passkeys: boolean
}

export interface RegisteredKey extends NewKey {
  readonly certifications: Readonly<Record<string, string>>
  readonly challenge: string
}

/** What is kept of a registered key. */
export function securityKeyOf(key: RegisteredKey): SecurityKeyRecord {
  const { credentialId, publicKey, counter, transports, aaguid, certifications } = key
  const certified = Object.keys(certifications).length > 0
  return {
    ...{ credentialId, publicKey, counter, transports, aaguid },
    ...(certified && { certifications }),
  }
}

/** A touched key: which it was, and its new count. */
export interface TouchedKey {
  readonly key: KeyCredential
  readonly counter: number
  readonly userVerified: boolean
}

/**
 * The ceremonies of security keys. Challenges are kept nowhere: they are sealed, live five minutes,
 * and are claimed when a response with one has verified, so that each is taken once on any node and
 * strangers can fill nothing.
 */
export interface SecurityKeys {
  /** False where the public address has no name that browsers bind keys to. */
  usable(): boolean
  /** Whether users of accounts may sign in with a discoverable key alone. */
  passkeys(): boolean
  /** Options for registering a key, as JSON. */
  registration(holder: KeyHolder, use: ChallengeUse): Promise<string>
  /** Verifies a response to `registration`, and claims nothing. Undefined: it does not verify. */
  newKey(holder: KeyHolder, use: ChallengeUse, response: string): Promise<RegisteredKey | undefined>
  /** Whether this is the first response with the challenge. */
  claim(challenge: string): Promise<boolean>
  /**
   * Options for touching one of the holder's keys, as JSON. Without a holder: for anybody's
   * discoverable key, which has to make sure of who holds it.
   */
  proof(holder: KeyHolder | undefined, use: ChallengeUse): Promise<string>
  /**
   * Takes a response to `proof`, once. `copied`: the response is right, and the key's counter says
   * that a copy of the key was used.
   */
  touched(
    holder: KeyHolder,
    use: ChallengeUse,
    response: string,
  ): Promise<TouchedKey | 'refused' | 'copied'>
}

interface SecurityKeyPorts {
  readonly settings: () => SecurityKeySettings
  readonly ring: Pick<KeyRing, 'seal' | 'unseal' | 'refresh'>
  readonly ephemeral: Pick<Ephemeral, 'claim'>
  readonly clock: Clock
}

const lifeMs = 5 * 60_000
/** Anybody: a discoverable key tells whose it is. */
const anybody = '*'

interface Challenge extends ChallengeUse {
  readonly holder: string
  readonly until: number
}

export function createSecurityKeys(ports: SecurityKeyPorts): SecurityKeys {
  const { settings, ring, ephemeral, clock } = ports
  const partyOf = ({ party }: SecurityKeySettings): RelyingParty => {
    if (!party) throw new Error('the public address is none that browsers bind keys to')
    return party
  }
  const challengeFor = (holder: string, { purpose, by }: ChallengeUse) => {
    const until = clock.now().getTime() + lifeMs
    const text = JSON.stringify({ purpose, by, holder, until } satisfies Challenge)
    return ring.seal('security-key-challenge', Buffer.from(text))
  }
  const opened = async (challenge: string): Promise<Challenge | undefined> => {
    const plain = await unsealKept(ring, 'security-key-challenge', challenge)
    return plain && JSON.parse(plain.toString())
  }
  const isFor = async (challenge: string, holders: readonly string[], use: ChallengeUse) => {
    const found = await opened(challenge)
    return (
      found !== undefined &&
      holders.includes(found.holder) &&
      found.purpose === use.purpose &&
      found.by === use.by &&
      found.until > clock.now().getTime()
    )
  }
  // Longer than the challenge lives, so that clocks of nodes may differ.
  const claim = (challenge: string) =>
    ephemeral.claim(
      'security-key',
      hash('sha256', challenge, 'base64url'),
      new Date(clock.now().getTime() + 2 * lifeMs),
    )
  return {
    usable: () => settings().party !== undefined,
    passkeys: () => settings().party !== undefined && settings().passkeys,
    claim,
    async registration({ handle, name, keys }, use) {
      const now = settings()
      const challenge = challengeFor(handle, use)
      const asked = { challenge, user: { handle, name }, has: keys }
      return JSON.stringify(await creationOptions(partyOf(now), now.wishes, asked))
    },
    async newKey({ handle, keys }, use, response) {
      const { wishes, models, ...now } = settings()
      const challenge = readNewKey(response)?.challenge
      if (!now.party || challenge === undefined || !(await isFor(challenge, [handle], use)))
        return undefined
      const { userVerification } = wishes
      const judged = { isOurs: (one: string) => one === challenge, userVerification }
      const key = await verifyNewKey(now.party, response, judged)
      if (!key || keys.some(({ credentialId }) => credentialId === key.credentialId))
        return undefined
      return { ...key, challenge, certifications: certificationsOf(key, models, clock.now()) }
    },
    async proof(holder, use) {
      const now = settings()
      const challenge = challengeFor(holder?.handle ?? anybody, use)
      const asked = { challenge, keys: holder?.keys ?? [] }
      const wishes = holder ? now.wishes : { userVerification: 'required' as const }
      return JSON.stringify(await requestOptions(partyOf(now), wishes, asked))
    },
    async touched({ handle, keys }, use, text) {
      const { party, wishes } = settings()
      const response = readAssertion(text)
      if (!party || !response) return 'refused'
      const { challenge, credentialId } = response
      const key = keys.find((one) => one.credentialId === credentialId)
      if (!key || !(await isFor(challenge, [handle, anybody], use))) return 'refused'
      const { userVerification } = wishes
      const judged = { isOurs: (one: string) => one === challenge, userVerification }
      const used = await verifyAssertion(party, response, key, judged)
      if (!used || !(await claim(challenge))) return 'refused'
      if (used.copied) return 'copied'
      return { key, counter: used.counter, userVerified: used.userVerified }
    },
  }
}
