import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Identity } from '../../src/kernel/identity.ts'
import type { Grant } from '../../src/mapping/grant.ts'
import { compileOrganization } from '../../src/policy/index.ts'
import { createFederation } from '../../src/sessions/federate.ts'
import type { RequestOrigin } from '../../src/sessions/request-facts.ts'
import { noUpstreams } from '../upstream/none.ts'
import { account, allow, document, openRooms, roleArn } from './scene.ts'

const provider = `arn:aws:iam::${account}:ldap-provider/staff`
const action = 'sts:AssumeRoleWithLDAPIdentity'
const trust = (...rest: readonly object[]) =>
  document({ Effect: 'Allow', Principal: { Federated: provider }, Action: action }, ...rest)
const conditioned = (Condition: object, Action: unknown = action) =>
  document({ Effect: 'Allow', Principal: { Federated: provider }, Action, Condition })
const tagging = [action, 'sts:TagSession', 'sts:SetSourceIdentity']

const settings = {
  roles: [
    {
      name: 'Open',
      trustPolicy: trust(),
      policies: { read: document(allow('iam:Get*')) },
      maxSessionDuration: 7200,
    },
    {
      name: 'Tagging',
      trustPolicy: document({
        Effect: 'Allow',
        Principal: { Federated: provider },
        Action: tagging,
      }),
    },
    {
      name: 'Closed',
      trustPolicy: document({
        Effect: 'Allow',
        Principal: { Federated: provider.replace('staff', 'other') },
        Action: action,
      }),
    },
    {
      name: 'FileOnly',
      trustPolicy: document({
        Effect: 'Allow',
        Principal: { Federated: provider.replace('ldap', 'file') },
        Action: action,
      }),
    },
    {
      name: 'Admins',
      trustPolicy: conditioned({ 'ForAnyValue:StringEquals': { 'ldap:groups': 'admins' } }),
    },
    {
      name: 'Subject',
      trustPolicy: conditioned({ StringEquals: { 'ldap:sub': 'id-1', 'ldap:username': 'amina' } }),
    },
    {
      name: 'Team',
      trustPolicy: conditioned({ 'ForAnyValue:StringEquals': { 'ldap:attribute/team': 'risk' } }),
    },
    {
      name: 'Denied',
      trustPolicy: trust({
        Effect: 'Deny',
        Principal: '*',
        Action: action,
        Condition: { StringEquals: { 'ldap:username': 'amina' } },
      }),
    },
  ],
}
const amina: Identity = {
  connector: 'staff',
  protocol: 'ldap',
  subject: 'id-1',
  username: 'amina',
  displayName: 'Amina',
  groups: ['developers'],
  attributes: new Map([['team', ['platform']]]),
  authenticatedAt: new Date('2026-03-02T09:30:00Z'),
  strength: 'password',
}
/** An organization that lets nobody take roles of the account. */
const closed = compileOrganization({
  id: 'o-exampleorg1',
  managementAccount: '999988887777',
  root: { id: 'r-ab12', serviceControl: ['FullAWSAccess'], resourceControl: ['NoRoles'] },
  units: {},
  accounts: { [account]: { serviceControl: ['FullAWSAccess'], resourceControl: [] } },
  serviceControlPolicies: {},
  resourceControlPolicies: {
    NoRoles: document({ Effect: 'Deny', Principal: '*', Action: action, Resource: '*' }),
  },
})
const from: RequestOrigin = {
  sourceAddress: '192.0.2.7',
  userAgent: 'aws-cli/2',
  secure: true,
  region: 'eu-central-1',
}
const grantOf = (name: string, rest: Partial<Grant> = {}): Grant =>
  ({
    rule: 'developers',
    roleArn: roleArn(name),
    sessionName: 'amina',
    tags: new Map(),
    transitiveTagKeys: [],
    ...rest,
  }) as Grant
const refused = (error: Error & { code?: string }) =>
  error.code === 'AccessDenied' && error.message === `Not authorized to perform ${action}`

async function permitted(identity: Identity, ...names: string[]): Promise<string[]> {
  await using rooms = await openRooms(settings)
  return (
    await rooms.federation.permitted(
      identity,
      names.map((name) => grantOf(name)),
      from,
    )
  ).map(({ roleName }) => roleName)
}

test('a mapping proposes, the trust policy decides, in the order of the grants', async () => {
  assert.deepEqual(
    await permitted(
      amina,
      'Closed',
      'Tagging',
      'FileOnly',
      'Open',
      'Admins',
      'Team',
      'Subject',
      'Denied',
      'NotThere',
    ),
    ['Tagging', 'Open', 'Subject'],
  )
  assert.deepEqual(
    await permitted(
      {
        ...amina,
        subject: 'id-2',
        groups: ['a', 'admins'],
        attributes: new Map([['team', ['risk', 'x']]]),
      },
      'Admins',
      'Team',
      'Subject',
    ),
    ['Admins', 'Team'],
  )
})

test('another connector, or an account that the connector does not serve, is refused', async () => {
  assert.deepEqual(await permitted({ ...amina, protocol: 'file' }, 'Open', 'FileOnly'), [
    'FileOnly',
  ])
  assert.deepEqual(await permitted({ ...amina, connector: 'other' }, 'Open', 'Closed'), [])
  await using rooms = await openRooms(settings)
  const elsewhere = [
    grantOf('Open', { roleArn: 'arn:aws:iam::999900001111:role/Open' }),
    grantOf('Open', { roleArn: `arn:aws-cn:iam::${account}:role/Open` }),
    grantOf('Open', { roleArn: `arn:aws:iam::${account}:role/path/Open` }),
  ]
  assert.deepEqual(await rooms.federation.permitted(amina, elsewhere, from), [])
})

