import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEvent } from '../../../src/audit/event.ts'
import { iamOperations } from '../../../src/aws/iam/operations.ts'
import type { Shape } from '../../../src/aws/model.ts'
import { recordingAudit } from '../../audit/recording-audit.ts'
import { codeOf, iamPorts, messageOf, userCaller } from '../wire-scene.ts'
import { arnOf, openIam } from './open-iam.ts'

const models = iamOperations(iamPorts).map(({ model }) => model)
const secret = 'Tr0ub4dor-and-3'
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
function parametersOf(shape: Shape, path = ''): readonly (readonly [string, string])[] {
  return shape.members
    .filter(({ required }) => required)
    .flatMap(({ name, shape: of }) => givenTo(name, of, `${path}${name}`))
}
function givenTo(name: string, shape: Shape, path: string): ReturnType<typeof parametersOf> {
  if (shape.type === 'list') return givenTo(name, shape.of!, `${path}.member.1`)
  if (shape.type === 'structure') return parametersOf(shape, `${path}.`)
  return [[path, goodValue(name, shape)]]
}

test('each operation refuses who may not call it, and keeps secrets out of the event', async () => {
  const events: AuditEvent[] = []
  await using at = await openIam({
    caller: userCaller({ layers: { identity: [] } }),
    audit: recordingAudit(events),
  })
  const answered: string[] = []
  for (const { name, input } of models) {
    const answer = await at.call(name, Object.fromEntries(parametersOf(input)))
    const told = messageOf(answer) ?? ''
    const isDenied = codeOf(answer) === 'AccessDenied' && told.includes('perform: iam:')
    if (!isDenied) answered.push(`${name}: ${codeOf(answer) ?? answer.status} ${told}`)
  }
  assert.deepEqual(answered, [])
  assert.deepEqual(at.bugs, [])
  assert.equal(events.length, models.length)
  assert.ok(!JSON.stringify(events).includes(secret), 'a secret in the trail')
})

test('each operation names every required member that is missing', async () => {
  await using at = await openIam()
  const wrong: string[] = []
  for (const { name, input } of models) {
    const all = parametersOf(input)
    for (const member of input.members.filter(({ required }) => required)) {
      const rest = all.filter(([path]) => path.split('.')[0] !== member.name)
      const answer = await at.call(name, Object.fromEntries(rest))
      const words = (messageOf(answer) ?? '').toLowerCase()
      if (codeOf(answer) !== 'ValidationError' || !words.includes(member.name.toLowerCase()))
        wrong.push(`${name} without ${member.name}: ${codeOf(answer)} ${messageOf(answer)}`)
    }
  }
  assert.deepEqual(wrong, [])
  assert.deepEqual(at.bugs, [])
})

/** Values that the shape does not take, with what is wrong about each. */
function badValues({ type, enum: names, max, pattern }: Shape): readonly string[] {
  if (type === 'integer' || type === 'boolean') return ['many']
  if (type !== 'string') return []
  return [
    ...(names ? ['NoSuchWord'] : []),
    ...(max !== undefined && max < 10_000 ? ['x'.repeat(max + 1)] : []),
    ...(pattern && !pattern.test('\u0000\u2603') ? ['\u2603\u2603\u2603\u2603\u2603\u2603'] : []),
  ]
}

test('each operation refuses malformed members, required or not, and changes nothing', async () => {
  await using at = await openIam()
  const wrong: string[] = []
  let tried = 0
  const { position } = at.store.changes()
  for (const { name, input } of models) {
    const good = Object.fromEntries(parametersOf(input))
    for (const { name: member, shape } of input.members)
      for (const bad of badValues(shape)) {
        const answer = await at.call(name, { ...good, [member]: bad })
        tried++
        if (answer.status !== 400 || !/Validation|Malformed|Invalid/.test(codeOf(answer) ?? ''))
          wrong.push(`${name} with ${member} ${bad.slice(0, 12)}: ${codeOf(answer)}`)
      }
  }
  assert.deepEqual(wrong, [])
  assert.deepEqual(at.bugs, [])
  assert.ok(tried > models.length)
  assert.equal(at.store.changes().position, position)
})
