import { readFileSync } from 'node:fs'
import { Client } from 'ldapts'

/**
 * The bare sign-in: the service account searches the person, the person binds on a connection of
 * their own, the service account searches the groups. A child process; argument: the directory as
 * JSON. Each message is a number of sign-ins to do at one concurrency, answered by the CPU
 * milliseconds that one took.
 */
export interface Bare {
  readonly url: string
  readonly caFile: string
  readonly baseDn: string
  readonly serviceDn: string
  readonly servicePassword: string
  readonly username: string
  readonly password: string
  readonly concurrency: number
}

const { url, caFile, baseDn, serviceDn, servicePassword, username, password, concurrency } =
  JSON.parse(process.argv[2] ?? '') as Bare
const tlsOptions = { ca: readFileSync(caFile, 'utf8'), minVersion: 'TLSv1.2' as const }
const service = new Client({ url, tlsOptions })
await service.bind(serviceDn, servicePassword)

async function signIn(): Promise<void> {
  const {
    searchEntries: [person],
  } = await service.search(`ou=people,${baseDn}`, {
    scope: 'sub',
    filter: `(uid=${username})`,
    attributes: ['entryUUID', 'uid', 'cn', 'mail', 'displayName'],
    sizeLimit: 2,
  })
  if (!person) throw new Error('nobody of that name')
  const own = new Client({ url, tlsOptions })
  await own.bind(person.dn, password)
  const { searchEntries: groups } = await service.search(`ou=groups,${baseDn}`, {
    scope: 'sub',
    filter: `(member=${person.dn})`,
    attributes: ['cn'],
    paged: { pageSize: 200 },
  })
  if (groups.length === 0) throw new Error('no groups')
  await own.unbind()
}

async function signIns(count: number): Promise<number> {
  const before = process.cpuUsage()
  let left = count
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (left-- > 0) await signIn()
    }),
  )
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / count
}

process.on('message', async (count: number) => process.send!(await signIns(count)))
process.once('disconnect', () => void service.unbind())
process.send!('ready')
