import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Where the browser comes back to, on this machine alone. */
export interface Loopback extends AsyncDisposable {
  readonly redirectUri: string
  /**
   * Waits for the answer that carries `state` and hands it to `redeem`, whose outcome the browser
   * is told. Throws what `redeem` throws, and an Error after `limitMs`.
   */
  answer<T>(state: string, redeem: (answer: URL) => Promise<T>, limitMs: number): Promise<T>
}

/** What a wait is for, in the words for the person. */
export interface AwaitedTold {
  /** What did not happen in time. */
  readonly nobody: string
  readonly done: string
  readonly failed: string
}

const signIn: AwaitedTold = {
  nobody: 'nobody signed in',
  done: 'You are signed in',
  failed: 'You are not signed in',
}

const path = '/signed-in'

/**
 * Listens on 127.0.0.1, on a port that the system chooses (RFC 8252, section 7.3), for one answer.
 * Everything else that asks there, other pages in the browser for instance, changes nothing.
 */
export async function openLoopback(told: AwaitedTold = signIn): Promise<Loopback> {
  let take: (url: URL, response: ServerResponse) => void = (_url, response) =>
    send(response, 404, 'Nothing here', 'Nobody waits for an answer.')
  const server = createServer((request, response) => {
    const target = request.url ?? ''
    // `URL.parse` is not in Node 20.
    const url = URL.canParse(target, origin) ? new URL(target, origin) : undefined
    if (request.method === 'GET' && url?.origin === origin && url.pathname === path)
      take(url, response)
    else send(response, 404, 'Nothing here', 'This address is for a sign-in alone.')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const redirectUri = `${origin}${path}`
  return {
    redirectUri,
    answer: (state, redeem, limitMs) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          reject(new Error(`${told.nobody} within ${limitMs / 60_000} minutes: try again`))
        }, limitMs)
        take = (url, response) => {
          // Not the answer to our request: whoever sent it must not end the wait for ours.
          if (url.searchParams.get('state') !== state)
            return send(response, 400, 'Not this sign-in', 'Start again in the terminal.')
          clearTimeout(timer)
          take = (_url, late) => send(late, 410, 'That is done', 'You may close this tab.')
          void redeem(url).then(
            (found) => {
              send(response, 200, told.done, 'Go back to the terminal.')
              resolve(found)
            },
            (error: unknown) => {
              send(response, 400, told.failed, 'The terminal says why.')
              reject(error)
            },
          )
        }
      }),
    async [Symbol.asyncDispose]() {
      // The page that says how it went is on its way still; browsers keep the connection open.
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      await closed
    },
  }
}

/** The page holds no secret, runs nothing and loads nothing. */
function send(response: ServerResponse, status: number, title: string, next: string): void {
  const body = `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<title>${title}</title><style>body{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;
margin:20vh auto 0;padding:0 1rem}</style></head>
<body><main><h1>${title}</h1><p>${next} You may close this tab.</p></main></body></html>`
  response
    .writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      connection: 'close',
    })
    .end(body)
}
