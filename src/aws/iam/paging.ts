import type { AwsFault } from '../../kernel/aws-fault.ts'
import type { RecordKind, RecordKinds } from '../../store/records.ts'
import type { Listed, Reads } from '../../store/store.ts'
import type { Call } from '../operation.ts'
import type { NamedKind } from './entity.ts'

/** The paging members in the input of list operations. */
export interface PageRequest {
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
  readonly PathPrefix?: string | undefined
}
/** IAM API reference: 100 items when the request has no MaxItems. */
export const defaultMaxItems = 100

/** The account whose records are listed, and the way to refuse a marker. */
type Lister = Pick<Call<never>, 'account' | 'fault'>

/** The kinds whose keys are folded names. */
type ListableKind = NamedKind | 'instanceProfile' | 'serverCertificate'

export interface ListedKind<K extends ListableKind> {
  readonly kind: K
  /** Lists only the records that link to this target (store/links.ts). */
  readonly target?: string | undefined
}

/**
 * Returns one page of an account's records, ordered by name. The marker is the last key of the
 * previous page, opaque to callers; a marker that `markerOf` did not make is refused.
 */
export async function pageOf<K extends ListableKind>(
  reads: Reads,
  { kind, target }: ListedKind<K>,
  { Marker, MaxItems = defaultMaxItems, PathPrefix }: PageRequest,
  call: Lister,
): Promise<{ readonly records: readonly RecordKinds[K][]; readonly marker: string | undefined }> {
  const page = {
    limit: MaxItems + 1,
    pathPrefix: PathPrefix,
    ...(Marker !== undefined && { after: keyOf(Marker, call) }),
  }
  const rows = await (target === undefined
    ? reads.list(kind, call.account, page)
    : reads.linked(kind, call.account, target, page))
  const told = rows.slice(0, MaxItems)
  const marker = rows.length > MaxItems ? markerOf(told.at(-1)!.key) : undefined
  return { records: told.map(({ record }) => record), marker }
}

/** Returns one page of a list in memory, ordered by `nameOf`, with the same kind of markers. */
export function pageOfList<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  { Marker, MaxItems: limit = defaultMaxItems }: PageRequest,
  call: Pick<Lister, 'fault'>,
): { readonly items: readonly T[]; readonly marker: string | undefined } {
  const after = Marker === undefined ? undefined : keyOf(Marker, call)
  const sorted = items
    .map((item) => ({ item, name: nameOf(item) }))
    .sort((a, b) => compare(a.name, b.name))
  const rest = after === undefined ? sorted : sorted.filter(({ name }) => name > after)
  const page = rest.slice(0, limit)
  return {
    items: page.map(({ item }) => item),
    marker: rest.length > limit ? markerOf(page.at(-1)!.name) : undefined,
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** Reads every record of a kind page by page, for queries that no index answers. */
export async function everyRecord<K extends RecordKind>(
  reads: Reads,
  kind: K,
  account: string,
  pathPrefix?: string | undefined,
): Promise<readonly Listed<RecordKinds[K]>[]> {
  const found: Listed<RecordKinds[K]>[] = []
  for (let after: string | undefined; ; after = found.at(-1)?.key) {
    const page = await reads.list(kind, account, {
      limit: 500,
      after,
      pathPrefix,
    })
    found.push(...page)
    if (page.length < 500) return found
  }
}

export function markerOf(key: string): string {
  return Buffer.from(key, 'utf8').toString('base64url')
}

/** Throws ValidationError for a marker that `markerOf` did not make. */
export function keyOf(marker: string, { fault }: Pick<Lister, 'fault'>): string {
  const key = Buffer.from(marker, 'base64url').toString('utf8')
  if (key === '' || markerOf(key) !== marker) throw invalidMarker(marker, { fault })
  return key
}

export function invalidMarker(marker: string, { fault }: Pick<Lister, 'fault'>): AwsFault {
  return fault('ValidationError', `Invalid Marker: ${marker.slice(0, 128)}`)
}
