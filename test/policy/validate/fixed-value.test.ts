import assert from 'node:assert/strict'
import { test } from 'node:test'
import { validate } from '../../../src/policy/index.ts'
import { documentOf } from '../written-policy.ts'

function isPublic(operator: string, key: string, values: string | readonly string[]): boolean {
  const statement = { Principal: '*', Condition: { [operator]: { [key]: values } } }
  return validate('resource', documentOf(statement as never, 'resource')).some(
    ({ code }) => code === 'public-principal',
  )
}

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: variables of policies.
const open: readonly (readonly [operator: string, key: string, values: string | string[]])[] = [
  ['ArnLike', 'aws:PrincipalArn', 'arn:*:iam::*:*'],
  ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/Admin'],
  ['StringLike', 'aws:PrincipalArn', 'arn:aws:iam::1111*'],
  ['StringLike', 'aws:PrincipalOrgID', 'o-*'],
  ['ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'o-*/r-ab12/*'],
  ['StringLike', 'aws:PrincipalAccount', '11112222333?'],
  ['StringEquals', 'aws:PrincipalAccount', '${aws:PrincipalAccount}'],
  ['ArnLike', 'aws:SourceArn', 'arn:aws:s3:::*'],
  ['ArnLike', 'aws:SourceArn', 'arn:aws:sns:*:*:news'],
  ['StringLike', 'aws:SourceVpce', 'vpce-*'],
  ['IpAddress', 'aws:SourceIp', ['0.0.0.0/1', '128.0.0.0/1']],
  ['IpAddress', 'aws:SourceIp', ['203.0.113.0/24', '0.0.0.0/0']],
  ['IpAddress', 'aws:SourceIp', '2000::/3'],
  ['StringLike', 'aws:userid', 'AROA*:anna'],
  ['StringEquals', 'aws:PrincipalOrgID', ['o-a1b2c3d4e5', '*']],
  ['StringNotEquals', 'aws:PrincipalAccount', '444455556666'],
  ['Bool', 'aws:SecureTransport', 'true'],
]
const fixed: typeof open = [
  ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::111122223333:*'],
  ['ArnLike', 'aws:PrincipalArn', 'arn:*:iam::111122223333:role/*'],
  ['StringEquals', 'aws:PrincipalOrgID', 'o-a1b2c3d4e5'],
  ['ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'o-a1b2c3d4e5/r-ab12/*'],
  ['StringEquals', 'aws:PrincipalAccount', ['111122223333', '444455556666']],
  ['StringEquals', 'aws:PrincipalAccount', '${aws:ResourceAccount}'],
  ['ArnLike', 'aws:SourceArn', 'arn:aws:s3:::photos'],
  ['ArnLike', 'aws:SourceArn', 'arn:aws:sns:*:111122223333:*'],
  ['StringEquals', 'aws:SourceVpce', 'vpce-0a1b2c3d'],
  ['IpAddress', 'aws:SourceIp', ['203.0.113.0/24', '2001:db8::/32']],
  ['StringLike', 'aws:userid', 'AROAEXAMPLEID:*'],
]
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above.

for (const [operator, key, values] of open)
  test(`everybody stays public under ${operator} ${key} ${values}`, () => {
    assert.ok(isPublic(operator, key, values))
  })
for (const [operator, key, values] of fixed)
  test(`everybody is narrowed by ${operator} ${key} ${values}`, () => {
    assert.ok(!isPublic(operator, key, values))
  })
