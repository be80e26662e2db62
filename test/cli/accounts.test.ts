import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { type AccountsAsked, accountsCommand } from '../../src/cli/accounts.ts'
import { check } from '../../src/cli/check.ts'
import type { Keys } from '../journeys/aws-cli.ts'
import { iamCall, signedCall } from '../journeys/broker.ts'
import { openRunning } from '../journeys/running.ts'

const own = '111122223333'
const opened = '444455556666'
const passwordHash =
  '$argon2id$v=19$m=19456,t=2,p=1' +
  '$iz/BiLSw/in64wTZ/aeF3w$rtH8t1HlydiVhFUpp3NZB8b3yisPK/hkhRGe7aKwIFE'
const rootKey = { AccessKeyId: 'AKIAROOTROOTROOTROO2', SecretAccessKey: 'a'.repeat(40) }
const placed = (id: string, alias: string, key = '') =>
  `  "${id}":\n    alias: ${alias}\n${key && `    rootAccessKeys: [${key}]\n`}`
const house = `accounts:\n${placed(
  own,
  'house',
  `{ accessKeyId: ${rootKey.AccessKeyId}, secretAccessKey: ${rootKey.SecretAccessKey} }`,
)}`

async function openScene(settings = house) {
  const running = await openRunning(settings)
  const config = join(running.folder, 'gatehouse.yaml')
  const write = (accounts: string) =>
    writeFile(
      config,
      `publicUrl: http://localhost:1
store: { sqlite: ${join(running.folder, 'gatehouse.db')} }
keys: { rootKey: { file: ${join(running.folder, 'root.key')} } }
audit: { file: ${join(running.folder, 'audit.jsonl')} }
${accounts}`,
    )
  await write(settings)
  const run = async (asked: Omit<AccountsAsked, 'config'>) => {
    const [out, err]: [string[], string[]] = [[], []]
    const output = { out: (line: string) => void out.push(line), err: (l: string) => err.push(l) }
    const code = await accountsCommand({ config, ...asked }, {}, output)
    return { code, out: out.join('\n'), err: err.join('\n') }
  }
  const open = async (asked: Omit<AccountsAsked, 'config' | 'verb'>): Promise<Keys> => {
    const { code, out, err } = await run({ ...asked, verb: 'open', json: true })
    assert.equal(code, 0, err)
    const { rootAccessKey } = JSON.parse(out)
    return {
      AccessKeyId: rootAccessKey?.accessKeyId,
      SecretAccessKey: rootAccessKey?.secretAccessKey,
    }
  }
  const now = () => running.clock.now()
  const fact = (xml: string) => /<(Arn|Code|Alias|AccountAlias|member)>(.*?)</.exec(xml)?.[2]
  const who = async (keys: Keys) =>
    fact(await signedCall(running.origin, keys, { Action: 'GetCallerIdentity' }, now()))
  return {
    ...running,
    config,
    write,
    run,
    open,
    sts: (keys: Keys, Action: string, more = {}) =>
      signedCall(running.origin, keys, { Action, ...more }, now()),
    iam: (keys: Keys, Action: string, more = {}) =>
      iamCall(running.origin, keys, { Action, ...more }, now()),
    who,
    /** Waits until the server has seen the command, as it sees a commit of another process. */
    becomes: async (keys: Keys, wanted: string) => {
      const until = AbortSignal.timeout(60_000)
      while ((await who(keys)) !== wanted) until.throwIfAborted()
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  }
}

const keysIn = (xml: string): Keys => {
  const value = (name: string) => new RegExp(`<${name}>(.*?)<`).exec(xml)?.[1] ?? ''
  const SessionToken = value('SessionToken')
  return {
    AccessKeyId: value('AccessKeyId'),
    SecretAccessKey: value('SecretAccessKey'),
    ...(SessionToken && { SessionToken }),
  }
}

test('an account opened by command has its own root, and closing it ends every call', async () => {
  await using scene = await openScene()
  const { open, run, iam, sts, who, becomes } = scene
  const root = await open({ id: opened, alias: 'staging' })
  assert.equal(await who(root), `arn:aws:iam::${opened}:root`)
  for (const keys of [root, rootKey]) await iam(keys, 'CreateUser', { UserName: 'ada' })
  const user = keysIn(await iam(root, 'CreateAccessKey', { UserName: 'ada' }))
  assert.equal(await who(user), `arn:aws:iam::${opened}:user/ada`)
  assert.match(
    await iam(user, 'ListUsers'),
    /AccessDenied/,
    'the same name has no rights of others',
  )
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { AWS: [`arn:aws:iam::${opened}:user/ada`, own] },
      Action: 'sts:AssumeRole',
    },
  })
  await iam(root, 'CreateRole', { RoleName: 'Reader', AssumeRolePolicyDocument })
  const role = { RoleArn: `arn:aws:iam::${opened}:role/Reader`, RoleSessionName: 'reading' }
  const session = keysIn(await sts(user, 'AssumeRole', role))
  assert.match(String(await who(session)), /assumed-role\/Reader\/reading$/)
  const rootSession = keysIn(await sts(root, 'GetSessionToken'))

  assert.deepEqual(await run({ verb: 'close', id: opened }), {
    code: 0,
    out: `closed: ${opened}`,
    err: '',
  })
  await becomes(root, 'InvalidClientTokenId')
  assert.equal(await who(user), 'InvalidClientTokenId')
  for (const keys of [session, rootSession])
    assert.match(String(await who(keys)), /InvalidClientTokenId|ExpiredToken/)
  assert.match(await sts(rootKey, 'AssumeRole', role), /AccessDenied/)
  assert.equal((await fetch(`${scene.origin}/signin?account=staging`)).status < 500, true)
  assert.match(
    await iam(rootKey, 'CreateAccountAlias', { AccountAlias: 'staging' }),
    /AccessDenied|EntityAlreadyExists/,
  )

  const again = await run({ verb: 'open', id: opened })
  assert.deepEqual([again.code, again.out], [0, `opened again, with what it held: ${opened}`])
  await becomes(root, `arn:aws:iam::${opened}:root`)
  assert.equal(await who(user), `arn:aws:iam::${opened}:user/ada`)
  assert.match(await iam(root, 'ListAccountAliases'), /staging/)
  for (const keys of [session, rootSession]) assert.equal(await who(keys), 'ExpiredToken')
})

