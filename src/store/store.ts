import type { RecordKind, RecordKinds } from './records.ts'
import type { Search, SearchedKind, SearchSlice } from './search.ts'

export interface Page {
  /** Only records whose path starts with it. Costs no more when few records have such a path. */
  readonly pathPrefix?: string | undefined
  /** Keys strictly after this one. */
  readonly after?: string | undefined
  readonly limit: number
}
export interface TargetPage {
  /** Only targets that start with it. */
  readonly prefix: string
  /** Targets strictly after this one. */
  readonly after?: string | undefined
  readonly limit: number
}
export interface Listed<R> {
  readonly key: string
  readonly record: R
}

/** Where a record is, for `find` with its kind. */
export interface RecordPlace {
  readonly account: string
  readonly key: string
}

/** Reads of one snapshot. Keys: folded name; unique within (kind, account). */
export interface Reads {
  find<K extends RecordKind>(
    kind: K,
    account: string,
    key: string,
  ): Promise<RecordKinds[K] | undefined>
  /** In order of key (code point order). */
  list<K extends RecordKind>(
    kind: K,
    account: string,
    page: Page,
  ): Promise<readonly Listed<RecordKinds[K]>[]>
  count(kind: RecordKind, account: string): Promise<number>
  /**
   * Like `list`, for records that link to `target` (links.ts), such as the members of a group or
   * the keys of a user.
   */
  linked<K extends RecordKind>(
    kind: K,
    account: string,
    target: string,
    page: Page,
  ): Promise<readonly Listed<RecordKinds[K]>[]>
  countLinked(kind: RecordKind, account: string, target: string): Promise<number>
  /** What records of the kind link to (links.ts), each target once, in code point order. */
  linkTargets(kind: RecordKind, account: string, page: TargetPage): Promise<readonly string[]>
  /**
   * One slice of a search by parts of names, paths and tags, in an order (search.ts): go on at
   * `next`. Reads no records, and bounded work is done for a slice. A record that is written
   * between slices may be missed.
   */
  search(kind: SearchedKind, account: string, search: Search): Promise<SearchSlice>
  /** The account that has this alias. */
  accountByAlias(alias: string): Promise<string | undefined>
  /** Account and key of the SAML provider that has this unique id. */
  samlProviderById(id: string): Promise<RecordPlace | undefined>
  /** Ids of all accounts that have any record, except `*`. */
  accounts(): Promise<readonly string[]>
}

/** Writes of one transaction: all or nothing. */
export interface Writes extends Reads {
  /** Returns false and writes nothing when the key exists. */
  insert<K extends RecordKind>(
    kind: K,
    account: string,
    key: string,
    record: RecordKinds[K],
  ): Promise<boolean>
  /** Returns false when there is no such record. */
  update<K extends RecordKind>(
    kind: K,
    account: string,
    key: string,
    record: RecordKinds[K],
  ): Promise<boolean>
  /** Returns false when there was no such record. */
  remove(kind: RecordKind, account: string, key: string): Promise<boolean>
  /** Adds a text to the outbox if the transaction commits. Returns its id. */
  leave(text: string): Promise<number>
}

/** Texts that transactions of all processes added and that are not delivered yet, in order. */
export interface Outbox {
  /** Returns texts added until `until` with ids after `after`, the oldest first. */
  waiting(asked: {
    readonly until: Date
    readonly after: number
    readonly limit: number
  }): Promise<readonly { readonly id: number; readonly text: string }[]>
  /** Removes delivered texts. */
  delivered(ids: readonly number[]): Promise<void>
}

export interface Changes {
  /** The value for `since` in the next call. Unchanged while no record changes. */
  readonly position: number
  /**
   * `recordName` of each record that was inserted, updated or removed. `all`: there were too many
   * changes, or `since` is too long ago, so that callers must drop everything they cache.
   */
  readonly keys: readonly string[] | 'all'
}

/**
 * Returns the name of a record in `changes`. Neither kinds nor accounts contain a slash; keys may.
 */
export function recordName(kind: RecordKind, account: string, key: string): string {
  return `${kind}/${account}/${key}`
}

/** The durable store. One conformance suite runs on every adapter (test/conformance/store.ts). */
export interface Store extends AsyncDisposable {
  readonly reads: Reads
  /**
   * Serializable among transactions that name an account in common, or none. `accounts`: those
   * whose records the work reads in order to write; absent: any, so that everybody else waits.
   * Throws StoreFault, like all other methods, when it can't be done now. A thrown error rolls
   * everything back and is rethrown; only changes of short-lived state stay (ephemeral.ts).
   */
  transact<T>(work: (tx: Writes) => Promise<T>, accounts?: readonly string[]): Promise<T>
  /**
   * Returns the records that changed after `since`, by commits of this process or another on the
   * same data. Reports a commit of this process as soon as `transact` has resolved, one of another
   * process after `staleMs` at the latest, and none before `reads` returns what it wrote. Throws
   * StoreFault when commits of other processes may be unknown for too long: what is cached must not
   * be used.
   */
  changes(since?: number): Changes
  /**
   * Undefined: `changes` answers, or fails for longer than a moment. Otherwise this process stood
   * still, and asks now what it missed: resolves once it knows, or could not learn it in time.
   */
  caughtUp?(): Promise<void> | undefined
  /**
   * How long cached data may be out of date after a commit of another process, in milliseconds.
   * Commits of this process are visible at once.
   */
  readonly staleMs: number
  /** Data that nodes share: the sealed key ring. */
  readonly documents: Documents
  readonly outbox: Outbox
  /**
   * Rejects while the store can't be read or accepts no writes. Cheap to call often, however much
   * the store holds: usually the result of a recent write answers for writing.
   */
  probe(): Promise<void>
  /** What an operator should know although `probe` resolves. */
  remark?(): string | undefined
}

export interface Documents {
  read(name: string): Promise<{ readonly text: string; readonly revision: number } | undefined>
  /** Compare and set: returns false when `expectedRevision` (0: absent) is not the current one. */
  write(name: string, text: string, expectedRevision: number): Promise<boolean>
}
