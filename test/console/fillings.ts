import { createPublicKey } from 'node:crypto'
import type { Page } from '../../src/console/page.ts'
import { consolePages } from '../../src/console/pages.ts'
import { makeKey, type TestKey } from '../connectors/saml/identity-provider.ts'
import { SoftKey } from '../credentials/soft-key.ts'
import type { Shown } from '../http/browser.ts'
import {
  codesIn,
  deviceArn,
  longName,
  policyArn,
  providerArn,
  readIam,
  someMetadata,
} from './made-directory.ts'
import type { Rig } from './rig.ts'
import { type Fields, optionsIn } from './sent-form.ts'

type WireFields = Readonly<Record<string, string>>

/** What a person does with the form of a page. */
export interface Filling {
  /** The operation whose refusal the form shows. */
  readonly operation: string
  /** What is typed at each step; the last one sends the form. */
  readonly steps: readonly Fields[]
  /** What a security key answers to the form that is shown. */
  readonly answered?: (shown: Shown, rig: Rig) => Fields
  /** What the form shows again when its change was refused. */
  readonly kept: RegExp
  /** What the form answers: a page to go to, or a report with what is shown once. */
  readonly answers?: 200 | 303
  /** The form takes away what other pages show, so that it needs a thing of its own. */
  readonly takesAway?: boolean
  /** The form asks for the name of what is deleted, or for this. */
  readonly isConfirmed?: boolean
  readonly confirmed?: (name: string) => string
  /** What somebody else changes of the same thing while the form is open: a call. */
  readonly meanwhile?: (name: string) => readonly [action: string, fields: WireFields]
  /** Operations that other values of the form call. */
  readonly alsoCalls?: readonly string[]
}

const owns = (kind: string) => (name: string) => ({ [`${kind}Name`]: name })

const question = (operation: string, title: string): Filling => ({
  operation,
  steps: [{}],
  kept: new RegExp(`<h1>${title} `),
})
const value = (typed: string) =>
  new RegExp(`>\\s*${typed}</textarea>|value="${typed}"`.replaceAll(/[/.]/g, '\\$&'))
const one = (operation: string, changes: Fields): Filling => ({
  operation,
  steps: [changes],
  kept: value([Object.values(changes)[0]!].flat()[0]!),
})

const attach = (kind: string) => one(`Attach${kind}Policy`, { PolicyArn: [readIam] })
const boundary = (kind: string): Filling => ({
  operation: `Delete${kind}PermissionsBoundary`,
  steps: [{ PermissionsBoundary: '' }],
  kept: /<h1>Boundary of /,
  meanwhile: (name) => [
    `Put${kind}PermissionsBoundary`,
    { [`${kind}Name`]: name, PermissionsBoundary: policyArn(name) },
  ],
  alsoCalls: [`Put${kind}PermissionsBoundary`],
})
const tags = (kind: string, named: (name: string) => WireFields = owns(kind)): Filling => ({
  operation: `Untag${kind}`,
  steps: [{ 'Tags.k': ['team'], 'Tags.v': ['typed by me'] }],
  kept: /value="typed by me"/,
  meanwhile: (name) => [
    `Tag${kind}`,
    { ...named(name), 'Tags.member.1.Key': 'theirs', 'Tags.member.1.Value': 'x' },
  ],
})

const wholeUser: readonly Fields[] = [
  { UserName: 'Made.By.Form', 'Tags.k': ['team'], 'Tags.v': ['red'] },
  { Console: 'typed', AccessKey: 'true' },
  { GroupName: [longName], PolicyArn: [readIam], PermissionsBoundary: readIam },
  { Password: 'Long-enough-2026' },
]

const written = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: 'TypedByMe', Effect: 'Allow', Action: 's3:PutObject', Resource: '*' }],
})

const theirs = written.replace('TypedByMe', 'Theirs')

