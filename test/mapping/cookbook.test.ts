import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { secondsOf } from '../../src/kernel/duration-text.ts'
import type { Identity } from '../../src/kernel/identity.ts'
import { compileMappings, type GrantTemplate, type Rule } from '../../src/mapping/index.ts'

const text = readFileSync(join(import.meta.dirname, '../../docs/mapping.md'), 'utf8')
const identity = ((): Identity => {
  const written = parse(/```yaml identity\n(.*?)```/s.exec(text)![1]!) as Record<string, never>
  return {
    connector: written.connector!,
    protocol: 'ldap',
    subject: written.username!,
    username: written.username!,
    displayName: written.displayName!,
    groups: written.groups!,
    attributes: new Map(Object.entries(written.attributes!)),
    authenticatedAt: new Date(written.authenticatedAt!),
    strength: 'password',
  }
})()
type Written = Omit<Rule, 'grants'> & {
  grants: (Omit<GrantTemplate, 'sessionPolicy' | 'maxDurationSeconds'> & {
    maxDuration?: string
    sessionPolicy?: object
  })[]
}

const examples = [...text.matchAll(/```yaml rule\n(.*?)```\n→ ([^\n]*)/gs)].map(
  ([, rule, expected]) => ({ rule: parse(rule!) as Written, expected: expected! }),
)

test('the cookbook has its examples', () =>
  assert.equal(examples.length, text.split('```yaml rule').length - 1))

for (const { rule, expected } of examples) {
  test(`the cookbook's rule \`${rule.name}\` does what the page says`, () => {
    const grants = rule.grants.map(({ maxDuration, sessionPolicy, ...grant }) => ({
      ...grant,
      ...(maxDuration && { maxDurationSeconds: secondsOf(maxDuration) }),
      ...(sessionPolicy && { sessionPolicy: JSON.stringify(sessionPolicy) }),
    }))
    const compiled = compileMappings([{ ...rule, grants }])
    assert.ok(compiled.ok, JSON.stringify(compiled))
    const result = compiled.mappings.evaluate(identity)
    const [outcome] = result.outcomes
    const told = result.grants.map(({ roleArn, sessionName, tags }) => {
      const listed = [...tags]
        .map(([key, value]) => `${key}=${value}`)
        .sort()
        .join(' ')
      return `\`${roleArn}\` as \`${sessionName}\`${listed && `, tags ${listed}`}`
    })
    assert.equal(
      told.length > 0 ? told.join(', ') : `${outcome!.result}: ${outcome!.reason}`,
      expected,
    )
  })
}
