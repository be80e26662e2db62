import { createClient, defineScript } from 'redis'
import type { Clock } from '../kernel/clock.ts'
import type { Ephemeral, Space } from './ephemeral.ts'

/**
 * Every entry is `EXPIRES_MS VALUE`, and every verb is one script, so that nodes agree and the injected clock decides.
 * Redis's own expiry only tidies up: it comes later by this much, so that a node whose clock is behind finds what it wrote.
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

const scripts = {
  putEntry: script<number>(`keep(KEYS[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[1])) return 1`),
  replaceEntry: script<number>(`
if not fresh(redis.call('GET', KEYS[1]), ARGV[1]) then return 0 end
keep(KEYS[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[1]))
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
count = string.format('%d', (tonumber(count) or 0) + 1)
keep(KEYS[1], count, tonumber(expires), tonumber(ARGV[1]))
return { count, expires }`),
}

export interface RedisSettings {
  /** `redis://` or `rediss://`, with its password. Never logged. */
  readonly url: string
  readonly prefix: string
}

export interface RedisPorts {
  readonly clock: Clock
  readonly log: (event: string, detail: Readonly<Record<string, unknown>>) => void
}

const connectTimeoutMs = 2000
const commandTimeoutMs = 2000
const longestPauseMs = 2000

/**
 * Short-lived state that several nodes share. Rejects at once when Redis can't be reached at start; later, commands fail
 * fast while it is away (nothing is queued, nothing falls back to memory) and work again when it is back.
 */
export async function openRedisEphemeral({ url, prefix }: RedisSettings, { clock, log }: RedisPorts): Promise<RedisEphemeral> {
  let connected = false
  const client = createClient({
    url,
    scripts,
    disableOfflineQueue: true,
    commandOptions: { timeout: commandTimeoutMs },
    socket: {
      connectTimeout: connectTimeoutMs,
      reconnectStrategy: (tries: number, cause: Error) => (connected ? Math.min(50 * 2 ** Math.min(tries, 10), longestPauseMs) : cause),
    },
  })
  client.on('error', (error: Error) => { if (connected) log('redis-failed', { error: error.message }) })
  try {
    await client.connect()
  } catch (error) {
    throw new Error(`Redis at ${where(url)} can not be used: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
  connected = true

  const key = (space: Space, name: string) => `${prefix}${space}:${name}`
  const now = () => String(clock.now().getTime())
  const text = (at: Date) => String(at.getTime())
  return {
    client,
    put: async (space, name, value, expiresAt) => void await client.putEntry(key(space, name), now(), value, text(expiresAt)),
    replace: async (space, name, value, expiresAt) => (await client.replaceEntry(key(space, name), now(), value, text(expiresAt))) === 1,
    get: async (space, name) => (await client.getEntry(key(space, name), now())) ?? undefined,
    take: async (space, name) => (await client.takeEntry(key(space, name), now())) ?? undefined,
    remove: async (space, name) => void await client.del(key(space, name)),
    claim: async (space, name, expiresAt) => (await client.claimEntry(key(space, name), now(), text(expiresAt))) === 1,
    async count(space, name, windowSeconds) {
      const at = clock.now().getTime()
      const [count, expires] = await client.countEntry(key(space, name), String(at), String(at + windowSeconds * 1000))
      return { count: Number(count), resetsAt: new Date(Number(expires)) }
    },
    probe: async () => void await client.ping(),
    async [Symbol.asyncDispose]() {
      connected = false
      client.destroy()
    },
  }
}

export interface RedisEphemeral extends Ephemeral {
  /** For stores of other libraries that live in the same Redis. */
  readonly client: Pick<ReturnType<typeof createClient>, 'set'>
}

/** Host and port alone: the URL may hold a password. */
function where(url: string): string {
  return URL.parse(url)?.host || 'its address'
}