/** Pages that write policies save when their button says so. */
function policyFillings(): Readonly<Record<string, Filling>> {
  const write = (operation: string, more: Fields = {}): Filling => ({
    operation,
    steps: [{ document: written, do: 'save', ...more }],
    kept: /<textarea[^>]*>\s[^<]*TypedByMe/,
  })
  /** The review asks who is in the groups. */
  const ofMembers = { alsoCalls: ['GetGroup'] }
  const ask = (operation: string): Filling => ({
    ...{ operation, steps: [{}], kept: /<h1>(Delete|Make) / },
  })
  const inline = ['User', 'Group', 'Role'].flatMap((kind): [string, Filling][] => {
    const at = `/console/${kind.toLowerCase()}s/:name`
    return [
      [
        `${at}/create-policy`,
        { ...write(`Put${kind}Policy`, { PolicyName: 'Fresh' }), ...ofMembers },
      ],
      [
        `${at}/policies/:policy/edit`,
        {
          ...write(`Put${kind}Policy`),
          ...ofMembers,
          meanwhile: (name) => [
            `Put${kind}Policy`,
            { ...owns(kind)(name), PolicyName: 'Inline.Policy', PolicyDocument: theirs },
          ],
        },
      ],
      [`${at}/policies/:policy/delete`, ask(`Delete${kind}Policy`)],
    ]
  })
  return {
    ...Object.fromEntries(inline),
    '/console/policies/~create': write('CreatePolicy', { PolicyName: 'Fresh' }),
    '/console/policies/:arn/edit': {
      ...write('DeletePolicyVersion', { drop: 'v3' }),
      ...ofMembers,
      meanwhile: (name) => [
        'CreatePolicyVersion',
        { PolicyArn: policyArn(name), PolicyDocument: theirs, SetAsDefault: 'true' },
      ],
    },
    '/console/policies/:arn/versions/:version/default': ask('SetDefaultPolicyVersion'),
    '/console/policies/:arn/versions/:version/delete': ask('DeletePolicyVersion'),
  }
}

const removal = (operation: string, kind: string, more: Partial<Filling> = {}): Filling => ({
  operation,
  steps: [{}],
  kept: new RegExp(`<h1>Delete the ${kind} `),
  takesAway: true,
  isConfirmed: true,
  ...more,
})

/** Something more that is deleted with it. */
const more = (kind: string): Pick<Filling, 'meanwhile'> => ({
  meanwhile: (name) => [
    `Put${kind}Policy`,
    { ...owns(kind)(name), PolicyName: 'Another', PolicyDocument: theirs },
  ],
})

/** A role that trusts the provider. */
const trusted = (kind: string): Pick<Filling, 'meanwhile'> => ({
  meanwhile: (name) => [
    'UpdateAssumeRolePolicy',
    {
      RoleName: name,
      PolicyDocument: trusting
        .replace('Service', 'Federated')
        .replace('lambda.amazonaws.com', providerArn(kind, name)),
    },
  ],
})

function removals(): Readonly<Record<string, Filling>> {
  const provider = {
    confirmed: (name: string) => `idp.example.com/${name}`,
    ...trusted('oidc'),
  }
  return {
    '/console/users/:name/delete': removal('DeleteAccessKey', 'user', more('User')),
    '/console/groups/:name/delete': removal('RemoveUserFromGroup', 'group', more('Group')),
    '/console/roles/:name/delete': removal('RemoveRoleFromInstanceProfile', 'role', {
      alsoCalls: ['DeleteServiceLinkedRole'],
      ...more('Role'),
    }),
    '/console/policies/:arn/delete': removal('DetachUserPolicy', 'policy', {
      meanwhile: (name) => [
        'CreatePolicyVersion',
        { PolicyArn: policyArn(name), PolicyDocument: theirs },
      ],
    }),
    '/console/identity-providers/oidc/:arn/delete': removal(
      'DeleteOpenIDConnectProvider',
      'provider',
      provider,
    ),
    '/console/identity-providers/saml/:arn/delete': removal(
      'DeleteSAMLProvider',
      'provider',
      trusted('saml'),
    ),
  }
}

