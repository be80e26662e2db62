import { grantsAction, grantsService, type Policy } from '../../../policy/index.ts'
import { actionReference } from '../../../reference/action-reference.ts'
import { serviceTitles } from '../../../reference/service-titles.ts'
import type { Access, Accesses } from '../../../sessions/last-accessed.ts'
import type { Caller } from './subject.ts'

/** A company's own service, as far as reports name it. */
export interface OwnService {
  readonly prefix: string
  readonly actions: ReadonlyMap<string, { readonly name: string }>
}

/** A service that can be accessed, and what AWS or the settings call it. */
export interface Service {
  readonly namespace: string
  readonly title: string
  /** Names of the actions whose calls Gatehouse sees; none: of a service of AWS. */
  readonly tracked: readonly string[]
}

export interface CallerAccess {
  readonly caller: Caller
  readonly accesses: Accesses
}
export interface LastAccess extends Access {
  readonly caller: Caller
}

/** What Gatehouse answers itself. */
const seen: ReadonlySet<string> = new Set(['iam', 'sts', 'gatehouse'])

/** Every service that has actions, in order of its prefix. */
export async function everyService(own: readonly OwnService[]): Promise<readonly Service[]> {
  const [reference, titles] = await Promise.all([actionReference(), serviceTitles()])
  const services = reference.services.map((namespace) => ({
    namespace,
    title: titles[namespace] ?? namespace,
    tracked: seen.has(namespace)
      ? (reference.actions(namespace) ?? []).map(({ name }) => name).sort()
      : [],
  }))
  const ours = own.map(({ prefix: namespace, actions }) => ({
    namespace,
    title: namespace,
    tracked: [...actions.values()].map(({ name }) => name.slice(namespace.length + 1)).sort(),
  }))
  return [...services, ...ours].sort((a, b) => (a.namespace < b.namespace ? -1 : 1))
}

/** The services, with their actions, that a statement of the policies allows. */
export function grantedServices(
  services: readonly Service[],
  policies: readonly Policy[],
): readonly Service[] {
  return services
    .filter(({ namespace }) => policies.some((policy) => grantsService(policy, namespace)))
    .map((service) => ({
      ...service,
      tracked: service.tracked.filter((name) => {
        const action = `${service.namespace}:${name}`.toLowerCase()
        return policies.some((policy) => grantsAction(policy, action))
      }),
    }))
}

/** The last call of a service by a caller. */
export function lastOf(
  { caller, accesses }: CallerAccess,
  namespace: string,
): LastAccess | undefined {
  let last: Access | undefined
  for (const one of accesses.get(namespace)?.values() ?? []) last = later(last, one)
  return last && { ...last, caller }
}

export function later<T extends Access>(one: T | undefined, other: T): T {
  return one && one.at >= other.at ? one : other
}
