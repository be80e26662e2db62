// biome-ignore-all lint/suspicious/noTemplateCurlyInString: rules are written so
import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { check } from '../../src/cli/check.ts'
import { loadSettings } from '../../src/config/load.ts'

const root = resolve(import.meta.dirname, '../..')
const tokens = 'arn:aws:iam::111122223333:oidc-provider/tokens.example.com/a'
const reading =
  '{ Version: "2012-10-17", Statement: { Effect: Allow, Action: "iam:GetUser", ' +
  'Resource: "*" } }'
const file = `publicUrl: https://sso.example.com
store: { sqlite: gatehouse.db }
keys: { rootKey: { file: root.key } }
audit: { file: audit.log }
connectors:
  staff: { type: ldap, label: Staff, accounts: [111122223333], tls: { mode: ldaps },
      servers: ["ldaps://dc.example.com"], groups: { how: memberOf, base: "dc=example" },
      bind: { how: direct, template: "{username}@example.com" }, people: { base: "dc=example",
      filter: "(objectClass=user)", loginAttributes: [uid], subjectAttribute: entryUUID } }
mappings:
  - name: developers
    grants: [{ role: "arn:aws:iam::111122223333:role/team/Developer" }]
accounts:
  111122223333:
    oidcProviders: { "https://tokens.example.com/a": { clientIds: [app] } }
    policies:
      Read: { document: ${reading} }
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
              Principal: { Federated: ["${tokens}"] }
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
  const composed = join(folder, 'composed.yaml')
  const shipped = await readFile(join(root, 'config/compose/gatehouse.yaml'), 'utf8')
  // Its PostgreSQL is in the composed network alone.
  await writeFile(composed, shipped.replace(/^store:\n(?: .*\n)+/m, 'store: { sqlite: none.db }\n'))
  const paths = [join(root, 'config/demo/gatehouse.yaml'), composed]
  const example = join(folder, 'example.yaml')
  await cp(join(root, 'config/gatehouse.example.yaml'), example)
  await writeFile(join(folder, 'corp-service-password'), 'service\n')
  const key = 'abcdefghijklmnopqrstuvwxyz0123456789ABCD'
  const passwordHash = /\$argon2id\$\S+/.exec(await readFile(paths[0]!, 'utf8'))![0]
  // Any secret will do where the form does not matter; the files may come to name more of them.
  const texts = await Promise.all([...paths, example].map((path) => readFile(path, 'utf8')))
  const named = texts.flatMap((text) => [...text.matchAll(/\$\{env:(\w+)\}/g)])
  const env = {
    ...Object.fromEntries(named.map(([, name]) => [name, `secret of ${name}`])),
    ROOT_SECRET_ACCESS_KEY: key,
    BROKER_SECRET_ACCESS_KEY: key,
    ONCALL_PASSWORD_HASH: passwordHash,
    ROOT_PASSWORD_HASH: passwordHash,
  }
  const err: string[] = []
  for (const path of [...paths, example])
    assert.equal(
      await check(path, env, { out: () => {}, err: (line) => err.push(line) }),
      0,
      err.join('\n'),
    )
  assert.deepEqual(
    err.filter((line) => !line.includes('tls.mode')),
    [],
  )
})

test('attached policies and boundaries that are not in the file', async () => {
  assert.deepEqual(
    await saidWith(
      'attachedPolicies: ["arn:aws:iam::111122223333:policy/Read"]\n        trust',
      'attachedPolicies: ["arn:aws:iam::111122223333:policy/Raed"]\n        trust',
    ),
    [
      '25:28: accounts.111122223333.roles.Developer.attachedPolicies[0]: no `policy/Raed` ' +
        'of account 111122223333 in this file (the API may have made one): did you mean ' +
        '`arn:aws:iam::111122223333:policy/Read`? (warning)',
    ],
  )
  assert.deepEqual(
    await saidWith(
      'permissionsBoundary: "arn:aws:iam::111122223333:policy/Read"',
      'permissionsBoundary: "arn:aws:iam::111122223333:policy/SomethingElse"',
    ),
    [
      '19:38: accounts.111122223333.users.broker.permissionsBoundary: no ' +
        '`policy/SomethingElse` of account 111122223333 in this file (the API may have made ' +
        'one) (warning)',
    ],
  )
  assert.deepEqual(
    await saidWith(
      'Readers: { attachedPolicies: ["arn:aws:iam::111122223333',
      'Readers: { attachedPolicies: ["arn:aws:iam::aws',
    ),
    [
      '21:37: accounts.111122223333.groups.Readers.attachedPolicies[0]: ' +
        '`arn:aws:iam::aws:policy/Read` is no policy of account 111122223333: it counts as ' +
        'one that denies everything: did you mean `arn:aws:iam::111122223333:policy/Read`? ' +
        '(warning)',
    ],
  )
})

test('ready-made policies: none where they are, the one that was meant where not', async () => {
  const readers = 'Readers: { attachedPolicies: ["arn:aws:iam::111122223333:policy/Read'
  const attached = (arn: string) => saidWith(readers, `Readers: { attachedPolicies: ["${arn}`)
  assert.deepEqual(await attached('arn:aws:iam::aws:policy/SecurityAudit'), [])
  assert.deepEqual(await attached('arn:aws:iam::aws:policy/SecurtyAudit'), [
    '21:37: accounts.111122223333.groups.Readers.attachedPolicies[0]: ' +
      '`arn:aws:iam::aws:policy/SecurtyAudit` is no policy of account 111122223333: it counts ' +
      'as one that denies everything: did you mean `arn:aws:iam::aws:policy/SecurityAudit`? ' +
      '(warning)',
  ])
  const [otherPartition = ''] = await attached('arn:aws-cn:iam::aws:policy/SecurityAudit')
  assert.match(otherPartition, /counts as one that denies everything: did you mean/)
})