const turn = (operation: string): Filling => question(operation, 'Turn o(n|ff)')

/** Of the account as a whole, in the order of the pages: what one takes away, another brings. */
function accountFillings(): Readonly<Record<string, Filling>> {
  const at = '/console/account'
  const root = '/console/organization'
  return {
    [`${at}/alias`]: {
      ...one('CreateAccountAlias', { AccountAlias: 'typed-by-me' }),
      meanwhile: () => ['CreateAccountAlias', { AccountAlias: 'theirs' }],
    },
    [`${at}/alias/delete`]: {
      ...question('DeleteAccountAlias', 'Delete'),
      meanwhile: () => ['CreateAccountAlias', { AccountAlias: 'theirs-again' }],
    },
    [`${at}/password-policy`]: {
      operation: 'UpdateAccountPasswordPolicy',
      steps: [{ MinimumPasswordLength: '16' }, {}],
      kept: /name="MinimumPasswordLength" value="16"/,
      meanwhile: () => ['UpdateAccountPasswordPolicy', { MinimumPasswordLength: '20' }],
    },
    [`${at}/password-policy/delete`]: question('DeleteAccountPasswordPolicy', 'Delete'),
    [`${at}/token-version`]: one('SetSecurityTokenServicePreferences', {
      GlobalEndpointTokenVersion: 'v1Token',
    }),
    [`${at}/outbound-federation/disable`]: turn('DisableOutboundWebIdentityFederation'),
    [`${at}/outbound-federation/enable`]: turn('EnableOutboundWebIdentityFederation'),
    ...Object.fromEntries(
      ['Disable', 'Enable'].flatMap((way) => [
        [
          `${root}/root-credentials/${way.toLowerCase()}`,
          turn(`${way}OrganizationsRootCredentialsManagement`),
        ],
        [`${root}/root-sessions/${way.toLowerCase()}`, turn(`${way}OrganizationsRootSessions`)],
      ]),
    ),
  }
}

const oidcArn = (name: string) => ({ OpenIDConnectProviderArn: providerArn('oidc', name) })
const samlArn = (name: string) => ({ SAMLProviderArn: providerArn('saml', name) })

/** Identity providers, created and changed. */
function providerFillings(): Readonly<Record<string, Filling>> {
  const at = '/console/identity-providers'
  const changed: Fields = {
    ClientIDList: 'typed-by-me',
    ThumbprintList: '9e99a48a9960b14926bb7f3b02e22da2b0ab7280',
  }
  return {
    [`${at}/oidc/~create`]: one('CreateOpenIDConnectProvider', {
      Url: 'https://made.example.com/by-form',
    }),
    [`${at}/oidc/:arn/edit`]: {
      ...one('AddClientIDToOpenIDConnectProvider', changed),
      meanwhile: (name) => [
        'AddClientIDToOpenIDConnectProvider',
        { ...oidcArn(name), ClientID: 'theirs' },
      ],
    },
    [`${at}/oidc/:arn/tags`]: tags('OpenIDConnectProvider', oidcArn),
    [`${at}/saml/~create`]: {
      operation: 'CreateSAMLProvider',
      steps: [{ Name: 'Made.By.Form', SAMLMetadataDocument: someMetadata() }],
      kept: value('Made.By.Form'),
    },
    [`${at}/saml/:arn/edit`]: one('UpdateSAMLProvider', { AssertionEncryptionMode: 'Allowed' }),
    [`${at}/saml/:arn/tags`]: tags('SAMLProvider', samlArn),
  }
}

const trusting = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
})

const owned = makeKey(new Date())
const server = makeKey(new Date())
const pemOf = (key: TestKey['key']) => String(key.export({ format: 'pem', type: 'pkcs8' }))

