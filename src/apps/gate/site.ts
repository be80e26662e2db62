/** One application behind the gate, as this room reads it. */
export interface Site {
  readonly label: string
  /** In lower case, with the port where requests have one. */
  readonly hosts: readonly string[]
  readonly paths: readonly PathRule[]
  /** Names of headers by what they tell: `user`, `name`, `groups`, `token`, and each claim. */
  readonly headers: Readonly<Record<string, string>>
  readonly lifetimeSeconds?: number | undefined
}

/** What holds for a path and everything below it. */
export interface PathRule {
  readonly path: string
  readonly public?: true | undefined
  /** Of a public path; absent: all. */
  readonly methods?: readonly string[] | undefined
  readonly when?: string | undefined
}

/** The settings of the gate. */
export interface GateSettings {
  readonly proxies: readonly string[]
  readonly secret?: string | undefined
  readonly recheckSeconds: number
  readonly sites: Readonly<Record<string, Site>>
}

/** A site as the settings have it now. */
export interface NamedSite extends Site {
  readonly id: string
}

/** Sites by host. */
export function sitesByHost({ sites }: GateSettings): ReadonlyMap<string, NamedSite> {
  return new Map(
    Object.entries(sites).flatMap(([id, site]) =>
      site.hosts.map((host) => [host, { id, ...site }] as const),
    ),
  )
}

/** The name under which the rule of a path is compiled. */
export function pathRuleId(site: string, path: string): string {
  return `${site} ${path}`
}
