import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { fromTokenFile, fromWebToken } from '@aws-sdk/credential-providers'
import { startOidc } from '../peers/oidc.ts'
import { awsCli, type Keys } from './aws-cli.ts'
import { openDesk } from './chromium.ts'
import { openRunning, type TrailRecord } from './running.ts'

const account = '111122223333'
const host = 'idp.corp.test'
const audience = 'urn:gatehouse'
const role = `arn:aws:iam::${account}:role/Deploy`
const provider = `arn:aws:iam::${account}:oidc-provider/${host}`
const admin: Keys = { AccessKeyId: 'AKIAQQQQQQQQQQQQQQQQ', SecretAccessKey: 'q'.repeat(40) }
const nobody: Keys = { AccessKeyId: 'none', SecretAccessKey: 'none' }

const settings = `
webIdentity: { allowedOrigins: [https://app.example.com] }
accounts:
  "${account}":
    users:
      admin:
        policies: { All: { Version: "2012-10-17", Statement: { Effect: Allow, Action: "iam:*",
          Resource: "*" } } }
        accessKeys: [{ accessKeyId: ${admin.AccessKeyId},
          secretAccessKey: ${admin.SecretAccessKey} }]
    roles:
      Deploy:
        trustPolicy:
          Version: "2012-10-17"
          Statement:
            Effect: Allow
            Principal: { Federated: "${provider}" }
            Action: sts:AssumeRoleWithWebIdentity
            Condition: { StringEquals: { "${host}:aud": "${audience}", "${host}:sub": builder } }
        policies: { Look: { Version: "2012-10-17", Statement: { Effect: Allow,
          Action: "iam:ListRoles", Resource: "*" } } }
`

const asked = (records: readonly TrailRecord[]) =>
  records.filter(({ eventName }) => eventName === 'AssumeRoleWithWebIdentity')

test('an issuer on a host without a domain gives the role where the settings resolve it', {
  timeout: 120_000,
}, async () => {
  await using idp = await startOidc('keycloak', ['builder'])
  const providers = `    oidcProviders:
      ${idp.issuer}: { clientIds: ["${audience}"], thumbprints: [${idp.thumbprint}] }`
  const ofKeycloak = settings.replaceAll(host, 'keycloak').replace('    users:', `${providers}\n$&`)
  await using house = await openRunning(`${idp.resolveOnly}\n${ofKeycloak}`)
  const token = await idp.token('builder', audience)
  const { json, refused } = await awsCli(
    house.origin,
    nobody,
    ...['sts', 'assume-role-with-web-identity', '--role-arn', role],
    ...['--role-session-name', 'ci-7', '--web-identity-token', token],
  )
  const { Provider } = json as unknown as Record<string, string>
  assert.deepEqual([Provider, refused], [provider.replace(host, 'keycloak'), ''])
})

test('an issuer is trusted by thumbprint, and only its token gives a workload the role', {
  timeout: 120_000,
}, async () => {
  await using idp = await startOidc(host, ['builder', 'stranger'])
  await using house = await openRunning(`${idp.resolveOnly}\n${settings}`)
  const aws = (keys: Keys, command: string) => awsCli(house.origin, keys, ...command.split(' '))
  const assume = (token: string) =>
    aws(
      nobody,
      `sts assume-role-with-web-identity --role-arn ${role} --role-session-name ci-7 ` +
        `--web-identity-token ${token}`,
    )
  const token = await idp.token('builder', audience)

  assert.match(
    (await assume(token)).refused,
    new RegExp(
      'InvalidIdentityToken.*No OpenIDConnect provider found in your account for ' +
        'https://idp.corp.test',
    ),
  )
  const made = await aws(
    admin,
    `iam create-open-id-connect-provider --url ${idp.issuer} ` +
      `--client-id-list ${audience} urn:other --thumbprint-list ${idp.thumbprint}`,
  )
  assert.deepEqual(made.json, { OpenIDConnectProviderArn: provider }, made.refused)
  const named = `--open-id-connect-provider-arn ${provider}`
  const told = await aws(admin, `iam get-open-id-connect-provider ${named}`)
  assert.deepEqual(
    { ...told.json, CreateDate: '' },
    {
      Url: host,
      ClientIDList: [audience, 'urn:other'],
      ThumbprintList: [idp.thumbprint],
      CreateDate: '',
      Tags: [],
    },
  )

  const { json, refused } = await assume(token)
  assert.equal(refused, '')
  const { SubjectFromWebIdentityToken, Provider, Audience, AssumedRoleUser } =
    json as unknown as Record<string, { Arn?: string }>
  assert.deepEqual(
    [SubjectFromWebIdentityToken, Provider, Audience, AssumedRoleUser?.Arn],
    ['builder', provider, audience, `arn:aws:sts::${account}:assumed-role/Deploy/ci-7`],
  )
  assert.equal(
    (await aws(json.Credentials, 'sts get-caller-identity')).json.Arn,
    `arn:aws:sts::${account}:assumed-role/Deploy/ci-7`,
  )
  assert.deepEqual(
    (await aws(json.Credentials, 'iam list-roles')).json.Roles.map(({ RoleName }) => RoleName),
    ['Deploy'],
  )
  assert.match((await aws(json.Credentials, 'iam list-users')).refused, /AccessDenied/)

  assert.match(
    (await assume(await idp.token('stranger', audience))).refused,
    /AccessDenied.*Not authorized to perform sts:AssumeRoleWithWebIdentity/,
  )
  assert.match((await assume(await idp.token('builder', 'urn:other'))).refused, /AccessDenied/)
  assert.match(
    (await assume(await idp.token('builder', 'urn:third'))).refused,
    /InvalidIdentityToken.*Incorrect token audience/,
  )
  house.clock.pass(901)
  assert.match((await assume(token)).refused, /ExpiredTokenException.*Token expired/)
  house.clock.pass(-901)

  assert.equal((await aws(admin, `iam delete-open-id-connect-provider ${named}`)).refused, '')
  assert.match((await assume(token)).refused, /No OpenIDConnect provider found/)

  const events = asked(await house.events((records) => asked(records).length === 7))
  assert.equal(
    events.map(({ errorCode = 'taken' }) => errorCode).join(' '),
    'InvalidIdentityToken taken AccessDenied AccessDenied InvalidIdentityToken ' +
      'ExpiredTokenException InvalidIdentityToken',
  )
  assert.ok(!JSON.stringify(events).includes(token.split('.')[2]!))
})

