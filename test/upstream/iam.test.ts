import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { openUpstreams } from '../../src/upstream/open-upstreams.ts'
import { upstreamSettings } from '../../src/upstream/settings.ts'
import { UpstreamFault, type UpstreamFaultCode } from '../../src/upstream/upstream-fault.ts'
import { outboundTo, startHttps } from '../outbound/https-server.ts'

const account = '444455556666'
const iam = 'iam.amazonaws.com'
const sts = 'sts.eu-central-1.amazonaws.com'
const env = { AWS_ACCESS_KEY_ID: 'AKIAQQQQQQQQQQQQQQQQ', AWS_SECRET_ACCESS_KEY: 's'.repeat(40) }
const byEnvironment = {
  type: 'aws',
  region: 'eu-central-1',
  credentials: { from: 'environment' },
  revocation: {},
}
const put = {
  roleArn: `arn:aws:iam::${account}:role/Deploy`,
  roleName: 'Deploy',
  policyName: 'P',
  document: '{"Version":"2012-10-17","Statement":[]}',
}
const wrapped = (name: string, inner = '') =>
  `<${name}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/">${inner}` +
  `<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></${name}Response>`
const fault = (code: string, message = 'no') =>
  '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>' +
  `<Code>${code}</Code><Message>${message}</Message></Error><RequestId>id-2</RequestId>` +
  '</ErrorResponse>'

async function openIam(settings: object = byEnvironment, timeoutMs = 30_000) {
  const undo = new AsyncDisposableStack()
  const server = undo.use(await startHttps([iam, sts], (_req, res) => res.end()))
  const outbound = undo.use(await outboundTo(server, [iam, sts]))
  const upstream = upstreamSettings.parse(settings)
  const upstreams = openUpstreams({
    accounts: () => [{ id: account, upstream }],
    outbound,
    tokens: { sign: async () => 'a.signed.token' },
    env,
    timeoutMs,
  })
  const calls: { readonly host: string; readonly body: URLSearchParams; readonly auth: string }[] =
    []
  return {
    calls,
    upstream: upstreams.of(account)!,
    answers(...answers: readonly (readonly [status: number, body: string])[]) {
      server.answer(async (req: IncomingMessage, res: ServerResponse) => {
        const { host = '', authorization: auth = '' } = req.headers
        calls.push({ host, auth, body: new URLSearchParams(await text(req)) })
        const [status, body] = answers[Math.min(calls.length, answers.length) - 1]!
        const headers = { 'content-type': 'text/xml', 'x-amzn-requestid': 'id-1' }
        res.writeHead(status, headers).end(body)
      })
    },
    listens: server.answer,
    [Symbol.asyncDispose]: () => undo[Symbol.asyncDispose](),
  }
}

const isFault =
  (...codes: readonly UpstreamFaultCode[]) =>
  (error: unknown) => {
    assert.ok(error instanceof UpstreamFault, String(error))
    assert.ok(codes.includes(error.code), `${error.code}: ${error.message}`)
    return true
  }

test('a policy is put by one signed call, and its id is told', async () => {
  await using opened = await openIam()
  opened.answers([200, wrapped('PutRolePolicy')])
  assert.deepEqual(await opened.upstream.putRolePolicy!(put), { requestId: 'id-1' })
  const [{ host, body, auth }] = opened.calls as [(typeof opened.calls)[0]]
  assert.equal(host, iam)
  assert.match(auth, /Credential=AKIAQQQQQQQQQQQQQQQQ\/\d{8}\/us-east-1\/iam\/aws4_request/)
  assert.deepEqual(
    ['Action', 'RoleName', 'PolicyName', 'PolicyDocument'].map((name) => body.get(name)),
    ['PutRolePolicy', 'Deploy', 'P', put.document],
  )
})

test('what is no answer of IAM ends nothing, whatever its status says', async () => {
  await using opened = await openIam()
  for (const [status, body] of [
    [200, ''],
    [200, '<html><body>Sign in to the hotel network</body></html>'],
    [200, '{"ok":true}'],
    [200, '<PutRolePolicyResponse>'],
    [200, wrapped('DeleteRolePolicy')],
    [200, `<a>${'x'.repeat(70_000)}</a>`],
    [200, '<a>'.repeat(5000)],
    [404, 'nothing here'],
  ] as const) {
    opened.answers([status, body])
    await assert.rejects(
      opened.upstream.putRolePolicy!(put),
      isFault('unfit-answer', 'unsupported'),
      body.slice(0, 80),
    )
  }
  opened.listens((_req, res) => res.writeHead(307, { location: `https://${sts}/` }).end())
  await assert.rejects(opened.upstream.putRolePolicy!(put), isFault('unfit-answer'))
})

