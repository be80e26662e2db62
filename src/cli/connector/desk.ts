import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { OidcFault } from '../../connectors/oidc/oidc-fault.ts'
import type { Departure } from '../../connectors/redirect-upstream.ts'
import { Ids } from '../../kernel/ids.ts'
import type { Output } from '../check.ts'

/** How long the person has in the browser. */
const patienceMs = 600_000
const mostFormCharacters = 65_536

/** What a browser brought back for a request. */
export interface Visited {
  readonly parameters: ReadonlyMap<string, string>
  readonly state: string
  /** As the request left it. */
  readonly memo: string | undefined
  readonly signal: AbortSignal
}

/** Stands in for Gatehouse while a person signs in here. */
export interface Desk extends AsyncDisposable {
  readonly origin: URL
  /**
   * Shows the address of a sign-in and waits for the browser to come back. Throws OidcFault where
   * it does not, or with the answer to another request.
   */
  visit(
    redirectUri: string,
    begin: (state: string, signal: AbortSignal) => Promise<Departure>,
    output: Pick<Output, 'err'>,
  ): Promise<Visited>
}

/** Listens on loopback for the browser to come back (RFC 8252, section 7.3). */
export async function openDesk(port: number): Promise<Desk> {
  const server = createServer({ keepAlive: false })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve)
  })
  return {
    origin: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    async visit(redirectUri, begin, output) {
      const signal = AbortSignal.timeout(patienceMs)
      const state = new Ids().opaque(24)
      const { send, memo } = await begin(state, signal)
      output.err(`The provider has to know the redirect URI ${redirectUri}`)
      output.err(`Open this address in a browser:\n${send.url}`)
      const parameters = await answerAt(server, new URL(redirectUri).pathname, signal)
      if (parameters.get('state') !== state)
        throw new OidcFault('state', 'the browser brought the answer to another request')
      return { parameters, state, memo, signal }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** What the first request to this path brings, by query or by form. */
function answerAt(
  server: Server,
  path: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const { promise, resolve, reject } = Promise.withResolvers<ReadonlyMap<string, string>>()
  signal.addEventListener('abort', () =>
    reject(new OidcFault('state', 'nobody came back in ten minutes')),
  )
  server.on('request', async (req, res) => {
    // Any page in the browser can send requests here: one that makes no sense ends nothing.
    const url = URL.parse(req.url ?? '/', 'http://127.0.0.1')
    const found =
      url?.pathname === path ? await parametersOf(req, url).catch(() => undefined) : undefined
    res.writeHead(found ? 200 : 404, { 'content-type': 'text/plain', connection: 'close' })
    res.end(found ? 'You can close this window: see the terminal.\n' : 'Nothing here.\n')
    if (found) resolve(new Map(found))
  })
  return promise
}

/** undefined for a form that no provider sends. */
async function parametersOf(req: IncomingMessage, url: URL): Promise<URLSearchParams | undefined> {
  if (req.method !== 'POST') return url.searchParams
  let form = ''
  for await (const part of req.setEncoding('utf8')) {
    form += part
    if (form.length > mostFormCharacters) return undefined
  }
  return new URLSearchParams(form)
}
