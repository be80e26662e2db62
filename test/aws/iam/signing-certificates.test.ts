import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { selfSigned } from '../../../src/credentials/self-signed.ts'
import { account, allow, codeOf, now, userCaller } from '../wire-scene.ts'
import { arnOf, openIam, texts } from './open-iam.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
let serials = 0
function newCertificate(until = new Date(now.getTime() + 86_400_000)): string {
  const serial = Buffer.alloc(8)
  serial.writeUInt32BE(++serials)
  const from = new Date('2026-01-01T00:00:00Z')
  return String(selfSigned(privateKey, { commonName: 'ann', from, until, serial }))
}
const ann = { UserName: 'ann' }
const upload = (CertificateBody: string, more = {}) =>
  ['UploadSigningCertificate', { ...ann, CertificateBody, ...more }] as const

async function open() {
  const at = await openIam()
  await at.make('user', { name: 'ann', path: '/x509/' })
  return at
}

test('a certificate is rotated: the second beside the first, which is switched off', async () => {
  await using at = await open()
  const [first, second, third] = [newCertificate(), newCertificate(), newCertificate()]
  const made = await at.call(...upload(first))
  assert.match(
    made.body,
    new RegExp(
      '<Certificate><UserName>ann</UserName><CertificateId>[A-Z2-7]{28}</CertificateId>' +
        '<CertificateBody>-----BEGIN CERTIFICATE-----[^<]*</CertificateBody>' +
        '<Status>Active</Status><UploadDate>2026-03-04T05:06:07Z</UploadDate></Certificate>',
    ),
  )
  const CertificateId = texts(made, 'CertificateId')[0]!
  assert.equal(await at.outcome(...upload(second)), '200')
  assert.equal(
    await at.outcome(...upload(third)),
    'LimitExceeded: Cannot exceed quota for SigningCertificatesPerUser: 2',
  )
  const one = { ...ann, CertificateId }
  assert.equal(await at.outcome('UpdateSigningCertificate', { ...one, Status: 'Inactive' }), '200')
  const page = await at.call('ListSigningCertificates', { ...ann, MaxItems: '1' })
  const Marker = texts(page, 'Marker')[0]!
  const rest = await at.call('ListSigningCertificates', { ...ann, Marker })
  assert.deepEqual([...texts(page, 'Status'), ...texts(rest, 'Status')].toSorted(), [
    'Active',
    'Inactive',
  ])
  assert.equal(
    await at.outcome('DeleteUser', ann),
    'DeleteConflict: Cannot delete entity, must delete signing certificates first.',
  )
  assert.equal(await at.outcome('DeleteSigningCertificate', one), '200')
  const gone = `NoSuchEntity: The Certificate with id ${CertificateId} cannot be found.`
  assert.equal(await at.outcome('DeleteSigningCertificate', one), gone)
  assert.equal(await at.outcome('UpdateSigningCertificate', { ...one, Status: 'Active' }), gone)
  assert.equal(await at.outcome(...upload(third)), '200')
  assert.deepEqual(at.bugs, [])
})

test('a certificate is of one user of the account only, however its text is laid out', async () => {
  await using at = await open()
  await at.make('user', { name: 'bob' })
  const text = newCertificate()
  assert.equal(await at.outcome(...upload(text)), '200')
  const other = { UserName: 'bob' }
  const again = `\n${text.replaceAll('\n', '\r\n')}\n`
  assert.match(await at.outcome(...upload(again, other)), /^DuplicateCertificate: The same/)
})

test('what is no certificate, several, or an expired one is refused', async () => {
  await using at = await open()
  const text = newCertificate()
  for (const wrong of ['x', text.slice(0, -30), `${text}${newCertificate()}`, `a${text}`])
    assert.match(await at.outcome(...upload(wrong)), /^MalformedCertificate: Unable to parse/)
  assert.match(await at.outcome(...upload(newCertificate(now))), /^InvalidCertificate: .*expired/)
})

test('the root user has certificates of its own, and the summary says so', async () => {
  await using at = await open()
  const principal = { kind: 'root' as const, arn: arnOf('root'), account }
  const root = at.as(userCaller({ principal, layers: { identity: [allow('iam:*')] } }))
  const present = async () =>
    /AccountSigningCertificatesPresent<\/key><value>(\d)/.exec(
      (await at.call('GetAccountSummary')).body,
    )![1]
  assert.equal(await present(), '0')
  const made = await root('UploadSigningCertificate', { CertificateBody: newCertificate() })
  assert.deepEqual(texts(made, 'UserName'), ['root'])
  assert.equal(await present(), '1')
  const CertificateId = texts(made, 'CertificateId')[0]!
  const status = { CertificateId, Status: 'Inactive' }
  // Of the caller, alice, there is no user and so no certificate.
  assert.match(await at.outcome('UpdateSigningCertificate', status), /^NoSuchEntity/)
  assert.equal((await root('UpdateSigningCertificate', status)).status, 200)
  assert.equal((await root('DeleteSigningCertificate', { CertificateId })).status, 200)
  assert.equal(await present(), '0')
})

test('each operation is decided on the user with its path', async () => {
  await using at = await open()
  const made = await at.call(...upload(newCertificate()))
  const one = { ...ann, CertificateId: texts(made, 'CertificateId')[0]! }
  for (const [action, input] of [
    upload(newCertificate()),
    ['ListSigningCertificates', ann],
    ['UpdateSigningCertificate', { ...one, Status: 'Active' }],
    ['DeleteSigningCertificate', one],
  ] as const) {
    const may = (resource: string) =>
      at.as(userCaller({ layers: { identity: [allow(`iam:${action}`, resource)] } }))
    assert.equal(codeOf(await may(arnOf('user/ann'))(action, input)), 'AccessDenied', action)
    assert.equal((await may(arnOf('user/x509/*'))(action, input)).status, 200, action)
  }
})
