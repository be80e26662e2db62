import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toldList } from '../../views/apps/told.ts'

const nothing = { app: 'Wiki', takesRoles: false, resources: [], roles: [] }

test('what an app is told is named as people name it, and long lists are folded', () => {
  const groups = Array.from({ length: 60 }, (_, at) => `group-${at}`)
  const claims = { preferred_username: 'amina', groups, admin: true, constructor: 'x' }
  const text = String(toldList({ ...nothing, claims }))
  assert.match(text, /<dt>User name<\/dt><dd>amina<\/dd>/)
  assert.match(text, /<dd>group-0, .*group-5<details><summary>and 54 more<\/summary>group-6, /)
  assert.match(text, /group-59<\/details><\/dd>/)
  assert.match(text, /<dt><code>admin<\/code><\/dt><dd>yes<\/dd>/)
  assert.match(text, /<dt><code>constructor<\/code><\/dt><dd>x<\/dd>/)
  const few = String(toldList({ ...nothing, claims: { groups: groups.slice(0, 8) } }))
  assert.match(few, /<dd>group-0, .*group-7<\/dd>/)
})

test('an API that is asked nothing of learns who the person is', () => {
  const resources = [{ resource: 'https://api.test', label: 'Panel', scopes: [] }]
  const text = String(toldList({ ...nothing, claims: {}, resources }))
  assert.match(text, /<dt>Panel<\/dt><dd>know who you are<\/dd>/)
})

test('names and values of an app are text on the page', () => {
  const markup = '<img src=x onerror=alert(1)>'
  const resources = [{ resource: 'https://api.test', label: markup, scopes: [markup] }]
  const claims = { [markup]: markup, groups: Array.from({ length: 9 }, () => markup) }
  const text = String(toldList({ ...nothing, app: markup, claims, resources, roles: [markup] }))
  assert.doesNotMatch(text, /<img/)
  assert.equal(text.split('&lt;img').length - 1, 15)
})
