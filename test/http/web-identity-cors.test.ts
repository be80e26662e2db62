import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openHouse } from './house.ts'

const app = 'https://app.example.com'
const web = 'Action=AssumeRoleWithWebIdentity&Version=2011-06-15'
const preflight = (origin: string, method = 'POST') => ({
  method: 'OPTIONS',
  headers: {
    origin,
    'access-control-request-method': method,
    'access-control-request-headers': 'x-amz-user-agent',
  },
})
const post = (origin: string, body: string, headers: Readonly<Record<string, string>> = {}) => ({
  method: 'POST',
  body,
  headers: { origin, ...headers },
})
const allowed = (answer: Response) => answer.headers.get('access-control-allow-origin')

test('by default no page of another origin may call', async () => {
  await using house = await openHouse()
  assert.equal(allowed(await fetch(house.origin, preflight(app))), null)
  assert.equal(allowed(await fetch(house.origin, post(app, web))), null)
})

test('pages of listed origins may make the unsigned web identity call, and no other', async () => {
  await using house = await openHouse({ webIdentityOrigins: [app, 'capacitor://localhost'] })
  const leave = await fetch(house.origin, preflight(app))
  assert.deepEqual(
    [leave.status, allowed(leave), leave.headers.get('access-control-allow-methods')],
    [204, app, 'POST'],
  )
  assert.match(leave.headers.get('access-control-allow-headers')!, /\bx-amz-user-agent\b/)
  const answer = await fetch(house.origin, post(app, web))
  assert.deepEqual(
    [
      allowed(answer),
      answer.headers.get('access-control-expose-headers'),
      answer.headers.get('vary'),
    ],
    [app, 'x-amzn-requestid', 'Origin'],
  )
  assert.equal(answer.headers.get('access-control-allow-credentials'), null)
  for (const origin of [
    'https://evil.example',
    'null',
    `${app}.evil.example`,
    'http://app.example.com',
    `${app}:8443`,
  ]) {
    assert.equal(allowed(await fetch(house.origin, preflight(origin))), null, origin)
    assert.equal(allowed(await fetch(house.origin, post(origin, web))), null, origin)
  }
  for (const body of [
    'Action=GetCallerIdentity',
    'Action=AssumeRoleWithLDAPIdentity',
    '',
    'x=AssumeRoleWithWebIdentity',
    'Action=GetCallerIdentity&Action=AssumeRoleWithWebIdentity',
  ]) {
    assert.equal(allowed(await fetch(house.origin, post(app, body))), null, body)
  }
  assert.equal(
    allowed(await fetch(house.origin, post(app, web, { authorization: 'AWS4-HMAC-SHA256 x' }))),
    null,
  )
  assert.equal(allowed(await fetch(house.origin, preflight(app, 'PUT'))), null)
  assert.equal(allowed(await fetch(`${house.origin}/federation`, preflight(app))), null)
})

test('`*` lets every page call: the call has no cookie', async () => {
  await using house = await openHouse({ webIdentityOrigins: ['*'] })
  assert.equal(allowed(await fetch(house.origin, preflight('https://anywhere.example'))), '*')
  assert.equal(allowed(await fetch(house.origin, post('null', web))), '*')
})

test('a call in the query string is readable by the same pages, with one action', async () => {
  await using house = await openHouse({ webIdentityOrigins: [app] })
  const answer = await fetch(`${house.origin}/?${web}`, { headers: { origin: app } })
  assert.equal(allowed(answer), app)
  const twice = await fetch(`${house.origin}/?Action=GetCallerIdentity`, post(app, web))
  assert.equal(allowed(twice), null)
})
