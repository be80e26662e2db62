import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { IAMClient, ListAccessKeysCommand, ListUsersCommand } from '@aws-sdk/client-iam'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import type { CallDifference } from '../../../src/aws/replay/call-differences.ts'
import { type ReplayAsked, replay } from '../../../src/cli/replay/replay.ts'
import { Browser } from '../../http/browser.ts'
import {
  demoSettings,
  openRunning,
  type RunningHere,
  settingsText,
} from '../../journeys/running.ts'

async function signIn(running: RunningHere, username: string): Promise<void> {
  const browser = new Browser(running.origin)
  const { csrf: _csrf } = await browser.get('/signin?connector=staff')
  const form = { _csrf, connector: 'staff', username, password: `${username}-demo-2026`, next: '' }
  assert.equal((await browser.post('/signin', form)).status, 303)
}

interface Told {
  readonly people: number
  readonly differing: readonly {
    readonly username: string
    readonly differences: readonly { readonly kind: string; readonly name: string }[]
  }[]
}

/** A server that two people signed in to, and what a replay with edited settings says of it. */
async function openScene(settings?: string, people = ['amina', 'jonas']) {
  const demo = settings ?? (await demoSettings())
  await using undo = new AsyncDisposableStack()
  const running = undo.use(await openRunning(demo))
  const write = async (name: string, rest: string) => {
    const path = join(running.folder, name)
    await writeFile(path, settingsText(running.folder, 'http://localhost:1', [1, 2], { rest }))
    return path
  }
  const config = await write('current.yaml', demo)
  const ask = async (edited: string, more: Partial<ReplayAsked> = {}) => {
    const lines: string[] = []
    const say = (line: string) => void lines.push(line)
    const asked = { config, with: await write('edited.yaml', edited), days: '30', ...more }
    const all = { sourceIp: '127.0.0.1', ...asked }
    const code = await replay(all, process.env, { out: say, err: say })
    return { code, said: lines.join('\n') }
  }
  for (const username of people) await signIn(running, username)
  // What sign-ins proved is kept while nobody waits for it.
  for (let kept = 0; kept < people.length; )
    kept = (JSON.parse((await ask(demo, { json: true })).said) as Told).people
  const owned = undo.move()
  return { demo, running, ask, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

test('tells who would gain, lose and have changed what, and that nobody would', async () => {
  await using scene = await openScene()
  const same = await scene.ask(scene.demo)
  assert.equal(same.code, 0, same.said)
  assert.match(same.said, /^2 people signed in since .*: 0 would gain, 0 lose, 0 have something/)

  const [first, second] = scene.demo.split('  - name: billing for admins')
  const edited = [
    first!.replace('"developers" in', '"admins" in').replace('maxDuration: 8h', 'maxDuration: 2h'),
    second!.replace('"admins" in', '"developers" in'),
  ].join('  - name: billing for admins')
  const { code, said } = await scene.ask(edited, { json: true })
  assert.equal(code, 2, said)
  const told = (JSON.parse(said) as Told).differing
    .map(({ username, differences }) => [
      username,
      ...differences.map(({ kind, name }) => `${kind} ${name.split('/')[1]}`),
    ])
    .sort()
  assert.deepEqual(told, [
    ['amina', 'changes Developer'],
    ['jonas', 'gains BillingViewer', 'loses Developer'],
  ])
  const text = (await scene.ask(edited)).said
  assert.match(text, /changes {2}role {2}\S+Developer: maxDurationSeconds: 28800 → 7200/)
  assert.match(text, /loses {4}role {2}\S+Developer: rule `developers`: .*admins/)
  assert.match(text, /1 would gain, 1 lose, 1 have something changed/)
})

test('judges by the trust policies of the edited settings', async () => {
  await using scene = await openScene()
  const [before, after] = scene.demo.split('      BillingViewer:\n        description')
  const deny = after!.replace('Effect: Allow', 'Effect: Deny')
  const edited = `${before}      BillingViewer:\n        description${deny}`
  const { code, said } = await scene.ask(edited)
  assert.equal(code, 2)
  assert.match(said, /^amina \(staff, signed in .*\)\n {2}loses .*BillingViewer: .*does not trust/)
  assert.match(said, /0 would gain, 1 lose, 0 have/)
})

test('refuses wrong files, days and addresses, and a store that is not there', async () => {
  await using scene = await openScene()
  const refused = async (said: RegExp, edited = scene.demo, more: Partial<ReplayAsked> = {}) => {
    const answer = await scene.ask(edited, more)
    assert.equal(answer.code, 1, answer.said)
    assert.match(answer.said, said)
  }
  await refused(
    /edited\.yaml:\d+:\d+: mappings/,
    scene.demo.replace('identity.groups', 'identity.grups'),
  )
  for (const days of ['0', '401', '1.5', 'x'])
    await refused(/no number of days/, scene.demo, { days })
  await refused(/no IP address/, scene.demo, { sourceIp: 'localhost' })
  await refused(/no such file/, scene.demo, { config: '/nowhere.yaml' })
})

const account = '111122223333'
const signing = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'a'.repeat(40) },
}
const iamSettings = (tagged: string) => `
accounts:
  "${account}":
    users:
      ann:
        accessKeys:
          - accessKeyId: ${signing.credentials.accessKeyId}
            secretAccessKey: ${signing.credentials.secretAccessKey}
        tags: { team: blue }
        policies:
          Own: { Version: "2012-10-17", Statement: [
            { Effect: Allow, Action: ["sts:AssumeRole", "sts:TagSession"], Resource: "*" },
            { Effect: Allow, Action: "iam:ListAccessKeys", Resource: "*" }] }
    roles:
      Looker:
        trustPolicy: { Version: "2012-10-17", Statement: [{ Effect: Allow,
          Principal: { AWS: "${account}" }, Action: ["sts:AssumeRole", "sts:TagSession"] }] }
        policies:
          Look: { Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "iam:ListUsers",
            Resource: "*", Condition: { StringEquals: { "aws:PrincipalTag/team": ${tagged} } } }] }
`

