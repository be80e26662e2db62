import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Service } from '../../src/authorization/declared-service.ts'
import { createServices, type ServicesPorts } from '../../src/authorization/registered-services.ts'

const account = '111122223333'
const service = (prefix: string, from: string) => ({ prefix, from }) as unknown as Service

function scene() {
  const records = new Map<string, { readonly prefix: string; readonly account: string }>()
  const accounts = new Set([account])
  const store = {
    reads: {
      async find(kind: string, of: string, key: string) {
        if (kind === 'service') return records.get(key)
        return accounts.has(of) ? {} : undefined
      },
      list: async (_kind: string, _of: string, page: { after?: string; limit: number }) =>
        [...records.keys()]
          .sort()
          .filter((key) => page.after === undefined || key > page.after)
          .slice(0, page.limit)
          .map((key) => ({ key, record: records.get(key) })),
    },
    cache: () => ({ get: (_key: string, make: () => unknown) => make() }),
  }
  const services = createServices({
    declared: () => new Map([['orders', service('orders', 'settings')]]),
    store,
    compile: ({ prefix }: { readonly prefix: string }) =>
      prefix === 'old' ? undefined : service(prefix, 'API'),
  } as unknown as ServicesPorts)
  const register = (prefix: string, of = account) => records.set(prefix, { prefix, account: of })
  return { services, register, accounts }
}

test('the settings win, and a document of another release is no service', async () => {
  const { services, register } = scene()
  for (const prefix of ['orders', 'stock', 'old']) register(prefix)
  assert.deepEqual(await services.find('orders'), service('orders', 'settings'))
  assert.deepEqual(await services.find('stock'), service('stock', 'API'))
  assert.equal(await services.find('old'), undefined)
  assert.equal(await services.find('none'), undefined)
  assert.deepEqual(await services.all(), [service('orders', 'settings'), service('stock', 'API')])
})

test('a service of an account that is closed or gone is none', async () => {
  const { services, register, accounts } = scene()
  register('stock')
  register('lost', '999999999999')
  accounts.delete(account)
  assert.equal(await services.find('stock'), undefined)
  assert.equal(await services.find('lost'), undefined)
  assert.deepEqual(await services.all(), [service('orders', 'settings')])
})

test('all services are read, however many there are', async () => {
  const { services, register } = scene()
  for (let index = 0; index < 1100; index++) register(`s${index}`)
  assert.equal((await services.all()).length, 1101)
})
