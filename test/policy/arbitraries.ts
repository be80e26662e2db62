import fc from 'fast-check'
import type { Principal, Question } from '../../src/policy/index.ts'
import type { LayerDocuments, PolicyDocument, StatementDocument } from './reference-evaluator.ts'

// Small pools: what is asked and what is written must meet often.
const actions = [
  's3:GetObject',
  's3:getobject',
  's3:PutObject',
  's3:ListBucket',
  'ec2:RunInstances',
  'iam:PassRole',
  'sts:AssumeRole',
  'kms:Decrypt',
]
const actionPatterns = [
  '*',
  's3:*',
  's3:Get*',
  'S3:GETOBJECT',
  's3:*Object',
  's3:?etObject',
  's3:*t*b*',
  'ec2:Run*',
  'iam:PassRole',
  'sts:AssumeRole',
  's3:ListBucket',
  'kms:*',
]
const resources = [
  'arn:aws:s3:::photos/cat.jpg',
  'arn:aws:s3:::photos/2026/cat.jpg',
  'arn:aws:s3:::photos',
  'arn:aws:s3:::music/a:b/cat.jpg',
  'arn:aws:s3:::home/bob/x',
  'arn:aws:s3:::home/*/x',
  'arn:aws:iam::111122223333:role/Admin',
  'arn:aws:sns:eu-west-1:111122223333:news',
  'arn:aws-cn:s3:::photos/cat.jpg',
  'arn:aws:kms:eu-west-1:111122223333:key/1',
  '*',
]
const resourcePatterns = [
  '*',
  'arn:aws:s3:::photos/cat.jpg',
  'arn:aws:s3:::photos/*',
  'arn:aws:s3:::photos*',
  'arn:aws:s3:::*',
  'arn:aws:s3:::*/cat.jpg',
  'arn:aws:s3:::*cat*',
  'arn:aws:s3:::ph*cat.jpg',
  'arn:aws:s3:::*2026*.jpg',
  'arn:aws:s3:::photos/???.jpg',
  'arn:*:s3:::photos/*',
  'arn:aws:sns:*:*:news',
  'arn:aws:iam::*:role/*',
  'arn:aws:kms:*:*:key/*',
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: variables of policies.
  'arn:aws:s3:::home/${aws:username}/*',
  'arn:aws:s3:::home/${*}/x',
  "arn:aws:s3:::${aws:PrincipalTag/team, 'photos'}/*",
  'arn:aws:s3:::*/${aws:username}/*',
]
const conditions: readonly (readonly [
  operator: string,
  key: string,
  values: string | readonly string[],
])[] = [
  ['StringEquals', 'aws:PrincipalTag/team', 'blue'],
  ['StringEquals', 'aws:PrincipalTag/team', ['red', 'blue']],
  ['StringEquals', 'AWS:principaltag/Team', 'green'],
  ['StringNotEquals', 'aws:PrincipalTag/team', 'blue'],
  ['StringEqualsIfExists', 'aws:PrincipalTag/team', 'red'],
  ['StringLike', 'aws:username', 'b*'],
  ['StringEquals', 'aws:username', '${aws:PrincipalTag/team}'],
  ['StringNotLike', 'aws:username', '${aws:PrincipalTag/team}*'],
  ['StringEqualsIgnoreCase', 'aws:username', 'BOB'],
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above.
  ['StringEquals', 'aws:TagKeys', 'a'],
  ['ForAllValues:StringEquals', 'aws:TagKeys', ['a', 'b']],
  ['ForAnyValue:StringLike', 'aws:TagKeys', ['a*']],
  ['ForAnyValue:StringNotEquals', 'aws:TagKeys', ['a', 'b']],
  ['ForAnyValue:StringEqualsIfExists', 'aws:TagKeys', ['b']],
  ['Null', 'aws:TagKeys', 'true'],
  ['Null', 'aws:username', 'false'],
  ['IpAddress', 'aws:SourceIp', '10.0.0.0/8'],
  ['NotIpAddress', 'aws:SourceIp', ['10.0.0.0/8', '2001:db8::/32']],
  ['NumericLessThan', 's3:max-keys', '10'],
  ['NumericNotEquals', 's3:max-keys', ['5', '6']],
  ['DateGreaterThan', 'aws:CurrentTime', '2026-01-01T00:00:00Z'],
  ['Bool', 'aws:MultiFactorAuthPresent', 'true'],
  ['BoolIfExists', 'aws:MultiFactorAuthPresent', 'false'],
  ['BinaryEquals', 'kms:x', 'aGk='],
  ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/R*'],
  ['ArnNotEquals', 'aws:PrincipalArn', 'arn:aws:iam::111122223333:role/Reader'],
]
const contexts: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'aws:principaltag/team': [['blue'], ['red'], ['bob'], ['*'], ['photos']],
  'aws:username': [['bob'], ['blue'], ['*']],
  'aws:tagkeys': [[], ['a'], ['a', 'b'], ['c'], ['ab', 'c']],
  'aws:sourceip': [['10.1.2.3'], ['203.0.113.7'], ['2001:db8::5'], ['nowhere']],
  's3:max-keys': [['5'], ['10'], ['9.5'], ['many']],
  'aws:currenttime': [['2026-06-01T00:00:00Z'], ['2025-06-01T00:00:00Z'], ['soon']],
  'aws:multifactorauthpresent': [['true'], ['false']],
  'kms:x': [['aGk='], ['aGo=']],
  'aws:principalarn': [
    ['arn:aws:iam::111122223333:role/Reader'],
    ['arn:aws:iam::444455556666:role/Partner'],
  ],
}
const multivalued = new Set(['aws:tagkeys'])
const principals: readonly Principal[] = [
  {
    kind: 'assumed-role',
    account: '111122223333',
    arn: 'arn:aws:sts::111122223333:assumed-role/Reader/anna',
    roleArn: 'arn:aws:iam::111122223333:role/Reader',
  },
  { kind: 'user', account: '111122223333', arn: 'arn:aws:iam::111122223333:user/bob' },
  {
    kind: 'federated-user',
    account: '111122223333',
    arn: 'arn:aws:sts::111122223333:federated-user/carol',
    userArn: 'arn:aws:iam::111122223333:user/bob',
  },
  { kind: 'root', account: '111122223333', arn: 'arn:aws:iam::111122223333:root' },
  { kind: 'federated', arn: 'arn:aws:iam::111122223333:ldap-provider/corp' },
  { kind: 'service', arn: 'logs.amazonaws.com' },
  { kind: 'anonymous', arn: '*' },
]
const named = [
  'arn:aws:sts::111122223333:assumed-role/Reader/anna',
  'arn:aws:iam::111122223333:role/Reader',
  'arn:aws:iam::111122223333:user/bob',
  '111122223333',
  'arn:aws:iam::111122223333:root',
  'arn:aws:sts::111122223333:federated-user/carol',
  '444455556666',
  '*',
]

