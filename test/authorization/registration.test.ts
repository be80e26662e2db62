import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type AuthorizationScene,
  account,
  asked,
  type Credentials,
  keys,
  openScene,
  ordersRole,
  otherAccount,
  question,
  received,
  settings,
} from './scene.ts'

const version = '2026-12-02'
const stock = `arn:aws:stock:us-east-1:${otherAccount}:bin/7`
/** Run by the other account's user, who may everything there. */
const document = (change: object = {}) => ({
  accounts: [otherAccount],
  principals: [`arn:aws:iam::${otherAccount}:user/stranger`],
  hosts: ['stock.test'],
  resources: { bin: { arn: 'arn:${Partition}:stock:${Region}:${Account}:bin/${BinId}' } },
  actions: { Count: { level: 'Read', resources: ['bin'] } },
  maxAge: '60s',
  ...change,
})

type Said = Readonly<Record<string, unknown>> & {
  readonly Error?: { readonly Code: string; readonly Message: string }
}

async function call(
  scene: AuthorizationScene,
  name: string,
  input: object = {},
  as: Credentials = keys.stranger,
): Promise<{ readonly status: number; readonly body: Said }> {
  const { status, body } = await scene.ask({ Version: version, ...input }, as, `/services/${name}`)
  return { status, body: body as unknown as Said }
}

function write(
  scene: AuthorizationScene,
  [name, Prefix]: readonly ['create' | 'update', string],
  written: unknown,
  as?: Credentials,
) {
  return call(scene, name, { Prefix, Document: JSON.stringify(written) }, as)
}

async function refused(given: ReturnType<typeof call>, code: string, why: RegExp) {
  const { status, body } = await given
  assert.equal(body.Error?.Code, code, JSON.stringify(body))
  assert.match(body.Error!.Message, why)
  assert.ok(status >= 400)
}

/** What the other account's user may, about whose own request the same user asks. */
async function ask(scene: AuthorizationScene) {
  const place = { path: '/bins/7', host: 'stock.test', service: 'stock' }
  const request = await received(keys.stranger, scene.now(), place)
  const Questions = [question({ Action: 'stock:Count', Resource: stock })]
  return scene.ask(asked(request, { Service: 'stock', Questions }), keys.stranger)
}

test('asks from the call that registers it until the one that deletes it', async () => {
  await using scene = await openScene()
  assert.equal((await ask(scene)).status, 403)
  const { status, body } = await write(scene, ['create', 'stock'], document())
  assert.equal(status, 200, JSON.stringify(body))
  const first = await ask(scene)
  assert.equal(first.body.Answers[0]!.Verdict, 'allow', JSON.stringify(first.body))
  assert.equal(first.body.Answers[0]!.MaxAgeSeconds, 60)

  const got = (await call(scene, 'get', { Prefix: 'stock' })).body
  assert.deepEqual(JSON.parse(got.Document as string), document())
  const [listed] = (await call(scene, 'list')).body.Services as { InForce: boolean; Arn: string }[]
  assert.equal(listed!.InForce, true)
  assert.equal(listed!.Arn, `arn:aws:gatehouse::${otherAccount}:service/stock`)

  await write(scene, ['update', 'stock'], document({ maxAge: '5s' }))
  const second = await ask(scene)
  assert.equal(second.body.Answers[0]!.MaxAgeSeconds, 5)
  assert.notEqual(second.body.Revision, first.body.Revision)

  // Those who kept answers are told, whatever they asked meanwhile.
  const asking = Array.from({ length: 4 }, () => ask(scene))
  assert.equal((await call(scene, 'delete', { Prefix: 'stock' })).status, 200)
  for (const { status: answered } of await Promise.all(asking))
    assert.match(`${answered}`, /200|403/)
  assert.equal((await ask(scene)).status, 403)
  await refused(
    call(scene, 'get', { Prefix: 'stock' }),
    'NoSuchEntity',
    /registered no service stock/,
  )
})

