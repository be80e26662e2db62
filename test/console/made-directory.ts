import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { addressOf, type Params, withQuery } from '../../src/console/address.ts'
import type { Page } from '../../src/console/page.ts'
import { selfSigned } from '../../src/credentials/self-signed.ts'
import { authenticator } from '../aws/iam/authenticator.ts'
import { makeKey } from '../connectors/saml/identity-provider.ts'
import { idpMetadata } from '../connectors/saml/idp-metadata.ts'
import { Browser } from '../http/browser.ts'

import type { Rig } from './rig.ts'
import type { Fields } from './sent-form.ts'

/** Signs as everything that a description, a path and a tag may hold. */
export const hostile = {
  description: `<script>alert(1)</script>"'\`--><img src=x onerror=alert(2)> \${7*7} {{7*7}}`,
  path: `/<script>alert(3)</script>/"'><b>/`,
  tag: 'a=b@c/+-',
  policy: '<script>alert(1)</script>\'"& <b>/',
}

/** A name of 64 letters, without a place to break. */
export const longName = `Z${'w'.repeat(63)}`

const tagged = { 'Tags.member.1.Key': hostile.tag, 'Tags.member.1.Value': 'value with spaces' }

export const trust = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
}
/** What calls told of the things that a rig made, each by their name. */
export interface Made {
  /** What the apps of devices show, by the serial numbers: a code and the one after it. */
  readonly codes: Map<string, (steps: number) => Fields>
  /** The access key of each user. */
  readonly keys: Map<string, string>
  /** A request of each user, whose event the audit log has. */
  readonly requests: Map<string, string>
  /** The session of a person that was signed in. */
  readonly sessions: Map<string, string>
  /** What each user has besides. */
  readonly owned: Map<string, Readonly<Record<'ssh' | 'certificate' | 'credential', string>>>
}
export const nothingMade = (): Made => ({
  ...{ codes: new Map(), keys: new Map(), requests: new Map() },
  ...{ sessions: new Map(), owned: new Map() },
})

export const readIam = 'arn:aws:iam::111122223333:policy/ReadIam'
const ownStatement = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'Own', Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
}
const inlinePolicy = {
  PolicyName: 'Inline.Policy',
  PolicyDocument: JSON.stringify(ownStatement),
}

/** A role of the API's, with everything that a role may have, and hostile where it may be. */
export async function makeRole({ iam }: Rig, RoleName: string): Promise<void> {
  await iam('CreateRole', {
    RoleName,
    Path: hostile.path,
    Description: hostile.description,
    AssumeRolePolicyDocument: JSON.stringify(trust),
    MaxSessionDuration: '5400',
    ...tagged,
    PermissionsBoundary: readIam,
  })
  await iam('AttachRolePolicy', { RoleName, PolicyArn: readIam })
  await iam('PutRolePolicy', { RoleName, ...inlinePolicy })
}

/**
 * One of everything that has a page, each of that name, and hostile where it may be; somebody who
 * is signed in only where that matters, because it takes long.
 */
export async function makeDirectory(
  rig: Rig,
  name: string,
  { signedIn = true } = {},
): Promise<void> {
  await makeRole(rig, name)
  await makeUser(rig, name)
  await makeGroup(rig, name)
  await makePolicy(rig, name)
  await makeProviders(rig, name)
  if (signedIn) await signSomebodyIn(rig, name)
  await makeOwned(rig, name)
  await rig.iam('GenerateCredentialReport', {})
  await setUpAccount(rig)
}

/** Of the aliases that were given: no two accounts have one. */
let aliases = 0

/** What an account has once, as if it was new. */
async function setUpAccount({ iam }: Rig): Promise<void> {
  await iam('UpdateAccountPasswordPolicy', { MinimumPasswordLength: '14', MaxPasswordAge: '1' })
  await iam('CreateAccountAlias', { AccountAlias: `rig-${++aliases}` })
  // Refused where it is on already.
  await iam('EnableOutboundWebIdentityFederation', {}).catch(() => undefined)
}

let metadata: string | undefined
/** Made once: a key costs as much as a page. */
export function someMetadata(): string {
  metadata ??= idpMetadata(makeKey(new Date()))
  return metadata
}

async function makeProviders({ iam }: Rig, name: string): Promise<void> {
  await iam('CreateOpenIDConnectProvider', {
    Url: `https://idp.example.com/${name}`,
    'ClientIDList.member.1': hostile.policy,
    'ThumbprintList.member.1': '6938FD4D98BAB03FAADB97B34396831E3780AEA1',
    ...tagged,
  })
  await iam('CreateSAMLProvider', { Name: name, SAMLMetadataDocument: someMetadata(), ...tagged })
}

