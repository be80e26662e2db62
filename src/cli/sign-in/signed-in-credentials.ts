import { SealedCache } from '../credentials/cache.ts'
import { endpointUrl } from '../credentials/exchange.ts'
import { type Current, type Entry, keptOrNew } from '../credentials/kept-credentials.ts'
import { credentialsFolder } from './forget-credentials.ts'
import { KeptSignIns, notSignedIn } from './kept-sign-ins.ts'

export interface RoleAsked {
  readonly endpoint: string
  /** ARN, NAME or ACCOUNT/NAME. Absent: the only one, or the one that the person chooses. */
  readonly role?: string | undefined
  readonly durationSeconds?: number | undefined
  readonly refresh?: boolean | undefined
}

interface Refusal {
  readonly message: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/**
 * Returns credentials of a role for the person whose sign-in is kept here: from the cache, or new
 * ones. What a cached answer does not need, the libraries of OpenID Connect above all, is loaded
 * after it. Throws an Error that says what to do.
 */
export async function signedInCredentials(
  asked: RoleAsked,
  env: NodeJS.ProcessEnv,
): Promise<Current> {
  const endpoint = endpointUrl(asked.endpoint).origin
  const signIns = new KeptSignIns(env)
  const header = await signIns.header(endpoint)
  if (!header) throw notSignedIn(endpoint)
  const { role = '', durationSeconds = 0, refresh } = asked
  const cache = new SealedCache(credentialsFolder(env, header.id))
  const name = JSON.stringify(['credentials', role, durationSeconds])
  const kept = {
    ...{ name, lock: name, endpoint, refresh },
    leastLeftMs: 60_000,
    renewAheadMs: 15 * 60_000,
  }
  return keptOrNew(cache, kept, (startedAt) =>
    sharingRefusals(cache, `refusal ${name}`, startedAt, () =>
      obtained({ ...asked, endpoint }, signIns),
    ),
  )
}

async function obtained(asked: RoleAsked, signIns: KeptSignIns): Promise<Entry> {
  const { endpoint, durationSeconds } = asked
  const [{ withAccess }, { takeCredentials }, { openRole }] = await Promise.all([
    import('./access.ts'),
    import('./terminal-calls.ts'),
    import('./open-role.ts'),
  ])
  const role = asked.role?.startsWith('arn:')
    ? asked.role
    : (await openRole(signIns, endpoint, asked.role)).arn
  const found = await withAccess(signIns, endpoint, (token) =>
    takeCredentials(endpoint, token, { role, durationSeconds }),
  )
  return { ...found, obtainedAt: Date.now() }
}

/** Callers that waited for one that was refused take its answer, instead of asking in turn. */
async function sharingRefusals<T>(
  cache: SealedCache,
  name: string,
  startedAt: number,
  work: () => Promise<T>,
): Promise<T> {
  const last = await cache.read<Refusal>(name)
  if (last && last.at >= startedAt) throw new Error(last.message)
  try {
    return await work()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    await cache.write(name, { message, at: Date.now() } satisfies Refusal)
    throw error
  }
}
