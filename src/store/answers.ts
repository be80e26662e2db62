import { AsyncLocalStorage } from 'node:async_hooks'
import { oldestOf } from '../kernel/oldest-of.ts'

/** Caches answers that were made from records, each until one of those records changes. */
export interface AnswerCache<T, K = string> {
  /**
   * Returns the cached answer, or the result of `make`. Caches neither `undefined` nor failures.
   * Concurrent callers share one `make`.
   */
  get(key: K, make: () => Promise<T | undefined>): Promise<T | undefined>
}

/**
 * Tracks what the answers of one store depend on. While an answer is made, notes each record that
 * is read and each cached answer that is used; a change of a record invalidates exactly the answers
 * that depend on it.
 */
export interface Answers {
  /**
   * Keeps `most` answers, and no more than weigh what `weight` allows together; drops those first
   * that nobody asked for lately.
   */
  cache<T extends object, K = string>(most: number, weight?: Weight<T>): AnswerCache<T, K>
  /**
   * Like `cache`, for answers that are one read of the store each: the key is the name of the
   * record.
   */
  reads<T extends object>(most: number, weight?: Weight<T>): AnswerCache<T>
  /** Call before a read: notes that the answer being made, if any, depends on `name`. */
  note(name: string): void
  /** Call once the commit can be read: invalidates the answers made from one of `names`, or all. */
  changed(names: Iterable<string> | 'all'): void
  /** Of single reads (`records`), and of answers that are made from them. */
  figures(): Readonly<Record<'records' | 'answers', CacheFigures>>
}

/** What caches hold now, and what they did so far. */
export interface CacheFigures {
  readonly entries: number
  /** In the unit of `Weight`; 0 where nothing is weighed. */
  readonly weight: number
  readonly hits: number
  readonly misses: number
  /** Dropped for room. */
  readonly evicted: number
}
type Counts = { -readonly [K in keyof CacheFigures]: CacheFigures[K] }
const noCounts = (): Counts => ({ entries: 0, weight: 0, hits: 0, misses: 0, evicted: 0 })

/** How much answers may weigh together, in the unit that `of` returns. */
export interface Weight<T> {
  readonly most: number
  of(answer: T): number
}

/**
 * One answer. INVARIANT: nothing that it was made from has changed up to `seq`. `seq` is set before
 * the first read, so that a commit during the making invalidates the answer.
 */
interface Node {
  seq: number
  /** Reads and answers may still be added, so the answer is valid for its own `seq` only. */
  unfinished: boolean
  /** Records that were read: a change of one invalidates the answer. */
  readonly names: string[]
  /** Answers that were used: when one is invalid, so is this one. */
  readonly uses: Node[]
}

interface Kept<T> {
  readonly node: Node
  // Cache the promise, so that a hit allocates nothing.
  readonly answer: Promise<T | undefined>
  /** 0 until it is made. */
  weight: number
  /** Since it was kept, or since its last chance. */
  used: boolean
}

/**
 * Keeps answers, and drops some when they are too many or weigh too much: the oldest first, those
 * that were used since get a second chance. That is nearly the least recently used one, and a hit
 * costs no more than a mark.
 */
function keptAnswers<T extends object, K>(
  size: number,
  weight: Weight<T> | undefined,
  counts: Counts,
) {
  const known = new Map<K, Kept<T>>()
  let total = 0
  const remove = (key: K) => {
    const gone = known.get(key)
    if (!gone) return
    total -= gone.weight
    counts.weight -= gone.weight
    counts.entries--
    known.delete(key)
  }
  const makeRoom = () => {
    for (const key of oldestOf(known)) {
      const one = known.get(key)!
      if (one.used) {
        one.used = false
        known.delete(key)
        known.set(key, one)
        continue
      }
      remove(key)
      counts.evicted++
    }
  }
  const weigh = (kept: Kept<T>, made: T) => {
    if (!weight) return
    kept.weight = weight.of(made)
    total += kept.weight
    counts.weight += kept.weight
    // It is the newest, so that others make room first.
    kept.used ||= total > weight.most
    while (total > weight.most) makeRoom()
  }
  return {
    get: (key: K) => known.get(key),
    set(key: K, kept: Kept<T>) {
      remove(key)
      while (known.size >= size) makeRoom()
      known.set(key, kept)
      counts.entries++
      const end = (made: T | undefined) => {
        if (known.get(key) !== kept) return
        if (made) weigh(kept, made)
        else remove(key)
      }
      kept.answer.then(end, () => end(undefined))
    },
  }
}