const inPlace = settings.replace(
  '    roles:',
  `    oidcProviders: { "https://${host}": { clientIds: ["${audience}"] } }\n    roles:`,
)

test('the JavaScript SDK gets credentials of itself from a token or its file, and uses them', {
  timeout: 120_000,
}, async () => {
  await using idp = await startOidc(host, ['builder'])
  await using house = await openRunning(`${idp.outbound}\n${inPlace}`)
  const at = { endpoint: house.origin, region: 'us-east-1' }
  const token = await idp.token('builder', audience)
  const webIdentityTokenFile = join(house.folder, 'token')
  await writeFile(webIdentityTokenFile, token)
  const named = { roleArn: role, roleSessionName: 'sdk', clientConfig: at }
  for (const credentials of [
    fromWebToken({ ...named, webIdentityToken: token }),
    fromTokenFile({ ...named, webIdentityTokenFile }),
  ]) {
    const sts = new STSClient({ ...at, credentials })
    assert.equal(
      (await sts.send(new GetCallerIdentityCommand())).Arn,
      `arn:aws:sts::${account}:assumed-role/Deploy/sdk`,
    )
    sts.destroy()
  }
})

test("in Chromium a page of a listed origin makes the call, another can't read it", {
  timeout: 60_000,
}, async () => {
  await using undo = new AsyncDisposableStack()
  const pages = createServer(
    (_req, res) => void res.setHeader('content-type', 'text/html').end('<title>app</title>'),
  ).listen(0, '127.0.0.1')
  await once(pages, 'listening')
  undo.defer(() => void pages.close().closeAllConnections())
  const { port } = pages.address() as AddressInfo
  await using idp = await startOidc(host, ['builder'])
  await using house = await openRunning(
    `${idp.outbound}\n${inPlace.replace('https://app.example.com', `http://localhost:${port}`)}`,
  )
  const form = {
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: role,
    RoleSessionName: 'page',
    WebIdentityToken: await idp.token('builder', audience),
  }
  const body = new URLSearchParams(form).toString()
  await using desk = await openDesk()
  const callFrom = async (origin: string) => {
    await desk.page.goto(origin)
    return desk.page.evaluate(
      async ([url, text]) => {
        // What the SDK sends from a browser, which makes the browser ask first.
        const headers = {
          'content-type': 'application/x-www-form-urlencoded',
          'x-amz-user-agent': 'aws-sdk-js/3',
          'amz-sdk-invocation-id': 'a',
          'amz-sdk-request': 'attempt=1; max=3',
        }
        return fetch(url, { method: 'POST', body: text, headers }).then(
          async (answer) => `${answer.status} ${await answer.text()}`,
          String,
        )
      },
      [house.origin, body] as const,
    )
  }
  assert.match(
    await callFrom(`http://localhost:${port}`),
    /^200 .*<SubjectFromWebIdentityToken>builder</s,
  )
  assert.match(await callFrom(`http://127.0.0.1:${port}`), /^TypeError: Failed to fetch/)
})

test('the documented caching client shares, renews and survives a lost network', async () => {
  await using idp = await startOidc(host, ['builder'])
  await using house = await openRunning(`${idp.outbound}\n${inPlace}`)
  // As an app would take it: plain JavaScript, which has no types.
  const { cachingCredentials } = await import(
    join(import.meta.dirname, '../../docs/examples/caching-credentials.js')
  )
  let endpoint = house.origin
  let asked = 0
  const credentials = cachingCredentials({
    endpoint: () => ({ url: new URL(endpoint) }),
    region: 'us-east-1',
    roleArn: role,
    sessionName: 'phone',
    now: () => house.clock.now().getTime(),
    idToken: () => {
      asked += 1
      return idp.token('builder', audience)
    },
  })
  const first = await Promise.all(Array.from({ length: 20 }, credentials))
  assert.equal(asked, 1)
  const sts = new STSClient({ endpoint, region: 'us-east-1', credentials })
  assert.equal(
    (await sts.send(new GetCallerIdentityCommand())).Arn,
    `arn:aws:sts::${account}:assumed-role/Deploy/phone`,
  )
  sts.destroy()
  endpoint = 'http://127.0.0.1:1'
  house.clock.pass(3600 - 299)
  assert.equal(await credentials(), first[0], 'there is no network: what is held still serves')
  house.clock.pass(300)
  await assert.rejects(credentials())
})
