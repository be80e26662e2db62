import { hash } from 'node:crypto'
import type { Service } from '../authorization/declared-service.ts'
import { createServices } from '../authorization/registered-services.ts'
import { readRegisteredService } from '../config/registered-service.ts'
import type { Settings } from '../config/settings.ts'
import { compileRegistered, compileServices } from './compile-services.ts'
import type { Ground } from './ground.ts'
import type { Surroundings } from './surroundings.ts'

/**
 * Opens the one source of services: of the settings, and registered by API. `declaredName` names
 * those of the settings.
 */
export function openServices(current: Surroundings['current'], store: Ground['store']) {
  const of = declaredServices(() => current().settings.services)
  const declared = () => of().services
  return {
    services: createServices({ declared, store, compile: compileRegistered }),
    registration: {
      isDeclared: (prefix: string) => declared().has(prefix),
      problemsOf(prefix: string, document: string, account: string): readonly string[] {
        const read = readRegisteredService(prefix, document, account)
        return read.ok ? [] : read.problems
      },
    },
    declaredName: () => of().name,
  }
}

/** The services of the settings in force; `name` is the same on all nodes of the same settings. */
interface Declared {
  readonly services: ReadonlyMap<string, Service>
  readonly name: string
}

/** Compiles the services once for each reload. */
function declaredServices(current: () => Settings['services']): () => Declared {
  let of: Settings['services'] | undefined
  let made: Declared = { services: new Map(), name: '' }
  return () => {
    const all = current()
    if (all !== of) made = { services: compileServices(all), name: nameOf(all) }
    of = all
    return made
  }
}

/** The same on all nodes of the same settings. */
function nameOf(all: Settings['services']): string {
  return hash('sha256', JSON.stringify(all)).slice(0, 12)
}