async function makeGroup({ iam }: Rig, GroupName: string): Promise<void> {
  await iam('CreateGroup', { GroupName, Path: hostile.path })
  await iam('AttachGroupPolicy', { GroupName, PolicyArn: readIam })
  await iam('PutGroupPolicy', { GroupName, ...inlinePolicy })
  await iam('AddUserToGroup', { GroupName, UserName: GroupName })
}

async function makePolicy({ iam }: Rig, PolicyName: string): Promise<void> {
  const PolicyArn = policyArn(PolicyName)
  const PolicyDocument = JSON.stringify(ownStatement)
  await iam('CreatePolicy', {
    PolicyName,
    Path: policyPath,
    Description: hostile.policy,
    PolicyDocument,
    ...tagged,
  })
  await iam('CreatePolicyVersion', { PolicyArn, PolicyDocument })
  await iam('CreatePolicyVersion', { PolicyArn, PolicyDocument })
  await iam('AttachUserPolicy', { PolicyArn, UserName: PolicyName })
  await iam('AttachGroupPolicy', { PolicyArn, GroupName: PolicyName })
  await iam('AttachRolePolicy', { PolicyArn, RoleName: PolicyName })
}

/** Paths of policies may hold less than those of users. */
const policyPath = '/a.b/c+=,@_-/'
export const policyArn = (name: string) => `arn:aws:iam::111122223333:policy${policyPath}${name}`

export const deviceArn = (name: string) => `arn:aws:iam::111122223333:mfa/${name}`
/** A device that nobody has yet. */
const spareArn = (name: string) => deviceArn(`${name}.spare`)

/** Two codes of a device that the text names, `steps` from now. */
export function codesIn(
  { made: { codes } }: Pick<Rig, 'made'>,
  text: string,
  steps: number,
): Fields {
  const [serial = ''] = [...codes.keys()].filter((one) =>
    new RegExp(`mfa(?:/|~1)${one.slice(one.lastIndexOf('/') + 1)}(?![.\\w])`).test(text),
  )
  return codes.get(serial)?.(steps) ?? {}
}

async function makeDevice({ iam, running, made }: Rig, name: string): Promise<void> {
  const device = await iam('CreateVirtualMFADevice', { VirtualMFADeviceName: name, ...tagged })
  const seed = /<Base32StringSeed>([^<]+)</.exec(device)?.[1] ?? ''
  const { code } = authenticator(Buffer.from(seed, 'base64').toString())
  made.codes.set(deviceArn(name), (steps) => {
    const now = running.clock.now()
    return { AuthenticationCode1: code(now, steps), AuthenticationCode2: code(now, steps + 1) }
  })
}

async function makeUser(rig: Rig, UserName: string): Promise<void> {
  const { iam, made } = rig
  await iam('CreateUser', {
    UserName,
    Path: hostile.path,
    ...tagged,
    PermissionsBoundary: readIam,
  })
  await iam('AttachUserPolicy', { UserName, PolicyArn: readIam })
  await iam('PutUserPolicy', { UserName, ...inlinePolicy })
  const key = await iam('CreateAccessKey', { UserName })
  made.requests.set(UserName, /<RequestId>([^<]+)</.exec(key)![1]!)
  made.keys.set(UserName, /<AccessKeyId>(\w+)</.exec(key)![1]!)
  await iam('CreateLoginProfile', { UserName, Password: 'Long-enough-2026' })
  await makeDevice(rig, UserName)
  await makeDevice(rig, `${UserName}.spare`)
  const SerialNumber = deviceArn(UserName)
  await iam('EnableMFADevice', { UserName, SerialNumber, ...made.codes.get(SerialNumber)?.(-1) })
}

/** For a user that is not there. */
const anyKey = 'AKIAIOSFODNN7EXAMPLE'

