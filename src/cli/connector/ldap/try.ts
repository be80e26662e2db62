import type { Environment } from '../../../config/references.ts'
import { DirectoryTrouble } from '../../../connectors/ldap/directory-trouble.ts'
import { type LookedUp, lookUpPerson } from '../../../connectors/ldap/look-up.ts'
import { systemClock } from '../../../kernel/clock.ts'
import { passwordEndText } from '../../../kernel/password-end.ts'
import { SignInFault } from '../../../kernel/sign-in-fault.ts'
import type { Output } from '../../check.ts'
import { fitSettings } from '../../fit-settings.ts'
import { plain, reportMapping } from '../../mapping-report.ts'
import { openTerminal } from '../../terminal.ts'
import { table } from '../../terminal-table.ts'

export interface LdapTryAsked {
  readonly config: string
  readonly username: string
  /** Required when there are several LDAP connectors. */
  readonly id?: string | undefined
  readonly password?: boolean | undefined
}

const valueLength = 100

/**
 * `gatehouse connector ldap try --config FILE --username NAME`: looks up a person in the directory
 * as a sign-in would, and prints the entry, the groups with the source of each, the identity and
 * the result of every rule. Changes nothing; with `--password` it asks for the password and tries
 * it, which the directory counts as an attempt. Exit codes: 0 with grants, 2 without any, 1 where
 * the sign-in would fail earlier.
 */
export async function ldapTry(
  { config, username, id, password }: LdapTryAsked,
  env: Environment,
  output: Output,
): Promise<number> {
  const loaded = await fitSettings(config, env, output)
  if (!loaded) return 1
  const { connectors, limits } = loaded.settings
  const found = Object.entries(connectors).flatMap(([key, one]) =>
    one.type === 'ldap' && (id === undefined || key === id) ? [[key, one] as const] : [],
  )
  const [chosen, another] = found
  if (!chosen || another) {
    const which = found.map(([key]) => `\`${key}\``).join(', ')
    output.err(
      chosen
        ? `several connectors are of type ldap (${which}): choose one by --id`
        : `${config} has no ${id === undefined ? '' : `\`${id}\` `}connector of type ldap`,
    )
    return 1
  }
  const [key, settings] = chosen
  const typed = password === true ? await askPassword() : undefined
  try {
    const signal = AbortSignal.timeout(limits.signInTimeoutMs)
    const looked = await lookUpPerson(
      { id: key, settings, username: username.trim(), password: typed, signal },
      { clock: systemClock, log: () => {} },
    )
    for (const line of linesOf(key, looked)) output.out(line)
    if (typed !== undefined) output.out(`${passwordTaken(looked)}\n`)
    return reportMapping(loaded.mappings.evaluate(looked.identity), output)
  } catch (error) {
    if (error instanceof SignInFault)
      output.err(`${key}: ${plain(error.detail)} (the person reads: ${error.message})`)
    else if (error instanceof DirectoryTrouble) output.err(`${key}: ${plain(error.message)}`)
    else throw error
    return 1
  }
}

function passwordTaken({ passwordEnd }: LookedUp): string {
  const taken = 'The directory takes the password.'
  if (!passwordEnd) return taken
  return `${taken} ${passwordEndText(passwordEnd, systemClock.now(), 'It')}.`
}

async function askPassword(): Promise<string> {
  using terminal = await openTerminal('leave --password out')
  return await terminal.askSecret('Password')
}

function linesOf(id: string, { dn, attributes, found, identity }: LookedUp): readonly string[] {
  const shared = new Map(found.ambiguous.flatMap(({ name, dns }) => dns.map((one) => [one, name])))
  const groups = found.groups.map(({ entry, name, origin }) => {
    const other = shared.get(entry.dn)
    const instead = other === undefined ? '(no name)' : `(not ${plain(other)}: others have it too)`
    return [name === undefined ? instead : plain(name), plain(entry.dn), origin]
  })
  const values = attributes.flatMap(([name, texts]) =>
    texts.map((text) => [plain(name), shortened(text)]),
  )
  const person = [
    ['subject', plain(identity.subject)],
    ['username', plain(identity.username)],
    ['display name', plain(identity.displayName)],
    ...[...identity.attributes].map(([name, texts]) => [
      `attribute ${plain(name)}`,
      texts.map(shortened).join(', '),
    ]),
    ['groups', identity.groups.map(plain).join(', ') || 'none'],
  ]
  return [
    `${id}: ${plain(dn)}`,
    '',
    ...table(['ATTRIBUTE', 'VALUE'], values),
    '',
    ...(groups.length > 0
      ? table(['GROUP', 'ENTRY', 'FOUND BY'], groups)
      : ['No groups were found.']),
    '',
    ...table(['IDENTITY', ''], person),
    '',
  ]
}

function shortened(text: string): string {
  const line = plain(text)
  return line.length > valueLength ? `${line.slice(0, valueLength)}…` : line
}
