import type { Call } from '../../call.ts'
import { code } from '../../cells.ts'
import type { Terms } from '../../shown.ts'
import { words } from './words.ts'

/** Creates an access key, and returns what is shown of it this once. */
export async function newKey(call: Call<'iam:CreateAccessKey'>, UserName: string): Promise<Terms> {
  const { AccessKey } = await call('iam:CreateAccessKey', { UserName })
  return [
    [words.keys.id, code(AccessKey.AccessKeyId)],
    [words.keys.secret, code(AccessKey.SecretAccessKey)],
  ]
}
