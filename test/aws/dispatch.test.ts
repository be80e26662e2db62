import assert from 'node:assert/strict'
import { test } from 'node:test'
import { iamOperations } from '../../src/aws/iam/operations.ts'
import { operation, unsignedOperation } from '../../src/aws/operation.ts'
import { assumeRoleWithLdapIdentity } from '../../src/aws/sts/assume-role-with-ldap-identity.ts'
import { assumeRoleWithSaml } from '../../src/aws/sts/assume-role-with-saml.ts'
import { getCallerIdentity } from '../../src/aws/sts/get-caller-identity.ts'
import { AssumeRoleWithLDAPIdentity } from '../../src/aws/sts/ldap-identity-model.ts'
import { stsModel } from '../../src/aws/sts/sts-model.ts'
import { commonFault } from '../../src/kernel/aws-fault.ts'
import {
  accessKeyId,
  account,
  allow,
  claims,
  codeOf,
  form,
  iamPorts,
  messageOf,
  now,
  policy,
  roleCaller,
  send,
  signed,
  unsigned,
  userCaller,
  wireScene,
} from './wire-scene.ts'

const alice = {
  account,
  createdAt: '2026-01-02T03:04:05.000Z',
  managedBy: 'config' as const,
  id: 'AIDAALICE',
  name: 'alice',
  path: '/staff/',
  inlinePolicies: {},
  attachedPolicies: [],
  tags: [{ Key: 'team', Value: 'db' }],
  groups: [],
}
const operations = [getCallerIdentity, ...iamOperations(iamPorts)]

test('GetCallerIdentity answers who calls, and leaves one event', async () => {
  const on = wireScene(operations)
  const answer = await send(on, 'sts', 'GetCallerIdentity')
  assert.equal(answer.status, 200)
  assert.equal(answer.headers['content-type'], 'text/xml')
  assert.match(
    answer.body,
    new RegExp(
      '<UserId>AIDAALICE</UserId><Account>111122223333</Account>' +
        '<Arn>arn:aws:iam::111122223333:user/staff/alice</Arn>',
    ),
  )
  assert.deepEqual(on.events, [
    {
      eventID: 'id-1',
      eventTime: now,
      eventSource: 'sts.amazonaws.com',
      eventName: 'GetCallerIdentity',
      eventType: 'AwsApiCall',
      awsRegion: 'eu-central-1',
      sourceIPAddress: '192.0.2.7',
      userAgent: 'aws-cli/2',
      requestID: 'id-0',
      recipientAccountId: account,
      readOnly: true,
      chain: {},
      userIdentity: {
        type: 'IAMUser',
        principalId: 'AIDAALICE',
        arn: `arn:aws:iam::${account}:user/staff/alice`,
        accountId: account,
        accessKeyId,
        userName: 'alice',
      },
    },
  ])
})

test('no policy takes GetCallerIdentity away', async () => {
  const deny = policy('identity', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
  })
  assert.equal(
    (
      await send(
        wireScene(operations, userCaller({ layers: { identity: [deny] } })),
        'sts',
        'GetCallerIdentity',
      )
    ).status,
    200,
  )
})