/** Pages about what users and machines have besides access keys. */
function credentialFillings(): Readonly<Record<string, Filling>> {
  const at = '/console/users/:name/credentials'
  const each = (path: string, kind: string) => ({
    [`${at}/${path}/activate`]: question(`Update${kind}`, 'Activate'),
    [`${at}/${path}/deactivate`]: question(`Update${kind}`, 'Deactivate'),
    [`${at}/${path}/delete`]: { ...question(`Delete${kind}`, 'Delete'), takesAway: true },
  })
  const uploaded = String(createPublicKey(owned.key).export({ format: 'pem', type: 'spki' }))
  const certificate = owned.x509.toString()
  return {
    ...each('ssh-keys/:ssh', 'SSHPublicKey'),
    ...each('certificates/:certificate', 'SigningCertificate'),
    ...each('services/:credential', 'ServiceSpecificCredential'),
    [`${at}/ssh-keys/~upload`]: {
      ...{ operation: 'UploadSSHPublicKey', kept: /BEGIN PUBLIC KEY/ },
      steps: [{ SSHPublicKeyBody: uploaded }],
    },
    [`${at}/certificates/~upload`]: {
      ...{ operation: 'UploadSigningCertificate', kept: /BEGIN CERTIFICATE/ },
      steps: [{ CertificateBody: certificate }],
    },
    [`${at}/services/~create`]: {
      ...{ operation: 'CreateServiceSpecificCredential', kept: /cassandra/, answers: 200 },
      steps: [{ ServiceName: 'cassandra.amazonaws.com' }],
    },
    [`${at}/services/:credential/reset`]: {
      ...question('ResetServiceSpecificCredential', 'Give'),
      answers: 200,
    },
    '/console/server-certificates/~create': {
      ...{ operation: 'UploadServerCertificate', kept: /Made\.By\.Form/ },
      steps: [
        {
          ...{ ServerCertificateName: 'Made.By.Form', PrivateKey: pemOf(server.key) },
          CertificateBody: server.x509.toString(),
        },
      ],
    },
    '/console/server-certificates/:name/edit': {
      ...one('UpdateServerCertificate', {
        NewPath: '/typed/by/me/',
      }),
      meanwhile: (name) => [
        'UpdateServerCertificate',
        { ServerCertificateName: name, NewPath: '/theirs/' },
      ],
    },
    '/console/server-certificates/:name/tags': tags('ServerCertificate'),
    '/console/instance-profiles/:name/tags': tags('InstanceProfile'),
    '/console/server-certificates/:name/delete': {
      ...question('DeleteServerCertificate', 'Delete the certificate'),
      takesAway: true,
    },
    '/console/instance-profiles/~create': {
      ...one('CreateInstanceProfile', { InstanceProfileName: 'Made.By.Form', RoleName: longName }),
    },
    '/console/instance-profiles/:name/add-role': one('AddRoleToInstanceProfile', {
      RoleName: longName,
    }),
    '/console/instance-profiles/:name/remove-role': {
      ...question('RemoveRoleFromInstanceProfile', 'Take'),
      meanwhile: (name) => [
        'RemoveRoleFromInstanceProfile',
        { InstanceProfileName: name, RoleName: name },
      ],
    },
    '/console/instance-profiles/:name/delete': removal(
      'RemoveRoleFromInstanceProfile',
      'instance',
      {
        meanwhile: (name) => [
          'AddRoleToInstanceProfile',
          { InstanceProfileName: name, RoleName: name },
        ],
      },
    ),
    '/console/roles/~service/~create': one('CreateServiceLinkedRole', {
      AWSServiceName: 'autoscaling.amazonaws.com',
    }),
  }
}

