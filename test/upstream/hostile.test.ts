import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { openUpstreams } from '../../src/upstream/open-upstreams.ts'
import { type UpstreamSettings, upstreamSettings } from '../../src/upstream/settings.ts'
import type { UpstreamRequest } from '../../src/upstream/upstream.ts'
import { UpstreamFault, type UpstreamFaultCode } from '../../src/upstream/upstream-fault.ts'
import { type HttpsServer, outboundTo, startHttps } from '../outbound/https-server.ts'

const account = '444455556666'
const host = 'sts.eu-central-1.amazonaws.com'
const signIn = 'eu-central-1.signin.aws.amazon.com'
const request: UpstreamRequest = {
  roleArn: `arn:aws:iam::${account}:role/Deploy`,
  roleName: 'Deploy',
  sessionName: 'jonas',
  durationSeconds: 3600,
  tags: [],
  transitiveTagKeys: [],
  policyArns: [],
  taker: { from: 'ldap-provider/corp', name: 'jonas' },
}
const token = `eyJhbGciOiJSUzI1NiJ9.${'x'.repeat(120)}.${'y'.repeat(80)}`

const given = (change: Record<string, string> = {}) => {
  const members: Record<string, string> = {
    AccessKeyId: 'ASIAQQQQQQQQQQQQQQQQ',
    SecretAccessKey: 's'.repeat(40),
    SessionToken: 'a-session-token',
    Expiration: '2026-11-30T12:00:00Z',
    Arn: `arn:aws:sts::${account}:assumed-role/Deploy/jonas`,
    ...change,
  }
  const { Arn, ...credentials } = members
  const element = (name: string, value: string) => `<${name}>${value}</${name}>`
  return (
    '<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">' +
    '<AssumeRoleWithWebIdentityResult><Credentials>' +
    Object.entries(credentials)
      .map(([name, value]) => element(name, value))
      .join('') +
    `</Credentials><AssumedRoleUser>${element('Arn', Arn ?? '')}</AssumedRoleUser>` +
    '</AssumeRoleWithWebIdentityResult><ResponseMetadata><RequestId>id-1</RequestId>' +
    '</ResponseMetadata></AssumeRoleWithWebIdentityResponse>'
  )
}
const fault = (code: string, message = 'no') =>
  '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>' +
  `<Code>${code}</Code><Message>${message}</Message></Error><RequestId>id-2</RequestId>` +
  '</ErrorResponse>'

const byToken = { type: 'aws', region: 'eu-central-1', credentials: { from: 'signed-token' } }