test('takes no prefix of AWS, of Gatehouse, of the settings or of another account', async () => {
  await using scene = await openScene()
  const plain = { accounts: [otherAccount], actions: { Do: { level: 'Read' } } }
  await refused(
    write(scene, ['create', 's3'], plain),
    'ValidationError',
    /taken by a service of AWS/,
  )
  await refused(
    write(scene, ['create', 'iam'], plain),
    'ValidationError',
    /taken by a service of AWS/,
  )
  await refused(write(scene, ['create', 'gatehouse'], plain), 'ValidationError', /taken/)
  await refused(write(scene, ['create', 'orders'], plain), 'EntityAlreadyExists', /orders is taken/)

  const mine = { accounts: [account], actions: { Do: { level: 'Read' } } }
  assert.equal((await write(scene, ['create', 'mine'], mine, keys.orders)).status, 200)
  await refused(write(scene, ['create', 'mine'], plain), 'EntityAlreadyExists', /mine is taken/)
  await refused(write(scene, ['update', 'mine'], plain), 'NoSuchEntity', /no service mine/)
  await refused(call(scene, 'delete', { Prefix: 'mine' }), 'NoSuchEntity', /no service mine/)
  await refused(call(scene, 'get', { Prefix: 'mine' }), 'NoSuchEntity', /no service mine/)
  assert.deepEqual((await call(scene, 'list')).body.Services, [])
})

test('keeps to the account that registers it', async () => {
  await using scene = await openScene()
  const refuse = (change: object, why: RegExp) =>
    refused(write(scene, ['create', 'stock'], document(change)), 'ValidationError', why)
  await refuse({ accounts: [otherAccount, account] }, /not the account that registers it/)
  await refuse({ principals: [`arn:aws:iam::${account}:role/Clerk`] }, /not of the account/)
  const bearer = {
    audience: 'https://orders.test',
    roles: [`arn:aws:iam::${otherAccount}:role/Any`],
    scopes: { read: ['Count'] },
  }
  await refuse({ bearer }, /bearer: tokens of apps/)
  await refuse({ policies: { odd: { Version: '2012-10-17', Statement: [{}] } } }, /policies\.odd/)
  await refuse({ maxAgee: '60s' }, /maxAge/)
})

test('is refused where its document is huge, nested deeply or no JSON', async () => {
  await using scene = await openScene()
  const of = (Document: string) => call(scene, 'create', { Prefix: 'stock', Document })
  await refused(of(`"${'x'.repeat(70_000)}"`), 'ValidationError', /./)
  const deep = (inner: string) =>
    JSON.stringify(document({ policies: { deep: 0 } })).replace('"deep":0', `"deep":${inner}`)
  const levels = 20_000
  const nested = `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`
  await refused(of(deep(nested)), 'ValidationError', /./)
  await refused(of('{"accounts":'), 'ValidationError', /no JSON/)
  await refused(of('null'), 'ValidationError', /./)
  await refused(of('{"__proto__":{}}'), 'ValidationError', /./)
})

test('is registered by nobody without a signature and the permission', async () => {
  await using scene = await openScene()
  const plain = { accounts: [account], actions: { Do: { level: 'Read' } } }
  await refused(write(scene, ['create', 'stock'], plain, keys.ann), 'AccessDenied', /CreateService/)
  await refused(call(scene, 'list', {}, keys.ann), 'AccessDenied', /ListServices/)
  const shown = await fetch(`${scene.house.origin}/services/create`, {
    method: 'POST',
    headers: { authorization: 'Bearer a.b.c' },
    body: JSON.stringify({ Version: version, Prefix: 'stock', Document: JSON.stringify(plain) }),
  })
  assert.ok(shown.status === 400 || shown.status === 403, 'proofs of services are for questions')
  const events = await scene.house.events((all) =>
    all.some(({ eventName }) => eventName === 'ListServices'),
  )
  const denied = events.find(
    ({ eventName, errorCode }) => eventName === 'CreateService' && errorCode,
  )
  assert.ok(denied, 'every try has an event')
})