for (const [what, request, status, code, message] of [
  ['no action', unsigned(''), 400, 'MissingAction', 'The request has no Action parameter.'],
  [
    'an unknown action',
    unsigned(form('sts', 'Nope')),
    400,
    'InvalidAction',
    'Could not find operation Nope for version 2011-06-15',
  ],
  [
    'no version',
    unsigned('Action=GetCallerIdentity'),
    400,
    'InvalidAction',
    'Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED',
  ],
  [
    "another service's version",
    unsigned(form('iam', 'GetCallerIdentity')),
    400,
    'InvalidAction',
    'Could not find operation GetCallerIdentity for version 2010-05-08',
  ],
  [
    'a prototype as action',
    unsigned(form('sts', '__proto__')),
    400,
    'InvalidAction',
    'Could not find operation __proto__ for version 2011-06-15',
  ],
  [
    'no signature',
    unsigned(form('sts', 'GetCallerIdentity')),
    403,
    'MissingAuthenticationToken',
    'Request is missing Authentication Token',
  ],
  [
    'a method that is none',
    unsigned('', { method: 'PUT' }),
    400,
    'InvalidAction',
    'The method PUT is not one that this service knows.',
  ],
  [
    'a body over the cap',
    unsigned(Buffer.alloc(256 * 1024 + 1, 'a')),
    413,
    'RequestEntityTooLarge',
    'The request body has more than 262144 bytes.',
  ],
  [
    'bytes that are no text',
    unsigned(Buffer.from([0xff])),
    400,
    'MalformedQueryString',
    'The request body is not valid UTF-8.',
  ],
  [
    'a parameter in body and query',
    unsigned(form('sts', 'GetCallerIdentity'), { query: 'Action=ListUsers' }),
    400,
    'MalformedQueryString',
    'The parameter Action was given more than once.',
  ],
] as const) {
  test(`${what} is refused with ${code}, and leaves one event`, async () => {
    const on = wireScene(operations)
    const answer = await on.dispatch(request)
    assert.deepEqual([answer.status, codeOf(answer), messageOf(answer)], [status, code, message])
    assert.equal(on.events.length, 1)
    assert.equal(on.events[0]!.errorCode, code)
    assert.deepEqual(on.bugs, [])
  })
}

test('a wrong key, a wrong secret and a wrong service are refused', async () => {
  const body = form('sts', 'GetCallerIdentity')
  for (const [change, code] of [
    [{ key: 'AKIANOBODYNOBODYNOBO' }, 'InvalidClientTokenId'],
    [{ secret: 'wrong' }, 'SignatureDoesNotMatch'],
    [{ scope: 'iam' }, 'SignatureDoesNotMatch'],
  ] as const) {
    const on = wireScene(operations)
    const answer = await on.dispatch(await signed('sts', body, change))
    assert.deepEqual([answer.status, codeOf(answer)], [403, code])
    assert.equal(on.events.length, 1)
    assert.deepEqual(on.events[0]!.userIdentity, {
      type: 'Unknown',
      accessKeyId: change && 'key' in change ? change.key : accessKeyId,
    })
  }
})

test('a signed body may not be changed on the way', async () => {
  const request = await signed('sts', form('sts', 'GetCallerIdentity'))
  const answer = await wireScene(operations).dispatch({
    ...request,
    body: Buffer.from(form('sts', 'GetCallerIdentity', { a: 'b' })),
  })
  assert.equal(codeOf(answer), 'SignatureDoesNotMatch')
})

test("a denied call is refused in AWS's words, before the entity's existence shows", async () => {
  for (const UserName of ['alice', 'nobody']) {
    const on = wireScene(operations, userCaller(), { user: [alice] })
    const answer = await send(on, 'iam', 'GetUser', { UserName })
    const resource =
      `arn:aws:iam::${account}:user/` + `${UserName === 'alice' ? 'staff/' : ''}` + `${UserName}`
    assert.equal(
      messageOf(answer),
      `User: arn:aws:iam::${account}:user/staff/alice is not authorized to perform: ` +
        `iam:GetUser on resource: ${resource} ` +
        'because no identity-based policy allows the iam:GetUser action',
    )
    assert.deepEqual([answer.status, codeOf(answer)], [403, 'AccessDenied'])
    assert.equal(on.events[0]!.chain.decision?.effect, 'implicit-deny')
    assert.deepEqual(on.events[0]!.requestParameters, { userName: UserName })
  }
})

