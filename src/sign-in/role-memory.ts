import { hash } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import type { SignInPerson } from './last-sign-ins.ts'
import { keyOf } from './sign-in-token.ts'

/** What the portal keeps for one person. Roles are named by `roleKey`. */
export interface RoleMemory {
  readonly starred: readonly string[]
  /** The last first. */
  readonly recent: readonly RecentRole[]
}

export interface RecentRole {
  readonly role: string
  /** ISO 8601. */
  readonly at: string
  /** How long the person wanted credentials to last, when it was chosen. */
  readonly seconds?: number | undefined
}

export interface RoleMemories {
  of(person: Person): Promise<RoleMemory>
  /** Sets or takes away the star of a role. The oldest star goes when there are too many. */
  star(person: Person, roleArn: string, starred: boolean): Promise<void>
  /** Notes that a role was taken; without `seconds`, keeps the duration chosen before. */
  used(person: Person, roleArn: string, seconds?: number | undefined): Promise<void>
}

type Person = SignInPerson

const mostStarred = 100
const mostRecent = 20
/** A person who does not come back for so long is forgotten. */
const keptMs = 400 * 86_400_000
const nothing: RoleMemory = { starred: [], recent: [] }

/**
 * Keeps starred and recent roles for each person, in the short-lived state: losing them costs
 * nobody access. Writes of one person at the same moment may lose one of the changes.
 */
export function roleMemories({
  ephemeral,
  clock,
}: {
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get'>
  readonly clock: Clock
}): RoleMemories {
  const of = async (person: Person): Promise<RoleMemory> => {
    const text = await ephemeral.get('role-memory', nameOf(person))
    return text === undefined ? nothing : JSON.parse(text)
  }
  const keep = (person: Person, memory: RoleMemory) =>
    ephemeral.put(
      'role-memory',
      nameOf(person),
      JSON.stringify(memory),
      new Date(clock.now().getTime() + keptMs),
    )
  return {
    of,
    async star(person, roleArn, isStarred) {
      const memory = await of(person)
      const role = roleKey(roleArn)
      const others = memory.starred.filter((one) => one !== role)
      const starred = isStarred ? [...others, role].slice(-mostStarred) : others
      await keep(person, { ...memory, starred })
    },
    async used(person, roleArn, seconds) {
      const memory = await of(person)
      const role = roleKey(roleArn)
      const before = memory.recent.find((one) => one.role === role)
      const used: RecentRole = {
        role,
        at: clock.now().toISOString(),
        seconds: seconds ?? before?.seconds,
      }
      const others = memory.recent.filter((one) => one !== before)
      await keep(person, { ...memory, recent: [used, ...others].slice(0, mostRecent) })
    },
  }
}

/** Names a role in 22 characters, so that what is kept for a person stays small. */
export function roleKey(roleArn: string): string {
  return hash('sha256', roleArn, 'base64url').slice(0, 22)
}

function nameOf({ connector, subject }: Person): string {
  return keyOf(JSON.stringify([connector, subject]))
}