test('deactivated regions that nobody can call from', async () => {
  assert.deepEqual(
    await saidWith(
      '444455556666: {}',
      '444455556666: { deactivatedRegions: [eu-central-1, eu-centrl-1] }',
    ),
    [
      '37:54: accounts.444455556666.deactivatedRegions[1]: no region `eu-centrl-1`: did you ' +
        'mean `eu-central-1`? (warning)',
    ],
  )
})

test('roles of mapping rules that are not in the file', async () => {
  const role = 'arn:aws:iam::111122223333:role/team/Developer'
  const place = '12:22: mappings[0].grants[0].role: '
  for (const wrong of ['team/Developr', 'Developer', 'team/developer']) {
    assert.deepEqual(await saidWith(role, `arn:aws:iam::111122223333:role/${wrong}`), [
      `${place}no \`role/${wrong}\` of account 111122223333 in this file (the API may have ` +
        `made one): did you mean \`${role}\`? (warning)`,
    ])
  }
  assert.deepEqual(await saidWith(role, 'arn:aws:iam::111122223334:role/team/Developer'), [
    `${place}no account \`111122223334\` in \`accounts\`: did you mean \`111122223333\`? (warning)`,
  ])
  assert.deepEqual(
    await saidWith(role, 'arn:aws:iam::111122223333:role/${identity.username}'),
    [],
    'a template is known when somebody signs in',
  )
})

test('accounts of connectors and the organization that only commands may open', async () => {
  const meant = 'did you mean `444455556666`? (warning)'
  const [served] = await saidWith('[111122223333]', '[111122223333, 444455556667]')
  assert.match(
    served!,
    /^6:.*: connectors\.staff\.accounts\[1\]: no account `444455556667` in `accounts`: did/,
  )
  const organization = `organization:
  id: o-exampleorg1
  managementAccount: "111122223333"
  root: { id: r-ab12 }
  accounts: { 111122223333: {}, 444455556666: {}, 444455556667: {} }
mappings:
`
  const [member, ...rest] = await saidWith('mappings:\n', organization)
  const place = 'organization.accounts.444455556667: no account `444455556667` in `accounts`'
  assert.ok(member?.endsWith(`${place}: ${meant}`), member)
  assert.deepEqual(rest, [])
})

test('providers of trust policies that nothing in the file is', async () => {
  const place =
    'accounts.111122223333.roles.Developer.trustPolicy.Statement[0].Principal.Federated: '
  for (const wrong of ['ldap-provider/stff', 'file-provider/staff', 'ldap-provider/Staff']) {
    assert.deepEqual(await saidWith('ldap-provider/staff', wrong), [
      `30:39: ${place}no connector serves account 111122223333 as \`${wrong}\`: did you ` +
        `mean \`arn:aws:iam::111122223333:ldap-provider/staff\`? (warning)`,
    ])
  }
  for (const account of ['444455556666', '111122223334']) {
    assert.deepEqual(
      await saidWith('111122223333:ldap-provider/staff', `${account}:ldap-provider/staff`),
      [
        `30:39: ${place}a provider of account ${account} vouches for nobody in account ` +
          `111122223333: did you mean \`arn:aws:iam::111122223333:ldap-provider/staff\`? ` +
          '(warning)',
      ],
    )
  }
  assert.deepEqual(
    await saidWith('provider/tokens.example.com/a"]', 'provider/tokens.example.com/b"]'),
    [
      `34:40: ${place.replace('[0]', '[1]').replace('Federated', 'Federated[0]')}no ` +
        `\`oidc-provider/tokens.example.com/b\` of account 111122223333 in this file (the API ` +
        'may have made one): ' +
        'did you mean `arn:aws:iam::111122223333:oidc-provider/tokens.example.com/a`? (warning)',
    ],
  )
  const saml =
    '{ Federated: "arn:aws:iam::111122223333:ldap-provider/staff" }\n' +
    '              Action: sts:AssumeRoleWithLDAPIdentity\n' +
    '              Condition: { StringEquals: { "ldap:username": amina } }'
  assert.deepEqual(
    await saidWith(
      saml,
      '{ Federated: "arn:aws:iam::111122223333:saml-provider/idp" }\n' +
        '              Action: sts:AssumeRoleWithSAML',
    ),
    [
      `30:39: ${place}no \`saml-provider/idp\` of account 111122223333 in this file (the ` +
        'API may have made one) (warning)',
    ],
  )
})

