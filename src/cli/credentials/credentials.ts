import { openTerminal } from '../terminal.ts'
import { CredentialsCache, cacheFolder, type ProcessCredentials } from './cache.ts'
import { endpointUrl, exchangePassword } from './exchange.ts'

export interface CredentialsOptions {
  readonly endpoint: string
  readonly username?: string
  readonly role?: string
  readonly provider?: string
  readonly durationSeconds?: number
}

/** Credentials are asked for anew when less than this is left. */
const minimumLeftMs = 5 * 60_000

/**
 * The AWS CLI's `credential_process`: prints JSON on standard output and asks in the terminal, never on standard input or output,
 * which belong to the caller. `GATEHOUSE_PASSWORD` answers for scripts.
 */
export async function credentials(options: CredentialsOptions, env: NodeJS.ProcessEnv, out: NodeJS.WritableStream): Promise<number> {
  endpointUrl(options.endpoint)
  const cache = new CredentialsCache(cacheFolder(env))
  const name = [options.endpoint, options.username ?? '', options.provider ?? '', options.role ?? ''].join('\n')
  const found = await cache.exclusively(name, async () => {
    const kept = await cache.read(name)
    if (kept && Date.parse(kept.Expiration) - Date.now() > minimumLeftMs) return kept
    const fresh = await fetchFresh(options, env)
    await cache.write(name, fresh)
    return fresh
  })
  out.write(`${JSON.stringify(found)}\n`)
  return 0
}

async function fetchFresh(options: CredentialsOptions, env: NodeJS.ProcessEnv): Promise<ProcessCredentials> {
  const { username, password } = await askPerson(options, env)
  return exchangePassword({
    endpoint: options.endpoint, username, password,
    ...(options.role && { roleArn: options.role }),
    ...(options.provider && { provider: options.provider }),
    ...(options.durationSeconds && { durationSeconds: options.durationSeconds }),
  }, AbortSignal.timeout(60_000))
}

async function askPerson({ username, endpoint }: CredentialsOptions, env: NodeJS.ProcessEnv): Promise<{ username: string; password: string }> {
  const given = env.GATEHOUSE_PASSWORD
  if (given && username) return { username, password: given }
  using terminal = openTerminal('set GATEHOUSE_PASSWORD and --username, or run `gatehouse credentials` once in a terminal')
  const name = username ?? await terminal.ask(`User name at ${endpoint}`)
  return { username: name, password: given ?? await terminal.askSecret(`Password of ${name}`) }
}
