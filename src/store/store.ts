import type { RecordKind, RecordKinds } from './records.ts'

export interface Page {
  /** Only records whose path starts with it. */
  readonly pathPrefix?: string
  /** Keys strictly after this one. */
  readonly after?: string
  readonly limit: number
}
export interface Listed<R> {
  readonly key: string
  readonly record: R
}

/** Reads of one snapshot. Keys: folded name; unique within (kind, account). */
export interface Reads {
  find<K extends RecordKind>(kind: K, account: string, key: string): Promise<RecordKinds[K] | undefined>
  /** In order of key (code point order). */
  list<K extends RecordKind>(kind: K, account: string, page: Page): Promise<readonly Listed<RecordKinds[K]>[]>
  count(kind: RecordKind, account: string): Promise<number>
  /** As `list`, of those alone that point at `target` (links.ts): the members of a group, the keys of a user. */
  linked<K extends RecordKind>(kind: K, account: string, target: string, page: Page): Promise<readonly Listed<RecordKinds[K]>[]>
  countLinked(kind: RecordKind, account: string, target: string): Promise<number>
  /** The account that has this alias. */
  accountByAlias(alias: string): Promise<string | undefined>
  /** Ids of all accounts that hold any record, but `*`. */
  accounts(): Promise<readonly string[]>
}

/** Writes of one transaction: all or nothing. */
export interface Writes extends Reads {
  /** False, and nothing written, when the key is taken. */
  insert<K extends RecordKind>(kind: K, account: string, key: string, record: RecordKinds[K]): Promise<boolean>
  /** False when there is nothing to update. */
  update<K extends RecordKind>(kind: K, account: string, key: string, record: RecordKinds[K]): Promise<boolean>
  /** False when there was nothing to remove. */
  remove(kind: RecordKind, account: string, key: string): Promise<boolean>
}

/** The durable store. One conformance suite runs on every adapter (test/conformance/store.ts). */
export interface Store extends AsyncDisposable {
  readonly reads: Reads
  /** Serializable. A thrown error rolls everything back and is rethrown. */
  transact<T>(work: (tx: Writes) => Promise<T>): Promise<T>
  /**
   * Changes whenever a committed write may have changed what `reads` answers, by this process or another on the
   * same data. Cheap enough to ask on every request: caches of records are valid as long as it stays.
   */
  version(): number
  /** Settings that nodes agree on: the sealed key ring. */
  readonly documents: Documents
}

export interface Documents {
  read(name: string): Promise<{ readonly text: string; readonly revision: number } | undefined>
  /** Compare and set: false when `expectedRevision` (0: absent) is no longer the current one. */
  write(name: string, text: string, expectedRevision: number): Promise<boolean>
}
