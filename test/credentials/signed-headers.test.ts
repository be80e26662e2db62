import assert from 'node:assert/strict'
import { createHmac, hash } from 'node:crypto'
import { test } from 'node:test'
import { readSignature, SigningSecret, verifySignature } from '../../src/credentials/sigv4.ts'

const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const at = new Date('2026-11-24T10:15:00.000Z')
const scope = '20261124/us-east-1/sts/aws4_request'

/** Signs as a client that hashes the bytes which it sends. */
function signed(headers: Readonly<Record<string, string>>) {
  const names = Object.keys(headers).sort()
  const canonical = [
    'POST',
    '/',
    '',
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    hash('sha256', ''),
  ].join('\n')
  const toSign = `AWS4-HMAC-SHA256\n20261124T101500Z\n${scope}\n${hash('sha256', canonical)}`
  const mac = (key: string | Buffer, text: string) =>
    createHmac('sha256', key).update(text).digest()
  const key = scope.split('/').reduce<string | Buffer>(mac, `AWS4${secret}`)
  const credential = `Credential=AKIAIOSFODNN7EXAMPLE/${scope}`
  const signature = createHmac('sha256', key).update(toSign).digest('hex')
  // As Node reads what came over the wire: a character for each byte.
  const received = Object.entries(headers).map(
    ([name, value]) => [name, Buffer.from(value).toString('latin1')] as const,
  )
  return {
    method: 'POST',
    rawPath: '/',
    rawQuery: '',
    rawHeaders: [
      ...received.flat(),
      'authorization',
      `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
    ],
    body: Buffer.alloc(0),
  }
}
function verify(headers: Readonly<Record<string, string>>): void {
  const request = signed(headers)
  verifySignature(readSignature(request)!, request, new SigningSecret(secret), at)
}

test('signed headers count by their bytes, those of other alphabets too', () => {
  for (const value of ['Zoë', 'à', '名前', 'plain'])
    verify({ host: 'localhost', 'x-amz-date': '20261124T101500Z', 'x-name': value })
})

test('a Date header takes the place of X-Amz-Date, in either form', () => {
  for (const date of ['Tue, 24 Nov 2026 10:15:00 GMT', '20261124T101500Z'])
    verify({ host: 'localhost', date })
  for (const date of [
    'Tue, 24 Nox 2026 10:15:00 GMT',
    '24 Nov 2026',
    'Tue, 24 anF 2026 10:15:00 GMT',
  ])
    assert.throws(() => verify({ host: 'localhost', date }), { code: 'IncompleteSignature' })
})
