import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { cleanEnvironment } from '../peers/require.ts'

const run = promisify(execFile)

export interface Keys {
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
  readonly SessionToken?: string
}

/** Debian's AWS CLI against `origin`: its JSON, or its words when it refuses. */
export async function awsCli(origin: string, keys: Keys, ...args: readonly string[]): Promise<{ readonly json: Record<string, never>; readonly refused: string }> {
  const env = {
    ...cleanEnvironment(), AWS_ACCESS_KEY_ID: keys.AccessKeyId, AWS_SECRET_ACCESS_KEY: keys.SecretAccessKey, AWS_SESSION_TOKEN: keys.SessionToken ?? '',
    AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_PAGER: '', AWS_MAX_ATTEMPTS: '1',
  }
  if (!keys.SessionToken) delete (env as NodeJS.ProcessEnv).AWS_SESSION_TOKEN
  try {
    const { stdout } = await run('/usr/bin/aws', [...args, '--endpoint-url', origin, '--region', 'us-east-1', '--output', 'json'], { env })
    return { json: stdout.trim() === '' ? {} : JSON.parse(stdout), refused: '' }
  } catch (error) {
    return { json: {}, refused: (error as { stderr?: string }).stderr?.trim() || String(error) }
  }
}
