import type { Clock } from '../kernel/clock.ts'
import type { Ephemeral, Put } from '../store/ephemeral.ts'

type Kept = Pick<Ephemeral, 'put' | 'get' | 'take' | 'remove' | 'claim'>

export interface GroupedWritesPorts {
  readonly ephemeral: Kept & Pick<Ephemeral, 'putAll'>
  readonly clock: Clock
  /** The request that is being answered; undefined: none of the library's. */
  readonly current: () => object | undefined
}

/**
 * What the library puts while it answers a request, committed at once when the answer is ready: a
 * commit costs more than all the rest of a request, and nobody knows of a token before the answer.
 * Claims are not put off: they decide among requests.
 */
export interface GroupedWrites {
  /** Storage as requests see it: with what they have put themselves. */
  readonly ephemeral: Kept
  /** From now on what the request puts waits for `commit`. Without one it is forgotten. */
  hold(request: object): void
  commit(request: object): Promise<void>
}

export function groupWrites({ ephemeral, clock, current }: GroupedWritesPorts): GroupedWrites {
  const open = new WeakMap<object, Map<string, Put>>()
  const mine = () => {
    const request = current()
    return request && open.get(request)
  }
  const nameOf = (space: string, key: string) => `${space}/${key}`
  const living = (put: Put | undefined) =>
    put && put.expiresAt > clock.now() ? put.value : undefined
  return {
    ephemeral: {
      async put(space, key, value, expiresAt) {
        const puts = mine()
        if (!puts) return ephemeral.put(space, key, value, expiresAt)
        puts.set(nameOf(space, key), { space, key, value, expiresAt })
      },
      async get(space, key) {
        const put = mine()?.get(nameOf(space, key))
        return put ? living(put) : ephemeral.get(space, key)
      },
      async take(space, key) {
        const puts = mine()
        const put = puts?.get(nameOf(space, key))
        puts?.delete(nameOf(space, key))
        const before = await ephemeral.take(space, key)
        return put ? living(put) : before
      },
      async remove(space, key) {
        mine()?.delete(nameOf(space, key))
        await ephemeral.remove(space, key)
      },
      claim: (...claimed) => ephemeral.claim(...claimed),
    },
    hold: (request) => void open.set(request, new Map()),
    async commit(request) {
      const puts = open.get(request)
      open.delete(request)
      if (puts && puts.size > 0) await ephemeral.putAll([...puts.values()])
    },
  }
}