test('decides calls of the log again, with the tags and policies of their sessions', async () => {
  await using scene = await openScene(iamSettings('blue'), [])
  const { origin: endpoint } = scene.running
  const sts = new STSClient({ endpoint, ...signing })
  const take = async (more: object) => {
    const input = { RoleArn: `arn:aws:iam::${account}:role/Looker`, RoleSessionName: 'ann' }
    const Tags = [{ Key: 'team', Value: 'blue' }]
    const { Credentials: made } = await sts.send(new AssumeRoleCommand({ ...input, Tags, ...more }))
    return new IAMClient({
      ...{ endpoint, region: 'us-east-1' },
      credentials: {
        accessKeyId: made!.AccessKeyId!,
        secretAccessKey: made!.SecretAccessKey!,
        sessionToken: made!.SessionToken!,
      },
    })
  }
  const looker = await take({})
  await looker.send(new ListUsersCommand({}))
  await looker.send(new ListUsersCommand({}))
  const deny = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
  }
  const bound = await take({ Policy: JSON.stringify(deny) })
  await assert.rejects(bound.send(new ListUsersCommand({})), /not authorized/)
  const ann = new IAMClient({ endpoint, ...signing })
  await assert.rejects(ann.send(new ListUsersCommand({})), /not authorized/)
  await ann.send(new ListAccessKeysCommand({ UserName: 'ann' }))
  await scene.running.events(7)

  const same = await scene.ask(iamSettings('blue'))
  assert.equal(same.code, 0, same.said)
  assert.match(same.said, /7 calls since then: 0 would be allowed .*, 0 denied/)

  const edited = iamSettings('red').replace('"iam:ListAccessKeys"', '"iam:ListUsers"')
  const { code, said } = await scene.ask(edited, { json: true })
  assert.equal(code, 2)
  const { differences } = JSON.parse(said).calls as { differences: readonly CallDifference[] }
  assert.deepEqual(
    differences.map(({ kind, principal, action, calls }) => [
      ...[kind, principal.split(':')[5], action, calls],
    ]),
    [
      ['loses', 'role/Looker', 'iam:ListUsers', 2],
      ['gains', 'user/ann', 'iam:ListUsers', 1],
      ['loses', 'user/ann', 'iam:ListAccessKeys', 1],
    ],
  )
  const text = (await scene.ask(edited)).said
  assert.match(
    text,
    /user\/ann loses iam:ListAccessKeys \(1 calls, last .*\)\n.*user\/ann because no/,
  )
})
