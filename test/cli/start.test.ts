import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { test } from 'node:test'

const root = resolve(import.meta.dirname, '../..')
/** `import … from` and `import '…'`, but no `import type` and no `import()`. */
const statement = /^(?:import|export)\s(?!type\b)(?:[^'"()]*?from )?'([^']+)'/gm

/** Every module that is loaded with the given files, before any `import()` runs. */
function loadedWith(...files: readonly string[]): ReadonlySet<string> {
  const loaded = new Set(files)
  for (const file of loaded) {
    if (!file.endsWith('.ts')) continue
    for (const [, name = ''] of readFileSync(join(root, file), 'utf8').matchAll(statement))
      loaded.add(name.startsWith('.') ? relative(root, resolve(root, dirname(file), name)) : name)
  }
  return loaded
}

test('kept credentials are answered without loading what only other commands need', () => {
  const loaded = loadedWith(
    'src/main.ts',
    'src/cli/run-command.ts',
    'src/cli/credentials/commands.ts',
    'src/cli/credentials/credentials.ts',
  )
  assert.ok(loaded.has('src/cli/program.ts') && loaded.has('src/cli/credentials/cache.ts'))
  const others = [...loaded].filter((name) => /[/-]commands\.ts$/.test(name))
  assert.deepEqual(others, ['src/cli/credentials/commands.ts'], 'declarations of other commands')
  const packages = [...loaded].filter((name) => !name.endsWith('.ts') && !name.startsWith('node:'))
  assert.deepEqual(packages, ['commander'], 'each takes longer to load than the whole answer takes')
  const heavy = ['node:http', 'node:https'].filter((name) => loaded.has(name))
  assert.deepEqual(heavy, [], 'only a call needs them')
})
