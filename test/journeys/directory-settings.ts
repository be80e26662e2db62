import type { Samba } from '../peers/samba.ts'
import type { Slapd } from '../peers/slapd.ts'

const account = '111122223333'
const allow = (...Action: readonly string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
})
const trust = (group: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::${account}:ldap-provider/corp` },
      Action: ['sts:AssumeRoleWithLDAPIdentity', 'sts:TagSession', 'sts:SetSourceIdentity'],
      Condition: { 'ForAnyValue:StringEquals': { 'ldap:groups': group } },
    },
  ],
})

export const engineer = `arn:aws:iam::${account}:role/Engineer`
export const narrowed = `arn:aws:iam::${account}:role/Narrowed`

/**
 * One account, a directory as connector `corp`, and two roles for members of `engineering`:
 * `Engineer` may list roles and users, and `Narrowed` the same under the mapping's session policy,
 * which leaves ListRoles and adds GetRole in vain.
 */
export function directorySettings(connector: Readonly<Record<string, unknown>>): string {
  const tags = { mail: `\${identity.attributes.mail[0]}` }
  const grant = (role: string, more = {}) => ({
    role,
    sourceIdentity: `\${identity.username}`,
    tags,
    ...more,
  })
  const role = {
    maxSessionDuration: '4h',
    trustPolicy: trust('engineering'),
    policies: { Lists: allow('iam:ListRoles', 'iam:ListUsers') },
  }
  const sessionPolicy = allow('iam:ListRoles', 'iam:GetRole')
  const sections = {
    connectors: {
      corp: { label: 'Company directory', accounts: [account], leastRefusalMs: 0, ...connector },
    },
    mappings: [
      { name: 'engineering', when: '"engineering" in identity.groups', grants: [grant(engineer)] },
      {
        name: 'narrowed',
        when: '"engineering" in identity.groups',
        grants: [grant(narrowed, { sessionPolicy })],
      },
    ],
    accounts: { [account]: { alias: 'corp', roles: { Engineer: role, Narrowed: role } } },
  }
  // JSON is YAML.
  return Object.entries(sections)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join('\n')
}

export function slapdConnector(directory: Slapd): Readonly<Record<string, unknown>> {
  return {
    type: 'ldap',
    servers: [directory.ldapsUrl],
    tls: { mode: 'ldaps', caFile: directory.caFile },
    timeouts: { connectMs: 3000, bindMs: 3000, searchMs: 3000 },
    bind: { how: 'search', dn: directory.serviceDn, password: directory.servicePassword },
    people: { base: `ou=people,${directory.baseDn}`, loginAttributes: ['uid'] },
    attributes: ['mail'],
    groups: { how: 'memberOf', base: `ou=groups,${directory.baseDn}`, nested: 'walk' },
  }
}

export function sambaConnector(dc: Samba): Readonly<Record<string, unknown>> {
  return {
    type: 'ldap',
    servers: [dc.ldapsUrl],
    tls: { mode: 'ldaps', caFile: dc.caFile },
    bind: { how: 'direct', template: `{username}@${dc.realm}` },
    people: {
      base: dc.baseDn,
      filter: '(&(objectCategory=person)(objectClass=user))',
      loginAttributes: ['sAMAccountName', 'userPrincipalName'],
      subjectAttribute: 'objectGUID',
    },
    attributes: ['mail'],
    groups: { how: 'tokenGroups', base: dc.baseDn },
  }
}
