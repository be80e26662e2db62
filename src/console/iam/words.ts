/** The words of the lists of users, groups, roles and policies. */
export const words = {
  filters: {
    name: 'Name contains',
    path: 'Path starts with',
    tag: 'Tag key',
    value: 'Tag value',
  },
  path: 'Path',
  created: 'Created',
  users: {
    title: 'Users',
    says:
      'People and programs with long-term credentials in this account. People who come through a ' +
      'connector need no user here.',
    create: 'Create user',
    choose: 'Change the chosen users',
    one: 'user',
    many: 'users',
    empty: 'This account has no users. Create the first.',
    head: 'User',
    used: 'Password last used',
    never: 'Never',
  },
  groups: {
    title: 'Groups',
    says:
      'Users that have policies in common. Who is put into a group has them from the ' +
      'next call.',
    create: 'Create group',
    one: 'group',
    many: 'groups',
    empty: 'This account has no groups. Create the first.',
    head: 'Group',
  },
  roles: {
    title: 'Roles',
    says:
      'What people and programs become in this account, once a rule gives it and the trust ' +
      'policy lets them in.',
    create: 'Create role',
    forService: 'For a service',
    one: 'role',
    many: 'roles',
    empty: 'This account has no roles yet. The settings file and iam:CreateRole make them.',
    head: 'Role',
    trusted: 'Trusted by',
    nobody: 'Nobody',
    more: (names: string, more: number) => `${names}, and ${more} more`,
    longest: 'Longest session',
  },
  policies: {
    title: 'Policies',
    says:
      'Managed policies: those of this account, then the ready-made ones. One counts for every ' +
      'user, group and role that it is attached to.',
    create: 'Create a policy',
    one: 'policy',
    many: 'policies',
    empty: 'There are no policies.',
    head: 'Policy',
    whose: 'Whose',
    all: 'All',
    local: 'Of this account',
    ready: 'Ready-made',
    this: 'This account',
    attached: 'Attached',
    changed: 'Changed',
  },
} as const
