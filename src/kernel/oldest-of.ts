/**
 * Returns the hundredth of a map's keys that were set first, for eviction. Many at a time, because
 * a map finds its first key behind all keys that were deleted before it.
 */
export function oldestOf<K>(map: ReadonlyMap<K, unknown>): readonly K[] {
  return map
    .keys()
    .take(Math.ceil(map.size / 100))
    .toArray()
}
