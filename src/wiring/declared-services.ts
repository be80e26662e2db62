import { hash } from 'node:crypto'
import { type Services, serviceOf } from '../authorization/declared-service.ts'
import { ownServices } from '../config/own-services.ts'
import type { Settings } from '../config/settings.ts'

/** The services of the settings in force; `name` is the same on all nodes of the same settings. */
interface Declared {
  readonly services: Services
  readonly name: string
}

/** Compiles the services once for each reload. */
export function declaredServices(current: () => Settings['services']): () => Declared {
  let of: Settings['services'] | undefined
  let made: Declared = { services: new Map(), name: '' }
  return () => {
    const all = current()
    if (all !== of) made = { services: servicesOf(all), name: nameOf(all) }
    of = all
    return made
  }
}

function servicesOf(all: Settings['services']): Services {
  return new Map(
    ownServices(all).map((one) => {
      const { resources, routes, ...rest } = all[one.prefix]!
      const arnOf = (type: string | undefined) => resources[type ?? '']?.arn ?? '*'
      const formed = routes.map((route) => ({ ...route, arn: arnOf(route.resource) }))
      return [one.prefix, serviceOf(one, { ...rest, routes: formed })]
    }),
  )
}

/** The same on all nodes of the same settings. */
function nameOf(all: Settings['services']): string {
  return hash('sha256', JSON.stringify(all)).slice(0, 12)
}
