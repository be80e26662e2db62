import { createHmac, hash } from 'node:crypto'
import type { Answered, Asked } from '../authorization/asked.ts'
import { SigningSecret } from '../credentials/sigv4.ts'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

export interface AskOptions {
  /** Gatehouse's public address. */
  readonly url: string | URL
  /** What the service runs as: a function like those of `@aws-sdk/credential-providers`. */
  readonly credentials?: (() => Credentials | Promise<Credentials>) | undefined
  /**
   * Instead of credentials: a new assertion for each call, by a key or issuer that the settings
   * have under `proofs`. Absent like those: `fetch` shows a certificate in TLS.
   */
  readonly assertion?: (() => string | Promise<string>) | undefined
  /** The region that calls to Gatehouse are signed for; default us-east-1. */
  readonly region?: string | undefined
  /** For a test, or a proxy. */
  readonly fetch?: typeof fetch | undefined
}

const timeoutMs = 6000

/** Gatehouse did not answer, or refused the service itself: nobody is allowed anything. */
export class NotAnswered extends Error {
  readonly status: number | undefined
  constructor(message: string, status?: number, options?: ErrorOptions) {
    super(message, options)
    this.name = 'NotAnswered'
    this.status = status
  }
}

/** Calls Gatehouse as the service. Each throws NotAnswered. */
export interface Ask {
  authorize(asked: Asked): Promise<Answered>
  changes(
    asked: {
      readonly Version: string
      readonly Service: string
      readonly Known?: string | undefined
    },
    signal: AbortSignal,
  ): Promise<{ readonly Revision: string }>
}

export function createAsk(options: AskOptions): Ask {
  async function post<T>(path: string, asked: object, signal?: AbortSignal): Promise<T> {
    const url = new URL(path, options.url)
    const body = JSON.stringify(asked)
    const signals = [AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]
    try {
      const headers = await provingHeaders(url, body, options)
      const answer = await (options.fetch ?? fetch)(url, {
        method: 'POST',
        headers,
        body,
        redirect: 'error',
        signal: AbortSignal.any(signals),
      })
      const text = await answer.text()
      if (answer.ok) return JSON.parse(text) as T
      throw new NotAnswered(`Gatehouse refused the service: ${text.slice(0, 1000)}`, answer.status)
    } catch (error) {
      if (error instanceof NotAnswered) throw error
      throw new NotAnswered('Gatehouse did not answer', undefined, { cause: error })
    }
  }
  return {
    authorize: (asked) => post('/authorize', asked),
    changes: (asked, signal) => post('/authorize/changes', asked, signal),
  }
}

async function provingHeaders(
  url: URL,
  body: string,
  { credentials, assertion, region }: AskOptions,
): Promise<Record<string, string>> {
  if (credentials) return signed(url, body, await credentials(), region)
  const headers = { 'content-type': 'application/json' }
  return assertion ? { ...headers, authorization: `Bearer ${await assertion()}` } : headers
}

/** Signs a call to Gatehouse (Signature Version 4). */
function signed(
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
