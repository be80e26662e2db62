import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { type CredentialsAsked, currentCredentials } from '../../../src/cli/credentials/current.ts'

interface Desk extends AsyncDisposable {
  readonly origin: string
  /** What was asked of the server, in order: the password tried, or the access key that signed. */
  readonly calls: string[]
  /** Access keys whose session was ended. */
  readonly revoked: Set<string>
  readonly asked: CredentialsAsked
  readonly folder: string
  answer: (response: ServerResponse, password: string) => void
  /** Members of the answer beside the credentials. */
  beside: string
  with(
    password: string | undefined,
    more?: Partial<CredentialsAsked> & { refresh?: boolean },
  ): Promise<string>
  /** Makes everything in the cache look as if it was written two minutes ago. */
  later(): Promise<void>
  stop(): Promise<void>
}

const refusal = (code: string, message: string) =>
  `<ErrorResponse><Error><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`
const wrong = 'That name and password do not match. Check both and try again.'

/** Answers as Gatehouse does, to those who know the password `right`. */
async function openDesk(): Promise<Desk> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-current-'))
  const calls: string[] = []
  const revoked = new Set<string>()
  const server: Server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request))
    if (form.get('Action') === 'GetCallerIdentity') {
      const key = /Credential=(\w+)/.exec(request.headers.authorization ?? '')?.[1] ?? ''
      calls.push(key)
      if (revoked.has(key)) response.writeHead(403).end(refusal('InvalidClientTokenId', 'unknown'))
      else response.end('<GetCallerIdentityResponse/>')
      return
    }
    calls.push(form.get('LDAPPassword') ?? '')
    desk.answer(response, form.get('LDAPPassword') ?? '')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const asked: CredentialsAsked = {
    endpoint: origin,
    username: 'amina',
    roleArn: 'arn:aws:iam::111122223333:role/Developer',
  }
  let issued = 0
  const desk: Desk = {
    origin,
    calls,
    revoked,
    asked,
    folder,
    beside: '',
    answer(response, password) {
      if (password !== 'right') return response.writeHead(403).end(refusal('AccessDenied', wrong))
      issued += 1
      response.end(
        `<Arn>arn:aws:sts::111122223333:assumed-role/Developer/amina</Arn><Credentials>` +
          `<AccessKeyId>ASIA${issued}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>` +
          '<SessionToken>ghs1.x</SessionToken>' +
          `<Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration>` +
          `</Credentials>${desk.beside}`,
      )
    },
    async with(password, { refresh, ...more } = {}) {
      const found = await currentCredentials(
        { ...asked, ...more },
        {
          folder,
          password,
          refresh,
          // Half a second is too little for a loaded machine.
          checkLimitMs: 60_000,
          passwordEnds: () => assert.fail(),
          ask: async () => ({ username: 'amina', password: password ?? 'typed' }),
        },
      )
      return found.credentials.AccessKeyId
    },
    async later() {
      const at = new Date(Date.now() - 120_000)
      for (const file of await readdir(folder)) await utimes(join(folder, file), at, at)
    },
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
    async [Symbol.asyncDispose]() {
      if (server.listening) await desk.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return desk
}

test('of twelve calls at once with a stale password one asks, all are answered', async () => {
  await using desk = await openDesk()
  const ends = await Promise.allSettled(Array.from({ length: 12 }, () => desk.with('stale')))
  assert.deepEqual(desk.calls, ['stale'])
  for (const end of ends)
    assert.equal((end as PromiseRejectedResult).reason.message, `AccessDenied: ${wrong}`)
})

test('a refused password is not tried again, for no role; another one is', async () => {
  await using desk = await openDesk()
  await assert.rejects(desk.with('stale'), { message: `AccessDenied: ${wrong}` })
  const kept = /^AccessDenied: .*\(refused at .*not tried again before .*`--refresh`\)$/
  await assert.rejects(desk.with('stale'), { message: kept })
  await assert.rejects(desk.with('stale', { roleArn: 'arn:aws:iam::111122223333:role/Other' }), {
    message: kept,
  })
  assert.deepEqual(desk.calls, ['stale'])
  await assert.rejects(desk.with('stale', { refresh: true }), { message: `AccessDenied: ${wrong}` })
  assert.equal(await desk.with('right'), 'ASIA1')
  assert.deepEqual(desk.calls, ['stale', 'stale', 'right'])
})

test('a refused role stops no other, and trouble of the server is not kept', async () => {
  await using desk = await openDesk()
  const usual = desk.answer
  const role = 'That role does not let you in. Choose another role, or ask its owner.'
  desk.answer = (response) => response.writeHead(403).end(refusal('AccessDenied', role))
  await assert.rejects(desk.with('right'), { message: `AccessDenied: ${role}` })
  desk.answer = usual
  await assert.rejects(desk.with('right'), { message: /not tried again/ })
  assert.equal(
    await desk.with('right', { roleArn: 'arn:aws:iam::111122223333:role/Other' }),
    'ASIA1',
  )
  desk.answer = (response) => response.writeHead(503).end(refusal('IDPCommunicationError', 'away'))
  const [first, second] = await Promise.allSettled([
    desk.with('right', { durationSeconds: 1800 }),
    desk.with('right', { durationSeconds: 1800 }),
  ])
  assert.deepEqual([first?.status, second?.status], ['rejected', 'rejected'])
  assert.equal(desk.calls.length, 3, 'those who waited take the answer')
  desk.answer = usual
  assert.equal(await desk.with('right', { durationSeconds: 1800 }), 'ASIA2')
})

test('whatever changes the answer has an entry of its own', async () => {
  await using desk = await openDesk()
  const ways = [
    {},
    { durationSeconds: 1800 },
    { roleArn: 'arn:aws:iam::111122223333:role/Other' },
    { provider: 'staff' },
    { username: 'jonas' },
    { endpoint: desk.origin.replace('127.0.0.1', 'localhost') },
  ]
  const first: string[] = []
  for (const way of ways) first.push(await desk.with('right', way))
  assert.equal(new Set(first).size, ways.length)
  const again: string[] = []
  for (const way of ways) again.push(await desk.with(undefined, way))
  assert.deepEqual(again, first)
  assert.equal(await desk.with(undefined, { endpoint: `${desk.origin}/` }), first[0])
})

test('a session that was ended is not given out again, once a minute has passed', async () => {
  await using desk = await openDesk()
  assert.equal(await desk.with('right'), 'ASIA1')
  desk.revoked.add('ASIA1')
  assert.equal(await desk.with('right'), 'ASIA1', 'asked a moment ago')
  await desk.later()
  const many = await Promise.all(Array.from({ length: 3 }, () => desk.with('right')))
  assert.deepEqual(many, ['ASIA2', 'ASIA2', 'ASIA2'])
  assert.equal(desk.calls.filter((call) => call === 'right').length, 2, 'one asked for all')
  await desk.later()
  assert.equal(await desk.with('right'), 'ASIA2')
  assert.equal(await desk.with('right'), 'ASIA2')
  assert.equal(desk.calls.filter((call) => call === 'ASIA2').length, 1, 'once a minute')
})

test('without an answer from Gatehouse the kept credentials serve', async () => {
  await using desk = await openDesk()
  await desk.with('right')
  await desk.stop()
  await desk.later()
  assert.equal(await desk.with(undefined), 'ASIA1')
})

test('--refresh signs in again', async () => {
  await using desk = await openDesk()
  assert.equal(await desk.with('right'), 'ASIA1')
  assert.equal(await desk.with('right', { refresh: true }), 'ASIA2')
  assert.equal(await desk.with(undefined), 'ASIA2')
})

test('the token of another STS is never sent to Gatehouse, whatever its age', async () => {
  await using desk = await openDesk()
  desk.beside = '<UpstreamRegion>eu-central-1</UpstreamRegion>'
  const first = await desk.with('right')
  await desk.later()
  assert.equal(await desk.with('right'), first)
  assert.deepEqual(desk.calls, ['right'], 'no GetCallerIdentity was asked')
})
