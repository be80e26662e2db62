import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { constants, createPublicKey, publicEncrypt } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ns } from '../../../src/connectors/saml/elements.ts'
import { proveResponse } from '../../../src/connectors/saml/response.ts'
import { oaepDecrypt } from '../../../src/connectors/saml/rsa-oaep.ts'
import {
  acs,
  assertionXml,
  encryptedAssertion,
  idpEntity,
  makeKey,
  responseXml,
  signedPart,
  spEntity,
  trusting,
  type Wrapping,
  wrapping,
} from './identity-provider.ts'

const now = new Date()
const [key, own, other] = [makeKey(now), makeKey(now, 'sso'), makeKey(now, 'other')]
const trust = trusting([key], { decryptionKeys: [own.key] })
const expected = {
  now,
  skewSeconds: 60,
  issuer: idpEntity,
  audiences: [spEntity],
  recipients: [acs],
}
const ownPublic = createPublicKey(own.key)
const sealed = (assertion: string, wrap: Wrapping) =>
  responseXml(now, encryptedAssertion(assertion, ownPublic, 'aes256-gcm', wrap))
const nameIn = (xml: string) => proveResponse(xml, trust, expected).assertion.subject?.nameId

/** OpenSSL seals: a reader that is only checked against itself may be wrong twice. */
function sealedByOpenssl(file: string, secret: Buffer, digest: string, mask: string): Buffer {
  const options = ['rsa_padding_mode:oaep', `rsa_oaep_md:${digest}`, `rsa_mgf1_md:${mask}`]
  const args = ['pkeyutl', '-encrypt', '-pubin', '-inkey', file]
  const run = spawnSync('openssl', [...args, ...options.flatMap((one) => ['-pkeyopt', one])], {
    input: secret,
  })
  assert.equal(run.status, 0, String(run.stderr))
  return run.stdout
}

const sha256Digest = `<ds:DigestMethod xmlns:ds="${ns.ds}" Algorithm="${ns.xenc}sha256"/>`
const oaepMethods = [
  { name: `${ns.xenc}rsa-oaep-mgf1p`, more: sha256Digest, digest: 'sha256', mask: 'sha1' },
  { name: `${ns.xenc11}rsa-oaep`, more: sha256Digest, digest: 'sha256', mask: 'sha1' },
  {
    name: `${ns.xenc11}rsa-oaep`,
    more: `${sha256Digest}<x:MGF xmlns:x="${ns.xenc11}" Algorithm="${ns.xenc11}mgf1sha512"/>`,
    digest: 'sha256',
    mask: 'sha512',
  },
]
for (const { name, more, digest, mask } of oaepMethods) {
  test(`${name} with ${digest} and ${mask}, as OpenSSL seals it, is opened`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-oaep-'))
    t.after(() => rm(folder, { recursive: true }))
    const file = join(folder, 'key.pem')
    await writeFile(file, ownPublic.export({ type: 'spki', format: 'pem' }))
    const method = `<xenc:EncryptionMethod Algorithm="${name}">${more}</xenc:EncryptionMethod>`
    const wrap: Wrapping = (secret) => [
      { method, wrapped: sealedByOpenssl(file, secret, digest, mask) },
    ]
    assert.equal(nameIn(sealed(signedPart(assertionXml(now), key), wrap)), 'alice')
    const wrapped = sealedByOpenssl(file, Buffer.alloc(32, 7), digest, mask)
    for (const at of [0, 100, 255]) {
      const wrong = Buffer.from(wrapped)
      wrong[at]! ^= 1
      assert.throws(() => oaepDecrypt(own.key, { digest, mask }, wrong))
    }
    assert.throws(() => oaepDecrypt(own.key, { digest: 'sha384', mask: 'sha1' }, wrapped))
  })
}

test('any of several encrypted keys may be for us', () => {
  const assertion = signedPart(assertionXml(now), key)
  const theirs = wrapping(createPublicKey(other.key), 'rsa-oaep-mgf1p')
  const ours = wrapping(ownPublic, 'rsa-oaep-mgf1p')
  const xml = sealed(assertion, (secret) => [...theirs(secret), ...ours(secret)])
  assert.equal(nameIn(xml), 'alice')
  assert.throws(() => nameIn(sealed(assertion, theirs)), { check: 'decryption' })
  const many: Wrapping = (secret) => Array.from({ length: 3 }, () => ours(secret)[0]!)
  assert.throws(() => nameIn(sealed(assertion, many)), { check: 'structure' })
})

test('what was sealed may use a prefix of the place where it stood', () => {
  const assertion = signedPart(assertionXml(now), key).replace(` xmlns:saml="${ns.saml}"`, '')
  const ours = wrapping(ownPublic, 'rsa-oaep-mgf1p')
  assert.equal(nameIn(sealed(assertion, ours)), 'alice')
  for (const wrong of [
    assertion + assertion,
    `${assertion}x`,
    `</in-place>${assertion}<in-place>`,
    assertion.replace('saml:Issuer', 'nobody:Issuer'),
  ])
    assert.throws(() => nameIn(sealed(wrong, ours)), { check: 'decryption' })
})

test('a padding that is wrong is refused', () => {
  const raw = (bytes: Buffer) =>
    publicEncrypt({ key: ownPublic, padding: constants.RSA_NO_PADDING }, bytes)
  for (const bytes of [Buffer.alloc(256), Buffer.alloc(256, 1).fill(0, 0, 1)])
    assert.throws(() => oaepDecrypt(own.key, { digest: 'sha256', mask: 'sha1' }, raw(bytes)))
})

test('every key is tried on every message, whatever its content is', () => {
  const tried = (response: string) => {
    let uses = 0
    const keys = [own.key, other.key].map((one) => one)
    Object.defineProperty(keys, 1, {
      get() {
        uses++
        return other.key
      },
    })
    try {
      proveResponse(response, { ...trust, decryptionKeys: keys }, expected)
      return { uses, ok: true }
    } catch {
      return { uses, ok: false }
    }
  }
  const sealedText = (text: string) =>
    responseXml(now, encryptedAssertion(text, ownPublic, 'aes128-cbc'))
  const honest = tried(sealedText(signedPart(assertionXml(now), key)))
  const spoiled = tried(sealedText('no XML'))
  assert.deepEqual(
    [honest, spoiled],
    [
      { uses: honest.uses, ok: true },
      { uses: honest.uses, ok: false },
    ],
  )
  assert.ok(honest.uses > 0, 'the first key opened it, and the second was tried')
})