/** Several at once: each page does one of the many things that it can do. */
function selections(): Readonly<Record<string, Filling>> {
  const several = (path: string, operation: string, Do: string, fields: Fields): Filling => {
    const { calls = [] } = consolePages.find((page) => page.path === path) ?? {}
    const Names = path.includes('/policies/') ? policyArn(longName) : longName
    const picks = 'PolicyArn' in fields ? 'SearchEntities' : undefined
    return {
      ...{ operation, kept: new RegExp(longName), answers: 200 },
      steps: [{ Names, Do }, fields, {}],
      alsoCalls: calls
        .map((action) => action.slice(action.indexOf(':') + 1))
        .filter((name) => name !== operation && name !== picks),
    }
  }
  const tagging = { 'Tags.k': ['kind'], 'Tags.v': ['typed by me'] }
  const tag = (at: string, kind: string): [string, Filling] => [
    `/console/${at}/~selected`,
    several(`/console/${at}/~selected`, `Tag${kind}`, 'tag', tagging),
  ]
  const groups = '/console/groups/~selected'
  return {
    ...Object.fromEntries([tag('users', 'User'), tag('roles', 'Role'), tag('policies', 'Policy')]),
    [groups]: several(groups, 'AttachGroupPolicy', 'attach', { PolicyArn: [readIam] }),
  }
}

