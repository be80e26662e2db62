import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { registeredOperations } from '../../scripts/generate-operations-table.ts'
import { requirePeer } from '../peers/require.ts'
import { account } from './every-operation/account.ts'
import type { AnswerShapes } from './every-operation/answer-shapes.ts'
import { openBoto3 } from './every-operation/boto3-client.ts'
import { openCli } from './every-operation/cli-client.ts'
import { credentials } from './every-operation/credentials.ts'
import { identityProviders } from './every-operation/identity-providers.ts'
import { instanceProfiles } from './every-operation/instance-profiles.ts'
import { mfa } from './every-operation/mfa.ts'
import { organization } from './every-operation/organization.ts'
import { passwords } from './every-operation/passwords.ts'
import { type Client, play } from './every-operation/play.ts'
import { reports } from './every-operation/reports.ts'
import { rolesAndPolicies } from './every-operation/roles-and-policies.ts'
import { catchUp, openScene, region, type Scene } from './every-operation/scene.ts'
import { openSdk } from './every-operation/sdk-client.ts'
import { serviceLinkedRoles } from './every-operation/service-linked-roles.ts'
import { sessions } from './every-operation/sessions.ts'
import { simulator } from './every-operation/simulator.ts'
import type { Service, Step } from './every-operation/step.ts'
import { usersAndGroups } from './every-operation/users-and-groups.ts'

const story = [
  ...usersAndGroups,
  ...rolesAndPolicies,
  ...instanceProfiles,
  ...passwords,
  ...credentials,
  ...simulator,
  ...reports,
  ...serviceLinkedRoles,
  ...organization,
  ...mfa,
  ...identityProviders,
  ...sessions,
  ...account,
]

/**
 * The story without most of what changes nothing: later refusals with one code, and later reads by
 * one operation. Each call of the AWS CLI takes a quarter of a second, and the other clients make
 * them all.
 */
function shortened(steps: readonly Step[]): readonly Step[] {
  const seen = new Set<string>()
  return steps.filter(({ operation, refused, keeps }, at) => {
    const [code, , caught] = refused ?? []
    const reads = /^(?:Get|List|Simulate)/.test(operation)
    if (keeps || caught !== undefined || !(refused || reads) || at === steps.length - 1) return true
    const kind = code ?? operation
    return !seen.has(kind) && seen.add(kind)
  })
}

const shapesFile = join(import.meta.dirname, 'every-operation', 'answer-shapes.json')

/**
 * In no client's model: slapd.test.ts, samba.test.ts, revocation.test.ts and
 * security-keys-in-chromium.test.ts call them.
 */
const ourOwn = [
  'AssumeRoleWithLDAPIdentity',
  'BeginSecurityKeyRegistration',
  'CreateSecurityKeyCode',
  'EnableSecurityKey',
  'GetSecurityKeyChallenge',
  'ListRevocations',
  'RevokeSessions',
]
/** Debian's AWS CLI and boto3 are of the turn of 2022 to 2023; AWS has these since. */
const newer = [
  'AssumeRoot',
  'DisableOrganizationsRootCredentialsManagement',
  'DisableOrganizationsRootSessions',
  'DisableOutboundWebIdentityFederation',
  'EnableOrganizationsRootCredentialsManagement',
  'EnableOrganizationsRootSessions',
  'EnableOutboundWebIdentityFederation',
  'GetMFADevice',
  'GetOutboundWebIdentityFederationInfo',
  'GetWebIdentityToken',
  'ListOrganizationsFeatures',
]

/**
 * Tells the story, and holds its calls against the registry: what the client knows was called, by
 * the audit trail's word.
 */
async function tell(
  { running, known }: Scene,
  client: Client,
  unknown: readonly string[],
  steps: readonly Step[] = story,
): Promise<AnswerShapes> {
  const registered = registeredOperations()
  const named = (service: Service) => registered[service].map(({ model }) => model.name)
  const modelled = { iam: await client.knows('iam'), sts: await client.knows('sts') }
  const lacking = (['sts', 'iam'] as const).flatMap((service) =>
    named(service).filter((name) => !modelled[service].has(name)),
  )
  assert.deepEqual(
    lacking.toSorted(),
    unknown.toSorted(),
    'the registered operations that the client does not know',
  )

  const { calls, requests, secrets, shapes } = await play(steps, client, known, () =>
    keptUp(running.clock),
  )
  const events = await trail(running, calls)
  const called = new Set(
    events.filter(({ errorCode }) => errorCode === undefined).map(({ eventName }) => eventName),
  )
  const uncalled = [...named('sts'), ...named('iam')].filter(
    (name) => !unknown.includes(name) && !called.has(name),
  )
  assert.deepEqual(uncalled, [], 'operations that no step of the story calls with success')
  const recorded = new Set(events.map(({ eventName, requestID }) => `${eventName} ${requestID}`))
  assert.deepEqual(
    requests.filter((request) => !recorded.has(request)),
    [],
    'requests that the trail does not have',
  )
  const written = JSON.stringify([events, running.logged])
  assert.ok(secrets.length > 0)
  assert.deepEqual(
    secrets.filter((secret) => written.includes(secret)),
    [],
    'secrets in the trail or the log',
  )
  return shapes
}

/**
 * The clients sign by the machine's clock: on a slow machine the story takes longer than a
 * signature may be off, and the clock of the house has to go along.
 */
function keptUp(clock: Scene['running']['clock']): Date {
  if (Date.now() - clock.now().getTime() > 5 * 60_000) catchUp(clock)
  return clock.now()
}

/** Written in order, behind the callers' road: it is whole when the last call is in it. */
async function trail(
  running: Scene['running'],
  calls: number,
): Promise<Awaited<ReturnType<Scene['running']['events']>>> {
  for (let least = calls; ; ) {
    const events = await running.events(least)
    if (events.at(-1)?.eventName === story.at(-1)?.operation || events.length < least) return events
    least = events.length + 1
  }
}

test('the AWS CLI calls every operation that it knows', async (t) => {
  if (!requirePeer(t, 'awscli')) return
  await using scene = await openScene()
  await using cli = await openCli(scene.running.origin, region)
  await tell(scene, cli, [...ourOwn, ...newer], shortened(story))
  const said = await cli.debugged({
    service: 'sts',
    operation: 'GetCallerIdentity',
    input: {},
    keys: scene.known.admin,
  })
  assert.match(said, /'x-amzn-requestid': '[0-9a-f-]{36}'/i)
})

test('boto3 calls every operation that it knows, also by a presigned URL', async (t) => {
  if (!requirePeer(t, 'boto3')) return
  await using scene = await openScene()
  await using boto3 = openBoto3(scene.running.origin, region)
  await tell(scene, boto3, [...ourOwn, ...newer])
  const answered = await fetch(await boto3.presigned('get_caller_identity', scene.known.admin))
  assert.equal(answered.status, 200)
  assert.match(await answered.text(), /<Arn>arn:aws:iam::111122223333:user\/admin<\/Arn>/)
})

test('the JavaScript SDK calls every operation of AWS that there is', async () => {
  await using scene = await openScene()
  await using sdk = openSdk(scene.running.origin, region)
  const shapes = (await tell(scene, sdk, ourOwn)).all()
  if (process.env.WRITE_SHAPES) await writeFile(shapesFile, `${JSON.stringify(shapes, null, 2)}\n`)
  assert.deepEqual(
    shapes,
    JSON.parse(await readFile(shapesFile, 'utf8')),
    'the members of answers: what is meant to change is written by WRITE_SHAPES=1',
  )
})
