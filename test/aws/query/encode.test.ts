import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { linkModel } from '../../../src/aws/model.ts'
import { encoderOf, escapeXml } from '../../../src/aws/query/encode.ts'
import { encodeFault } from '../../../src/aws/query/faults.ts'
import { AwsFault } from '../../../src/kernel/aws-fault.ts'
import { iamService } from '../../../src/reference/aws/iam.gen.ts'
import { stsService } from '../../../src/reference/aws/sts.gen.ts'

test('an answer stands in its envelope, members in the order of the model', () => {
  const encode = encoderOf(linkModel(stsService, 'GetCallerIdentity'))
  assert.equal(
    encode({ Arn: 'arn:a', UserId: 'U', Account: '1' }, 'r-1'),
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">' +
      '<GetCallerIdentityResult><UserId>U</UserId>' +
      '<Account>1</Account><Arn>arn:a</Arn></GetCallerIdentityResult><ResponseMetadata>' +
      '<RequestId>r-1</RequestId>' +
      '</ResponseMetadata></GetCallerIdentityResponse>\n',
  )
})

test('encodes whole seconds, URL-encoded policies and lists, and omits absent members', () => {
  const encode = encoderOf(linkModel(iamService, 'ListRoles'))
  const xml = encode(
    {
      Roles: [
        {
          RoleName: 'a<b',
          CreateDate: new Date('2026-01-02T03:04:05.678Z'),
          AssumeRolePolicyDocument: '{"a":"*"}',
          MaxSessionDuration: 3600,
        },
      ],
      IsTruncated: false,
      Marker: undefined,
    },
    'r',
  )
  assert.match(
    xml,
    new RegExp(
      '<Roles><member><RoleName>a&lt;b</RoleName>' +
        '<CreateDate>2026-01-02T03:04:05Z</CreateDate>' +
        '<AssumeRolePolicyDocument>%7B%22a%22%3A%22%2A%22%7D</AssumeRolePolicyDocumen' +
        't><MaxSessionDuration>3600</MaxSessionDuration></member></Roles>' +
        '<IsTruncated>false</IsTruncated></ListRolesResult>',
    ),
  )
})

test('an operation without an output has no result element', () => {
  assert.equal(
    encoderOf(linkModel(iamService, 'DeleteRole'))(undefined, 'r'),
    '<DeleteRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">' +
      '<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></DeleteRoleResponse>\n',
  )
})

test('maps are entries of key and value', () => {
  assert.match(
    encoderOf(linkModel(iamService, 'GetAccountSummary'))({ SummaryMap: { Users: 3 } }, 'r'),
    /<SummaryMap><entry><key>Users<\/key><value>3<\/value><\/entry><\/SummaryMap>/,
  )
})

test('a fault is told as the services tell it', () => {
  assert.equal(
    encodeFault(new AwsFault('AccessDenied', 'no <you>\u0000'), 'r', 'ns'),
    '<ErrorResponse xmlns="ns"><Error><Type>Sender</Type><Code>AccessDenied</Code>' +
      '<Message>no &lt;you&gt;\ufffd</Message></Error><RequestId>r</RequestId>' +
      '</ErrorResponse>\n',
  )
})

test('whatever goes in, the text is well-formed XML 1.0 and reads back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const xml = escapeXml(text)
      assert.doesNotMatch(xml, /[<>"']|&(?!amp;|lt;|gt;|quot;|#39;|#xD;)/)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no place for them.
      assert.doesNotMatch(xml, /[\x00-\x08\x0b-\x1f\ufffe\uffff]/)
      assert.ok(xml.isWellFormed())
    }),
  )
})
