import { join } from 'node:path'
import { startHttps } from '../outbound/https-server.ts'
import { startPeer, untilReady } from '../peers/child.ts'
import { issuerListener, signingKey, token } from '../web-identity/issuer.ts'
import { printFigures, tableText } from './figures.ts'
import { startGatehouse } from './gatehouse-process.ts'
import { figuresOf, heads, measure, rowsOf, type Target } from './in-turns.ts'
import { bodyOf } from './load.ts'

/**
 * `npm run bench web-identity`: AssumeRoleWithWebIdentity of a whole Gatehouse against an Express
 * route that answers the same bytes (`express`), and the same with one RSA-2048 verification and
 * one sealing (`floor`). Targets take turns; medians of the rounds.
 * `--profile FOLDER` writes a CPU profile of the server there.
 */

/** So many different people and tokens. */
const variants = 64
const account = '111122223333'
const host = 'idp.corp.test'
const issuer = `https://${host}`
const roleArn = `arn:aws:iam::${account}:role/App`

const key = signingKey('RS256')
await using idp = await startHttps(
  [host],
  issuerListener(issuer, { keys: [key], discoveries: 0, fetches: 0 }),
)
const profile = process.argv.indexOf('--profile')
await using gatehouse = await startGatehouse(
  `
outbound: { resolve: { ${host}: "${idp.endpoint}" }, caFile: ${idp.certificates.caFile} }
accounts:
  "${account}":
    oidcProviders: { "${issuer}": { clientIds: [app] } }
    roles:
      App:
        trustPolicy:
          Version: "2012-10-17"
          Statement:
            Effect: Allow
            Principal: { Federated: "arn:aws:iam::${account}:oidc-provider/${host}" }
            Action: sts:AssumeRoleWithWebIdentity
            Condition: { StringEquals: { "${host}:aud": app } }
`,
  profile > 0
    ? { nodeArguments: ['--cpu-prof', `--cpu-prof-dir=${process.argv[profile + 1]}`] }
    : {},
)

/** A whole HTTP request, with the headers of the AWS CLI. */
function requestOf(index: number): Buffer {
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    iss: issuer,
    sub: `110169484474386${String(index).padStart(6, '0')}`,
    aud: 'app',
    azp: 'app',
    email: `person-${index}@example.com`,
    email_verified: true,
    iat: now,
    exp: now + 3600,
  }
  const body = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: `person-${index}`,
    WebIdentityToken: token(claims, key),
  }).toString()
  const headers = {
    host: `localhost:${gatehouse.port}`,
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    'user-agent': 'aws-cli/2.9.19 Python/3.11.2',
    'accept-encoding': 'identity',
    'content-length': String(body.length),
  }
  return Buffer.from(
    `POST / HTTP/1.1\r\n${Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n${body}`,
  )
}
const requests = Array.from({ length: variants }, (_, index) => requestOf(index))
const answer = await bodyOf(gatehouse.port, requests[0]!)

async function startReference(name: 'express' | 'floor'): Promise<Target & AsyncDisposable> {
  await using undo = new AsyncDisposableStack()
  const peer = undo.use(
    startPeer(process.execPath, [
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, 'web-identity-reference.ts'),
      name,
      answer,
      JSON.stringify(key.jwk),
    ]),
  )
  await untilReady(peer, async () => /listens on \d+/.test(peer.said()))
  const owned = undo.move()
  return {
    name,
    pid: peer.pid,
    port: Number(/listens on (\d+)/.exec(peer.said())![1]),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
await using expressReference = await startReference('express')
await using floorReference = await startReference('floor')
const targets: readonly Target[] = [
  expressReference,
  floorReference,
  { name: 'gatehouse', port: gatehouse.port, pid: gatehouse.pid },
]
const figures = figuresOf(
  'web-identity',
  'AssumeRoleWithWebIdentity',
  await measure(targets, requests),
)
printFigures(figures, tableText(heads, rowsOf(figures)))
