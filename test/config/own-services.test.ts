import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crossReferenceWarnings } from '../../src/config/cross-references.ts'
import { readSettings } from '../../src/config/load.ts'
import { ownServices } from '../../src/config/own-services.ts'
import { parsePolicy, summarize, validate, whatCan, whoCan } from '../../src/policy/index.ts'
import { actionReference } from '../../src/reference/action-reference.ts'
import { servicePrefixes } from '../../src/reference/service-prefixes.gen.ts'

const orders = `
  orders:
    accounts: ["111122223333"]
    resources:
      order:
        arn: "arn:\${Partition}:orders:\${Region}:\${Account}:order/\${OrderId}"
        keys: ["aws:ResourceTag/\${TagKey}"]
    keys: { "orders:Channel": String, "orders:Labels": ArrayOfString }
    actions:
      GetOrder: { level: Read, resources: [order] }
      CancelOrder: { level: Write, resources: [order], keys: ["orders:Channel"] }
      ListOrders: { level: List }
`
function read(services: string, account = '') {
  const text = `
publicUrl: https://sso.example.com
store: { sqlite: gatehouse.db }
keys: { rootKey: { file: root.key } }
audit: { file: audit.log }
accounts: { "111122223333": { ${account} } }
services: ${services}
`
  return readSettings(text, 'g.yaml', {})
}
function settingsOf(services: string) {
  const loaded = read(services)
  assert.ok(loaded.ok, JSON.stringify(loaded))
  return loaded.settings
}
const referenceOf = (services: string) =>
  actionReference(ownServices(settingsOf(services).services))
const identity = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] })

test('a declared service is looked up as those of AWS are', async () => {
  const reference = await referenceOf(orders)
  assert.ok(reference.services.includes('orders'))
  assert.deepEqual(
    reference.actions('orders')?.find(({ name }) => name === 'CancelOrder'),
    {
      name: 'CancelOrder',
      level: 'Write',
      needsResource: true,
      resources: ['arn:*:orders:*:*:order/*'],
      keys: ['orders:Channel', 'aws:ResourceTag/${TagKey}'],
    },
  )
  assert.deepEqual(
    reference.keys('orders').find(({ name }) => name === 'orders:Labels'),
    { name: 'orders:Labels', type: 'String', multivalued: true },
  )
  assert.equal((await actionReference()).actions('orders'), undefined)
  assert.ok(reference.actions('s3')?.length)
})

test('validation, summaries, who-can and what-can know its actions and keys', async () => {
  const reference = await referenceOf(orders)
  const order = 'arn:aws:orders:us-east-1:111122223333:order/7'
  const codes = (statement: object) =>
    validate('identity', identity(statement), { reference }).map(({ code }) => code)
  assert.deepEqual(codes({ Action: 'orders:CancelOrder', Resource: order }), [])
  const condition = (key: string) => ({ StringEquals: { [key]: 'web' } })
  const cancel = { Action: 'orders:CancelOrder', Resource: order }
  assert.deepEqual(codes({ ...cancel, Condition: condition('orders:Channel') }), [])
  assert.notDeepEqual(codes({ ...cancel, Condition: condition('orders:Chanel') }), [])
  assert.notDeepEqual(codes({ Action: 'orders:CancelOrdr', Resource: order }), [])
  assert.notDeepEqual(codes({ Action: 'orders:CancelOrder', Resource: 'arn:aws:s3:::x' }), [])

  const parsed = parsePolicy('identity', 'p', identity({ Action: 'orders:*', Resource: '*' }))
  assert.ok(parsed.ok)
  const [row] = summarize([parsed.policy], reference).rows
  assert.equal(row?.service, 'orders')
  const arn = 'arn:aws:iam::111122223333:role/Clerk'
  const party = {
    arn,
    principal: { kind: 'assumed-role', arn, roleArn: arn, account: '111122223333' } as const,
    identity: [parsed.policy],
  }
  const found = whatCan(party, reference).map(({ action }) => action)
  assert.deepEqual(found, ['orders:GetOrder', 'orders:CancelOrder', 'orders:ListOrders'])
  const question = { action: 'orders:GetOrder', resource: order, context: new Map() }
  assert.deepEqual(
    whoCan({ ...question, resourceAccount: '111122223333' }, [party]).direct.map((one) => one.arn),
    [arn],
  )
})

test('the prefixes are those of the reference, and none of them can be declared', async () => {
  const { services } = await actionReference()
  assert.deepEqual(
    services.filter((prefix) => !servicePrefixes.has(prefix)),
    ['gatehouse'],
  )
  for (const taken of ['s3', 'billing', 'sts', 'aws', 'ldap', 'gatehouse']) {
    const loaded = read(orders.replaceAll('orders', taken))
    assert.equal(loaded.ok, false, taken)
    assert.match(JSON.stringify(loaded), /this prefix is taken/)
  }
})

