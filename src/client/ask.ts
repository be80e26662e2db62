import type { Answered, Asked } from '../authorization/asked.ts'
import { type Credentials, signedHeaders } from '../credentials/signed-headers.ts'

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
  if (credentials) return signedHeaders(url, body, await credentials(), region)
  const headers = { 'content-type': 'application/json' }
  return assertion ? { ...headers, authorization: `Bearer ${await assertion()}` } : headers
}
