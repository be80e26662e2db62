import { readFile } from 'node:fs/promises'
import { ResultCodeError } from 'ldapts'
import type { Identity } from '../../kernel/identity.ts'
import { SignInFault } from '../../kernel/sign-in-fault.ts'
import { unfitCredentials } from '../acceptable-password.ts'
import type { ConnectorPorts, ConnectorType, PasswordUpstream } from '../connector.ts'
import { withLeastTime } from '../least-time.ts'
import { NotLdap } from './ber.ts'
import { anyEntry } from './filters.ts'
import { type Found, findPerson, findSelf } from './find-person.ts'
import { type Ask, findGroups } from './groups.ts'
import { ldapIdentity } from './identity.ts'
import { bindName } from './names.ts'
import { refusalOf } from './refusals.ts'
import { ServiceLink } from './service-link.ts'
import type { LdapSettings } from './settings.ts'
import { DirectoryTrouble, ldapTransport, type Session, type Transport } from './transport.ts'

type Prove = (username: string, password: string, signal: AbortSignal) => Promise<Identity>

export const ldap: ConnectorType<LdapSettings> = {
  protocol: 'ldap',
  async open(id, settings, ports): Promise<PasswordUpstream> {
    const { servers, tls: { mode, caFile, serverName }, timeouts, bind } = settings
    if (mode === 'cleartext-allowed') ports.log('ldap.cleartext', { connector: id, warning: 'passwords cross the network in the clear' })
    const ca = caFile === undefined ? undefined : await readFile(caFile, 'utf8')
    const log: ConnectorPorts['log'] = (event, detail) => ports.log(event, { connector: id, ...detail })
    const transport = ldapTransport({ servers, security: { mode, ca, serverName }, timeouts }, log)
    const service = bind.how === 'search' ? new ServiceLink(transport, bind) : undefined
    const prove = service ? provedBySearch(id, settings, transport, service, ports) : provedDirectly(id, settings, transport, ports)

    return {
      flow: 'password',
      check: (username, password, signal) => withLeastTime(settings.leastRefusalMs, signal, async () => {
        const unfit = unfitCredentials(username, password)
        if (unfit) throw new SignInFault('credentials-rejected', unfit)
        return explained(() => prove(username.trim(), password, signal))
      }),
      async probe(signal) {
        // A question, not a look at the connection: a directory that hangs keeps its connections open.
        if (service) return service.use(signal, async (session) => void await session.search({ ...probing, base: settings.people.base }, signal))
        using own = await transport.connect(signal)
        await own.search({ ...probing, base: '' }, signal).catch(unlessAnswered)
      },
      async [Symbol.asyncDispose]() {
        await service?.[Symbol.asyncDispose]()
      },
    }
  },
}

/** One entry, and no attribute of it (RFC 4511, section 4.5.1.8). */
const probing = { scope: 'base', filter: anyEntry, attributes: ['1.1'], most: 1 } as const

/** Nobody is bound: a directory that tells strangers nothing is up all the same. */
function unlessAnswered(error: unknown): void {
  if (!(error instanceof DirectoryTrouble && error.cause instanceof ResultCodeError)) throw error
}

/** The service account finds the person; the person binds on a connection of their own, once, on one server. */
function provedBySearch(id: string, settings: LdapSettings, transport: Transport, service: ServiceLink, { clock }: ConnectorPorts): Prove {
  return async (username, password, signal) => {
    const ask: Ask = (search) => service.use(signal, (session) => session.search(search, signal))
    const entry = entryOf(await findPerson(ask, settings, username))
    using own = await transport.connect(signal)
    await proveBind(own, entry.dn, password, signal)
    return await identityOf(id, settings, entry, ask, clock.now())
  }
}

/** The person binds under a name made from the template, and reads their own entry and groups. */
function provedDirectly(id: string, settings: LdapSettings, transport: Transport, { clock }: ConnectorPorts): Prove {
  const { bind } = settings
  if (bind.how !== 'direct') throw new TypeError('no template to bind by')
  return async (username, password, signal) => {
    using own = await transport.connect(signal)
    await proveBind(own, bindName(bind.template, username), password, signal)
    const ask: Ask = (search) => own.search(search, signal)
    const entry = entryOf(await findSelf(ask, settings, bind.template, username))
    return await identityOf(id, settings, entry, ask, clock.now())
  }
}

async function proveBind(session: Session, name: string, password: string, signal: AbortSignal): Promise<void> {
  const refusal = refusalOf(await session.bind(name, password, signal))
  if (refusal) throw new SignInFault(refusal.code, refusal.detail)
}

function entryOf(found: Found) {
  if ('none' in found) throw new SignInFault('credentials-rejected', found.none)
  return found.entry
}

async function identityOf(id: string, settings: LdapSettings, entry: Parameters<typeof ldapIdentity>[2], ask: Ask, now: Date): Promise<Identity> {
  const bare = ldapIdentity(id, settings, entry, [], now)
  if ('missing' in bare) throw new DirectoryTrouble(`the entry gives no single ${bare.missing}: may the reader see it?`)
  return { ...bare, groups: await findGroups(ask, settings.groups, entry, bare.username) }
}

/** Trouble with the directory becomes the page that says so; anything else is a bug and stays one. */
async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof DirectoryTrouble || error instanceof NotLdap) throw new SignInFault('directory-unavailable', error.message, { cause: error })
    throw error
  }
}