test('a session policy and an explicit deny are named as what stopped the call', async () => {
  const everything = allow('*')
  const narrowed = roleCaller(
    {},
    {
      identity: [everything],
      session: [
        [
          policy('session', {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: 'iam:ListRoles', Resource: '*' }],
          }),
        ],
      ],
    },
  )
  assert.match(
    messageOf(await send(wireScene(operations, narrowed), 'iam', 'ListUsers'))!,
    /because no session policy allows the iam:ListUsers action$/,
  )
  assert.equal((await send(wireScene(operations, narrowed), 'iam', 'ListRoles')).status, 200)
  const deny = policy('session', {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: 'iam:*', Resource: '*' },
    ],
  })
  const denied = roleCaller({}, { identity: [everything], session: [[deny]] })
  assert.match(
    messageOf(await send(wireScene(operations, denied), 'iam', 'ListUsers'))!,
    /with an explicit deny in a session policy$/,
  )
})

test("conditions see the request's address, time and transport, and resource tags", async () => {
  const limited = (Condition: object) =>
    userCaller({
      layers: {
        identity: [
          policy('identity', {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: 'iam:GetUser', Resource: '*', Condition }],
          }),
        ],
      },
    })
  for (const [condition, status] of [
    [{ IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }, 200],
    [{ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, 403],
    [{ DateLessThan: { 'aws:CurrentTime': '2026-03-05T00:00:00Z' } }, 200],
    [{ DateLessThan: { 'aws:CurrentTime': '2026-03-04T00:00:00Z' } }, 403],
    [{ NumericEquals: { 'aws:EpochTime': String(now.getTime() / 1000) } }, 200],
    [{ Bool: { 'aws:SecureTransport': 'true' } }, 200],
    [{ StringEquals: { 'aws:RequestedRegion': 'eu-central-1' } }, 200],
    [{ StringLike: { 'aws:UserAgent': 'aws-cli/*' } }, 200],
    [{ StringEquals: { 'aws:ResourceTag/Team': 'db' } }, 200],
    [{ StringEquals: { 'iam:ResourceTag/team': 'web' } }, 403],
    [{ StringEquals: { 'aws:username': 'alice' } }, 200],
  ] as const) {
    const answer = await send(
      wireScene(operations, limited(condition), { user: [alice] }),
      'iam',
      'GetUser',
      { UserName: 'alice' },
    )
    assert.equal(answer.status, status, `${JSON.stringify(condition)}: ${answer.body}`)
  }
})

test('a principal cannot bring a request key of its own', async () => {
  const caller = userCaller({
    context: new Map([['aws:sourceip', ['10.0.0.1']]]),
    layers: {
      identity: [
        policy('identity', {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: '*',
              Resource: '*',
              Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
            },
          ],
        }),
      ],
    },
  })
  assert.equal((await send(wireScene(operations, caller), 'iam', 'ListUsers')).status, 403)
})

test('what kinds of sessions may not call, they may not call, whatever policies say', async () => {
  const layers = { identity: [allow('*')] }
  const session = (kind: Parameters<typeof claims>[0], mfaAt?: Date) =>
    userCaller({ credentials: 'temporary', layers, claims: claims(kind, mfaAt ? { mfaAt } : {}) })
  const tried = (
    name: 'GetFederationToken' | 'GetSessionToken' | 'AssumeRole' | 'GetCallerIdentity',
  ) =>
    operation(
      { ...stsModel('GetCallerIdentity'), name },
      { authorize: () => 'caller-only', handle: () => ({}) },
    )
  const all = [
    tried('GetFederationToken'),
    tried('GetSessionToken'),
    tried('AssumeRole'),
    tried('GetCallerIdentity'),
    ...iamOperations(iamPorts),
  ]
  for (const [caller, service, action, code] of [
    [session('role'), 'sts', 'GetFederationToken', 'AccessDenied'],
    [session('role'), 'sts', 'GetSessionToken', 'AccessDenied'],
    [session('role'), 'sts', 'AssumeRole', undefined],
    [session('role'), 'iam', 'ListUsers', undefined],
    [session('federated-user'), 'sts', 'AssumeRole', 'AccessDenied'],
    [session('federated-user'), 'sts', 'GetCallerIdentity', undefined],
    [session('federated-user'), 'iam', 'ListUsers', 'InvalidClientTokenId'],
    [session('user-session'), 'sts', 'GetSessionToken', 'AccessDenied'],
    [session('user-session'), 'sts', 'GetFederationToken', 'AccessDenied'],
    [session('user-session'), 'sts', 'AssumeRole', undefined],
    [session('user-session'), 'iam', 'ListUsers', 'InvalidClientTokenId'],
    [session('user-session', now), 'iam', 'ListUsers', undefined],
  ] as const) {
    assert.equal(
      codeOf(await send(wireScene(all, caller), service, action)),
      code,
      `${caller.claims!.kind} ${action}`,
    )
  }
})

