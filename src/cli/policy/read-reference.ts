import { loadSettings, problemLine } from '../../config/load.ts'
import { ownServices } from '../../config/own-services.ts'
import type { Environment } from '../../config/references.ts'
import type { ActionReference } from '../../policy/index.ts'
import { actionReference } from '../../reference/action-reference.ts'

/** The options of commands that look actions up. */
export interface ReferenceOptions {
  /** Settings file with the company's own services; absent: those of AWS and Gatehouse only. */
  readonly services?: string | undefined
}

/** Returns the reference to look actions up in. Throws an Error with the settings' problems. */
export async function readReference(
  { services }: ReferenceOptions,
  env: Environment,
): Promise<ActionReference> {
  if (services === undefined) return actionReference()
  const loaded = await loadSettings(services, env)
  if (!loaded.ok) throw new Error(loaded.problems.map(problemLine).join('\n'))
  return actionReference(ownServices(loaded.settings.services))
}
