import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { consolePath, issuerLink, returnPath } from '../../src/sign-in/destination.ts'

const here = new URL('https://sso.meridian.example')

const mapped: readonly (readonly [string | undefined, string])[] = [
  [undefined, '/console'],
  ['', '/console'],
  ['https://console.aws.amazon.com/', '/console'],
  [
    'https://console.aws.amazon.com/console/home?region=eu-west-1',
    '/console/home?region=eu-west-1',
  ],
  [
    'https://eu-west-1.console.aws.amazon.com/s3/home?region=eu-west-1#buckets',
    '/console/s3/home?region=eu-west-1#buckets',
  ],
  ['https://console.amazonaws-us-gov.com/iam/', '/console/iam'],
  ['https://console.amazonaws.cn/iam/home', '/console/iam/home'],
  ['https://eusc-de-east-1.console.amazonaws-eusc.eu/iam/home', '/console/iam/home'],
  ['/console/roles?name=a', '/console/roles?name=a'],
  ['https://sso.meridian.example/console/roles', '/console/roles'],
  ['https://SSO.meridian.example:443/portal', '/portal'],
  ['https://console.aws.amazon.com/../../x', '/console/x'],
]
for (const [destination, path] of mapped) {
  test(`the destination ${destination} is ${path}`, () =>
    assert.equal(consolePath(destination, here), path))
}

const hostile = [
  'https://evil.example/',
  'http://sso.meridian.example/console',
  'https://sso.meridian.example.evil.example/console',
  'https://sso.meridian.example@evil.example/console',
  'https://user:pass@sso.meridian.example/console',
  '//evil.example/console',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '\n//evil.example',
  ' //evil.example',
  '/console/..//evil.example',
  '/console//evil.example',
  '/console/%2e%2e/%2fevil.example',
  '/console/%5cevil.example',
  '/console/%0d%0aSet-Cookie:x=1',
  '/console\r\nSet-Cookie: x=1',
  'javascript:alert(1)',
  'data:text/html,x',
  'console',
  'evil.example',
  'https:evil.example',
  'https:/evil.example',
  'https://console.aws.amazon.com.evil.example/',
  'https://evilconsole.aws.amazon.com/',
  'http://console.aws.amazon.com/',
  'https://console.aws.amazon.com:8443/',
  'https://evil.example\\@console.aws.amazon.com/',
  '/federation?Action=logout',
  '/signin',
  '/',
  '/consolex',
  'https://[::1',
  `/console/${'x'.repeat(3000)}`,
]
for (const destination of hostile) {
  test(`the destination ${JSON.stringify(destination.slice(0, 60))} is refused`, () => {
    assert.equal(consolePath(destination, here), undefined)
    assert.equal(returnPath(destination, here), '/portal')
  })
}

test('whatever is asked for, the answer is a path that a browser keeps on our address', () => {
  const piece = fc.constantFrom(
    '/',
    '//',
    '\\',
    '@',
    ':',
    '.',
    '..',
    '%2f',
    '%5c',
    '%00',
    '\t',
    '\n',
    '\r',
    'console',
    'portal',
    'evil.example',
    'https:',
    'sso.meridian.example',
    'console.aws.amazon.com',
    '?',
    '#',
    'x',
  )
  fc.assert(
    fc.property(
      fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 10 }),
      (pieces) => {
        for (const path of [
          consolePath(pieces.join(''), here),
          returnPath(pieces.join(''), here),
        ]) {
          if (path === undefined) continue
          assert.equal(new URL(path, here).origin, here.origin)
          assert.match(path, /^\/(console|portal)/)
        }
      },
    ),
    { numRuns: 3000 },
  )
})

test('an issuer is a link only where an allowed address covers it', () => {
  const allowed = ['https://broker.meridian.example/start', 'https://other.example']
  assert.equal(
    issuerLink('https://broker.meridian.example/start', here, allowed),
    'https://broker.meridian.example/start',
  )
  assert.equal(
    issuerLink('https://broker.meridian.example/start/here?x=1', here, allowed),
    'https://broker.meridian.example/start/here?x=1',
  )
  assert.equal(issuerLink('https://other.example/any', here, allowed), 'https://other.example/any')
  assert.equal(
    issuerLink('https://sso.meridian.example/portal', here, allowed),
    'https://sso.meridian.example/portal',
  )
  for (const issuer of [
    undefined,
    '',
    'https://broker.meridian.example/startle',
    'https://broker.meridian.example/',
    'http://other.example/',
    'https://other.example.evil.example',
    'https://x@other.example/',
    'javascript:alert(1)//https://other.example',
    '//other.example',
    '/portal',
    'https://other.example/\r\nX: y',
    'https://other.example\\@evil.example',
  ])
    assert.equal(issuerLink(issuer, here, allowed), undefined, issuer)
})
