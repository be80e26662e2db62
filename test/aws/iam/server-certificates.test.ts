import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempDisposable, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { recordingAudit } from '../../audit/recording-audit.ts'
import { makeCertificates } from '../../peers/tls.ts'
import { account, allow, codeOf, policy, userCaller } from '../wire-scene.ts'
import { arnOf, openIam, texts } from './open-iam.ts'

/** A certificate, its key, the CA that issued it; and of another CA. */
interface Made {
  readonly cert: string
  readonly key: string
  readonly ca: string
}
let own: Made
let other: Made

async function made(): Promise<Made> {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'gatehouse-server-cert-'))
  const files = await makeCertificates(directory.path, ['DNS:www.example.com'])
  const [cert, key, ca] = await Promise.all(
    [files.certFile, files.keyFile, files.caFile].map((file) => readFile(file, 'utf8')),
  )
  return { cert: cert!, key: key!, ca: ca! }
}
before(async () => {
  own = await made()
  other = await made()
})

const www = { ServerCertificateName: 'www' }
const upload = (change: Readonly<Record<string, string>> = {}) =>
  [
    'UploadServerCertificate',
    {
      ...www,
      CertificateBody: own.cert,
      PrivateKey: own.key,
      CertificateChain: own.ca,
      ...change,
    },
  ] as const

test('a certificate is uploaded with chain and tags, told whole, listed without them', async () => {
  await using at = await openIam()
  const first = await at.call(
    ...upload({ Path: '/cdn/', 'Tags.member.1.Key': 'team', 'Tags.member.1.Value': 'web' }),
  )
  const metadata =
    '<ServerCertificateMetadata><Path>/cdn/</Path>' +
    '<ServerCertificateName>www</ServerCertificateName>' +
    '<ServerCertificateId>ASCA[A-Z2-7]{17}</ServerCertificateId>' +
    `<Arn>${arnOf('server-certificate/cdn/www')}</Arn>` +
    '<UploadDate>2026-03-04T05:06:07Z</UploadDate><Expiration>[^<]*</Expiration>' +
    '</ServerCertificateMetadata>'
  assert.match(first.body, new RegExp(metadata))
  assert.deepEqual(texts(first, 'Key'), ['team'])
  const got = await at.call('GetServerCertificate', { ServerCertificateName: 'WWW' })
  assert.match(got.body, new RegExp(metadata))
  assert.deepEqual(texts(got, 'CertificateBody'), [own.cert])
  assert.deepEqual(texts(got, 'CertificateChain'), [own.ca])
  assert.deepEqual(texts(got, 'Key'), ['team'])
  await at.call(...upload({ ServerCertificateName: 'api' }))
  const listed = await at.call('ListServerCertificates')
  assert.deepEqual(texts(listed, 'ServerCertificateName'), ['api', 'www'])
  assert.deepEqual(texts(listed, 'CertificateBody'), [])
  const cdn = await at.call('ListServerCertificates', { PathPrefix: '/cdn' })
  assert.deepEqual(texts(cdn, 'ServerCertificateName'), ['www'])
  const page = await at.call('ListServerCertificates', { MaxItems: '1' })
  const Marker = texts(page, 'Marker')[0]!
  const rest = await at.call('ListServerCertificates', { Marker })
  assert.deepEqual(texts(rest, 'ServerCertificateName'), ['www'])
  assert.match((await at.call('GetAccountSummary')).body, /ServerCertificates<\/key><value>2</)
  assert.deepEqual(at.bugs, [])
})

test('the private key is checked, and is then in no answer, record or event', async () => {
  const events: Parameters<typeof recordingAudit>[0] = []
  await using at = await openIam({ audit: recordingAudit(events) })
  const answers = [
    await at.call(...upload()),
    await at.call(...upload()),
    await at.call(...upload({ ServerCertificateName: 'two', PrivateKey: other.key })),
    await at.call('GetServerCertificate', www),
  ]
  const record = await at.store.reads.find('serverCertificate', account, 'www')
  const written = JSON.stringify([answers, record, events])
  assert.ok(events.length > 0 && written.includes('BEGIN CERTIFICATE'))
  for (const key of [own.key, other.key]) {
    assert.ok(!written.includes(key.split('\n')[1]!))
    assert.ok(!written.includes('PRIVATE KEY'))
  }
})

