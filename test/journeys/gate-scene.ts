import { hash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import type { Duplex } from 'node:stream'
import { gateSettings } from '../apps/gate/gate-settings.ts'
import { Visitor } from '../apps/gate/visitor.ts'
import { freePort, type Peer, startPeer, untilReady } from '../peers/child.ts'
import { findProgram } from '../peers/require.ts'
import { makeCertificates, type TestCertificates } from '../peers/tls.ts'
import { openSite, type Served, startServed } from './running.ts'

const docs = resolve(import.meta.dirname, '../../docs/examples')
const example = (name: string) => readFile(join(docs, name), 'utf8')

interface Behind {
  readonly folder: string
  readonly port: number
  readonly gatehouse: number
  readonly app: number
  readonly tls: TestCertificates
  /** A change of the example. */
  readonly change: (text: string) => string
}

export const proxyNames = ['nginx', 'caddy', 'haproxy'] as const
export type ProxyName = (typeof proxyNames)[number]

/** How each proxy is started with its examples, of which addresses and files alone are replaced. */
const proxies: Readonly<Record<ProxyName, (behind: Behind) => Promise<readonly string[]>>> = {
  async nginx({ folder, port, gatehouse, app, tls, change }) {
    const [site, own] = [
      await example('forward-auth/nginx.conf'),
      await example('deployment/nginx.conf'),
    ]
    const text = [change(site), own]
      .join('\n')
      .replaceAll('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
      .replaceAll(/\/etc\/nginx\/tls\/[\w.]+\.pem/g, tls.certFile)
      .replaceAll(/\/etc\/nginx\/tls\/[\w.]+\.key/g, tls.keyFile)
      .replaceAll(/server_name (\w+)\.example\.com/g, 'server_name $1.localhost')
      .replaceAll(/(wiki|plain)\.example\.com/g, `$1.localhost:${port}`)
      .replaceAll('sso.example.com', 'sso.localhost')
      .replaceAll('127.0.0.1:8080', `127.0.0.1:${gatehouse}`)
      .replaceAll('127.0.0.1:3000', `127.0.0.1:${app}`)
    const config = join(folder, 'nginx.conf')
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${folder}/nginx-${name};`)
      .join(' ')
    await writeFile(
      config,
      `daemon off; pid ${folder}/nginx.pid; error_log stderr; user root;\n` +
        `events {} http { access_log off; ${paths}\n${text}\n}`,
    )
    return ['-p', folder, '-c', config]
  },
  async caddy({ folder, port, gatehouse, app, tls, change }) {
    const [site, own] = [
      await example('forward-auth/Caddyfile'),
      await example('deployment/Caddyfile'),
    ]
    const certificate = `{\n  tls ${tls.certFile} ${tls.keyFile}`
    const text = [change(site), own]
      .join('\n')
      .replace('wiki.example.com {', `https://wiki.localhost:${port} ${certificate}`)
      .replace('sso.example.com {', `https://sso.localhost:${port} ${certificate}`)
      .replaceAll('127.0.0.1:8080', `127.0.0.1:${gatehouse}`)
      .replaceAll('127.0.0.1:3000', `127.0.0.1:${app}`)
    const config = join(folder, 'Caddyfile')
    await writeFile(config, `{\n  admin off\n  auto_https disable_redirects\n}\n${text}`)
    return ['run', '--config', config, '--adapter', 'caddyfile']
  },
  async haproxy({ folder, port, gatehouse, app, tls, change }) {
    const pem = join(folder, 'both.pem')
    const both = [tls.certFile, tls.keyFile].map((file) => readFile(file, 'utf8'))
    await writeFile(pem, (await Promise.all(both)).join(''))
    const script = join(folder, 'gatehouse.lua')
    await writeFile(
      script,
      (await example('forward-auth/gatehouse.lua')).replace(
        '127.0.0.1:8080',
        `127.0.0.1:${gatehouse}`,
      ),
    )
    const text = change(await example('forward-auth/haproxy.cfg'))
      .replace('bind :443', `bind 127.0.0.1:${port}`)
      .replace('/etc/haproxy/wiki.example.com.pem', pem)
      .replace('/etc/haproxy/gatehouse.lua', script)
      .replaceAll('127.0.0.1:8080', `127.0.0.1:${gatehouse}`)
      .replaceAll('127.0.0.1:3000', `127.0.0.1:${app}`)
      // The example has the application alone: on this port Gatehouse answers its own host, too.
      .replace(
        '    # Where the browser',
        '    use_backend gatehouse if { hdr_beg(host) sso. }\n    # Where the browser',
      )
      .replace('if !{ path_beg', 'if !{ hdr_beg(host) sso. } !{ path_beg')
    const config = join(folder, 'haproxy.cfg')
    await writeFile(config, text)
    return ['-db', '-f', config]
  },
}

/** One request as the application got it. */
export interface Arrived {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly rawHeaders: readonly string[]
}

/** RFC 6455, section 4.2.2: HAProxy looks at it. */
function acceptOf(key: string): string {
  return hash('sha1', `${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`, 'base64')
}

/** An application that answers what it got, and takes every upgrade. */
async function openApplication(undo: AsyncDisposableStack) {
  const arrived: Arrived[] = []
  const tunnels = new Set<Duplex>()
  const server = createServer((req, res) => {
    const { method, url, headers, rawHeaders } = req
    arrived.push({ method: method!, url: url!, headers, rawHeaders })
    res.setHeader('content-type', 'text/html')
    res.end(
      `<!doctype html><title>wiki</title><h1>Hello ${headers['remote-user'] ?? 'nobody'}</h1>`,
    )
  })
  server.on('upgrade', (req, socket) => {
    const { method, url, headers, rawHeaders } = req
    arrived.push({ method: method!, url: url!, headers, rawHeaders })
    tunnels.add(socket)
    socket.on('error', () => undefined)
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Accept: ${acceptOf(String(headers['sec-websocket-key']))}\r\n\r\n`,
    )
    socket.on('data', (data) => socket.write(data))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  undo.defer(async () => {
    for (const tunnel of tunnels) tunnel.destroy()
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return { arrived, port: (server.address() as AddressInfo).port }
}

export interface GateScene extends AsyncDisposable {
  readonly at: Served
  /** `https://wiki.localhost:PORT` */
  readonly wiki: string
  readonly sso: string
  readonly arrived: Arrived[]
  readonly proxy: Peer
  readonly caFile: string
  visitor(): Visitor
}

interface Options {
  readonly change?: (text: string) => string
}

/** A proxy with TLS before an application, and before a Gatehouse that is asked each time. */
export async function openGateScene(
  name: ProxyName,
  { change = (text) => text }: Options = {},
): Promise<GateScene> {
  await using undo = new AsyncDisposableStack()
  const site = undo.use(await openSite())
  const port = await freePort()
  const folder = join(site.folder, 'proxy')
  await mkdir(folder)
  const names = ['DNS:wiki.localhost', 'DNS:plain.localhost', 'DNS:sso.localhost']
  const tls = await makeCertificates(folder, names)
  const [wiki, sso] = ['wiki', 'sso'].map((host) => `https://${host}.localhost:${port}`) as [
    string,
    string,
  ]
  const settings = gateSettings({ port: `:${port}`, recheck: '3s' })
  const at = undo.use(await startServed(site, settings, { proxiedAt: sso }))
  const application = await openApplication(undo)
  const gatehouse = Number(new URL(at.origin).port)
  const args = await proxies[name]({ folder, port, gatehouse, app: application.port, tls, change })
  const proxy = undo.use(startPeer(findProgram(name)!, args, 'SIGTERM'))
  const ca = await readFile(tls.caFile, 'utf8')
  await untilReady(proxy, () =>
    new Visitor(sso, ca).get(`${sso}/signin`).then(
      ({ status }) => status === 200,
      () => false,
    ),
  )
  const owned = undo.move()
  return {
    at,
    wiki,
    sso,
    proxy,
    caFile: tls.caFile,
    arrived: application.arrived,
    visitor: () => new Visitor(sso, ca),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
