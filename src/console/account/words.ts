import { words as kit } from '../words.ts'

const many = (count: number) => count.toLocaleString('en-GB')
const days = (count: number) => kit.count(count, 'day', 'days')

export const words = {
  settings: {
    label: 'Settings',
    title: 'Account settings',
    says: 'How full the account is, and what holds for it as a whole.',
    change: 'Change',
    delete: 'Delete',
    quotas: 'Use of the quotas',
    what: 'What',
    used: 'Used',
    counted: {
      Users: 'Users',
      Groups: 'Groups',
      Roles: 'Roles',
      Policies: 'Managed policies',
      PolicyVersionsInUse: 'Versions of policies',
      InstanceProfiles: 'Instance profiles',
      ServerCertificates: 'Server certificates',
    },
    each: 'Most for each',
    most: 'At most',
    eachOf: {
      GroupsPerUserQuota: 'Groups of a user',
      AccessKeysPerUserQuota: 'Access keys of a user',
      SigningCertificatesPerUserQuota: 'Signing certificates of a user',
      AttachedPoliciesPerUserQuota: 'Policies attached to a user',
      AttachedPoliciesPerGroupQuota: 'Policies attached to a group',
      AttachedPoliciesPerRoleQuota: 'Policies attached to a role',
      VersionsPerPolicyQuota: 'Versions of a policy',
    },
    sizeOf: {
      PolicySizeQuota: 'Characters of a managed policy',
      UserPolicySizeQuota: 'Characters of all inline policies of a user',
      GroupPolicySizeQuota: 'Characters of all inline policies of a group',
      RolePolicySizeQuota: 'Characters of all inline policies of a role',
      AssumeRolePolicySizeQuota: 'Characters of a trust policy',
    },
    account: 'Account',
    id: 'Account',
    alias: 'Alias',
    root: 'Root',
    rootKeys: 'Access keys',
    rootMfa: 'MFA',
    rootCertificates: 'Signing certificates',
    rootPassword: 'Password',
    thereAre: 'There are',
    isSet: 'Set',
    enabled: 'Enabled',
    notEnabled: 'Not enabled',
    directory: 'Devices and providers',
    devices: 'MFA devices',
    devicesInUse: 'MFA devices in use',
    providers: 'Identity providers',
    tokens: 'Session tokens',
    version: 'Version',
    versionOf: (version: number) => `Version ${version}`,
    outbound: 'Outbound federation',
    issuer: 'Issuer',
    off: 'Off',
    turnOn: 'Turn on',
    turnOff: 'Turn off',
    many,
  },
  alias: {
    crumb: 'Alias',
    title: 'Alias of the account',
    says:
      'A name in place of the twelve digits, in the sign-in address and on pages. An account has ' +
      'one: another takes its place, and the old one leads nowhere from then on.',
    label: 'Alias',
    help:
      '3 to 63 lower-case letters, digits and single hyphens. An alias of the settings file ' +
      'is changed there.',
    button: 'Save the alias',
    keep: 'Keep it as it is',
    said: (alias: string) => `The alias of the account is ${alias}.`,
    removeCrumb: 'Delete',
    removeTitle: (alias: string) => `Delete the alias ${alias}?`,
    removeNone: 'Delete the alias',
    removeSays: (alias: string, account: string) =>
      `/signin/${alias} leads nowhere from then on, and somebody else may take the name. ` +
      `/signin/${account} stays.`,
    none: 'The account has no alias.',
    removeButton: 'Delete the alias',
    removeKeep: 'Keep the alias',
    removed: 'The alias is deleted.',
  },
  passwords: {
    title: 'Password policy',
    crumb: 'Password policy',
    says:
      'What the passwords of this account’s users need. People of connectors have no ' +
      'password here.',
    step: 'Rules',
    button: 'Save the policy',
    keep: 'Keep it as it is',
    task: 'Save the password policy',
    said: 'The password policy was changed.',
    report: 'The password policy was not changed',
    none: 'No: the default counts',
    own: 'Of its own',
    never: 'Never',
    nothing: 'None',
    length: 'At least so many characters',
    lengthOf: (count: number) => `${count} characters`,
    upper: 'Capital letters',
    upperWords: 'At least one of A to Z',
    lower: 'Small letters',
    lowerWords: 'At least one of a to z',
    numbers: 'Numbers',
    numbersWords: 'At least one of 0 to 9',
    symbols: 'Symbols',
    symbolsWords: 'At least one of ! @ # $ % ^ & * ( ) _ + - = [ ] { } | ’',
    ownChange: 'Own password',
    ownWords: 'Every user may change their own, whatever their policies allow',
    age: 'Days after which a password expires',
    ageHelp: 'Empty: it never expires.',
    ageOf: days,
    hard: 'Expired passwords',
    hardWords: 'Only an administrator sets another: the user can’t at the sign-in',
    hardHelp: 'Lock-out of everybody whose password expires. Counts only where passwords expire.',
    reuse: 'Earlier passwords that may not come back',
    reuseHelp: '1 to 24, with the one in use. Empty: each may be used again.',
    yes: 'Yes',
    no: 'No',
    changes: 'What changes, and for whom',
    rule: 'Rule',
    was: 'Now',
    becomes: 'Then',
    whom: 'For whom, and when',
    unchanged: 'Nothing changes.',
    byDefault: 'Default',
    fromDefault:
      'The account has no policy yet. Until now the default counts: 8 characters, of three of ' +
      'the four kinds.',
    effects: {
      next: 'Everybody, when they next choose a password. Passwords in use stay good.',
      ownOn: 'Every user of the account, from the next call on, with a Deny of theirs excepted.',
      ownOff:
        'Users without a permission of their own: they can’t change theirs from the next call.',
      ageOn: (count: number) =>
        `Everybody whose password is older than ${days(count)}: from the next sign-in it is ` +
        'expired. The credential report tells whose.',
      ageOff: 'Everybody: passwords that had expired are good again at the next sign-in.',
      hardOn: 'Everybody whose password expires: they can’t sign in until an administrator acts.',
      hardOff: 'Everybody whose password expires: they choose another at the sign-in.',
      hardIdle: 'Nobody, as long as passwords never expire.',
    },
    remove: 'Delete',
    removeTitle: 'Delete the password policy?',
    removeSays:
      'The default counts from then on: 8 characters, of three of the four kinds; passwords ' +
      'never expire, and only users with a permission of their own change theirs. Passwords in ' +
      'use stay.',
    removeButton: 'Delete the policy',
    removeKeep: 'Keep the policy',
    removeNone: 'The account has no policy of its own.',
    removed: 'The password policy is deleted. The default counts.',
  },
  tokens: {
    crumb: 'Session tokens',
    title: 'Version of session tokens',
    says:
      'Tokens of this Gatehouse hold in every region, whatever is chosen here: the account ' +
      'summary tells it to tools that ask. Regions in which nobody can ask for credentials are ' +
      'in the ' +
      'settings file.',
    label: 'Tokens of the global endpoint',
    v1: 'Version 1',
    v1Help: 'AWS: shorter, and good only in regions that are enabled by default.',
    v2: 'Version 2',
    v2Help: 'AWS: longer, and good in all regions.',
    button: 'Save the version',
    keep: 'Keep it as it is',
    said: 'The version of session tokens was changed.',
  },
  outbound: {
    onCrumb: 'Turn on',
    onTitle: 'Turn on outbound federation?',
    onSays:
      'Users and roles with sts:GetWebIdentityToken then get tokens that other services can ' +
      'trust. ' +
      'The keys to verify them are published at an issuer of this account’s own.',
    onButton: 'Turn it on',
    onKeep: 'Keep it off',
    on: (issuer: string) => `Outbound federation is on. The issuer is ${issuer}.`,
    offCrumb: 'Turn off',
    offTitle: 'Turn off outbound federation?',
    offSays: (issuer: string) =>
      `No more tokens are made, and ${issuer} and its keys are no longer published: services ` +
      'refuse the tokens that are out as soon as they forget the keys, at most five minutes on.',
    offNone: 'Outbound federation is off already.',
    offButton: 'Turn it off',
    offKeep: 'Keep it on',
    off: 'Outbound federation is off.',
  },
} as const
