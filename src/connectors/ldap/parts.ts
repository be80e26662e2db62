import { readFile } from 'node:fs/promises'
import type { Clock } from '../../kernel/clock.ts'
import type { Identity } from '../../kernel/identity.ts'
import { SignInFault } from '../../kernel/sign-in-fault.ts'
import type { ConnectorPorts } from '../connector.ts'
import { NotLdap } from './ber.ts'
import { DirectoryTrouble } from './directory-trouble.ts'
import type { NamedGroups } from './group-names.ts'
import { type Ask, findGroups } from './groups.ts'
import { ldapIdentity } from './identity.ts'
import type { Entry } from './search-messages.ts'
import { ServiceLink } from './service-link.ts'
import type { LdapSettings } from './settings.ts'
import { Transport } from './transport.ts'

/** The parts of one connector; `service` is present where a service account finds people. */
export interface Parts {
  readonly id: string
  readonly settings: LdapSettings
  readonly transport: Transport
  readonly service: ServiceLink | undefined
  readonly clock: Clock
  readonly log: ConnectorPorts['log']
}

export async function partsOf(
  id: string,
  settings: LdapSettings,
  ports: ConnectorPorts,
): Promise<Parts> {
  const { servers, timeouts, bind, tls } = settings
  const { mode, caFile, serverName } = tls
  const log: ConnectorPorts['log'] = (event, detail) =>
    ports.log(event, { connector: id, ...detail })
  if (mode === 'cleartext-allowed')
    log('ldap.cleartext', { warning: 'passwords cross the network in the clear' })
  const ca = caFile === undefined ? undefined : await readFile(caFile, 'utf8')
  const { clock } = ports
  const security = { mode, ca, serverName }
  const transport = new Transport({ servers, security, timeouts }, { clock, log })
  const service = bind.how === 'search' ? new ServiceLink(transport, bind) : undefined
  return { id, settings, transport, service, clock, log }
}

export async function identityOf(
  { id, settings, clock }: Parts,
  { entry, name }: { readonly entry: Entry; readonly name: string },
  ask: Ask,
): Promise<{ readonly identity: Identity; readonly found: NamedGroups }> {
  const proven = { connector: id, settings, entry, name, authenticatedAt: clock.now() }
  const bare = ldapIdentity(proven)
  if ('missing' in bare) {
    const what = `the entry gives no single ${bare.missing}: may the reader see it?`
    throw new DirectoryTrouble('unfit', what)
  }
  const found = await findGroups(ask, settings.groups, entry, bare.username)
  return { identity: { ...bare, groups: found.names }, found }
}

/**
 * Turns trouble with the directory into SignInFault `directory-unavailable`; rethrows anything
 * else, which is a bug.
 */
export async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof DirectoryTrouble || error instanceof NotLdap)
      throw new SignInFault('directory-unavailable', error.message, { cause: error })
    throw error
  }
}
