import { questionContext } from '../../src/aws/request-context.ts'
import {
  type Layers,
  type Policy,
  type PolicyKind,
  type Principal,
  parsePolicy,
  type Question,
} from '../../src/policy/index.ts'
import type { Caller } from '../../src/sessions/caller.ts'

export interface Statement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Action: readonly string[]
  readonly Resource?: string
  readonly NotResource?: string
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>
}
export interface Asked {
  readonly action: string
  readonly resource: string
  readonly team: string
  readonly address: string
}
export interface Workload {
  /** Policies of the identity layer, each a list of statements. */
  readonly identity: readonly (readonly Statement[])[]
  readonly boundary?: readonly Statement[]
  readonly session?: readonly Statement[]
  readonly asked: readonly Asked[]
}

const region = 'eu-central-1:111122223333'
const fromOffice = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }
const ofBlue = { StringEquals: { 'aws:PrincipalTag/team': 'blue' } }

/**
 * Three managed policies of ten statements with wildcards and two conditions each, a boundary and a
 * session policy; 200 questions.
 */
export function everyday(): Workload {
  const managed = [0, 1, 2].map((policy): readonly Statement[] =>
    Array.from({ length: 10 }, (_, i): Statement => {
      const at = policy * 10 + i
      if (i === 9)
        return {
          Effect: 'Deny',
          Action: ['s3:Delete*', 'sqs:Delete*'],
          Resource: `arn:aws:s3:::data-${at}/locked/*`,
        }
      const Resource = [
        `arn:aws:s3:::data-${at}/*`,
        `arn:aws:sqs:${region}:queue-${at}-*`,
        `arn:aws:dynamodb:${region}:table/app-${at}*`,
      ][i % 3]!
      const Action = [
        ['s3:Get*', 's3:List*', 's3:DeleteObject'],
        ['sqs:*Message', 'sqs:Get*'],
        ['dynamodb:Get*', 'dynamodb:Query'],
      ][i % 3]!
      return {
        Effect: 'Allow',
        Action,
        Resource,
        ...(i === 3 && { Condition: ofBlue }),
        ...(i === 4 && { Condition: fromOffice }),
      }
    }),
  )
  const boundary: readonly Statement[] = [
    { Effect: 'Allow', Action: ['s3:*', 'sqs:*', 'dynamodb:Get*'], Resource: '*' },
    { Effect: 'Deny', Action: ['*'], Resource: 'arn:aws:s3:::data-6/*' },
  ]
  const session: readonly Statement[] = [
    { Effect: 'Allow', Action: ['s3:*', 'dynamodb:*'], Resource: '*' },
    { Effect: 'Allow', Action: ['sqs:ReceiveMessage'], Resource: `arn:aws:sqs:${region}:queue-*` },
  ]
  const actions = [
    's3:GetObject',
    's3:ListBucket',
    's3:DeleteObject',
    'sqs:ReceiveMessage',
    'sqs:SendMessage',
    'dynamodb:GetItem',
    'dynamodb:Query',
    'ec2:RunInstances',
  ]
  const resources = managed
    .flat()
    .flatMap(({ Resource = '*' }) => (Resource.endsWith('*') ? [Resource.slice(0, -1)] : []))
  const asked = Array.from({ length: 200 }, (_, i): Asked => {
    const action = actions[i % 3 === 0 ? 0 : i % actions.length]!
    const fitting = resources.filter((resource) => resource.includes(`:${action.split(':')[0]}:`))
    const start =
      fitting[(i * 7) % Math.max(1, fitting.length)] ?? `arn:aws:ec2:${region}:instance/i-`
    const resource = `${start}${i % 5 === 0 ? 'locked/' : ''}file-${i}`
    return {
      action,
      resource,
      team: i % 2 === 0 ? 'blue' : 'red',
      address: i % 3 === 0 ? '203.0.113.7' : '10.1.2.3',
    }
  })
  return { identity: managed, boundary, session, asked }
}

/**
 * `count` statements that differ in the beginning of their resource, a fifth of them with a
 * condition, ten in a policy.
 */
export function prefixes(count: number): Workload {
  return ofShape(count, (i) => ({
    Effect: 'Allow',
    Action: ['s3:Get*', 's3:List*'],
    Resource: `arn:aws:s3:::bucket-${i}/*`,
    ...(i % 5 === 0 && { Condition: ofBlue }),
  }))
}

