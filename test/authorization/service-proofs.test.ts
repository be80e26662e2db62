import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { SignJWT } from 'jose'
import { createAsk } from '../../src/client/ask.ts'
import { readSettings } from '../../src/config/load.ts'
import certificates from './certificates.json' with { type: 'json' }
import { account, asked, keys, openScene, ordersRole, received, settings } from './scene.ts'

const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwk = JSON.stringify({ ...own.publicKey.export({ format: 'jwk' }), kid: 'one' })
const proofsOf = (proofs: string) => `    proofs: { role: "${ordersRole}", ${proofs} }`
const names = 'clientCertificate: { certificate: X-Cert, verified: X-Verify }'
const startsAt = new Date('2026-11-30T09:00:00Z')

interface Posted {
  readonly status: number
  readonly Answers?: readonly { readonly Verdict: string }[]
  readonly Revision?: string
  readonly Error?: { readonly Code: string; readonly Message: string }
}
type Scene = Awaited<ReturnType<typeof openScene>>

async function post(
  scene: Scene,
  headers: Record<string, string>,
  change: object = {},
  path = '/authorize',
): Promise<Posted> {
  const body = { ...asked(await received(keys.ann, scene.now())), ...change }
  const answer = await fetch(`${scene.house.origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return { status: answer.status, ...((await answer.json()) as object) }
}

const said = ({ status, Answers, Error: error }: Posted) =>
  Answers?.[0]?.Verdict ?? `${status} ${error?.Code}`

test('a service proves itself by the certificate that a trusted proxy tells of', async () => {
  const rules = proofsOf('certificates: [{ dns: orders.internal.test }]')
  const trusting = `, trustedProxies: [loopback], ${names}`
  await using scene = await openScene(rules, startsAt, trusting)
  const verified = { 'x-cert': certificates.orders, 'x-verify': 'SUCCESS' }
  assert.equal(said(await post(scene, verified)), 'allow')
  const refused: Record<string, Record<string, string>> = {
    'another service': { ...verified, 'x-cert': certificates.payroll },
    'not verified': { 'x-cert': certificates.orders, 'x-verify': 'FAILED:self-signed' },
    'verified by nobody': { 'x-cert': certificates.orders },
    'out of its time': { ...verified, 'x-cert': certificates.ordersOf2020 },
  }
  for (const [what, headers] of Object.entries(refused))
    assert.equal(said(await post(scene, headers)), '403 AccessDenied', what)
  for (const [what, headers] of Object.entries({
    nothing: {},
    rubbish: { 'x-cert': 'AAAA', 'x-verify': 'SUCCESS' },
    two: { ...verified, 'x-cert': `${certificates.orders}, ${certificates.orders}` },
  }))
    assert.equal(said(await post(scene, headers)), '403 MissingAuthenticationToken', what)
  const [question] = asked(await received(keys.ann, scene.now())).Questions
  const other = { Service: 'payroll', Questions: [{ ...question, Action: 'payroll:Pay' }] }
  assert.equal(said(await post(scene, verified, other)), '403 AccessDenied', 'another prefix')
  assert.equal(said(await post(scene, verified, { Service: 'x'.repeat(9000) })), '403 AccessDenied')
  const bad = { ...verified, authorization: 'AWS4-HMAC-SHA256 Credential=x' }
  assert.notEqual(said(await post(scene, bad)), 'allow', 'a signature that is wrong counts first')
  const calls = { Version: '2026-12-01', Calls: [{ Operation: 'ListUsers', Parameters: '{}' }] }
  const batch = await post(
    scene,
    verified,
    { ...feed, Service: undefined, ...calls },
    '/batch/read',
  )
  assert.equal(said(batch), '403 MissingAuthenticationToken', 'it serves for questions alone')
  const { Revision } = await post(scene, verified, feed, '/authorize/changes')
  assert.match(Revision ?? '', /^[0-9a-f]{12}\.\d+$/)
  const events = await scene.house.events((all) => all.some((e) => e.eventName === 'Authorize'))
  const event = events.find(({ eventName }) => eventName === 'Authorize')
  const { connector, identity, session } = event!.additionalEventData.gatehouse
  assert.equal(event?.userIdentity.arn, `arn:aws:sts::${account}:assumed-role/OrdersService/orders`)
  assert.deepEqual([connector, session], ['certificate', 'orders'])
  assert.match(identity?.subject ?? '', /^certificate [0-9a-f]{64}$/)
  assert.ok(!('accessKeyId' in event!.userIdentity))
})

const feed = { Request: undefined, From: undefined, Questions: undefined }

test('a certificate counts from the proxy alone, and a pinned one needs no CA', async () => {
  const verified = { 'x-cert': certificates.orders, 'x-verify': 'SUCCESS' }
  {
    const rules = proofsOf('certificates: [{ dns: orders.internal.test }]')
    const listener = `, trustedProxies: [192.0.2.1], ${names}`
    await using scene = await openScene(rules, startsAt, listener)
    assert.equal(said(await post(scene, verified)), '403 MissingAuthenticationToken')
  }
  const pem = `-----BEGIN CERTIFICATE-----\\n${certificates.orders}\\n-----END CERTIFICATE-----`
  const rules = proofsOf(`certificates: [{ pem: "${pem}" }]`)
  const listener = `, trustedProxies: [loopback], ${names}`
  await using scene = await openScene(rules, startsAt, listener)
  assert.equal(said(await post(scene, { 'x-cert': certificates.orders })), 'allow')
  const forged = { ...verified, 'x-cert': certificates.payroll }
  assert.equal(said(await post(scene, forged)), '403 AccessDenied')
})

interface Claims {
  readonly key?: KeyObject
  readonly kid?: string
  readonly typ?: string
  readonly claims?: Readonly<Record<string, unknown>>
}
let count = 0
/** An assertion of the service orders about itself. */
async function assertion(scene: Scene, { key = own.privateKey, kid = 'one', typ, claims }: Claims) {
  const seconds = Math.floor(scene.now().getTime() / 1000)
  const audience = `${scene.house.origin}/authorize`
  const payload = {
    ...{ iss: 'orders', sub: 'orders', aud: audience, jti: `j${count++}` },
    ...{ iat: seconds, exp: seconds + 60 },
    ...claims,
  }
  const jwt = new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid, ...(typ && { typ }) })
  return { authorization: `Bearer ${await jwt.sign(key)}` }
}

test('a service proves itself by an assertion of its own, once', async () => {
  await using scene = await openScene(proofsOf(`keys: [${jwk}]`), startsAt)
  const at = (change: Claims = {}) => assertion(scene, change)
  const first = await at()
  assert.equal(said(await post(scene, first)), 'allow')
  assert.equal(said(await post(scene, first)), '403 AccessDenied', 'a replay')
  const both = await at()
  const [one, two] = await Promise.all([post(scene, both), post(scene, both)])
  assert.deepEqual([said(one), said(two)].toSorted(), ['403 AccessDenied', 'allow'], 'at once')
  const seconds = Math.floor(scene.now().getTime() / 1000)
  const { origin } = scene.house
  const refused: Record<string, Claims> = {
    'of another key': { key: stranger.privateKey },
    'for the token endpoint': { claims: { aud: `${origin}/oauth2/token` } },
    'for two': { claims: { aud: [`${origin}/authorize`, 'https://other.test'] } },
    'of another service': { claims: { iss: 'payroll', sub: 'payroll' } },
    'about another service': { claims: { sub: 'payroll' } },
    'of an issuer that nobody trusts': { claims: { iss: 'https://login.test' } },
    'without an id': { claims: { jti: undefined } },
    expired: { claims: { iat: seconds - 120, exp: seconds } },
    'issued in the future': { claims: { iat: seconds + 300, exp: seconds + 360 } },
    'for a day': { claims: { exp: seconds + 86_400 } },
    'that is an access token': { typ: 'at+jwt' },
    'that is a request object': { typ: 'oauth-authz-req+jwt' },
  }
  for (const [what, change] of Object.entries(refused)) {
    const { status, Error: error } = await post(scene, await at(change))
    assert.equal(`${status} ${error?.Code}`, '403 AccessDenied', what)
    assert.ok(!/expired|aud|signature/.test(error?.Message ?? ''), 'the reason is the operator’s')
  }
  const payroll = { Service: 'payroll' }
  assert.equal(said(await post(scene, await at(), payroll)), '403 AccessDenied', 'another prefix')
  const query = await fetch(`${scene.house.origin}/?Action=GetCallerIdentity&Version=2011-06-15`, {
    method: 'POST',
    headers: await at(),
  })
  assert.equal(query.ok, false, 'an assertion serves for questions alone')
  const events = await scene.house.events((all) => all.length > 14)
  const details = events.map(({ additionalEventData: { gatehouse } }) => gatehouse.detail)
  assert.ok(details.includes('the assertion was used before'))
  assert.ok(details.includes('the signature is not valid'))
  assert.ok(!JSON.stringify(events).includes('eyJ'), 'the audit log has an assertion')
})

test('the client for Node.js shows assertions, and certificates by its own fetch', async () => {
  const rules = proofsOf(`keys: [${jwk}], certificates: [{ dns: orders.internal.test }]`)
  await using scene = await openScene(rules, startsAt, `, trustedProxies: [loopback], ${names}`)
  const { origin: url } = scene.house
  const one = asked(await received(keys.ann, scene.now()))
  const proving = async () => (await assertion(scene, {})).authorization.slice('Bearer '.length)
  const byKey = createAsk({ url, assertion: proving })
  assert.equal((await byKey.authorize(one)).Answers[0]?.Verdict, 'allow')
  const told = { 'x-cert': certificates.orders, 'x-verify': 'SUCCESS' }
  const byCertificate = createAsk({
    url,
    fetch: (to, init) => fetch(to, { ...init, headers: { ...init?.headers, ...told } }),
  })
  assert.equal((await byCertificate.authorize(one)).Answers[0]?.Verdict, 'allow')
  await assert.rejects(createAsk({ url }).authorize(one), { name: 'NotAnswered', status: 403 })
})

test('the role of a proof decides, and a revocation does not shut the service out', async () => {
  await using scene = await openScene(proofsOf(`keys: [${jwk}]`), startsAt)
  const ask = async () => said(await post(scene, await assertion(scene, {})))
  assert.equal(await ask(), 'allow')
  scene.house.clock.pass(1)
  const revoke = (role: string) =>
    scene.query('sts', `Action=RevokeSessions&Version=2011-06-15&Scope=role&Target=${role}`)
  await revoke('OrdersService')
  scene.house.clock.pass(1)
  assert.equal(await ask(), 'allow', 'its session is made anew')
  scene.house.clock.pass(7200)
  assert.equal(await ask(), 'allow', 'and again once it has ended')
  for (const name of ['Idle', 'Gone']) {
    const role = ordersRole.replace('OrdersService', name)
    await using other = await openScene(`    proofs: { role: "${role}", keys: [${jwk}] }`, startsAt)
    const posted = await post(other, await assertion(other, {}))
    assert.equal(said(posted), '403 AccessDenied', name)
  }
})

test('settings refuse proofs that prove nobody or too much', () => {
  const problems = (proofs: string) => {
    const text = `publicUrl: https://sso.test
store: { sqlite: a.db }
keys: { rootKey: { env: ROOT } }
audit: { file: audit.jsonl }
${settings(`    proofs: { ${proofs} }`)}`
    const read = readSettings(text, '/etc/gatehouse.yaml', { ROOT: 'x' })
    return read.ok ? [] : read.problems.map(({ message }) => message)
  }
  const role = `role: "${ordersRole}"`
  assert.deepEqual(problems(`${role}, keys: [${jwk}]`), [])
  const user = `arn:aws:iam::${account}:user/orders-service`
  const secret = JSON.stringify(own.privateKey.export({ format: 'jwk' }))
  const edwards = JSON.stringify(generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }))
  for (const [proofs, message] of [
    [role, /expected at least one/],
    [`role: "arn:aws:iam::${account}:role/Clerk", keys: [${jwk}]`, /does not stand in/],
    [`role: "${user}", keys: [${jwk}]`, /expected a role/],
    [`${role}, keys: [${secret}]`, /this key is secret/],
    [`${role}, keys: [${edwards}]`, /expected RSA, P-256 or P-384/],
    [`${role}, certificates: [{ dns: "*.test" }]`, /a host in lower case/],
    [
      `${role}, assertions: [{ issuer: "http://a.test", algorithms: [RS256], subjects: [a] }]`,
      /https/,
    ],
  ] as const) {
    const found = problems(proofs)
    assert.ok(
      found.some((one) => message.test(one)),
      `${proofs}: ${found.join('; ')}`,
    )
  }
})
