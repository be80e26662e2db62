import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createParties } from '../../src/sessions/parties.ts'
import type { Reads } from '../../src/store/store.ts'
import { account, allow, document, openRooms } from './scene.ts'

const policyArn = (name: string) => `arn:aws:iam::${account}:policy/${name}`
const trust = document({ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' })
const settings = {
  users: ['ada', 'bob', 'cem'].map((name) => ({
    ...{ name, groups: ['all'], attachedPolicies: [policyArn('Read')] },
    permissionsBoundary: policyArn('Boundary'),
  })),
  groups: [{ name: 'all', attachedPolicies: [policyArn('Write')] }],
  policies: ['Read', 'Write', 'Boundary'].map((name) => ({
    ...{ name, document: document(allow('iam:Get*')) },
  })),
  roles: [{ name: 'App', trustPolicy: trust }],
}

async function openParties() {
  const rooms = await openRooms(settings)
  const { store } = rooms
  let rows = 0
  const list: Reads['list'] = async (kind, of, page) => {
    const found = await store.reads.list(kind, of, page)
    rows += found.length
    return found
  }
  const parties = createParties({ ...store, reads: { ...store.reads, list } })
  return {
    ...rooms,
    rowsRead: () => rows,
    ask: (most = 100) => parties({ partition: 'aws', account, organization: undefined, most }),
  }
}

test('parties are read once, and again when one of their records changes', async () => {
  await using scene = await openParties()
  const { parties, isCut } = await scene.ask()
  assert.deepEqual(
    parties.map(({ arn }) => arn.split(':').at(-1)),
    ['root', 'user/ada', 'user/bob', 'user/cem', 'role/App'],
  )
  assert.equal(isCut, false)
  const [before, { byArn }] = [scene.rowsRead(), await scene.ask()]
  assert.equal(byArn.size, 5)
  assert.equal(scene.rowsRead(), before)
  await scene.store.transact(async (tx) => {
    const bob = (await tx.find('user', account, 'bob'))!
    await tx.update('user', account, 'bob', { ...bob, attachedPolicies: [] })
  })
  const anew = (await scene.ask()).byArn.get(`arn:aws:iam::${account}:user/bob`)
  assert.deepEqual(
    anew?.identity.map(({ id }) => id),
    [policyArn('Write')],
  )
  await scene.store.transact(async (tx) => {
    const group = (await tx.find('group', account, 'all'))!
    await tx.update('group', account, 'all', { ...group, attachedPolicies: [] })
  })
  assert.deepEqual((await scene.ask()).byArn.get(anew!.arn)?.identity, [])
})

test('parties with the same policies have the very same lists of them', async () => {
  await using scene = await openParties()
  const { parties } = await scene.ask()
  const [, ada, bob] = parties
  assert.equal(ada?.identity.length, 2)
  assert.equal(ada?.identity, bob?.identity)
  assert.equal(ada?.boundary, bob?.boundary)
})

test('of too many parties the first are told, and users leave room for roles', async () => {
  await using scene = await openParties()
  for (const [most, told] of [
    [2, 2],
    [4, 4],
    [5, 5],
  ] as const) {
    const { parties, isCut } = await scene.ask(most)
    assert.deepEqual([parties.length, isCut], [told, most < 5])
    assert.equal(parties.at(-1)?.arn, `arn:aws:iam::${account}:role/App`)
  }
})
