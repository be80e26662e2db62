import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Outbound, openOutbound } from '../../src/outbound/outbound.ts'
import { outboundSettings } from '../../src/outbound/settings.ts'
import { makeCertificates, type TestCertificates } from '../peers/tls.ts'

export interface HttpsServer extends AsyncDisposable {
  readonly port: number
  /** What `outbound.resolve` says of it. */
  readonly endpoint: string
  readonly certificates: TestCertificates
  /** Takes the place of what answers now. */
  answer(listener: RequestListener): void
}

/**
 * A server on a free port of loopback that has a certificate for `names`, of a throwaway authority.
 */
export async function startHttps(
  names: readonly string[],
  listener: RequestListener,
): Promise<HttpsServer> {
  await using undo = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-https-'))
  undo.defer(() => rm(folder, { recursive: true, force: true }))
  const certificates = await makeCertificates(
    folder,
    names.map((name) => `DNS:${name}`),
  )
  const [cert, ca, key] = await Promise.all(
    [certificates.certFile, certificates.caFile, certificates.keyFile].map((file) =>
      readFile(file),
    ),
  )
  let current = listener
  const server = createServer({ cert: Buffer.concat([cert!, ca!]), key: key! }, (req, res) =>
    current(req, res),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  undo.defer(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const { port } = server.address() as AddressInfo
  const owned = undo.move()
  return {
    port,
    endpoint: `127.0.0.1:${port}`,
    certificates,
    answer: (next) => {
      current = next
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** The port as settings would open it, for a server of the test's own. */
export function outboundTo(
  { endpoint, certificates }: HttpsServer,
  names: readonly string[],
  change: object = {},
): Promise<Outbound> {
  return openOutbound(
    outboundSettings.parse({
      resolve: Object.fromEntries(names.map((name) => [name, endpoint])),
      caFile: certificates.caFile,
      ...change,
    }),
  )
}
