import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import fc from 'fast-check'
import {
  readSignature,
  type SignedRequest,
  SigningSecret,
  verifySignature,
} from '../../src/credentials/sigv4.ts'

const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const at = new Date('2026-11-24T10:15:00Z')
const later = (seconds: number) => new Date(at.getTime() + seconds * 1000)

interface Sent {
  readonly body?: string
  readonly query?: Record<string, string>
  readonly headers?: Record<string, string>
  readonly token?: string
  readonly path?: string
  readonly expiresIn?: number
}
/** Signed by the SDK's own signer: an implementation that shares nothing with ours. */
async function signed(
  {
    body = 'Action=GetCallerIdentity&Version=2011-06-15',
    query = {},
    headers = {},
    token,
    path = '/',
    expiresIn = 3600,
  }: Sent,
  presign = false,
): Promise<SignedRequest> {
  const signer = new SignatureV4({
    service: 'sts',
    region: 'eu-central-1',
    sha256: Sha256,
    credentials: {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: secret,
      ...(token && { sessionToken: token }),
    },
  })
  const request = {
    method: presign ? 'GET' : 'POST',
    protocol: 'http:',
    hostname: 'localhost',
    path,
    query,
    body: presign ? '' : body,
    headers: {
      host: 'localhost:8080',
      ...(!presign && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...headers,
    },
  }
  const out = presign
    ? await signer.presign(request, { signingDate: at, expiresIn })
    : await signer.sign(request, { signingDate: at })
  return {
    method: out.method,
    rawPath: path,
    rawQuery: new URLSearchParams(out.query as Record<string, string>)
      .toString()
      .replaceAll('+', '%20'),
    rawHeaders: Object.entries(out.headers).flat(),
    body: Buffer.from(out.body as string),
  }
}
const verify = (request: SignedRequest, now = at, key = secret) =>
  verifySignature(readSignature(request)!, request, new SigningSecret(key), now)
const code = (name: string, message?: RegExp) => (error: Error & { code?: string }) =>
  error.code === name && (!message || message.test(error.message))

test('a header signature holds, with headers nobody knows, spaces and a token', async () => {
  const request = await signed({
    token: 'tok+/=',
    headers: { 'x-unknown': '  a   b  ', 'amz-sdk-request': 'attempt=1; max=3' },
  })
  verify(request)
  assert.equal(readSignature(request)!.sessionToken, 'tok+/=')
})

test('a presigned URL holds for 15 minutes, whatever it says', async () => {
  const request = await signed(
    {
      token: 'tok+/=',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15', z: "a b!'()*~/ü", a: '' },
    },
    true,
  )
  verify(request, later(890))
  assert.throws(
    () => verify(request, later(901)),
    code('SignatureDoesNotMatch', /Signature expired/),
  )
})

test('a presigned URL that names a shorter life, or none, holds for 15 minutes too', async () => {
  const short = await signed(
    { query: { Action: 'GetCallerIdentity', Version: '2011-06-15' }, expiresIn: 60 },
    true,
  )
  for (const seconds of [0, 59, 61, 70, 900]) verify(short, later(seconds))
  for (const seconds of [901, 3600])
    assert.throws(
      () => verify(short, later(seconds)),
      code('SignatureDoesNotMatch', /Signature expired/),
    )
  const rewritten = (to: string) => ({
    ...short,
    rawQuery: short.rawQuery.replace(/X-Amz-Expires=60&?/, to),
  })
  // Signed as all else is: what is left out or added no longer matches, and what is no number is
  // refused before.
  assert.throws(() => verify(rewritten('')), code('SignatureDoesNotMatch', /does not match/))
  assert.equal(readSignature(rewritten(''))!.presigned, true)
  for (const wrong of ['', '-1', '1e3', '604801', 'x', '60&X-Amz-Expires=60'])
    assert.throws(
      () => readSignature(rewritten(`X-Amz-Expires=${wrong}&`)),
      code('IncompleteSignature'),
      wrong,
    )
})

test('any text signs and verifies alike in query, body and header', async () => {
  // The signer keeps the query in a plain object, which loses this one name.
  const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text !== '__proto__')
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(name, fc.string({ unit: 'grapheme' })),
      fc.string(),
      async (query, body) => {
        verify(await signed({ query, body }))
      },
    ),
    { numRuns: 200 },
  )
})

test('a changed method, path, query, body, header, secret or signature is no match', async () => {
  const request = await signed({ token: 'tok', query: { a: '1' } })
  const swapped = (name: string, value: string) =>
    request.rawHeaders.map((text, i) =>
      i % 2 === 1 && request.rawHeaders[i - 1] === name ? value : text,
    )
  const altered: SignedRequest[] = [
    { ...request, method: 'GET' },
    { ...request, rawPath: '/x' },
    { ...request, rawQuery: 'a=2' },
    { ...request, rawQuery: 'a=1&b=2' },
    { ...request, body: Buffer.from('Action=AssumeRole') },
    { ...request, rawHeaders: swapped('host', 'evil:8080') },
    { ...request, rawHeaders: swapped('x-amz-security-token', 'kot') },
    {
      ...request,
      rawHeaders: request.rawHeaders.map((text) =>
        text.replace(/Signature=(.)/, (_, c) => `Signature=${c === '0' ? '1' : '0'}`),
      ),
    },
  ]
  for (const one of altered)
    assert.throws(
      () => verify(one),
      code('SignatureDoesNotMatch', /does not match the signature you provided/),
    )
  assert.throws(() => verify(request, at, `${secret}x`), code('SignatureDoesNotMatch'))
})

