import type { OwnService } from './own-service.ts'
import type { ServiceAction } from './service-table.ts'

/** Actions that Gatehouse adds to AWS's services, with their resource types and condition keys. */
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
    {
      name: 'RevokeSessions',
      level: 'P',
      resources: [],
      keys: ['sts:RevocationScope', 'sts:RevocationTarget'],
    },
    { name: 'ListRevocations', level: 'L', resources: [], keys: [] },
  ],
}

/**
 * What services ask of Gatehouse itself, how accounts register them (docs/services.md), what
 * explains decisions (docs/policy-tools.md), and the side of sign-ins (docs/mapping.md).
 */
export const gatehouse: OwnService = {
  prefix: 'gatehouse',
  keys: [],
  resources: [
    { name: 'service', arn: 'arn:*:gatehouse::*:service/*', keys: [] },
    { name: 'connector', arn: 'arn:*:gatehouse::*:connector/*', keys: [] },
    { name: 'user', arn: 'arn:*:iam::*:user/*', keys: [] },
    { name: 'group', arn: 'arn:*:iam::*:group/*', keys: [] },
    { name: 'role', arn: 'arn:*:iam::*:role/*', keys: [] },
  ],
  actions: [
    { name: 'Authorize', level: 'Read', resources: ['service'], keys: [] },
    { name: 'FollowChanges', level: 'Read', resources: ['service'], keys: [] },
    { name: 'CreateService', level: 'Write', resources: ['service'], keys: [] },
    { name: 'UpdateService', level: 'Write', resources: ['service'], keys: [] },
    { name: 'DeleteService', level: 'Write', resources: ['service'], keys: [] },
    { name: 'GetService', level: 'Read', resources: ['service'], keys: [] },
    { name: 'ExplainAccess', level: 'Read', resources: ['user', 'group', 'role'], keys: [] },
    { name: 'WhoCan', level: 'Read', resources: [], keys: [] },
    { name: 'RoleGraph', level: 'Read', resources: [], keys: [] },
    { name: 'LookupEvents', level: 'Read', resources: [], keys: [] },
    { name: 'ListSessions', level: 'List', resources: [], keys: [] },
    { name: 'EndSession', level: 'Write', resources: [], keys: [] },
    { name: 'GetSessionTree', level: 'Read', resources: [], keys: [] },
    { name: 'ListServices', level: 'List', resources: [], keys: [] },
    { name: 'ListConnectors', level: 'List', resources: [], keys: [] },
    { name: 'GetConnector', level: 'Read', resources: ['connector'], keys: [] },
    { name: 'ListRecentSignIns', level: 'List', resources: ['connector'], keys: [] },
    { name: 'ListPersonKeys', level: 'List', resources: ['connector'], keys: [] },
    { name: 'DeletePersonKey', level: 'Write', resources: ['connector'], keys: [] },
    { name: 'EvaluateMapping', level: 'Read', resources: [], keys: [] },
    { name: 'ReplayMapping', level: 'Read', resources: [], keys: [] },
    { name: 'StartUnusedAccess', level: 'Read', resources: ['user', 'role'], keys: [] },
    { name: 'StartCallReplay', level: 'Read', resources: [], keys: [] },
    { name: 'GetAnalysis', level: 'Read', resources: [], keys: [] },
  ],
}

export interface OwnAction {
  readonly name: ServiceAction[0]
  readonly level: ServiceAction[1]
  readonly resources: readonly string[]
  readonly keys: readonly string[]
}

/** Multi-valued condition keys of connectors. */
export const ownMultivalued: ReadonlySet<string> = new Set(['ldap:groups', 'file:groups'])