test('the console calls as its session, also IAM for federated users', async () => {
  const caller = userCaller({
    credentials: 'console',
    claims: claims('federated-user'),
    layers: { identity: [allow('iam:ListUsers')] },
  })
  const on = wireScene(operations, caller, { user: [alice] })
  const meta = { sourceAddress: '192.0.2.9', userAgent: 'console', secure: true }
  const output = (await on.dispatchAs(caller, 'iam:ListUsers', {}, meta)) as { Users: unknown[] }
  assert.equal(output.Users.length, 1)
  await assert.rejects(on.dispatchAs(caller, 'iam:ListRoles', {}, meta), { code: 'AccessDenied' })
  await assert.rejects(on.dispatchAs(caller, 'iam:ListUsers', { MaxItems: 0 }, meta), {
    code: 'ValidationError',
  })
  await assert.rejects(on.dispatchAs(caller, 'sts:Nope', {}, meta), { code: 'InvalidAction' })
  assert.deepEqual(
    on.events.map(({ eventName, errorCode }) => [eventName, errorCode]),
    [
      ['ListUsers', undefined],
      ['ListRoles', 'AccessDenied'],
      ['ListUsers', 'ValidationError'],
      ['Nope', 'InvalidAction'],
    ],
  )
})

test('a bug is logged with its cause, told as InternalFailure and tells nothing more', async () => {
  const broken = operation(stsModel('GetCallerIdentity'), {
    authorize: () => 'caller-only',
    handle: () => {
      throw new Error('the secret reason')
    },
  })
  const on = wireScene([broken])
  const answer = await send(on, 'sts', 'GetCallerIdentity')
  assert.deepEqual([answer.status, codeOf(answer)], [500, 'InternalFailure'])
  assert.match(answer.body, /<Type>Receiver<\/Type>/)
  assert.doesNotMatch(answer.body, /secret/)
  assert.match(String(on.bugs[0]), /the secret reason/)
  assert.equal(on.events[0]!.errorCode, 'InternalFailure')
})

test('a writing operation locates, decides and handles in one transaction', async () => {
  const seen: string[] = []
  const model = { ...stsModel('GetAccessKeyInfo'), name: 'Write' }
  const write = operation(model, {
    writes: true,
    locate: () => {
      seen.push('locate')
      return 'found'
    },
    authorize: (_input, _call, found) => {
      seen.push(`authorize ${found}`)
      return { resource: '*' }
    },
    handle: () => {
      seen.push('handle')
      return { Account: account }
    },
  })
  const on = wireScene([write], userCaller({ layers: { identity: [allow('sts:Write')] } }))
  assert.equal((await send(on, 'sts', 'Write', { AccessKeyId: 'A'.repeat(16) })).status, 200)
  assert.deepEqual(
    [seen, on.store.transactions, on.events[0]!.readOnly],
    [['locate', 'authorize found', 'handle'], 1, false],
  )
  assert.deepEqual(on.events[0]!.responseElements, { account })
  // The event is committed with the write, or with nothing.
  assert.equal(on.store.left.length, 1)
  assert.match(on.store.left[0]!, /"eventName":"Write".*"account":"111122223333"/)
  assert.equal((await send(on, 'sts', 'Write', { AccessKeyId: 'x' })).status, 400)
  assert.equal(on.store.left.length, 1)
  assert.equal(on.events.length, 2)
})

