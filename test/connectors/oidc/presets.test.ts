import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { presetOf } from '../../../src/connectors/oidc/presets.ts'

const page = join(import.meta.dirname, '../../../docs/connectors/oidc.md')

test('every recipe of the documentation is what `connector oidc add` would write', () => {
  const blocks = readFileSync(page, 'utf8').matchAll(/^```yaml\n(connectors:[\s\S]*?)^```/gm)
  const recipes = [...blocks].flatMap(
    ([, block]) => Object.values(parse(block!).connectors) as Record<string, unknown>[],
  )
  const known = recipes.filter(({ issuer }) => Object.keys(presetOf(String(issuer))).length > 0)
  assert.equal(known.length, recipes.length - 2, 'all but two, which are of no provider')
  for (const recipe of known) {
    // Names of organisations are examples in both.
    const { requiredClaims: _named, ...preset } = presetOf(String(recipe.issuer))
    for (const [key, value] of Object.entries(preset))
      if (!(recipe.label === 'Microsoft' && key === 'groupsClaim'))
        assert.deepEqual(recipe[key], value, `${recipe.issuer}: ${key}`)
  }
})
