import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import {
  axeFindings,
  copyCredentials,
  fillSignIn,
  openDesk,
  roleButton,
  signInAt,
} from './chromium.ts'
import {
  awsHosts,
  awsRole,
  byKey,
  byToken,
  externalId,
  houseHost,
  houseSide,
  openTwoHouses,
  otherAccount,
  region,
  type TwoHouses,
} from './two-houses.ts'

const audience = 'sts.amazonaws.com/444455556666'
const withId = `, externalId: ${externalId}`

/** What the person's tools send, with the password. */
async function assume({ house }: TwoHouses, role: string, more: Record<string, string> = {}) {
  const answer = await fetch(house.plain, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({
      ...{ Action: 'AssumeRoleWithLDAPIdentity', Version: '2011-06-15', RoleArn: awsRole(role) },
      ...{ LDAPUsername: 'jonas', LDAPPassword: 'jonas-demo-2026', ...more },
    }),
  })
  const text = await answer.text()
  const told = JSON.parse(text)
  return {
    text,
    error: told.Error as { readonly Code: string; readonly Message: string } | undefined,
    credentials: told.AssumeRoleWithLDAPIdentityResponse?.AssumeRoleWithLDAPIdentityResult
      ?.Credentials as { AccessKeyId: string; SecretAccessKey: string; SessionToken: string },
  }
}

/** Who the credentials are, asked at the side that plays AWS. */
async function whoAtAws(
  { aws }: TwoHouses,
  keys: Awaited<ReturnType<typeof assume>>['credentials'],
) {
  const sts = new STSClient({
    endpoint: aws.plain,
    region: 'us-east-1',
    credentials: {
      accessKeyId: keys.AccessKeyId,
      secretAccessKey: keys.SecretAccessKey,
      sessionToken: keys.SessionToken,
    },
  })
  return (await sts.send(new GetCallerIdentityCommand())).Arn
}

async function eventsOf({ folder }: { readonly folder: string }, name: string, least = 1) {
  const until = performance.now() + 60_000
  for (;;) {
    const lines = (await readFile(join(folder, 'audit.jsonl'), 'utf8').catch(() => ''))
      .split('\n')
      .slice(0, -1)
    const found = lines.map((line) => JSON.parse(line)).filter((one) => one.eventName === name)
    if (found.length >= least || performance.now() > until) return found
    await new Promise((done) => setImmediate(done))
  }
}

/** Whether a text stands in what a house keeps or tells. */
async function keeps(house: TwoHouses['house'], secret: string): Promise<boolean> {
  const files = await Promise.all(
    ['gatehouse.db', 'gatehouse.db-wal', 'audit.jsonl'].map((name) =>
      readFile(join(house.folder, name)).catch(() => Buffer.alloc(0)),
    ),
  )
  return [...files, Buffer.from(house.logged.join('\n'))].some((bytes) => bytes.includes(secret))
}

for (const [how, credentials, more, event] of [
  ['a key', byKey, withId, 'AssumeRole'],
  ['a signed token', byToken, '', 'AssumeRoleWithWebIdentity'],
] as const) {
  test(`by ${how} a role gives AWS's own credentials, and nothing of them is kept`, async () => {
    await using two = await openTwoHouses(houseSide(credentials, more))
    const { credentials: given, text } = await assume(two, 'Deploy')
    assert.ok(given, text)
    assert.equal(await whoAtAws(two, given), 'arn:aws:sts::444455556666:assumed-role/Deploy/jonas')
    const [made] = await eventsOf(two.aws, event)
    const { accessKeyId } = made.responseElements.credentials
    assert.equal(accessKeyId, given.AccessKeyId)
    assert.equal(made.responseElements.sourceIdentity, 'jonas')
    const [ours] = await eventsOf(two.house, 'AssumeRoleWithLDAPIdentity')
    const { gatehouse } = ours.additionalEventData
    assert.deepEqual(gatehouse.upstream, { type: 'aws', requestId: made.requestID })
    assert.equal(ours.responseElements.credentials.accessKeyId, given.AccessKeyId)
    for (const secret of [given.SecretAccessKey, given.SessionToken, externalId])
      assert.equal(await keeps(two.house, secret), false, 'a secret is kept or told')

    const other = await assume(two, 'Reader')
    assert.equal(other.error?.Code, 'AccessDenied', 'its trust there names another')
    const reference = /GH-\w{4}-\w{4}/.exec(other.error?.Message ?? '')?.[0] ?? 'none'
    const said = two.house.logged.find((line) => line.includes(reference))
    assert.match(said ?? '', /^upstream-refused .*"reason":"refused".*not authorized/i)
    const refusals = await eventsOf(two.house, 'AssumeRoleWithLDAPIdentity', 2)
    assert.equal(refusals[1].additionalEventData.gatehouse.reference, reference)

    const long = await assume(two, 'Deploy', { DurationSeconds: '43200' })
    assert.match(long.error?.Message ?? '', /exceeds the MaxSessionDuration/)
  })
}