test('throttling is tried three times, a refusal once, and each is told by its kind', async () => {
  await using opened = await openIam()
  for (const [status, code, kind, tries] of [
    [400, 'Throttling', 'throttled', 3],
    [503, 'ServiceUnavailable', 'unavailable', 3],
    [403, 'AccessDenied', 'refused', 1],
    [403, 'InvalidClientTokenId', 'not-known', 1],
    [409, 'LimitExceeded', 'too-large', 3],
    [404, 'NoSuchEntity', 'unsupported', 1],
  ] as const) {
    opened.calls.length = 0
    opened.answers([status, fault(code, `no ${'x'.repeat(2000)} \u001b[2J`)])
    await assert.rejects(opened.upstream.putRolePolicy!(put), (error: Error) => {
      assert.ok(error.message.length < 600 && !error.message.includes('\u001b'))
      return isFault(kind)(error)
    })
    assert.equal(opened.calls.length, tries, code)
  }
})

test('a silent IAM is given up in time', async () => {
  await using opened = await openIam(byEnvironment, 300)
  opened.listens(() => {})
  await assert.rejects(opened.upstream.putRolePolicy!(put), isFault('unavailable'))
  await assert.rejects(opened.upstream.rolesPage!({ kind: 'list' }), isFault('unavailable'))
})

test('revocations and sessions take no place of each other', async () => {
  await using opened = await openIam(byEnvironment, 1000)
  opened.listens(() => {})
  const code = (error: UpstreamFault) => error.code
  const puts = Array.from({ length: 40 }, () => opened.upstream.putRolePolicy!(put).catch(code))
  const request = {
    ...{ roleArn: put.roleArn, roleName: 'Deploy', sessionName: 'a', durationSeconds: 900 },
    ...{ tags: [], transitiveTagKeys: [], policyArns: [] },
    taker: { from: 'ldap-provider/corp', name: 'a' },
  }
  const session = opened.upstream.assume(request).catch(code)
  assert.equal((await Promise.all(puts)).filter((one) => one === 'busy').length, 8)
  assert.equal(await session, 'unavailable')
})

test('roles are read as AWS writes them, and what is no list is refused', async () => {
  await using opened = await openIam()
  const role =
    '<member><RoleName>A</RoleName><Path>/</Path><MaxSessionDuration>7200</MaxSessionDuration>' +
    '<AssumeRolePolicyDocument>%7B%7D</AssumeRolePolicyDocument></member>'
  const page = (inner: string) =>
    wrapped('ListRoles', `<ListRolesResult>${inner}</ListRolesResult>`)
  opened.answers([200, page(`<Roles>${role}</Roles><Marker>next</Marker>`)])
  const { roles, marker } = await opened.upstream.rolesPage!({ kind: 'list' })
  assert.equal(marker, 'next')
  assert.deepEqual(
    roles.map((one) => (one as { readonly MaxSessionDuration?: number }).MaxSessionDuration),
    [7200],
  )
  for (const body of ['', '<html></html>', '{}', wrapped('ListRoles'), '<a>'.repeat(9000)]) {
    opened.answers([200, body])
    for (const kind of ['list', 'details'] as const)
      await assert.rejects(
        opened.upstream.rolesPage!({ kind }),
        isFault('unfit-answer'),
        `${kind} ${body.slice(0, 40)}`,
      )
  }
})

test('without the setting no policy can be put, and another STS has no IAM', async () => {
  const { revocation: _revocation, ...without } = byEnvironment
  await using aws = await openIam(without)
  assert.equal(aws.upstream.putRolePolicy, undefined)
  await using other = await openIam({
    type: 'sts',
    endpoint: `https://${sts}`,
    credentials: { from: 'environment' },
  })
  assert.equal(other.upstream.putRolePolicy, undefined)
  assert.equal(other.upstream.rolesPage, undefined)
  const upstream = { type: 'sts', endpoint: 'https://x.example', revocation: {} }
  assert.equal(
    upstreamSettings.safeParse({ ...upstream, credentials: { from: 'environment' } }).success,
    false,
  )
})
