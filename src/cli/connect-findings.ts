import type { SettingsProblem } from '../config/load.ts'
import type { ConnectorSettings, Settings } from '../config/settings.ts'
import type { Finding } from '../connectors/finding.ts'
import { examineDirectory } from '../connectors/ldap/examine.ts'
import { systemClock } from '../kernel/clock.ts'
import { type Outbound, openOutbound } from '../outbound/outbound.ts'

/** The longest time for one connector, whatever its directory does. */
const mostMs = 60_000

/**
 * Examines the directory of each LDAP connector and the provider of each OIDC and OAuth 2.0
 * connector; the findings' paths are those of the settings file.
 */
export async function connectFindings(
  settings: Pick<Settings, 'connectors' | 'outbound'>,
): Promise<readonly Finding[]> {
  const opened = await openOutbound(settings.outbound).catch((error: unknown) => String(error))
  if (typeof opened === 'string')
    return [{ path: ['outbound', 'caFile'], message: `cannot be read: ${opened}`, serious: true }]
  await using outbound = opened
  const all = Object.entries(settings.connectors).map(async ([id, one]) => {
    const found = await examined(one, outbound)
    return found.map((finding) => ({ ...finding, path: ['connectors', id, ...finding.path] }))
  })
  return (await Promise.all(all)).flat()
}

async function examined(one: ConnectorSettings, outbound: Outbound): Promise<readonly Finding[]> {
  if (one.type === 'ldap') return examineDirectory(one, systemClock, AbortSignal.timeout(mostMs))
  if (one.type === 'oauth2') {
    const { examineOAuth2 } = await import('../connectors/oauth2/examine.ts')
    return examineOAuth2(one, { clock: systemClock, outbound }, AbortSignal.timeout(mostMs))
  }
  if (one.type !== 'oidc') return []
  const { examineProvider } = await import('../connectors/oidc/examine.ts')
  return examineProvider(one, { clock: systemClock, outbound, log: () => {} })
}

/** Returns whether this warning about the file is a serious finding. */
export function isSerious(findings: readonly Finding[], { message }: SettingsProblem): boolean {
  return findings.some((finding) => finding.serious && finding.message === message)
}