test('who gives a service a role by its proofs has to be allowed to pass it', async () => {
  await using scene = await openScene()
  const withRole = (role: string, accountOfRole: string) => ({
    accounts: [accountOfRole],
    principals: [role],
    actions: { Count: { level: 'Read' } },
    proofs: { role, certificates: [{ dns: 'stock.internal.test' }] },
  })
  // The user of `orders` may do all that is Gatehouse's, and pass nothing.
  const own = withRole(ordersRole, account)
  const taken = write(scene, ['create', 'stock'], own, keys.orders)
  await refused(taken, 'AccessDenied', /iam:PassRole/)
  const { proofs: _none, ...plain } = own
  assert.equal((await write(scene, ['create', 'stock'], plain, keys.orders)).status, 200)
  const changed = write(scene, ['update', 'stock'], own, keys.orders)
  await refused(changed, 'AccessDenied', /iam:PassRole/)
  const runner = withRole(`arn:aws:iam::${otherAccount}:role/on/shelves/Runner`, otherAccount)
  assert.equal((await write(scene, ['create', 'shelves'], runner)).status, 200)
})

test('a role may be passed to one service alone, by its prefix or its ARN', async () => {
  const arn = (prefix: string) => `arn:aws:gatehouse::${account}:service/${prefix}`
  const statement = (key: string, value: string) =>
    `{ Effect: Allow, Action: "iam:PassRole", Resource: "${ordersRole}", ` +
    `Condition: { ${key}: ${value} } }`
  const pass = `Pass: { Version: "2012-10-17", Statement: [${[
    statement('StringEquals', '{ "iam:PassedToService": stock }'),
    statement('ArnEquals', `{ "iam:AssociatedResourceArn": "${arn('shelves')}" }`),
  ].join()}] }, `
  const text = settings().replace('policies: { Ask:', `policies: { ${pass}Ask:`)
  await using scene = await openScene('', undefined, '', text)
  const withRole = {
    accounts: [account],
    principals: [ordersRole],
    actions: { Count: { level: 'Read' } },
    proofs: { role: ordersRole, certificates: [{ dns: 'stock.internal.test' }] },
  }
  for (const prefix of ['stock', 'shelves'])
    assert.equal((await write(scene, ['create', prefix], withRole, keys.orders)).status, 200)
  const bins = write(scene, ['create', 'bins'], withRole, keys.orders)
  await refused(bins, 'AccessDenied', /iam:PassRole/)
})

test('an account registers as many services as the quota says', async () => {
  const text = `limits: { quotas: { services: 1 } }\n${settings()}`
  await using scene = await openScene('', undefined, '', text)
  const plain = { accounts: [otherAccount], actions: { Do: { level: 'Read' } } }
  assert.equal((await write(scene, ['create', 'bins'], plain)).status, 200)
  await refused(write(scene, ['create', 'racks'], plain), 'LimitExceeded', /ServicesPerAccount: 1/)
  assert.equal((await call(scene, 'delete', { Prefix: 'bins' })).status, 200)
  assert.equal((await write(scene, ['create', 'racks'], plain)).status, 200)
})

test('the settings win over what was registered', async () => {
  await using scene = await openScene()
  assert.equal((await write(scene, ['create', 'stock'], document())).status, 200)
  const { Revision } = (await ask(scene)).body
  const declared = JSON.stringify(document({ principals: [] }))
  await scene.house.reload(`${settings()}  stock: ${declared}\n`)
  assert.equal((await ask(scene)).status, 403)
  const listed = (await call(scene, 'list')).body.Services as { InForce: boolean }[]
  assert.deepEqual(
    listed.map(({ InForce }) => InForce),
    [false],
  )
  await scene.house.reload(settings())
  const again = await ask(scene)
  assert.equal(again.body.Answers[0]!.Verdict, 'allow')
  assert.equal(again.body.Revision, Revision)
})
