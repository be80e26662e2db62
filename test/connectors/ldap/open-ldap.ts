import type { z } from 'zod'
import type { PasswordUpstream } from '../../../src/connectors/connector.ts'
import { ldap } from '../../../src/connectors/ldap/connector.ts'
import { ldapSettings } from '../../../src/connectors/ldap/settings.ts'
import type { Slapd } from '../../peers/slapd.ts'

export type RawSettings = z.input<typeof ldapSettings>
export const clock = { now: () => new Date('2026-03-01T08:00:00Z') }

export interface Opened extends PasswordUpstream {
  readonly logged: readonly Record<string, unknown>[]
}

/** Settings for `slapd` by search and LDAPS; `more` replaces whole keys. */
export function settingsFor(slapd: Slapd, more: Partial<RawSettings> = {}): RawSettings {
  return {
    label: 'Company directory',
    accounts: ['111122223333'],
    servers: [slapd.ldapsUrl],
    tls: { mode: 'ldaps', caFile: slapd.caFile },
    bind: { how: 'search', dn: slapd.serviceDn, password: slapd.servicePassword },
    people: { base: `ou=people,${slapd.baseDn}` },
    groups: { how: 'memberOf', base: `ou=groups,${slapd.baseDn}` },
    leastRefusalMs: 0,
    // Far beyond what a loaded machine needs.
    timeouts: { connectMs: 60_000, bindMs: 60_000, searchMs: 60_000 },
    ...more,
  }
}

export async function openLdap(
  raw: RawSettings,
  at: { readonly now: () => Date } = clock,
): Promise<Opened> {
  const logged: Record<string, unknown>[] = []
  const upstream = await ldap.open('corp', ldapSettings.parse(raw), {
    clock: at,
    log: (event, detail) => void logged.push({ event, ...detail }),
  })
  return Object.assign(upstream, { logged })
}

export const never = new AbortController().signal
