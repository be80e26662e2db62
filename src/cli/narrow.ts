import type { Credentials } from '../credentials/claims.ts'
import { narrow } from '../credentials/narrowing.ts'
import { spanText } from '../kernel/duration-text.ts'
import { parsePolicy } from '../policy/index.ts'
import type { Output } from './check.ts'
import { readText } from './policy/read-policies.ts'

export interface NarrowOptions {
  /** A JSON file. */
  readonly policy?: string | undefined
  /** Seconds from now. */
  readonly duration?: number | undefined
  readonly env?: boolean | undefined
}

const [leastSeconds, mostSeconds] = [60, 12 * 3600]

/**
 * `gatehouse narrow`: reads `AWS_ACCESS_KEY_ID` and its siblings, and prints narrower credentials
 * in the format of a credential process, or as lines for a shell. Sends nothing. Exit codes: 0
 * printed, 1 not.
 */
export async function narrowCommand(
  { policy: file, duration, env: asLines }: NarrowOptions,
  env: NodeJS.ProcessEnv,
  { out, err }: Output,
): Promise<number> {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_CREDENTIAL_EXPIRATION: end,
  } = env
  if (!accessKeyId || !secretAccessKey || !sessionToken?.startsWith('ghs1.')) {
    err(
      'set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN ' +
        'to temporary credentials of Gatehouse: long-term keys cannot be narrowed',
    )
    return 1
  }
  if (duration !== undefined && (duration < leastSeconds || duration > mostSeconds)) {
    const span = `${spanText(leastSeconds)} to ${spanText(mostSeconds)}`
    err(`--duration \`${spanText(duration)}\`: expected ${span}`)
    return 1
  }
  const text = file === undefined ? undefined : await readText(file, { err })
  if (file !== undefined && text === undefined) return 1
  const parsed = text === undefined ? undefined : parsePolicy('session', file ?? '', text)
  if (parsed && !parsed.ok) {
    for (const { line, column, message } of parsed.problems)
      err(`${file}:${line}:${column}: ${message}`)
    return 1
  }
  // Drop white space, because every character makes the token longer.
  const policy = text === undefined ? undefined : JSON.stringify(JSON.parse(text))
  const known = new Date(end ?? Number.NaN)
  const unknownEnd = Number.isNaN(known.getTime())
  const expiration = unknownEnd ? new Date(Date.now() + mostSeconds * 1000) : known
  try {
    const made = narrow(
      { accessKeyId, secretAccessKey, sessionToken, expiration },
      {
        policy,
        ...(duration !== undefined && { expiresAt: new Date(Date.now() + duration * 1000) }),
      },
    )
    const told = unknownEnd && duration === undefined ? undefined : made.expiration.toISOString()
    // The end of a sealed token can't be read: print the one of `--duration`, though the session
    // may expire earlier.
    if (unknownEnd && told !== undefined)
      err(
        `the true end is not known: the credentials that are narrowed may end before ${told}. ` +
          'Set AWS_CREDENTIAL_EXPIRATION to their end',
      )
    if (asLines) {
      for (const line of shellLines(made, told)) out(line)
    } else {
      if (told === undefined)
        err(
          'the credentials have no Expiration: who reads them never asks for new ones. ' +
            'Set AWS_CREDENTIAL_EXPIRATION to the end of those that are narrowed, ' +
            'or give --duration',
        )
      out(
        JSON.stringify({
          Version: 1,
          AccessKeyId: made.accessKeyId,
          SecretAccessKey: made.secretAccessKey,
          SessionToken: made.sessionToken,
          Expiration: told,
        }),
      )
    }
    return 0
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    err(error.message)
    return 1
  }
}

/**
 * Formats the credentials for `eval` in a shell. None of the values holds a character that a shell
 * interprets.
 */
function shellLines(made: Credentials, expiration: string | undefined): readonly string[] {
  const key = `AWS_ACCESS_KEY_ID=${made.accessKeyId}`
  return [
    `export ${key} AWS_SECRET_ACCESS_KEY=${made.secretAccessKey}`,
    `export AWS_SESSION_TOKEN=${made.sessionToken}`,
    ...(expiration === undefined ? [] : [`export AWS_CREDENTIAL_EXPIRATION=${expiration}`]),
  ]
}
