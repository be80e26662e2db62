import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generatedSettings, writtenSettings } from '../../scripts/generate-settings-docs.ts'
import { settingsJsonSchema } from '../../src/config/json-schema.ts'

for (const [path, make] of Object.entries(generatedSettings)) {
  test(`${path} is what the settings schema says`, () => {
    assert.ok(
      make() === writtenSettings(path),
      `${path} is stale: node scripts/generate-settings-docs.ts`,
    )
  })
}

test('every key of the settings is described', () => {
  const bare: string[] = []
  const look = (schema: unknown, path: string): void => {
    if (typeof schema !== 'object' || schema === null) return
    const {
      properties = {},
      anyOf = [],
      oneOf = [],
      items,
      additionalProperties,
    } = schema as Record<string, never>
    for (const [key, inner] of Object.entries(
      properties as Record<string, { description?: string }>,
    )) {
      if (!inner.description) bare.push(`${path}.${key}`)
      look(inner, `${path}.${key}`)
    }
    for (const inner of [
      ...(anyOf as unknown[]),
      ...(oneOf as unknown[]),
      items,
      additionalProperties,
    ])
      look(inner, path)
  }
  look(settingsJsonSchema(), '')
  assert.deepEqual(bare, [], 'describe it in the settings schema: docs and editors show it')
})

test('of settings that stand for each other the reference says one of, not required', () => {
  const needs = writtenSettings('docs/settings.md')
  for (const way of ['file', 'env', 'command'])
    assert.match(
      needs,
      new RegExp(`\`keys\\.rootKey\\.${way}\` .*\\| \\*\\*One of \`file\`, \`env\``),
    )
  assert.match(
    needs,
    /`connectors\.ID\.idp\.certificates` .*\| \*\*Required with `signOnUrl`\.\*\*/,
  )
  assert.match(needs, /`connectors\.ID\.bind\.template` .*\| \*\*Required\.\*\*/)
})