test('users, roles and accounts of trust policies that are not there', async () => {
  const taking =
    'Federated: "arn:aws:iam::111122223333:ldap-provider/staff" }\n' +
    '              Action: sts:AssumeRoleWithLDAPIdentity\n' +
    '              Condition: { StringEquals: { "ldap:username": amina } }'
  const place =
    '30:33: accounts.111122223333.roles.Developer.trustPolicy.Statement[0].Principal.AWS: '
  const saidOf = (principal: string) =>
    saidWith(taking, `AWS: "${principal}" }\n              Action: sts:AssumeRole`)
  const arn = 'arn:aws:iam::111122223333:'
  for (const there of [
    `${arn}user/broker`,
    `${arn}role/team/Developer`,
    `${arn}root`,
    '444455556666',
    'arn:aws:sts::111122223333:assumed-role/Any/one',
  ]) {
    assert.deepEqual(await saidOf(there), [])
  }
  assert.deepEqual(await saidOf(`${arn}user/brokr`), [
    `${place}no \`user/brokr\` of account 111122223333 in this file (the API may have made ` +
      `one): did you mean \`${arn}user/broker\`? (warning)`,
  ])
  assert.deepEqual(await saidOf(`${arn}role/Developer`), [
    `${place}no \`role/Developer\` of account 111122223333 in this file (the API may have ` +
      `made one): did you mean \`${arn}role/team/Developer\`? (warning)`,
  ])
  assert.deepEqual(await saidOf('444455556667'), [
    `${place}no account \`444455556667\` in \`accounts\`: did you mean \`444455556666\`? (warning)`,
  ])
})

test('what never works in a policy, or is dangerous', async () => {
  const inTrust = 'accounts.111122223333.roles.Developer.trustPolicy.Statement[0]'
  assert.deepEqual(
    await saidWith('sts:AssumeRoleWithLDAPIdentity', 'sts:AssumeRoleWithLDAPIdentty'),
    [
      `30:39: ${inTrust}.Principal.Federated: ` +
        `\`arn:aws:iam::111122223333:ldap-provider/staff\` takes roles with ` +
        'sts:AssumeRoleWithLDAPIdentity (action-for-other-provider) (warning)',
      `31:23: ${inTrust}.Action: sts has no action \`AssumeRoleWithLDAPIdentty\`: did you ` +
        `mean \`AssumeRoleWithLDAPIdentity\`? (unknown-action) (warning)`,
    ],
  )
  assert.deepEqual(await saidWith('iam:GetUser', 'iam:GetUsr'), [
    '17:86: accounts.111122223333.policies.Read.document.Statement.Action: iam has no ' +
      'action `GetUsr`: did you mean `GetUser`? (unknown-action) (warning)',
  ])
  assert.match(
    (await saidWith('Action: "iam:GetUser"', 'Action: "*"'))[0]!,
    /every action on every resource is allowed \(allow-everything\)/,
  )
  const key = '"tokens.example.com/a:aud": app'
  assert.match(
    (
      await saidWith(
        `StringEquals: { ${key}`,
        `StringEquals: { ${key}, "aws:MultiFactorAuthPresent": "true", "a.b:c": "$\{aws:nothing}"`,
      )
    ).join('\n'),
    new RegExp(
      String.raw`^36:\d+: accounts\S+\.Statement\[1\]\.Condition\.StringEquals\["a\.b:c"\]: .*` +
        'unknown-variable',
      'm',
    ),
  )
})

