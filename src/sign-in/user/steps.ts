import type { Clock } from '../../kernel/clock.ts'
import type { Ids } from '../../kernel/ids.ts'
import type { Ephemeral } from '../../store/ephemeral.ts'
import { keyOf } from '../sign-in-token.ts'

/** A sign-in whose password was right and that is not done: what is asked for next follows. */
export interface UserStep {
  readonly account: string
  readonly partition: string
  /** Absent: the account's root. */
  readonly user?: { readonly id: string; readonly name: string; readonly path: string } | undefined
  /** When the password became the user's: another one since ends the sign-in. */
  readonly passwordSetAt: string
  /** ISO 8601. */
  readonly beganAt: string
  /** The page to go to, one of ours. */
  readonly next: string
  /** How many second factors were refused. */
  readonly refused: number
  /** The second factor that was proved, and when (ISO 8601). */
  readonly factor?: { readonly id: string; readonly at: string } | undefined
}

/** What password and tries are kept by: the user's unique id; of the root, the account. */
export function ownerId({ account, user }: Owner): string {
  return user?.id ?? account
}

interface Owner {
  readonly account: string
  readonly user?: { readonly id: string } | undefined
}

/** How long a sign-in may take from its password on. */
export const stepSeconds = 600

export interface StepPorts {
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get' | 'take' | 'replace'>
  readonly ids: Pick<Ids, 'opaque'>
  readonly clock: Clock
}

/** Sign-ins on their way, under the hash of the key that the browser holds. */
export function userSteps({ ephemeral, ids, clock }: StepPorts) {
  const endOf = ({ beganAt }: UserStep) => new Date(Date.parse(beganAt) + stepSeconds * 1000)
  const isKey = (key: string | undefined) => key !== undefined && /^[\w-]{43}$/.test(key)
  const living = (text: string | undefined): UserStep | undefined => {
    const step: UserStep | undefined = text === undefined ? undefined : JSON.parse(text)
    return step && endOf(step) > clock.now() ? step : undefined
  }
  return {
    /** Returns the key that leads to it. */
    async keep(step: UserStep): Promise<string> {
      const key = ids.opaque(32)
      await ephemeral.put('user-step', keyOf(key), JSON.stringify(step), endOf(step))
      return key
    },
    async find(key: string | undefined): Promise<UserStep | undefined> {
      return isKey(key) ? living(await ephemeral.get('user-step', keyOf(key!))) : undefined
    },
    /** For the first who comes with the key: nobody else goes on with it. */
    async take(key: string): Promise<UserStep | undefined> {
      return living(await ephemeral.take('user-step', keyOf(key)))
    },
    async noteRefused(key: string, step: UserStep): Promise<void> {
      const text = JSON.stringify({ ...step, refused: step.refused + 1 })
      await ephemeral.replace('user-step', keyOf(key), text, endOf(step))
    },
  }
}

export type UserSteps = ReturnType<typeof userSteps>