test('key and chain have to fit the certificate', async () => {
  await using at = await openIam()
  const encrypted = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' },
  }).privateKey
  for (const [change, refusal] of [
    [{ PrivateKey: other.key }, /^KeyPairMismatch: The public and private keys do not match\.$/],
    [{ PrivateKey: 'key' }, /^MalformedCertificate: Unable to parse key/],
    [{ PrivateKey: own.cert }, /^MalformedCertificate: Unable to parse key/],
    [{ PrivateKey: encrypted }, /^MalformedCertificate: Unable to parse key/],
    [{ CertificateBody: 'certificate' }, /^MalformedCertificate: Unable to parse certificate\. /],
    [{ CertificateBody: `${own.cert}${own.ca}` }, /^MalformedCertificate: Unable to parse cert/],
    [{ CertificateChain: other.ca }, /^MalformedCertificate: Unable to validate certificate ch/],
    [{ CertificateChain: `${own.ca}${own.cert}` }, /^MalformedCertificate: Unable to validate/],
    [{ CertificateChain: own.key }, /^MalformedCertificate: Unable to parse certificate chain/],
    [{ CertificateChain: own.ca.repeat(11) }, /^MalformedCertificate: Unable to parse certif/],
    [{ ServerCertificateName: 'a b' }, /^ValidationError: The specified value for serverCert/],
  ] as const)
    assert.match(await at.outcome(...upload(change)), refusal)
  assert.match(await at.outcome('GetServerCertificate', www), /^NoSuchEntity/)
  // The CA signed itself: a chain may hold it, and end in it.
  assert.equal(await at.outcome(...upload({ CertificateChain: own.ca.repeat(2) })), '200')
})

test('names are unique in any case, through renaming as well; twenty are the most', async () => {
  await using at = await openIam()
  await at.call(...upload())
  const taken = /^EntityAlreadyExists: The Server Certificate with name \w+ already exists\.$/
  assert.match(await at.outcome(...upload({ ServerCertificateName: 'WWW' })), taken)
  await at.call(...upload({ ServerCertificateName: 'api' }))
  const rename = (ServerCertificateName: string, NewServerCertificateName: string, more = {}) =>
    at.outcome('UpdateServerCertificate', {
      ServerCertificateName,
      NewServerCertificateName,
      ...more,
    })
  assert.match(await rename('api', 'Www'), taken)
  assert.equal(await rename('www', 'WWW', { NewPath: '/cdn/' }), '200')
  assert.equal(await rename('www', 'web'), '200')
  const listed = await at.call('ListServerCertificates')
  assert.deepEqual(texts(listed, 'Arn'), [
    arnOf('server-certificate/api'),
    arnOf('server-certificate/cdn/web'),
  ])
  const missing = 'NoSuchEntity: The Server Certificate with name www cannot be found.'
  for (const action of ['GetServerCertificate', 'DeleteServerCertificate'])
    assert.equal(await at.outcome(action, www), missing)
  assert.equal(await rename('www', 'other'), missing)
  for (let n = 2; n < 20; n++) await at.call(...upload({ ServerCertificateName: `n${n}` }))
  assert.equal(
    await at.outcome(...upload()),
    'LimitExceeded: Cannot exceed quota for ServerCertificatesPerAccount: 20',
  )
  assert.equal(await at.outcome('DeleteServerCertificate', { ServerCertificateName: 'n2' }), '200')
  assert.equal(await at.outcome(...upload()), '200')
})

test('each operation is decided on the ARN with its path, an update on both', async () => {
  await using at = await openIam()
  await at.call(...upload({ Path: '/cdn/' }))
  const on = (...resources: readonly string[]) =>
    resources.map((path) => arnOf(`server-certificate${path}`))
  const may = (action: string, resources: string[]) =>
    at.as(userCaller({ layers: { identity: [allow(`iam:${action}`, resources)] } }))
  const renamed = { ...www, NewServerCertificateName: 'web', NewPath: '/edge/' }
  for (const [action, input, needed] of [
    [...upload({ Path: '/cdn/', ServerCertificateName: 'new' }), on('/cdn/new')],
    ['GetServerCertificate', www, on('/cdn/www')],
    ['ListServerCertificates', { PathPrefix: '/cdn/' }, on('/cdn/')],
    ['UpdateServerCertificate', renamed, on('/cdn/www', '/edge/web')],
    ['DeleteServerCertificate', { ServerCertificateName: 'web' }, on('/edge/web')],
  ] as const) {
    for (const missing of needed) {
      const others = [...needed.filter((one) => one !== missing), ...on('/x', '/www')]
      assert.equal(codeOf(await may(action, others)(action, input)), 'AccessDenied', action)
    }
    assert.equal((await may(action, [...needed])(action, input)).status, 200, action)
  }
  const tagged = { 'Tags.member.1.Key': 'team', 'Tags.member.1.Value': 'web' }
  const untagged = policy('identity', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'iam:UploadServerCertificate', Resource: '*' }],
  })
  const noTags = at.as(userCaller({ layers: { identity: [untagged] } }))
  assert.equal(codeOf(await noTags(...upload(tagged))), 'AccessDenied')
})
