import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pathAccess } from '../../../src/apps/gate/path-access.ts'
import type { PathRule } from '../../../src/apps/gate/site.ts'

const rules: readonly PathRule[] = [
  { path: '/status', public: true },
  { path: '/hook', public: true, methods: ['POST'] },
  { path: '/admin', when: 'true' },
  { path: '/admin/help', public: true },
  { path: '/admin/help/internal', when: 'true' },
]

function told(target: string, method = 'GET', of = rules): string {
  const found = pathAccess(of, target, method)
  return found.access === 'person' ? `person ${found.rule?.path ?? ''}`.trim() : found.access
}

test('the longest path that covers a request decides', () => {
  const table: readonly (readonly [target: string, expected: string])[] = [
    ['/', 'person'],
    ['/status', 'public'],
    ['/status/', 'public'],
    ['/status/db?full=1', 'public'],
    ['/statuses', 'person'],
    ['/x/status', 'person'],
    ['/admin', 'person /admin'],
    ['/admin/', 'person /admin'],
    ['/admin/users', 'person /admin'],
    ['/administrator', 'person'],
    ['/admin/help', 'public'],
    ['/admin/help/me', 'public'],
    ['/admin/help/internal/x', 'person /admin/help/internal'],
    ['/caf%C3%A9/a%20b', 'person'],
    // A full-width slash: perhaps one to the application.
    ['/status%EF%BC%8Fx', 'person'],
    ['/admin%EF%BC%8Fx', 'person /admin'],
  ]
  for (const [target, expected] of table) assert.equal(told(target), expected, target)
})

test('a public path matches letter by letter, one with a condition in any case and form', () => {
  assert.equal(told('/STATUS'), 'person')
  assert.equal(told('/Admin/Help'), 'person /admin')
  for (const target of [
    '/ADMIN',
    '/Admin/x',
    '/%41dmin',
    '/%61%64min/',
    '/ａｄｍｉｎ'
      .split('')
      .map((one) => (one === '/' ? one : encodeURIComponent(one)))
      .join(''),
  ])
    assert.equal(told(target), 'person /admin', target)
})

test('a public path is public for its methods only, and for none when no method was told', () => {
  assert.equal(told('/hook', 'POST'), 'public')
  for (const method of ['GET', 'post', 'DELETE', '']) assert.equal(told('/hook', method), 'person')
  assert.deepEqual(pathAccess(rules, '/hook', undefined), { access: 'person', rule: undefined })
})

/** Each is read differently by some server between here and the application, or in it. */
const ambiguous = [
  '/status/../admin',
  '/status/..',
  '/status/./x',
  '/./status',
  '/status/%2e%2e/admin',
  '/status/%2E./admin',
  '/status%2f..%2fadmin',
  '/status/..%2fadmin',
  '/status%5c..%5cadmin',
  '/status/..\\admin',
  '//status',
  '/status//x',
  '/status/..;/admin',
  '/status;/x',
  '/admin;x',
  '/admin%3bx',
  '/%2561dmin',
  '/status%00',
  '/status%0d%0aX: y',
  '/status%3f/x',
  '/status%23/x',
  '/status#/x',
  '/x#/status',
  '/x?y#z',
  '/%c0%ae%c0%ae/admin',
  '/%ff',
  '/%zz',
  '/%',
  '/admin.',
  '/admin%20',
  '/admin%20/x',
  '/admin./x',
  '/status x',
  '/status\tx',
  '/caf\u00e9',
  '/status/\uff0e\uff0e/admin',
  `/status/${encodeURIComponent('\uff0e\uff0e')}/admin`,
  `/${'a'.repeat(9000)}`,
  'status',
  '',
  '*',
  'http://wiki.localhost/status',
]

test('a path that servers read in several ways is never public, nor past a condition', () => {
  for (const target of ambiguous) assert.equal(told(target), 'ambiguous', target)
  const open = rules.filter(({ when }) => when === undefined)
  for (const target of ambiguous) assert.equal(told(target, 'GET', open), 'person', target)
})

test('no path is public because of its query', () => {
  for (const target of ['/?/status', '/x?/../status', '/x?a=/status', '/?path=%2Fstatus'])
    assert.equal(told(target), 'person', target)
})

test('of a site without rules for paths the person alone decides, whatever the path', () => {
  for (const target of ambiguous) assert.equal(told(target, 'GET', []), 'person', target)
})
