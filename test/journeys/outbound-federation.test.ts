import assert from 'node:assert/strict'
import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { test } from 'node:test'
import {
  EnableOutboundWebIdentityFederationCommand,
  GetOutboundWebIdentityFederationInfoCommand,
  IAMClient,
} from '@aws-sdk/client-iam'
import {
  AssumeRoleCommand,
  GetAccessKeyInfoCommand,
  GetWebIdentityTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import { openRunning } from './running.ts'

const secretAccessKey = 'abcdefghijabcdefghijabcdefghijabcdefghij'
const settings = `
accounts:
  "111122223333":
    alias: outbound
    rootAccessKeys: [{ accessKeyId: AKIAROOTROOTROOTROO2, secretAccessKey: ${secretAccessKey} }]
    users:
      robot:
        accessKeys: [{ accessKeyId: AKIAROBOTROBOTROBOT2, secretAccessKey: ${secretAccessKey} }]
        policies:
          Tokens:
            Version: "2012-10-17"
            Statement:
              - { Effect: Allow, Action: "sts:GetWebIdentityToken", Resource: "*", Condition: {
                  "ForAllValues:StringEquals": { "sts:IdentityTokenAudience": api.example.com } } }
              - { Effect: Allow, Action: "sts:GetAccessKeyInfo", Resource: "*" }
              - { Effect: Allow, Action: "sts:AssumeRole", Resource: "*" }
    roles:
      Job:
        trustPolicy: { Version: "2012-10-17", Statement: [{ Effect: Allow, Principal: {
          AWS: "111122223333" }, Action: "sts:AssumeRole" }] }
        policies: { Tokens: { Version: "2012-10-17", Statement: [{ Effect: Allow,
          Action: "sts:GetWebIdentityToken", Resource: "*" }] } }
`

const named = (name: string) => (error: Error) => error.name === name

/** The claims of a token, verified as another service would: with discovery and the keys only. */
async function verifiedClaims(issuer: string, jwt: string) {
  const discovery = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as {
    issuer: string
    jwks_uri: string
  }
  assert.equal(discovery.issuer, issuer)
  const { keys } = (await (await fetch(discovery.jwks_uri)).json()) as { keys: JsonWebKey[] }
  const [head = '', body = '', signature = ''] = jwt.split('.')
  const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString())
  const key = createPublicKey({ key: keys.find((one) => one.kid === kid)!, format: 'jwk' })
  assert.ok(
    verify(
      'sha384',
      Buffer.from(`${head}.${body}`),
      { key, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    ),
  )
  return JSON.parse(Buffer.from(body, 'base64url').toString())
}

test('another service verifies our session by discovery and published keys alone', async () => {
  await using running = await openRunning(settings)
  const of = (accessKeyId: string, more = {}) => ({
    endpoint: running.origin,
    region: 'eu-west-1',
    credentials: { accessKeyId, secretAccessKey, ...more },
    maxAttempts: 1,
  })
  const iam = new IAMClient(of('AKIAROOTROOTROOTROO2'))
  const sts = new STSClient(of('AKIAROBOTROBOTROBOT2'))
  const ask = (Audience: string[], client = sts, DurationSeconds = 300) =>
    client.send(
      new GetWebIdentityTokenCommand({ Audience, SigningAlgorithm: 'ES384', DurationSeconds }),
    )
  await assert.rejects(
    ask(['api.example.com']),
    named('OutboundWebIdentityFederationDisabledException'),
  )
  await assert.rejects(
    iam.send(new GetOutboundWebIdentityFederationInfoCommand({})),
    named('FeatureDisabledException'),
  )
  const { IssuerIdentifier: issuer = '' } = await iam.send(
    new EnableOutboundWebIdentityFederationCommand({}),
  )
  await assert.rejects(
    iam.send(new EnableOutboundWebIdentityFederationCommand({})),
    named('FeatureEnabledException'),
  )
  await assert.rejects(ask(['elsewhere.example.com']), named('AccessDenied'))

  const { WebIdentityToken: jwt = '', Expiration } = await ask(['api.example.com'])
  const claims = await verifiedClaims(issuer, jwt)
  assert.deepEqual(
    [claims.iss, claims.sub, claims.aud, claims.exp],
    [
      issuer,
      'arn:aws:iam::111122223333:user/robot',
      'api.example.com',
      Expiration!.getTime() / 1000,
    ],
  )

  const { Credentials } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: 'arn:aws:iam::111122223333:role/Job',
      RoleSessionName: 'n1',
      DurationSeconds: 900,
    }),
  )
  assert.equal(
    (await sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: Credentials!.AccessKeyId })))
      .Account,
    '111122223333',
  )
  const job = new STSClient(
    of(Credentials!.AccessKeyId!, {
      secretAccessKey: Credentials!.SecretAccessKey,
      sessionToken: Credentials!.SessionToken,
    }),
  )
  const { WebIdentityToken: asRole = '' } = await ask(['anything'], job)
  const { sub } = await verifiedClaims(issuer, asRole)
  assert.equal(sub, 'arn:aws:iam::111122223333:role/Job')
  await assert.rejects(ask(['anything'], job, 1200), named('SessionDurationEscalationException'))
  const answered = await fetch(`${running.origin}/outbound/999900001111/.well-known/jwks.json`)
  assert.equal(answered.status, 404)
  assert.ok(
    !JSON.stringify(
      await running.events((records) =>
        records.some(({ errorCode }) => errorCode === 'SessionDurationEscalationException'),
      ),
    ).includes(jwt),
    'the token is in no event',
  )
})
