import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { selfSigned } from '../../../src/credentials/self-signed.ts'
import { recordingAudit } from '../../audit/recording-audit.ts'
import { account, allow, codeOf, now, userCaller } from '../wire-scene.ts'
import { arnOf, openIam, texts } from './open-iam.ts'

const header =
  'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,' +
  'password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,' +
  'access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,' +
  'access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,' +
  'access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,' +
  'cert_1_last_rotated,cert_2_active,cert_2_last_rotated'
const at0 = '2026-03-04T05:06:07+00:00'
const noKey = 'false,N/A,N/A,N/A,N/A'
const noCertificate = 'false,N/A'

type Scene = Awaited<ReturnType<typeof openIam>>
const contentOf = (answer: { readonly body: string }) =>
  Buffer.from(texts(answer, 'Content')[0]!, 'base64').toString()
async function report(at: Scene): Promise<readonly string[]> {
  await at.call('GenerateCredentialReport')
  return contentOf(await at.call('GetCredentialReport')).split('\n')
}

test('a report has a line for the root and one for each user, byte for byte', async () => {
  const used = new Map<string, string>()
  await using at = await openIam({
    keyUses: {
      find: async (id) =>
        used.has(id) ? { at: now, service: 'sts', region: 'eu-central-1' } : undefined,
    },
  })
  await at.call('UpdateAccountPasswordPolicy', { MaxPasswordAge: '90' })
  await at.make('user', { name: 'Ann', path: '/a/' })
  await at.make('user', { name: 'b,"c' })
  await at.call('CreateLoginProfile', { UserName: 'Ann', Password: 'Correct-Horse-1' })
  const key = await at.call('CreateAccessKey', { UserName: 'Ann' })
  used.set(texts(key, 'AccessKeyId')[0]!, 'used')
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const until = new Date('2030-01-01T00:00:00Z')
  const fields = { commonName: 'a', from: now, until, serial: Buffer.alloc(8, 1) }
  const CertificateBody = String(selfSigned(privateKey, fields))
  await at.call('UploadSigningCertificate', { UserName: 'Ann', CertificateBody })
  const [first, root, ann, other, ...more] = await report(at)
  assert.equal(first, header)
  const created = (await at.store.reads.find('account', account, 'account'))!.createdAt
  assert.equal(
    root,
    `<root_account>,${arnOf('root')},${created.slice(0, 19)}+00:00,` +
      `not_supported,no_information,not_supported,not_supported,false,` +
      `${noKey},${noKey},${noCertificate},${noCertificate}`,
  )
  assert.equal(
    ann,
    `Ann,${arnOf('user/a/Ann')},${at0},true,no_information,${at0},2026-06-02T05:06:07+00:00,` +
      `false,true,${at0},${at0},eu-central-1,sts,${noKey},true,${at0},${noCertificate}`,
  )
  assert.equal(
    other,
    `"b,""c","${arnOf('user/b,""c')}",${at0},false,N/A,N/A,N/A,false,` +
      `${noKey},${noKey},${noCertificate},${noCertificate}`,
  )
  assert.deepEqual(more, [])
  assert.deepEqual(at.bugs, [])
})

test('a report is there for four hours after it was asked for, and made anew then', async () => {
  await using at = await openIam()
  assert.match(await at.outcome('GetCredentialReport'), /^ReportNotPresent: No report exists/)
  const state = async () => texts(await at.call('GenerateCredentialReport'), 'State')[0]
  assert.equal(await state(), 'STARTED')
  assert.equal(await state(), 'COMPLETE')
  const got = await at.call('GetCredentialReport')
  assert.deepEqual(texts(got, 'ReportFormat'), ['text/csv'])
  assert.deepEqual(texts(got, 'GeneratedTime'), ['2026-03-04T05:06:07Z'])
  await at.make('user', { name: 'late' })
  assert.equal(await state(), 'COMPLETE')
  assert.equal(contentOf(await at.call('GetCredentialReport')).split('\n').length, 2)
  const record = (await at.store.reads.find('credentialReport', account, 'parts'))!
  const createdAt = new Date(now.getTime() - 4 * 3_600_000).toISOString()
  await at.store.transact((tx) =>
    tx.update('credentialReport', account, 'parts', { ...record, createdAt }),
  )
  const expired = await at.call('GetCredentialReport')
  assert.equal(codeOf(expired), 'ReportExpired')
  assert.equal(expired.status, 410)
  assert.equal(await state(), 'STARTED')
  assert.equal(contentOf(await at.call('GetCredentialReport')).split('\n').length, 3)
})

test('reports that are asked for at once are made once', async () => {
  await using at = await openIam()
  const states = await Promise.all(
    Array.from({ length: 5 }, async () =>
      texts(await at.call('GenerateCredentialReport'), 'State').at(0),
    ),
  )
  assert.equal(states.filter((state) => state === 'STARTED').length, 1)
  for (const state of states) assert.ok(state && /STARTED|INPROGRESS|COMPLETE/.test(state))
})

test('a report of many users is read in pages and leaves none out', async () => {
  await using at = await openIam()
  for (let n = 0; n < 400; n++) await at.make('user', { name: `user-${n}` })
  const lines = await report(at)
  assert.equal(lines.length, 402)
  assert.equal(new Set(lines).size, 402)
  const kept = await at.store.reads.list('credentialReport', account, { limit: 100 })
  assert.ok(kept.length > 2, `${kept.length} records`)
  for (const { record } of kept) assert.ok(record.content.length <= 8 * 1024)
})

test('a report that an earlier Gatehouse kept whole is read, and replaced', async () => {
  await using at = await openIam()
  const kept = (createdAt: string, content: string) => ({
    ...({ account, createdAt, managedBy: 'api', content } as const),
  })
  await at.store.transact(async (tx) => {
    await tx.insert('credentialReport', account, 'report', kept(now.toISOString(), ''))
    await tx.insert('credentialReport', account, 'content', kept(now.toISOString(), 'user,arn'))
  })
  assert.equal(contentOf(await at.call('GetCredentialReport')), 'user,arn')
  const earlier = new Date(now.getTime() - 5 * 3_600_000).toISOString()
  await at.store.transact(
    async (tx) => void (await tx.update('credentialReport', account, 'report', kept(earlier, ''))),
  )
  assert.equal((await report(at)).length, 2)
  const keys = await at.store.reads.list('credentialReport', account, { limit: 9 })
  assert.deepEqual(
    keys.map(({ key }) => key),
    ['part/000000', 'parts'],
  )
})

test('who may make a report may not read it, and the trail has none of it', async () => {
  const events: Parameters<typeof recordingAudit>[0] = []
  await using at = await openIam({ audit: recordingAudit(events) })
  await at.make('user', { name: 'in-the-report' })
  const may = (action: string) => at.as(userCaller({ layers: { identity: [allow(action)] } }))
  const maker = may('iam:GenerateCredentialReport')
  assert.equal((await maker('GenerateCredentialReport')).status, 200)
  assert.equal(codeOf(await maker('GetCredentialReport')), 'AccessDenied')
  const reader = may('iam:GetCredentialReport')
  assert.equal(codeOf(await reader('GenerateCredentialReport')), 'AccessDenied')
  assert.match(contentOf(await reader('GetCredentialReport')), /in-the-report/)
  assert.ok(events.length > 3)
  assert.doesNotMatch(JSON.stringify(events), /in-the-report/)
})
