import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { withProfiles } from '../../../src/cli/sign-in/aws-config.ts'
import type { OpenRole } from '../../../src/cli/sign-in/terminal-calls.ts'

const endpoint = 'https://sso.example.com'
const account = '111122223333'
const role = (name: string, more: Partial<OpenRole> = {}): OpenRole => ({
  arn: `arn:aws:iam::${account}:role/${name}`,
  name,
  account,
  accountName: 'data',
  maxDurationSeconds: 3600,
  ...more,
})
const asked = (...roles: readonly OpenRole[]) => ({
  endpoint,
  region: 'eu-central-1',
  prefix: '',
  roles,
})

const command =
  'gatehouse credentials --endpoint https://sso.example.com ' +
  '--role arn:aws:iam::111122223333:role/Developer'
const developer = `# >>> gatehouse https://sso.example.com
# \`gatehouse configure\` writes what is between these lines anew
[profile data-Developer]
region = eu-central-1
endpoint_url = https://sso.example.com
credential_process = ${command}

# <<< gatehouse https://sso.example.com
`

test('a profile is written for each role, and the same again changes nothing', () => {
  const first = withProfiles('', asked(role('Developer')))
  assert.equal(first.text, developer)
  assert.deepEqual(first.names, ['data-Developer'])
  assert.equal(withProfiles(first.text, asked(role('Developer'))).text, first.text)
  assert.equal(withProfiles(first.text, asked()).text, '', 'no role, no part')
})

test('what is not ours stays byte for byte, before and after our part', () => {
  const head =
    '[default]\r\nregion=us-east-1\r\n\t# ünï\u0000code\r\n' + '[profile x]\r\n  a = b  \r\n'
  const tail = '\r\n[profile y]\r\n; end, without a line break'
  const one = withProfiles(head, asked(role('Developer'))).text
  assert.ok(one.startsWith(head))
  assert.equal(one.replaceAll('\r\n', '').includes('\n'), false, 'line breaks as in the file')
  const both = withProfiles(one + tail, asked(role('Developer'), role('Auditor'))).text
  assert.ok(both.startsWith(head) && both.endsWith(tail))
  assert.match(both, /\[profile data-Auditor\]/)
  assert.equal(withProfiles(both, asked()).text, head + tail)
  const unended = withProfiles('[profile x]\na = b', asked(role('Developer'))).text
  assert.equal(unended, `[profile x]\na = b\n${developer}`)
  assert.equal(withProfiles(unended, asked(role('Developer'))).text, unended)
})

test('two Gatehouses have a part each, also when one address begins as the other', () => {
  const first = withProfiles('', asked(role('Developer'))).text
  const other = { ...asked(role('Developer')), endpoint: `${endpoint}:8443`, prefix: 'b-' }
  const both = withProfiles(first, other).text
  assert.ok(both.startsWith(first))
  assert.match(both, /\[profile b-data-Developer\]/)
  assert.equal(withProfiles(both, asked(role('Developer'))).text, both)
  assert.equal(withProfiles(both, { ...other, roles: [] }).text, first)
})

test('a profile of the person’s own is left alone, and so is a name that two roles have', () => {
  const own = '[profile "data-Developer"]\nregion = a\n[ profile   data-Auditor ]\n'
  const { text, names, leftOut } = withProfiles(
    own,
    asked(role('Developer'), role('Auditor'), role('a=b'), role('a,b'), role('Ops')),
  )
  assert.ok(text.startsWith(own))
  assert.deepEqual(names, ['data-a_b', 'data-Ops'])
  assert.deepEqual(leftOut, [
    'data/Developer: profile `data-Developer` is there and not ours; see --prefix',
    'data/Auditor: profile `data-Auditor` is there and not ours; see --prefix',
    'data/a,b: another role has the profile `data-a_b`',
  ])
})

test('hostile names begin no section, no comment and no command of a shell', () => {
  const hostile = (path: string) => role('X', { arn: `arn:aws:iam::${account}:role/${path}/X` })
  const paths = ['$(touch${IFS}pwned)', '`id`', 'a;b', 'a|b&c', '"', '#', ']\\[x', '\\']
  const lines = paths.map((path) => {
    const { text, names, leftOut } = withProfiles('', asked(hostile(path)))
    assert.deepEqual([names, leftOut], [['data-X'], []], path)
    assert.equal([...text.matchAll(/^\[/gm)].length, 1, path)
    return /^credential_process = gatehouse .* --role (.*)$/m.exec(text)![1]!
  })
  const arns = paths.map((path) => hostile(path).arn)
  const shell = execFileSync('sh', ['-c', `printf '%s\\n' ${lines.join(' ')}`])
  assert.deepEqual(shell.toString().trimEnd().split('\n'), arns)
  // As the AWS CLI splits the line.
  const split = 'import shlex, sys; print("\\n".join(shlex.split(sys.argv[1])))'
  const python = execFileSync('python3', ['-c', split, lines.join(' ')])
  assert.deepEqual(python.toString().trimEnd().split('\n'), arns)
  for (const path of ["a'b", '%PATH%']) {
    const { text, leftOut } = withProfiles('', asked(hostile(path)))
    assert.equal(text, '')
    assert.deepEqual(leftOut, ['data/X: its ARN has characters that a profile can’t quote'], path)
  }
})

test('a part that lacks one of its marks, or stands there twice, is not guessed at', () => {
  const [begin, end] = [`# >>> gatehouse ${endpoint}\n`, `# <<< gatehouse ${endpoint}\n`]
  for (const text of [begin, end, end + begin, developer + developer])
    assert.throws(() => withProfiles(text, asked(role('Developer'))), /do not fit: remove them/)
  const quoted = `x = # >>> gatehouse ${endpoint}\n`
  assert.ok(withProfiles(quoted, asked(role('Developer'))).text.startsWith(quoted))
})

test('a profile of an AWS account names no address, and the region of that account', () => {
  const upstream = { region: 'eu-west-1' }
  const { text } = withProfiles('', asked(role('Deploy', { upstream })))
  assert.match(text, /^region = eu-west-1$/m)
  assert.doesNotMatch(text, /endpoint_url/)
  const ceph = { region: 'us-east-1', endpoint: 'https://rgw.example.com' }
  assert.match(
    withProfiles('', asked(role('Deploy', { upstream: ceph }))).text,
    /^endpoint_url = https:\/\/rgw\.example\.com$/m,
  )
})
