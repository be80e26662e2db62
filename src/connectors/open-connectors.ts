import type { Connector, ConnectorType, Upstream } from './connector.ts'
import { file } from './file/connector.ts'
import type { FileSettings } from './file/settings.ts'
import { ldap } from './ldap/connector.ts'
import type { LdapSettings } from './ldap/settings.ts'
import type { OAuth2Settings } from './oauth2/settings.ts'
import type { OidcPorts } from './oidc/connector.ts'
import type { OidcSettings } from './oidc/settings.ts'
import { protocolOf } from './protocol-of.ts'
import { type SamlPorts, saml } from './saml/connector.ts'
import type { SamlSettings } from './saml/settings.ts'

/** What all protocols together need. */
type Ports = SamlPorts & OidcPorts

/** The settings of each protocol that may be configured. */
interface SettingsOf {
  readonly file: FileSettings
  readonly ldap: LdapSettings
  readonly oauth2: OAuth2Settings
  readonly oidc: OidcSettings
  readonly saml: SamlSettings
}
type Configurable = keyof SettingsOf

type ConnectorTypes = {
  readonly [P in Configurable]: ConnectorType<SettingsOf[P], Upstream, Ports>
}
/** Typed so that a protocol without a row here does not compile. */
const connectorTypes: ConnectorTypes = {
  file,
  ldap,
  oauth2: {
    protocol: protocolOf('oauth2'),
    open: async (...opening) => (await import('./oauth2/connector.ts')).oauth2.open(...opening),
  },
  oidc: {
    protocol: 'oidc',
    // Loaded where it is used: its library takes as long as all of the others.
    open: async (...opening) => (await import('./oidc/connector.ts')).oidc.open(...opening),
  },
  saml,
}

export type AnyConnectorSettings<P extends Configurable = Configurable> = {
  readonly [Type in P]: { readonly type: Type } & SettingsOf[Type]
}[P]

/** Settings by connector id, in the order in which people see the connectors. */
export type ConnectorsSettings = Readonly<
  Record<
    string,
    AnyConnectorSettings & { readonly label: string; readonly accounts: readonly string[] }
  >
>

export interface Connectors extends AsyncDisposable {
  readonly list: readonly Connector[]
  /**
   * Opens connectors that changed and keeps the others. Throws, with nothing changed, when one
   * can't be opened. Removed connectors are closed after `lingerMs`, so that sign-ins under way can
   * finish.
   */
  apply(settings: ConnectorsSettings): Promise<void>
}

interface Opened {
  readonly connector: Connector
  readonly text: string
}

export async function openConnectors(
  settings: ConnectorsSettings,
  ports: Ports,
  lingerMs: number,
): Promise<Connectors> {
  let opened: readonly Opened[] = []
  const leaving = new Set<Connector>()

  async function close(connector: Connector): Promise<void> {
    if (!leaving.delete(connector)) return
    await connector.upstream[Symbol.asyncDispose]()
  }
  async function apply(wanted: ConnectorsSettings): Promise<void> {
    const next: Opened[] = []
    const fresh: Connector[] = []
    try {
      for (const [id, one] of Object.entries(wanted)) {
        const text = JSON.stringify(one)
        const kept = opened.find((other) => other.connector.id === id && other.text === text)
        if (!kept) fresh.push(await connect(id, one, ports))
        next.push(kept ?? { connector: fresh.at(-1)!, text })
      }
    } catch (error) {
      await Promise.all(fresh.map(({ upstream }) => upstream[Symbol.asyncDispose]()))
      throw error
    }
    for (const { connector } of opened) {
      if (next.some((one) => one.connector === connector)) continue
      leaving.add(connector)
      setTimeout(() => void close(connector), lingerMs).unref()
    }
    for (const { connector } of opened) {
      if ('reconsider' in connector.upstream) connector.upstream.reconsider?.()
    }
    opened = next
  }

  await apply(settings)
  return {
    get list() {
      return opened.map(({ connector }) => connector)
    },
    apply,
    async [Symbol.asyncDispose]() {
      for (const { connector } of opened) leaving.add(connector)
      opened = []
      await Promise.all([...leaving].map(close))
    },
  }
}

async function connect(
  id: string,
  settings: ConnectorsSettings[string],
  ports: Ports,
): Promise<Connector> {
  const { type, label, accounts } = settings
  const protocol = protocolOf(type)
  const passwordUrl = settings.type === 'ldap' ? settings.passwordUrl : undefined
  return { id, protocol, label, accounts, passwordUrl, upstream: await open(id, settings, ports) }
}

function open<P extends Configurable>(
  id: string,
  settings: AnyConnectorSettings<P>,
  ports: Ports,
): Promise<Upstream> {
  const type: ConnectorTypes[P] = connectorTypes[settings.type]
  return type.open(id, settings, ports)
}
