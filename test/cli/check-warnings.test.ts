// biome-ignore-all lint/suspicious/noTemplateCurlyInString: rules are written so
import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { check } from '../../src/cli/check.ts'
import { loadSettings } from '../../src/config/load.ts'

const root = resolve(import.meta.dirname, '../..')
const file = `publicUrl: https://sso.example.com
store: { sqlite: gatehouse.db }
keys: { rootKey: { file: root.key } }
audit: { file: audit.log }
connectors:
  staff:
    { type: ldap, label: Staff, accounts: [111122223333], servers: ["ldaps://dc.example.com"], tls: { mode: ldaps },
      bind: { how: direct, template: "{username}@example.com" }, groups: { how: memberOf, base: "dc=example" },
      people: { base: "dc=example", filter: "(objectClass=user)", loginAttributes: [uid], subjectAttribute: entryUUID } }
mappings:
  - name: developers
    grants: [{ role: "arn:aws:iam::111122223333:role/team/Developer" }]
accounts:
  111122223333:
    oidcProviders: { "https://tokens.example.com/a": { clientIds: [app] } }
    policies:
      Read: { document: { Version: "2012-10-17", Statement: { Effect: Allow, Action: "iam:GetUser", Resource: "*" } } }
    users:
      broker: { permissionsBoundary: "arn:aws:iam::111122223333:policy/Read" }
    groups:
      Readers: { attachedPolicies: ["arn:aws:iam::111122223333:policy/Read"] }
    roles:
      Developer:
        path: /team/
        attachedPolicies: ["arn:aws:iam::111122223333:policy/Read"]
        trustPolicy:
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Principal: { Federated: "arn:aws:iam::111122223333:ldap-provider/staff" }
              Action: sts:AssumeRoleWithLDAPIdentity
              Condition: { StringEquals: { "ldap:username": amina } }
            - Effect: Allow
              Principal: { Federated: ["arn:aws:iam::111122223333:oidc-provider/tokens.example.com/a"] }
              Action: sts:AssumeRoleWithWebIdentity
              Condition: { StringEquals: { "tokens.example.com/a:aud": app } }
  444455556666: {}
`
let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-'))
})
after(() => rm(folder, { recursive: true }))

/** What check says of the file with one thing in it changed, without the file's name. */
async function saidWith(from: string, to: string): Promise<readonly string[]> {
  assert.ok(file.includes(from), `the file has ${from}`)
  const path = join(folder, 'g.yaml')
  await writeFile(path, file.replace(from, to))
  const err: string[] = []
  const code = await check(path, {}, { out: () => {}, err: (line) => err.push(line) })
  assert.equal(code, 0, err.join('\n'))
  const loaded = await loadSettings(path, {})
  assert.deepEqual(loaded.ok && loaded.warnings, [], 'a server that starts says nothing of it')
  return err.map((line) => line.replace(`${path}:`, ''))
}

test('a file whose parts fit has no warning', async () => {
  assert.deepEqual(await saidWith('staff', 'staff'), [])
})

test('the files that are shipped have no warning of the kind', async () => {
  const paths = ['config/demo/gatehouse.yaml', 'config/compose/gatehouse.yaml'].map((path) => join(root, path))
  const example = join(folder, 'example.yaml')
  await cp(join(root, 'config/gatehouse.example.yaml'), example)
  await writeFile(join(folder, 'corp-service-password'), 'service\n')
  const key = 'abcdefghijklmnopqrstuvwxyz0123456789ABCD'
  const passwordHash = /\$argon2id\$\S+/.exec(await readFile(paths[0]!, 'utf8'))![0]
  const env = { REDIS_PASSWORD: 'r', ROOT_SECRET_ACCESS_KEY: key, BROKER_SECRET_ACCESS_KEY: key, ONCALL_PASSWORD_HASH: passwordHash, GATEHOUSE_LDAP_PASSWORD: 'l' }
  const err: string[] = []
  for (const path of [...paths, example]) assert.equal(await check(path, env, { out: () => {}, err: (line) => err.push(line) }), 0, err.join('\n'))
  assert.deepEqual(err.filter((line) => !line.includes('tls.mode')), [])
})

