import type { Connected } from './connected.ts'
import type { Upstream } from './connector.ts'
import { file } from './file/connector.ts'
import type { FileSettings } from './file/settings.ts'
import { ldap } from './ldap/connector.ts'
import type { LdapSettings } from './ldap/settings.ts'
import { saml, type SamlPorts } from './saml/connector.ts'
import type { SamlSettings } from './saml/settings.ts'

export type AnyConnectorSettings = ({ readonly type: 'file' } & FileSettings) | ({ readonly type: 'ldap' } & LdapSettings) | ({ readonly type: 'saml' } & SamlSettings)

/** By the connector's id, in the order that people see. */
export type ConnectorsSettings = Readonly<Record<string, AnyConnectorSettings & { readonly label: string; readonly accounts: readonly string[] }>>

export interface Connectors extends AsyncDisposable {
  readonly list: readonly Connected[]
  /**
   * Opens what changed and keeps what did not. Throws, with nothing changed, when one can't be opened. What left is closed
   * after `lingerMs`: sign-ins that are under way end in peace.
   */
  apply(settings: ConnectorsSettings): Promise<void>
}

interface Opened { readonly connected: Connected; readonly text: string }

export async function openConnectors(settings: ConnectorsSettings, ports: SamlPorts, lingerMs: number): Promise<Connectors> {
  let opened: readonly Opened[] = []
  const leaving = new Set<Connected>()

  async function close(connected: Connected): Promise<void> {
    if (!leaving.delete(connected)) return
    await connected.upstream[Symbol.asyncDispose]()
  }
  async function apply(wanted: ConnectorsSettings): Promise<void> {
    const next: Opened[] = []
    const fresh: Connected[] = []
    try {
      for (const [id, one] of Object.entries(wanted)) {
        const text = JSON.stringify(one)
        const kept = opened.find((other) => other.connected.id === id && other.text === text)
        if (!kept) fresh.push(await connect(id, one, ports))
        next.push(kept ?? { connected: fresh.at(-1)!, text })
      }
    } catch (error) {
      await Promise.all(fresh.map(({ upstream }) => upstream[Symbol.asyncDispose]()))
      throw error
    }
    for (const { connected } of opened) {
      if (next.some((one) => one.connected === connected)) continue
      leaving.add(connected)
      setTimeout(() => void close(connected), lingerMs).unref()
    }
    opened = next
  }

  await apply(settings)
  return {
    get list() {
      return opened.map(({ connected }) => connected)
    },
    apply,
    async [Symbol.asyncDispose]() {
      for (const { connected } of opened) leaving.add(connected)
      opened = []
      await Promise.all([...leaving].map(close))
    },
  }
}

async function connect(id: string, settings: ConnectorsSettings[string], ports: SamlPorts): Promise<Connected> {
  const { type: protocol, label, accounts } = settings
  return { id, protocol, label, accounts, upstream: await open(id, settings, ports) }
}

function open(id: string, settings: ConnectorsSettings[string], ports: SamlPorts): Promise<Upstream> {
  if (settings.type === 'file') return file.open(id, settings, ports)
  return settings.type === 'ldap' ? ldap.open(id, settings, ports) : saml.open(id, settings, ports)
}