test('a path counts in its normal form or as it was sent, and no other path does', async () => {
  for (const [signedPath, sent] of [
    ['/', '//'],
    ['/', '/./'],
    ['/sts', '/sts'],
    ['/sts/', '//sts//'],
    ['/', '/sts/../'],
  ] as const) {
    const request = await signed({ path: signedPath })
    verify({ ...request, rawPath: sent })
    assert.throws(() => verify({ ...request, rawPath: '/other' }), code('SignatureDoesNotMatch'))
  }
})

test('15 minutes of skew either way, and no more', async () => {
  const request = await signed({})
  verify(request, later(899))
  verify(request, later(-899))
  assert.throws(
    () => verify(request, later(901)),
    code(
      'SignatureDoesNotMatch',
      /^Signature expired: 20261124T101500Z is now earlier than \S+ \(\S+ - 15 min\.\)$/,
    ),
  )
  assert.throws(
    () => verify(request, later(-901)),
    code(
      'SignatureDoesNotMatch',
      /^Signature not yet current: 20261124T101500Z is still later than \S+ \(\S+ \+ 15 min\.\)$/,
    ),
  )
})

test('an unsigned request has no signature', () => {
  assert.equal(
    readSignature({
      method: 'POST',
      rawPath: '/',
      rawQuery: '',
      rawHeaders: ['Host', 'x'],
      body: Buffer.alloc(0),
    }),
    undefined,
  )
})

const credential = 'AKIAIOSFODNN7EXAMPLE/20261124/us-east-1/sts/aws4_request'
const good = {
  credential,
  headers: 'host;x-amz-date',
  signature: 'a'.repeat(64),
  date: '20261124T101500Z',
  extra: [] as string[],
}
const hostile: [string, Partial<typeof good>, string][] = [
  ['another algorithm', { credential: '' }, 'IncompleteSignature'],
  ['four elements', { credential: 'A/20261124/us-east-1/sts' }, 'IncompleteSignature'],
  ['six elements', { credential: `${credential}/x` }, 'IncompleteSignature'],
  [
    'another terminator',
    { credential: credential.replace('aws4_request', 'aws5_request') },
    'SignatureDoesNotMatch',
  ],
  [
    'a region that is none',
    { credential: credential.replace('us-east-1', 'no where') },
    'SignatureDoesNotMatch',
  ],
  [
    'a scope of another day',
    { credential: credential.replace('20261124', '20261123') },
    'SignatureDoesNotMatch',
  ],
  [
    'a date that is none',
    { date: '20261332T101500Z', credential: credential.replace('20261124', '20261332') },
    'IncompleteSignature',
  ],
  ['host not signed', { headers: 'x-amz-date' }, 'SignatureDoesNotMatch'],
  ['a short signature', { signature: 'abc' }, 'SignatureDoesNotMatch'],
  ['a token that was not signed', { extra: ['x-amz-security-token', 't'] }, 'IncompleteSignature'],
  [
    'UNSIGNED-PAYLOAD',
    { extra: ['x-amz-content-sha256', 'UNSIGNED-PAYLOAD'] },
    'SignatureDoesNotMatch',
  ],
  ['two dates', { extra: ['X-Amz-Date', '20261124T101500Z'] }, 'IncompleteSignature'],
  ['two authorizations', { extra: ['authorization', 'AWS4-HMAC-SHA256 x'] }, 'IncompleteSignature'],
  [
    'a signed header that is not there',
    { headers: 'host;x-amz-date;x-none' },
    'SignatureDoesNotMatch',
  ],
  ['signed headers out of order', { headers: 'x-amz-date;host' }, 'SignatureDoesNotMatch'],
]
for (const [title, change, expected] of hostile) {
  test(`refused: ${title}`, () => {
    const { credential, headers, signature, date, extra } = { ...good, ...change }
    const request = {
      method: 'POST',
      rawPath: '/',
      rawQuery: '',
      body: Buffer.alloc(0),
      rawHeaders: [
        'Host',
        'localhost',
        'X-Amz-Date',
        date,
        'Authorization',
        `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${headers}, ` +
          `Signature=${signature}`,
        ...extra,
      ],
    }
    assert.throws(() => verify(request), code(expected))
  })
}

