import assert from 'node:assert/strict'
import { test } from 'node:test'
import { subjectOf } from '../../src/apps/people.ts'
import { subjectOfSession } from '../../src/apps/subjects.ts'
import type { ProvedSession } from '../../src/sessions/session-proof.ts'

type Federation = NonNullable<ProvedSession['caller']['claims']['federation']>

const account = '111122223333'
const arn = (resource: string) => `arn:aws:iam::${account}:${resource}`

function sessionOf(name: string, federation?: Federation, roleId = 'AROA1'): ProvedSession {
  const role = { name: 'Ci', path: '/', id: roleId }
  return {
    caller: {
      principal: {
        kind: 'assumed-role',
        account,
        arn: `arn:aws:sts::${account}:assumed-role/Ci/${name}`,
        roleArn: arn('role/Ci'),
      },
      claims: { name, role, federation },
    },
  } as unknown as ProvedSession
}
const of = (...session: Parameters<typeof sessionOf>) =>
  subjectOfSession(sessionOf(...session).caller)
const person = (connector: string, subject: string): Federation => ({
  provider: arn(`oidc-provider/${connector}`),
  connector,
  subject,
  username: subject,
})

test('the name that the taker of a role chose is no part of the subject', () => {
  assert.deepEqual(of('bob'), of('alice'))
  assert.deepEqual(of('bob', person('corp', '7')), of('alice', person('corp', '7')))
  assert.deepEqual(of('bob').sub_id, { format: 'uri', uri: arn('role/Ci') })
})

test('sessions of another role, person or provider are other subjects', () => {
  const all = [
    of('x'),
    of('x', undefined, 'AROA2'),
    of('x', person('corp', '7')),
    of('x', person('corp', '8')),
    of('x', person('host/a', 'b')),
    of('x', person('host', 'a/b')),
    of('x', { ...person('corp', '7'), provider: arn('saml-provider/corp'), account }),
  ]
  assert.equal(new Set(all.map(({ sub }) => sub)).size, all.length)
})

test('who acts is a person of apps only where a connector proved them', () => {
  const theirs = person('corp', '7')
  const [ofConnector, ofAccount, ofToken] = [
    of('x', theirs),
    of('x', { ...theirs, account }),
    of('x', { ...theirs, audience: 'sts.amazonaws.com' }),
  ].map(({ act }) => act?.sub)
  assert.equal(ofConnector, subjectOf(theirs))
  assert.notEqual(ofAccount, ofConnector)
  assert.notEqual(ofToken, ofConnector)
  assert.equal(of('x').act, undefined)
})