test('a token for one role takes no other role, no other account, and nothing here', async () => {
  await using two = await openTwoHouses(houseSide(byToken))
  const { house, aws } = two
  const bodies: string[] = []
  aws.server.answer((req, res) => {
    req.on('data', (part: Buffer) => bodies.push(part.toString()))
    aws.app(req, res)
  })
  assert.ok((await assume(two, 'Deploy')).credentials)
  const token = new URLSearchParams(bodies.join('')).get('WebIdentityToken') ?? ''
  assert.match(token, /^eyJ/)
  const replayed = async (at: string, RoleArn: string) => {
    const answer = await fetch(at, {
      method: 'POST',
      body: new URLSearchParams({
        ...{ Action: 'AssumeRoleWithWebIdentity', Version: '2011-06-15', RoleArn },
        ...{ RoleSessionName: 'thief', WebIdentityToken: token },
      }),
    })
    return /<Code>(\w+)/.exec(await answer.text())?.[1] ?? 'given'
  }
  assert.equal(await replayed(aws.plain, awsRole('Reader')), 'AccessDenied')
  const elsewhere = `arn:aws:iam::${otherAccount}:role/Deploy`
  assert.equal(await replayed(aws.plain, elsewhere), 'InvalidIdentityToken')
  assert.equal(await replayed(house.plain, awsRole('Deploy')), 'InvalidIdentityToken')
  assert.equal(await keeps(house, token), false, 'the token is kept or told')
})

test('tags and their transitive keys go to AWS, and a local role takes one there', async () => {
  await using two = await openTwoHouses(houseSide(byKey, withId))
  await assume(two, 'Deploy')
  const [made] = await eventsOf(two.aws, 'AssumeRole')
  assert.deepEqual(
    [made.requestParameters.tags, made.requestParameters.transitiveTagKeys],
    [[{ key: 'team', value: 'payments' }], ['team']],
  )
  assert.equal(made.requestParameters.externalId, externalId)
  const admin = new STSClient({
    endpoint: two.house.plain,
    region: 'us-east-1',
    credentials: {
      accessKeyId: 'AKIAADMINADMINADMINA',
      secretAccessKey: 'adminadminadminadminadminadminadminadmin',
    },
  })
  const taken = await admin.send(
    new AssumeRoleCommand({
      RoleArn: awsRole('Deploy'),
      RoleSessionName: 'nightly',
      ExternalId: 'what-the-caller-says',
      SourceIdentity: 'admin',
      Policy: '{"Version":"2012-10-17","Statement":[]}'.replace(
        '[]',
        '[{"Effect":"Allow","Action":"iam:ListRoles","Resource":"*"}]',
      ),
    }),
  )
  assert.match(taken.AssumedRoleUser?.Arn ?? '', /:assumed-role\/Deploy\/nightly$/)
  const [, second] = await eventsOf(two.aws, 'AssumeRole', 2)
  assert.equal(second.requestParameters.externalId, externalId, 'ours, not the caller’s')
  assert.match(second.requestParameters.policy, /ListRoles/)
})

