import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import {
  describeSignIn,
  TokenRefused,
  takeCredentials,
} from '../../../src/cli/sign-in/terminal-calls.ts'

const role = {
  arn: 'arn:aws:iam::111122223333:role/Developer',
  name: 'Developer',
  account: '111122223333',
  maxDurationSeconds: 3600,
}
const about = { username: 'amina', signInEndsAt: '2030-01-01T00:00:00Z', region: 'local' }

/** A server that is no Gatehouse. */
async function openStranger() {
  let answer: (response: ServerResponse) => void = (response) => response.end()
  const server = createServer((_request, response) => answer(response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    says: (status: number, body: string, headers = {}) => {
      answer = (response) => response.writeHead(status, headers).end(body)
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

test('an answer that Gatehouse does not give is not believed', async () => {
  await using at = await openStranger()
  const listed = (more: object) => JSON.stringify({ ...about, roles: [{ ...role, ...more }] })
  for (const [what, body] of [
    ['a page', '<html>'],
    ['nothing', ''],
    ['a section in a name', listed({ name: 'x\n[profile default]' })],
    ['a line in an ARN', listed({ arn: `${role.arn}\ncredential_process = rm` })],
    ['an ARN of something else', listed({ arn: 'arn:aws:iam::111122223333:user/a' })],
    ['an alias with a bracket', listed({ accountName: ']' })],
    ['a region with a line', JSON.stringify({ ...about, region: 'a\nb', roles: [] })],
    ['more than it can be', ' '.repeat(9_000_000) + listed({})],
  ] as const) {
    at.says(200, body)
    await assert.rejects(describeSignIn(at.origin, 'token'), /did not answer as Gatehouse/, what)
    await assert.rejects(takeCredentials(at.origin, 'token', { role: role.arn }), /did not answer/)
  }
  at.says(200, listed({}))
  assert.deepEqual((await describeSignIn(at.origin, 'token')).roles, [role])
})

test('a token goes nowhere else, and refusals are told in the words of Gatehouse', async () => {
  await using at = await openStranger()
  await using other = await openStranger()
  other.says(200, JSON.stringify({ ...about, roles: [] }))
  at.says(307, '', { location: other.origin })
  await assert.rejects(describeSignIn(at.origin, 'token'), /the call to .* failed/)
  at.says(401, '{}')
  await assert.rejects(describeSignIn(at.origin, 'token'), TokenRefused)
  at.says(404, '{}')
  await assert.rejects(describeSignIn(at.origin, 'token'), /its operators switched it off/)
  at.says(502, '<html>')
  await assert.rejects(describeSignIn(at.origin, 'token'), /answered with status 502/)
  at.says(403, JSON.stringify({ error: 'grant-refused', message: 'No.', reference: 'GH-7KQ2' }))
  await assert.rejects(takeCredentials(at.origin, 'token', { role: role.arn }), {
    message: 'grant-refused: No. Reference GH-7KQ2',
  })
})