/** Somebody who has nothing but a sign-in of their own, until it is ended. */
async function signSomebodyIn(rig: Rig, name: string): Promise<void> {
  const known = new Set(rig.made.sessions.values())
  await new Browser(rig.running.origin).signIn('jonas', 'jonas-demo-2026')
  const admin = await rig.consoleAs('Admin')
  // The list is written behind the sign-in.
  for (let looks = 0; looks < 200; looks++) {
    const { text } = await admin.get('/console/sessions?person=jonas')
    const ids = [...text.matchAll(/\/console\/sessions\/([\d.\w-]+)"/g)].map(([, id]) => id!)
    const fresh = ids.find((id) => !known.has(id))
    if (fresh === undefined) continue
    rig.made.sessions.set(name, fresh)
    return
  }
  assert.fail('nobody is on the list of sessions')
}

/** The parameters that lead the page to what has that name. */
export function paramsFor({ made }: Pick<Rig, 'made'>, name: string, path = ''): Params {
  const kind = /identity-providers\/(\w+)/.exec(path)?.[1]
  const arn = kind === undefined ? policyArn(name) : providerArn(kind, name)
  // The first version is the default until another one is made it, and only then is it deleted.
  const version = path.endsWith('/versions/:version/delete') ? 'v1' : 'v2'
  const isPersons = path.startsWith('/console/people-keys')
  const key = isPersons ? 'A'.repeat(20) : (made.keys.get(name) ?? anyKey)
  return {
    ...{ name, policy: 'Inline.Policy', group: name, arn, key, version },
    ...(made.owned.get(name) ?? nothingOwned),
    ...{ other: 'v3', id: 'staff', service: 'iam' },
    serial: path.startsWith('/console/mfa-devices') ? spareArn(name) : deviceArn(name),
    event: made.requests.get(name) ?? 'GH-0000-0000',
    session: path.startsWith('/console/sessions')
      ? (made.sessions.get(name) ?? '8200000000000.nobodyHere')
      : 'ASIAAAAAAAAAAAAAAAAA',
    ...{ connector: 'staff', subject: name },
  }
}

/** For a user that is not there. */
const nothingOwned = {
  ssh: 'APKAAAAAAAAAAAAAAAAA',
  certificate: 'AAAAAAAAAAAAAAAAAAAAAAAA',
  credential: 'ACCAAAAAAAAAAAAAAAAA',
}

/** Made once: the certificates differ. */
let ownKey: KeyObject | undefined

/** Keys and certificates of a user, a server certificate and an instance profile of that name. */
async function makeOwned({ iam, made }: Rig, name: string): Promise<void> {
  const UserName = name
  ownKey ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const key = ownKey
  const x509 = selfSigned(key, {
    commonName: `<b>${name.slice(0, 40)}`,
    from: new Date(Date.now() - 86_400_000),
    until: new Date(Date.now() + 86_400_000 * 365),
    serial: randomBytes(8),
  })
  const ofUser = async (action: string, part: string, fields: Readonly<Record<string, string>>) => {
    const answer = await iam(action, { UserName, ...fields })
    return new RegExp(`<${part}>(\\w+)<`).exec(answer)![1]!
  }
  const pem = createPublicKey(key).export({ format: 'pem', type: 'spki' })
  made.owned.set(name, {
    ssh: await ofUser('UploadSSHPublicKey', 'SSHPublicKeyId', { SSHPublicKeyBody: String(pem) }),
    certificate: await ofUser('UploadSigningCertificate', 'CertificateId', {
      CertificateBody: x509.toString(),
    }),
    credential: await ofUser('CreateServiceSpecificCredential', 'ServiceSpecificCredentialId', {
      ServiceName: 'codecommit.amazonaws.com',
    }),
  })
  await iam('UploadServerCertificate', {
    ServerCertificateName: name,
    Path: hostile.path,
    CertificateBody: x509.toString(),
    PrivateKey: String(key.export({ format: 'pem', type: 'pkcs8' })),
    ...tagged,
  })
  const InstanceProfileName = name
  await iam('CreateInstanceProfile', { InstanceProfileName, Path: hostile.path, ...tagged })
  await iam('AddRoleToInstanceProfile', { InstanceProfileName, RoleName: name })
}

export function providerArn(kind: string, name: string): string {
  const inside = kind === 'oidc' ? `idp.example.com/${name}` : name
  return `arn:aws:iam::111122223333:${kind}-provider/${inside}`
}

export function addressFor(rig: Pick<Rig, 'made'>, { path }: Page, name: string): string {
  return withQuery(addressOf(path, paramsFor(rig, name, path)), queryFor(path, name))
}

/** A question, for a page that answers one. */
function queryFor(path: string, name: string): Readonly<Record<string, string>> {
  if (path === '/console/simulator')
    return { principal: `user/${name}`, actions: 's3:GetObject\ns3:PutObject' }
  if (path === '/console/mapping') return { identity: 'connector: staff\nusername: amina\n' }
  if (path === '/console/replay') return { rules: '[]' }
  if (path === '/console/users/:name/give-mfa') return { serial: spareArn(name) }
  if (path === '/console/who-can') return { action: 's3:GetObject' }
  return {}
}
