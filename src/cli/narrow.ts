import { readFile } from 'node:fs/promises'
import { narrow } from '../credentials/narrowing.ts'
import { parsePolicy } from '../policy/index.ts'
import type { Output } from './check.ts'

export interface NarrowOptions {
  /** A JSON file. */
  readonly policy?: string
  /** Seconds from now. */
  readonly duration?: number
  readonly env?: boolean
}

const twelveHoursMs = 12 * 3_600_000

/**
 * `gatehouse narrow`: reads `AWS_ACCESS_KEY_ID` and its siblings, prints narrower credentials as a credential process does, or as lines for a
 * shell. Nothing is sent. Exit codes: 0 printed, 1 not.
 */
export async function narrowCommand({ policy: file, duration, env: asLines }: NarrowOptions, env: NodeJS.ProcessEnv, { out, err }: Output): Promise<number> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken, AWS_CREDENTIAL_EXPIRATION: end } = env
  if (!accessKeyId || !secretAccessKey || !sessionToken?.startsWith('ghs1.')) {
    err('set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN to temporary credentials of Gatehouse: long-term keys can not be narrowed')
    return 1
  }
  const policy = file === undefined ? undefined : JSON.stringify(JSON.parse(await readFile(file, 'utf8')))
  const parsed = policy === undefined ? undefined : parsePolicy('session', file ?? '', policy)
  if (parsed && !parsed.ok) {
    for (const { path, message } of parsed.problems) err(`${file}: ${path}: ${message}`)
    return 1
  }
  const known = new Date(end ?? Number.NaN)
  const expiration = Number.isNaN(known.getTime()) ? new Date(Date.now() + twelveHoursMs) : known
  try {
    const made = narrow({ accessKeyId, secretAccessKey, sessionToken, expiration }, {
      ...(policy !== undefined && { policy }), ...(duration !== undefined && { expiresAt: new Date(Date.now() + duration * 1000) }),
    })
    const told = made.expiration === expiration && Number.isNaN(known.getTime()) ? undefined : made.expiration.toISOString()
    if (asLines) {
      out(`export AWS_ACCESS_KEY_ID=${made.accessKeyId} AWS_SECRET_ACCESS_KEY=${made.secretAccessKey}`)
      out(`export AWS_SESSION_TOKEN=${made.sessionToken}`)
      if (told !== undefined) out(`export AWS_CREDENTIAL_EXPIRATION=${told}`)
    } else {
      if (told === undefined) err('the credentials have no Expiration: who reads them never asks for new ones. Set AWS_CREDENTIAL_EXPIRATION to the end of those that are narrowed, or give --duration')
      out(JSON.stringify({ Version: 1, AccessKeyId: made.accessKeyId, SecretAccessKey: made.secretAccessKey, SessionToken: made.sessionToken, ...(told !== undefined && { Expiration: told }) }))
    }
    return 0
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    err(error.message)
    return 1
  }
}
