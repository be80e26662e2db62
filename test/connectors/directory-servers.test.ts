import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ldapSettings } from '../../src/connectors/ldap/settings.ts'
import { openConnectors } from '../../src/connectors/open-connectors.ts'
import { directorySettings, slapdConnector } from '../journeys/directory-settings.ts'
import { openRunning } from '../journeys/running.ts'
import { requirePeer } from '../peers/require.ts'
import { startSlapd } from '../peers/slapd.ts'
import { hostileServer, ldapMessage, result } from './ldap/hostile-server.ts'

test('readiness and metrics tell which servers are passed over, and why', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  await using directory = await startSlapd()
  await using ill = await hostileServer((socket) => socket.destroy())
  const first = ill.url.replace('ldap:', 'ldaps:')
  const connector = { ...slapdConnector(directory), servers: [first, directory.ldapsUrl] }
  await using at = await openRunning(directorySettings(connector))
  const ready = (await (await fetch(`${at.operations}/readyz`)).json()) as {
    readonly status: string
    readonly checks: Readonly<Record<string, { readonly remark?: string }>>
  }
  assert.equal(ready.status, 'ready', 'the other server answers')
  const remark = ready.checks['connector corp']?.remark ?? ''
  assert.ok(remark.startsWith(`${first} is passed over until `), remark)
  const metrics = await (await fetch(`${at.operations}/metrics`)).text()
  const up = [
    ...metrics.matchAll(/^gatehouse_directory_server_up\{[^}]*server="([^"]+)"\} (\d)$/gm),
  ]
  assert.deepEqual(
    up.map(([, server, value]) => [server, value]),
    [
      [first, '0'],
      [directory.ldapsUrl, '1'],
    ],
  )
})

test('a reload asks a directory again that refused the service account', async () => {
  const refused = ldapMessage(1, result(0x61, 49))
  await using refusing = await hostileServer((socket) => {
    socket.on('data', () => socket.write(refused))
  })
  const corp = {
    type: 'ldap' as const,
    ...ldapSettings.parse({
      label: 'x',
      accounts: ['111122223333'],
      servers: [refusing.url],
      tls: { mode: 'cleartext-allowed' },
      people: { base: 'dc=x' },
      bind: { how: 'search', dn: 'cn=svc', password: 'x' },
    }),
  }
  const ports = { clock: { now: () => new Date(0) }, log: () => {} }
  await using connectors = await openConnectors(
    { corp },
    ports as unknown as Parameters<typeof openConnectors>[1],
    0,
  )
  const { upstream } = connectors.list[0]!
  const probe = () => upstream.probe(AbortSignal.timeout(60_000)).catch(() => undefined)
  await probe()
  await probe()
  assert.equal(refusing.connections(), 1)
  await connectors.apply({ corp })
  await probe()
  assert.equal(refusing.connections(), 2)
})
