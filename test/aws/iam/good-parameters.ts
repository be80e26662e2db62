import type { Shape } from '../../../src/aws/model.ts'
import { arnOf } from './open-iam.ts'

/** Never in an event. */
export const secret = 'Tr0ub4dor-and-3'
const pem = (kind: string) => `-----BEGIN ${kind}-----\nAA==\n-----END ${kind}-----`
const identity = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' },
})
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' },
})

/** What members are given whose shape does not say enough. */
const given: Readonly<Record<string, string>> = {
  PolicyArn: arnOf('policy/team/none'),
  PermissionsBoundary: arnOf('policy/team/none'),
  OpenIDConnectProviderArn: arnOf('oidc-provider/id.example.com'),
  SAMLProviderArn: arnOf('saml-provider/none'),
  Arn: arnOf('user/none'),
  PolicySourceArn: arnOf('user/none'),
  SerialNumber: arnOf('mfa/none'),
  AssumeRolePolicyDocument: trust,
  PolicyDocument: identity,
  PolicyInputList: identity,
  ActionNames: 's3:GetObject',
  Url: 'https://id.example.com',
  OldPassword: secret,
  NewPassword: secret,
  Password: secret,
  AWSServiceName: 'autoscaling.amazonaws.com',
  ServiceName: 'codecommit.amazonaws.com',
  CertificateBody: pem('CERTIFICATE'),
  PrivateKey: pem('PRIVATE KEY'),
  SSHPublicKeyBody: 'ssh-rsa AAAA',
  DeletionTaskId: 'task/aws-service-role/autoscaling.amazonaws.com/AWSServiceRole/x',
}

/** A value that the shape takes. */
function goodValue(name: string, shape: Shape): string {
  const [first] = shape.enum ?? []
  if (given[name] ?? first) return given[name] ?? first!
  if (shape.type === 'boolean') return 'true'
  if (shape.type === 'integer') return String(shape.min ?? 1)
  const least = Math.max(shape.min ?? 1, 4)
  const found = ['none', '1', 'v1'].map((text) =>
    text.padEnd(Math.min(least, shape.max ?? least), '1'),
  )
  return found.find((text) => shape.pattern?.test(text) ?? true) ?? 'v1'
}
export function parametersOf(shape: Shape, path = ''): readonly (readonly [string, string])[] {
  return shape.members
    .filter(({ required }) => required)
    .flatMap(({ name, shape: of }) => givenTo(name, of, `${path}${name}`))
}
function givenTo(name: string, shape: Shape, path: string): ReturnType<typeof parametersOf> {
  if (shape.type === 'list') return givenTo(name, shape.of!, `${path}.member.1`)
  if (shape.type === 'structure') return parametersOf(shape, `${path}.`)
  return [[path, goodValue(name, shape)]]
}

/** The required members of an operation's input, for things that are not there. */
export function goodParameters(shape: Shape): Readonly<Record<string, string>> {
  return Object.fromEntries(parametersOf(shape))
}
