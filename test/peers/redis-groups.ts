import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from 'redis'
import type { Node, RedisAccess } from '../../src/store/redis/access.ts'
import { freePort, freeze, startPeer, untilReady } from './child.ts'
import { answers } from './redis.ts'
import { findProgram } from './require.ts'
import { makeCertificates } from './tls.ts'

const host = '127.0.0.1'

/** One server of a group. */
export interface Member extends AsyncDisposable {
  readonly node: Node
  command(...words: string[]): Promise<unknown>
  kill(): Promise<void>
  freeze(): Promise<void>
  thaw(): void
}

async function startMember(folder: string, options: MemberOptions): Promise<Member> {
  const { port, args, password, ready = () => answers(port) } = options
  await mkdir(folder, { recursive: true })
  const common = ['--port', String(port), '--bind', host, '--dir', folder, '--save', '']
  const peer = startPeer(findProgram('redis-server')!, [...args, ...common], 'SIGKILL')
  await untilReady(peer, ready)
  return {
    node: { host, port },
    async command(...words) {
      const client = createClient({ ...(password && { password }), socket: { host, port } })
      client.on('error', () => undefined)
      await client.connect()
      try {
        return await client.sendCommand(words)
      } finally {
        client.destroy()
      }
    },
    kill: async () => peer[Symbol.asyncDispose](),
    freeze: () => freeze(peer.pid),
    thaw: () => void (peer.ended() || process.kill(peer.pid, 'SIGCONT')),
    [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose](),
  }
}
interface MemberOptions {
  readonly port: number
  readonly args: readonly string[]
  readonly password?: string
  readonly ready?: () => Promise<boolean>
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const peer = { ended: () => false, said: () => '' }
  await untilReady(peer, () => holds().catch(() => false))
}

/** A primary, its replica and sentinels, which fail over half a second after they miss it. */
export async function openSentinels(count: 1 | 3) {
  await using opened = new AsyncDisposableStack()
  const root = await mkdtemp(join(tmpdir(), 'gatehouse-sentinels-'))
  opened.defer(() => rm(root, { recursive: true, force: true }))
  const [password, sentinelPassword] = ['of-the-servers', 'of-the-sentinels']
  const common = ['--requirepass', password, '--masterauth', password, '--repl-diskless-sync-delay']
  const server = async (name: string, ...args: string[]) =>
    opened.use(
      await startMember(join(root, name), {
        port: await freePort(),
        args: [...args, ...common, '0'],
        password,
      }),
    )
  const first = await server('first')
  const second = await server('second', '--replicaof', host, String(first.node.port))
  const info = async (member: Member) => String(await member.command('INFO', 'replication'))
  await until(async () => (await info(second)).includes('master_link_status:up'))
  const sentinels: Member[] = []
  for (const name of ['a', 'b', 'c'].slice(0, count)) {
    const file = join(root, `${name}.conf`)
    await writeFile(
      file,
      `requirepass ${sentinelPassword}
sentinel monitor main ${host} ${first.node.port} ${count === 1 ? 1 : 2}
sentinel auth-pass main ${password}
sentinel sentinel-pass ${sentinelPassword}
sentinel down-after-milliseconds main 500
sentinel failover-timeout main 2000
`,
    )
    const args = [file, '--sentinel']
    const one = { port: await freePort(), args, password: sentinelPassword }
    sentinels.push(opened.use(await startMember(join(root, name), one)))
  }
  const know = async (sentinel: Member) => {
    const told = JSON.stringify(await sentinel.command('SENTINEL', 'MASTER', 'main'))
    const others = new RegExp(`"num-other-sentinels"[:,]"${count - 1}"`)
    return /"num-slaves"[:,]"1"/.test(told) && others.test(told)
  }
  for (const sentinel of sentinels) await until(() => know(sentinel))
  const access: RedisAccess = {
    place: {
      kind: 'sentinel',
      name: 'main',
      sentinels: {
        nodes: sentinels.map(({ node }) => node),
        login: { password: async () => sentinelPassword },
      },
    },
    login: { password: async () => password },
  }
  const owned = opened.move()
  return {
    access,
    first,
    second,
    sentinels,
    ...{ password, sentinelPassword },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Three primaries without replicas that share the slots. */
export async function openCluster() {
  await using opened = new AsyncDisposableStack()
  const root = await mkdtemp(join(tmpdir(), 'gatehouse-cluster-'))
  opened.defer(() => rm(root, { recursive: true, force: true }))
  const members: Member[] = []
  const slots = [0, 5461, 10_923, 16_384]
  for (const at of [0, 1, 2]) {
    const [port, bus] = [await freePort(), await freePort()]
    const cluster = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000']
    const args = [...cluster, '--cluster-port', String(bus)]
    const member = opened.use(await startMember(join(root, String(at)), { port, args }))
    const [from, to] = [slots[at]!, slots[at + 1]! - 1]
    await member.command('CLUSTER', 'ADDSLOTSRANGE', String(from), String(to))
    await member.command('CLUSTER', 'SET-CONFIG-EPOCH', String(at + 1))
    const [first] = members
    if (first) await first.command('CLUSTER', 'MEET', host, String(port), String(bus))
    members.push(member)
  }
  const agrees = async (member: Member) => {
    const told = String(await member.command('CLUSTER', 'INFO'))
    return /cluster_state:ok/.test(told) && /cluster_known_nodes:3/.test(told)
  }
  for (const member of members) await until(() => agrees(member))
  const nodes = members.map(({ node }) => node)
  const access: RedisAccess = { place: { kind: 'cluster', nodes }, login: {} }
  const owned = opened.move()
  return { access, members, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Speaks TLS only, asks for client certificates, and knows the ACL user `gatehouse`. */
export async function openTlsRedis(password: string) {
  await using opened = new AsyncDisposableStack()
  const root = await mkdtemp(join(tmpdir(), 'gatehouse-redis-tls-'))
  opened.defer(() => rm(root, { recursive: true, force: true }))
  const files = await makeCertificates(root, ['DNS:redis.corp.test'])
  const [port, tlsPort] = [0, await freePort()]
  const acl = ['on', `>${password}`, '~gatehouse:*', '+@all', '-@admin', '-@dangerous', '+info']
  const args = [
    ...['--tls-port', String(tlsPort), '--tls-auth-clients', 'yes'],
    ...['--tls-cert-file', files.certFile, '--tls-key-file', files.keyFile],
    ...['--tls-ca-cert-file', files.caFile, '--requirepass', 'of-the-default-user'],
    ...['--user', 'gatehouse', ...acl],
  ]
  opened.use(await startMember(root, { port, args, ready: () => answers(tlsPort) }))
  const owned = opened.move()
  return { port: tlsPort, ...files, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
