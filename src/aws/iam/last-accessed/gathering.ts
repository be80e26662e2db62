import { slices } from '../../../credentials/in-slices.ts'
import type { LastAccessed } from '../../../sessions/last-accessed.ts'
import { type CallerAccess, type LastAccess, lastOf, later } from './accessed-services.ts'
import type { Caller } from './subject.ts'

/** What many callers called last, put together. */
export interface Gathered {
  /** Each once. */
  readonly callers: readonly CallerAccess[]
  /** The last call of a service, or of one of its actions. */
  last(namespace: string, action?: string): LastAccess | undefined
  /** How many callers called a service. */
  count(namespace: string): number
}

/** Callers read so far. */
export interface Gathering {
  readonly done: number
}

/** Of more callers the report is made in the background, and its job is in progress. */
const mostAtOnce = 2000
/** Reports of many callers that are kept, each until another takes its place. */
const mostKept = 8

interface Kept {
  done: number
  readonly result: Promise<Gathered>
}

/**
 * Gathers what callers called last, in slices. Few callers are read anew each time; many once a
 * job, while whoever asks is told how far it is.
 */
export function createGatherings(lastAccessed: Pick<LastAccessed, 'find'>) {
  const kept = new Map<string, Kept>()
  return async (
    job: string,
    callers: AsyncIterable<readonly Caller[]>,
  ): Promise<Gathered | Gathering> => {
    const before = kept.get(job)
    if (before) return settled(before)
    const many = Promise.withResolvers<undefined>()
    const state: { done: number } = { done: 0 }
    const result = gather(callers, lastAccessed, (done) => {
      state.done = done
      if (done > mostAtOnce) many.resolve(undefined)
    })
    const found = await Promise.race([result, many.promise])
    if (found) return found
    // Whoever asks next is told of a failure, and the one after that begins again.
    result.catch(() => setTimeout(() => kept.delete(job), forgottenAfterMs).unref())
    kept.set(job, Object.assign(state, { result }))
    if (kept.size > mostKept) kept.delete(kept.keys().next().value!)
    return state
  }
}

const forgottenAfterMs = 10_000

async function settled(one: Kept): Promise<Gathered | Gathering> {
  return Promise.race([one.result, Promise.resolve(one)])
}

async function gather(
  batches: AsyncIterable<readonly Caller[]>,
  lastAccessed: Pick<LastAccessed, 'find'>,
  told: (done: number) => void,
): Promise<Gathered> {
  const all = new Map<string, CallerAccess>()
  const services = new Map<string, { count: number; readonly actions: Map<string, LastAccess> }>()
  const pause = slices()
  for await (const batch of batches) {
    for (const caller of batch) {
      const { account, id } = caller.record
      if (all.has(id)) continue
      const one = { caller, accesses: await lastAccessed.find(account, id) }
      all.set(id, one)
      add(services, one)
      await pause()
    }
    told(all.size)
    await pause()
  }
  return {
    callers: [...all.values()],
    last(namespace, action) {
      const actions = services.get(namespace)?.actions
      if (action !== undefined) return actions?.get(action)
      let last: LastAccess | undefined
      for (const one of actions?.values() ?? []) last = later(last, one)
      return last
    },
    count: (namespace) => services.get(namespace)?.count ?? 0,
  }
}

function add(
  services: Map<string, { count: number; readonly actions: Map<string, LastAccess> }>,
  { caller, accesses }: CallerAccess,
): void {
  for (const [namespace, actions] of accesses) {
    if (actions.size === 0) continue
    const known = services.get(namespace) ?? { count: 0, actions: new Map() }
    services.set(namespace, known)
    known.count++
    for (const [name, access] of actions)
      known.actions.set(name, later(known.actions.get(name), { ...access, caller }))
  }
}

/** Who called a service, the last one first; then those who never did. */
export function byLastCall(
  { callers }: Gathered,
  namespace: string,
): readonly (CallerAccess & { readonly last: LastAccess | undefined })[] {
  return callers.map((one) => ({ ...one, last: lastOf(one, namespace) }))
}
