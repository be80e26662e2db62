// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references and rules are written so
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  type LoadedSettings,
  loadSettings,
  problemLine,
  readSettings,
} from '../../src/config/load.ts'
import { defaultAccountQuotas } from '../../src/store/account-quotas.ts'

const trust =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",' +
  '"Action":"sts:AssumeRole"}]}'
const base = `
publicUrl: https://sso.example.com
store: { sqlite: gatehouse.db }
keys: { rootKey: { file: root.key } }
audit: { file: audit.log }
accounts:
  111122223333:
    roles:
      Developer:
        trustPolicy: '${trust}'
`.trimStart()
const read = (text: string, env = {}): LoadedSettings => readSettings(text, 'g.yaml', env)
const told = (text: string, env = {}): readonly string[] => {
  const loaded = read(text, env)
  return (loaded.ok ? loaded.warnings : loaded.problems).map(problemLine)
}
function settingsOf(text: string, env = {}) {
  const loaded = read(text, env)
  assert.ok(loaded.ok, loaded.ok ? '' : loaded.problems.map(problemLine).join('\n'))
  return loaded.settings
}

test('a short file is enough, the rest has defaults', () => {
  const settings = settingsOf(base)
  assert.deepEqual(settings.listen, { host: '127.0.0.1', port: 8080, trustedProxies: [] })
  assert.deepEqual(settings.limits, {
    signInsPerName: { count: 10, windowSeconds: 900 },
    signInsPerAddress: { count: 100, windowSeconds: 900 },
    bodyBytes: 262_144,
    signInTimeoutMs: 20_000,
    quotas: defaultAccountQuotas,
  })
  assert.deepEqual(settings.session, { lifetimeSeconds: 43_200, keepPeopleForSeconds: 2_592_000 })
  assert.deepEqual(settings.accounts, [
    {
      id: '111122223333',
      policies: [],
      groups: [],
      users: [],
      roles: [{ name: 'Developer', trustPolicy: trust }],
      oidcProviders: [],
    },
  ])
})

test('every problem has its place, what was found and expected, and the key that was meant', () => {
  assert.deepEqual(
    told(`${base}lisen: { port: 80 }\nlimits: { bodyBytes: 10 }\nsession: { lifetime: soon }\n`),
    [
      'g.yaml:10:1: lisen: unknown key `lisen`: did you mean `listen`?',
      'g.yaml:11:22: limits.bodyBytes: expected at least 16384, found `10`',
      'g.yaml:12:22: session.lifetime: expected a duration: `90s`, `15m`, `1h30m`, or a ' +
        'number of seconds; found `soon`',
    ],
  )
  assert.deepEqual(told(`${base}connectors:\n  staff: { type: ldapp }\n`), [
    'g.yaml:11:18: connectors.staff.type: expected `file`, `ldap`, `oauth2`, `oidc` or `saml`, ' +
      'found `ldapp`: did you mean `ldap`?',
  ])
  assert.deepEqual(told(base.replace('file: root.key', 'fil: root.key')), [
    'g.yaml:3:20: keys.rootKey.fil: unknown key `fil`: did you mean `file`?',
  ])
  assert.deepEqual(told(base.replace(/^audit.*\n/m, '')), [
    'g.yaml:1:1: `audit` is missing: expected a map',
  ])
  assert.deepEqual(told(base.replace('111122223333:', '12:')), [
    'g.yaml:6:3: accounts.12: found `12`: expected 12 digits, in quotes',
  ])
  assert.deepEqual(told(base.replace('https', 'http')), [
    'g.yaml:1:12: publicUrl: expected https: passwords and cookies would go in the clear ' +
      '(http is for loopback only); found `http://sso.example.com`',
  ])
  assert.equal(read(base.replace('https://sso.example.com', 'http://127.0.0.1:8080')).ok, true)
})

