import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assumeRoleWithLdapIdentity } from '../../../src/aws/sts/assume-role-with-ldap-identity.ts'
import { headerOf } from '../../../src/aws/wire.ts'
import { commonFault } from '../../../src/kernel/aws-fault.ts'
import type { AssumeWithPassword } from '../../../src/sessions/assumption.ts'
import { claims, codeOf, form, now, unsigned, wireScene } from '../wire-scene.ts'

function on() {
  const seen: Parameters<AssumeWithPassword>[0][] = []
  const assume: AssumeWithPassword = async (request, note) => {
    seen.push(request)
    note({
      connector: 'corp',
      identity: { subject: 'uuid-1', username: 'ann', strength: 'password' },
      rule: 'developers',
      role: 'dev',
    })
    return {
      credentials: {
        accessKeyId: 'ASIANEW',
        secretAccessKey: 'the-new-secret',
        sessionToken: 'the-new-token',
        expiration: now,
      },
      claims: claims('role', {
        role: { name: 'dev', path: '/', id: 'AROADEV' },
        name: 'ann',
        tags: [{ Key: 'team', Value: 'x' }],
      }),
      packedPolicySize: 4,
      provider: 'corp',
    }
  }
  return { ...wireScene([assumeRoleWithLdapIdentity(assume)]), seen }
}

test('a name and password give a role session, recorded without the password', async () => {
  const at = on()
  const answer = await at.dispatch(
    unsigned(
      form('sts', 'AssumeRoleWithLDAPIdentity', {
        LDAPUsername: 'ann',
        LDAPPassword: ' pass word+& ',
        DurationSeconds: '900',
        'PolicyArns.member.1.arn': 'arn:aws:iam::aws:policy/ReadOnlyAccess',
      }),
    ),
  )
  assert.equal(answer.status, 200, answer.body)
  assert.match(
    answer.body,
    new RegExp(
      '<AssumedRoleUser><AssumedRoleId>AROADEV:ann</AssumedRoleId>' +
        '<Arn>arn:aws:sts::111122223333:assumed-role/dev/ann</Arn></AssumedRoleUser>' +
        '<PackedPolicySize>4</PackedPolicySize><Provider>corp</Provider>',
    ),
  )
  assert.equal(at.seen.length, 1)
  const { from, ...asked } = at.seen[0]!
  assert.deepEqual(asked, {
    username: 'ann',
    password: ' pass word+& ',
    providerName: undefined,
    roleArn: undefined,
    durationSeconds: 900,
    layer: { inline: [], arns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] },
  })
  const { sourceAddress, userAgent, secure, region } = from
  assert.deepEqual(
    [sourceAddress, userAgent, secure, region],
    ['192.0.2.7', 'aws-cli/2', true, 'eu-central-1'],
  )
  const event = at.events[0]!
  assert.equal(event.chain.rule, 'developers')
  assert.doesNotMatch(JSON.stringify(event), /pass word|the-new/)
  assert.match(
    JSON.stringify(event.requestParameters),
    /"lDAPPassword":"HIDDEN_DUE_TO_SECURITY_REASONS"/,
  )
})

test("MinIO's names of the provider are ours, and two that differ are refused", async () => {
  const at = on()
  const call = (names: Record<string, string>) =>
    at.dispatch(
      unsigned(
        form('sts', 'AssumeRoleWithLDAPIdentity', {
          LDAPUsername: 'ann',
          LDAPPassword: 'pw',
          Version: '2011-06-15',
          ...names,
        }),
      ),
    )
  for (const name of ['ProviderName', 'LDAPConfigName', 'ConfigName'])
    assert.equal((await call({ [name]: 'corp' })).status, 200, name)
  assert.equal((await call({ ProviderName: 'corp', ConfigName: 'corp' })).status, 200)
  assert.deepEqual(new Set(at.seen.map(({ providerName }) => providerName)), new Set(['corp']))
  assert.equal(codeOf(await call({ ProviderName: 'corp', ConfigName: 'b' })), 'ValidationError')
  assert.equal(at.seen.length, 4)
})

test("an empty password is the connector's to refuse, a missing one is no call", async () => {
  const at = on()
  await at.dispatch(
    unsigned(form('sts', 'AssumeRoleWithLDAPIdentity', { LDAPUsername: 'ann', LDAPPassword: '' })),
  )
  assert.equal(at.seen[0]!.password, '')
  const answer = await at.dispatch(
    unsigned(form('sts', 'AssumeRoleWithLDAPIdentity', { LDAPUsername: 'ann' })),
  )
  assert.equal(codeOf(answer), 'ValidationError')
  assert.equal(at.seen.length, 1)
})

test('a password over the cap is refused and not quoted', async () => {
  const at = on()
  const answer = await at.dispatch(
    unsigned(
      form('sts', 'AssumeRoleWithLDAPIdentity', {
        LDAPUsername: 'ann',
        LDAPPassword: 'p'.repeat(10_000),
      }),
    ),
  )
  assert.equal(codeOf(answer), 'ValidationError')
  assert.doesNotMatch(answer.body + JSON.stringify(at.events), /ppp/)
})

test('a refused sign-in is plain on the wire, and its event has the whole chain', async () => {
  const chain = {
    connector: 'corp',
    reference: 'GH-2345-6789',
    detail: 'ppolicy: account locked',
    outcomes: [],
  }
  const assume: AssumeWithPassword = async (_request, note) => {
    note(chain)
    throw commonFault('AccessDenied', 'That name and password do not match')
  }
  const at = wireScene([assumeRoleWithLdapIdentity(assume)])
  const answer = await at.dispatch(
    unsigned(form('sts', 'AssumeRoleWithLDAPIdentity', { LDAPUsername: 'ann', LDAPPassword: 'x' })),
  )
  assert.equal(codeOf(answer), 'AccessDenied')
  assert.doesNotMatch(answer.body, /ppolicy/)
  assert.deepEqual(at.events[0]!.chain, chain)
  assert.deepEqual(at.events[0]!.userIdentity, { type: 'LDAPUser' })
  assert.ok(
    !JSON.stringify(at.events).includes('ann'),
    'a name that nobody proved may be a password in the wrong field',
  )
})

test("a page of another site tries no password in its visitor's name", async () => {
  const at = on()
  const asked = form('sts', 'AssumeRoleWithLDAPIdentity', {
    LDAPUsername: 'ann',
    LDAPPassword: 'guess',
  })
  const from = async (headers: Readonly<Record<string, string>>) => {
    const request = unsigned(asked)
    const rawHeaders = [...request.rawHeaders, ...Object.entries(headers).flat()]
    return (await at.dispatch({ ...request, rawHeaders })).status
  }
  const refused: readonly Readonly<Record<string, string>>[] = [
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
    { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://sts.example.com' },
    { Origin: 'https://elsewhere.example' },
    { Origin: 'null' },
  ]
  for (const headers of refused) assert.equal(await from(headers), 403, JSON.stringify(headers))
  assert.equal(at.seen.length, 0)
  const host = headerOf(unsigned(asked).rawHeaders, 'host')!
  const taken = [
    { 'Sec-Fetch-Site': 'same-origin', Origin: `https://${host}` },
    { 'Sec-Fetch-Site': 'none' },
    { Origin: `https://${host}` },
    {},
  ]
  for (const headers of taken) assert.equal(await from(headers), 200, JSON.stringify(headers))
})
