import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { certificationsOf, type KeyModel } from '../../src/credentials/key-attestation.ts'
import { creationOptions, verifyNewKey } from '../../src/credentials/webauthn.ts'
import { type Attesting, SoftKey } from './soft-key.ts'

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-attestation-'))
after(() => rmSync(folder, { recursive: true }))

/** A certificate with its key; without an issuer it signs itself. */
function certify(name: string, subject: string, issuer?: string) {
  const file = (kind: string, of = name) => join(folder, `${of}.${kind}`)
  const isMaker = subject.includes('CN=Root')
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-days', '2', '-subj', subject, '-keyout', file('key'), '-out', file('pem')],
      ...['-addext', `basicConstraints=critical,CA:${isMaker ? 'TRUE' : 'FALSE'}`],
      ...(issuer === undefined ? [] : ['-CA', file('pem', issuer), '-CAkey', file('key', issuer)]),
    ],
    { stdio: 'ignore' },
  )
  return {
    certificate: new X509Certificate(readFileSync(file('pem'))),
    privateKey: createPrivateKey(readFileSync(file('key'))),
  }
}

const leafOf = (name: string) => `/C=SE/O=Maker/OU=Authenticator Attestation/CN=${name}`
const root = certify('root', '/C=SE/O=Maker/CN=Root')
const stranger = certify('stranger', '/C=SE/O=Stranger/CN=Root')
const leaf = certify('leaf', leafOf('Key'), 'root')
const forged = certify('forged', leafOf('Key'), 'stranger')
// It is no authority, whatever it signs.
const below = certify('below', leafOf('Below'), 'leaf')

const aaguid = '2fc0579f-8113-47ea-b116-bb5a8db9202a'
const models: readonly KeyModel[] = [
  { aaguid, roots: [root.certificate], certifications: { FIDO: 'L2', 'FIPS-140-3': 'L1' } },
]
const origin = 'https://sso.example.com'
const party = { id: 'sso.example.com', name: 'Example', origin }
const wishes = {
  userVerification: 'preferred',
  residentKey: 'discouraged',
  attestation: 'direct',
} as const

async function attested(attesting?: Attesting, ofModel = aaguid) {
  const asked = { challenge: 'challenge', user: { handle: 'h', name: 'ann' }, has: [] }
  const options = JSON.stringify(await creationOptions(party, wishes, asked))
  const response = new SoftKey(origin, ofModel).create(options, attesting ? { attesting } : {})
  return verifyNewKey(party, response, {
    isOurs: (challenge) => challenge === 'challenge',
    userVerification: 'preferred',
  })
}

async function certificationsFor(attesting?: Attesting, ofModel = aaguid, at = new Date()) {
  const key = await attested(attesting, ofModel)
  assert.ok(key, 'an honest key is taken, whatever is known of it')
  return certificationsOf(key, models, at)
}

test('a key whose attestation leads to the maker is certified as its model', async () => {
  const { privateKey } = leaf
  const short = await certificationsFor({ privateKey, chain: [leaf.certificate] })
  assert.deepEqual(short, { FIDO: 'L2', 'FIPS-140-3': 'L1' })
  const whole = await certificationsFor({
    privateKey,
    chain: [leaf.certificate, root.certificate],
  })
  assert.deepEqual(whole, short)
})

test('a key that only says which model it is has no certification', async () => {
  assert.deepEqual(await certificationsFor(), {})
})

test('a model that nobody configured has no certification', async () => {
  const other = '00000000-0000-0000-0000-000000000001'
  const { privateKey } = leaf
  assert.deepEqual(await certificationsFor({ privateKey, chain: [leaf.certificate] }, other), {})
})

test('another authority, a broken chain and an ended one vouch for nothing', async () => {
  const chains: readonly Attesting[] = [
    { privateKey: forged.privateKey, chain: [forged.certificate] },
    { privateKey: forged.privateKey, chain: [forged.certificate, stranger.certificate] },
    { privateKey: forged.privateKey, chain: [forged.certificate, root.certificate] },
    { privateKey: below.privateKey, chain: [below.certificate, leaf.certificate] },
  ]
  for (const one of chains) assert.deepEqual(await certificationsFor(one), {})
  const good = { privateKey: leaf.privateKey, chain: [leaf.certificate] }
  const later = new Date(Date.now() + 3 * 86_400_000)
  assert.deepEqual(await certificationsFor(good, aaguid, later), {})
})

test('an attestation that somebody else signed is no registration', async () => {
  const stolen = { privateKey: forged.privateKey, chain: [leaf.certificate] }
  assert.equal(await attested(stolen), undefined)
})
