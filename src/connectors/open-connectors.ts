import type { Protocol } from '../kernel/identity.ts'
import type { Connected } from './connected.ts'
import type { ConnectorPorts, ConnectorType } from './connector.ts'
import { file } from './file/connector.ts'
import type { FileSettings } from './file/settings.ts'
import { ldap } from './ldap/connector.ts'
import type { LdapSettings } from './ldap/settings.ts'

export type AnyConnectorSettings = ({ readonly type: 'file' } & FileSettings) | ({ readonly type: 'ldap' } & LdapSettings)

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

export async function openConnectors(settings: ConnectorsSettings, ports: ConnectorPorts, lingerMs: number): Promise<Connectors> {
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

async function connect(id: string, settings: ConnectorsSettings[string], ports: ConnectorPorts): Promise<Connected> {
  const open = <S>(type: ConnectorType<S>, own: S): Promise<Connected> => opened(type.protocol, type.open(id, own, ports))
  const opened = async (protocol: Protocol, opening: ReturnType<ConnectorType<never>['open']>): Promise<Connected> =>
    ({ id, protocol, label: settings.label, accounts: settings.accounts, upstream: await opening })
  return settings.type === 'file' ? open(file, settings) : open(ldap, settings)
}
