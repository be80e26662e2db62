import { defineScript } from 'redis'

type Parser = { pushKey(key: string): unknown; push(...values: string[]): unknown }

/** A Lua script whose first arguments are its keys; `Answer` is what it returns. */
function script<Answer>(body: string, keys = 1) {
  return defineScript({
    NUMBER_OF_KEYS: keys,
    SCRIPT: body,
    parseCommand(parser: Parser, ...given: string[]) {
      for (const key of given.slice(0, keys)) parser.pushKey(key)
      parser.push(...given.slice(keys))
    },
    transformReply: undefined as unknown as () => Answer,
  })
}

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

type Reply = string | null
const entryScript = <Answer>(body: string, keys = 1) => script<Answer>(`${fresh}\n${body}`, keys)

/**
 * Lua: since when a server remembers everything, in milliseconds of its clock. Its mark is gone
 * when it was emptied, and names another process when it was restarted or another took its place:
 * both may have lost the last writes. Then a new mark begins, at `now`. Where `INFO` is forbidden,
 * only the mark's absence tells.
 */
const remembers = `
local function remembers(mark, now)
  local info = redis.pcall('INFO', 'server')
  local id = type(info) == 'string' and string.match(info, 'run_id:(%x+)') or '-'
  local kept = redis.call('GET', mark)
  local since, of = string.match(kept or '', '^(%d+) (.+)$')
  if of ~= id then since = now end
  redis.call('SET', mark, since .. ' ' .. id)
  return since
end`

/**
 * Writes the mark, and so tells whether the server takes writes. Answers since when it remembers,
 * and its time, both in milliseconds.
 */
const markMemory = script<readonly [since: string, now: string]>(`${remembers}
local time = redis.call('TIME')
local clock = string.format('%d', time[1] * 1000 + math.floor(time[2] / 1000))
return { remembers(KEYS[1], ARGV[1] ~= '' and ARGV[1] or clock), clock }`)

/** Everything that is asked of Redis besides `get`, `set`, `expire` and `del`. */
export const redisScripts = {
  markMemory,
  putEntry: entryScript<number>(
    `keep(KEYS[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[1])) return 1`,
  ),
  replaceEntry: entryScript<number>(`
if not fresh(redis.call('GET', KEYS[1]), ARGV[1]) then return 0 end
keep(KEYS[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[1]))
return 1`),
  prolongEntry: entryScript<number>(`
local value = fresh(redis.call('GET', KEYS[1]), ARGV[1])
if not value then return 0 end
keep(KEYS[1], value, tonumber(ARGV[2]), tonumber(ARGV[1]))
return 1`),
  getEntry: entryScript<Reply>(`return fresh(redis.call('GET', KEYS[1]), ARGV[1])`),
  takeEntry: entryScript<Reply>(`return fresh(redis.call('GETDEL', KEYS[1]), ARGV[1])`),
  claimEntry: entryScript<number>(`
if fresh(redis.call('GET', KEYS[1]), ARGV[1]) then return 0 end
keep(KEYS[1], '', tonumber(ARGV[2]), tonumber(ARGV[1]))
return 1`),
  /** -1: what is remembered began after the claimed was made. */
  claimMadeEntry: entryScript<number>(
    `${remembers}
if tonumber(ARGV[3]) < tonumber(remembers(KEYS[2], ARGV[1])) then return -1 end
if fresh(redis.call('GET', KEYS[1]), ARGV[1]) then return 0 end
keep(KEYS[1], '', tonumber(ARGV[2]), tonumber(ARGV[1]))
return 1`,
    2,
  ),
  countEntry: entryScript<[string, string]>(`
local entry = redis.call('GET', KEYS[1])
local count = fresh(entry, ARGV[1])
local expires = count and string.sub(entry, 1, string.find(entry, ' ', 1, true) - 1) or ARGV[2]
count = string.format('%d', (tonumber(count) or 0) + tonumber(ARGV[3]))
keep(KEYS[1], count, tonumber(expires), tonumber(ARGV[1]))
return { count, expires }`),
  uncountEntry: entryScript<number>(`
local entry = redis.call('GET', KEYS[1])
local count = fresh(entry, ARGV[1])
if not count then return 0 end
local expires = string.sub(entry, 1, string.find(entry, ' ', 1, true) - 1)
count = string.format('%d', math.max(0, tonumber(count) - 1))
keep(KEYS[1], count, tonumber(expires), tonumber(ARGV[1]))
return 1`),
}