const fillings: Readonly<Record<string, Filling>> = {
  ...credentialFillings(),
  '/console/users/~create': {
    operation: 'CreateUser',
    steps: wholeUser,
    kept: /Made\.By\.Form/,
    answers: 200,
  },
  ...selections(),
  '/console/policies/:arn/tags': tags('Policy', (name) => ({ PolicyArn: policyArn(name) })),
  '/console/users/:name/rename': {
    ...one('UpdateUser', { NewPath: '/typed/by/me/' }),
    meanwhile: (name) => ['UpdateUser', { UserName: name, NewPath: '/theirs/' }],
  },
  '/console/users/:name/add-to-group': one('AddUserToGroup', { GroupName: [longName] }),
  '/console/users/:name/groups/:group/remove': question('RemoveUserFromGroup', 'Remove'),
  '/console/users/:name/attach-policy': attach('User'),
  '/console/users/:name/attached/:arn/detach': question('DetachUserPolicy', 'Detach'),
  '/console/users/:name/boundary': boundary('User'),
  '/console/users/:name/tags': tags('User'),
  '/console/users/:name/keys/~create': {
    ...question('CreateAccessKey', 'Create an access key'),
    answers: 200,
  },
  '/console/users/:name/keys/:key/activate': question('UpdateAccessKey', 'Activate'),
  '/console/users/:name/keys/:key/deactivate': question('UpdateAccessKey', 'Deactivate'),
  '/console/users/:name/keys/:key/delete': {
    ...question('DeleteAccessKey', 'Delete'),
    takesAway: true,
  },
  '/console/users/:name/password': {
    operation: 'UpdateLoginProfile',
    steps: [{ Password: 'Another-one-2026' }],
    kept: /<h1>Password of /,
    alsoCalls: ['CreateLoginProfile', 'GetAccountPasswordPolicy', 'AttachUserPolicy'],
  },
  '/console/users/:name/password/delete': {
    ...question('DeleteLoginProfile', 'Delete'),
    takesAway: true,
  },
  '/console/users/:name/end-sessions': question('RevokeSessions', 'End all sessions of'),
  '/console/users/:name/add-security-key': {
    ...one('EnableSecurityKey', { SecurityKeyName: 'office-key' }),
    answered: (shown, { running }) => ({
      Response: new SoftKey(running.origin).create(optionsIn(shown)),
    }),
  },
  '/console/users/:name/mfa/~create': {
    ...one('CreateVirtualMFADevice', { VirtualMFADeviceName: 'Made.By.Form' }),
    answers: 200,
  },
  '/console/users/:name/give-mfa': {
    ...{ operation: 'EnableMFADevice', steps: [{}], kept: /\.spare"/, takesAway: true },
    answered: (shown, rig) => codesIn(rig, shown.text, 0),
  },
  '/console/users/:name/mfa/:serial/resync': {
    ...question('ResyncMFADevice', 'Resynchronize'),
    answered: (shown, rig) => codesIn(rig, shown.text, 1),
  },
  '/console/users/:name/mfa/:serial/tags': tags('MFADevice', (name) => ({
    SerialNumber: deviceArn(name),
  })),
  '/console/mfa-devices/:serial/delete': {
    ...question('DeleteVirtualMFADevice', 'Delete the device'),
    takesAway: true,
  },
  '/console/users/:name/mfa/:serial/deactivate': {
    ...question('DeactivateMFADevice', 'Deactivate this MFA'),
    takesAway: true,
  },
  '/console/groups/~create': one('CreateGroup', { GroupName: 'Made.By.Form' }),
  '/console/groups/:name/rename': {
    ...one('UpdateGroup', { NewPath: '/typed/by/me/' }),
    meanwhile: (name) => ['UpdateGroup', { GroupName: name, NewPath: '/theirs/' }],
  },
  '/console/groups/:name/add-members': one('AddUserToGroup', { UserName: [longName] }),
  '/console/groups/:name/attach-policy': attach('Group'),
  '/console/groups/:name/attached/:arn/detach': question('DetachGroupPolicy', 'Detach'),
  ...policyFillings(),
  ...removals(),
  ...accountFillings(),
  ...providerFillings(),
  '/console/roles/~create': {
    operation: 'CreateRole',
    steps: [
      { Trusted: 'saml' },
      { SamlProvider: `arn:aws:iam::111122223333:saml-provider/${longName}` },
      { PolicyArn: [readIam] },
      { RoleName: 'Made.By.Form' },
      {},
    ],
    kept: /Made\.By\.Form/,
    alsoCalls: ['ListOpenIDConnectProviders'],
  },
  '/console/roles/:name/trust': {
    operation: 'UpdateAssumeRolePolicy',
    steps: [{ PolicyDocument: trusting }, {}],
    kept: /name="PolicyDocument" value="[^"]*lambda\.amazonaws\.com/,
    meanwhile: (name) => [
      'UpdateAssumeRolePolicy',
      { RoleName: name, PolicyDocument: trusting.replace('lambda', 'ecs') },
    ],
  },
  '/console/reports/credentials/~create': question('GenerateCredentialReport', 'Make'),
  '/console/users/:name/unused-access': one('StartUnusedAccess', { days: '90' }),
  '/console/roles/:name/unused-access': one('StartUnusedAccess', { days: '90' }),
  '/console/replay-calls': one('StartCallReplay', { days: '30', rules: '[]' }),
  '/console/sessions/:session/end': {
    ...question('EndSession', 'End this session of'),
    takesAway: true,
  },
  '/console/sessions/:session/end-all': {
    ...question('RevokeSessions', 'End all sessions of'),
    takesAway: true,
  },
  '/console/audit/:event/sign-in/:session/end': question('RevokeSessions', 'End the session'),
  '/console/why': one('LookupEvents', { event: 'GH-7K2M-93QD' }),
  '/console/people-keys/:connector/:subject/:key/remove': question('DeletePersonKey', 'Remove'),
  '/console/mapping': one('EvaluateMapping', { identity: 'connector: staff\nusername: amina\n' }),
  '/console/replay': one('ReplayMapping', { rules: '[]' }),
  '/console/simulator': one('ExplainAccess', { actions: 's3:GetObject' }),
  '/console/roles/:name/edit': {
    ...one('UpdateRole', { Description: 'typed by me' }),
    meanwhile: (name) => ['UpdateRole', { RoleName: name, Description: 'theirs' }],
  },
  '/console/roles/:name/attach-policy': attach('Role'),
  '/console/roles/:name/attached/:arn/detach': question('DetachRolePolicy', 'Detach'),
  '/console/roles/:name/boundary': boundary('Role'),
  '/console/roles/:name/tags': tags('Role'),
}

/** What a person types into the page's form, and the operation that it then calls. */
export function fillingOf({ path }: Page, name = longName): Filling {
  const found = fillings[path]
  if (!found) throw new Error(`test/console/fillings.ts says nothing about the form of ${path}`)
  if (!found.isConfirmed) return found
  const { confirmed = (one: string) => one } = found
  return { ...found, steps: [{ Confirm: confirmed(name) }] }
}