test('another STS gives its own credentials too, by key and by signed token', async () => {
  for (const [credentials, more] of [
    [byKey, withId],
    [byToken.replace(' }', `, audience: ${audience} }`), ''],
  ] as const) {
    const other = `type: sts, endpoint: "https://${awsHosts.sts}"`
    const settings = houseSide(credentials, `${more}, accepts: [tags, source-identity]`)
    await using two = await openTwoHouses(settings.replace(`type: aws, region: ${region}`, other))
    const { credentials: given, text } = await assume(two, 'Deploy')
    assert.ok(given, text)
    assert.equal(await whoAtAws(two, given), 'arn:aws:sts::444455556666:assumed-role/Deploy/jonas')
    assert.equal(await keeps(two.house, given.SecretAccessKey), false)
    const refused = await assume(two, 'Reader')
    assert.equal(refused.error?.Code, 'AccessDenied', 'its trust there names another')
  }
})

test('in the browser: credentials once, the AWS console, its time-out, and the same page again', {
  timeout: 120_000,
}, async () => {
  await using two = await openTwoHouses(houseSide(byToken))
  const { house, aws, clock } = two
  await using desk = await openDesk(
    { ignoreHTTPSErrors: true },
    {
      [houseHost]: house.server.endpoint,
      [awsHosts.signIn]: aws.server.endpoint,
    },
  )
  const { page } = desk
  await signInAt(page, `https://${houseHost}`, 'jonas', 'jonas-demo-2026')
  const keys = await copyCredentials(page, 'Deploy')
  const { SessionToken = '' } = keys
  assert.equal(
    await whoAtAws(two, { ...keys, SessionToken }),
    'arn:aws:sts::444455556666:assumed-role/Deploy/jonas',
  )
  const panel = await page.locator('.creds').innerText()
  assert.match(panel, /AWS’s own credentials/)
  assert.doesNotMatch(panel, /endpoint/i)
  await page.goto(`https://${houseHost}/portal`)
  assert.equal(await page.locator('.creds').count(), 0, 'they are not shown again')
  assert.equal(await keeps(house, SessionToken), false)

  const to = 'https://eu-central-1.console.aws.amazon.com/iam/roles'
  const link = new URL(`https://${houseHost}/portal/console`)
  link.search = new URLSearchParams({ role: awsRole('Deploy'), to }).toString()
  await page.goto(link.href)
  for (const [width, colorScheme] of [
    [1280, 'light'],
    [320, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    assert.deepEqual(await axeFindings(page), [], `${width} px, ${colorScheme}`)
  }
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.getByRole('button', { name: 'Open the console' }).click()
  await page.waitForURL(`https://${awsHosts.signIn}/console/iam/roles`)
  assert.match(await page.locator('body').innerText(), /Deploy/)

  clock.pass(4 * 3600 + 1)
  await page.reload()
  const ended = await page.locator('body').innerText()
  assert.match(ended, /timed out|ended/i)
  await page.locator(`a[href^="https://${houseHost}/portal/console"]`).first().click()
  await page.waitForURL(link.href)
  await page.getByRole('button', { name: 'Open the console' }).click()
  await page.waitForURL(`https://${awsHosts.signIn}/console/iam/roles`)
  const logins = await eventsOf(house, 'ConsoleLogin', 2)
  assert.equal(logins[1].requestParameters.host, awsHosts.signIn)

  // After twelve hours the sign-in is over too, and the link still leads to the same page.
  clock.pass(13 * 3600)
  await page.goto(link.href)
  await fillSignIn(page, 'jonas', 'jonas-demo-2026')
  assert.equal(page.url(), link.href)
  await page.goto(`https://${houseHost}/portal`)
  await roleButton(page, 'Reader', 'Console').click()
  const alert = await page.getByRole('alert').innerText()
  assert.match(alert, /The account behind that role refuses it/)
})
