import assert from 'node:assert/strict'
import { test } from 'node:test'
import { iamOperations } from '../../src/aws/iam/operations.ts'
import { operation, unsignedOperation } from '../../src/aws/operation.ts'
import { getCallerIdentity } from '../../src/aws/sts/get-caller-identity.ts'
import { AssumeRoleWithLDAPIdentity } from '../../src/aws/sts/ldap-identity-model.ts'
import { stsModel } from '../../src/aws/sts/sts-model.ts'
import { SignInFault } from '../../src/kernel/sign-in-fault.ts'
import { accessKeyId, account, allow, bench, claims, codeOf, form, iamPorts, messageOf, now, policy, roleCaller, send, signed, unsigned, userCaller } from './wire-bench.ts'

const alice = {
  account, createdAt: '2026-01-02T03:04:05.000Z', managedBy: 'config' as const, id: 'AIDAALICE', name: 'alice', path: '/staff/',
  inlinePolicies: {}, attachedPolicies: [], tags: [{ Key: 'team', Value: 'db' }], groups: [],
}
const operations = [getCallerIdentity, ...iamOperations(iamPorts)]

test('GetCallerIdentity answers who calls, and leaves one event', async () => {
  const on = bench(operations)
  const answer = await send(on, 'sts', 'GetCallerIdentity')
  assert.equal(answer.status, 200)
  assert.equal(answer.headers['content-type'], 'text/xml')
  assert.match(answer.body, /<UserId>AIDAALICE<\/UserId><Account>111122223333<\/Account><Arn>arn:aws:iam::111122223333:user\/staff\/alice<\/Arn>/)
  assert.deepEqual(on.events, [{
    eventID: 'id-1', eventTime: now, eventSource: 'sts.amazonaws.com', eventName: 'GetCallerIdentity', eventType: 'AwsApiCall',
    awsRegion: 'eu-central-1', sourceIPAddress: '192.0.2.7', userAgent: 'aws-cli/2', requestID: 'id-0',
    recipientAccountId: account, readOnly: true, chain: {},
    userIdentity: {
      type: 'IAMUser', principalId: 'AIDAALICE', arn: `arn:aws:iam::${account}:user/staff/alice`, accountId: account,
      accessKeyId, userName: 'alice',
    },
  }])
})

test('no policy takes GetCallerIdentity away', async () => {
  const deny = policy('identity', { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] })
  assert.equal((await send(bench(operations, userCaller({ layers: { identity: [deny] } })), 'sts', 'GetCallerIdentity')).status, 200)
})

for (const [what, request, status, code, message] of [
  ['no action', unsigned(''), 400, 'MissingAction', 'The request has no Action parameter.'],
  ['an unknown action', unsigned(form('sts', 'Nope')), 400, 'InvalidAction', 'Could not find operation Nope for version 2011-06-15'],
  ['no version', unsigned('Action=GetCallerIdentity'), 400, 'InvalidAction', 'Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED'],
  ["another service's version", unsigned(form('iam', 'GetCallerIdentity')), 400, 'InvalidAction', 'Could not find operation GetCallerIdentity for version 2010-05-08'],
  ['a prototype as action', unsigned(form('sts', '__proto__')), 400, 'InvalidAction', 'Could not find operation __proto__ for version 2011-06-15'],
  ['no signature', unsigned(form('sts', 'GetCallerIdentity')), 403, 'MissingAuthenticationToken', 'Request is missing Authentication Token'],
  ['a method that is none', unsigned('', { method: 'PUT' }), 400, 'InvalidAction', 'The method PUT is not one that this service knows.'],
  ['a body over the cap', unsigned(Buffer.alloc(256 * 1024 + 1, 'a')), 413, 'RequestEntityTooLarge', 'The request body has more than 262144 bytes.'],
  ['bytes that are no text', unsigned(Buffer.from([0xff])), 400, 'MalformedQueryString', 'The request body is not valid UTF-8.'],
  ['a parameter in body and query', unsigned(form('sts', 'GetCallerIdentity'), { query: 'Action=ListUsers' }), 400, 'MalformedQueryString', 'The parameter Action was given more than once.'],
] as const) {
  test(`${what} is refused with ${code}, and leaves one event`, async () => {
    const on = bench(operations)
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
    const on = bench(operations)
    const answer = await on.dispatch(await signed('sts', body, change))
    assert.deepEqual([answer.status, codeOf(answer)], [403, code])
    assert.equal(on.events.length, 1)
    assert.deepEqual(on.events[0]!.userIdentity, { type: 'Unknown', accessKeyId: change && 'key' in change ? change.key : accessKeyId })
  }
})