test('a query in any order, with names twice, pluses and slashes, verifies as signed', async () => {
  const request = await signed({ query: { b: '2 3', a: 'x/y+z', 'a/b': '', ü: 'é' } })
  const parts = request.rawQuery.split('&')
  for (const order of [parts.toReversed(), [...parts.slice(2), ...parts.slice(0, 2)]])
    verify({ ...request, rawQuery: order.join('&') })
  verify({ ...request, rawQuery: `&${request.rawQuery.replaceAll('%2F', '/')}&` })
  verify({ ...request, rawQuery: request.rawQuery.replace('2%203', '2+3') })
  for (const altered of [
    `${request.rawQuery}&b=2%203`,
    request.rawQuery.replace('2%203', '2%2B3'),
    request.rawQuery.replace('a%2Fb=', 'a%252Fb='),
    request.rawQuery.replace(parts[0]!, parts[0]!.toUpperCase()),
  ]) {
    assert.throws(
      () => verify({ ...request, rawQuery: altered }),
      code('SignatureDoesNotMatch'),
      altered,
    )
  }
})

test('a signed header counts whole: sent twice it is both, one more is another call', async () => {
  const request = await signed({ headers: { 'x-twice': 'a,b' } })
  const at = request.rawHeaders.indexOf('x-twice')
  const twice = [
    ...request.rawHeaders.slice(0, at),
    'X-Twice',
    '  a ',
    'x-TWICE',
    'b',
    ...request.rawHeaders.slice(at + 2),
  ]
  verify({ ...request, rawHeaders: twice })
  assert.throws(
    () => verify({ ...request, rawHeaders: [...request.rawHeaders, 'x-twice', 'c'] }),
    code('SignatureDoesNotMatch'),
  )
  assert.throws(
    () => verify({ ...request, rawHeaders: [...request.rawHeaders, 'Host', 'evil'] }),
    code('SignatureDoesNotMatch'),
  )
  verify({ ...request, rawHeaders: [...request.rawHeaders, 'x-not-signed', 'anything'] })
})

test('a request that is signed in its header and in its query is refused', async () => {
  const byHeader = await signed({})
  const byQuery = await signed({ query: { Action: 'GetCallerIdentity' } }, true)
  assert.throws(
    () => verify({ ...byHeader, rawQuery: byQuery.rawQuery }),
    code('IncompleteSignature'),
  )
})

test('one byte more, less or other anywhere in what was signed does not verify', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ minLength: 1, maxLength: 60 }),
      fc.nat(),
      fc.constantFrom('insert', 'remove', 'change'),
      async (body, seed, how) => {
        const request = await signed({ body })
        const bytes = [...request.body]
        const at = seed % bytes.length
        if (how === 'insert') bytes.splice(at, 0, 65)
        if (how === 'remove') bytes.splice(at, 1)
        if (how === 'change') bytes[at] = bytes[at]! ^ (1 << (seed % 8))
        fc.pre(!Buffer.from(bytes).equals(request.body))
        assert.throws(
          () => verify({ ...request, body: Buffer.from(bytes) }),
          code('SignatureDoesNotMatch'),
        )
      },
    ),
    { numRuns: 150 },
  )
})

test('a header is read alike, whatever a client sent before', async () => {
  const request = await signed({})
  const whole = request.rawHeaders[request.rawHeaders.indexOf('authorization') + 1]!
  const before = whole.slice(0, whole.lastIndexOf('Signature='))
  const hex = whole.slice(before.length + 'Signature='.length)
  const read = (authorization: string) => {
    try {
      const { accessKeyId, scope, signedHeaders, bytes } = readSignature({
        ...request,
        rawHeaders: request.rawHeaders.map((text) => (text === whole ? authorization : text)),
      })!
      return { accessKeyId, scope, signedHeaders, signature: bytes.toString('hex') }
    } catch (error) {
      return (error as { code?: string }).code
    }
  }
  const odd = [
    '',
    `Signature=${hex},a=b`,
    `Signature= ${hex}`,
    'Signature=',
    `Signature=${hex},Credential=x`,
    `Signature=${hex}, XSignature=${'0'.repeat(64)}`,
    `XSignature=${hex}`,
    `Signature=${hex},Signature=${hex}`,
    `Signature=${hex.toUpperCase()}`,
    `signature=${hex}`,
  ]
  // Each with a scope of its own: nothing of it was read before.
  const cold = odd.map((end, i) =>
    read(
      before
        .replace('eu-central-1', `eu-west-${(i % 3) + 1}`)
        .replace('AKIAIOSFODNN7EXAMPLE', `AKIAIOSFODNN7EXAMPL${i}`) + end,
    ),
  )
  for (const i of odd.keys())
    read(
      `${before
        .replace('eu-central-1', `eu-west-${(i % 3) + 1}`)
        .replace('AKIAIOSFODNN7EXAMPLE', `AKIAIOSFODNN7EXAMPL${i}`)}Signature=${hex}`,
    )
  const warm = odd.map((end, i) =>
    read(
      before
        .replace('eu-central-1', `eu-west-${(i % 3) + 1}`)
        .replace('AKIAIOSFODNN7EXAMPLE', `AKIAIOSFODNN7EXAMPL${i}`) + end,
    ),
  )
  assert.deepEqual(warm, cold)
  assert.deepEqual(read(whole), read(`${before}Signature=${hex}`))
})