test('while its event cannot be kept a call is refused with 503, and done nowhere', async () => {
  const on = wireScene([getCallerIdentity])
  on.trail.refuses = () => true
  const refused = await send(on, 'sts', 'GetCallerIdentity')
  assert.deepEqual([refused.status, codeOf(refused)], [503, 'ServiceUnavailable'])
  assert.equal(refused.headers['retry-after'], '1')
  on.trail.refuses = () => false
  on.trail.durable = () => Promise.reject(new Error('no space left'))
  const unkept = await send(on, 'sts', 'GetCallerIdentity')
  assert.deepEqual([unkept.status, codeOf(unkept)], [503, 'ServiceUnavailable'])
  const meta = { sourceAddress: '192.0.2.9', userAgent: 'console', secure: true }
  await assert.rejects(on.dispatchAs(userCaller(), 'sts:GetCallerIdentity', {}, meta), {
    code: 'ServiceUnavailable',
  })
  // One event a call: what was done is not told as refused too.
  assert.deepEqual(
    on.events.map(({ errorCode }) => errorCode),
    ['ServiceUnavailable', undefined, undefined],
  )
})

test('a write is answered wherever the trail stands: its event is committed with it', async () => {
  const on = wireScene([writeOperation], userCaller({ layers: { identity: [allow('sts:Write')] } }))
  on.trail.durable = () => Promise.reject(new Error('no space left'))
  assert.equal((await send(on, 'sts', 'Write', { AccessKeyId: 'A'.repeat(16) })).status, 200)
  assert.equal(on.events.length, 1)
})

const writeOperation = operation(
  { ...stsModel('GetAccessKeyInfo'), name: 'Write' },
  {
    writes: true,
    authorize: () => ({ resource: '*' }),
    handle: () => ({ Account: account }),
  },
)

test('an operation registered twice is refused at start', () => {
  assert.throws(() => wireScene([getCallerIdentity, getCallerIdentity]), /registered twice/)
})

const proof = { LDAPUsername: 'ann', LDAPPassword: 'hunter2-hunter2' }

test('a password is read from a POST body, never from a URL, and is never recorded', async () => {
  let calls = 0
  const ldap = unsignedOperation(AssumeRoleWithLDAPIdentity, async (_input, { fault, note }) => {
    calls += 1
    note({ detail: 'bind: invalidCredentials (49)' })
    throw fault('AccessDenied', 'That name and password do not match')
  })
  const body = form('sts', 'AssumeRoleWithLDAPIdentity', proof)
  for (const [request, code] of [
    [unsigned('', { method: 'GET', query: body }), 'InvalidParameterCombination'],
    [
      unsigned(form('sts', 'AssumeRoleWithLDAPIdentity', { LDAPUsername: 'ann' }), {
        query: 'LDAPPassword=hunter2-hunter2',
      }),
      'InvalidParameterCombination',
    ],
    [unsigned('', { query: body }), 'InvalidParameterCombination'],
    [
      unsigned(form('sts', 'AssumeRoleWithLDAPIdentity', { ...proof, LDAPUsername: '' })),
      'ValidationError',
    ],
    [unsigned(body), 'AccessDenied'],
  ] as const) {
    const on = wireScene([ldap])
    const answer = await on.dispatch(request)
    assert.equal(codeOf(answer), code)
    assert.equal(on.events.length, 1)
    assert.doesNotMatch(JSON.stringify([on.events, answer]), /hunter2/)
    if (code === 'AccessDenied')
      assert.equal(on.events[0]!.chain.detail, 'bind: invalidCredentials (49)')
  }
  assert.equal(calls, 1)
})

