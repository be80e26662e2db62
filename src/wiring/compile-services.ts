import { type Service, serviceOf } from '../authorization/declared-service.ts'
import { ownServices, type ServiceSettings } from '../config/own-services.ts'
import { readRegisteredService } from '../config/registered-service.ts'
import type { ServiceRecord } from '../store/records.ts'

/** Compiles services, by prefix. */
export function compileServices(
  all: Readonly<Record<string, ServiceSettings>>,
): ReadonlyMap<string, Service> {
  return new Map(
    ownServices(all).map((one) => {
      const { resources, routes, ...rest } = all[one.prefix]!
      const arnOf = (type: string | undefined) => resources[type ?? '']?.arn ?? '*'
      const formed = routes.map((route) => ({ ...route, arn: arnOf(route.resource) }))
      return [one.prefix, serviceOf(one, { ...rest, routes: formed })]
    }),
  )
}

/** Compiles a service that was registered by API; undefined when it is none any more. */
export function compileRegistered({
  prefix,
  document,
  account,
}: Pick<ServiceRecord, 'prefix' | 'document' | 'account'>): Service | undefined {
  const read = readRegisteredService(prefix, document, account)
  return read.ok ? compileServices({ [prefix]: read.service }).get(prefix) : undefined
}
