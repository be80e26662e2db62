/** Shortens lists of actions: wildcards stand in them only where they match nothing else. */

/**
 * Returns patterns that match exactly the `wanted` of all actions of a service, such as `s3:Get*`.
 * A wildcard follows at least one whole word and stands for two actions or more.
 */
export function patternsOf(
  service: string,
  all: readonly string[],
  wanted: readonly string[],
): readonly string[] {
  const lower = all.map((name) => name.toLowerCase())
  const isWanted = new Set(wanted.map((name) => name.toLowerCase()))
  const matchesOnlyWanted = (start: string): boolean =>
    lower.every((name) => !name.startsWith(start.toLowerCase()) || isWanted.has(name))
  const patterns: string[] = []
  let rest = [...wanted].sort()
  while (rest.length > 0) {
    const [name = ''] = rest
    const start = startsOf(name).find(
      (one) => matchesOnlyWanted(one) && rest.filter((other) => other.startsWith(one)).length > 1,
    )
    patterns.push(`${service}:${start === undefined ? name : `${start}*`}`)
    rest = rest.filter((other) => (start === undefined ? other !== name : !other.startsWith(start)))
  }
  return patterns
}

/** `GetBucketAcl` → `Get`, `GetBucket`, `GetBucketAcl` */
function startsOf(name: string): readonly string[] {
  const words = name.match(/[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+|./g) ?? [name]
  return words.map((_, at) => words.slice(0, at + 1).join(''))
}
