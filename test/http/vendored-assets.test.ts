import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { bundledEditor, bundlePath } from '../../scripts/bundle-editor.ts'
import { vendored, vendoredText } from '../../scripts/vendor-assets.ts'

const assets = join(import.meta.dirname, '../../views/assets')

for (const name of Object.keys(vendored))
  test(`${name} is the file of the installed package (node scripts/vendor-assets.ts)`, () => {
    assert.equal(readFileSync(join(assets, name), 'utf8'), vendoredText(name))
  })

test('the policy editor is the bundle of its source (node scripts/bundle-editor.ts)', async () => {
  assert.equal(readFileSync(bundlePath, 'utf8'), await bundledEditor())
})
