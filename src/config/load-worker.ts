import { parentPort, workerData } from 'node:worker_threads'
import { type CheckedSettings, loadSettings, type SettingsProblem } from './load.ts'
import type { Environment } from './references.ts'

/** What the thread is given. */
export interface LoadJob {
  readonly path: string
  readonly env: Environment
}
export type LoadAnswer =
  | ({ readonly ok: true } & CheckedSettings)
  | { readonly ok: false; readonly problems: readonly SettingsProblem[] }

const { path, env } = workerData as LoadJob
const loaded = await loadSettings(path, env)
const answer: LoadAnswer = loaded.ok
  ? { ok: true, settings: loaded.settings, warnings: loaded.warnings }
  : loaded
parentPort!.postMessage(answer)