test('attached policies and boundaries that are not in the file', async () => {
  assert.deepEqual(await saidWith('attachedPolicies: ["arn:aws:iam::111122223333:policy/Read"]\n        trust', 'attachedPolicies: ["arn:aws:iam::111122223333:policy/Raed"]\n        trust'), [
    '25:28: accounts.111122223333.roles.Developer.attachedPolicies[0]: no `policy/Raed` of account 111122223333 in this file (the API may have made one): did you mean `arn:aws:iam::111122223333:policy/Read`? (warning)',
  ])
  assert.deepEqual(await saidWith('permissionsBoundary: "arn:aws:iam::111122223333:policy/Read"', 'permissionsBoundary: "arn:aws:iam::111122223333:policy/SomethingElse"'), [
    '19:38: accounts.111122223333.users.broker.permissionsBoundary: no `policy/SomethingElse` of account 111122223333 in this file (the API may have made one) (warning)',
  ])
  assert.deepEqual(await saidWith('Readers: { attachedPolicies: ["arn:aws:iam::111122223333', 'Readers: { attachedPolicies: ["arn:aws:iam::aws'), [
    '21:37: accounts.111122223333.groups.Readers.attachedPolicies[0]: `arn:aws:iam::aws:policy/Read` is no policy of account 111122223333: it counts as one that denies everything: did you mean `arn:aws:iam::111122223333:policy/Read`? (warning)',
  ])
})

test('deactivated regions that nobody can call from', async () => {
  assert.deepEqual(await saidWith('444455556666: {}', '444455556666: { deactivatedRegions: [eu-central-1, eu-centrl-1] }'), [
    '37:54: accounts.444455556666.deactivatedRegions[1]: no region `eu-centrl-1`: did you mean `eu-central-1`? (warning)',
  ])
})

test('roles of mapping rules that are not in the file', async () => {
  const role = 'arn:aws:iam::111122223333:role/team/Developer'
  const place = '12:22: mappings[0].grants[0].role: '
  for (const wrong of ['team/Developr', 'Developer', 'team/developer']) {
    assert.deepEqual(await saidWith(role, `arn:aws:iam::111122223333:role/${wrong}`), [
      `${place}no \`role/${wrong}\` of account 111122223333 in this file (the API may have made one): did you mean \`${role}\`? (warning)`,
    ])
  }
  assert.deepEqual(await saidWith(role, 'arn:aws:iam::111122223334:role/team/Developer'), [
    `${place}no account \`111122223334\` in \`accounts\`: did you mean \`111122223333\`? (warning)`,
  ])
  assert.deepEqual(await saidWith(role, 'arn:aws:iam::111122223333:role/${identity.username}'), [], 'a template is known when somebody signs in')
})

test('providers of trust policies that nothing in the file is', async () => {
  const place = 'accounts.111122223333.roles.Developer.trustPolicy.Statement[0].Principal.Federated: '
  for (const wrong of ['ldap-provider/stff', 'file-provider/staff', 'ldap-provider/Staff']) {
    assert.deepEqual(await saidWith('ldap-provider/staff', wrong), [
      `30:39: ${place}no connector serves account 111122223333 as \`${wrong}\`: did you mean \`arn:aws:iam::111122223333:ldap-provider/staff\`? (warning)`,
    ])
  }
  for (const account of ['444455556666', '111122223334']) {
    assert.deepEqual(await saidWith('111122223333:ldap-provider/staff', `${account}:ldap-provider/staff`), [
      `30:39: ${place}a provider of account ${account} vouches for nobody in account 111122223333: did you mean \`arn:aws:iam::111122223333:ldap-provider/staff\`? (warning)`,
    ])
  }
  assert.deepEqual(await saidWith('provider/tokens.example.com/a"]', 'provider/tokens.example.com/b"]'), [
    `34:40: ${place.replace('[0]', '[1]').replace('Federated', 'Federated[0]')}no \`oidc-provider/tokens.example.com/b\` of account 111122223333 in this file (the API may have made one): `
    + 'did you mean `arn:aws:iam::111122223333:oidc-provider/tokens.example.com/a`? (warning)',
  ])
  const saml = '{ Federated: "arn:aws:iam::111122223333:ldap-provider/staff" }\n              Action: sts:AssumeRoleWithLDAPIdentity\n              Condition: { StringEquals: { "ldap:username": amina } }'
  assert.deepEqual(await saidWith(saml, '{ Federated: "arn:aws:iam::111122223333:saml-provider/idp" }\n              Action: sts:AssumeRoleWithSAML'), [
    `30:39: ${place}no \`saml-provider/idp\` of account 111122223333 in this file (the API may have made one) (warning)`,
  ])
})

