import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { configurationOf, type LoadedSettings, loadSettings } from './load.ts'
import type { LoadAnswer, LoadJob } from './load-worker.ts'
import type { Environment } from './references.ts'

/**
 * Does the same as loadSettings in a thread of its own, so that calls are answered meanwhile: to
 * read and check 2,000 roles takes half a second. Only rules are compiled here. Rejects when the
 * thread can't start or ends early, for lack of memory.
 */
export async function loadSettingsAside(path: string, env: Environment): Promise<LoadedSettings> {
  // Standard input was read here, and can't be read again.
  if (path === '-') return loadSettings(path, env)
  const { promise, resolve, reject } = Promise.withResolvers<LoadAnswer>()
  const job: LoadJob = { path, env: { ...env } }
  const code = new URL(`./load-worker${extname(import.meta.url)}`, import.meta.url)
  const worker = new Worker(code, { workerData: job, env: {} })
  worker.once('message', resolve)
  worker.once('error', reject)
  worker.once('exit', () => reject(new Error('the thread that read the settings ended early')))
  try {
    const answer = await promise
    return answer.ok ? configurationOf(answer) : answer
  } finally {
    await worker.terminate()
  }
}
