import { type Connector, redirects, takesPasswords } from '../connectors/connector.ts'
import { serversRemark } from '../connectors/directory-servers.ts'
import { certificateRemark } from '../connectors/saml-certificates.ts'

/** Whether people can sign in by a connector now, as an administrator sees it. */
export interface ConnectorState {
  readonly reachable: boolean
  /** Why it can't be reached, or what will end soon. */
  readonly remark?: string | undefined
  readonly servers: readonly {
    readonly url: string
    readonly trouble: { readonly reason: string; readonly askedAgainAt: Date } | undefined
  }[]
  readonly certificates: readonly {
    readonly whose: string
    readonly fingerprint: string
    readonly expiresAt: Date
  }[]
}

const probeMs = 3000

/** Asks the directory or provider, for three seconds at most. */
export async function connectorState(connector: Connector, now: Date): Promise<ConnectorState> {
  const { upstream } = connector
  const trouble = await upstream.probe(AbortSignal.timeout(probeMs)).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
  return {
    reachable: trouble === undefined,
    remark: trouble ?? certificateRemark(connector, now) ?? serversRemark(connector),
    servers: takesPasswords(connector) ? (connector.upstream.servers?.() ?? []) : [],
    certificates: redirects(connector) ? (connector.upstream.certificates?.() ?? []) : [],
  }
}
