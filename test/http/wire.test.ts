import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { openHouse } from './house.ts'

test('a call reaches the dispatcher unchanged, without cookies or page headers', async () => {
  await using house = await openHouse()
  const body = 'Action=GetCallerIdentity&Version=2011-06-15&x=%20%2b+'
  const answer = await fetch(`${house.origin}/?a=%2F&a=2`, {
    method: 'POST',
    body,
    headers: { 'X-Amz-Date': 'x', 'content-type': 'application/x-www-form-urlencoded' },
  })
  const seen = (await answer.json()) as {
    body: string
    rawQuery: string
    rawPath: string
    rawHeaders: string[]
    sourceAddress: string
    secure: boolean
  }
  assert.equal(seen.body, body)
  assert.equal(seen.rawQuery, 'a=%2F&a=2')
  assert.equal(seen.rawPath, '/')
  assert.ok(seen.rawHeaders.includes('X-Amz-Date') || seen.rawHeaders.includes('x-amz-date'))
  assert.equal(seen.sourceAddress, '127.0.0.1')
  assert.equal(seen.secure, false)
  for (const name of ['set-cookie', 'content-security-policy', 'x-powered-by', 'etag'])
    assert.equal(answer.headers.get(name), null, name)
})

test('calls at once, on many connections or pipelined on one, get their own answers', async () => {
  await using house = await openHouse()
  const ask = async (body: string) =>
    ((await (await fetch(house.origin, { method: 'POST', body })).json()) as { body: string }).body
  for (let round = 0; round < 8; round++) {
    const bodies = Array.from({ length: 40 }, (_, i) => `Action=A${round}x${i}`)
    assert.deepEqual(await Promise.all(bodies.map(ask)), bodies)
  }
  const bodies = Array.from({ length: 12 }, (_, i) => `Action=B${String(i).padStart(2, '0')}`)
  const socket = connect(Number(new URL(house.origin).port), '127.0.0.1')
  socket.write(
    bodies
      .map(
        (body, i) =>
          `POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${body.length}\r\n` +
          `${i === 11 ? 'connection: close\r\n' : ''}\r\n${body}`,
      )
      .join(''),
  )
  const text = Buffer.concat(await socket.toArray()).toString()
  assert.deepEqual(
    [...text.matchAll(/Action=B\d\d/g)].map(([body]) => body),
    bodies,
  )
})

test('a body without a type, without content, or of any type is a call', async () => {
  await using house = await openHouse()
  for (const init of [
    { method: 'POST' },
    { method: 'POST', body: Buffer.from('{}'), headers: { 'content-type': 'application/json' } },
    { method: 'POST', body: Buffer.from('x') },
  ]) {
    assert.equal((await fetch(house.origin, init)).status, 200)
  }
})

test('a body over 256 KiB gets RequestEntityTooLarge as XML', async () => {
  await using house = await openHouse()
  assert.equal(
    (await fetch(house.origin, { method: 'POST', body: 'x'.repeat(256 * 1024) })).status,
    200,
  )
  const answer = await fetch(house.origin, { method: 'POST', body: 'x'.repeat(256 * 1024 + 1) })
  assert.equal(answer.status, 413)
  assert.match(answer.headers.get('content-type')!, /xml/)
  assert.match(await answer.text(), /<Code>RequestEntityTooLarge<\/Code>/)
})

test('a compressed body is refused, because limit and signature are of its raw bytes', async () => {
  await using house = await openHouse()
  const answer = await fetch(house.origin, {
    method: 'POST',
    body: 'x',
    headers: { 'content-encoding': 'gzip' },
  })
  assert.equal(answer.status, 400)
  assert.match(await answer.text(), /<Code>MalformedQueryString<\/Code>/)
})

test('GET / is a call when it says so, and the portal when a browser comes', async () => {
  await using house = await openHouse()
  assert.equal(
    (
      (await (await fetch(`${house.origin}/?Action=GetCallerIdentity`)).json()) as {
        method: string
      }
    ).method,
    'GET',
  )
  assert.equal((await fetch(`${house.origin}/?X-Amz-Signature=00`)).status, 200)
  const page = await fetch(house.origin, { redirect: 'manual' })
  assert.equal(page.headers.get('location'), '/portal')
})

test('forwarded protocol and host are not believed', async () => {
  await using house = await openHouse()
  const answer = await fetch(house.origin, {
    method: 'POST',
    body: 'x',
    headers: {
      'x-forwarded-proto': 'https',
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-host': 'evil.example',
    },
  })
  const seen = (await answer.json()) as { secure: boolean; sourceAddress: string }
  assert.deepEqual([seen.secure, seen.sourceAddress], [false, '127.0.0.1'])
})

test('behind a trusted proxy the first other address counts, and its protocol', async () => {
  await using house = await openHouse({ trustedProxies: ['127.0.0.1', '10.0.0.0/8'] })
  const seenWith = async (headers: Record<string, string>) => {
    const { sourceAddress, secure } = (await (
      await fetch(house.origin, { method: 'POST', body: 'x', headers })
    ).json()) as { secure: boolean; sourceAddress: string }
    return [sourceAddress, secure]
  }
  assert.deepEqual(
    await seenWith({
      'x-forwarded-for': '198.51.100.1, 203.0.113.9, 10.1.2.3',
      'x-forwarded-proto': 'https',
    }),
    ['203.0.113.9', true],
  )
  for (const proto of ['http, https', 'https, http', 'HTTPS', ''])
    assert.deepEqual(
      await seenWith({ 'x-forwarded-for': '10.1.2.3', 'x-forwarded-proto': proto }),
      ['10.1.2.3', false],
    )
  assert.deepEqual(
    await seenWith({ 'x-forwarded-for': '10.1.2.3', 'x-forwarded-proto': 'https, https' }),
    ['10.1.2.3', true],
  )
  assert.deepEqual(await seenWith({}), ['127.0.0.1', false])
})

