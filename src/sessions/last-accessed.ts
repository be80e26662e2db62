import type { Log } from '../kernel/log.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import type { Caller } from './caller.ts'

export interface Access {
  readonly at: Date
  readonly region: string
}
/** Service → action → its last call. */
export type Accesses = ReadonlyMap<string, ReadonlyMap<string, Access>>

/** What a call asks for; names are those of declared operations and services alone. */
export interface AccessedAction {
  readonly service: string
  readonly action: string
  readonly region: string
}

/**
 * Which actions users and roles last called, allowed or not, so that an administrator can take away
 * what nobody needs (IAM user guide, "Refine permissions using last accessed information"). Kept by
 * unique id, so that a namesake inherits nothing.
 */
export interface LastAccessed {
  /** Costs look-ups in memory; what was noted is written within `flushEveryMs`. Root has no id. */
  note(caller: Pick<Caller, 'account' | 'principal'>, asked: AccessedAction, now: Date): void
  /** With what this process noted, and what others wrote. */
  find(account: string, entityId: string): Promise<Accesses>
}

export interface LastAccessedPorts {
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get'>
  readonly log: Log
}

interface Entity {
  readonly account: string
  readonly id: string
  readonly services: Map<string, Map<string, { at: number; region: string }>>
}

const flushEveryMs = 60_000
/** IAM user guide: the tracking period. */
const keptForMs = 400 * 86_400_000
const mostEntities = 10_000

/** Disposing writes what was noted. */
export function openLastAccessed({
  ephemeral,
  log,
}: LastAccessedPorts): LastAccessed & AsyncDisposable & { flush(): Promise<void> } {
  const entities = new Map<string, Entity>()
  const dirty = new Set<Entity>()
  /** Written, and not read again: another process may have written at the same time. */
  const written = new Set<Entity>()
  let flushing = Promise.resolve()

  async function stored({ account, id }: Pick<Entity, 'account' | 'id'>) {
    const text = await ephemeral.get('last-access', `${account}/${id}`)
    return parsed(text)
  }

  async function write(entity: Entity): Promise<void> {
    const merged = await stored(entity)
    merge(merged, entity.services)
    const newest = prune(merged)
    const key = `${entity.account}/${entity.id}`
    await ephemeral.put('last-access', key, textOf(merged), new Date(newest + keptForMs))
    written.add(entity)
  }

  /** What another process has overwritten is written again. */
  async function confirm(): Promise<void> {
    for (const entity of [...written]) {
      const found = await stored(entity)
      written.delete(entity)
      if (!includes(found, entity.services)) dirty.add(entity)
    }
  }

  async function writeAll(): Promise<void> {
    try {
      await confirm()
    } catch (error) {
      log('last-accessed-failed', { reason: String(error) })
      return
    }
    for (const entity of [...dirty]) {
      // What is noted from here on makes it dirty again.
      dirty.delete(entity)
      try {
        await write(entity)
      } catch (error) {
        dirty.add(entity)
        log('last-accessed-failed', { reason: String(error) })
        return
      }
    }
    if (entities.size <= mostEntities / 2) return
    written.clear()
    for (const [id, entity] of entities) if (!dirty.has(entity)) entities.delete(id)
  }

  function flush(): Promise<void> {
    flushing = flushing.then(writeAll)
    return flushing
  }

  const timer = setInterval(() => void flush(), flushEveryMs)
  timer.unref()

  return {
    note({ account, principal }, { service, action, region }, now) {
      const id = principal.entityId
      if (id === undefined) return
      let entity = entities.get(id)
      if (!entity) {
        // Only more callers in a minute than that go unnoted until their next call.
        if (entities.size >= mostEntities) return
        entity = { account, id, services: new Map() }
        entities.set(id, entity)
      }
      let actions = entity.services.get(service)
      if (!actions) {
        actions = new Map()
        entity.services.set(service, actions)
      }
      const known = actions.get(action)
      if (known) {
        known.at = now.getTime()
        known.region = region
      } else actions.set(action, { at: now.getTime(), region })
      dirty.add(entity)
    },
    async find(account, entityId) {
      const found = await stored({ account, id: entityId })
      const entity = entities.get(entityId)
      if (entity?.account === account) merge(found, entity.services)
      return toldAccesses(found)
    },
    flush,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await flush()
      await flush()
    },
  }
}

type Services = Entity['services']
type Stored = Readonly<Record<string, Readonly<Record<string, readonly [at: number, string]>>>>

function toldAccesses(services: Services): Accesses {
  return new Map(
    [...services].map(([service, actions]) => [
      service,
      new Map([...actions].map(([name, { at, region }]) => [name, { at: new Date(at), region }])),
    ]),
  )
}

function parsed(text: string | undefined): Services {
  const stored = Object.entries(JSON.parse(text ?? '{}') as Stored)
  return new Map(
    stored.map(([service, actions]) => [
      service,
      new Map(Object.entries(actions).map(([name, [at, region]]) => [name, { at, region }])),
    ]),
  )
}

function textOf(services: Services): string {
  const entries = [...services].map(([service, actions]) => [
    service,
    Object.fromEntries([...actions].map(([name, { at, region }]) => [name, [at, region]])),
  ])
  return JSON.stringify(Object.fromEntries(entries))
}

/** The later of two calls of an action counts: nodes note for themselves. */
function merge(into: Services, more: Services): void {
  for (const [service, actions] of more) {
    const known = into.get(service) ?? new Map()
    for (const [name, access] of actions)
      if (!(known.get(name)?.at > access.at)) known.set(name, { ...access })
    into.set(service, known)
  }
}

/** Whether each call is there, or a later one of its action. */
function includes(services: Services, wanted: Services): boolean {
  for (const [service, actions] of wanted)
    for (const [name, { at }] of actions)
      if (!((services.get(service)?.get(name)?.at ?? Number.NEGATIVE_INFINITY) >= at)) return false
  return true
}

/** Forgets what is out of the tracking period. Returns the time of the newest call. */
function prune(services: Services): number {
  const each = [...services.values()].flatMap((actions) => [...actions.values()])
  const newest = each.reduce((latest, { at }) => Math.max(latest, at), 0)
  for (const [service, actions] of services) {
    for (const [name, { at }] of actions) if (at < newest - keptForMs) actions.delete(name)
    if (actions.size === 0) services.delete(service)
  }
  return newest
}
