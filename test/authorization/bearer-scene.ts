import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import { createAsk } from '../../src/client/ask.ts'
import { passwordHash, secret } from '../apps/scene.ts'
import type { RunningHere } from '../journeys/running.ts'
import { account, keys, order, otherAccount, question } from './scene.ts'

export const api = 'https://orders.corp.test'
export const mail = 'https://mail.corp.test'
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`
const allow = (Action: string | string[], Resource: string) => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action, Resource },
})
const trust = (of = account) => ({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::${of}:file-provider/corp` },
    Action: ['sts:AssumeRoleWithLDAPIdentity', 'sts:TagSession'],
  },
})
const user = (name: keyof typeof keys, Action: string) => ({
  accessKeys: [
    { accessKeyId: keys[name].accessKeyId, secretAccessKey: keys[name].secretAccessKey },
  ],
  policies: { Own: allow(Action, '*') },
})
const app = (id: string, more: object = {}) => ({
  label: id,
  secret,
  redirectUris: [`https://${id}.corp.test/callback`],
  when: '"leavers" in identity.groups == false',
  resources: { [api]: ['orders:read', 'orders:write'], [mail]: ['mail:send'] },
  ...more,
})
const service = (name: keyof typeof keys, more: object = {}) => ({
  accounts: [account],
  principals: [`arn:aws:iam::${account}:user/${name}`],
  actions: {
    GetOrder: { level: 'Read', resources: ['order'] },
    CancelOrder: { level: 'Write', resources: ['order'] },
  },
  resources: { order: { arn: `arn:\${Partition}:${name}:\${Region}:\${Account}:order/\${Id}` } },
  ...more,
})

/** A service that takes tokens of apps, one that takes none, and apps that get tokens for it. */
const sections = {
  accounts: {
    [account]: {
      users: {
        orders: user('orders', 'gatehouse:*'),
        payroll: user('payroll', 'gatehouse:*'),
        ann: user('ann', 'sts:*'),
      },
      roles: {
        Clerk: {
          trustPolicy: trust(),
          policies: { Own: allow('orders:*', order(`\${aws:PrincipalTag/owner}-*`)) },
        },
        Manager: { trustPolicy: trust(), policies: { All: allow('orders:*', '*') } },
        Closed: { trustPolicy: trust(otherAccount), policies: { All: allow('orders:*', '*') } },
      },
    },
  },
  connectors: {
    corp: {
      type: 'file',
      label: 'Corp',
      accounts: [account],
      leastRefusalMs: 0,
      people: [
        ['alice', 'staff'],
        ['bob', 'visitors'],
        ['mary', 'staff, managers'],
      ].map(([username, groups]) => ({
        ...{ username, passwordHash, displayName: username },
        groups: groups!.split(', '),
      })),
    },
  },
  mappings: [
    {
      name: 'staff',
      when: '"staff" in identity.groups',
      grants: [
        { role: role('Clerk'), tags: { owner: '${identity.username}' } },
        { role: role('Closed') },
      ],
    },
    {
      name: 'managers',
      when: '"managers" in identity.groups',
      grants: [{ role: role('Manager') }],
    },
  ],
  apps: {
    wiki: app('wiki', { refreshTokens: true, clientCredentials: true }),
    bound: app('bound', { boundTokens: 'dpop' }),
    board: app('board', { subject: 'pairwise' }),
  },
  resources: {
    [api]: {
      label: 'Orders',
      scopes: ['orders:read', 'orders:write'],
      signing: 'ES256',
      lifetime: '2m',
    },
    [mail]: { label: 'Mail', scopes: ['mail:send'] },
  },
  services: {
    orders: service('orders', {
      maxAge: '1h',
      hosts: ['orders.test'],
      payload: 'unsigned',
      routes: [{ method: 'GET', path: '/orders/{Id}', action: 'GetOrder', resource: 'order' }],
      bearer: {
        audience: api,
        roles: [role('Closed'), role('Manager'), role('Clerk')],
        scopes: { 'orders:read': ['GetOrder'], 'orders:write': ['CancelOrder'] },
      },
    }),
    payroll: service('payroll'),
  },
}

export const settingsOf = (change: (all: typeof sections) => unknown = () => undefined) => {
  const all = structuredClone(sections)
  change(all)
  return Object.entries(all)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join('\n')
}

/** What the service `orders` is answered about a token. */
export async function askAbout(
  { origin }: { readonly origin: string },
  Bearer: string,
  {
    as = 'orders',
    ...change
  }: { readonly as?: 'orders' | 'payroll'; readonly [name: string]: unknown } = {},
) {
  const ask = createAsk({ url: origin, credentials: () => keys[as] })
  const Resource = order('alice-1').replace('orders', as)
  return ask.authorize({
    Version: '2026-11-29',
    Service: as,
    Bearer,
    From: { SourceIp: '192.0.2.9', Secure: true },
    Questions: [question({ Action: `${as}:GetOrder`, Resource })],
    ...change,
  })
}

/** Ends everything of a person, as an operator does who calls STS. */
export async function revokePerson({ origin, clock }: RunningHere, name: string): Promise<void> {
  const body = `Action=RevokeSessions&Version=2011-06-15&Scope=person&Target=corp/${name}`
  const { host, hostname } = new URL(origin)
  const signer = new SignatureV4({
    credentials: keys.ann,
    region: 'us-east-1',
    service: 'sts',
    sha256: Sha256,
  })
  const { headers } = await signer.sign(
    { method: 'POST', protocol: 'http:', hostname, path: '/', headers: { host }, body },
    { signingDate: clock.now() },
  )
  const answer = await fetch(origin, { method: 'POST', headers, body })
  if (!answer.ok) throw new Error(await answer.text())
}
