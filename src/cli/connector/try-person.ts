import type { Environment } from '../../config/references.ts'
import type { Settings } from '../../config/settings.ts'
import { OidcFault } from '../../connectors/oidc/oidc-fault.ts'
import { systemClock } from '../../kernel/clock.ts'
import type { Identity } from '../../kernel/identity.ts'
import { openOutbound } from '../../outbound/outbound.ts'
import type { Output } from '../check.ts'
import { fitSettings } from '../fit-settings.ts'
import { plain, reportMapping } from '../mapping-report.ts'
import { type Desk, openDesk } from './desk.ts'
import { personLines } from './person-lines.ts'

export interface TryAsked {
  readonly config: string
  readonly id: string
  /** Port of loopback; 0 takes a free one. */
  readonly port: string
}

type ConnectorSettings = Settings['connectors'][string]

/** What the attempt has to work with. */
export interface TryPorts {
  readonly clock: typeof systemClock
  readonly outbound: Awaited<ReturnType<typeof openOutbound>>
  readonly publicUrl: URL
  readonly log: () => void
}

/** Who signed in, and what the provider told of that person. */
export interface Tried {
  readonly told: Readonly<Record<string, unknown>>
  readonly identity: Identity
}

type SettingsOf<T> = Extract<ConnectorSettings, { type: T }>

/** How a person signs in through connectors of one type. */
export interface TriedType<T extends ConnectorSettings['type']> {
  readonly type: T
  signIn(
    settings: SettingsOf<T>,
    ports: TryPorts,
    visit: (redirectUri: string, begin: Parameters<Desk['visit']>[1]) => ReturnType<Desk['visit']>,
  ): Promise<Tried>
}

/**
 * Signs a person in through the connector with a listener on loopback in place of Gatehouse, and
 * prints what the provider told, the identity and the result of every rule. Returns the exit code:
 * 0 with grants, 2 without any, 1 where the sign-in fails earlier.
 */
export async function tryPerson<T extends ConnectorSettings['type']>(
  { config, id, port }: TryAsked,
  env: Environment,
  output: Output,
  { type, signIn }: TriedType<T>,
): Promise<number> {
  const loaded = await fitSettings(config, env, output)
  if (!loaded) return 1
  const settings = loaded.settings.connectors[id]
  if (settings?.type !== type) {
    output.err(`${config} has no connector \`${id}\` of type ${type}`)
    return 1
  }
  await using outbound = await openOutbound(loaded.settings.outbound)
  await using desk = await openDesk(Number(port))
  const ports = { clock: systemClock, outbound, publicUrl: desk.origin, log: () => {} }
  try {
    const { told, identity } = await signIn(
      settings as SettingsOf<T>,
      ports,
      (redirectUri, begin) => desk.visit(redirectUri, begin, output),
    )
    for (const line of personLines(told, identity)) output.out(line)
    return reportMapping(loaded.mappings.evaluate(identity), output)
  } catch (error) {
    if (!(error instanceof OidcFault)) throw error
    output.err(`${id}: ${plain(error.detail)}`)
    return 1
  }
}
