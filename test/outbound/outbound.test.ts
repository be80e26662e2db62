import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { isPublicAddress, parseEndpoint } from '../../src/outbound/addresses.ts'
import { openOutbound } from '../../src/outbound/outbound.ts'
import { outboundSettings } from '../../src/outbound/settings.ts'
import { outboundTo, startHttps } from './https-server.ts'

const name = 'idp.corp.test'
const coded = (code: string) => (error: unknown) => (error as { code?: string }).code === code

test('it answers status, headers and body, and asks as the named host', async () => {
  await using server = await startHttps([name], (req, res) =>
    res.writeHead(404, { 'x-host': req.headers.host }).end(req.url),
  )
  await using outbound = await outboundTo(server, [name])
  const { status, headers, body } = await outbound.get(`https://${name}/a?b=c`, {
    headers: { accept: 'application/json' },
  })
  assert.deepEqual([status, headers['x-host'], body.toString()], [404, name, '/a?b=c'])
})

test('only https is asked, without user info', async () => {
  await using outbound = await openOutbound(outboundSettings.parse({}))
  for (const url of [
    'http://idp.corp.test/',
    'ftp://idp.corp.test/',
    'https://me@idp.corp.test/',
    'https://me:pw@idp.corp.test/',
    'file:///etc/passwd',
    'idp',
    '',
  ]) {
    await assert.rejects(outbound.get(url), coded('url-refused'), url)
  }
})

test('a private address is refused, written or looked up, unless the table names it', async () => {
  const asked: string[] = []
  await using outbound = await openOutbound(outboundSettings.parse({}), async (host) => {
    asked.push(host)
    return [
      { address: '10.1.2.3', family: 4 },
      { address: '::ffff:10.1.2.3', family: 6 },
      { address: 'fd00::1', family: 6 },
    ]
  })
  for (const host of [
    '127.0.0.1',
    '[::1]',
    '169.254.169.254',
    '[::ffff:127.0.0.1]',
    '2130706433',
    '0x7f.1',
    'rebind.test',
    'localhost',
    '[fe80::1]',
    '[64:ff9b::a01:203]',
  ]) {
    await assert.rejects(outbound.get(`https://${host}/`), coded('address-refused'), host)
  }
  assert.deepEqual(asked, ['rebind.test', 'localhost'])
})

test('redirects, encodings, size and time have an end', async () => {
  await using server = await startHttps([name], (_req, res) => res.end())
  await using outbound = await outboundTo(server, [name], { maxBytes: 2000, timeoutMs: 300 })
  const url = `https://${name}/`
  server.answer((_req, res) => res.writeHead(302, { location: 'https://169.254.169.254/' }).end())
  await assert.rejects(outbound.get(url), coded('redirect'))
  server.answer((_req, res) => res.writeHead(200, { 'content-encoding': 'gzip' }).end('x'))
  await assert.rejects(outbound.get(url), coded('encoded'))
  server.answer((_req, res) => res.end(Buffer.alloc(2001)))
  await assert.rejects(outbound.get(url), coded('too-large'))
  server.answer((_req, res) => res.end(Buffer.alloc(2000)))
  assert.equal((await outbound.get(url)).body.length, 2000)
  server.answer((_req, res) => res.writeHead(200).write('slow'))
  await assert.rejects(outbound.get(url), coded('timeout'))
  server.answer(() => undefined)
  await assert.rejects(outbound.get(url), coded('timeout'))
  server.answer((_req, res) => void res.socket?.destroy())
  await assert.rejects(outbound.get(url), coded('unreachable'))
})

test('closing ends what is under way', async () => {
  const { promise: asked, resolve } = Promise.withResolvers<void>()
  await using server = await startHttps([name], () => resolve())
  const outbound = await outboundTo(server, [name])
  const answer = assert.rejects(outbound.get(`https://${name}/`), coded('closed'))
  await asked
  await outbound[Symbol.asyncDispose]()
  await answer
})

test('a thumbprint of the chain stands in for the authority, not for the name', async () => {
  await using server = await startHttps([name], (_req, res) => res.end('well'))
  const thumbprintOf = async (file: string) =>
    new X509Certificate(await readFile(file)).fingerprint.replaceAll(':', '').toLowerCase()
  const { caFile, certFile } = server.certificates
  await using outbound = await outboundTo(server, [name, 'other.corp.test'], { caFile: undefined })
  const url = `https://${name}/`
  await assert.rejects(outbound.get(url), coded('untrusted'))
  await assert.rejects(outbound.get(url, { thumbprints: ['0'.repeat(40)] }), coded('untrusted'))
  for (const thumbprint of [await thumbprintOf(caFile), await thumbprintOf(certFile)]) {
    assert.equal(
      (await outbound.get(url, { thumbprints: ['0'.repeat(40), thumbprint] })).body.toString(),
      'well',
    )
    await assert.rejects(
      outbound.get('https://other.corp.test/', { thumbprints: [thumbprint] }),
      coded('untrusted'),
    )
  }
})

test('which addresses are public', () => {
  for (const address of [
    '8.8.8.8',
    '1.1.1.1',
    '172.32.0.1',
    '2606:4700::1111',
    '2a00:1450:4001::1',
  ])
    assert.ok(isPublicAddress(address), address)
  for (const address of [
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.9.9.9',
    '169.254.169.254',
    '172.31.255.255',
    '192.168.1.1',
    '198.19.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:8.8.8.8',
    'fc00::1',
    'fd12::1',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    '2001:db8::1',
    '2001::1',
    '2002:a00::1',
    '64:ff9b::808:808',
    'x',
    '',
  ])
    assert.ok(!isPublicAddress(address), address)
})

test('endpoints of the table', () => {
  assert.deepEqual(parseEndpoint('10.0.0.5'), { address: '10.0.0.5' })
  assert.deepEqual(parseEndpoint('[fd00::5]:8443'), { address: 'fd00::5', port: 8443 })
  assert.deepEqual(parseEndpoint('fd00::5'), { address: 'fd00::5' })
  for (const text of [
    '',
    'localhost',
    '10.0.0.5:',
    '10.0.0.5:0',
    '10.0.0.5:65536',
    '10.0.0:1',
    '[10.0.0.5]:1',
    '[fd00::5',
    'https://10.0.0.5',
    '10.0.0.5/x',
  ]) {
    assert.equal(parseEndpoint(text), undefined, text)
  }
})

test('a message has a body, a client certificate, and an end from outside', async () => {
  await using server = await startHttps([name], async (req, res) => {
    const { method, headers } = req
    const told = [method, headers['content-type'], headers['content-length'], await text(req)]
    res.writeHead(400).end(JSON.stringify(told))
  })
  await using outbound = await outboundTo(server, [name])
  const url = `https://${name}/token`
  const { status, body } = await outbound.send(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'name=ä',
  })
  assert.equal(status, 400)
  assert.deepEqual(JSON.parse(body.toString()), [
    'POST',
    'application/x-www-form-urlencoded',
    '7',
    'name=ä',
  ])
  server.answer(() => undefined)
  const given = new AbortController()
  const hanging = outbound.send(url, { method: 'POST', body: 'x', signal: given.signal })
  given.abort()
  await assert.rejects(hanging, coded('timeout'))
})
