import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

enableCompileCache()
const { runCommand } = await import('./cli/commands.ts')
process.exitCode = await runCommand(process.argv, process.env, join(import.meta.dirname, '..'))
