import type { AwsFault } from '../../kernel/aws-fault.ts'
import type { RecordKind, RecordKinds } from '../../store/records.ts'
import type { Listed, Reads } from '../../store/store.ts'

/** What the list operations take. */
export interface PageRequest {
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
  readonly PathPrefix?: string | undefined
}
/** IAM API reference: 100 items when the caller does not say. */
export const defaultMaxItems = 100

type Refuse = (message: string) => AwsFault

/**
 * One page of an account's records, in order of name; with `target`, of those that point at it (store/links.ts). The marker
 * is the last key of the page before, opaque to callers; one that we did not make is refused.
 */
export async function pageOf<K extends 'user' | 'group' | 'role'>(
  reads: Reads,
  kind: K,
  account: string,
  request: PageRequest,
  refuse: Refuse,
  target?: string,
): Promise<{ readonly records: readonly RecordKinds[K][]; readonly marker: string | undefined }> {
  const limit = request.MaxItems ?? defaultMaxItems
  const asked = {
    limit: limit + 1,
    ...(request.PathPrefix !== undefined && { pathPrefix: request.PathPrefix }),
    ...(request.Marker !== undefined && { after: keyOf(request.Marker, refuse) }),
  }
  const rows = await (target === undefined ? reads.list(kind, account, asked) : reads.linked(kind, account, target, asked))
  const page = rows.slice(0, limit)
  const marker = rows.length > limit ? markerOf(page.at(-1)!.key) : undefined
  return { records: page.map(({ record }) => record), marker }
}

/** One page of a list that is at hand, in order of `nameOf`; the same markers. */
export function pageOfList<T>(
  items: readonly T[], nameOf: (item: T) => string, { Marker, MaxItems: limit = defaultMaxItems }: PageRequest, refuse: Refuse,
): { readonly items: readonly T[]; readonly marker: string | undefined } {
  const after = Marker === undefined ? undefined : keyOf(Marker, refuse)
  const sorted = items.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0))
  const rest = after === undefined ? sorted : sorted.filter((item) => nameOf(item) > after)
  const page = rest.slice(0, limit)
  return { items: page, marker: rest.length > limit ? markerOf(nameOf(page.at(-1)!)) : undefined }
}

/** Every record of a kind, a page at a time: for what no index answers. */
export async function everyRecord<K extends RecordKind>(reads: Reads, kind: K, account: string, pathPrefix?: string): Promise<readonly Listed<RecordKinds[K]>[]> {
  const found: Listed<RecordKinds[K]>[] = []
  for (let after: string | undefined; ; after = found.at(-1)?.key) {
    const page = await reads.list(kind, account, { limit: 500, ...(after !== undefined && { after }), ...(pathPrefix !== undefined && { pathPrefix }) })
    found.push(...page)
    if (page.length < 500) return found
  }
}

export function markerOf(key: string): string {
  return Buffer.from(key, 'utf8').toString('base64url')
}

export function keyOf(marker: string, refuse: Refuse): string {
  const key = Buffer.from(marker, 'base64url').toString('utf8')
  if (key === '' || markerOf(key) !== marker) throw refuse(`Invalid Marker: ${marker.slice(0, 128)}`)
  return key
}
