import { chownSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { freePort, freeze, runProgram, startPeer, untilReady } from './child.ts'
import { findProgram } from './require.ts'

export const postgresPassword = 'kept-out-of-every-log'
const [user, database] = ['gate', 'gatehouse']

export interface Postgres extends AsyncDisposable {
  readonly port: number
  /** The folder of its Unix socket. */
  readonly socket: string
  /** With the password. */
  readonly url: string
  /** As the superuser, which the tests connect as too. */
  query(sql: string): Promise<readonly Record<string, unknown>[]>
  /** Ends as by a crash: nothing is told, and what is not on disk may be lost. */
  kill(): Promise<void>
  stop(): Promise<void>
  start(settings?: Readonly<Record<string, string>>): Promise<void>
  /** Keeps connections open and answers nothing, until `thaw`. */
  freeze(): Promise<void>
  thaw(): void
  /** A server that follows this one until it is promoted. Its owner stops it. */
  standby(): Promise<Postgres & { promote(): Promise<void> }>
}

/** Debian keeps the server's programs out of PATH. */
function programs(): string {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root) : []
  const [newest] = versions.sort((a, b) => Number(b) - Number(a))
  return newest === undefined ? '' : join(root, newest, 'bin')
}

/** The server refuses to run as root: then it runs as the user that Debian made for it. */
async function owner(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const id = (option: string) => runProgram('id', [option, 'postgres']).then(Number)
  return { uid: await id('-u'), gid: await id('-g') }
}

interface Setting {
  readonly folder: string
  readonly as: Awaited<ReturnType<typeof owner>>
}

/** Program and arguments, as the owner of the files. */
function asOwner({ as }: Setting, program: string, args: readonly string[]) {
  if (!as) return [program, args] as const
  const drop = [`--reuid=${as.uid}`, `--regid=${as.gid}`, '--clear-groups', program, ...args]
  return [findProgram('setpriv') ?? 'setpriv', drop] as const
}

/** A PostgreSQL on loopback and a Unix socket, with an empty database. */
export async function openPostgres(): Promise<Postgres> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-pg-'))
  const at: Setting = { folder, as: await owner() }
  const secret = join(folder, 'password')
  await writeFile(secret, postgresPassword)
  await chmod(folder, 0o711)
  if (at.as) for (const path of [folder, secret]) chownSync(path, at.as.uid, at.as.gid)
  await runProgram(
    ...asOwner(at, join(programs(), 'initdb'), [
      ...[
        '-D',
        join(folder, 'data'),
        '-U',
        user,
        '--auth-host=scram-sha-256',
        '--auth-local=trust',
        `--pwfile=${secret}`,
      ],
      ...['-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
    ]),
  )
  await runProgram(
    ...asOwner(at, join(programs(), 'postgres'), [
      '--single',
      '-D',
      join(folder, 'data'),
      'postgres',
    ]),
    `CREATE DATABASE ${database}\n`,
  )
  return serve(at)
}

/** The process and those that it started. */
function family(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return [pid, ...children.split(' ').filter(Boolean).map(Number)]
}

const urlOf = (port: number) =>
  `postgres://${user}:${postgresPassword}@127.0.0.1:${port}/${database}`

async function queryOn(url: string, sql: string) {
  const client = new Client({ connectionString: url, ssl: false })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query(sql)
    return rows
  } finally {
    await client.end()
  }
}

/** Runs the files of `folder`. */
async function serve(at: Setting): Promise<Postgres> {
  const { folder } = at
  const port = await freePort()
  const url = urlOf(port)
  const query = (sql: string) => queryOn(url, sql)
  const answers = () =>
    query('SELECT 1')
      .then(() => true)
      .catch(() => false)
  async function start(settings: Readonly<Record<string, string>> = {}) {
    const all = {
      listen_addresses: '127.0.0.1',
      port: String(port),
      unix_socket_directories: folder,
      shared_buffers: '32MB',
      // Tests lose nothing when the machine does, and the log is what is looked at.
      fsync: 'off',
      full_page_writes: 'off',
      ...settings,
    }
    const options = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const program = join(programs(), 'postgres')
    // SIGINT ends it at once, and orderly.
    const started = startPeer(
      ...asOwner(at, program, ['-D', join(folder, 'data'), ...options]),
      'SIGINT',
    )
    await untilReady(started, answers)
    return started
  }
  let peer: Awaited<ReturnType<typeof start>> | undefined = await start()
  return {
    port,
    socket: folder,
    url,
    query,
    async kill() {
      for (const pid of family(peer!.pid)) process.kill(pid, 'SIGKILL')
      await peer?.[Symbol.asyncDispose]()
      peer = undefined
      await rm(join(folder, 'data', 'postmaster.pid'), { force: true })
    },
    async stop() {
      await peer?.[Symbol.asyncDispose]()
      peer = undefined
    },
    async start(settings) {
      peer = await start(settings)
    },
    async freeze() {
      for (const pid of family(peer!.pid)) await freeze(pid)
    },
    thaw() {
      for (const pid of family(peer!.pid)) process.kill(pid, 'SIGCONT')
    },
    async standby() {
      const copy: Setting = { ...at, folder: await mkdtemp(join(tmpdir(), 'gatehouse-pg-')) }
      await chmod(copy.folder, 0o711)
      if (at.as) chownSync(copy.folder, at.as.uid, at.as.gid)
      const from = `host=127.0.0.1 port=${port} user=${user} password=${postgresPassword}`
      await runProgram(
        ...asOwner(copy, join(programs(), 'pg_basebackup'), [
          ...['-D', join(copy.folder, 'data'), '-d', from, '-R', '-X', 'stream'],
          ...['-c', 'fast', '--no-sync'],
        ]),
      )
      const following = await serve(copy)
      return {
        ...following,
        async promote() {
          await following.query('SELECT pg_promote()')
        },
      }
    },
    async [Symbol.asyncDispose]() {
      await peer?.[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
