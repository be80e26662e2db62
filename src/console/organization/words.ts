const what = {
  RootCredentialsManagement: {
    name: 'Root credentials management',
    says: 'Deleting and auditing the root’s access keys, MFA devices and passwords of members',
  },
  RootSessions: {
    name: 'Root sessions',
    says: 'Short sessions with the root’s rights for single tasks in members',
  },
} as const

export const words = {
  label: 'Organization',
  title: 'Organization',
  says: 'What this account may do in the accounts whose root it manages.',
  features: 'Central root access',
  featuresNote: 'By sts:AssumeRoot, for one task at a time',
  feature: 'Feature',
  state: 'State',
  change: 'Change',
  on: 'On',
  off: 'Off',
  turnOn: 'Turn on',
  turnOff: 'Turn off',
  details: 'Details',
  account: 'Account',
  id: 'Organization ID',
  managed: 'Central root access',
  byNobody: 'This account manages the root of no other',
  byOther: 'Another account manages the root of this one',
  settings:
    'The settings file says which account manages the root of which (rootManagedBy), and what ' +
    'the ' +
    'organization’s policies limit.',
  what,
  enableTitle: (name: string) => `Turn on ${name}?`,
  enableSays: (name: string, does: string) =>
    `${name}: ${does}. Users and roles of this account with sts:AssumeRoot may do it from the ` +
    'next call.',
  enabled: (name: string) => `${name} is on.`,
  enableKeep: 'Keep it off',
  disableTitle: (name: string) => `Turn off ${name}?`,
  disableSays: (name: string, does: string) =>
    `${name}: ${does}. Nobody may do it from the next call on; sessions that run end by ` +
    'themselves, after 15 minutes at most.',
  disabled: (name: string) => `${name} is off.`,
  disableKeep: 'Keep it on',
} as const
