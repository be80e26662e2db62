import { randomBytes } from 'node:crypto'
import { type Argon2idHash, parseArgon2id } from '../../kernel/argon2id.ts'
import { passwordHashing } from '../../kernel/password-hashing.ts'
import { NoPlace } from '../../kernel/places.ts'
import { SignInFault } from '../../kernel/sign-in-fault.ts'
import type { ConnectorType, PasswordUpstream } from '../connector.ts'
import { foldName } from '../fold-name.ts'
import { withLeastTime } from '../least-time.ts'
import { unfitCredentials } from '../unfit-credentials.ts'
import { fileIdentity } from './identity.ts'
import { type FilePerson, type FileSettings, subjectOf } from './settings.ts'

interface Known {
  readonly person: FilePerson
  readonly hash: Argon2idHash
}

export const file: ConnectorType<FileSettings> = {
  protocol: 'file',
  async open(id, settings, { clock }): Promise<PasswordUpstream> {
    const people = new Map(
      settings.people.map((person) => [
        foldName(person.username),
        { person, hash: hashOf(person) },
      ]),
    )
    const welcome = new Set(settings.people.filter(({ disabled }) => !disabled).map(subjectOf))
    const decoy = costliest([...people.values()])

    async function prove(
      username: string,
      password: string,
      signal: AbortSignal,
    ): Promise<FilePerson> {
      const unfit = unfitCredentials(username, password)
      if (unfit) throw new SignInFault('credentials-rejected', unfit)
      const known = people.get(foldName(username))
      // Verify an unknown name against a decoy hash, so that it takes as long as a known one.
      const right = await verify(known?.hash ?? decoy, password, signal)
      if (!known) throw new SignInFault('credentials-rejected', 'no such person in the file')
      if (!right) throw new SignInFault('credentials-rejected', 'wrong password')
      if (known.person.disabled) throw new SignInFault('account-disabled', 'disabled in the file')
      return known.person
    }

    return {
      flow: 'password',
      async check(username, password, signal) {
        const person = await withLeastTime(settings.leastRefusalMs, signal, () =>
          prove(username, password, signal),
        )
        return fileIdentity(id, person, clock.now())
      },
      knows: ({ subject }) => welcome.has(subject),
      async probe() {},
      async [Symbol.asyncDispose]() {},
    }
  },
}

/** Throws SignInFault `busy` when too many passwords wait to be verified. */
async function verify(hash: Argon2idHash, password: string, signal: AbortSignal): Promise<boolean> {
  try {
    return await passwordHashing.verify(hash, password, signal)
  } catch (error) {
    if (!(error instanceof NoPlace)) throw error
    throw new SignInFault('busy', 'too many passwords wait to be verified')
  }
}

function hashOf({ passwordHash, username }: FilePerson): Argon2idHash {
  const hash = parseArgon2id(passwordHash)
  if (!hash) throw new TypeError(`the password hash of \`${username}\` is not argon2id`)
  return hash
}

/**
 * A decoy with the cost of the most expensive hash, made of random bytes that no password matches.
 */
function costliest(people: readonly Known[]): Argon2idHash {
  const worst = people
    .map(({ hash }) => hash)
    .reduce((a, b) => (b.memoryKib * b.passes > a.memoryKib * a.passes ? b : a))
  return { ...worst, salt: randomBytes(worst.salt.length), tag: randomBytes(worst.tag.length) }
}
