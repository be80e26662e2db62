import { type AnswerCache, type Answers, createAnswers } from './answers.ts'
import type { RecordKind, RecordKinds } from './records.ts'
import { type Changes, type Reads, recordName, type Store } from './store.ts'

/** A record takes at least so many bytes, so that small ones are bounded too. */
const leastBytes = 1600
/** Of all cached records together: one may be SAML metadata of ten million characters. */
const defaultCacheBytes = 64_000_000

/**
 * How often to check for commits of other processes: the check takes four system calls in SQLite,
 * more than all the cryptography of a short call.
 */
const othersCountAfterMs = 25

/** A store that caches records, and answers made from them, until they change. */
export interface Remembering {
  /**
   * Caches answers that are made from `reads` of this store and from other such answers, each until
   * a record that it was made from changes, or room is needed: for more than `most`, or for more
   * than `cacheBytes`, where `bytesOf` counts those of an answer.
   */
  cache<T extends object, K = string>(
    most: number,
    bytesOf?: (answer: T) => number,
  ): AnswerCache<T, K>
  /** About as many bytes may each cache take: that of records, and each that `cache` makes. */
  readonly cacheBytes: number
  /**
   * A number that grows with every change of a record: while it stays the same, so does every
   * answer. As up to date as the cache.
   */
  revision(): number
  /** What is cached; weights are about bytes. */
  cacheFigures(): ReturnType<Answers['figures']>
}
export interface RememberingOptions {
  /** About as many bytes may each cache take. */
  readonly cacheBytes?: number | undefined
  readonly monotonicMs?: (() => number) | undefined
}
export type RememberingStore = Store & Remembering

/**
 * Returns the store with a cache for frequent reads. Commits of this process are visible at once,
 * those of others after `staleMs`.
 */
export function rememberingStore<S extends Store>(
  store: S,
  {
    cacheBytes = defaultCacheBytes,
    monotonicMs = () => performance.now(),
  }: RememberingOptions = {},
): S & Remembering {
  const staleMs = store.staleMs + othersCountAfterMs
  let { position } = store.changes()
  let lookedAt = monotonicMs()
  let committed = false
  const look = () => {
    // Compare times, because a timer would fire after requests that waited while the process was
    // stopped.
    const now = monotonicMs()
    if (!committed && now - lookedAt < othersCountAfterMs) return
    const found = store.changes(position)
    committed = false
    lookedAt = now
    position = found.position
    if (found.keys === 'all') answers.changed('all')
    else if (found.keys.length > 0) answers.changed(withScopes(found.keys))
  }
  const answers = createAnswers(look)
  return {
    ...store,
    staleMs,
    cache: <T extends object, K>(most: number, bytesOf?: (answer: T) => number) =>
      answers.cache<T, K>(most, bytesOf && { most: cacheBytes, of: bytesOf }),
    cacheBytes,
    revision() {
      look()
      return position
    },
    cacheFigures: answers.figures,
    reads: notedReads(store.reads, answers, cacheBytes),
    transact: (work, accounts) =>
      store.transact(work, accounts).finally(() => {
        committed = true
      }),
  }
}

/** A name that every change includes, for answers that depend on all records. */
const anything = ''

/** Returns the records' names and the names of the lists and counts that may include them. */
function withScopes(names: Exclude<Changes['keys'], 'all'>): ReadonlySet<string> {
  const all = new Set([anything])
  for (const name of names) {
    const [kind, account] = name.split('/', 2) as [string, string]
    all.add(kind).add(`${kind}/${account}`).add(name)
  }
  return all
}

function notedReads(
  reads: Reads,
  { reads: cacheOfReads, note }: Answering,
  cacheBytes: number,
): Reads {
  const found = cacheOfReads<RecordKinds[RecordKind]>(Math.ceil(cacheBytes / leastBytes), {
    most: cacheBytes,
    of: bytesOf,
  })
  return {
    find<K extends RecordKind>(kind: K, account: string, key: string) {
      return found.get(recordName(kind, account, key), () =>
        reads.find(kind, account, key),
      ) as Promise<RecordKinds[K] | undefined>
    },
    list(kind, account, page) {
      note(`${kind}/${account}`)
      return reads.list(kind, account, page)
    },
    count(kind, account) {
      note(`${kind}/${account}`)
      return reads.count(kind, account)
    },
    linked(kind, account, target, page) {
      note(`${kind}/${account}`)
      return reads.linked(kind, account, target, page)
    },
    countLinked(kind, account, target) {
      note(`${kind}/${account}`)
      return reads.countLinked(kind, account, target)
    },
    linkTargets(kind, account, page) {
      note(`${kind}/${account}`)
      return reads.linkTargets(kind, account, page)
    },
    search(kind, account, search) {
      note(`${kind}/${account}`)
      return reads.search(kind, account, search)
    },
    accountByAlias(alias) {
      note('account')
      return reads.accountByAlias(alias)
    },
    samlProviderById(id) {
      note('samlProvider')
      return reads.samlProviderById(id)
    },
    accounts() {
      note(anything)
      return reads.accounts()
    },
  }
}

/** About as many bytes as the value takes in memory. */
const bytesOf = (value: unknown): number => 2 * charactersIn(value)

/** About as many characters as the value has as JSON. */
function charactersIn(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 8
  return Object.entries(value).reduce(
    (sum, [name, part]) => sum + name.length + charactersIn(part),
    16,
  )
}

type Answering = Pick<ReturnType<typeof createAnswers>, 'reads' | 'note'>
