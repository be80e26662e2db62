import { type Configuration, loadSettings, problemLine } from '../config/load.ts'
import type { Environment } from '../config/references.ts'
import type { Output } from './check.ts'

/**
 * Returns the settings of a file that is fit to serve; otherwise undefined, and reports each
 * problem as `file:line:column: key: what`.
 */
export async function fitSettings(
  path: string,
  env: Environment,
  { err }: Pick<Output, 'err'>,
): Promise<Configuration | undefined> {
  const loaded = await loadSettings(path, env)
  if (loaded.ok) return loaded
  for (const problem of loaded.problems) err(problemLine(problem))
  return undefined
}