test('a declaration whose parts do not fit each other is refused with its place', () => {
  const cases: readonly (readonly [from: string, to: string, says: RegExp])[] = [
    ['resources: [order]', 'resources: [ordr]', /actions\.GetOrder.*no resource type `ordr`/],
    ['keys: ["orders:Channel"]', 'keys: ["orders:Chanel"]', /no key `orders:Chanel`/],
    ['"orders:Channel": String', '"payroll:Channel": String', /`payroll:Channel` is no key/],
    ['{Partition}:orders', '{Partition}:payroll', /is no ARN of `orders`/],
    ['ListOrders', 'getorder', /declared twice/],
    ['keys: ["orders:Channel"]', 'keys: ["aws:PrincipalTag/team"]', /CancelOrder/],
    ['"orders:Channel": String', '"aws:SourceIp": String', /no key of `orders`/],
    ['level: List', 'level: Listing', /level/],
    ['accounts: ["111122223333"]', 'accounts: []', /accounts/],
    [':order/', ':*', /expected `arn:/],
  ]
  for (const [from, to, says] of cases) {
    const loaded = read(orders.replace(from, to))
    assert.equal(loaded.ok, false, to)
    assert.match(JSON.stringify(loaded), says)
  }
})

test('routes need unsigned payloads, and say every part of the ARN', () => {
  const route = (change: string) =>
    `    payload: unsigned\n    routes: [{ method: GET, path: "/o/{OrderId}", ` +
    `action: GetOrder, resource: order${change}\n`
  assert.equal(read(orders + route(' }]')).ok, true)
  const cases: readonly (readonly [text: string, says: RegExp])[] = [
    [route(' }]').replace('payload: unsigned', 'payload: hashed'), /`routes` need `payload/],
    [route(' }]').replace('GetOrder', 'GetOdor'), /no action `GetOdor`/],
    [route(' }]').replace('GetOrder', 'ListOrders'), /does not act on `order`/],
    [route(' }]').replace(', resource: order', ''), /does not act on `no resource`/],
    [route(' }]').replace('{OrderId}', '{Id}'), /lacks `{OrderId}`/],
    [route(' }]').replace('/o/{', '/o%2F{'), /expected a path/],
  ]
  for (const [text, says] of cases) {
    const loaded = read(orders + text)
    assert.equal(loaded.ok, false, text)
    assert.match(JSON.stringify(loaded), says)
  }
})

test('a service that nobody can run, or whose certificates never count, is warned of', () => {
  const of = (name: string) => `arn:aws:iam::111122223333:role/${name}`
  const lines =
    `    principals: ["${of('Odrers')}"]\n` +
    `    proofs: { role: "${of('Odrers')}", certificates: [{ dns: orders.internal.test }] }\n` +
    `    bearer: { audience: "https://o.test", roles: ["${of('Clrek')}"], ` +
    'scopes: { r: [GetOrder] } }\n'
  const trusting =
    '[{ Effect: Allow, Principal: { AWS: "111122223333" }, Action: "sts:AssumeRole" }]'
  const roles = ['Orders', 'Clerk'].map(
    (name) => `${name}: { trustPolicy: { Version: "2012-10-17", Statement: ${trusting} } }`,
  )
  const more =
    'resources: { "https://o.test": { label: O, scopes: [r] } }\n' +
    'listen: { clientCertificate: { certificate: X-C, verified: X-V }, trustedProxies: [loopback] }'
  const text = (after: string) => `${orders}${lines}${after}`
  const warnings = (after: string) => {
    const loaded = read(text(after), `roles: { ${roles.join(', ')} }`)
    assert.ok(loaded.ok, JSON.stringify(loaded))
    return crossReferenceWarnings(loaded.settings, { awsRegions: [], readyMade: new Map() }).map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    )
  }
  const told = warnings(more)
  assert.equal(told.length, 2, told.join('\n'))
  assert.match(told[0]!, /^services\.orders\.principals\.0: .*Odrers.*role\/Orders/)
  assert.match(told[1]!, /^services\.orders\.bearer\.roles\.0: .*Clrek.*role\/Clerk/)
  const without = warnings(more.split('\n')[0]!)
  assert.match(without.join('\n'), /no certificate counts without/)
})

test('a resource policy of a service that does not parse is refused', () => {
  const policies =
    '    policies: { archive: { Version: "2012-10-17", Statement: { Effect: No } } }\n'
  const loaded = read(orders + policies)
  assert.equal(loaded.ok, false)
  assert.match(JSON.stringify(loaded), /services\.orders\.policies\.archive/)
})
