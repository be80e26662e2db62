import { createReadStream, createWriteStream, openSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import { isCancel, password as askPassword, text as askText } from '@clack/prompts'
import { CredentialsCache, cacheFolder, type ProcessCredentials } from './cache.ts'
import { exchangePassword } from './exchange.ts'

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
  using terminal = openTerminal()
  const name = username ?? answerOf(await askText({ message: `User name at ${endpoint}`, ...terminal.streams }))
  const password = given ?? answerOf(await askPassword({ message: `Password of ${name}`, ...terminal.streams }))
  return { username: name, password }
}

function answerOf(answer: string | symbol): string {
  if (isCancel(answer) || typeof answer !== 'string') throw new Error('cancelled')
  return answer
}

function openTerminal() {
  let fd: number
  try {
    fd = openSync('/dev/tty', 'r+')
  } catch {
    throw new Error('there is no terminal to ask in: set GATEHOUSE_PASSWORD and --username, or run `gatehouse credentials` once in a terminal')
  }
  const input = process.stdin.isTTY ? new ReadStream(fd) : (createReadStream('/dev/tty') as unknown as ReadStream)
  const output = createWriteStream('/dev/tty')
  return { streams: { input, output }, [Symbol.dispose]: () => { input.destroy(); output.end() } }
}
