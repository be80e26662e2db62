import { browserSessionStore, redisSessionStore } from '../http/browser-session-store.ts'
import { limitTries } from '../sign-in/tries.ts'
import type { DurableStore } from '../store/open-store.ts'
import { redisAccess } from './redis-access.ts'
import type { Surroundings } from './surroundings.ts'

type Beside = Pick<DurableStore, 'ephemeral'>

/**
 * Opens the store for one-time tokens, replay guards, counts and browser sessions: Redis if the
 * settings name one, else the durable store.
 */
export async function openShortLived(around: Surroundings, store: Beside) {
  const { ephemeral, sessionStore, redis, close } = await openState(around, store)
  const { signInsPerName: perName, signInsPerAddress: perAddress } = around.settings.limits
  return {
    ephemeral,
    sessionStore,
    /** Undefined: this state is in the store. */
    redis,
    tries: limitTries(ephemeral, { perName, perAddress }),
    [Symbol.asyncDispose]: close,
  }
}

async function openState({ settings, env, clock, log }: Surroundings, store: Beside) {
  if (!settings.ephemeral) {
    const ephemeral = store.ephemeral()
    const sessionStore = browserSessionStore(ephemeral, clock)
    // The store's owner closes it.
    return { ephemeral, sessionStore, redis: undefined, close: async () => {} }
  }
  const { prefix } = settings.ephemeral
  const access = await redisAccess(settings.ephemeral, env)
  const { openRedisClient } = await import('../store/redis/client.ts')
  const { redisEphemeral } = await import('../store/redis/ephemeral.ts')
  const redis = await openRedisClient({ access, log, clock, prefix })
  return {
    ephemeral: redisEphemeral(redis, clock),
    sessionStore: redisSessionStore(redis.client, prefix),
    redis,
    close: () => redis[Symbol.asyncDispose](),
  }
}
