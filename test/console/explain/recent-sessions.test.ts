import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Shown } from '../../http/browser.ts'
import { credentialsOf, signedCall } from '../../journeys/broker.ts'
import { openRig, type Rig } from '../rig.ts'

const account = '111122223333'
const document = (Action: string | string[], Resource = '*') =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Resource }],
  })

let rig: Rig
before(async () => {
  rig = await openRig({ Looker: JSON.parse(document('iam:GetRole')) })
  await rig.iam('CreateRole', {
    RoleName: 'Taken',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${account}:root` },
          Action: 'sts:AssumeRole',
        },
      ],
    }),
  })
  await rig.iam('PutRolePolicy', {
    RoleName: 'Taken',
    PolicyName: 'Own',
    PolicyDocument: document(['iam:ListUsers', 'iam:ListGroups']),
  })
  await rig.iam('CreateUser', { UserName: 'taker' })
  await rig.iam('PutUserPolicy', {
    UserName: 'taker',
    PolicyName: 'Own',
    PolicyDocument: document('sts:AssumeRole'),
  })
})
after(() => rig[Symbol.asyncDispose]())

const plain = ({ text }: Shown) => text.replaceAll('<wbr>', '').replaceAll('&quot;', '"')

test('a session of the audit log is chosen, and asked about as narrow as it was', async () => {
  const made = await rig.iam('CreateAccessKey', { UserName: 'taker' })
  const of = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(made)?.[1] ?? ''
  const keys = { AccessKeyId: of('AccessKeyId'), SecretAccessKey: of('SecretAccessKey') }
  const answer = await signedCall(
    rig.running.origin,
    keys,
    {
      Action: 'AssumeRole',
      RoleArn: `arn:aws:iam::${account}:role/Taken`,
      RoleSessionName: 'narrow',
      Policy: document('iam:ListUsers'),
    },
    rig.running.clock.now(),
  )
  const { AccessKeyId } = credentialsOf(answer)
  const browser = await rig.consoleAs('Admin')
  const simulator = await browser.get('/console/simulator')
  assert.match(simulator.text, /href="\/console\/simulator\/sessions"[^>]*>Choose a recent session/)
  const list = await browser.get('/console/simulator/sessions?role=Taken')
  assert.equal(list.status, 200)
  assert.match(plain(list), /role\/Taken\/narrow<\/a><span class="sub">with session policies/)
  assert.ok(list.text.includes(`/console/audit?key=${AccessKeyId}`))
  const href = /<a href="(\/console\/simulator\?[^"]+)"/.exec(list.text)?.[1] ?? ''
  const address = new URL(href.replaceAll('&amp;', '&'), rig.running.origin)
  assert.equal(
    address.searchParams.get('principal'),
    `arn:aws:sts::${account}:assumed-role/Taken/narrow`,
  )
  address.searchParams.set('actions', 'iam:ListUsers\niam:ListGroups')
  const decided = plain(await browser.get(address.pathname + address.search))
  assert.match(decided, /1 of 2 allowed/)
  const whole = `/console/simulator?${new URLSearchParams({
    principal: 'role/Taken',
    actions: 'iam:ListUsers\niam:ListGroups',
  })}`
  assert.match(plain(await browser.get(whole)), /2 of 2 allowed/)
})

test('people are found by name; a session of another account is not offered', async () => {
  const browser = await rig.consoleAs('Admin')
  const shown = plain(await browser.get('/console/simulator/sessions?person=amina'))
  assert.match(shown, />role\/Admin\/amina</)
  assert.doesNotMatch(shown, />role\/Taken/)
  const nobody = plain(await browser.get('/console/simulator/sessions?person=nobody'))
  assert.match(nobody, /No session matches/)
})

test('the list needs the permission to look events up', async () => {
  const refused = await (await rig.consoleAs('Looker')).get('/console/simulator/sessions')
  assert.equal(refused.status, 403)
  assert.match(refused.text, /gatehouse:LookupEvents/)
})
