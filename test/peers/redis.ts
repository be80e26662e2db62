import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from 'redis'
import type { RedisAccess } from '../../src/store/redis/access.ts'
import { freePort, freeze, startPeer, untilReady } from './child.ts'
import { findProgram } from './require.ts'

export const redisPassword = 'kept-out-of-every-log'

export interface Redis extends AsyncDisposable {
  readonly url: string
  readonly access: RedisAccess
  /** Stops the server; `start` brings it back on the same port, empty if it keeps nothing. */
  stop(): Promise<void>
  start(): Promise<void>
  /** Keeps connections open and answers nothing, until `thaw`. */
  freeze(): Promise<void>
  thaw(): void
  /** A command of an operator, over a connection of its own. */
  command(...words: string[]): Promise<unknown>
  /** Lets it remember everything of the last hour, as one that runs for long. */
  remember(prefix?: string): Promise<void>
}

/** A Redis on loopback that keeps nothing on disk, unless `more` says otherwise. */
export async function openRedis(...more: readonly string[]): Promise<Redis> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-redis-'))
  const port = await freePort()
  const program = findProgram('redis-server') ?? 'redis-server'
  const start = async () => {
    const peer = startPeer(program, [
      '--bind',
      '127.0.0.1',
      '--port',
      String(port),
      '--dir',
      folder,
      '--save',
      '',
      '--appendonly',
      'no',
      '--requirepass',
      redisPassword,
      ...more,
    ])
    await untilReady(peer, () => answers(port))
    return peer
  }
  let peer: Awaited<ReturnType<typeof start>> | undefined = await start()
  const stop = async () => {
    await peer?.[Symbol.asyncDispose]()
    peer = undefined
  }
  const url = `redis://:${redisPassword}@127.0.0.1:${port}`
  const command = async (...words: string[]) => {
    const client = await createClient({ url }).connect()
    try {
      return await client.sendCommand(words)
    } finally {
      client.destroy()
    }
  }
  return {
    url,
    access: {
      place: { kind: 'server', node: { host: '127.0.0.1', port } },
      login: { password: async () => redisPassword },
    },
    stop,
    start: async () => {
      peer = await start()
    },
    freeze: () => freeze(peer!.pid),
    thaw: () => void process.kill(peer!.pid, 'SIGCONT'),
    async remember(prefix = 'gatehouse:') {
      const [, id] = /run_id:(\w+)/.exec(String(await command('INFO', 'server')))!
      await command('SET', `${prefix}memory`, `${Date.now() - 3_600_000} ${id}`)
    },
    command,
    async [Symbol.asyncDispose]() {
      await stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
