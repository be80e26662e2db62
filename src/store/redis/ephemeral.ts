import { defineScript } from 'redis'
import type { Clock } from '../../kernel/clock.ts'
import type { Ephemeral, Space } from '../ephemeral.ts'
import type { OpenRedis } from './client.ts'

/**
 * Every entry is `EXPIRES_MS VALUE`, and every method is one script, so that nodes agree and the
 * injected clock decides. Redis's own expiry only cleans up: it is later by this much, so that a
 * node whose clock is behind still finds its entries.
 */
const tidySlackMs = 60_000

const fresh = `
local function fresh(entry, now)
  if not entry then return nil end
  local space = string.find(entry, ' ', 1, true)
  if tonumber(string.sub(entry, 1, space - 1)) <= tonumber(now) then return nil end
  return string.sub(entry, space + 1)
end
local function keep(key, value, expires, now)
  redis.call('SET', key, expires .. ' ' .. value, 'PX', math.max(1, expires - now) + ${tidySlackMs})
end`

type Parser = { pushKey(key: string): unknown; push(...values: string[]): unknown }
type Reply = string | null

function script<Answer extends Reply | number | [string, string]>(body: string) {
  return defineScript({
    NUMBER_OF_KEYS: 1,
    SCRIPT: `${fresh}\n${body}`,
    parseCommand(parser: Parser, key: string, ...values: string[]) {
      parser.pushKey(key)
      parser.push(...values)
    },
    transformReply: undefined as unknown as () => Answer,
  })
}

/** For `openRedisClient`. */
export const ephemeralScripts = {
  putEntry: script<number>(`keep(KEYS[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[1])) return 1`),
  replaceEntry: script<number>(`
if not fresh(redis.call('GET', KEYS[1]), ARGV[1]) then return 0 end
keep(KEYS[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[1]))
return 1`),
  prolongEntry: script<number>(`
local value = fresh(redis.call('GET', KEYS[1]), ARGV[1])
if not value then return 0 end
keep(KEYS[1], value, tonumber(ARGV[2]), tonumber(ARGV[1]))
return 1`),
  getEntry: script<Reply>(`return fresh(redis.call('GET', KEYS[1]), ARGV[1])`),
  takeEntry: script<Reply>(`return fresh(redis.call('GETDEL', KEYS[1]), ARGV[1])`),
  claimEntry: script<number>(`
if fresh(redis.call('GET', KEYS[1]), ARGV[1]) then return 0 end
keep(KEYS[1], '', tonumber(ARGV[2]), tonumber(ARGV[1]))
return 1`),
  countEntry: script<[string, string]>(`
local entry = redis.call('GET', KEYS[1])
local count = fresh(entry, ARGV[1])
local expires = count and string.sub(entry, 1, string.find(entry, ' ', 1, true) - 1) or ARGV[2]
count = string.format('%d', (tonumber(count) or 0) + tonumber(ARGV[3]))
keep(KEYS[1], count, tonumber(expires), tonumber(ARGV[1]))
return { count, expires }`),
  uncountEntry: script<number>(`
local entry = redis.call('GET', KEYS[1])
local count = fresh(entry, ARGV[1])
if not count then return 0 end
local expires = string.sub(entry, 1, string.find(entry, ' ', 1, true) - 1)
count = string.format('%d', math.max(0, tonumber(count) - 1))
keep(KEYS[1], count, tonumber(expires), tonumber(ARGV[1]))
return 1`),
}

/** Short-lived state that several nodes share. Does not close the client, whose opener does. */
export function redisEphemeral(
  { client, probe }: Pick<OpenRedis<typeof ephemeralScripts>, 'client' | 'probe'>,
  { prefix, clock }: { readonly prefix: string; readonly clock: Clock },
): Ephemeral {
  const key = (space: Space, name: string) => `${prefix}${space}:${name}`
  const now = () => String(clock.now().getTime())
  const text = (at: Date) => String(at.getTime())
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
    claim: async (space, name, expiresAt) =>
      (await client.claimEntry(key(space, name), now(), text(expiresAt))) === 1,
    async count(space, name, windowSeconds, weight = 1) {
      const at = clock.now().getTime()
      const [count, expires] = await client.countEntry(
        key(space, name),
        String(at),
        String(at + windowSeconds * 1000),
        String(weight),
      )
      return { count: Number(count), resetsAt: new Date(Number(expires)) }
    },
    async uncount(space, name) {
      await client.uncountEntry(key(space, name), String(clock.now().getTime()))
    },
    probe,
    // The client's owner closes it.
    async [Symbol.asyncDispose]() {},
  }
}
