import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const folder = new URL('../../docs/decisions/', import.meta.url)

test('each decision has a number of its own, which its title begins with', () => {
  const names = readdirSync(folder)
  const numbers = names.map((name) => name.slice(0, 4))
  assert.deepEqual(numbers, [...new Set(numbers)])
  for (const name of names) {
    const title = `# ${Number(name.slice(0, 4))}. `
    assert.ok(readFileSync(new URL(name, folder), 'utf8').startsWith(title), name)
  }
})
