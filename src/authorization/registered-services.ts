import { everyAccount } from '../sessions/revocation-names.ts'
import type { ServiceRecord } from '../store/records.ts'
import type { RememberingStore } from '../store/remembering.ts'
import type { Service, Services } from './declared-service.ts'

export interface ServicesPorts {
  /** The services of the settings in force. */
  readonly declared: () => ReadonlyMap<string, Service>
  readonly store: Pick<RememberingStore, 'reads' | 'cache'>
  /** Undefined for a document that is none any more: of another release, or a prefix of AWS's. */
  readonly compile: (record: ServiceRecord) => Service | undefined
}

/** Of compiled services, so many are kept. */
const mostKept = 1000
const pageSize = 500

/**
 * The services of the settings and those that were registered by API. The settings win where both
 * have a prefix. A service of an account that is closed or gone is none.
 */
export function createServices({ declared, store, compile }: ServicesPorts): Services {
  const { reads } = store
  const compiled = store.cache<{ readonly service: Service | undefined }>(mostKept)

  async function registered(prefix: string): Promise<Service | undefined> {
    const found = await compiled.get(prefix, async () => {
      const record = await reads.find('service', everyAccount, prefix)
      if (!record) return undefined
      const owner = await reads.find('account', record.account, 'account')
      return { service: owner && compile(record) }
    })
    return found?.service
  }
  const find = async (prefix: string) => declared().get(prefix) ?? registered(prefix)

  return {
    find,
    async all() {
      const found = [...declared().values()]
      let after: string | undefined
      for (;;) {
        const page = await reads.list('service', everyAccount, { after, limit: pageSize })
        for (const { key } of page) {
          const service = declared().has(key) ? undefined : await registered(key)
          if (service) found.push(service)
        }
        if (page.length < pageSize) return found
        after = page.at(-1)!.key
      }
    },
  }
}
