import type { ServiceAction } from './service-table.ts'

/** Actions that Gatehouse adds to a service of AWS, with the names of their resource types and condition keys. */
export const ownActions: Readonly<Record<string, readonly OwnAction[]>> = {
  sts: [
    {
      name: 'AssumeRoleWithLDAPIdentity',
      level: 'W',
      resources: ['arn:*:iam::*:role/*'],
      keys: [
        'sts:RoleSessionName',
        'sts:SourceIdentity',
        'sts:TransitiveTagKeys',
        'aws:RequestTag/<key>',
        'aws:TagKeys',
        'ldap:sub',
        'ldap:username',
        'ldap:groups',
        'ldap:attribute/<name>',
        'file:sub',
        'file:username',
        'file:groups',
        'file:attribute/<name>',
      ],
    },
    { name: 'RevokeSessions', level: 'P', resources: [], keys: ['sts:RevocationScope', 'sts:RevocationTarget'] },
    { name: 'ListRevocations', level: 'L', resources: [], keys: [] },
  ],
}

export interface OwnAction {
  readonly name: ServiceAction[0]
  readonly level: ServiceAction[1]
  readonly resources: readonly string[]
  readonly keys: readonly string[]
}

/** Keys of connectors: several values at once. */
export const ownMultivalued: ReadonlySet<string> = new Set(['ldap:groups', 'file:groups'])
