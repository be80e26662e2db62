/**
 * Writes dist/, which the published package ships, because Node.js strips no types inside
 * node_modules. Writes JavaScript for every module, declarations for the three public entry points,
 * and the files that the code reads from its own folder.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')

function compile(project: string): void {
  const { status } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', project], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) throw new Error(`tsc -p ${project} failed: the problems stand above`)
}

rmSync(dist, { recursive: true, force: true })
compile('tsconfig.build.json')
compile('tsconfig.types.json')
// Emitted declarations import `.ts` paths, which not every compiler resolves.
for (const file of globSync('src/**/*.d.ts', { cwd: dist })) {
  const path = join(dist, file)
  writeFileSync(path, readFileSync(path, 'utf8').replace(/(from '\.{1,2}\/[^']*)\.ts'/g, "$1.js'"))
}
for (const folder of ['views/assets', 'config/demo', 'docs', 'README.md'])
  cpSync(join(root, folder), join(dist, folder), { recursive: true })
