import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { readSshPublicKey } from '../../../src/credentials/ssh-public-key.ts'
import { allow, codeOf, userCaller } from '../wire-scene.ts'
import { arnOf, openIam, texts } from './open-iam.ts'

function newKey() {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = String(publicKey.export({ format: 'pem', type: 'spki' })).trim()
  const read = readSshPublicKey(pem)
  if (typeof read === 'string') throw new Error(read)
  return read
}
const ann = { UserName: 'ann' }

async function open() {
  const at = await openIam()
  await at.make('user', { name: 'ann', path: '/git/' })
  await at.make('user', { name: 'bob' })
  return at
}
const upload = (SSHPublicKeyBody: string, UserName = 'ann') =>
  ['UploadSSHPublicKey', { UserName, SSHPublicKeyBody }] as const

test('a key is uploaded in either encoding and told in both', async () => {
  await using at = await open()
  const key = newKey()
  const made = await at.call(...upload(`${key.ssh} ann@laptop`))
  assert.match(
    made.body,
    new RegExp(
      '<SSHPublicKey><UserName>ann</UserName><SSHPublicKeyId>APKA[A-Z2-7]{17}</SSHPublicKeyId>' +
        `<Fingerprint>${key.fingerprint}</Fingerprint><SSHPublicKeyBody>[^<]*ann@laptop` +
        '</SSHPublicKeyBody><Status>Active</Status><UploadDate>[^<]*</UploadDate>',
    ),
  )
  const SSHPublicKeyId = texts(made, 'SSHPublicKeyId')[0]!
  for (const [Encoding, body] of [
    ['SSH', key.ssh],
    ['PEM', key.pem],
  ] as const) {
    const got = await at.call('GetSSHPublicKey', { ...ann, SSHPublicKeyId, Encoding })
    assert.deepEqual(texts(got, 'SSHPublicKeyBody'), [body])
    assert.deepEqual(texts(got, 'Fingerprint'), [key.fingerprint])
  }
  const asked = { ...ann, SSHPublicKeyId, Encoding: 'DER' }
  assert.match(await at.outcome('GetSSHPublicKey', asked), /^ValidationError.*\[SSH, PEM\]/)
  assert.deepEqual(at.bugs, [])
})

test('a user has five keys at most, none of them twice, each with its own status', async () => {
  await using at = await open()
  const keys = Array.from({ length: 6 }, newKey)
  for (const { pem } of keys.slice(0, 5)) assert.equal(await at.outcome(...upload(pem)), '200')
  assert.equal(
    await at.outcome(...upload(keys[0]!.ssh)),
    'DuplicateSSHPublicKey: The SSH public key is already associated with user ann.',
  )
  assert.equal(
    await at.outcome(...upload(keys[5]!.ssh)),
    'LimitExceeded: Cannot exceed quota for SSHPublicKeysPerUser: 5',
  )
  assert.equal(await at.outcome(...upload(keys[0]!.ssh, 'bob')), '200')
  const page = await at.call('ListSSHPublicKeys', { ...ann, MaxItems: '3' })
  const Marker = texts(page, 'Marker')[0]!
  const rest = await at.call('ListSSHPublicKeys', { ...ann, Marker })
  const ids = [...texts(page, 'SSHPublicKeyId'), ...texts(rest, 'SSHPublicKeyId')]
  assert.deepEqual(ids, ids.toSorted())
  assert.equal(new Set(ids).size, 5)
  assert.deepEqual(texts(page, 'SSHPublicKeyBody'), [])
  const one = { ...ann, SSHPublicKeyId: ids[0]! }
  assert.equal(await at.outcome('UpdateSSHPublicKey', { ...one, Status: 'Inactive' }), '200')
  const listed = await at.call('ListSSHPublicKeys', { ...ann, MaxItems: '1' })
  assert.deepEqual(texts(listed, 'Status'), ['Inactive'])
  assert.match(
    await at.outcome('UpdateSSHPublicKey', { ...one, Status: 'Expired' }),
    /^InvalidInput/,
  )
  assert.equal(
    await at.outcome('DeleteUser', ann),
    'DeleteConflict: Cannot delete entity, must remove referenced objects first.',
  )
  for (const SSHPublicKeyId of ids)
    assert.equal(await at.outcome('DeleteSSHPublicKey', { ...ann, SSHPublicKeyId }), '200')
  assert.equal(await at.outcome('DeleteUser', ann), '200')
})

test('a key of another user, and one that is gone, cannot be found', async () => {
  await using at = await open()
  const made = await at.call(...upload(newKey().ssh))
  const SSHPublicKeyId = texts(made, 'SSHPublicKeyId')[0]!
  const ofBob = { UserName: 'bob', SSHPublicKeyId }
  for (const [action, more] of [
    ['GetSSHPublicKey', { Encoding: 'SSH' }],
    ['UpdateSSHPublicKey', { Status: 'Inactive' }],
    ['DeleteSSHPublicKey', {}],
  ] as const) {
    assert.equal(
      await at.outcome(action, { ...ofBob, ...more }),
      `NoSuchEntity: The Public Key with id ${SSHPublicKeyId} cannot be found.`,
    )
    assert.equal(
      await at.outcome(action, { UserName: 'nobody', SSHPublicKeyId, ...more }),
      'NoSuchEntity: The user with name nobody cannot be found.',
    )
    const may = userCaller({ layers: { identity: [allow(`iam:${action}`, arnOf('user/ann'))] } })
    const input = { ...ann, SSHPublicKeyId, ...more }
    assert.equal(codeOf(await at.as(may)(action, input)), 'AccessDenied', action)
    const path = userCaller({ layers: { identity: [allow(`iam:${action}`, arnOf('user/git/*'))] } })
    assert.equal((await at.as(path)(action, input)).status, 200, action)
  }
})

test('what is no key is told apart from what is no encoding of one', async () => {
  await using at = await open()
  assert.match(await at.outcome(...upload('my key')), /^UnrecognizedPublicKeyEncoding: The public/)
  assert.match(await at.outcome(...upload('ssh-rsa AAAA')), /^InvalidPublicKey: The public key is/)
  assert.deepEqual(texts(await at.call('ListSSHPublicKeys', ann), 'SSHPublicKeyId'), [])
})

test('keys follow a renamed user, and end with one that the settings drop', async () => {
  await using at = await openIam({ settings: { users: [{ name: 'Fixed' }] } })
  await at.make('user', { name: 'ann' })
  await at.call(...upload(newKey().ssh))
  await at.call('UpdateUser', { UserName: 'ann', NewUserName: 'anna' })
  const told = await at.call('ListSSHPublicKeys', { UserName: 'anna' })
  assert.deepEqual(texts(told, 'UserName'), ['anna'])
  await at.call(...upload(newKey().ssh, 'fixed'))
  await at.put({ users: [] })
  await at.put({ users: [{ name: 'Fixed' }] })
  const left = await at.call('ListSSHPublicKeys', { UserName: 'fixed' })
  assert.deepEqual(texts(left, 'SSHPublicKeyId'), [])
})