const maybe = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(one, { nil: undefined })
const some = (pool: readonly string[], most = 3) =>
  fc.subarray([...pool], { minLength: 1, maxLength: most })

const conditionBlock = fc
  .subarray([...conditions], { minLength: 0, maxLength: 2 })
  .map((chosen) => {
    const block: Record<string, Record<string, string | readonly string[]>> = {}
    for (const [operator, key, values] of chosen)
      block[operator] = { ...block[operator], [key]: values }
    return block
  })

type Effect = StatementDocument['Effect']
const body = (effect: fc.Arbitrary<Effect>) =>
  fc
    .record({
      effect,
      action: some(actionPatterns),
      notAction: fc.integer({ min: 0, max: 5 }),
      resource: some(resourcePatterns),
      notResource: fc.integer({ min: 0, max: 5 }),
      condition: fc.option(conditionBlock, { nil: {}, freq: 2 }),
    })
    .map(
      ({ effect, action, notAction, resource, notResource, condition }): StatementDocument => ({
        Effect: effect,
        [notAction === 0 ? 'NotAction' : 'Action']: action,
        [notResource === 0 ? 'NotResource' : 'Resource']: resource,
        ...(Object.keys(condition).length > 0 && { Condition: condition }),
      }),
    )
const anyEffect = fc.constantFrom<Effect[]>('Allow', 'Allow', 'Deny')
const mostlyAllow = fc.integer({ min: 0, max: 9 }).map((n): Effect => (n === 0 ? 'Deny' : 'Allow'))
/** A statement of an identity policy. */
export const statement = (effect: Effect): fc.Arbitrary<StatementDocument> =>
  body(fc.constant(effect))

