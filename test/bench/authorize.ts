import { createHmac, createSecretKey, hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { join } from 'node:path'
import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import type { Answered } from '../../src/authorization/asked.ts'
import { createKept } from '../../src/client/kept-answers.ts'
import certificates from '../authorization/certificates.json' with { type: 'json' }
import {
  asked,
  keys,
  order,
  ordersRole,
  question,
  received,
  settings,
} from '../authorization/scene.ts'
import { startPeer, untilReady } from '../peers/child.ts'
import { revokedToDropped } from './authorize-revocation.ts'
import { type Figure, median, printFigures, tableText } from './figures.ts'
import { startGatehouse } from './gatehouse-process.ts'
import { figuresOf, heads, measure, rowsOf, type Target } from './in-turns.ts'
import { bodyOf } from './load.ts'
import { signedRequest } from './signed-requests.ts'

/**
 * `npm run bench authorize`: `POST /authorize` with one, ten and fifty questions of a service that
 * signs, about a caller with temporary credentials, against an Express route that answers the same
 * bytes (`express`), and the same with the unavoidable cryptography (`floor`); one question of a
 * service that a certificate proves, as a proxy tells of it. Then what a kept answer costs a
 * service that verifies itself, in its own process, against an HMAC; and how long it lives on
 * after a revocation.
 */
const counts = [1, 10, 50] as const
const variants = 64

const rules =
  '    localVerification: true\n    maxAge: 1h\n' +
  `    proofs: { role: "${ordersRole}", certificates: [{ dns: orders.internal.test }] }`
const listener =
  ', trustedProxies: [loopback], clientCertificate: { certificate: X-Cert, verified: X-Verify }'
await using gatehouse = await startGatehouse(settings(rules), { listener })

async function session(): Promise<Parameters<typeof received>[0]> {
  const xml = await bodyOf(
    gatehouse.port,
    await signedRequest(gatehouse.port, keys.ann, {
      Action: 'AssumeRole',
      RoleArn: 'arn:aws:iam::111122223333:role/Clerk',
      RoleSessionName: 'ann',
      'Tags.member.1.Key': 'owner',
      'Tags.member.1.Value': 'ann',
    }),
  )
  const text = (element: string) =>
    new RegExp(`<${element}>([^<]+)</${element}>`).exec(xml)?.[1] ?? ''
  return {
    accessKeyId: text('AccessKeyId'),
    secretAccessKey: text('SecretAccessKey'),
    sessionToken: text('SessionToken'),
  }
}

/** A whole HTTP request of the service, with its certificate as the proxy tells of it. */
function requestByCertificate(body: string): Buffer {
  const lines = [
    'POST /authorize HTTP/1.1',
    `host: localhost:${gatehouse.port}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-cert: ${certificates.orders}`,
    'x-verify: SUCCESS',
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`)
}

/** A whole HTTP request of the service, signed. */
async function requestOf(body: string): Promise<Buffer> {
  const host = `localhost:${gatehouse.port}`
  const signer = new SignatureV4({
    service: 'gatehouse',
    region: 'us-east-1',
    sha256: Sha256,
    applyChecksum: false,
    credentials: keys.orders,
  })
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: 'http:',
    hostname: 'localhost',
    port: gatehouse.port,
    path: '/authorize',
    headers: { host, 'content-type': 'application/json' },
    body,
  })
  const sent = { ...headers, 'content-length': String(Buffer.byteLength(body)) }
  const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`POST /authorize HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
}

const callers = await Promise.all(Array.from({ length: variants }, session))
const askedOf = async (at: number, count: number) =>
  asked(await received(callers[at]!, new Date(), { path: `/orders/ann-${at}` }), {
    Questions: Array.from({ length: count }, (_, id) =>
      question({ Id: `q${id}`, Resource: order(`ann-${id}`) }),
    ),
  })
const requests = new Map<number, readonly Buffer[]>()
const answers: Record<number, string> = {}
for (const count of counts) {
  const all = await Promise.all(
    callers.map(async (_, at) => requestOf(JSON.stringify(await askedOf(at, count)))),
  )
  requests.set(count, all)
  answers[count] = await bodyOf(gatehouse.port, all[0]!)
  if (!answers[count].includes('"Verdict":"allow"')) throw new Error(answers[count])
}

async function startReference(name: 'express' | 'floor'): Promise<Target & AsyncDisposable> {
  await using undo = new AsyncDisposableStack()
  const program = join(import.meta.dirname, 'authorize-reference.ts')
  const peer = undo.use(
    startPeer(process.execPath, [
      ...['--disable-warning=ExperimentalWarning', program, name, JSON.stringify(answers)],
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
const figures: Figure[] = []
for (const count of counts) {
  const title = `/authorize, ${count} question${count === 1 ? '' : 's'}`
  figures.push(...figuresOf('authorize', title, await measure(targets, requests.get(count)!)))
}

const byCertificate = await Promise.all(
  callers.map(async (_, at) => requestByCertificate(JSON.stringify(await askedOf(at, 1)))),
)
const answeredMtls = await bodyOf(gatehouse.port, byCertificate[0]!)
if (!answeredMtls.includes('"Verdict":"allow"')) throw new Error(answeredMtls)
figures.push(
  ...figuresOf('authorize', '/authorize, 1 question, mTLS', await measure(targets, byCertificate)),
)

/** Median CPU of one call, in microseconds, of rounds in this process. */
function cpuMicros(work: () => void): number {
  const times = 2000
  return median(
    Array.from({ length: 30 }, () => {
      const before = process.cpuUsage()
      for (let at = 0; at < times; at++) work()
      const { user, system } = process.cpuUsage(before)
      return (user + system) / times
    }),
  )
}

const one = { ...(await askedOf(0, 1)), Want: ['key'] as const }
const answered = JSON.parse(
  await bodyOf(gatehouse.port, await requestOf(JSON.stringify(one))),
) as Answered
const kept = createKept()
kept.keep(one, answered)
if (!kept.find(one, answered.Revision)) throw new Error('nothing was kept')
const key = createSecretKey(randomBytes(32))
const canonical = 'x'.repeat(400)
const claimed = createHmac('sha256', key).update(hash('sha256', canonical)).digest()
const local = cpuMicros(() => void kept.find(one, answered.Revision))
const hmac = cpuMicros(() => {
  const found = createHmac('sha256', key).update(hash('sha256', canonical)).digest()
  if (!timingSafeEqual(found, claimed)) throw new Error('not verified')
})
const localFigure: Figure = {
  bench: 'authorize',
  figure: 'kept answer, verified by the service',
  value: local,
  unit: 'CPU µs/request',
  reference: 'hash and HMAC',
  ratio: local / hmac,
}
const table = tableText(heads, rowsOf(figures))
const [kept1, hmac1] = [local.toFixed(1), hmac.toFixed(1)]
const line = `kept answer, verified by the service: ${kept1} µs (hash and HMAC ${hmac1})`

// The last, because it ends every session.
const took = await revokedToDropped(gatehouse.port)
const [half, longest] = [median(took), took.at(-1)!]
const revocations: readonly Figure[] = [
  ['median', half],
  ['longest', longest],
].map(([which, value]) => ({
  bench: 'authorize',
  figure: `revoked to dropped by the service, ${which} of ${took.length}`,
  value: Number(value),
  unit: 'ms',
}))
const ended =
  `revoked to dropped by the service: ${half.toFixed(0)} ms, ` +
  `${longest.toFixed(0)} at most, of ${took.length} (aim: 1000)`
printFigures([...figures, localFigure, ...revocations], `${table}\n\n${line}\n${ended}`)