/**
 * How many names have their last change recorded; answers older than a dropped change are made
 * again.
 */
const mostNames = 50_000

/**
 * Calls `look` before every answer; it calls `changed` if something changed. Throws what `look`
 * throws, because an answer that can't be checked must not come from the cache.
 */
export function createAnswers(look: () => void, most = mostNames): Answers {
  const lastChange = new Map<string, number>()
  const making = new AsyncLocalStorage<Node>()
  const counted = { records: noCounts(), answers: noCounts() }
  let unfinished = 0
  let seq = 0
  let floor = 0

  function isFresh(node: Node): boolean {
    if (node.seq === seq) return true
    if (node.unfinished || node.seq < floor) return false
    for (const name of node.names) if ((lastChange.get(name) ?? 0) > node.seq) return false
    for (const used of node.uses) if (!isFresh(used)) return false
    node.seq = seq
    return true
  }

  /** Returns the answer being made, if any. Reads the async context only while there is one. */
  function asker(): Node | undefined {
    const by = unfinished === 0 ? undefined : making.getStore()
    return by?.unfinished ? by : undefined
  }

  function use(node: Node): void {
    const by = asker()
    if (by && by.uses.at(-1) !== node) by.uses.push(node)
  }

  function start<T>(names: string[], make: (node: Node) => Promise<T | undefined>): Kept<T> {
    const node: Node = { seq, unfinished: true, names, uses: [] }
    use(node)
    unfinished++
    const answer = new Promise<T | undefined>((resolve) => resolve(make(node)))
    const end = () => {
      node.unfinished = false
      unfinished--
    }
    answer.then(end, end)
    return { node, answer, weight: 0, used: false }
  }

  function cacheOf<T extends object, K>(
    size: number,
    begin: (key: K, make: () => Promise<T | undefined>) => Kept<T>,
    counts: Counts,
    weight: Weight<T> | undefined,
  ): AnswerCache<T, K> {
    const known = keptAnswers<T, K>(size, weight, counts)
    return {
      get(key, make) {
        look()
        const found = known.get(key)
        if (found && isFresh(found.node)) {
          if (unfinished > 0) use(found.node)
          found.used = true
          counts.hits++
          return found.answer
        }
        counts.misses++
        const kept = begin(key, make)
        known.set(key, kept)
        return kept.answer
      },
    }
  }

  const anew = <T>(_key: unknown, make: () => Promise<T | undefined>) =>
    start([], (node) => making.run(node, make))

  return {
    cache: <T extends object, K>(size: number, weight?: Weight<T>) =>
      cacheOf<T, K>(size, anew, counted.answers, weight),
    reads: <T extends object>(size: number, weight?: Weight<T>) =>
      cacheOf<T, string>(size, (name, make) => start([name], make), counted.records, weight),
    figures: () => counted,
    note: (name) => void asker()?.names.push(name),
    changed(names) {
      seq++
      if (names === 'all') {
        lastChange.clear()
        floor = seq
        return
      }
      for (const name of names) {
        lastChange.delete(name)
        if (lastChange.size >= most) floor = Math.max(floor, dropOldest(lastChange))
        lastChange.set(name, seq)
      }
    },
  }
}

/** Drops the oldest changes, and returns the last of them. */
function dropOldest(lastChange: Map<string, number>): number {
  let last = 0
  for (const one of oldestOf(lastChange)) {
    last = Math.max(last, lastChange.get(one)!)
    lastChange.delete(one)
  }
  return last
}
