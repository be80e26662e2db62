/** What a request means, for services that a proxy asks for. */
export interface Route {
  readonly method: string
  /** `/orders/{OrderId}`: a name in braces stands for one segment. */
  readonly path: string
  /** Without the prefix. */
  readonly action: string
  /** Form of the resource's ARN, with `${Name}` for what the path says; `*`: no resource. */
  readonly arn: string
}

/** What the ARN's form says besides the path. */
export interface ArnPlace {
  readonly Partition: string
  readonly Region: string
  readonly Account: string
}

/**
 * The action and resource of the first route that fits; undefined when none does. The path may be
 * anything: whether it can be read in one way only is checked with its signature.
 */
export function routed(
  routes: readonly Route[],
  { method, path }: { readonly method: string; readonly path: string },
  place: ArnPlace,
): { readonly action: string; readonly resource: string } | undefined {
  const segments = path.split('/')
  for (const route of routes) {
    const found = route.method === method && partsOf(route.path.split('/'), segments)
    if (!found) continue
    const parts = new Map([...Object.entries(place), ...found])
    const resource = route.arn.replace(/\$\{(\w+)\}/g, (whole, name) => parts.get(name) ?? whole)
    return { action: route.action, resource }
  }
  return undefined
}

function partsOf(
  route: readonly string[],
  segments: readonly string[],
): readonly (readonly [string, string])[] | undefined {
  if (route.length !== segments.length) return undefined
  const parts: [string, string][] = []
  for (const [at, wanted] of route.entries()) {
    const segment = decoded(segments[at]!)
    const name = /^\{(\w+)\}$/.exec(wanted)?.[1]
    if (segment === undefined || (name === undefined ? segment !== wanted : segment === ''))
      return undefined
    if (name !== undefined) parts.push([name, segment])
  }
  return parts
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