test('an opened account is the settings’ once they name it, also a closed one', async () => {
  await using scene = await openScene()
  const { open, run, who, becomes, reload, write } = scene
  const root = await open({ id: opened, alias: 'staging' })
  await run({ verb: 'close', id: opened })
  const both = `${house}${placed(opened, 'prod')}`
  await run({ verb: 'open', id: opened })
  await write(both)
  const said: string[] = []
  assert.equal(await check(scene.config, {}, { out: () => {}, err: (line) => said.push(line) }), 0)
  assert.doesNotMatch(said.join(), /made through the API/, 'the settings take it over')
  await write(house)
  await run({ verb: 'close', id: opened })
  await reload(both)
  await write(both)
  assert.equal(await who(root), `arn:aws:iam::${opened}:root`, 'its keys stay')
  const list = JSON.parse((await run({ verb: 'list', json: true })).out)
  assert.deepEqual(
    list.map(({ createdAt: _, ...told }: { createdAt: string }) => told),
    [
      { id: own, alias: 'house', state: 'open', by: 'settings' },
      { id: opened, alias: 'prod', state: 'open', by: 'settings' },
    ],
  )
  for (const verb of ['open', 'close'] as const)
    assert.match((await run({ verb, id: opened })).err, /stands in the settings, which decide/)
  await write(house)
  assert.match((await run({ verb: 'close', id: opened })).err, /by the settings `.*remove it there/)
  await reload(house)
  assert.equal(await who(root), 'InvalidClientTokenId')
  assert.match((await run({ verb: 'list' })).out, new RegExp(`${opened} +removed`))
  await run({ verb: 'open', id: opened })
  await becomes(root, `arn:aws:iam::${opened}:root`)
})

test('an account whose root another manages gets no key, and wrong words open none', async () => {
  await using scene = await openScene()
  const { open, run } = scene
  assert.deepEqual(await open({ id: opened, rootManagedBy: own, partition: 'aws-cn' }), {
    AccessKeyId: undefined,
    SecretAccessKey: undefined,
  })
  const refused = async (asked: Omit<AccountsAsked, 'config' | 'verb'>) => {
    const { code, out, err } = await run({ verb: 'open', ...asked })
    assert.deepEqual([code, out], [1, ''])
    return err
  }
  assert.match(await refused({ id: '12' }), /`12` is no account: expected 12 digits/)
  assert.match(await refused({ id: opened }), /is open already/)
  assert.match(await refused({ id: own }), /stands in the settings/)
  assert.match(await refused({ alias: 'house' }), /the alias `house` is account 111122223333's/)
  assert.match(await refused({ alias: 'A' }), /--alias: expected 3 to 63/)
  assert.match(await refused({ partition: 'mars' }), /--partition: /)
  assert.match(await refused({ rootManagedBy: '999999999999' }), /no open account 999999999999/)
  assert.match(await refused({ id: '777788889999', rootManagedBy: '777788889999' }), /its own root/)
  assert.match((await run({ verb: 'close', id: '999999999999' })).err, /no open account/)
  await run({ verb: 'close', id: opened })
  assert.match(await refused({ id: opened, partition: 'aws' }), /is of partition aws-cn/)
  assert.match((await run({ verb: 'list' })).out, new RegExp(`${opened} +closed +command`))
})

test('an organization binds an account opened by command, and connectors serve it', async () => {
  await using scene = await openScene(`${house}
connectors:
  corp: { type: file, label: Corp, accounts: ["${opened}"], people: [{ username: jonas,
    passwordHash: "${passwordHash}" }] }
organization:
  id: o-exampleorg1
  managementAccount: "${own}"
  root: { id: r-ab12, serviceControl: [FullAWSAccess, NoUsers] }
  accounts: { "${own}": {}, "${opened}": {} }
  serviceControlPolicies:
    NoUsers:
      Version: "2012-10-17"
      Statement: { Effect: Deny, Action: "iam:CreateUser", Resource: "*" }
`)
  const root = await scene.open({ id: opened })
  assert.match(
    await scene.iam(root, 'CreateUser', { UserName: 'ada' }),
    /AccessDenied.*explicit deny in a service control policy/s,
  )
  assert.match(await scene.iam(root, 'CreateGroup', { GroupName: 'team' }), /<GroupName>team</)
})