const principalElement = fc.oneof(
  some(named).map((AWS) => ({ AWS })),
  fc.constant('*' as const),
  fc.constant({ Service: 'logs.amazonaws.com' }),
  fc.constant({ Federated: 'arn:aws:iam::111122223333:ldap-provider/corp' }),
)
const resourceStatement = fc
  .tuple(body(anyEffect), principalElement, some(named, 6), fc.boolean())
  .map(
    ([one, principal, spared, not]): StatementDocument =>
      one.Effect === 'Deny' && not
        ? { ...one, NotPrincipal: { AWS: spared } }
        : { ...one, Principal: principal },
  )
const trustStatement = fc.tuple(body(anyEffect), principalElement).map(
  ([{ Resource: _, NotResource: __, ...one }, principal]): StatementDocument => ({
    ...one,
    Principal: principal,
  }),
)
const controlStatement = body(fc.constant('Deny'))
  .filter(({ NotAction }) => !NotAction)
  .map((one): StatementDocument => ({ ...one, Principal: '*' }))

function policyOf(
  one: fc.Arbitrary<StatementDocument>,
  most: number,
  version?: string,
): fc.Arbitrary<PolicyDocument> {
  return fc.record({
    Version:
      version === undefined
        ? fc.constantFrom('2012-10-17', '2012-10-17', '2012-10-17', '2008-10-17')
        : fc.constant(version),
    Statement: fc.array(one, { minLength: 1, maxLength: most }),
  })
}
const layerOf = (one: fc.Arbitrary<StatementDocument>, most = 3) =>
  fc.array(policyOf(one, most), { minLength: 0, maxLength: 3 })

export const question: fc.Arbitrary<Question> = fc.record({
  principal: fc.oneof(
    { weight: 3, arbitrary: fc.constant(principals[0]!) },
    { weight: 2, arbitrary: fc.constantFrom(...principals) },
  ),
  action: fc.constantFrom(...actions),
  resource: fc.constantFrom(...resources),
  resourceAccount: fc.constantFrom('111122223333', '111122223333', '111122223333', '444455556666'),
  context: fc
    .tuple(
      ...Object.entries(contexts).map(([key, values]) =>
        maybe(fc.constantFrom(...values)).map((value) => [key, value] as const),
      ),
    )
    .map(
      (entries) =>
        new Map(entries.flatMap(([key, value]) => (value ? [[key, value] as const] : []))),
    ),
  multivalued: fc.constant(multivalued),
})

function compact<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T
}

/** Layers of every kind, few statements each. */
export const layers: fc.Arbitrary<LayerDocuments> = fc
  .record({
    identity: layerOf(body(mostlyAllow)),
    boundary: maybe(layerOf(body(mostlyAllow))),
    resource: maybe(layerOf(resourceStatement)),
    trust: fc
      .option(layerOf(trustStatement), { nil: undefined, freq: 2 })
      .filter((value) => value === undefined || value.length < 3),
    session: maybe(fc.array(layerOf(body(mostlyAllow)), { maxLength: 2 })),
    serviceControl: maybe(
      fc.array(fc.array(policyOf(body(mostlyAllow), 3, '2012-10-17'), { maxLength: 2 }), {
        maxLength: 2,
      }),
    ),
    resourceControl: maybe(
      fc.array(fc.array(policyOf(controlStatement, 1, '2012-10-17'), { maxLength: 1 }), {
        maxLength: 1,
      }),
    ),
  })
  .map((record) => compact(record) as LayerDocuments)

/** One layer with so many statements that its indexes are built. */
export const largeLayers: fc.Arbitrary<LayerDocuments> = fc.record({
  identity: fc.array(policyOf(body(anyEffect), 30), { minLength: 3, maxLength: 4 }),
})