test('a password comes from a URL only where the settings say so; an assertion never', async () => {
  const parameters = form('sts', 'AssumeRoleWithLDAPIdentity', proof)
  const given: unknown[] = []
  const taking = assumeRoleWithLdapIdentity(
    async ({ password }) => {
      given.push(password)
      throw commonFault('AccessDenied', 'no')
    },
    { passwordsInQuery: true },
  )
  const on = wireScene([taking])
  for (const request of [
    unsigned('', { method: 'GET', query: parameters }),
    unsigned('', { query: parameters }),
  ])
    assert.equal(codeOf(await on.dispatch(request)), 'AccessDenied')
  assert.deepEqual(given, [proof.LDAPPassword, proof.LDAPPassword])
  assert.doesNotMatch(JSON.stringify(on.events), /hunter2/)

  const saml = wireScene([assumeRoleWithSaml(async () => assert.fail('the assertion was read'))])
  const query = form('sts', 'AssumeRoleWithSAML', { SAMLAssertion: 'PHNhbWw+' })
  assert.equal(codeOf(await saml.dispatch(unsigned('', { query }))), 'InvalidParameterCombination')
})

test('what is no secret may stand in the query string of an unsigned call', async () => {
  const on = wireScene([
    assumeRoleWithLdapIdentity(async () => {
      throw commonFault('AccessDenied', 'no')
    }),
  ])
  const { LDAPPassword, ...rest } = proof
  const query = form('sts', 'AssumeRoleWithLDAPIdentity', rest)
  const body = new URLSearchParams({ LDAPPassword }).toString()
  assert.equal(codeOf(await on.dispatch(unsigned(body, { query }))), 'AccessDenied')
})

for (const [accept, type] of [
  ['application/json', 'application/json'],
  ['Application/JSON; charset=utf-8', 'application/json'],
  ['application/json, text/plain, */*', 'application/json'],
  ['text/xml, application/json', 'text/xml'],
  ['application/json;q=0, */*', 'text/xml'],
  ['application/jsonp', 'text/xml'],
  ['*/*', 'text/xml'],
  ['', 'text/xml'],
] as const)
  test(`STS answers ${type} to \`Accept: ${accept}\`, refusals too; IAM always XML`, async () => {
    const on = wireScene(operations)
    const accepting = async (service: 'sts' | 'iam', action: string) => {
      const request = await signed(service, form(service, action))
      return on.dispatch({ ...request, rawHeaders: [...request.rawHeaders, 'Accept', accept] })
    }
    const json = type === 'application/json'
    const answer = await accepting('sts', 'GetCallerIdentity')
    assert.deepEqual([answer.status, answer.headers['content-type']], [200, type])
    if (json)
      assert.deepEqual(JSON.parse(answer.body), {
        GetCallerIdentityResponse: {
          GetCallerIdentityResult: {
            UserId: 'AIDAALICE',
            Account: account,
            Arn: `arn:aws:iam::${account}:user/staff/alice`,
          },
          ResponseMetadata: { RequestId: 'id-0' },
        },
      })
    const refused = await accepting('sts', 'Nope')
    assert.deepEqual([refused.status, refused.headers['content-type']], [400, type])
    if (json)
      assert.deepEqual(JSON.parse(refused.body).Error, {
        Type: 'Sender',
        Code: 'InvalidAction',
        Message: 'Could not find operation Nope for version 2011-06-15',
      })
    const iam = await accepting('iam', 'ListAccountAliases')
    assert.equal(iam.headers['content-type'], 'text/xml')
  })

test("every question has aws:ResourceAccount, and a tag can't replace it", async () => {
  const only = (id: string) =>
    userCaller({
      context: new Map([['aws:resourceaccount', ['999900001111']]]),
      layers: {
        identity: [
          policy('identity', {
            Version: '2012-10-17',
            Statement: {
              Effect: 'Allow',
              Action: 'iam:*',
              Resource: '*',
              Condition: { StringEquals: { 'aws:ResourceAccount': id } },
            },
          }),
        ],
      },
    })
  assert.equal((await send(wireScene(operations, only(account)), 'iam', 'ListUsers')).status, 200)
  assert.equal(
    (await send(wireScene(operations, only('999900001111')), 'iam', 'ListUsers')).status,
    403,
  )
  assert.equal(
    (
      await send(wireScene(operations, only(account), { user: [alice] }), 'iam', 'GetUser', {
        UserName: 'alice',
      })
    ).status,
    200,
  )
})
