import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { type CredentialsOptions, chosenCredentials } from './credentials.ts'
import type { Current } from './kept-credentials.ts'

export type ExecOptions = CredentialsOptions & { readonly region?: string | undefined }

/** What would be read before the credentials, or name another address than Gatehouse's. */
const removed = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_ENDPOINT_URL_STS',
  'AWS_ENDPOINT_URL_IAM',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'GATEHOUSE_PASSWORD',
]

/**
 * `gatehouse exec ROLE -- CMD`: runs a program with credentials of the role in its environment, and
 * without the password. Returns the program's exit code, or 128 and the signal that ended it, as a
 * shell does; 127 where there is no such program.
 */
export async function execCommand(
  command: readonly string[],
  options: ExecOptions,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const { region, ...asked } = options
  const found = await chosenCredentials(asked, env)
  const [program = '', ...args] = command
  const child = spawn(program, args, {
    stdio: 'inherit',
    env: programEnvironment(found, { house: new URL(asked.endpoint).origin, region }, env),
  })
  // The terminal sends Ctrl-C to both: the program decides what it means.
  const leave = () => undefined
  const pass = (signal: NodeJS.Signals) => void child.kill(signal)
  process.on('SIGINT', leave).on('SIGTERM', pass).on('SIGHUP', pass)
  try {
    const [code, signal] = await once(child, 'exit')
    return code ?? 128 + constants.signals[signal as NodeJS.Signals]
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    if (!missing) throw error
    process.stderr.write(`gatehouse: there is no program \`${program}\`\n`)
    return 127
  } finally {
    process.off('SIGINT', leave).off('SIGTERM', pass).off('SIGHUP', pass)
  }
}

function programEnvironment(
  { credentials: found, upstream }: Current,
  { house, region }: { readonly house: string; readonly region: string | undefined },
  env: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  // AWS is where SDKs look by themselves.
  const endpoint = upstream ? upstream.endpoint : house
  const kept = Object.entries(env).filter(
    ([name]) => !removed.includes(name) && name !== 'AWS_ENDPOINT_URL',
  )
  const own = env.AWS_REGION ?? env.AWS_DEFAULT_REGION
  const where = region ?? own ?? upstream?.region ?? 'us-east-1'
  return {
    ...Object.fromEntries(kept),
    AWS_ACCESS_KEY_ID: found.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: found.SecretAccessKey,
    AWS_SESSION_TOKEN: found.SessionToken,
    AWS_CREDENTIAL_EXPIRATION: found.Expiration,
    ...(endpoint !== undefined && { AWS_ENDPOINT_URL: endpoint }),
    AWS_REGION: where,
    AWS_DEFAULT_REGION: where,
  }
}
