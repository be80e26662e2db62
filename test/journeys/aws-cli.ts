import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { cleanEnvironment } from '../peers/require.ts'

const run = promisify(execFile)

export interface Keys {
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
  readonly SessionToken?: string
}

/** What journeys read of the CLI's answers: the members of the operations that they call. */
export interface CliJson {
  readonly Arn: string
  readonly User: { readonly Arn: string }
  readonly VirtualMFADevice: { readonly SerialNumber: string }
  readonly Credentials: Keys
  readonly Roles: readonly { readonly RoleName: string }[]
  readonly Users: readonly { readonly UserName: string }[]
  readonly AccessKey: Keys
  readonly Policy: { readonly Arn: string }
}

export interface CliAnswer {
  readonly json: CliJson
  /** The CLI's own words when it refused; else empty. */
  readonly refused: string
}

/** Debian's AWS CLI against `origin`: its JSON, or its words when it refuses. */
export function awsCli(origin: string, keys: Keys, ...args: readonly string[]): Promise<CliAnswer> {
  return awsCliAt(new Date(), origin, keys, ...args)
}

/** As `awsCli`, with a clock that the test moved: the CLI signs with the time that `now` says. */
export function awsCliAt(
  now: Date,
  origin: string,
  keys: Keys,
  ...args: readonly string[]
): Promise<CliAnswer> {
  const { AccessKeyId, SecretAccessKey, SessionToken } = keys
  return runAws(now, ['--endpoint-url', origin, '--region', 'us-east-1', ...args], {
    AWS_ACCESS_KEY_ID: AccessKeyId,
    AWS_SECRET_ACCESS_KEY: SecretAccessKey,
    ...(SessionToken && { AWS_SESSION_TOKEN: SessionToken }),
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  })
}

export interface Profile {
  readonly configFile: string
  readonly profile: string
  readonly env: NodeJS.ProcessEnv
}

/**
 * As `awsCli`, with everything else from a profile of `configFile`: Debian's CLI is older than
 * `endpoint_url`.
 */
export function awsCliProfile(
  origin: string,
  { configFile, profile, env }: Profile,
  ...args: readonly string[]
): Promise<CliAnswer> {
  const given = { ...env, AWS_CONFIG_FILE: configFile, AWS_SHARED_CREDENTIALS_FILE: '/dev/null' }
  return runAws(new Date(), ['--endpoint-url', origin, '--profile', profile, ...args], given)
}

async function runAws(
  now: Date,
  args: readonly string[],
  given: NodeJS.ProcessEnv,
): Promise<CliAnswer> {
  const inherited = Object.entries(cleanEnvironment()).filter(([name]) => !name.startsWith('AWS_'))
  const env = {
    ...Object.fromEntries(inherited),
    ...given,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    AWS_MAX_ATTEMPTS: '1',
  }
  const aheadSeconds = Math.round((now.getTime() - Date.now()) / 1000)
  const command = ['/usr/bin/aws', ...args, '--output', 'json']
  const [program = '', ...rest] =
    aheadSeconds === 0
      ? command
      : ['faketime', '-f', `${aheadSeconds > 0 ? '+' : ''}${aheadSeconds}s`, ...command]
  try {
    const { stdout } = await run(program, rest, { env })
    return { json: JSON.parse(stdout.trim() || '{}'), refused: '' }
  } catch (error) {
    return {
      json: JSON.parse('{}'),
      refused: (error as { stderr?: string }).stderr?.trim() || String(error),
    }
  }
}
