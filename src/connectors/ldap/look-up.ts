import type { Identity } from '../../kernel/identity.ts'
import type { PasswordEnd } from '../../kernel/password-end.ts'
import { SignInFault } from '../../kernel/sign-in-fault.ts'
import type { ConnectorPorts } from '../connector.ts'
import { formats, usualFormat } from './attribute-formats.ts'
import { foundPerson, proveBind } from './connector.ts'
import { findPerson, findSelf } from './find-person.ts'
import type { NamedGroups } from './group-names.ts'
import type { Ask } from './groups.ts'
import { bindName } from './names.ts'
import { identityOf, type Parts, partsOf } from './parts.ts'
import type { Entry } from './search-messages.ts'
import type { LdapSettings } from './settings.ts'
import { typedName } from './typed-name.ts'

/** What a directory reports about one person, as a sign-in would read it. */
export interface LookedUp {
  readonly dn: string
  /** Attributes of the person's entry, limited to those that a sign-in reads. */
  readonly attributes: readonly (readonly [name: string, values: readonly string[]])[]
  readonly found: NamedGroups
  /** What mappings would receive. The person is authenticated only if a password was given. */
  readonly identity: Identity
  /** What the directory said when it took the password. */
  readonly passwordEnd?: PasswordEnd | undefined
}

export interface LookUpInput {
  readonly id: string
  readonly settings: LdapSettings
  readonly username: string
  /** Verified by the directory if given; required where `bind.how` is `direct`. */
  readonly password: string | undefined
  readonly signal: AbortSignal
}

/**
 * Looks the person up and changes nothing, except that the directory counts a wrong password.
 * Throws SignInFault as a sign-in does, and DirectoryTrouble.
 */
export async function lookUpPerson(input: LookUpInput, ports: ConnectorPorts): Promise<LookedUp> {
  const { id, settings, username, password, signal } = input
  const parts = await partsOf(id, settings, ports)
  await using _service = parts.service
  if (parts.service) {
    const { service, transport } = parts
    const ask: Ask = (search) => service.use(signal, (session) => session.search(search, signal))
    const { entry, name } = foundPerson(await findPerson(ask, settings, username))
    const passwordEnd =
      password === undefined
        ? undefined
        : await transport.run(signal, (own) =>
            proveBind(parts, own, { name: entry.dn, password }, signal),
          )
    return { ...(await lookedUp(parts, { entry, name }, ask)), passwordEnd }
  }
  return await lookUpSelf(parts, input)
}

async function lookUpSelf(parts: Parts, input: LookUpInput): Promise<LookedUp> {
  const { settings, transport } = parts
  const { username, password, signal } = input
  const { bind } = settings
  if (bind.how !== 'direct' || password === undefined)
    throw new SignInFault('credentials-rejected', 'bind.how is direct: the password is needed')
  const typed = typedName(settings, username)
  if ('wrongForm' in typed) throw new SignInFault('username-form', typed.wrongForm)
  return await transport.run(signal, async (own) => {
    const name = bindName(bind.template, typed.name)
    const passwordEnd = await proveBind(parts, own, { name, password }, signal)
    const ask: Ask = (search) => own.search(search, signal)
    const person = foundPerson(await findSelf(ask, settings, username))
    return { ...(await lookedUp(parts, person, ask)), passwordEnd }
  })
}

async function lookedUp(
  parts: Parts,
  person: { readonly entry: Entry; readonly name: string },
  ask: Ask,
): Promise<LookedUp> {
  const { identity, found } = await identityOf(parts, person, ask)
  const attributes = [...person.entry.values].map(([name, values]) => {
    const read = formats[usualFormat(name)]
    return [name, values.map((value) => read(value) ?? `${value.length} bytes`)] as const
  })
  return { dn: person.entry.dn, attributes, found, identity }
}
