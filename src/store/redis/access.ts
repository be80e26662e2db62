/** A host and port. */
export interface Node {
  readonly host: string
  readonly port: number
}

/** How the Redis that nodes share is reached. Never logged: `describeAccess` is for people. */
export interface RedisAccess {
  readonly place:
    | { readonly kind: 'server'; readonly node: Node }
    | { readonly kind: 'sentinel'; readonly name: string; readonly sentinels: Sentinels }
    | { readonly kind: 'cluster'; readonly nodes: readonly Node[] }
  readonly login: Login
  readonly database?: number | undefined
  /** Absent: no TLS. */
  readonly tls?: Tls | undefined
}

export interface Sentinels {
  readonly nodes: readonly Node[]
  readonly login: Login
  readonly tls?: Tls | undefined
}

export interface Login {
  readonly username?: string | undefined
  /** Called for each new connection. Absent: the server asks for none. */
  readonly password?: (() => Promise<string>) | undefined
}

/** PEM texts; without `ca`, the authorities of the system. */
export interface Tls {
  readonly ca?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
  readonly servername?: string | undefined
}

const address = ({ host, port }: Node) => `${host.includes(':') ? `[${host}]` : host}:${port}`

/** Which Redis is meant, without secrets. */
export function describeAccess({ place }: RedisAccess): string {
  if (place.kind === 'server') return `Redis at ${address(place.node)}`
  const nodes = place.kind === 'cluster' ? place.nodes : place.sentinels.nodes
  const all = nodes.map(address).join(', ')
  return place.kind === 'cluster'
    ? `the Redis Cluster of ${all}`
    : `Redis \`${place.name}\` of the sentinels ${all}`
}