test('connectors and attributes that rules name and nobody has are told', async () => {
  const grants = 'grants: [{ role: "arn:aws:iam::111122223333:role/team/Developer"'
  const rule = (when: string, more = '') => `when: '${when}'\n    ${grants}${more} }]`
  const told = (when: string, more = '') =>
    saidWith(`${grants} }]`, rule(when, more).replace('    grants', '    grants'))
  const [connector] = await told('identity.connector == "stafff"')
  assert.match(connector ?? '', /no connector has the id `stafff`: did you mean `staff`\?/)
  const [attribute] = await told('has(identity.attributes.mail)')
  assert.match(attribute ?? '', /no connector has an attribute `mail`/)
  const [tag] = await told('true', ', tags: { team: "${identity.attributes.team[0]}" }')
  assert.match(tag ?? '', /tags\.team: no connector has an attribute `team`/)
  assert.deepEqual(await told('identity.connector in ["staff"]'), [])
})

test('rules of apps, of registered apps and of sites are read for such names too', async () => {
  const sections = {
    apps: {
      wiki: {
        label: 'Wiki',
        redirectUris: ['https://wiki.example.com/back'],
        when: 'identity.connector == "stafff"',
        groups: 'identity.attributes.team',
        claims: { mail: 'identity.attributes.mail[0]', ok: '"x" in identity.groups' },
      },
    },
    registration: { enabled: true, when: 'has(identity.attributes.title)' },
    gate: {
      proxies: ['loopback'],
      sites: {
        board: {
          label: 'Board',
          hosts: ['board.example.com'],
          when: 'identity.connector in ["staf"]',
          groups: 'identity.groups',
          claims: { room: 'identity.attributes["room"][0]' },
          paths: [
            { path: '/status', public: true },
            { path: '/admin', when: 'identity.attributes.level[0] == "9"' },
          ],
        },
      },
    },
  }
  const lines = Object.entries(sections).map(([name, of]) => `${name}: ${JSON.stringify(of)}`)
  const said = await saidWith('mappings:', `${lines.join('\n')}\nmappings:`)
  const attribute = (name: string) => `no connector has an attribute \`${name}\` (warning)`
  const connector = (id: string) =>
    `no connector has the id \`${id}\`: did you mean \`staff\`? (warning)`
  assert.deepEqual(
    said.map((line) => line.replace(/^\d+:\d+: /, '')),
    [
      `apps.wiki.when: ${connector('stafff')}`,
      `apps.wiki.groups: ${attribute('team')}`,
      `apps.wiki.claims.mail: ${attribute('mail')}`,
      `registration.when: ${attribute('title')}`,
      `gate.sites.board.when: ${connector('staf')}`,
      `gate.sites.board.claims.room: ${attribute('room')}`,
      `gate.sites.board.paths[1].when: ${attribute('level')}`,
    ],
  )
  assert.ok(
    said.every((line) => /^1[012]:\d+: /.test(line)),
    said.join('\n'),
  )
})

test('a role that two rules grant, and identities too large for rules, are told', async () => {
  const rule = '  - name: developers\n'
  const again =
    '  - { name: first, grants: [{ role: "arn:aws:iam::111122223333:role/team/Developer" }] }\n'
  const [twice] = await saidWith(rule, `${again}${rule}`)
  assert.match(twice ?? '', /role: rule `first` grants this role as well/)
  const large = '{ how: memberOf, maxGroups: 2000, base: "dc=example" }, attributes: [jpegPhoto]'
  const told = await saidWith('{ how: memberOf, base: "dc=example" }', large)
  assert.match(told.join('\n'), /rules look at 1000 groups at most/)
  assert.match(told.join('\n'), /`jpegPhoto` is often longer than 4096 characters/)
})

test('checks of people that nothing asks a refresh token for are told', async () => {
  const openId = (more: string) =>
    `connectors:\n  openid: { type: oidc, label: O, accounts: [111122223333], clientId: c, ` +
    `issuer: "https://op.example.com", recheck: {}${more} }\n`
  const said = await saidWith('connectors:\n', openId(''))
  assert.equal(said.length, 1)
  assert.match(said[0]!, /connectors.openid.recheck: no scope asks for a refresh token/)
  assert.deepEqual(
    await saidWith('connectors:\n', openId(', scopes: [openid, offline_access]')),
    [],
  )
})

test('filters that no directory accepts, or with a place for the name, are refused', async () => {
  for (const [filter, words] of [
    ['(&(a=b)(c=d)', /parentheses that all close/],
    ['(a=b)(c=d)', /parentheses that all close/],
    ['(uid=%s)', /a place for the name/],
    ['(&(objectClass=user)(sAMAccountName={0}))', /a place for the name/],
    ['(uid={username})', /a place for the name/],
  ] as const) {
    const path = join(folder, 'filter.yaml')
    await writeFile(path, file.replace('"(objectClass=user)"', JSON.stringify(filter)))
    const err: string[] = []
    assert.equal(await check(path, {}, { out: () => {}, err: (line) => err.push(line) }), 1)
    assert.match(err.join('\n'), words, filter)
  }
})
