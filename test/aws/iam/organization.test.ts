import assert from 'node:assert/strict'
import { test } from 'node:test'
import { account, allow, codeOf, now, userCaller } from '../wire-scene.ts'
import { arnOf, openIam, texts } from './open-iam.ts'

const both = ['RootCredentialsManagement', 'RootSessions']
const member = '444455556666'
const made = { createdAt: now.toISOString(), managedBy: 'api', partition: 'aws' } as const

/** The account manages the root of another. */
async function open() {
  const at = await openIam({ settings: { alias: 'acme' } })
  await at.store.transact((tx) =>
    tx.insert('account', member, 'account', { ...made, account: member, rootManagedBy: account }),
  )
  const features = async (action = 'ListOrganizationsFeatures') =>
    texts(await at.call(action), 'member')
  return { ...at, features }
}

test('both features are on at first, each is switched, and a reload leaves them', async () => {
  await using at = await open()
  assert.deepEqual(await at.features(), both)
  const off = await at.call('DisableOrganizationsRootSessions')
  assert.match(off.body, /<OrganizationId>o-[a-z0-9]{10}<\/OrganizationId>/)
  assert.deepEqual(texts(off, 'member'), ['RootCredentialsManagement'])
  assert.deepEqual(await at.features('DisableOrganizationsRootSessions'), [both[0]])
  assert.deepEqual(await at.features('DisableOrganizationsRootCredentialsManagement'), [])
  await at.put({ alias: 'acme-corp' })
  assert.deepEqual(await at.features(), [])
  assert.deepEqual(await at.features('EnableOrganizationsRootSessions'), ['RootSessions'])
  assert.deepEqual(await at.features('EnableOrganizationsRootCredentialsManagement'), both)
  assert.deepEqual(at.bugs, [])
})

test('an account that manages no other has no features to switch', async () => {
  await using at = await openIam()
  const actions = [
    'ListOrganizationsFeatures',
    'EnableOrganizationsRootSessions',
    'DisableOrganizationsRootSessions',
    'EnableOrganizationsRootCredentialsManagement',
    'DisableOrganizationsRootCredentialsManagement',
  ]
  for (const action of actions)
    assert.equal(
      await at.outcome(action),
      `OrganizationNotFoundException: The account ${account} is in no organization.`,
    )
  const record = (await at.store.reads.find('account', account, 'account'))!
  await at.store.transact((tx) =>
    tx.update('account', account, 'account', { ...record, rootManagedBy: member }),
  )
  for (const action of actions)
    assert.match(
      await at.outcome(action),
      /^AccountNotManagementOrDelegatedAdministratorException: The account/,
    )
})

test('who may list the features may not switch them', async () => {
  await using at = await open()
  const may = (action: string) =>
    at.as(userCaller({ layers: { identity: [allow(action, ['*', arnOf('root')])] } }))
  const reader = may('iam:ListOrganizationsFeatures')
  assert.equal((await reader('ListOrganizationsFeatures')).status, 200)
  for (const action of [
    'EnableOrganizationsRootSessions',
    'DisableOrganizationsRootSessions',
    'EnableOrganizationsRootCredentialsManagement',
    'DisableOrganizationsRootCredentialsManagement',
  ]) {
    assert.equal(codeOf(await reader(action)), 'AccessDenied', action)
    assert.equal((await may(`iam:${action}`)(action)).status, 200, action)
  }
})