test('a missing role and one that does not trust get the same refusal', async () => {
  await using rooms = await openRooms(settings)
  for (const name of ['NotThere', 'Closed', 'Admins', 'Denied']) {
    await assert.rejects(
      rooms.federation.assumeWithIdentity({ from, identity: amina, grant: grantOf(name) }),
      refused,
      name,
    )
  }
})

test('tags and a source identity need their own allowance', async () => {
  await using rooms = await openRooms(settings)
  const tagged = {
    tags: new Map([['team', 'platform']]),
    sourceIdentity: 'amina',
    transitiveTagKeys: ['team'],
  }
  await assert.rejects(
    rooms.federation.assumeWithIdentity({
      from,
      identity: amina,
      grant: grantOf('Open', { tags: tagged.tags }),
    }),
    refused,
  )
  await assert.rejects(
    rooms.federation.assumeWithIdentity({
      from,
      identity: amina,
      grant: grantOf('Open', { sourceIdentity: 'amina' }),
    }),
    refused,
  )
  const { claims, decision } = await rooms.federation.assumeWithIdentity({
    from,
    identity: amina,
    grant: grantOf('Tagging', tagged),
  })
  assert.deepEqual(
    [claims.tags, claims.sourceIdentity, claims.transitiveTagKeys],
    [[{ Key: 'team', Value: 'platform' }], 'amina', ['team']],
  )
  assert.deepEqual(claims.federation, {
    provider,
    connector: 'staff',
    subject: 'id-1',
    username: 'amina',
    provedAt: amina.authenticatedAt.getTime(),
    rule: 'developers',
    maxDurationSeconds: 3600,
  })
  assert.equal(decision.effect, 'allow')
})

test('durations: an hour by default, 15 minutes to what grant and role allow', async () => {
  await using rooms = await openRooms(settings)
  const lasting = async (durationSeconds?: number, maxDurationSeconds?: number) => {
    const grant = grantOf('Open', maxDurationSeconds === undefined ? {} : { maxDurationSeconds })
    const { claims } = await rooms.federation.assumeWithIdentity({
      from,
      identity: amina,
      grant,
      ...(durationSeconds !== undefined && { durationSeconds }),
    })
    return Math.ceil((claims.expiresAt.getTime() - claims.issuedAt.getTime()) / 1000)
  }
  assert.equal(await lasting(), 3600)
  assert.equal(await lasting(7200), 7200)
  assert.equal(await lasting(undefined, 1800), 1800)
  const tooLong = (error: Error & { code?: string }) =>
    error.code === 'ValidationError' && /MaxSessionDuration/.test(error.message)
  await assert.rejects(lasting(7201), tooLong)
  await assert.rejects(lasting(3600, 1800), tooLong)
  await assert.rejects(lasting(899), tooLong)
})

test("the mapping's session policy and the request's are layers of their own", async () => {
  await using rooms = await openRooms(settings)
  const [mapped, asked] = [document(allow('iam:*')), document(allow('iam:GetRole'))]
  const { claims } = await rooms.federation.assumeWithIdentity({
    from,
    identity: amina,
    grant: grantOf('Open', { sessionPolicy: mapped }),
    layer: { inline: [asked], arns: [] },
  })
  assert.deepEqual(claims.layers, [
    { inline: [mapped], arns: [] },
    { inline: [asked], arns: [] },
  ])
})

test('a second factor is told, a password alone is not one', async () => {
  await using rooms = await openRooms(settings)
  const plain = await rooms.federation.assumeWithIdentity({
    from,
    identity: amina,
    grant: grantOf('Open'),
  })
  const strong = await rooms.federation.assumeWithIdentity({
    from,
    identity: { ...amina, strength: 'hardware' },
    grant: grantOf('Open'),
  })
  assert.deepEqual([plain.claims.mfaAt, strong.claims.mfaAt], [undefined, amina.authenticatedAt])
})

test("facts of the request can't be replaced by tags or attributes", async () => {
  const Condition = { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }
  await using rooms = await openRooms({
    roles: [
      {
        name: 'Elsewhere',
        trustPolicy: document(
          { Effect: 'Allow', Principal: { Federated: provider }, Action: tagging },
          { Effect: 'Deny', Principal: '*', Action: tagging, Condition },
        ),
      },
    ],
  })
  const hostile = {
    ...amina,
    username: 'aws:sourceip',
    attributes: new Map([
      ['aws:sourceip', ['10.0.0.1']],
      ['AWS:SourceIp', ['10.0.0.1']],
    ]),
  }
  const grants = [
    grantOf('Elsewhere', { tags: new Map([['aws:SourceIp', '10.0.0.1']]) }),
    grantOf('Elsewhere'),
  ]
  assert.deepEqual(await rooms.federation.permitted(hostile, grants, from), [])
  assert.equal(
    (await rooms.federation.permitted(hostile, grants, { ...from, sourceAddress: '198.51.100.1' }))
      .length,
    2,
  )
})

test("a resource control policy of the role's account reaches proved people", async () => {
  await using rooms = await openRooms(settings)
  const ports = { ...rooms, upstreams: noUpstreams }
  const connectors = () => [{ id: 'staff', accounts: [account] }]
  let organization: typeof closed | undefined
  const federation = createFederation({
    ...{ ...ports, connectors },
    organization: () => organization,
  })
  assert.equal((await federation.permitted(amina, [grantOf('Open')], from)).length, 1)
  organization = closed
  assert.deepEqual(await federation.permitted(amina, [grantOf('Open')], from), [])
})
