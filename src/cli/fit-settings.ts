import { type LoadedSettings, loadSettings, problemLine } from '../config/load.ts'
import type { Environment } from '../config/references.ts'
import type { Output } from './check.ts'

/** The settings of a file that is fit to serve; else undefined, and each problem is told as `file:line:column: key: what`. */
export async function fitSettings(path: string, env: Environment, { err }: Pick<Output, 'err'>): Promise<Extract<LoadedSettings, { ok: true }> | undefined> {
  const loaded = await loadSettings(path, env)
  if (loaded.ok) return loaded
  for (const problem of loaded.problems) err(problemLine(problem))
  return undefined
}
