import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assumeRoleWithLdapIdentity, type PasswordAssume } from '../../../src/aws/sts/assume-role-with-ldap-identity.ts'
import { commonFault } from '../../../src/kernel/aws-fault.ts'
import { account, bench, claims, codeOf, form, now, unsigned } from '../wire-bench.ts'

function on() {
  const seen: Parameters<PasswordAssume>[0][] = []
  const passwordAssume: PasswordAssume = async (input) => {
    seen.push(input)
    return {
      credentials: { accessKeyId: 'ASIANEW', secretAccessKey: 'the-new-secret', sessionToken: 'the-new-token', expiration: now },
      claims: claims('role', { role: { name: 'dev', path: '/', id: 'AROADEV' }, name: 'ann', tags: [{ Key: 'team', Value: 'x' }] }),
      packedPolicySize: 4, roleArn: `arn:aws:iam::${account}:role/dev`,
      identity: {
        connector: 'corp', protocol: 'ldap', subject: 'uuid-1', username: 'ann', displayName: 'Ann', attributes: new Map(),
        groups: [], authenticatedAt: now, strength: 'password',
      },
      chain: { connector: 'corp', identity: { subject: 'uuid-1', username: 'ann', strength: 'password' }, rule: 'developers', role: 'dev' },
    }
  }
  return { ...bench([assumeRoleWithLdapIdentity({ passwordAssume })]), seen }
}

test('a name and a password become a role session, unsigned, and the trail tells the road without the password', async () => {
  const at = on()
  const answer = await at.dispatch(unsigned(form('sts', 'AssumeRoleWithLDAPIdentity', {
    LDAPUsername: 'ann', LDAPPassword: ' pass word+& ', DurationSeconds: '900', 'PolicyArns.member.1.arn': 'arn:aws:iam::aws:policy/ReadOnlyAccess',
  })))
  assert.equal(answer.status, 200, answer.body)
  assert.match(answer.body, /<AssumedRoleUser><AssumedRoleId>AROADEV:ann<\/AssumedRoleId><Arn>arn:aws:sts::111122223333:assumed-role\/dev\/ann<\/Arn><\/AssumedRoleUser><PackedPolicySize>4<\/PackedPolicySize><Provider>corp<\/Provider>/)
  assert.deepEqual(at.seen, [{
    username: 'ann', password: ' pass word+& ', durationSeconds: 900, policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    sourceAddress: '192.0.2.7', userAgent: 'aws-cli/2', secure: true, region: 'eu-central-1', requestId: 'id-0',
  }])
  const event = at.events[0]!
  assert.equal(event.chain.rule, 'developers')
  assert.doesNotMatch(JSON.stringify(event), /pass word|the-new/)
  assert.match(JSON.stringify(event.requestParameters), /"lDAPPassword":"HIDDEN_DUE_TO_SECURITY_REASONS"/)
})

test('an empty password is the connector\'s to refuse, a missing one is no call', async () => {
  const at = on()
  await at.dispatch(unsigned(form('sts', 'AssumeRoleWithLDAPIdentity', { LDAPUsername: 'ann', LDAPPassword: '' })))
  assert.equal(at.seen[0]!.password, '')
  const answer = await at.dispatch(unsigned(form('sts', 'AssumeRoleWithLDAPIdentity', { LDAPUsername: 'ann' })))
  assert.equal(codeOf(answer), 'ValidationError')
  assert.equal(at.seen.length, 1)
})

test('a password over the cap is refused and not quoted', async () => {
  const at = on()
  const answer = await at.dispatch(unsigned(form('sts', 'AssumeRoleWithLDAPIdentity', { LDAPUsername: 'ann', LDAPPassword: 'p'.repeat(10_000) })))
  assert.equal(codeOf(answer), 'ValidationError')
  assert.doesNotMatch(answer.body + JSON.stringify(at.events), /ppp/)
})

test('a refused sign-in leaves its whole chain in the event and a plain refusal on the wire', async () => {
  const chain = { connector: 'corp', reference: 'GH-2345-6789', detail: 'ppolicy: account locked', outcomes: [] }
  const passwordAssume: PasswordAssume = async () => {
    throw commonFault('AccessDenied', 'That name and password do not match', { cause: Object.assign(new Error('refused'), { chain }) })
  }
  const at = bench([assumeRoleWithLdapIdentity({ passwordAssume })])
  const answer = await at.dispatch(unsigned(form('sts', 'AssumeRoleWithLDAPIdentity', { LDAPUsername: 'ann', LDAPPassword: 'x' })))
  assert.equal(codeOf(answer), 'AccessDenied')
  assert.doesNotMatch(answer.body, /ppolicy/)
  assert.deepEqual(at.events[0]!.chain, chain)
  assert.ok(!JSON.stringify(at.events).includes('ann'), 'a name that nobody proved may be a password in the wrong field')
})