test('an account id is text, whatever YAML makes of its digits', () => {
  for (const id of ['"012345678901"', '012345678901', "'111122223333'"]) {
    const settings = settingsOf(base.replace('111122223333', id))
    assert.equal(settings.accounts[0]!.id, id.replaceAll(/['"]/g, ''))
  }
})

test('what the YAML itself gets wrong has its place', () => {
  assert.match(told(`${base}audit: { file: b }\n`)[0]!, /^g\.yaml:10:1: .*unique/)
  assert.match(told('publicUrl: [')[0]!, /^g\.yaml:1:1[23]: /)
  assert.match(told('a: !!js/function "x"')[0]!, /tag/i)
  assert.match(told('a: 1\n---\nb: 2')[0]!, /document/i)
  assert.match(told('{a: 1}: 2')[0]!, /plain key/)
  assert.match(told('__proto__: { listen: {} }')[0]!, /plain key/)
  assert.ok(told('').length > 0)
})

test('aliases work, and a bomb of them does not', () => {
  const bomb = [
    'a0: &a0 [x, x, x, x, x, x, x, x, x, x]',
    ...Array.from(
      { length: 9 },
      (_, n) => `a${n + 1}: &a${n + 1} [${Array(10).fill(`*a${n}`).join(', ')}]`,
    ),
  ].join('\n')
  assert.match(told(bomb).at(0)!, /too many values/)
  assert.match(told(`a: ${'['.repeat(100)}${']'.repeat(100)}`).at(0)!, /too deep/)
  const settings = settingsOf(
    `${base.replace('trustPolicy: ', 'trustPolicy: &trust ')}      Auditor: { trustPolicy: ` +
      '*trust }\n',
  )
  assert.equal(
    settings.accounts[0]!.roles![1]!.trustPolicy,
    settings.accounts[0]!.roles![0]!.trustPolicy,
  )
})

const withKey = (secret: string) => `${base}    users:
      broker:
        accessKeys: [{ accessKeyId: AKIAIOSFODNN7EXAMPLE, secretAccessKey: "${secret}" }]
`
const secret = 'abcdefghijklmnopqrstuvwxyz0123456789ABCD'

test('secrets come from the environment or from files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-'))
  try {
    await writeFile(join(folder, 'secret'), `${secret}\n`)
    await writeFile(join(folder, 'g.yaml'), withKey('${file:secret}'))
    const loaded = await loadSettings(join(folder, 'g.yaml'), {})
    assert.ok(loaded.ok)
    assert.equal(loaded.settings.accounts[0]!.users![0]!.accessKeys![0]!.secretAccessKey, secret)
    assert.deepEqual(loaded.warnings, [])
  } finally {
    await rm(folder, { recursive: true })
  }
  assert.equal(
    settingsOf(withKey('${env:KEY}'), { KEY: secret }).accounts[0]!.users![0]!.accessKeys![0]!
      .secretAccessKey,
    secret,
  )
  assert.match(told(withKey('${env:KEY}'))[0]!, /^g\.yaml:12:76: .*no variable `KEY`/)
  assert.match(told(withKey('${env:KEY}'), { KEY: '' })[0]!, /is empty/)
  assert.match(
    told(withKey('${file:/nowhere}'))[0]!,
    /no file `\/nowhere`, which has to hold this value/,
  )
})

test('a secret in the clear warns; no message shows a secret', () => {
  assert.deepEqual(told(withKey(secret)), [
    'g.yaml:12:76: accounts.111122223333.users.broker.accessKeys[0].secretAccessKey: a ' +
      'secret in the clear: give it as `${env:NAME}` or `${file:PATH}`',
  ])
  assert.ok(
    told(`${base}ephemeral: { redis: "redis://:hunter22@cache:6379" }`)[0]!.includes(
      'in the clear',
    ),
  )
  for (const text of told(withKey('tooshort-hunter22'))) assert.ok(!text.includes('hunter22'), text)
  for (const text of told(withKey('${env:KEY}'), { KEY: 'hunter22' }))
    assert.ok(!text.includes('hunter22'), text)
  for (const text of told(base.replace('https://sso.example.com', '${env:KEY}'), {
    KEY: 'hunter22',
  }))
    assert.ok(!text.includes('hunter22'), text)
})

test('policies and mappings keep their own variables', () => {
  const text = `${base}mappings:
  - name: r
    grants:
      - role: arn:aws:iam::111122223333:role/Developer
        sessionPolicy:
          Version: '2012-10-17'
          Statement: { Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::home/\${file:sub}' }
`
  assert.ok(settingsOf(text).mappings[0]!.grants[0]!.sessionPolicy!.includes('${file:sub}'))
})

