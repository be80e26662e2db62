import type { Clock } from '../../kernel/clock.ts'
import type { Ephemeral, Space } from '../ephemeral.ts'
import { StoreFault } from '../store-fault.ts'
import type { OpenRedis } from './client.ts'

/** Short-lived state that several nodes share. Does not close the client, whose opener does. */
export function redisEphemeral(
  { client, probe, memory, keys }: Omit<OpenRedis, 'figures'>,
  clock: Clock,
): Ephemeral {
  const key = (space: Space, name: string) => keys.of(space, name)
  const text = (at: Date) => String(Math.round(at.getTime() + memory.aheadMs()))
  const now = () => text(clock.now())
  const put: Ephemeral['put'] = async (space, name, value, expiresAt) =>
    void (await client.putEntry(key(space, name), now(), value, text(expiresAt)))
  return {
    put,
    // The client sends commands that were given in one turn together.
    putAll: async (puts) =>
      void (await Promise.all(
        puts.map(({ space, key: name, value, expiresAt }) => put(space, name, value, expiresAt)),
      )),
    replace: async (space, name, value, expiresAt) =>
      (await client.replaceEntry(key(space, name), now(), value, text(expiresAt))) === 1,
    prolong: async (space, name, expiresAt) =>
      (await client.prolongEntry(key(space, name), now(), text(expiresAt))) === 1,
    get: async (space, name) => (await client.getEntry(key(space, name), now())) ?? undefined,
    take: async (space, name) => (await client.takeEntry(key(space, name), now())) ?? undefined,
    remove: async (space, name) => void (await client.del(key(space, name))),
    async claim(space, name, expiresAt, madeAt) {
      const entry = key(space, name)
      if (!madeAt) return (await client.claimEntry(entry, now(), text(expiresAt))) === 1
      const times = [now(), text(expiresAt), text(madeAt)]
      const first = await client.claimMadeEntry(entry, keys.markOf(name), ...times)
      if (first >= 0) return first === 1
      throw new StoreFault('failing', 'Redis remembers too little to tell whether it was used')
    },
    async count(space, name, windowSeconds, weight = 1) {
      const until = text(new Date(clock.now().getTime() + windowSeconds * 1000))
      const counted = client.countEntry(key(space, name), now(), until, String(weight))
      const [count, expires] = await counted
      return { count: Number(count), resetsAt: new Date(Number(expires) - memory.aheadMs()) }
    },
    async uncount(space, name) {
      await client.uncountEntry(key(space, name), now())
    },
    probe,
    // The client's owner closes it.
    async [Symbol.asyncDispose]() {},
  }
}
