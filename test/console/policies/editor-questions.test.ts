import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Browser } from '../../http/browser.ts'
import { openRig, type Rig } from '../rig.ts'

let rig: Rig
before(async () => {
  rig = await openRig()
})
after(() => rig[Symbol.asyncDispose]())

const text = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:getobject', Resource: 'arn:aws:s3:::<b>*' }],
})

test('the editor is told what policies may name, one service at a time', async () => {
  const browser = await rig.consoleAs('Powerless')
  const events = await rig.callsOf(async () => {
    const index = JSON.parse((await browser.get('/console/policy-reference')).text)
    const services = new Map<string, string>(index.services)
    assert.equal(services.get('s3'), 'Amazon S3')
    assert.equal(services.get('gatehouse'), 'Gatehouse')
    assert.ok(index.operators.includes('StringLike') && index.operators.includes('Null'))
    assert.ok(index.keys.some(([name]: [string]) => name === 'aws:SourceIp'))
    const s3 = JSON.parse((await browser.get('/console/policy-reference/s3')).text)
    const get = s3.actions.find(([name]: [string]) => name === 'GetObject')
    assert.equal(get[1], 'Read')
    assert.ok(get[2].some((at: number) => s3.resources[at] === 'arn:*:s3:::*/*'))
    const sts = JSON.parse((await browser.get('/console/policy-reference/sts')).text)
    assert.ok(
      sts.actions.some(([name]: [string]) => name === 'AssumeRoleWithLDAPIdentity'),
      'what Gatehouse adds is there',
    )
  })
  assert.deepEqual(events, [], 'nothing of the account was asked for')
  for (const name of ['nobodys', '__proto__', 'constructor', '%00', 'x'.repeat(2000)])
    assert.equal((await browser.get(`/console/policy-reference/${name}`)).status, 404, name)
})

test('a document is checked: findings with mends, and what the page shows of them', async () => {
  const browser = await rig.consoleAs('Powerless')
  const { csrf } = await browser.get('/console')
  const ask = (fields: Record<string, string>, headers = {}) =>
    browser.post('/console/policy-check', fields, headers)
  const answer = await ask({ _csrf: csrf, holder: 'managed', document: text })
  assert.equal(answer.status, 200)
  const { findings, check, summary } = JSON.parse(answer.text)
  const spelling = findings.find((one: { mend?: unknown }) => one.mend)
  assert.deepEqual(spelling.mend.insert, '"s3:GetObject"')
  assert.match(check, /of 6,144/)
  assert.match(summary, /Amazon S3[\s\S]*&lt;b&gt;/)
  assert.doesNotMatch(check + summary, /<b>\*/)
  assert.equal((await ask({ holder: 'managed', document: text })).status, 403, 'without a token')
  const foreign = { origin: 'https://evil.example' }
  assert.equal((await ask({ _csrf: csrf, holder: 'managed', document: text }, foreign)).status, 403)
  assert.equal((await ask({ _csrf: csrf, holder: 'nobody', document: text })).status, 400)
  const long = ' '.repeat(131_073)
  assert.equal((await ask({ _csrf: csrf, holder: 'managed', document: long })).status, 400)
})

test('nothing is told without a console session', async () => {
  const stranger = new Browser(rig.running.origin)
  for (const path of ['/console/policy-reference', '/console/policy-reference/s3'])
    assert.equal((await stranger.get(path)).status, 403)
  await stranger.signIn('amina', 'amina-demo-2026')
  const { csrf } = await stranger.get('/portal')
  const fields = { _csrf: csrf, holder: 'managed', document: text }
  assert.equal((await stranger.post('/console/policy-check', fields)).status, 403)
})

test('only the editor’s page lets its library write styles, and by its own nonce', async () => {
  const browser = await rig.consoleAs('Admin')
  const policyOf = async (path: string) =>
    (await browser.get(path)).headers.get('content-security-policy') ?? ''
  const nonce = /style-src 'nonce-([\w-]{16,})' 'self'/
  const first = nonce.exec(await policyOf('/console/policies/~create'))?.[1]
  const second = nonce.exec(await policyOf('/console/policies/~create'))?.[1]
  assert.ok(first && second && first !== second)
  assert.doesNotMatch(await policyOf('/console/policies/~create'), /unsafe/)
  assert.doesNotMatch(await policyOf('/console/policies'), /nonce/)
})

test('scripts and styles are compressed for who takes it, and whole for the others', async () => {
  const { text: page } = await (await rig.consoleAs('Admin')).get('/console/policies/~create')
  const scripts = [...page.matchAll(/(?:src|href)="(\/assets\/[^"#]+\.(?:js|css))"/g)]
  let bytes = Buffer.byteLength(page)
  for (const [, path] of scripts) {
    const url = `${rig.running.origin}${path}`
    const packed = await fetch(url, { headers: { 'accept-encoding': 'br' } })
    assert.equal(packed.headers.get('content-encoding'), 'br')
    bytes += Number(packed.headers.get('content-length'))
    const plain = await fetch(url, { headers: { 'accept-encoding': 'identity' } })
    assert.equal(plain.headers.get('content-encoding'), null)
    assert.equal(await plain.text(), await packed.text())
  }
  assert.ok(scripts.length >= 3)
  assert.ok(bytes < 250_000, `the editor's page has ${bytes} bytes`)
})
