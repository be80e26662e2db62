import type { AwsFault } from '../../kernel/aws-fault.ts'
import type { RecordKinds } from '../../store/records.ts'
import type { Reads } from '../../store/store.ts'

/** What the list operations take. */
export interface PageRequest {
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
  readonly PathPrefix?: string | undefined
}
/** IAM API reference: 100 items when the caller does not say. */
const defaultMaxItems = 100

/**
 * One page of an account's records, in order of name. The marker is the last key of the page before, opaque to
 * callers; one that we did not make is refused.
 */
export async function pageOf<K extends 'user' | 'role'>(
  reads: Reads,
  kind: K,
  account: string,
  request: PageRequest,
  refuse: (message: string) => AwsFault,
): Promise<{ readonly records: readonly RecordKinds[K][]; readonly marker: string | undefined }> {
  const limit = request.MaxItems ?? defaultMaxItems
  const rows = await reads.list(kind, account, {
    limit: limit + 1,
    ...(request.PathPrefix !== undefined && { pathPrefix: request.PathPrefix }),
    ...(request.Marker !== undefined && { after: keyOf(request.Marker, refuse) }),
  })
  const page = rows.slice(0, limit)
  const marker = rows.length > limit ? markerOf(page.at(-1)!.key) : undefined
  return { records: page.map(({ record }) => record), marker }
}

function markerOf(key: string): string {
  return Buffer.from(key, 'utf8').toString('base64url')
}

function keyOf(marker: string, refuse: (message: string) => AwsFault): string {
  const key = Buffer.from(marker, 'base64url').toString('utf8')
  if (key === '' || markerOf(key) !== marker) throw refuse(`Invalid Marker: ${marker.slice(0, 128)}`)
  return key
}
