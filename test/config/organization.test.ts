import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSettings } from '../../src/config/load.ts'

const read = (organization: string) =>
  readSettings(
    `
publicUrl: https://sso.example.com
store: { sqlite: gatehouse.db }
keys: { rootKey: { file: root.key } }
audit: { file: audit.log }
accounts: { 111122223333: {}, 222233334444: {} }
organization:
  id: o-exampleorg1
  managementAccount: 111122223333
${organization}`,
    'g.yaml',
    {},
  )
function problems(organization: string): readonly string[] {
  const found = read(organization)
  return found.ok ? [] : found.problems.map(({ path, message }) => `${path}: ${message}`)
}
const root = '  root: { id: r-ab12 }\n'
const both = '  accounts: { 111122223333: {}, 222233334444: {} }\n'

test('a place without service control policies has the one that allows everything', () => {
  const found = read(root + both)
  assert.ok(found.ok)
  assert.deepEqual(found.settings.organization?.root, {
    id: 'r-ab12',
    serviceControl: ['FullAWSAccess'],
    resourceControl: [],
  })
  assert.deepEqual(found.warnings, [])
})

test('names and ids that are not there are refused, and units that lie in a circle', () => {
  assert.deepEqual(problems(`${root}  accounts: { 222233334444: {} }\n`), [
    'organization.managementAccount: the management account is not among `accounts`',
  ])
  const six = Array.from({ length: 6 }, (_, i) => `ou-ab12-${String(i).repeat(8)}`)
  const deep = six.map((id, i) => `${id}: { name: N${i ? `, parent: ${six[i - 1]}` : ''} }`)
  const cases: readonly (readonly [string, RegExp])[] = [
    [`${root}  accounts: { 111122223333: { unit: ou-ab12-11111111 } }\n`, /no unit/],
    [`${root}${both}  units: { ou-cd34-11111111: { name: N } }\n`, /starts with `ou-ab12-`/],
    [
      `${root}${both}  units: { ou-ab12-11111111: { name: N, parent: ou-ab12-11111111 } }\n`,
      /in no circle/,
    ],
    [`${root}${both}  units: { ${deep.join(', ')} }\n`, /at most 5 deep/],
    [`  root: { id: r-ab12, serviceControl: [Nope] }\n${both}`, /no policy `Nope`/],
    [`  root: { id: r-ab12, resourceControl: [FullAWSAccess] }\n${both}`, /no policy/],
    [`  root: { id: r-ab12, serviceControl: [A, A] }\n${both}`, /stands there twice|no policy/],
    [
      `${root}${both}  serviceControlPolicies: { A: { Version: "2012-10-17", Statement: ` +
        '{ Effect: Deny, Action: "*", Resource: "*", Principal: "*" } } }\n',
      /Principal/,
    ],
    [
      `${root}${both}  resourceControlPolicies: { A: { Version: "2012-10-17", Statement: ` +
        '{ Effect: Allow, Action: "s3:*", Resource: "*", Principal: "*" } } }\n',
      /Effect/,
    ],
    [
      `${root}${both}  serviceControlPolicies: { FullAWSAccess: { Version: "2012-10-17", ` +
        'Statement: { Effect: Deny, Action: "*", Resource: "*" } } }\n',
      /is there already/,
    ],
  ]
  for (const [text, expected] of cases) assert.match(problems(text).join('\n'), expected, text)
})

test('a role of the settings can not pass for one of a service, which nothing binds', () => {
  const found = readSettings(
    `
publicUrl: https://sso.example.com
store: { sqlite: gatehouse.db }
keys: { rootKey: { file: root.key } }
audit: { file: audit.log }
accounts:
  111122223333:
    roles:
      R:
        path: /aws-service-role/x/
        trustPolicy: { Version: "2012-10-17", Statement: { Effect: Deny, Principal: "*",
          Action: "sts:AssumeRole" } }
`,
    'g.yaml',
    {},
  )
  assert.deepEqual(found.ok || found.problems.map(({ path, message }) => `${path}: ${message}`), [
    'accounts.111122223333.roles.R.path: this path is for service-linked roles; ' +
      'found `/aws-service-role/x/`',
  ])
})

test('a place that allows nothing, and an account outside, are warned of', () => {
  const found = read(
    `${root}  accounts: { 111122223333: { serviceControl: [] } }
  serviceControlPolicies: { Unused: { Version: "2012-10-17", Statement: ` +
      '{ Effect: Deny, Action: "s3:*", Resource: "*" } } }\n',
  )
  assert.ok(found.ok)
  const said = found.warnings.map(({ message }) => message).join('\n')
  assert.match(said, /nothing is allowed below/)
  assert.match(said, /222233334444 is not a member/)
})
