import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Identity } from '../../src/kernel/identity.ts'
import { targetForms } from '../../src/sessions/revocation-names.ts'
import { refuseLongNames } from '../../src/sign-in/refuse-long-names.ts'

test('whoever may sign in can be revoked by subject and by user name', () => {
  const person = (subject: string, username = 'alice', protocol: Identity['protocol'] = 'saml') =>
    ({ connector: 'corp', protocol, subject, username }) as Identity
  const refuses = (identity: Identity, code: string) =>
    assert.throws(() => refuseLongNames(identity), { code })
  for (const text of ['a', 'x'.repeat(512), '\u{1f600}'.repeat(256), 'two\nlines']) {
    refuseLongNames(person(text, text))
    for (const scope of ['person', 'username'] as const)
      assert.match(`${'c'.repeat(63)}/${text}`, targetForms[scope].pattern)
  }
  for (const text of ['', 'x'.repeat(513), '\u{1f600}'.repeat(257)]) {
    refuses(person(text), 'assertion-refused')
    refuses(person('alice', text), 'assertion-refused')
    refuses(person(text, 'alice', 'ldap'), 'unavailable')
    assert.doesNotMatch(`corp/${text}`, targetForms.person.pattern)
  }
})
