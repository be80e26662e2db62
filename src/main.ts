import * as nodeModule from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// Node 20, on which the employee's commands run, has none.
nodeModule.enableCompileCache?.()
const { runCommand } = await import('./cli/run-command.ts')
const home = join(dirname(fileURLToPath(import.meta.url)), '..')
process.exitCode = await runCommand(process.argv, process.env, home)
