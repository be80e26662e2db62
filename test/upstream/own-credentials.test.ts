import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { openUpstreams } from '../../src/upstream/open-upstreams.ts'
import { upstreamSettings } from '../../src/upstream/settings.ts'
import { UpstreamFault } from '../../src/upstream/upstream-fault.ts'
import { outboundTo, startHttps } from '../outbound/https-server.ts'

const account = '444455556666'
const host = 'sts.eu-central-1.amazonaws.com'
const request = {
  roleArn: `arn:aws:iam::${account}:role/Deploy`,
  roleName: 'Deploy',
  sessionName: 'jonas',
  durationSeconds: 3600,
  tags: [],
  transitiveTagKeys: [],
  policyArns: [],
  taker: { from: 'ldap-provider/corp', name: 'jonas' },
}
const own = (letter: string) => ({
  AccessKeyId: `ASIA${letter.repeat(16)}`,
  SecretAccessKey: letter.toLowerCase().repeat(40),
})

/** What an STS gives to whoever asks for a role. */
function given(action: string, keyId: string, role: string, name: string): string {
  return (
    `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>` +
    `<Credentials><AccessKeyId>${keyId}</AccessKeyId>` +
    `<SecretAccessKey>${'s'.repeat(40)}</SecretAccessKey><SessionToken>token-${keyId}` +
    '</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials>' +
    `<AssumedRoleUser><Arn>arn:aws:sts::${account}:assumed-role/${role}/${name}</Arn>` +
    `<AssumedRoleId>AROA:x</AssumedRoleId></AssumedRoleUser></${action}Result></${action}Response>`
  )
}

interface Call {
  readonly keyId: string | undefined
  readonly token: string | undefined
  readonly form: URLSearchParams
}

/** An STS that keeps what it was asked, and an upstream that asks it. */
async function openSts(credentials: object, env: Readonly<Record<string, string>> = {}) {
  await using undo = new AsyncDisposableStack()
  const calls: Call[] = []
  const server = undo.use(
    await startHttps([host], async (req: IncomingMessage, res: ServerResponse) => {
      const form = new URLSearchParams(await text(req))
      const keyId = /Credential=(\w+)\//.exec(req.headers.authorization ?? '')?.[1]
      const token = req.headers['x-amz-security-token'] as string | undefined
      calls.push({ keyId, token, form })
      const [action, name] = [form.get('Action') ?? '', form.get('RoleSessionName') ?? '']
      const role = form.get('RoleArn')?.split('/').at(-1) ?? ''
      res.writeHead(200, { 'content-type': 'text/xml' })
      res.end(given(action, own(role === 'Deploy' ? 'D' : 'W').AccessKeyId, role, name))
    }),
  )
  const outbound = undo.use(await outboundTo(server, [host]))
  const upstream = upstreamSettings.parse({ type: 'aws', region: 'eu-central-1', credentials })
  const tokens = { sign: async () => 'none' }
  const upstreams = openUpstreams({
    accounts: () => [{ id: account, upstream }],
    ...{ outbound, tokens, env, timeoutMs: 60_000 },
  })
  const owned = undo.move()
  return {
    calls,
    assume: () => upstreams.of(account)!.assume(request),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Variables of the process, which the SDK reads by itself, until the test ends. */
function setEnvironment(t: TestContext, variables: Readonly<Record<string, string>>): void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const)
  t.after(() => {
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
  })
  Object.assign(process.env, variables)
}