test("a trusted proxy's client address is found, whatever is written around it", async () => {
  await using house = await openHouse({ trustedProxies: ['127.0.0.1'] })
  const forwarded = (forwardedFor: string) =>
    fetch(house.origin, {
      method: 'POST',
      body: 'x',
      headers: { 'x-forwarded-for': forwardedFor },
    })
  for (const [written, address] of [
    ['203.0.113.77:40001', '203.0.113.77'],
    ['[::ffff:203.0.113.77]:1', '203.0.113.77'],
    ['::FFFF:cb00:714d', '203.0.113.77'],
    ['[2001:DB8:0:0:0:0:0:1]:443', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
  ] as const) {
    const { sourceAddress } = (await (await forwarded(written)).json()) as Record<string, unknown>
    assert.equal(sourceAddress, address, written)
  }
  for (const written of ['unknown', '_hidden', '203.0.113.77:', '203.0.113.077', '1.2.3', '[::1'])
    assert.equal((await forwarded(written)).status, 400, written)
})

test('a body without a length has the same cap', async () => {
  await using house = await openHouse()
  const body = new ReadableStream({
    start(stream) {
      for (let at = 0; at < 5; at++) stream.enqueue(new Uint8Array(64 * 1024))
      stream.close()
    },
  })
  const answer = await fetch(house.origin, { method: 'POST', body, duplex: 'half' } as RequestInit)
  assert.equal(answer.status, 413)
})

test('assets are cached for ever under the hash of their content; others are 404', async () => {
  await using house = await openHouse()
  const page = await (await fetch(`${house.origin}/signin`)).text()
  const addresses = [...page.matchAll(/(?:href|src)="(\/assets\/[^"#]+)/g)].map(
    ([, address]) => address!,
  )
  assert.ok(addresses.length >= 4)
  for (const address of addresses) {
    const answer = await fetch(house.origin + address)
    assert.equal(answer.status, 200, address)
    assert.match(answer.headers.get('cache-control')!, /max-age=31536000, immutable/)
    assert.equal(answer.headers.get('set-cookie'), null)
  }
  for (const path of [
    '/assets/gatehouse.css',
    '/assets/../package.json',
    '/assets/%2e%2e%2fpackage.json',
    '/assets/..%2f..%2fpackage.json',
  ]) {
    assert.equal((await fetch(house.origin + path)).status, 404, path)
  }
})

test('a forged Host or a broken request line leads nowhere else', async () => {
  await using house = await openHouse()
  const { port } = new URL(house.origin)
  const raw = await new Promise<string>((resolve) => {
    let text = ''
    const socket = connect(Number(port), '127.0.0.1', () =>
      socket.write('GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n'),
    )
    socket
      .on('data', (part) => {
        text += part
      })
      .on('close', () => resolve(text))
  })
  assert.match(raw, /Location: \/portal/)
  assert.doesNotMatch(raw, /evil\.example/)
})

/** One request by its first line, over a socket: `fetch` rewrites targets. */
async function sent(origin: string, head: string): Promise<string> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1')
  socket.write(`${head}\r\nhost: localhost\r\nconnection: close\r\n\r\n`)
  return Buffer.concat(await socket.toArray()).toString()
}

test('targets in absolute form are calls and pages as those in origin form are', async () => {
  await using house = await openHouse()
  const call = await sent(house.origin, 'POST http://localhost/?a=1 HTTP/1.1')
  assert.match(call, /^HTTP\/1.1 200 /)
  assert.match(call, /"rawPath":"\/","rawQuery":"a=1"/)
  const bare = await sent(house.origin, 'GET http://localhost?Action=x HTTP/1.1')
  assert.match(bare, /"rawPath":"\/","rawQuery":"Action=x"/)
  const page = await sent(house.origin, 'GET https://sso.example.com/nowhere HTTP/1.1')
  assert.match(page, /^HTTP\/1.1 404 /)
  assert.match(page, /There is no page here/)
})

test('calls are taken at the root however it is written, and signed ones at any path', async () => {
  await using house = await openHouse()
  for (const head of [
    'POST // HTTP/1.1',
    'POST /sts HTTP/1.1',
    'POST /sts/ HTTP/1.1',
    'GET //?Action=x HTTP/1.1',
    'POST /any/path HTTP/1.1\r\nauthorization: AWS4-HMAC-SHA256 x',
    'GET /portal?X-Amz-Signature=00 HTTP/1.1',
  ])
    assert.match(await sent(house.origin, head), /"rawPath":/, head)
  for (const head of [
    'POST /any/path HTTP/1.1',
    'POST /sts/more HTTP/1.1',
    'GET /sts?x=X-Amz-Signature HTTP/1.1',
    'GET /any/path HTTP/1.1\r\nauthorization: Basic x',
  ])
    assert.doesNotMatch(await sent(house.origin, head), /"rawPath":/, head)
})

test('a refusal before the call is read is JSON where JSON is asked for', async () => {
  await using house = await openHouse()
  const answer = await fetch(house.origin, {
    method: 'POST',
    body: 'x'.repeat(256 * 1024 + 1),
    headers: { accept: 'application/json' },
  })
  assert.equal(answer.headers.get('content-type'), 'application/json')
  const { Error: told } = (await answer.json()) as { Error: { Code: string } }
  assert.equal(told.Code, 'RequestEntityTooLarge')
})
