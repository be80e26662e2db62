import { createHmac, hash } from 'node:crypto'
import { SigningSecret } from './sigv4.ts'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

/** The headers of a JSON call, signed for the service `gatehouse` (Signature Version 4). */
export function signedHeaders(
  { host, pathname }: URL,
  body: string,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  region = 'us-east-1',
): Record<string, string> {
  const amzDate = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '')
  const date = amzDate.slice(0, 8)
  const scope = `${date}/${region}/gatehouse/aws4_request`
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    host,
    'x-amz-date': amzDate,
    ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
  }
  const names = Object.keys(headers)
  const canonical = [
    'POST',
    pathname,
    '',
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    hash('sha256', body),
  ].join('\n')
  const toSign = `AWS4-HMAC-SHA256\n${amzDate}\n${scope}\n${hash('sha256', canonical)}`
  const key = new SigningSecret(secretAccessKey).keyFor({
    scope,
    date,
    region,
    service: 'gatehouse',
  })
  const signature = createHmac('sha256', key).update(toSign).digest('hex')
  const { host: _sentByFetch, ...rest } = headers
  return {
    ...rest,
    authorization:
      `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, ` +
      `SignedHeaders=${names.join(';')}, Signature=${signature}`,
  }
}