/** What tells a machine or task its credentials. */
async function startMetadata(t: TestContext, answer: (req: IncomingMessage) => string) {
  const server = createServer((req, res) => void res.end(answer(req))).listen(0, '127.0.0.1')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise((listening) => server.once('listening', listening))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const told = (letter: string) =>
  JSON.stringify({
    ...{ Code: 'Success', Type: 'AWS-HMAC', LastUpdated: '2026-01-01T00:00:00Z' },
    ...own(letter),
    ...{ Token: `token-${letter}`, Expiration: '2100-01-01T00:00:00Z' },
  })

test('variables of the server sign, and nothing else where they are missing', async (t) => {
  const { AccessKeyId, SecretAccessKey } = own('E')
  const env = {
    AWS_ACCESS_KEY_ID: AccessKeyId,
    AWS_SECRET_ACCESS_KEY: SecretAccessKey,
    AWS_SESSION_TOKEN: 'token-E',
  }
  await using sts = await openSts({ from: 'environment' }, env)
  await sts.assume()
  assert.deepEqual([sts.calls[0]?.keyId, sts.calls[0]?.token], [AccessKeyId, 'token-E'])

  // The process has others, which another way would find.
  setEnvironment(t, env)
  await using none = await openSts({ from: 'environment' })
  await assert.rejects(none.assume(), UpstreamFault)
  assert.equal(none.calls.length, 0)
})

test('a profile signs, whatever the environment has, and a missing one does not', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-profile-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const files = ['config', 'credentials'].map((name) => join(folder, name))
  const { AccessKeyId, SecretAccessKey } = own('P')
  const lines = [`aws_access_key_id = ${AccessKeyId}`, `aws_secret_access_key = ${SecretAccessKey}`]
  await writeFile(files[0]!, '')
  await writeFile(files[1]!, ['[gatehouse]', ...lines, ''].join('\n'))
  setEnvironment(t, {
    AWS_CONFIG_FILE: files[0]!,
    AWS_SHARED_CREDENTIALS_FILE: files[1]!,
    AWS_ACCESS_KEY_ID: own('E').AccessKeyId,
    AWS_SECRET_ACCESS_KEY: own('E').SecretAccessKey,
  })
  await using sts = await openSts({ from: 'profile', profile: 'gatehouse' })
  await sts.assume()
  assert.equal(sts.calls[0]?.keyId, AccessKeyId)
  await using missing = await openSts({ from: 'profile', profile: 'other' })
  await assert.rejects(missing.assume(), UpstreamFault)
  assert.equal(missing.calls.length, 0)
})

test('a token file is traded at the same STS, and what it gives signs', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-token-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const tokenFile = join(folder, 'token')
  const role = `arn:aws:iam::${account}:role/Broker`
  await using sts = await openSts({ from: 'web-identity', tokenFile, role })
  await assert.rejects(sts.assume(), UpstreamFault, 'before the file is there')
  assert.equal(sts.calls.length, 0)
  await writeFile(tokenFile, 'the.token.of-the-pod')
  await sts.assume()
  const [traded, taken] = sts.calls
  assert.equal(traded?.form.get('Action'), 'AssumeRoleWithWebIdentity')
  assert.equal(traded?.form.get('WebIdentityToken'), 'the.token.of-the-pod')
  assert.equal(traded?.form.get('RoleArn'), role)
  assert.equal(traded?.keyId, undefined)
  const { AccessKeyId } = own('W')
  assert.deepEqual([taken?.keyId, taken?.token], [AccessKeyId, `token-${AccessKeyId}`])
  assert.equal(taken?.form.get('RoleArn'), request.roleArn)
})

test("an instance's role and a task's sign, each told by its own metadata", async (t) => {
  const instance = await startMetadata(t, ({ url = '' }) => {
    if (url.endsWith('/api/token')) return 'session-of-metadata'
    return url.endsWith('/security-credentials/') ? 'Broker' : told('I')
  })
  const container = await startMetadata(t, () => told('C'))
  setEnvironment(t, {
    AWS_EC2_METADATA_SERVICE_ENDPOINT: instance,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container}/credentials`,
  })
  for (const [from, letter] of [
    ['instance', 'I'],
    ['container', 'C'],
  ] as const) {
    await using sts = await openSts({ from })
    await sts.assume()
    const { AccessKeyId } = own(letter)
    assert.deepEqual([sts.calls[0]?.keyId, sts.calls[0]?.token], [AccessKeyId, `token-${letter}`])
  }
})
