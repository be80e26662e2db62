/**
 * Writes dist/, which the published package ships: nothing strips types inside node_modules. JavaScript for all, declarations
 * for the two public faces, and the files that the code reads beside itself.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')

function compile(project: string): void {
  const { status } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', project], { cwd: root, stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error(`tsc -p ${project} failed: the problems stand above`)
}

rmSync(dist, { recursive: true, force: true })
compile('tsconfig.build.json')
compile('tsconfig.types.json')
// Declarations keep the names of their sources; not every compiler follows those.
for (const file of globSync('src/**/*.d.ts', { cwd: dist })) {
  const path = join(dist, file)
  writeFileSync(path, readFileSync(path, 'utf8').replace(/(from '\.{1,2}\/[^']*)\.ts'/g, "$1.js'"))
}
for (const folder of ['views/assets', 'config/demo']) cpSync(join(root, folder), join(dist, folder), { recursive: true })
