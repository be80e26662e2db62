import { readFile } from 'node:fs/promises'
import type { Clock } from '../../kernel/clock.ts'
import type { Finding } from '../finding.ts'
import { DirectoryTrouble, reasonOf } from './directory-trouble.ts'
import { anyEntry, both, configuredFilter, present } from './filters.ts'
import type { Ask } from './groups.ts'
import { textsOf } from './identity.ts'
import type { Entry } from './search-messages.ts'
import { ServiceLink } from './service-link.ts'
import type { LdapSettings } from './settings.ts'
import { Transport } from './transport.ts'

/** Active Directory lists it in its rootDSE (MS-ADTS, section 3.1.1.3.4.3.1). */
const activeDirectory = '1.2.840.113556.1.4.800'

/**
 * Queries every server, and checks what the settings name: bases, filters and attributes. Changes
 * nothing. Without a service account only the servers are checked.
 */
export async function examineDirectory(
  settings: LdapSettings,
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { servers, timeouts, tls } = settings
  const ca = tls.caFile === undefined ? undefined : await readFile(tls.caFile, 'utf8')
  const security = { mode: tls.mode, ca, serverName: tls.serverName }
  const findings: Finding[] = []
  let asked = false
  for (const [index, url] of servers.entries()) {
    const one = { servers: [url], security, timeouts }
    const transport = new Transport(one, { clock, log: () => {} })
    try {
      findings.push(...(await askServer(settings, transport, signal, asked)))
      asked = true
    } catch (error) {
      findings.push({ path: ['servers', index], message: reasonOf(error), serious: true })
    }
  }
  return findings
}

/**
 * Runs every check on the first server that answers; of the others checks only whether they answer.
 */
async function askServer(
  settings: LdapSettings,
  transport: Transport,
  signal: AbortSignal,
  already: boolean,
): Promise<readonly Finding[]> {
  if (settings.bind.how === 'direct') {
    await transport.open(signal, async () => {}).then((session) => session[Symbol.dispose]())
    return []
  }
  await using link = new ServiceLink(transport, settings.bind)
  const ask: Ask = (search) => link.use(signal, (session) => session.search(search, signal))
  const root = await readRoot(ask)
  if (already) return []
  const findings: Finding[] = []
  for (const look of [bases, peopleThere, attributesThere, groupsThere])
    findings.push(...(await look(ask, settings, root)))
  return findings
}

type Look = (ask: Ask, settings: LdapSettings, root: Entry | undefined) => Promise<Finding[]>

async function readRoot(ask: Ask): Promise<Entry | undefined> {
  const attributes = ['supportedCapabilities']
  const [root] = await ask({ base: '', scope: 'base', filter: anyEntry, attributes, most: 1 })
  return root
}

const bases: Look = async (ask, { people, groups }) => {
  const named: [Finding['path'], string][] = people.base.map((base, index) => [
    ['people', 'base', index],
    base,
  ])
  if (groups.how !== 'none') named.push([['groups', 'base'], groups.base])
  const findings: Finding[] = []
  for (const [path, base] of named) {
    const search = { base, scope: 'base', filter: anyEntry, attributes: ['1.1'], most: 1 } as const
    try {
      await ask(search)
    } catch (error) {
      if (!(error instanceof DirectoryTrouble) || error.code !== 'no-base') throw error
      findings.push({ path, message: error.message, serious: true })
    }
  }
  return findings
}

const peopleThere: Look = async (ask, { people }) => {
  if (await anybody(ask, people, configuredFilter(people.filter))) return []
  const message = `no entry below people.base fits \`${people.filter}\`: nobody can sign in`
  return [{ path: ['people', 'filter'], message, serious: true }]
}

const attributesThere: Look = async (ask, { people, attributes, groups }) => {
  const wanted: readonly (readonly [Finding['path'], string, boolean])[] = [
    ...people.loginAttributes.map(
      (name, index) => [['people', 'loginAttributes', index], name, true] as const,
    ),
    ...(people.usernameAttribute === undefined
      ? []
      : [[['people', 'usernameAttribute'], people.usernameAttribute, true] as const]),
    [['people', 'displayNameAttribute'], people.displayNameAttribute, false],
    ...attributes.map(({ name }, index) => [['attributes', index], name, false] as const),
    ...(groups.how === 'memberOf'
      ? [[['groups', 'attribute'], groups.attribute, true] as const]
      : []),
  ]
  const findings: Finding[] = []
  for (const [path, name, serious] of wanted) {
    if (await anybody(ask, people, both(configuredFilter(people.filter), present(name)))) continue
    const message = `nobody below people.base has \`${name}\`, or the reader may not see it`
    findings.push({ path, message, serious })
  }
  const person = await anybody(ask, people, configuredFilter(people.filter))
  if (person && textsOf(person, people.subjectAttribute).length !== 1) {
    const what = `\`${person.dn}\` has no single \`${people.subjectAttribute}\``
    const message = `${what}, or the reader may not see it`
    findings.push({ path: ['people', 'subjectAttribute'], message, serious: true })
  }
  return findings
}

const groupsThere: Look = async (ask, { groups }, root) => {
  if (groups.how === 'none') return []
  const findings: Finding[] = []
  const found = (path: string, message: string) =>
    findings.push({ path: ['groups', path], message, serious: true })
  const capabilities = root ? textsOf(root, 'supportedCapabilities') : []
  const isActiveDirectory = capabilities.includes(activeDirectory)
  if (groups.how === 'tokenGroups' && !isActiveDirectory)
    found('how', '`tokenGroups` is of Active Directory, and this directory is another')
  if (groups.how === 'search' && groups.nested === 'in-chain' && !isActiveDirectory)
    found('nested', '`in-chain` is of Active Directory, and finds nothing elsewhere: use `walk`')
  const filter = configuredFilter(groups.filter)
  if (!(await anyGroup(ask, groups.base, filter)))
    found('filter', `no entry below groups.base fits \`${groups.filter}\`: nobody has a group`)
  else if (groups.how === 'search') {
    const members = both(filter, present(groups.memberAttribute))
    if (!(await anyGroup(ask, groups.base, members)))
      found('memberAttribute', `no group has \`${groups.memberAttribute}\`: nobody has a group`)
  }
  return findings
}

async function anybody(
  ask: Ask,
  { base: all, subjectAttribute }: LdapSettings['people'],
  filter: ReturnType<typeof configuredFilter>,
): Promise<Entry | undefined> {
  for (const base of all) {
    const attributes = [subjectAttribute]
    const [entry] = await ask({ base, scope: 'sub', filter, attributes, most: 1 }).catch(absent)
    if (entry) return entry
  }
  return undefined
}

async function anyGroup(
  ask: Ask,
  base: string,
  filter: ReturnType<typeof configuredFilter>,
): Promise<boolean> {
  const search = { base, scope: 'sub', filter, attributes: ['1.1'], most: 1 } as const
  return (await ask(search).catch(absent)).length > 0
}

/** Ignores a missing base, which the check of the base reports. */
function absent(error: unknown): readonly Entry[] {
  if (error instanceof DirectoryTrouble && error.code === 'no-base') return []
  throw error
}
