import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type ChaosNode, openNodes } from '../chaos/nodes.ts'
import { openServers } from '../chaos/servers.ts'
import { demoSettings } from '../journeys/running.ts'
import { freePort, startPeer, untilReady } from '../peers/child.ts'
import { findProgram } from '../peers/require.ts'

/** Two nodes behind nginx, with PostgreSQL and Redis, as plain processes of this machine. */
export interface Company extends AsyncDisposable {
  /** The one address that people and clients know. */
  readonly origin: string
  readonly nodes: readonly ChaosNode[]
}

const nginxExample = resolve(import.meta.dirname, '../../config/compose/nginx.conf')

/** Starts all of it with the people and rules of the demo. Disposing removes what it wrote. */
export async function openCompany(): Promise<Company> {
  await using undo = new AsyncDisposableStack()
  const servers = undo.use(await openServers('postgres+redis'))
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const demo = await demoSettings()
  const site = undo.use(
    await openNodes(2, {
      publicUrl: origin,
      listener: ', trustedProxies: [loopback]',
      rest: (folder, name) => `${servers.settings(folder, name)}\n${demo}`,
    }),
  )
  const folder = join(site.folder, 'nginx')
  await mkdir(folder)
  const nginx = undo.use(startPeer(findProgram('nginx') ?? 'nginx', await nginxArguments()))
  await untilReady(nginx, () =>
    fetch(`${origin}/signin`).then(
      ({ ok }) => ok,
      () => false,
    ),
  )
  const owned = undo.move()
  return { origin, nodes: site.nodes, [Symbol.asyncDispose]: () => owned.disposeAsync() }

  async function nginxArguments(): Promise<readonly string[]> {
    const [first, second] = site.nodes
    const server = (await readFile(nginxExample, 'utf8'))
      .replace('listen 8080', `listen 127.0.0.1:${port}`)
      .replace('gatehouse-1:8080', `127.0.0.1:${first!.port}`)
      .replace('gatehouse-2:8080', `127.0.0.1:${second!.port}`)
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${folder}/nginx-${name};`)
      .join(' ')
    const config = join(folder, 'nginx.conf')
    const root = process.getuid?.() === 0 ? ' user root;' : ''
    await writeFile(
      config,
      `daemon off; pid ${folder}/nginx.pid; error_log stderr;${root}\n` +
        `events {} http { access_log off; ${paths}\n${server}\n}`,
    )
    return ['-p', folder, '-c', config]
  }
}
