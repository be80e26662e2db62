import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { type Slapd, startSlapd } from '../peers/slapd.ts'
import { type Figure, median, printFigures, tableText } from './figures.ts'
import { startGatehouse } from './gatehouse-process.ts'
import { load } from './load.ts'
import { cpuMs } from './process-cost.ts'
import type { Bare } from './sign-in-reference.ts'

/**
 * `npm run bench sign-in`: CPU of Gatehouse for one sign-in with a directory password
 * (AssumeRoleWithLDAPIdentity over slapd, LDAPS) against the bare bind and searches with the same
 * client library. The two take turns; medians of the rounds.
 */
const concurrency = 4
const rounds = 9
const roundMs = 1500
const account = '111122223333'
const username = 'bob'

function settingsFor({ ldapsUrl, caFile, baseDn, serviceDn, servicePassword }: Slapd): string {
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${account}:ldap-provider/corp` },
        Action: ['sts:AssumeRoleWithLDAPIdentity', 'sts:TagSession'],
      },
    ],
  }
  const plenty = { count: 100_000, window: '1h' }
  const sections = {
    limits: { signInsPerName: plenty, signInsPerAddress: plenty },
    connectors: {
      corp: {
        type: 'ldap',
        label: 'Directory',
        accounts: [account],
        servers: [ldapsUrl],
        tls: { mode: 'ldaps', caFile },
        bind: { how: 'search', dn: serviceDn, password: servicePassword },
        people: { base: `ou=people,${baseDn}`, loginAttributes: ['uid'] },
        attributes: ['mail'],
        groups: { how: 'search', base: `ou=groups,${baseDn}` },
      },
    },
    mappings: [
      {
        name: 'engineering',
        when: '"engineering" in identity.groups',
        grants: [
          {
            role: `arn:aws:iam::${account}:role/Engineer`,
            tags: { person: `\${identity.username}` },
          },
        ],
      },
    ],
    accounts: { [account]: { alias: 'bench', roles: { Engineer: { trustPolicy: trust } } } },
  }
  return Object.entries(sections)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join('\n')
}

function signInRequest(port: number, password: string): Buffer {
  const body = new URLSearchParams({
    Action: 'AssumeRoleWithLDAPIdentity',
    Version: '2011-06-15',
    LDAPUsername: username,
    LDAPPassword: password,
  }).toString()
  return Buffer.from(
    `POST / HTTP/1.1\r\nHost: localhost:${port}\r\n` +
      `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n` +
      `\r\n${body}`,
  )
}

await using directory = await startSlapd()
const { ldapsUrl: url, caFile, baseDn, serviceDn, servicePassword } = directory
await using gatehouse = await startGatehouse(settingsFor(directory))
const requests = [signInRequest(gatehouse.port, directory.passwordOf(username))]
const bare: Bare = {
  url,
  caFile,
  baseDn,
  serviceDn,
  servicePassword,
  username,
  password: directory.passwordOf(username),
  concurrency,
}
const reference = fork(join(import.meta.dirname, 'sign-in-reference.ts'), [JSON.stringify(bare)], {
  execArgv: ['--disable-warning=ExperimentalWarning'],
})
await once(reference, 'message')

async function ours(): Promise<{ readonly count: number; readonly ms: number }> {
  const before = cpuMs(gatehouse.pid)
  const { requests: count } = await load({
    port: gatehouse.port,
    requests,
    concurrency,
    durationMs: roundMs,
  })
  return { count, ms: (cpuMs(gatehouse.pid) - before) / count }
}

async function theirs(count: number): Promise<number> {
  reference.send(count)
  const [ms] = (await once(reference, 'message')) as [number]
  return ms
}

const turns: { readonly ours: number; readonly bare: number }[] = []
await theirs((await ours()).count)
for (let round = 0; round < rounds; round++) {
  const { count, ms } = await ours()
  turns.push({ ours: ms, bare: await theirs(count) })
}
reference.disconnect()

const bareMs = median(turns.map((turn) => turn.bare))
const oursMs = median(turns.map((turn) => turn.ours))
const onTopMs = median(turns.map((turn) => turn.ours - turn.bare))
const figures: readonly Figure[] = [
  { bench: 'sign-in', figure: 'bare bind and searches', value: bareMs, unit: 'CPU ms/sign-in' },
  {
    bench: 'sign-in',
    figure: 'Gatehouse',
    value: oursMs,
    unit: 'CPU ms/sign-in',
    reference: 'bare bind and searches',
    ratio: oursMs / bareMs,
  },
  { bench: 'sign-in', figure: 'on top', value: onTopMs, unit: 'CPU ms/sign-in' },
]
printFigures(
  figures,
  tableText(
    ['LDAP sign-in', 'CPU ms'],
    figures.map(({ figure, value }) => [figure, value.toFixed(2)]),
  ),
)
