/**
 * `npm run bench sigv4`: reading and verifying Signature Version 4, one core, requests that the
 * SDK's own signer signed for 64 callers. Reference `cryptography`: the two SHA-256, the HMAC and
 * the comparison that nobody can avoid, over the same bytes.
 */
import { createHmac, createSecretKey, hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import { canonicalRequest } from '../../src/credentials/canonical-request.ts'
import {
  readSignature,
  type SignedRequest,
  SigningSecret,
  verifySignature,
} from '../../src/credentials/sigv4.ts'
import { type Figure, median, printFigures, tableText } from './figures.ts'

const now = new Date()
const rounds = 15
const roundMs = 200

async function signedRequest(
  secretAccessKey: string,
  sessionToken: string,
): Promise<SignedRequest> {
  const signer = new SignatureV4({
    service: 'sts',
    region: 'eu-central-1',
    sha256: Sha256,
    credentials: { accessKeyId: 'ASIAIOSFODNN7EXAMPLE', secretAccessKey, sessionToken },
  })
  const body = 'Action=GetCallerIdentity&Version=2011-06-15'
  const { headers } = await signer.sign(
    {
      method: 'POST',
      protocol: 'https:',
      hostname: 'sts.example.com',
      path: '/',
      query: {},
      body,
      headers: {
        host: 'sts.example.com',
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        'amz-sdk-request': 'attempt=1; max=3',
      },
    },
    { signingDate: now },
  )
  return {
    method: 'POST',
    rawPath: '/',
    rawQuery: '',
    rawHeaders: Object.entries(headers).flat(),
    body: Buffer.from(body),
  }
}

const callers = await Promise.all(
  Array.from({ length: 64 }, async () => {
    const secret = randomBytes(30).toString('base64')
    const request = await signedRequest(
      secret,
      `ghs1.${randomBytes(6).toString('base64url')}.${randomBytes(700).toString('base64url')}`,
    )
    const signature = readSignature(request)!
    return {
      secret: new SigningSecret(secret),
      request,
      signature,
      canonical: canonicalRequest(signature, request),
      key: createSecretKey(randomBytes(32)),
    }
  }),
)

function verifyOne({ secret, request }: (typeof callers)[number]): void {
  verifySignature(readSignature(request)!, request, secret, now)
}
function cryptographyOnly({ request, canonical, key, signature }: (typeof callers)[number]): void {
  const body = hash('sha256', request.body)
  const text = `AWS4-HMAC-SHA256\n${signature.amzDate}\nscope\n${hash('sha256', canonical)}`
  const expected = createHmac('sha256', key).update(text).digest()
  if (body === '' || timingSafeEqual(signature.bytes, expected))
    throw new Error('a signature of nobody')
}

/** Verifications a second, of this process's CPU. */
function rate(run: (caller: (typeof callers)[number]) => void): number {
  const until = performance.now() + roundMs
  const before = process.cpuUsage()
  let done = 0
  while (performance.now() < until)
    for (const caller of callers) {
      run(caller)
      done++
    }
  const { user, system } = process.cpuUsage(before)
  return (done * 1e6) / (user + system)
}

const found = { verify: [] as number[], cryptography: [] as number[] }
rate(verifyOne)
rate(cryptographyOnly)
for (let round = 0; round < rounds; round++) {
  found.verify.push(rate(verifyOne))
  found.cryptography.push(rate(cryptographyOnly))
}
const [verified, bare] = [median(found.verify), median(found.cryptography)]
const ratio = median(found.verify.map((one, at) => one / found.cryptography[at]!))
const figures: readonly Figure[] = [
  {
    bench: 'sigv4',
    figure: 'verifications',
    value: verified,
    unit: '/s of one core',
    reference: 'cryptography',
    ratio,
  },
  { bench: 'sigv4', figure: 'cryptography', value: bare, unit: '/s of one core' },
]
printFigures(
  figures,
  tableText(
    ['Signature Version 4', 'a second of one core', 'of cryptography'],
    [
      [
        'read and verify (aim: 60,000)',
        Math.round(verified).toLocaleString('en'),
        `${Math.round(ratio * 100)} %`,
      ],
      ['cryptography alone', Math.round(bare).toLocaleString('en'), '100 %'],
    ],
  ),
)