test('users, roles and accounts of trust policies that are not there', async () => {
  const taking = 'Federated: "arn:aws:iam::111122223333:ldap-provider/staff" }\n              Action: sts:AssumeRoleWithLDAPIdentity\n              Condition: { StringEquals: { "ldap:username": amina } }'
  const place = '30:33: accounts.111122223333.roles.Developer.trustPolicy.Statement[0].Principal.AWS: '
  const saidOf = (principal: string) => saidWith(taking, `AWS: "${principal}" }\n              Action: sts:AssumeRole`)
  const arn = 'arn:aws:iam::111122223333:'
  for (const there of [`${arn}user/broker`, `${arn}role/team/Developer`, `${arn}root`, '444455556666', 'arn:aws:sts::111122223333:assumed-role/Any/one']) {
    assert.deepEqual(await saidOf(there), [])
  }
  assert.deepEqual(await saidOf(`${arn}user/brokr`), [
    `${place}no \`user/brokr\` of account 111122223333 in this file (the API may have made one): did you mean \`${arn}user/broker\`? (warning)`,
  ])
  assert.deepEqual(await saidOf(`${arn}role/Developer`), [
    `${place}no \`role/Developer\` of account 111122223333 in this file (the API may have made one): did you mean \`${arn}role/team/Developer\`? (warning)`,
  ])
  assert.deepEqual(await saidOf('444455556667'), [`${place}no account \`444455556667\` in \`accounts\`: did you mean \`444455556666\`? (warning)`])
})

test('what never works in a policy, or is dangerous', async () => {
  const inTrust = 'accounts.111122223333.roles.Developer.trustPolicy.Statement[0]'
  assert.deepEqual(await saidWith('sts:AssumeRoleWithLDAPIdentity', 'sts:AssumeRoleWithLDAPIdentty'), [
    `30:39: ${inTrust}.Principal.Federated: \`arn:aws:iam::111122223333:ldap-provider/staff\` takes roles with sts:AssumeRoleWithLDAPIdentity (action-for-other-provider) (warning)`,
    `31:23: ${inTrust}.Action: sts has no action \`AssumeRoleWithLDAPIdentty\`: did you mean \`AssumeRoleWithLDAPIdentity\`? (unknown-action) (warning)`,
  ])
  assert.deepEqual(await saidWith('iam:GetUser', 'iam:GetUsr'), [
    '17:86: accounts.111122223333.policies.Read.document.Statement.Action: iam has no action `GetUsr`: did you mean `GetUser`? (unknown-action) (warning)',
  ])
  assert.match((await saidWith('Action: "iam:GetUser"', 'Action: "*"'))[0]!, /every action on every resource is allowed \(allow-everything\)/)
  const key = '"tokens.example.com/a:aud": app'
  assert.match((await saidWith(`StringEquals: { ${key}`, `StringEquals: { ${key}, "aws:MultiFactorAuthPresent": "true", "a.b:c": "$\{aws:nothing}"`)).join('\n'),
    /^36:\d+: accounts\S+\.Statement\[1\]\.Condition\.StringEquals\["a\.b:c"\]: .*unknown-variable/m)
})