async function openSts(settings: object = byToken, timeoutMs = 60_000, change: object = {}) {
  const undo = new AsyncDisposableStack()
  const server: HttpsServer = undo.use(await startHttps([host, signIn], (_req, res) => res.end()))
  const outbound = undo.use(await outboundTo(server, [host, signIn], change))
  const upstream: UpstreamSettings = upstreamSettings.parse(settings)
  const upstreams = openUpstreams({
    accounts: () => [{ id: account, upstream }],
    outbound,
    tokens: { sign: async () => token },
    env: {},
    timeoutMs,
  })
  const bodies: string[] = []
  return {
    bodies,
    upstream: upstreams.of(account)!,
    answers(...answers: readonly (readonly [status: number, body: string])[]) {
      server.answer(async (req: IncomingMessage, res: ServerResponse) => {
        bodies.push(await text(req))
        const [status, body] = answers[Math.min(bodies.length, answers.length) - 1]!
        res.writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': 'id-1' })
        res.end(body)
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

test('what is no answer of an STS is refused, whatever it is', async () => {
  await using sts = await openSts()
  const answers: readonly (readonly [number, string])[] = [
    [200, ''],
    [200, '<html><body>Sign in to the hotel network</body></html>'],
    [200, given().slice(0, 200)],
    [200, '{"Credentials":{}}'],
    [200, '<a>'.repeat(5000)],
    [200, given({ AccessKeyId: '../../etc' })],
    [200, given({ SecretAccessKey: 'with a space' })],
    [200, given({ SessionToken: 'line&#10;break' })],
    [200, given({ SessionToken: 'x'.repeat(20_000) })],
    [200, given({ Expiration: 'tomorrow' })],
    [200, given({ Arn: `arn:aws:sts::${account}:assumed-role/Admin/jonas` })],
    [200, given({ Arn: 'arn:aws:sts::999900001111:assumed-role/Deploy/jonas' })],
    [200, given({ Arn: '' })],
    [404, 'nothing here'],
  ]
  for (const [status, body] of answers) {
    sts.answers([status, body])
    await assert.rejects(
      sts.upstream.assume(request),
      isFault('unfit-answer', 'unsupported'),
      body.slice(0, 120),
    )
  }
})

test('a fit answer is handed on as it is', async () => {
  await using sts = await openSts()
  sts.answers([200, given()])
  const { credentials, requestId } = await sts.upstream.assume(request)
  assert.equal(credentials.sessionToken, 'a-session-token')
  assert.equal(requestId, 'id-1')
})

test('an answer that is too long is cut off, and a redirect is not followed', async () => {
  await using sts = await openSts()
  sts.answers([200, `<a>${'x'.repeat(70_000)}</a>`])
  await assert.rejects(sts.upstream.assume(request), isFault('unfit-answer'))
  let asked = 0
  sts.listens((_req, res) => {
    asked += 1
    res.writeHead(307, { location: `https://${host}/elsewhere` }).end()
  })
  await assert.rejects(sts.upstream.assume(request), isFault('unfit-answer'))
  assert.equal(asked, 1)
})

test('throttling and 5xx are tried three times, a refusal once', async () => {
  await using sts = await openSts()
  sts.answers([400, fault('Throttling')], [200, given()])
  await sts.upstream.assume(request)
  assert.equal(sts.bodies.splice(0).length, 2)
  sts.answers([400, fault('Throttling')])
  await assert.rejects(sts.upstream.assume(request), isFault('throttled'))
  assert.equal(sts.bodies.splice(0).length, 3)
  sts.answers([503, 'busy'])
  await assert.rejects(sts.upstream.assume(request), isFault('unavailable'))
  sts.bodies.length = 0
  sts.answers([403, fault('AccessDenied')])
  await assert.rejects(sts.upstream.assume(request), isFault('refused'))
  assert.equal(sts.bodies.length, 1)
})

test('each refusal of AWS is told by its kind', async () => {
  await using sts = await openSts()
  for (const [code, message, kind] of [
    ['PackedPolicyTooLarge', 'consumes 112% of allotted space', 'too-large'],
    ['PackedPolicyTooLargeException', 'consumes 112% of allotted space', 'too-large'],
    ['MalformedPolicyDocument', 'Syntax error', 'malformed-policy'],
    ['ValidationError', 'The requested DurationSeconds exceeds the limit', 'too-long'],
    ['RegionDisabledException', 'STS is not activated', 'region-disabled'],
    ['InvalidIdentityToken', 'No OpenIDConnect provider found', 'not-known'],
    ['InvalidClientTokenId', 'The security token is invalid', 'not-known'],
    ['SignatureDoesNotMatch', 'The signature', 'not-known'],
    ['ExpiredToken', 'The token has expired', 'not-known'],
  ] as const) {
    sts.answers([code === 'RegionDisabledException' ? 403 : 400, fault(code, message)])
    await assert.rejects(sts.upstream.assume(request), isFault(kind))
  }
})

test('a silent STS is given up in time, and one with many calls in hand gets no more', async () => {
  await using sts = await openSts(byToken, 300)
  let asked = 0
  sts.listens(() => {
    asked += 1
  })
  const calls = Array.from({ length: 40 }, () =>
    sts.upstream.assume(request).then(
      () => 'given',
      (error: UpstreamFault) => error.code,
    ),
  )
  const codes = await Promise.all(calls)
  assert.equal(codes.filter((code) => code === 'busy').length, 8)
  assert.equal(codes.filter((code) => code === 'unavailable').length, 32)
  assert.ok(asked <= 32)
  // Whether the next answer comes within the time is the machine's matter: it is asked for.
  sts.answers([200, given()])
  const next = await sts.upstream.assume(request).catch((error: UpstreamFault) => error)
  assert.ok(!(next instanceof UpstreamFault) || next.code === 'unavailable', String(next))
})

test('no fault says what was sent, even where the other side repeats it', async () => {
  await using sts = await openSts()
  sts.answers([400, fault('InvalidIdentityToken', `the token ${token} is no good &#27;[2J`)])
  await assert.rejects(sts.upstream.assume(request), (error: Error) => {
    assert.ok(!error.message.includes('x'.repeat(80)), error.message)
    assert.ok(!error.message.includes('\u001b'))
    return isFault('not-known')(error)
  })
})

test('an endpoint at an address inside is not called', async () => {
  for (const stsEndpoint of ['https://169.254.169.254', 'https://127.0.0.1', 'https://[::1]']) {
    await using sts = await openSts({ ...byToken, stsEndpoint })
    await assert.rejects(sts.upstream.assume(request), (error: Error) => {
      assert.match(error.message, /no public address/)
      return isFault('unavailable')(error)
    })
  }
  for (const stsEndpoint of [
    'http://sts.amazonaws.com',
    'https://me:it@sts.amazonaws.com',
    'file:/',
  ])
    assert.equal(upstreamSettings.safeParse({ ...byToken, stsEndpoint }).success, false)
})

test('an answer in XML expands to nothing and touches no object of ours', async () => {
  await using sts = await openSts()
  const bomb =
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' +
    Array.from({ length: 12 }, (_, index) => {
      const [name, inner] = [`a${index}`, index === 0 ? 'a' : `a${index - 1}`]
      return `<!ENTITY ${name} "${`&${inner};`.repeat(10)}">`
    }).join('') +
    '<!ENTITY file SYSTEM "file:///etc/passwd">]>'
  const begun = performance.now()
  for (const token of ['&a11;', '&file;', '&a;'])
    for (const status of [200, 400]) {
      const body = status === 200 ? given({ SessionToken: token }) : fault('AccessDenied', token)
      sts.answers([status, bomb + body])
      await assert.rejects(sts.upstream.assume(request), (error: Error) => {
        assert.ok(error.message.length < 600)
        assert.doesNotMatch(error.message, /root:|aaaaaaaaaa/)
        return isFault('unfit-answer', 'unsupported', 'refused')(error)
      })
    }
  assert.ok(performance.now() - begun < 60_000, 'it takes no time')
  const polluting =
    '<__proto__><admin>1</admin></__proto__><constructor><prototype><admin>1</admin></prototype>' +
    '</constructor>'
  sts.answers([200, given().replace('<Credentials>', `${polluting}<Credentials>`)])
  await sts.upstream.assume(request).catch(() => {})
  assert.equal(({} as { readonly admin?: unknown }).admin, undefined)
})

test('an answer that drips, is compressed or bids to wait an hour is given up', async () => {
  await using sts = await openSts(byToken, 300)
  sts.listens((_req, res) => {
    res.writeHead(200, { 'content-type': 'text/xml' }).write('<AssumeRole')
  })
  await assert.rejects(sts.upstream.assume(request), isFault('unavailable'))
  sts.listens((_req, res) => {
    res.writeHead(503, { 'retry-after': '3600' }).end(fault('Throttling'))
  })
  await assert.rejects(sts.upstream.assume(request), isFault('unavailable'))
  await using compressed = await openSts()
  compressed.listens((_req, res) => {
    res.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(given()))
  })
  await assert.rejects(compressed.upstream.assume(request), isFault('unfit-answer'))
})

test('another STS gets nothing that it is not known to hold to', async () => {
  const ceph = { type: 'sts', endpoint: `https://${host}`, credentials: { from: 'signed-token' } }
  const carried = [
    { tags: [{ Key: 'team', Value: 'a' }] },
    { sourceIdentity: 'jonas' },
    { policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] },
  ]
  await using strict = await openSts(ceph)
  await using open = await openSts({ ...ceph, accepts: ['tags', 'source-identity', 'policy-arns'] })
  for (const change of carried) {
    strict.answers([200, given({ Arn: '' })])
    await assert.rejects(strict.upstream.assume({ ...request, ...change }), isFault('unsupported'))
    assert.equal(strict.bodies.length, 0, 'it is not even asked')
    open.answers([200, given({ Arn: '' })])
    await open.upstream.assume({ ...request, ...change })
  }
  await assert.rejects(
    open.upstream.consoleAddress((await open.upstream.assume(request)).credentials, {
      destination: undefined,
      issuer: 'https://sso.example.com',
    }),
    isFault('unsupported'),
  )
})

test('the federation endpoint may answer what it likes', async () => {
  await using sts = await openSts()
  const credentials = {
    accessKeyId: 'ASIAQQQQQQQQQQQQQQQQ',
    secretAccessKey: 'the-secret-of-the-session',
    sessionToken: 'the-token-of-the-session',
    expiration: new Date(),
  }
  const visit = { destination: 'https://evil.example/x', issuer: 'https://sso.example.com/portal' }
  const address = () => sts.upstream.consoleAddress(credentials, visit)
  for (const [status, body, code] of [
    [200, 'null', 'unfit-answer'],
    [200, '[]', 'unfit-answer'],
    [200, '{"SigninToken":7}', 'unfit-answer'],
    [200, '{"SigninToken":"a b"}', 'unfit-answer'],
    [200, `{"SigninToken":"${'x'.repeat(9000)}"}`, 'unfit-answer'],
    [200, 'x'.repeat(70_000), 'unfit-answer'],
    [400, '{"message":"the-secret-of-the-session"}', 'refused'],
    [503, '', 'unavailable'],
  ] as const) {
    sts.answers([status, body])
    await assert.rejects(address(), (error: Error) => {
      assert.doesNotMatch(error.message, /the-(secret|token)/)
      return isFault(code)(error)
    })
  }
  sts.listens((_req, res) => void res.writeHead(307, { location: `https://${host}/` }).end())
  await assert.rejects(address(), isFault('unfit-answer'))
  sts.answers([200, '{"SigninToken":"one"}'])
  const url = new URL(await address())
  assert.equal(url.origin, `https://${signIn}`)
  assert.match(url.searchParams.get('Destination') ?? '', /^https:\/\/eu-central-1\.console\.aws/)
  assert.equal(url.searchParams.has('SessionDuration'), false)
  assert.doesNotMatch(url.href, /the-(secret|token)/)
})
