import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { iamOperations } from '../../../src/aws/iam/operations.ts'
import { type AccountQuotas, defaultAccountQuotas } from '../../../src/store/account-quotas.ts'
import { makeKey } from '../../connectors/saml/identity-provider.ts'
import { idpMetadata } from '../../connectors/saml/idp-metadata.ts'
import { codeOf, iamPorts } from '../wire-scene.ts'
import ledger from './declared-errors.json' with { type: 'json' }
import { goodParameters } from './good-parameters.ts'
import { arnOf, openIam } from './open-iam.ts'

/** Declared by nearly every operation, and answered by none. */
const everywhere: Readonly<Record<string, string>> = {
  ServiceFailure: 'What we did not foresee is InternalFailure, of every operation.',
  ConcurrentModification: 'Changes are transactions, one after the other.',
}
const models = iamOperations(iamPorts).map(({ model }) => model)
const pair = (operation: string, error: string) => `${operation} ${error}`
const declared = models.flatMap(({ name, errors }) =>
  Object.keys(errors)
    .filter((error) => !(error in everywhere))
    .map((error) => pair(name, error)),
)
const excused = ledger.excused.flatMap(({ error, operations }) =>
  operations.map((operation) => pair(operation, error)),
)
const tested = Object.entries(ledger.tested).flatMap(([error, files]) =>
  Object.entries(files as Readonly<Record<string, readonly string[]>>).flatMap(
    ([file, operations]) => operations.map((operation) => ({ error, file, operation })),
  ),
)