test('mistakes in rules are told with their place', () => {
  assert.deepEqual(
    told(
      `${base}mappings:\n  - name: r\n    when: identity.grups.size() > 0\n    grants:\n     ` +
        " - role: arn:aws:iam::111122223333:role/X\n        tags: { 'aws:x': y }\n",
    ),
    [
      'g.yaml:12:20: mappings[0].when: unknown field `grups`: did you mean `groups`?',
      'g.yaml:15:26: mappings[0].grants[0].tags["aws:x"]: the tag key `aws:x` starts with ' +
        'aws:, which is reserved',
    ],
  )
})

test('a mistake in a rule of several lines is told at its own', () => {
  const wrong = (when: string) =>
    told(`${base}mappings:
  - name: r
    when: ${when}
    grants: [{ role: "arn:aws:iam::111122223333:role/X" }]
`).map((line) => /^g\.yaml:(\d+:\d+)/.exec(line)?.[1])
  const first = wrong('identity.grups.size() > 0')[0]?.split(':')[0]
  const line = Number(first)
  const rows = '\n      identity.username == "a" &&\n\n      (identity.grups.size() > 0)\n'
  assert.deepEqual(wrong(`|${rows}`), [`${line + 3}:17`])
  assert.deepEqual(wrong(`>- # folded${rows}`), [`${line + 3}:17`])
  assert.deepEqual(wrong(rows.trim()), [`${line + 2}:17`])
  const quoted = "'identity.username == \"it''s\" &&\n      identity.grups.size() > 0'"
  assert.deepEqual(wrong(quoted), [`${line + 1}:16`])
})

test('one part of the file must fit the other', () => {
  const file = `${base}    users: { a: { groups: [nobody] } }
connectors:
  staff:
    type: file
    label: Staff
    accounts: [444455556666]
    people: [{ username: amina, passwordHash: x }]
`
  assert.match(told(file)[0]!, /no group `nobody`|argon2id/)
  assert.match(
    told(`${base}      developer: { trustPolicy: {} }\n`)[0]!,
    /`developer` and `Developer` are one name/,
  )
})

test('two listeners have two addresses', () => {
  assert.deepEqual(told(`${base}operations: { port: 8080 }\n`), [
    'g.yaml:10:21: operations.port: `listen` and `operations` are both on `127.0.0.1`, port ' +
      '8080: give one of them another port',
  ])
  assert.match(told(`${base}listen: { port: 9090 }\n`)[0]!, /^g\.yaml:10:17: listen\.port: /)
  assert.deepEqual(told(`${base}listen: { host: 10.0.0.1, port: 9090 }\n`), [])
  for (const every of ['0.0.0.0', '"::"']) {
    assert.match(
      told(`${base}listen: { host: ${every}, port: 9090 }\n`)[0]!,
      /are both on port 9090, and `(0\.0\.0\.0|::)` is every address/,
    )
  }
  assert.deepEqual(
    told(`${base}listen: { port: 0 }\noperations: { port: 0 }\n`),
    [],
    'each takes a free one',
  )
})

test('a trust policy has actions of sts only', () => {
  assert.deepEqual(
    told(base.replace('sts:AssumeRole', 's3:GetObject')).map((line) =>
      line.replace(/^[\w.:]+ /, ''),
    ),
    [
      'accounts.111122223333.roles.Developer.trustPolicy: `s3:GetObject` takes no role: a ' +
        'trust policy has actions of `sts` only, such as `sts:AssumeRole`',
    ],
  )
})

test('a file that cannot be read is a problem, not an exception', async () => {
  const loaded = await loadSettings('/nowhere/gatehouse.yaml', {})
  assert.ok(!loaded.ok)
  assert.equal(problemLine(loaded.problems[0]!), '/nowhere/gatehouse.yaml:1:1: no such file')
  const folder = await loadSettings('/tmp', {})
  assert.ok(!folder.ok && /EISDIR/.test(folder.problems[0]!.message))
})

test('passwords in query strings are off, and switching them on warns', () => {
  assert.equal(settingsOf(base).calls.passwordsInQuery, false)
  const warnings = told(`${base}calls: { passwordsInQuery: true }\n`)
  assert.equal(warnings.length, 1)
  assert.match(warnings[0]!, /calls\.passwordsInQuery: passwords are taken from URLs/)
})
