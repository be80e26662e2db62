/** Makes commits durable, many with one sync. */
export interface GroupSync {
  /**
   * Call after a commit. `changed`: it wrote something. Returns undefined when nothing waits to be
   * durable, or a promise that all commits so far are; it rejects with what `sync` threw.
   */
  durable(changed: boolean): Promise<void> | undefined
}

/**
 * INVARIANT: a commit is answered by a sync that began after it. One sync is under way at a time;
 * commits that come meanwhile share the next.
 */
export function createGroupSync(sync: () => Promise<void>): GroupSync {
  let [committed, synced] = [0, 0]
  let underWay: { readonly covers: number; readonly done: Promise<void> } | undefined
  let waiting: PromiseWithResolvers<void> | undefined

  async function one(): Promise<void> {
    const covers = committed
    await sync()
    synced = covers
  }
  async function run(): Promise<void> {
    while (waiting) {
      const { resolve, reject } = waiting
      waiting = undefined
      const done = one()
      underWay = { covers: committed, done }
      await done.then(resolve, reject)
    }
    underWay = undefined
  }
  return {
    durable(changed) {
      if (changed) committed++
      if (committed === synced) return undefined
      if (underWay?.covers === committed) return underWay.done
      const isIdle = waiting === undefined && underWay === undefined
      waiting ??= Promise.withResolvers()
      const { promise } = waiting
      if (isIdle) void run()
      return promise
    },
  }
}
