import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type PasswordEnd, passwordEndText } from '../../kernel/password-end.ts'
import type { Output } from '../check.ts'
import { openTerminal } from '../terminal.ts'
import { cacheFolder, SealedCache } from './cache.ts'
import { type CredentialsAsked, currentCredentials } from './current.ts'
import { endpointUrl } from './exchange.ts'
import type { Current } from './kept-credentials.ts'
import type { Proof } from './refusals.ts'

export type CredentialsOptions = Omit<CredentialsAsked, 'roleArn'> & {
  /** With a password its ARN; with a sign-in of the browser its name does as well. */
  readonly role?: string | undefined
  readonly refresh?: boolean | undefined
}

/**
 * The AWS CLI's `credential_process`: prints JSON on standard output, and a warning on standard
 * error when the password ends. Prompts in the terminal, never on standard input or output, which
 * belong to the caller. Scripts give the password in `GATEHOUSE_PASSWORD`.
 */
export async function credentials(
  options: CredentialsOptions,
  env: NodeJS.ProcessEnv,
  out: NodeJS.WritableStream,
): Promise<number> {
  const { credentials } = await credentialsFor(options, env)
  out.write(`${JSON.stringify(credentials)}\n`)
  return 0
}

/**
 * Returns credentials from the cache, or new ones: for a password where a name or a password is
 * given, else for the sign-in that `gatehouse login` keeps. Warns on standard error when the
 * password ends.
 */
export async function credentialsFor(
  options: CredentialsOptions,
  env: NodeJS.ProcessEnv,
): Promise<Current> {
  const { refresh, role: roleArn, ...asked } = options
  if (!isByPassword(options, env)) {
    const { signedInCredentials } = await import('../sign-in/signed-in-credentials.ts')
    return signedInCredentials(options, env)
  }
  return currentCredentials(
    { ...asked, roleArn },
    {
      folder: cacheFolder(env),
      password: env.GATEHOUSE_PASSWORD || undefined,
      ask: (what) => askPerson(what, env),
      passwordEnds: warnOfEnd,
      refresh,
    },
  )
}

/**
 * As `credentialsFor`, for a command that a person runs: who is signed in and names no role
 * chooses one each time.
 */
export async function chosenCredentials(
  options: CredentialsOptions,
  env: NodeJS.ProcessEnv,
): Promise<Current> {
  if (options.role !== undefined || isByPassword(options, env)) return credentialsFor(options, env)
  const [{ openRole }, { KeptSignIns }] = await Promise.all([
    import('../sign-in/open-role.ts'),
    import('../sign-in/kept-sign-ins.ts'),
  ])
  const { origin } = endpointUrl(options.endpoint)
  const role = (await openRole(new KeptSignIns(env), origin, undefined)).arn
  return credentialsFor({ ...options, role }, env)
}

function warnOfEnd(end: PasswordEnd): void {
  process.stderr.write(
    `${passwordEndText(end, new Date())}. Change it with your company's tool for passwords.\n`,
  )
}

function isByPassword({ username }: CredentialsOptions, env: NodeJS.ProcessEnv): boolean {
  return Boolean(username || env.GATEHOUSE_PASSWORD)
}

/** `gatehouse credentials clear`: forgets credentials and refusals. Sessions live on. */
export async function clearCredentials(env: NodeJS.ProcessEnv, { out }: Output): Promise<number> {
  const folder = cacheFolder(env)
  const count = (await clearSignIns(folder)) + (await new SealedCache(folder).clear())
  out(count === 0 ? `${folder} is empty` : `removed ${count} of ${folder}`)
  return 0
}

async function clearSignIns(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => [])
  let count = 0
  for (const name of names.filter((one) => /^sign-in-[0-9a-f]{32}$/.test(one))) {
    const path = join(folder, name)
    count += await new SealedCache(path).clear()
    await rm(path, { recursive: true, force: true })
  }
  return count
}

async function askPerson(
  { username, endpoint }: CredentialsAsked,
  env: NodeJS.ProcessEnv,
): Promise<Proof> {
  const given = env.GATEHOUSE_PASSWORD
  if (given && username) return { username, password: given }
  using terminal = await openTerminal(
    'set GATEHOUSE_PASSWORD and --username, or run `gatehouse credentials` once in a terminal',
  )
  const name = username ?? (await terminal.ask(`User name at ${endpoint}`))
  return { username: name, password: given ?? (await terminal.askSecret(`Password of ${name}`)) }
}
