import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { readSshPublicKey, type SshPublicKey } from '../../src/credentials/ssh-public-key.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const spki = String(publicKey.export({ format: 'pem', type: 'spki' }))
const pkcs1 = String(publicKey.export({ format: 'pem', type: 'pkcs1' }))

/** Made by `ssh-keygen -t rsa -b 2048`, with what `ssh-keygen -l -E md5` and `-e -m PKCS8` say. */
const made = {
  ssh:
    'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC49sLOQhYHlm2Yuj8HG2cZ4a3vI5HBMhLbVoexJIPHsiLm' +
    'qW8L1R8W2PuDRXd5u/w2RtFCmxLy0dSsD2hem6OW0/Mjc/8VgbEdrjoRHSokTb1Z/pa9Bm2E35yyn9sLwDOG' +
    'NlDLkjbYhs33hQmiATKKbeZ9Zx44ixMie2mhV5zcObehAyiMi0UM/8EK5j9hWhVPStvjs17dgT38770oZqFI' +
    'Af4rqvF+0bfZqFJIZbH0FB2NwtqEIHZMTLWDS9+31f6rgwp7CIzliEdC2vuIO8FMlPoGKPGFQNgGWUGcBIX9' +
    'C/0P3Jbd3Oz1c7g3fphQESxC4QF0zYz88O3r5aJ79ZyL',
  md5: 'bb:f0:b5:65:04:a0:5f:a0:04:af:f0:91:b2:19:25:f0',
  pem: [
    '-----BEGIN PUBLIC KEY-----',
    'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAuPbCzkIWB5ZtmLo/Bxtn',
    'GeGt7yORwTIS21aHsSSDx7Ii5qlvC9UfFtj7g0V3ebv8NkbRQpsS8tHUrA9oXpuj',
    'ltPzI3P/FYGxHa46ER0qJE29Wf6WvQZthN+csp/bC8AzhjZQy5I22IbN94UJogEy',
    'im3mfWceOIsTIntpoVec3Dm3oQMojItFDP/BCuY/YVoVT0rb47Ne3YE9/O+9KGah',
    'SAH+K6rxftG32ahSSGWx9BQdjcLahCB2TEy1g0vft9X+q4MKewiM5YhHQtr7iDvB',
    'TJT6BijxhUDYBllBnASF/Qv9D9yW3dzs9XO4N36YUBEsQuEBdM2M/PDt6+Wie/Wc',
    'iwIDAQAB',
    '-----END PUBLIC KEY-----',
  ].join('\n'),
}

function read(text: string): SshPublicKey {
  const key = readSshPublicKey(text)
  if (typeof key === 'string') throw new Error(key)
  return key
}

test('a key of ssh-keygen has its fingerprint, and is told as PEM as it tells it', () => {
  const key = read(`${made.ssh} ann@laptop with a comment\n`)
  assert.deepEqual(key, { ssh: made.ssh, fingerprint: made.md5, pem: made.pem })
})

test('both encodings of one key are one key', () => {
  const [fromSpki, fromPkcs1] = [read(spki), read(pkcs1)]
  assert.deepEqual(fromSpki, fromPkcs1)
  assert.equal(`${fromSpki.pem}\n`, spki)
  assert.deepEqual(read(fromSpki.ssh), fromSpki)
  assert.deepEqual(read(`  ${fromSpki.ssh}\tcomment  `), fromSpki)
})

test('what is no public key is not recognized', () => {
  const { ssh } = read(spki)
  for (const text of [
    '',
    'ssh-rsa',
    'ssh-rsa !!!',
    `x ${ssh}`,
    `${ssh}\n${ssh}`,
    'ssh-ed25519 AAAA',
  ])
    assert.equal(readSshPublicKey(text), 'unrecognized', text)
})

test('what is no RSA key of a fit length is invalid, a private key above all', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey
  const shortJwk = short.export({ format: 'jwk' })
  const pem = (key: typeof ec) => String(key.export({ format: 'pem', type: 'spki' }))
  for (const text of [
    pem(ec),
    pem(short),
    String(privateKey.export({ format: 'pem', type: 'pkcs8' })),
    String(privateKey.export({ format: 'pem', type: 'pkcs1' })),
    spki.replace(/\n[A-Za-z0-9+/]{8}/, '\nAAAAAAAA'),
    `ssh-rsa ${blobOf('ssh-rsa', shortJwk.e!, shortJwk.n!).toString('base64')}`,
  ])
    assert.equal(readSshPublicKey(text), 'invalid', text.slice(0, 60))
})

test('a damaged or ambiguous encoding is invalid: each cut, a byte more, another name', () => {
  const blob = Buffer.from(read(spki).ssh.split(' ')[1]!, 'base64')
  const invalid = (bytes: Buffer) =>
    assert.equal(readSshPublicKey(`ssh-rsa ${bytes.toString('base64')}`), 'invalid')
  for (let length = 3; length < blob.length; length += 5) invalid(blob.subarray(0, length))
  invalid(Buffer.concat([blob, Buffer.from([0])]))
  invalid(Buffer.concat([blob, Buffer.from([0, 0, 0, 0])]))
  const { n, e } = publicKey.export({ format: 'jwk' })
  invalid(blobOf('ssh-dss', e!, n!))
  const endless = Buffer.from(blob)
  endless.writeUInt32BE(0xffffffff, 11)
  invalid(endless)
  // Without the zero before it the modulus is a negative number.
  invalid(blobOf('ssh-rsa', e!, n!, { negative: true }))
})

/** RFC 4253, section 6.6. */
function blobOf(name: string, e: string, n: string, { negative = false } = {}): Buffer {
  const modulus = Buffer.from(n, 'base64url')
  const parts = [
    Buffer.from(name),
    Buffer.from(e, 'base64url'),
    negative ? modulus : Buffer.concat([Buffer.from([0]), modulus]),
  ]
  return Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(part.length)
      return [length, part]
    }),
  )
}