test('a signed body may not be changed on the way', async () => {
  const request = await signed('sts', form('sts', 'GetCallerIdentity'))
  const answer = await bench(operations).dispatch({ ...request, body: Buffer.from(form('sts', 'GetCallerIdentity', { a: 'b' })) })
  assert.equal(codeOf(answer), 'SignatureDoesNotMatch')
})

test('what is not allowed is refused in the words of the service, before it is told whether it exists', async () => {
  for (const UserName of ['alice', 'nobody']) {
    const on = bench(operations, userCaller(), { user: [alice] })
    const answer = await send(on, 'iam', 'GetUser', { UserName })
    const resource = `arn:aws:iam::${account}:user/${UserName === 'alice' ? 'staff/' : ''}${UserName}`
    assert.equal(messageOf(answer), `User: arn:aws:iam::${account}:user/staff/alice is not authorized to perform: iam:GetUser on resource: ${resource} `
      + 'because no identity-based policy allows the iam:GetUser action')
    assert.deepEqual([answer.status, codeOf(answer)], [403, 'AccessDenied'])
    assert.equal(on.events[0]!.chain.decision?.effect, 'implicit-deny')
    assert.deepEqual(on.events[0]!.requestParameters, { userName: UserName })
  }
})

test('a session policy and an explicit deny are named as what stopped the call', async () => {
  const everything = allow('*')
  const narrowed = roleCaller({}, { identity: [everything], session: [[policy('session', { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iam:ListRoles', Resource: '*' }] })]] })
  assert.match(messageOf(await send(bench(operations, narrowed), 'iam', 'ListUsers'))!, /because no session policy allows the iam:ListUsers action$/)
  assert.equal((await send(bench(operations, narrowed), 'iam', 'ListRoles')).status, 200)
  const deny = policy('session', { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }, { Effect: 'Deny', Action: 'iam:*', Resource: '*' }] })
  const denied = roleCaller({}, { identity: [everything], session: [[deny]] })
  assert.match(messageOf(await send(bench(operations, denied), 'iam', 'ListUsers'))!, /with an explicit deny in a session policy$/)
})

test('a condition sees the request: its address, its time, its transport, the tags of the resource', async () => {
  const limited = (Condition: object) => userCaller({
    layers: { identity: [policy('identity', { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iam:GetUser', Resource: '*', Condition }] })] },
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
    const answer = await send(bench(operations, limited(condition), { user: [alice] }), 'iam', 'GetUser', { UserName: 'alice' })
    assert.equal(answer.status, status, `${JSON.stringify(condition)}: ${answer.body}`)
  }
})

test('a principal cannot bring a request key of its own', async () => {
  const caller = userCaller({
    context: new Map([['aws:sourceip', ['10.0.0.1']]]),
    layers: { identity: [policy('identity', { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }] })] },
  })
  assert.equal((await send(bench(operations, caller), 'iam', 'ListUsers')).status, 403)
})

test('what kinds of sessions may not call, they may not call, whatever policies say', async () => {
  const layers = { identity: [allow('*')] }
  const session = (kind: Parameters<typeof claims>[0], mfaAt?: Date) =>
    userCaller({ credentials: 'temporary', layers, claims: claims(kind, mfaAt ? { mfaAt } : {}) })
  const tried = (name: 'GetFederationToken' | 'GetSessionToken' | 'AssumeRole' | 'GetCallerIdentity') =>
    operation({ ...stsModel('GetCallerIdentity'), name }, { authorize: () => 'caller-only', handle: () => ({}) })
  const all = [tried('GetFederationToken'), tried('GetSessionToken'), tried('AssumeRole'), tried('GetCallerIdentity'), ...iamOperations(iamPorts)]
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
    assert.equal(codeOf(await send(bench(all, caller), service, action)), code, `${caller.claims!.kind} ${action}`)
  }
})

test('the console calls as its session, IAM for federated users too, on the same road', async () => {
  const caller = userCaller({ credentials: 'console', claims: claims('federated-user'), layers: { identity: [allow('iam:ListUsers')] } })
  const on = bench(operations, caller, { user: [alice] })
  const meta = { sourceAddress: '192.0.2.9', userAgent: 'console', secure: true }
  const output = await on.dispatchAs(caller, 'iam:ListUsers', {}, meta) as { Users: unknown[] }
  assert.equal(output.Users.length, 1)
  await assert.rejects(on.dispatchAs(caller, 'iam:ListRoles', {}, meta), { code: 'AccessDenied' })
  await assert.rejects(on.dispatchAs(caller, 'iam:ListUsers', { MaxItems: 0 }, meta), { code: 'ValidationError' })
  await assert.rejects(on.dispatchAs(caller, 'sts:Nope', {}, meta), { code: 'InvalidAction' })
  assert.deepEqual(on.events.map(({ eventName, errorCode }) => [eventName, errorCode]), [
    ['ListUsers', undefined], ['ListRoles', 'AccessDenied'], ['ListUsers', 'ValidationError'], ['Nope', 'InvalidAction'],
  ])
})

test('a bug is logged with its cause, told as InternalFailure and tells nothing more', async () => {
  const broken = operation(stsModel('GetCallerIdentity'), { authorize: () => 'caller-only', handle: () => { throw new Error('the secret reason') } })
  const on = bench([broken])
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
    locate: () => { seen.push('locate'); return 'found' },
    authorize: (_input, _call, found) => { seen.push(`authorize ${found}`); return { resource: '*' } },
    handle: () => { seen.push('handle'); return { Account: account } },
  })
  const on = bench([write], userCaller({ layers: { identity: [allow('sts:Write')] } }))
  assert.equal((await send(on, 'sts', 'Write', { AccessKeyId: 'A'.repeat(16) })).status, 200)
  assert.deepEqual([seen, on.store.transactions, on.events[0]!.readOnly], [['locate', 'authorize found', 'handle'], 1, false])
  assert.deepEqual(on.events[0]!.responseElements, { account })
})

test('an operation registered twice is refused at start', () => {
  assert.throws(() => bench([getCallerIdentity, getCallerIdentity]), /registered twice/)
})

const proof = { LDAPUsername: 'ann', LDAPPassword: 'hunter2-hunter2' }

test('a password comes in the body of a POST, never from a URL, and never reaches the trail', async () => {
  let calls = 0
  const ldap = unsignedOperation(AssumeRoleWithLDAPIdentity, async () => {
    calls += 1
    throw new SignInFault('credentials-rejected', 'bind: invalidCredentials (49)')
  })
  const body = form('sts', 'AssumeRoleWithLDAPIdentity', proof)
  for (const [request, code] of [
    [unsigned('', { method: 'GET', query: body }), 'InvalidParameterCombination'],
    [unsigned(form('sts', 'AssumeRoleWithLDAPIdentity', { LDAPUsername: 'ann' }), { query: 'LDAPPassword=hunter2-hunter2' }), 'InvalidParameterCombination'],
    [unsigned('', { query: body }), 'InvalidParameterCombination'],
    [unsigned(form('sts', 'AssumeRoleWithLDAPIdentity', { ...proof, LDAPUsername: '' })), 'ValidationError'],
    [unsigned(body), 'AccessDenied'],
  ] as const) {
    const on = bench([ldap])
    const answer = await on.dispatch(request)
    assert.equal(codeOf(answer), code)
    assert.equal(on.events.length, 1)
    assert.doesNotMatch(JSON.stringify([on.events, answer]), /hunter2/)
    if (code === 'AccessDenied') assert.equal(on.events[0]!.chain.detail, 'bind: invalidCredentials (49)')
  }
  assert.equal(calls, 1)
})

test('a directory that does not answer is told as the services tell it', async () => {
  const ldap = unsignedOperation(AssumeRoleWithLDAPIdentity, async () => { throw new SignInFault('directory-unavailable', 'ETIMEDOUT') })
  const answer = await bench([ldap]).dispatch(unsigned(form('sts', 'AssumeRoleWithLDAPIdentity', proof)))
  assert.deepEqual([answer.status, codeOf(answer)], [400, 'IDPCommunicationError'])
  assert.doesNotMatch(answer.body, /ETIMEDOUT/)
})

test('every question has the account of what it is about, and a tag cannot take its place', async () => {
  const only = (id: string) => userCaller({
    context: new Map([['aws:resourceaccount', ['999900001111']]]),
    layers: { identity: [policy('identity', { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'iam:*', Resource: '*', Condition: { StringEquals: { 'aws:ResourceAccount': id } } } })] },
  })
  assert.equal((await send(bench(operations, only(account)), 'iam', 'ListUsers')).status, 200)
  assert.equal((await send(bench(operations, only('999900001111')), 'iam', 'ListUsers')).status, 403)
  assert.equal((await send(bench(operations, only(account), { user: [alice] }), 'iam', 'GetUser', { UserName: 'alice' })).status, 200)
})
