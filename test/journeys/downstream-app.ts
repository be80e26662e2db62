import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface DownstreamApp extends AsyncDisposable {
  readonly origin: string
  /** What `/callback` does with a person who comes back: returns whom it says hello to. */
  whenBack(redeem: (url: URL) => Promise<string>): void
}

/** An app on an address of its own, that says who came. */
export async function openApp(): Promise<DownstreamApp> {
  let redeemed: (url: URL) => Promise<string> = async () => 'nobody'
  const server = createServer(async (req, res) => {
    const url = new URL(req.url!, `http://${req.headers.host}`)
    res.setHeader('content-type', 'text/html')
    try {
      const told = url.pathname.startsWith('/callback') ? await redeemed(url) : 'signed out'
      res.end(`<!doctype html><title>app</title><h1>Hello ${told}</h1>`)
    } catch (error) {
      res.writeHead(400).end(`<!doctype html><title>app</title><h1>${error}</h1>`)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    whenBack: (redeem: (url: URL) => Promise<string>) => {
      redeemed = redeem
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