/** Shapes that the beginning of a resource does not tell apart. */
export const shapes: Readonly<Record<string, (count: number) => Workload>> = {
  'a leading star': (count) =>
    ofShape(count, (i) => ({
      Effect: 'Allow',
      Action: ['s3:Get*'],
      Resource: `arn:aws:s3:::*-${i}/data/file`,
    })),
  'two stars': (count) =>
    ofShape(count, (i) => ({
      Effect: 'Allow',
      Action: ['s3:Get*'],
      Resource: `arn:aws:s3:::*bucket-${i}/*`,
    })),
  'two stars with short literals': (count) =>
    ofShape(count, (i) => ({
      Effect: 'Allow',
      Action: ['s3:Get*'],
      Resource: `arn:aws:s3:::*${(i % 90) + 10}*x*`,
    })),
  '* with StringEquals': (count) =>
    ofShape(count, (i) => ({
      Effect: 'Allow',
      Action: ['s3:Get*'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalTag/team': `team-${i}` } },
    })),
  '* with StringLike': (count) =>
    ofShape(count, (i) => ({
      Effect: 'Allow',
      Action: ['s3:Get*'],
      Resource: '*',
      Condition: { StringLike: { 'aws:PrincipalTag/team': `team-${i}-*` } },
    })),
  'NotResource with Deny': (count) =>
    ofShape(count, (i) => ({
      Effect: 'Deny',
      Action: ['s3:Get*'],
      NotResource: 'arn:aws:s3:::bucket-*',
      Condition: { StringNotEquals: { 'aws:PrincipalTag/team': `team-${i}` } },
    })),
}

function ofShape(count: number, make: (i: number) => Statement): Workload {
  const identity = Array.from({ length: Math.ceil(count / 10) }, (_, policy) =>
    Array.from({ length: Math.min(10, count - policy * 10) }, (_, i) => make(policy * 10 + i)),
  )
  const asked = Array.from(
    { length: 200 },
    (_, i): Asked => ({
      action: i % 2 === 0 ? 's3:GetObject' : 's3:GetObjectAcl',
      resource: `arn:aws:s3:::bucket-${i % 2 === 0 ? (i * 37) % count : count + i}/data/file`,
      team: i % 3 === 0 ? 'blue' : 'red',
      address: '10.1.2.3',
    }),
  )
  return { identity, asked }
}

export function documentOf(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

export function policyOf(kind: PolicyKind, id: string, text: string): Policy {
  const parsed = parsePolicy(kind, id, text)
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('; '))
  return parsed.policy
}

export function layersOf({ identity, boundary, session }: Workload): Layers {
  return {
    identity: identity.map((statements, i) =>
      policyOf('identity', `policy ${i}`, documentOf(statements)),
    ),
    ...(boundary && { boundary: [policyOf('boundary', 'boundary', documentOf(boundary))] }),
    ...(session && { session: [[policyOf('session', 'session', documentOf(session))]] }),
  }
}

const principal: Principal = {
  kind: 'assumed-role',
  account: '111122223333',
  arn: 'arn:aws:sts::111122223333:assumed-role/Reader/anna',
  roleArn: 'arn:aws:iam::111122223333:role/Reader',
}
const multivalued: ReadonlySet<string> = new Set(['aws:tagkeys'])

/** What a session knows of its principal. */
const own: ReadonlyMap<string, readonly string[]> = new Map([
  ['aws:principalarn', ['arn:aws:iam::111122223333:role/Reader']],
  ['aws:principalaccount', ['111122223333']],
  ['aws:principaltype', ['AssumedRole']],
  ['aws:userid', ['AROAEXAMPLE:anna']],
])

/** The session, as the wire knows it. */
const caller = {
  principal,
  context: new Map([...own, ['aws:principaltag/team', ['blue']]]),
  multivalued,
} as unknown as Caller
const now = new Date('2026-11-24T10:15:00Z')

/** Makes a question as `src/aws/decide-call.ts` does for each call. */
export function calledQuestionOf({ action, resource, team, address }: Asked): Question {
  const facts = {
    now,
    sourceAddress: address,
    userAgent: 'aws-cli/2.31',
    secure: true,
    region: 'eu-central-1',
  }
  const target = { resource, conditions: { 'aws:PrincipalTag/team': team } }
  const { context, multivalued: several } = questionContext(caller, facts, target, '111122223333')
  return {
    principal,
    action,
    resource,
    resourceAccount: '111122223333',
    context,
    multivalued: several,
  }
}

/** Makes a question with a map of all keys: the principal's and the request's. */
export function questionOf({ action, resource, team, address }: Asked): Question {
  const context = new Map(own)
  context.set('aws:principaltag/team', [team])
  context.set('aws:sourceip', [address])
  context.set('aws:securetransport', ['true'])
  context.set('aws:currenttime', ['2026-11-24T10:15:00Z'])
  context.set('aws:requestedregion', ['eu-central-1'])
  context.set('aws:useragent', ['aws-cli/2.31'])
  return { principal, action, resource, resourceAccount: '111122223333', context, multivalued }
}
