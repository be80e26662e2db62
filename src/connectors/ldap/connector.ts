import type { Identity } from '../../kernel/identity.ts'
import type { PasswordEnd } from '../../kernel/password-end.ts'
import { SignInFault } from '../../kernel/sign-in-fault.ts'
import type { ConnectorType, PasswordUpstream } from '../connector.ts'
import { withLeastTime } from '../least-time.ts'
import { unfitCredentials } from '../unfit-credentials.ts'
import { DirectoryTrouble } from './directory-trouble.ts'
import { anyEntry } from './filters.ts'
import { findPerson, findSelf, type PersonFound } from './find-person.ts'
import type { NamedGroups } from './group-names.ts'
import type { Ask } from './groups.ts'
import { bindName } from './names.ts'
import { explained, identityOf, type Parts, partsOf } from './parts.ts'
import { recheckBySearch } from './recheck.ts'
import { passwordEndOf, refusalOf } from './refusals.ts'
import type { Entry } from './search-messages.ts'
import type { ServiceLink } from './service-link.ts'
import type { Session } from './session.ts'
import type { LdapSettings } from './settings.ts'
import { typedName } from './typed-name.ts'

type Prove = (username: string, password: string, signal: AbortSignal) => Promise<Identity>

export const ldap: ConnectorType<LdapSettings> = {
  protocol: 'ldap',
  async open(id, settings, ports): Promise<PasswordUpstream> {
    const parts = await partsOf(id, settings, ports)
    const { transport, service } = parts
    const prove = service ? provedBySearch(parts, service) : provedDirectly(parts)
    return {
      flow: 'password',
      check: (username, password, signal) =>
        withLeastTime(settings.leastRefusalMs, signal, async () => {
          const unfit = unfitCredentials(username, password)
          if (unfit) throw new SignInFault('credentials-rejected', unfit)
          return explained(() => prove(username.trim(), password, signal))
        }),
      countedName(username) {
        const typed = typedName(settings, username.trim())
        return 'name' in typed ? typed.name : username
      },
      recheck: service && recheckBySearch(parts, service),
      probe: (signal) => probe(parts, signal),
      servers: () => transport.states(),
      reconsider: () => transport.reconsider(),
      async [Symbol.asyncDispose]() {
        await service?.[Symbol.asyncDispose]()
      },
    }
  },
}

/**
 * Sends searches, because a directory that hangs still keeps its connections open. With a service
 * account all bases have to exist; without one no bind is made, and a directory that refuses
 * anonymous searches counts as up.
 */
async function probe({ settings, transport, service }: Parts, signal: AbortSignal): Promise<void> {
  if (service) {
    const { people, groups } = settings
    const bases: (readonly [string, string])[] = people.base.map((base) => ['people.base', base])
    if (groups.how !== 'none') bases.push(['groups.base', groups.base])
    await service.use(signal, async (session) => {
      for (const [key, base] of bases)
        await session.search({ ...probing, base }, signal).catch(toldAs(key))
    })
    return
  }
  await transport.run(signal, async (session) => {
    await session.search({ ...probing, base: '' }, signal).catch(unlessAnswered)
  })
}

/** Reads one entry without attributes (RFC 4511, section 4.5.1.8). */
const probing = { scope: 'base', filter: anyEntry, attributes: ['1.1'], most: 1 } as const

function unlessAnswered(error: unknown): void {
  const answered = error instanceof DirectoryTrouble && /^(refused|no-base)$/.test(error.code)
  if (!answered) throw error
}

function toldAs(key: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof DirectoryTrouble) || error.code !== 'no-base') throw error
    throw new DirectoryTrouble('no-base', `${key}: ${error.message}`, { cause: error })
  }
}

/**
 * Finds the person with the service account; the person then binds on a separate connection. A
 * second server gets the password only where the first one cannot have checked it.
 */
function provedBySearch(parts: Parts, service: ServiceLink): Prove {
  const { settings, transport } = parts
  return async (username, password, signal) => {
    const ask: Ask = (search) => service.use(signal, (session) => session.search(search, signal))
    const person = foundPerson(
      await findPerson(ask, settings, username).catch(unreadableAs('credentials-rejected')),
    )
    const { dn } = person.entry
    const end = await transport.run(signal, (own) =>
      proveBind(parts, own, { name: dn, password }, signal),
    )
    return tellingOf(parts, end, await identityOf(parts, person, ask))
  }
}

/**
 * Binds as the person, under a name made from the template; reads the person's entry and groups on
 * the same connection.
 */
function provedDirectly(parts: Parts): Prove {
  const { settings, transport } = parts
  const { bind } = settings
  if (bind.how !== 'direct') throw new TypeError('no template to bind by')
  return (username, password, signal) =>
    transport.run(signal, async (own) => {
      const typed = typedName(settings, username)
      if ('wrongForm' in typed) throw new SignInFault('username-form', typed.wrongForm)
      const name = bindName(bind.template, typed.name)
      const end = await proveBind(parts, own, { name, password }, signal)
      const ask: Ask = (search) => own.search(search, signal)
      const person = foundPerson(
        await findSelf(ask, settings, username).catch(unreadableAs('unavailable')),
      )
      return tellingOf(parts, end, await identityOf(parts, person, ask))
    })
}

/**
 * Refuses a person whose own entry cannot be read, with a code that counts the attempt: each costs
 * as much as the entry is large. Before the password is verified, the answer does not reveal that
 * the person exists.
 */
function unreadableAs(code: 'credentials-rejected' | 'unavailable'): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof DirectoryTrouble) || error.code !== 'unreadable-entry') throw error
    throw new SignInFault(code, error.message, { cause: error })
  }
}

/**
 * Binds as the person. Returns what the directory says about the end of the password, if anything.
 * Throws SignInFault for a refused bind.
 */
export async function proveBind(
  { clock }: Pick<Parts, 'clock'>,
  session: Session,
  { name, password }: { readonly name: string; readonly password: string },
  signal: AbortSignal,
): Promise<PasswordEnd | undefined> {
  const answer = await session.bind(name, password, signal)
  const refusal = refusalOf(answer)
  if (refusal) throw new SignInFault(refusal.code, refusal.detail)
  return passwordEndOf(answer, clock.now())
}

/** Returns the person that was found. Throws SignInFault where none was. */
export function foundPerson(found: PersonFound): Extract<PersonFound, { readonly entry: Entry }> {
  if ('none' in found) throw new SignInFault('credentials-rejected', found.none)
  if ('wrongForm' in found) throw new SignInFault('username-form', found.wrongForm)
  return found
}

/**
 * Returns the identity with the end of its password, and logs ambiguous group names and grace
 * sign-ins for the operator.
 */
function tellingOf(
  { log }: Parts,
  passwordEnd: PasswordEnd | undefined,
  { identity, found }: { readonly identity: Identity; readonly found: NamedGroups },
): Identity {
  for (const { name, dns } of found.ambiguous) log('ldap.group-name-shared', { name, dns })
  if (passwordEnd === undefined) return identity
  if ('signInsLeft' in passwordEnd) {
    const { username } = identity
    log('ldap.grace-sign-in', { username, remaining: passwordEnd.signInsLeft })
  }
  return { ...identity, passwordEnd }
}
