import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after } from 'node:test'
import { cleanEnvironment } from '../peers/require.ts'

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
  const environment = {
    ...Object.fromEntries(inherited),
    ...given,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    AWS_MAX_ATTEMPTS: '1',
  }
  host ??= startHost()
  const { out, err, code } = await host.run({
    environment,
    args: [...args, '--output', 'json'],
    aheadSeconds: Math.round((now.getTime() - Date.now()) / 1000),
  })
  if (code === 0) return { json: JSON.parse(out.trim() || '{}'), refused: '' }
  return { json: JSON.parse('{}'), refused: err.trim() || `it ended with ${code}` }
}

interface Command {
  readonly args: readonly string[]
  readonly environment: NodeJS.ProcessEnv
  readonly aheadSeconds: number
}

interface Ran {
  readonly out: string
  readonly err: string
  readonly code: number
}

/** One for the commands of a test file. */
let host: ReturnType<typeof startHost> | undefined
after(() => host?.[Symbol.asyncDispose]())

/** Debian's CLI, whose code is loaded once. Commands run beside each other. */
function startHost() {
  const lock = join(tmpdir(), `gatehouse-aws-${process.pid}.lock`)
  const child = spawn('/usr/bin/python3', [join(import.meta.dirname, 'aws-host.py'), lock], {
    env: { ...cleanEnvironment(), PYTHONUTF8: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const asked = new Map<number, PromiseWithResolvers<Ran>>()
  const ended = once(child, 'close').then(async ([code]) => {
    for (const { reject } of asked.values()) reject(new Error(`aws-host.py ended with ${code}`))
    await rm(lock, { force: true })
  })
  // One that ended early is told by the answers that do not come.
  child.stdin.on('error', () => undefined)
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, ...ran } = JSON.parse(line)
    asked.get(id)?.resolve(ran)
    asked.delete(id)
  })
  let lastId = 0
  return {
    run(command: Command): Promise<Ran> {
      const id = ++lastId
      const answer = Promise.withResolvers<Ran>()
      asked.set(id, answer)
      child.stdin.write(`${JSON.stringify({ id, ...command })}\n`)
      return answer.promise
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await ended
    },
  }
}
