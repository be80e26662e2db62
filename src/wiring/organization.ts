import { hash } from 'node:crypto'
import type { Settings } from '../config/settings.ts'
import { compileOrganization, type Organization } from '../policy/index.ts'

/** The organization of the settings in force; `name` is the same on all nodes of the same one. */
interface InForce {
  readonly organization: Organization | undefined
  readonly name: string
}

/** Compiles the organization once for each reload that changes it. */
export function currentOrganization(current: () => Settings['organization']): () => InForce {
  let of = current()
  let made = inForce(of)
  return () => {
    const written = current()
    if (written === of) return made
    const next = inForce(written)
    // The same as before: callers that were made for it stay.
    if (next.name !== made.name) made = next
    of = written
    return made
  }
}

function inForce(written: Settings['organization']): InForce {
  if (!written) return { organization: undefined, name: '' }
  const name = hash('sha256', JSON.stringify(written)).slice(0, 12)
  return { organization: compileOrganization(written), name }
}
