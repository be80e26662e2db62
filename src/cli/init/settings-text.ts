import { stringify } from 'yaml'

/** What every beginning has. */
export interface Beginning {
  readonly id: string
  readonly account: string
  readonly group: string
  readonly publicUrl: string
}

/** A connector's settings, and the kind of provider that trust policies name. */
export interface Connector {
  readonly settings: Readonly<Record<string, unknown>>
  readonly provider: 'ldap' | 'saml'
  readonly action: string
}

interface LdapAsked extends Beginning {
  readonly server: readonly string[]
  readonly base: string
  readonly bindDn: string
  readonly kind: 'openldap' | 'active-directory'
  readonly ca?: string | undefined
}

const directories = {
  openldap: {
    people: { filter: '(objectClass=inetOrgPerson)', loginAttributes: ['uid', 'mail'] },
    groups: { how: 'search', nested: 'walk' },
  },
  'active-directory': {
    people: {
      filter: '(&(objectCategory=person)(objectClass=user))',
      loginAttributes: ['sAMAccountName', 'userPrincipalName'],
      subjectAttribute: 'objectGUID',
    },
    groups: { how: 'tokenGroups', name: 'sAMAccountName' },
  },
} as const

/** `passwordFile` is relative to the settings. */
export function ldapConnector(asked: LdapAsked, passwordFile: string): Connector {
  const { server: servers, base, bindDn: dn, ca, account } = asked
  const { people, groups } = directories[asked.kind]
  const mode = servers.some((one) => one.startsWith('ldap:')) ? 'starttls' : 'ldaps'
  return {
    provider: 'ldap',
    action: 'sts:AssumeRoleWithLDAPIdentity',
    settings: {
      type: 'ldap',
      label: 'Company directory',
      accounts: [account],
      servers,
      tls: ca === undefined ? { mode } : { mode, caFile: ca },
      bind: { how: 'search', dn, password: `\${file:${passwordFile}}` },
      people: { base, ...people },
      groups: { base, ...groups },
      attributes: ['mail'],
    },
  }
}

interface SamlAsked extends Beginning {
  readonly metadata: string
  readonly entity?: string | undefined
  readonly groupsAttribute: string
  readonly usernameAttribute: string
}

export function samlConnector(asked: SamlAsked): Connector {
  const { metadata, entity, groupsAttribute, usernameAttribute, account } = asked
  const remote = metadata.startsWith('https://')
  const document = remote ? { metadataUrl: metadata } : { metadataFile: metadata }
  return {
    provider: 'saml',
    action: 'sts:AssumeRoleWithSAML',
    settings: {
      type: 'saml',
      label: 'Company sign-in',
      accounts: [account],
      idp: entity === undefined ? document : { ...document, entityId: entity },
      usernameAttribute,
      groupsAttribute,
    },
  }
}

const yaml = (value: unknown, indent: string) =>
  stringify(value, { lineWidth: 0 }).trimEnd().replaceAll(/^/gm, indent)

/** A whole settings file, with the reason of each part. Relative paths stay below `data`. */
export function settingsText(beginning: Beginning, connector: Connector): string {
  const { id, account, group, publicUrl } = beginning
  const url = new URL(publicUrl)
  const role = `arn:aws:iam::${account}:role/Administrator`
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${account}:${connector.provider}-provider/${id}` },
        Action: [connector.action],
        Condition: { 'ForAnyValue:StringEquals': { [`${connector.provider}:groups`]: [group] } },
      },
    ],
  }
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
  const administrator = {
    description: 'May do everything in this account',
    maxSessionDuration: '8h',
    trustPolicy: trust,
    policies: { Everything: { Version: '2012-10-17', Statement: [everything] } },
  }
  return `# Written by \`gatehouse init\`. Every other key: docs/settings.md.
${yaml({ listen: listenOf(url) }, '')}
# The address that people and clients use. Anything but loopback needs https, by a proxy in front.
${yaml({ publicUrl: url.origin }, '')}
# Health and metrics, for this machine alone.
${yaml({ operations: { host: '127.0.0.1', port: 9090 } }, '')}

# Relative to the directory in which Gatehouse is started. Back up the store, and the key apart.
${yaml({ store: { sqlite: 'data/gatehouse.db' } }, '')}
${yaml({ keys: { rootKey: { file: 'data/root.key' } } }, '')}
${yaml({ audit: { file: 'data/audit.jsonl' } }, '')}

# How people prove who they are.
connectors:
${yaml({ [id]: connector.settings }, '  ')}

# The first lock: a rule proposes a role for those whom it matches.
mappings:
${yaml([{ name: 'administrators', when: ruleOf(id, group), grants: [{ role }] }], '  ')}

# The second lock: the role's own trust policy decides, whatever a rule says.
accounts:
  ${JSON.stringify(account)}:
    roles:
      Administrator:
${yaml(administrator, '        ')}
`
}

const ruleOf = (id: string, group: string) =>
  `identity.connector == ${JSON.stringify(id)} && ${JSON.stringify(group)} in identity.groups`

function listenOf({ port, protocol }: URL): { readonly host: string; readonly port: number } {
  // Behind a proxy on the same machine, nobody else has to reach the port.
  return { host: '127.0.0.1', port: protocol === 'http:' && port !== '' ? Number(port) : 8080 }
}
