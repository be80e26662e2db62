import type { Outbound } from '../outbound/outbound.ts'

/** The largest answer of an STS: a session token has at most a few kilobytes. */
export const mostAnswerBytes = 65_536

/** A request as the AWS SDK hands it to what sends it (its `HttpRequest`). */
interface SdkRequest {
  readonly method: string
  readonly protocol: string
  readonly hostname: string
  readonly port?: number | undefined
  readonly path: string
  readonly query?: Readonly<Record<string, string | readonly string[] | null>> | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}
interface SdkResponse {
  readonly statusCode: number
  readonly headers: Record<string, string>
  readonly body: Uint8Array
}

export interface Transport {
  handle(
    request: SdkRequest,
    options?: { readonly abortSignal?: unknown },
  ): Promise<{ readonly response: SdkResponse }>
}

/** Lets the AWS SDK send through the door that every request of ours takes. */
export function sdkTransport(
  outbound: Pick<Outbound, 'send'>,
  maxBytes: number = mostAnswerBytes,
): Transport {
  return {
    async handle(request, { abortSignal } = {}) {
      const { method, protocol, hostname, port, path, query = {}, headers, body } = request
      const url = new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`)
      for (const [name, value] of Object.entries(query))
        for (const one of [value ?? ''].flat()) url.searchParams.append(name, one)
      const answer = await outbound.send(url.href, {
        method: method === 'GET' ? 'GET' : 'POST',
        headers,
        maxBytes,
        ...(body !== undefined && { body: textOf(body) }),
        ...(abortSignal instanceof AbortSignal && { signal: abortSignal }),
      })
      const told = Object.entries(answer.headers).map(([name, value]) => [name, String(value)])
      return {
        response: {
          statusCode: answer.status,
          headers: Object.fromEntries(told),
          body: answer.body,
        },
      }
    },
  }
}

function textOf(body: unknown): string {
  if (typeof body === 'string') return body
  if (body instanceof Uint8Array) return Buffer.from(body).toString('utf8')
  throw new TypeError('a call of STS or IAM has a text for its body')
}
