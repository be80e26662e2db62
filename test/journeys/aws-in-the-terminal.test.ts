import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { cleanEnvironment } from '../peers/require.ts'
import { awsRole, byKey, externalId, houseSide, openTwoHouses } from './two-houses.ts'

const launcher = resolve(import.meta.dirname, '../../bin/gatehouse.js')

test('credentials, exec and console of the terminal are AWS’s for a role of an AWS account', {
  timeout: 120_000,
}, async () => {
  await using two = await openTwoHouses((port) =>
    houseSide(
      byKey,
      `, externalId: ${externalId}, federationEndpoint: "https://localhost:${port}/federation"`,
    ),
  )
  const { house, aws } = two
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-terminal-'))
  await using undo = new AsyncDisposableStack()
  undo.defer(() => rm(folder, { recursive: true, force: true }))
  const gatehouse = async (...args: readonly string[]) => {
    const child = spawn(process.execPath, [launcher, ...args], {
      env: {
        ...cleanEnvironment(),
        XDG_CACHE_HOME: folder,
        GATEHOUSE_ENDPOINT: house.plain,
        GATEHOUSE_USERNAME: 'jonas',
        GATEHOUSE_PASSWORD: 'jonas-demo-2026',
        AWS_ENDPOINT_URL: 'https://inherited.example',
        NODE_EXTRA_CA_CERTS: aws.server.certificates.caFile,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [out, err] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ])
    return { out, err }
  }
  const role = awsRole('Deploy')

  const printed = await gatehouse('credentials', '--role', role)
  const { AccessKeyId, SessionToken } = JSON.parse(printed.out || '{}')
  assert.match(AccessKeyId ?? '', /^ASIA/, printed.err)

  const show = 'console.log(JSON.stringify(process.env))'
  const shown = await gatehouse('exec', role, '--', process.execPath, '-e', show)
  const env = JSON.parse(shown.out || '{}')
  assert.equal(env.AWS_SESSION_TOKEN, SessionToken, shown.err)
  assert.deepEqual([env.AWS_ENDPOINT_URL, env.AWS_REGION], [undefined, 'eu-central-1'])

  const to = 'https://eu-central-1.console.aws.amazon.com/iam/roles'
  const console = await gatehouse('console', '--print', '--to', to, role)
  const address = new URL(console.out.trim())
  assert.equal(address.host, `localhost:${aws.server.port}`, console.err)
  assert.equal(address.searchParams.get('Destination'), to)
  const issuer = new URL(address.searchParams.get('Issuer') ?? '')
  assert.equal(issuer.pathname, '/portal/console')
  assert.deepEqual([issuer.searchParams.get('role'), issuer.searchParams.get('to')], [role, to])
  const opened = await fetch(`${aws.plain}/federation${address.search}`, {
    redirect: 'manual',
    headers: { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
  })
  assert.deepEqual([opened.status, opened.headers.get('location')], [303, '/console/iam/roles'])

  const local = 'arn:aws:iam::111122223333:role/Local'
  const ours = await gatehouse('exec', local, '--', process.execPath, '-e', show)
  assert.equal(JSON.parse(ours.out || '{}').AWS_ENDPOINT_URL, house.plain, ours.err)
})
