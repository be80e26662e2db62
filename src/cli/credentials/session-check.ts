import { createHash, createHmac } from 'node:crypto'
import { findPartition } from '../../kernel/partitions.ts'
import type { ProcessCredentials } from './exchange.ts'
import { element, endpointUrl } from './exchange.ts'

const body = 'Action=GetCallerIdentity&Version=2011-06-15'
const maxAnswerBytes = 65_536

/**
 * Asks Gatehouse whether the session of `credentials` still lives, with one `GetCallerIdentity`.
 * `ended` only where Gatehouse says so: without an answer within `limitMs`, for an ARN of an
 * unknown partition, or with a clock that is wrong, the answer is `unknown`. `arn` names
 * the session.
 */
export async function sessionState(
  endpoint: string,
  { credentials, arn }: { readonly credentials: ProcessCredentials; readonly arn: string },
  limitMs: number,
): Promise<'alive' | 'ended' | 'unknown'> {
  // Any region of the partition does: credentials of one partition are unknown in another.
  const region = findPartition(arn.split(':')[1] ?? '')?.mainRegion
  if (region === undefined) return 'unknown'
  try {
    const url = endpointUrl(endpoint)
    const { status, text } = await posted(url, signed(url, credentials, region), limitMs)
    if (status === 200) return 'alive'
    const code = element(text, 'Code') ?? ''
    return ['InvalidClientTokenId', 'ExpiredToken'].includes(code) ? 'ended' : 'unknown'
  } catch {
    return 'unknown'
  }
}

/**
 * Signs the call with Signature Version 4 (IAM guide, "Create a signed AWS API request"). `fetch`
 * and a library would each take longer to load than a cached answer may take.
 */
function signed(url: URL, credentials: ProcessCredentials, region: string): Record<string, string> {
  const at = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '')
  const scope = `${at.slice(0, 8)}/${region}/sts/aws4_request`
  const headers: Readonly<Record<string, string>> = {
    'content-type': 'application/x-www-form-urlencoded',
    host: url.host,
    'x-amz-date': at,
    'x-amz-security-token': credentials.SessionToken,
  }
  const names = Object.keys(headers).join(';')
  const canonical = [
    'POST',
    '/',
    '',
    ...Object.entries(headers).map(([name, value]) => `${name}:${value}`),
    '',
    names,
    sha256(body),
  ].join('\n')
  const key = [...scope.split('/')].reduce<Buffer | string>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${credentials.SecretAccessKey}`,
  )
  const signature = createHmac('sha256', key)
    .update(['AWS4-HMAC-SHA256', at, scope, sha256(canonical)].join('\n'))
    .digest('hex')
  return {
    ...headers,
    authorization:
      `AWS4-HMAC-SHA256 Credential=${credentials.AccessKeyId}/${scope}, ` +
      `SignedHeaders=${names}, Signature=${signature}`,
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

async function posted(
  url: URL,
  headers: Record<string, string>,
  limitMs: number,
): Promise<{ readonly status: number | undefined; readonly text: string }> {
  // Loaded here: most kept credentials are answered without a call.
  const { request } =
    url.protocol === 'https:' ? await import('node:https') : await import('node:http')
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(limitMs)
    const call = request(url, { method: 'POST', headers, signal }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
        if (text.length > maxAnswerBytes) call.destroy(new Error('the answer is too long'))
      })
      answer.on('end', () => resolve({ status: answer.statusCode, text }))
      answer.on('error', reject)
    })
    call.on('error', reject)
    call.end(body)
  })
}
