import { randomUUID } from 'node:crypto'
import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import { Browser } from '../http/browser.ts'
import { begin, enter, passwordHash, type Scene, secret } from './scene.ts'

export const account = '111122223333'
export const otherAccount = '444455556666'
export const role = (name: string, of = account) => `arn:aws:iam::${of}:role/${name}`

export const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'
export const credentialsType = 'urn:gatehouse:token-type:aws-credentials'
export const signedCallType = 'urn:gatehouse:token-type:aws-signed-call'

const trust = (of = account) => ({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::${of}:file-provider/corp` },
    Action: ['sts:AssumeRoleWithLDAPIdentity', 'sts:TagSession'],
  },
})
const allows = (Action: string, more: object = {}) => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action, Resource: '*', ...more },
})
const tellsWiki = allows('sts:GetWebIdentityToken', {
  Condition: {
    'ForAnyValue:StringEquals': { 'sts:IdentityTokenAudience': ['wiki', 'board', 'plain'] },
  },
})

const app = (id: string, more: object = {}) => ({
  label: id,
  secret,
  redirectUris: [`https://${id}.corp.test/callback`],
  ...more,
})

/** Roles, some of which apps may take or take in; apps that may exchange, and one that may not. */
const sections = {
  accounts: {
    [account]: {
      roles: {
        Developer: { trustPolicy: trust(), maxSessionDuration: '2h' },
        Auditor: { trustPolicy: trust() },
        Ungranted: { trustPolicy: trust() },
        Closed: { trustPolicy: trust(otherAccount) },
        'Ci-build': { trustPolicy: trust(), policies: { Tell: tellsWiki } },
        'Ci-silent': { trustPolicy: trust(), policies: { Look: allows('iam:ListRoles') } },
      },
    },
    [otherAccount]: {
      roles: { 'Ci-build': { trustPolicy: trust(otherAccount), policies: { Tell: tellsWiki } } },
    },
  },
  connectors: {
    corp: {
      type: 'file',
      label: 'Corp',
      accounts: [account, otherAccount],
      leastRefusalMs: 0,
      people: [
        { username: 'alice', passwordHash, displayName: 'Alice', groups: ['staff'] },
        { username: 'bob', passwordHash, displayName: 'Bob', groups: ['visitors'] },
      ],
    },
    // Another directory that has an alice too, in a group of the same name.
    partner: {
      type: 'file',
      label: 'Partner',
      accounts: [account],
      leastRefusalMs: 0,
      people: [{ username: 'alice', passwordHash, displayName: 'Alice', groups: ['staff'] }],
    },
  },
  mappings: [
    {
      name: 'staff',
      when: '"staff" in identity.groups',
      grants: [
        ...['Developer', 'Auditor', 'Closed', 'Ci-build', 'Ci-silent'].map((name) => ({
          role: role(name),
        })),
        { role: role('Ci-build', otherAccount) },
      ],
    },
  ],
  apps: {
    wiki: app('wiki', {
      refreshTokens: true,
      exchange: {
        roles: ['Developer', 'Ungranted', 'Closed'].map((name) => role(name)),
        sessions: [role('Ci-*')],
      },
    }),
    // As wiki may do: what is wiki's must not be good for it.
    board: app('board', {
      exchange: { roles: [role('D*')], sessions: [role('Ci-*')] },
    }),
    plain: app('plain'),
    public: {
      label: 'public',
      redirectUris: ['https://public.corp.test/callback'],
      exchange: { sessions: [role('Ci-*')] },
    },
  },
}

export const exchangeSettings = Object.entries(sections)
  .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  .join('\n')

export interface Answered {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: an answer that tests look into
  readonly told: any
}

/** A call to an endpoint of apps, as anybody can write it. */
export async function ask(
  at: Scene,
  fields: Readonly<Record<string, string>>,
  id = 'wiki',
  path = 'token',
): Promise<Answered> {
  const answer = await fetch(`${at.origin}/oauth2/${path}`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${id}:${encodeURIComponent(secret)}`)}` },
    body: new URLSearchParams(fields),
  })
  // A store that is too busy is told by a page.
  const json = answer.headers.get('content-type')?.startsWith('application/json')
  return { status: answer.status, told: json ? await answer.json() : await answer.text() }
}

/** What the grant of an exchange adds to its parameters. */
export const exchange = (at: Scene, fields: Readonly<Record<string, string>>, id = 'wiki') =>
  ask(at, { grant_type: exchangeGrant, ...fields }, id)

/** A person signs in to an app, which gets an access token. */
export async function signIn(
  at: Scene,
  { id = 'wiki', connector = 'corp', scope = 'openid roles' } = {},
) {
  const redirect_uri = `https://${id}.corp.test/callback`
  const browser = new Browser(at.origin)
  await browser.signIn('alice', 'right horse', { connector })
  const attempt = await begin(await at.app(id), { redirect_uri, scope })
  return enter(at, attempt, 'nobody', browser)
}

export const forRole = (subject_token: string, resource = role('Developer')) => ({
  subject_token,
  subject_token_type: accessTokenType,
  requested_token_type: credentialsType,
  resource,
})

export interface Keys {
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
  readonly SessionToken?: string
}

/** Temporary credentials of a role, as the portal gives them: by password, on the wire. */
export async function sessionOf(
  at: Scene,
  roleArn: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Keys> {
  const answer = await fetch(at.origin, {
    method: 'POST',
    body: new URLSearchParams({
      Action: 'AssumeRoleWithLDAPIdentity',
      Version: '2011-06-15',
      ProviderName: 'corp',
      LDAPUsername: 'alice',
      LDAPPassword: 'right horse',
      RoleArn: roleArn,
      ...more,
    }),
  })
  const text = await answer.text()
  const member = (name: string) => new RegExp(`<${name}>([^<]*)<`).exec(text)?.[1] ?? ''
  if (answer.status !== 200) throw new Error(text)
  return {
    AccessKeyId: member('AccessKeyId'),
    SecretAccessKey: member('SecretAccessKey'),
    SessionToken: member('SessionToken'),
  }
}

interface Signing {
  readonly audience?: string
  readonly query?: Readonly<Record<string, string | string[]>>
  readonly without?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly service?: string
  readonly path?: string
  readonly signingDate?: Date
}

/** The address of a GetCallerIdentity call that a session signed for an audience. */
export async function signedCall(
  at: Scene,
  { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken }: Keys,
  signing: Signing = {},
): Promise<string> {
  const { audience = 'wiki', query, without, headers, service = 'sts', path = '/' } = signing
  const { host, hostname, port } = new URL(at.origin)
  const asked: Record<string, string | string[]> = {
    Action: 'GetCallerIdentity',
    Version: '2011-06-15',
    Audience: audience,
    Nonce: randomUUID(),
    ...query,
  }
  if (without !== undefined) delete asked[without]
  const signer = new SignatureV4({
    service,
    region: 'us-east-1',
    sha256: Sha256,
    credentials: {
      accessKeyId,
      secretAccessKey,
      ...(SessionToken && { sessionToken: SessionToken }),
    },
  })
  const signed = await signer.presign(
    {
      method: 'GET',
      protocol: 'http:',
      hostname,
      port: Number(port),
      path,
      query: asked,
      headers: { host, ...headers },
    },
    { expiresIn: 60, signingDate: signing.signingDate ?? at.clock.now() },
  )
  const url = new URL(path, at.origin)
  for (const [name, value] of Object.entries(signed.query!))
    for (const one of [value].flat()) url.searchParams.append(name, String(one))
  return url.href
}

export const asSession = (subject_token: string) => ({
  subject_token,
  subject_token_type: signedCallType,
})
