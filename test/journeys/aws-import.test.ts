import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { parse } from 'yaml'
import { type AwsImportAsked, awsImport } from '../../src/cli/aws/import.ts'
import {
  account,
  adminKey,
  awsRole,
  byKey,
  byToken,
  houseHost,
  houseSide,
  openTwoHouses,
  type TwoHouses,
} from './two-houses.ts'

async function prepareAws({ aws }: TwoHouses): Promise<void> {
  const chief = new IAMClient({ endpoint: aws.plain, region: 'us-east-1', credentials: adminKey })
  const issuer = `${houseHost}/upstream/${account}`
  const trust = (Principal: object, Action: string, Condition?: object) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal, Action, ...(Condition && { Condition }) }],
    })
  await chief.send(
    new CreateRoleCommand({
      RoleName: 'Fresh',
      Path: '/people/',
      Description: 'For people: all of them',
      MaxSessionDuration: 7200,
      Tags: [{ Key: 'team', Value: 'shop' }],
      AssumeRolePolicyDocument: trust({ AWS: account }, 'sts:AssumeRole'),
    }),
  )
  const provider = { Federated: `arn:aws:iam::${account}:oidc-provider/${issuer}` }
  await chief.send(
    new CreateRoleCommand({
      RoleName: 'Readings',
      AssumeRolePolicyDocument: trust(provider, 'sts:AssumeRoleWithWebIdentity', {
        StringLike: { [`${issuer}:sub`]: `${account}:Readings:gatehouse/*` },
      }),
    }),
  )
  await chief.send(
    new PutRolePolicyCommand({
      RoleName: 'Readings',
      PolicyName: 'May',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action: 'iam:*', Resource: '*' },
      }),
    }),
  )
}

async function imported({ house }: TwoHouses, asked: Partial<AwsImportAsked> = {}) {
  const [out, err]: [string[], string[]] = [[], []]
  const output = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) }
  const code = await awsImport({ config: house.configFile, account, ...asked }, {}, output)
  return { code, text: out.join('\n'), err: err.join('\n') }
}

for (const [how, credentials, asked] of [
  ['a key', byKey, {}],
  ['a signed token', byToken, { role: awsRole('Readings') }],
] as const) {
  test(`by ${how} an account is asked for its roles, and those that are new are proposed`, {
    timeout: 120_000,
  }, async () => {
    await using two = await openTwoHouses(houseSide(credentials))
    await prepareAws(two)
    const { code, text, err } = await imported(two, asked)
    assert.equal(code, 0, err)
    const { roles } = parse(text).accounts[account]
    const { trustPolicy, ...fresh } = roles.Fresh
    assert.deepEqual(fresh, {
      path: '/people/',
      description: 'For people: all of them',
      maxSessionDuration: 7200,
      tags: { team: 'shop' },
    })
    assert.match(JSON.stringify(trustPolicy), /file-provider\/staff/)
    assert.match(err, /left out: Deploy: the settings have it/)
  })
}

test('an account that does not let Gatehouse read says so, and a token needs a role', {
  timeout: 120_000,
}, async () => {
  await using two = await openTwoHouses(houseSide(byToken))
  const none = await imported(two)
  assert.deepEqual([none.code, none.text], [1, ''])
  assert.match(none.err, /a signed token is for a role: name one that may read with `--role`/)
  const refused = await imported(two, { role: awsRole('Deploy') })
  assert.equal(refused.code, 1)
  assert.match(refused.err, /AccessDenied/)
})