type Asked = readonly [operation: string, parameters: Readonly<Record<string, string>>]
const none = { UserName: 'none' }
/** Operations that have to be asked for something else than their required members. */
const namingNothing: readonly Asked[] = [
  ['GetUser', none],
  ['CreateUser', { UserName: 'new', PermissionsBoundary: arnOf('policy/none') }],
]
const noneMissing: Readonly<Record<string, string>> = {
  CreateGroup: 'It names nothing that could be missing.',
  UpdateAccountPasswordPolicy: 'The account that calls is there.',
  CreateServiceLinkedRole: 'A service that is not there is InvalidInput.',
  GetServiceLinkedRoleDeletionStatus: 'A task that is not there is InvalidInput.',
}
const made = makeKey(new Date())
const metadata = idpMetadata(made)
const provider = { SAMLProviderArn: arnOf('saml-provider/corp') }
const pemOf = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }) as string
const rsaKey = () => pemOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)
/** Errors that no other file asks for, with what comes before. */
const askedHere: readonly (readonly [error: string, ...calls: Asked[]])[] = [
  [
    'EntityAlreadyExists',
    ['CreateSAMLProvider', { Name: 'corp', SAMLMetadataDocument: metadata }],
    ['CreateSAMLProvider', { Name: 'corp', SAMLMetadataDocument: metadata }],
  ],
  [
    'LimitExceeded',
    ['UpdateSAMLProvider', { ...provider, AddPrivateKey: rsaKey() }],
    ['UpdateSAMLProvider', { ...provider, AddPrivateKey: rsaKey() }],
    ['UpdateSAMLProvider', { ...provider, AddPrivateKey: rsaKey() }],
  ],
  [
    'InvalidInput',
    ['UpdateAccessKey', { AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA', Status: 'Expired', ...none }],
  ],
  ['FeatureDisabled', ['DisableOutboundWebIdentityFederation', {}]],
  [
    'InvalidInput',
    ['UpdateSigningCertificate', { CertificateId: 'A'.repeat(24), Status: 'Expired', ...none }],
  ],
  [
    'LimitExceeded',
    ...Array.from({ length: 11 }, (_, at) => `g${at}`).flatMap((GroupName): Asked[] => [
      ['CreateGroup', { GroupName }],
      ['AddUserToGroup', { GroupName, UserName: 'none' }],
    ]),
  ],
  [
    'InvalidInput',
    [
      'UploadServerCertificate',
      {
        ServerCertificateName: 'web',
        ...{ CertificateBody: made.x509.toString(), PrivateKey: pemOf(made.key) },
        ...{ 'Tags.member.1.Key': 'a', 'Tags.member.1.Value': '1' },
        ...{ 'Tags.member.2.Key': 'A', 'Tags.member.2.Value': '2' },
      },
    ],
  ],
]

test('whatever an operation names and is not there is NoSuchEntity', async () => {
  await using at = await openIam()
  const asked = models.filter(({ name, errors }) => 'NoSuchEntity' in errors && !noneMissing[name])
  const apart = new Map(namingNothing)
  const wrong: string[] = []
  // Those that make something last: nothing of it is there yet.
  const inOrder = [...asked].sort(
    (a, b) => Number(a.name.startsWith('Create')) - Number(b.name.startsWith('Create')),
  )
  for (const { name, input } of inOrder) {
    const answer = await at.call(name, apart.get(name) ?? goodParameters(input))
    if (codeOf(answer) !== 'NoSuchEntity') wrong.push(`${name}: ${codeOf(answer)}`)
  }
  assert.deepEqual(wrong, [])
})

/** Values that an operation takes for no input of its own, by the member that they stand in. */
const bent: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Tags: {
    ...{ 'Tags.member.1.Key': 'a', 'Tags.member.1.Value': '1' },
    ...{ 'Tags.member.2.Key': 'A', 'Tags.member.2.Value': '2' },
  },
  OpenIDConnectProviderArn: { OpenIDConnectProviderArn: arnOf('role/no-provider') },
  SAMLProviderArn: { SAMLProviderArn: arnOf('role/no-provider') },
  PolicyInputList: { 'PolicyInputList.member.1': '{' },
}
/** These need something that is there, or more than one wrong member: other files have them. */
const askedElsewhere = /^(Simulate|Tag|Upload)/
const bentAsked = models.flatMap(({ name, errors, input }) => {
  const member = Object.keys(bent).find((one) => input.byName.has(one))
  const asked = 'InvalidInput' in errors && !askedElsewhere.test(name)
  return asked && member ? [{ name, input, wrong: bent[member]! }] : []
})

test('names of something else and tags given twice are InvalidInput', async () => {
  await using at = await openIam()
  for (const kind of ['user', 'group', 'role'] as const) await at.make(kind, { name: 'none' })
  const others: string[] = []
  for (const { name, input, wrong } of bentAsked) {
    const answer = await at.call(name, {
      ...goodParameters(input),
      ...(input.byName.has('SAMLMetadataDocument') && { SAMLMetadataDocument: metadata }),
      ...wrong,
    })
    if (codeOf(answer) !== 'InvalidInput') others.push(`${name}: ${codeOf(answer)}`)
  }
  assert.deepEqual(others, [])
})

const noQuotas = Object.fromEntries(
  Object.keys(defaultAccountQuotas).map((kind) => [kind, 0]),
) as unknown as AccountQuotas
/** What makes an entity that an account may have a number of. */
const counted = [
  'CreateGroup',
  'CreateInstanceProfile',
  'CreateOpenIDConnectProvider',
  'CreatePolicy',
  'CreateRole',
  'CreateSAMLProvider',
  'CreateServiceLinkedRole',
  'CreateUser',
  'CreateVirtualMFADevice',
]

test('an account that may have no more of a kind is LimitExceeded', async () => {
  await using at = await openIam({ quotas: noQuotas })
  const others: string[] = []
  for (const { name, input } of models.filter((model) => counted.includes(model.name))) {
    const answer = await at.call(name, {
      ...goodParameters(input),
      ...(input.byName.has('SAMLMetadataDocument') && { SAMLMetadataDocument: metadata }),
    })
    if (codeOf(answer) !== 'LimitExceeded') others.push(`${name}: ${codeOf(answer)}`)
  }
  assert.deepEqual(others, [])
})

test('errors that no other test asks for', async () => {
  await using at = await openIam()
  await at.make('user', { name: 'none' })
  for (const [error, ...calls] of askedHere) {
    const answers = []
    for (const [operation, parameters] of calls)
      answers.push(await at.outcome(operation, parameters))
    assert.match(answers.at(-1)!, new RegExp(`^${error}: `), calls.at(-1)![0])
  }
})

test('every declared error is tested, or excused with a reason, and not both', () => {
  const missing = models
    .filter(({ errors }) => 'NoSuchEntity' in errors)
    .map(({ name }) => pair(name, 'NoSuchEntity'))
  const here = askedHere.map(([error, ...calls]) => pair(calls.at(-1)![0], error))
  const rows = [
    ...excused,
    ...missing,
    ...here,
    ...bentAsked.map(({ name }) => pair(name, 'InvalidInput')),
    ...counted.map((name) => pair(name, 'LimitExceeded')),
    ...tested.map(({ operation, error }) => pair(operation, error)),
  ]
  assert.deepEqual(
    rows.filter((row, at) => rows.indexOf(row) !== at),
    [],
    'told twice',
  )
  assert.deepEqual([...rows].sort(), [...declared].sort(), 'declared-errors.json says otherwise')
  for (const { reason } of ledger.excused) assert.ok(reason.length > 20, reason)
})

test('the file that is named for an error asks the operation and expects the error', () => {
  const wrong: string[] = []
  for (const { error, file, operation } of tested) {
    const text = readFileSync(join(import.meta.dirname, '../..', file), 'utf8')
    if (!text.includes(error) || !namesOf(text).some((name) => name.test(operation)))
      wrong.push(`${file}: ${operation} ${error}`)
  }
  assert.deepEqual(wrong, [])
})

const texts = new Map<string, readonly RegExp[]>()
/** The operations that a test names, in full or by a template: `Attach${kind}Policy`. */
function namesOf(text: string): readonly RegExp[] {
  let names = texts.get(text)
  if (!names) {
    const whole = [...text.matchAll(/\b([A-Z]\w{5,}?)(?:Command)?\b/g)].map(([, name]) => name!)
    const parts = [...text.matchAll(/([A-Z]\w*)?\$\{[^}]+\}(\w*)/g)]
      .map(([, before = '', after = '']) => [before, after] as const)
      .filter(([before, after]) => (before + after).length >= 3)
      .map(([before, after]) => `${before}\\w+${after}`)
    names = [...new Set([...whole, ...parts])].map((name) => new RegExp(`^${name}$`))
    texts.set(text, names)
  }
  return names
}
