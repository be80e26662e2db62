import { readFile } from 'node:fs/promises'
import type { Environment } from '../config/references.ts'
import type { Settings } from '../config/settings.ts'
import { isLoopback } from '../kernel/loopback.ts'
import type { StoreAt } from '../store/open-store.ts'
import { serversOf } from '../store/postgres/address.ts'
import { storePassword } from './store-password.ts'

type PostgresSettings = NonNullable<Settings['store']['postgres']>

/**
 * Where the settings have the store. `mayCreate`: an empty one may be made where there is none.
 * Throws Error with a sentence for the operator when a file that the settings name can't be read.
 */
export async function storeAt(
  { sqlite, postgres }: Settings['store'],
  env: Environment,
  { mayCreate }: { readonly mayCreate: boolean },
): Promise<StoreAt> {
  if (!postgres) return { sqlite: sqlite! }
  const { url, hosts, schema, connections, queue: mostWaiting } = postgres
  const { username, password, pathname } = new URL(url)
  const servers = serversOf(url, hosts)
  const isNear = servers.every(({ host }) => host.startsWith('/') || isLoopback(host))
  const isPlain = (postgres.tls ?? (isNear ? 'off' : 'verify')) === 'off'
  return {
    postgres: {
      access: {
        servers,
        database: decodeURIComponent(pathname.slice(1)),
        user: decodeURIComponent(username),
        password: storePassword(postgres.password ?? decodeURIComponent(password), env),
        tls: isPlain ? undefined : await filesOf(postgres),
        schema,
        connectTimeoutMs: 1000 * postgres.connectTimeout,
        statementTimeoutMs: 1000 * postgres.statementTimeout,
        lockTimeoutMs: 1000 * postgres.lockTimeout,
      },
      connections,
      mostWaiting,
      trustedMs: 1000 * postgres.trustMemoryFor,
      mayCreate,
    },
  }
}

async function filesOf(settings: PostgresSettings) {
  const text = async (name: 'caFile' | 'certificateFile' | 'keyFile') => {
    const path = settings[name]
    if (path === undefined) return undefined
    return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new Error(`\`store.postgres.${name}\` \`${path}\` can't be read: ${error.code}`)
    })
  }
  return {
    ca: await text('caFile'),
    cert: await text('certificateFile'),
    key: await text('keyFile'),
  }
}
