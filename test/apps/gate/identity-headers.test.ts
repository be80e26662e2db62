import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cookieNames, readCookies } from '../../../src/apps/gate/cookies.ts'
import {
  bringsIdentity,
  identityHeaders,
  lookAlikesOf,
} from '../../../src/apps/gate/identity-headers.ts'
import type { NamedSite } from '../../../src/apps/gate/site.ts'

const headers = {
  user: 'Remote-User',
  name: 'Remote-Name',
  groups: 'Remote-Groups',
  token: 'X-Token',
  email: 'Remote-Email',
}
const site: NamedSite = { id: 'wiki', label: 'Wiki', hosts: [], paths: [], headers }

test('every header is sent, with an empty value where there is nothing to tell', () => {
  const nothing = Object.values(headers).flatMap((name) => [name, ''])
  assert.deepEqual(identityHeaders(site), nothing)
  assert.deepEqual(identityHeaders(site, { user: 'al', groups: [] }), [
    ...['Remote-User', 'al'],
    ...nothing.slice(2),
  ])
})

test('hostile names stay inside their header, and can be read back', () => {
  const table: readonly (readonly [value: string | readonly string[], text: string])[] = [
    ['Zoë Ångström', 'Zo%C3%AB %C3%85ngstr%C3%B6m'],
    ['a\r\nRemote-Groups: admins', 'a%0D%0ARemote-Groups: admins'],
    ['a\u0000b\u007f\u0085\u2028', 'a%00b%7F%C2%85%E2%80%A8'],
    ['100%25', '100%2525'],
    [' padded ', '%20padded%20'],
    ['\ud800', '%EF%BF%BD'],
    ['😀', '%F0%9F%98%80'],
    [['a,b', 'c'], 'a%2Cb,c'],
    [['Ä,\n', ''], '%C3%84%2C%0A,'],
  ]
  for (const [value, text] of table) {
    const flat = identityHeaders(site, { groups: value })
    assert.equal(flat[5], text)
    assert.match(flat[5]!, /^[\x20-\x7e]*$/)
  }
})

test('a request that brings an identity header, or a look-alike, is found out', () => {
  const names = lookAlikesOf(site)
  const found = (name: string) => bringsIdentity(['host', name, 'accept'], names)
  for (const name of ['remote-user', 'remote_user', 'x_token', 'remote.groups', 'remote-email'])
    assert.ok(found(name), name)
  for (const name of ['remote-users', 'remoteuser', 'token', 'x-forwarded-for', 'cookie'])
    assert.ok(!found(name), name)
})

test('our cookies are taken out of what the application gets, also repeated ones', () => {
  const names = cookieNames(true)
  const [one, two] = ['A'.repeat(43), 'B'.repeat(43)]
  assert.deepEqual(
    readCookies(
      `a=1; ${names.session}=${one};${names.browser}=${two}; b="2; ${names.session}=${two}; ; c`,
      names,
    ),
    { session: one, browser: two, rest: 'a=1; b="2; c' },
  )
  const nothing = { session: undefined, browser: undefined }
  assert.deepEqual(readCookies(undefined, names), { ...nothing, rest: '' })
  for (const bad of ['', 'short', `${one}=`, '../'.padEnd(43, 'x')])
    assert.deepEqual(readCookies(`${names.session}=${bad}`, names), { ...nothing, rest: '' })
  // Browsers let other hosts of the domain set a name with such a space before the prefix.
  for (const space of ['\u00a0', '\ufeff', '\v'])
    assert.deepEqual(readCookies(`a=1; ${space}${names.session}=${one}`, names), {
      ...nothing,
      rest: `a=1; ${space}${names.session}=${one}`,
    })
  // A name without the prefix is one that another host of the domain may have set.
  assert.deepEqual(readCookies(`gatehouse-gate=${one}`, names), {
    ...nothing,
    rest: `gatehouse-gate=${one}`,
  })
})
