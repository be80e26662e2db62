/**
 * `npm run bench saml`: responses proved a second, ours against bare node-saml's validation of the
 * same bytes, round by round in one run; ours with the second reader, as a sign-in has it; and the
 * size of a pending sign-in's cookie. `--json` prints a line a figure.
 */
import { randomBytes } from 'node:crypto'
import { SAML, ValidateInResponseTo } from '@node-saml/passport-saml'
import { decodePosted } from '../../src/connectors/saml/decode-message.ts'
import { proveResponse } from '../../src/connectors/saml/response.ts'
import { proveWithBoth } from '../../src/connectors/saml/second-reader.ts'
import { loadKeyRing } from '../../src/credentials/key-ring.ts'
import { Ids } from '../../src/kernel/ids.ts'
import { attemptsIn } from '../../src/sign-in/redirect/attempts.ts'
import {
  acs,
  idpEntity,
  makeKey,
  signedResponse,
  spEntity,
  trusting,
} from '../connectors/saml/identity-provider.ts'
import { inMemory, memoryDocuments } from '../http/in-memory.ts'
import { type Figure, median, printFigures, rounded, tableText } from './figures.ts'

const rounds = 9
const roundMs = 400
const now = new Date()
const key = makeKey(now)
const trust = trusting([key])
const twice = { ...trust, secondReader: 'passport-saml', wasUsed: async () => false } as const
const expected = {
  now,
  skewSeconds: 60,
  issuer: idpEntity,
  audiences: [spEntity],
  recipients: [acs],
}

const reference = new SAML({
  idpCert: key.x509.toString(),
  issuer: spEntity,
  callbackUrl: acs,
  audience: spEntity,
  idpIssuer: idpEntity,
  entryPoint: 'https://idp.example.com/sso',
  wantAssertionsSigned: true,
  wantAuthnResponseSigned: false,
  validateInResponseTo: ValidateInResponseTo.never,
  acceptedClockSkewMs: 60_000,
})

/** Responses a second in one round. */
async function rate(work: () => unknown): Promise<number> {
  const start = performance.now()
  let done = 0
  for (; performance.now() - start < roundMs; done++) await work()
  return (done * 1000) / (performance.now() - start)
}

async function compare(name: string, xml: string): Promise<readonly Figure[]> {
  const SAMLResponse = Buffer.from(xml).toString('base64')
  const ours = () => proveResponse(decodePosted(SAMLResponse), trust, expected)
  const theirs = () => reference.validatePostResponseAsync({ SAMLResponse })
  const both = () => proveWithBoth(decodePosted(SAMLResponse), twice, expected)
  if (ours().assertion.subject?.nameId !== (await theirs()).profile?.nameID)
    throw new Error('the two read different people')
  await rate(ours)
  await rate(theirs)
  await rate(both)
  const [own, other, together]: [number[], number[], number[]] = [[], [], []]
  for (let round = 0; round < rounds; round++) {
    // Turn and turn about, so that a busy machine is busy for both.
    own.push(await rate(ours))
    other.push(await rate(theirs))
    together.push(await rate(both))
  }
  const value = median(own)
  return [
    {
      bench: 'saml',
      figure: name,
      value,
      unit: 'responses/s',
      reference: `node-saml, ${rounded(median(other))}`,
      ratio: median(own.map((one, at) => one / other[at]!)),
    },
    {
      bench: 'saml',
      figure: `${name}, both readers`,
      value: median(together),
      unit: 'responses/s',
      reference: `node-saml, ${rounded(median(other))}`,
      ratio: median(together.map((one, at) => one / other[at]!)),
    },
  ]
}

/** What a browser carries while it is at the identity provider; the server keeps nothing. */
async function pendingBytes(): Promise<number> {
  const ids = new Ids()
  const clock = { now: () => now }
  const ring = await loadKeyRing({
    documents: memoryDocuments(),
    rootKey: randomBytes(32),
    clock,
    ids,
  })
  const attempts = attemptsIn({ ring, ephemeral: inMemory(clock), ids, clock })
  const id = attempts.begin('corp', ids.opaque(32))
  return Buffer.byteLength(attempts.keep(id, { next: '/portal' }))
}

const groups = Array.from(
  { length: 50 },
  (_, at) => `CN=group-${at},OU=Groups,DC=corp,DC=example,DC=com`,
)
const figures: Figure[] = [
  ...(await compare('assertion signed', signedResponse(now, key))),
  ...(await compare(
    'assertion signed, 50 groups',
    signedResponse(now, key, { attributes: { uid: ['alice'], groups } }),
  )),
  ...(await compare('response and assertion signed', signedResponse(now, key, {}, 'both'))),
  {
    bench: 'saml',
    figure: 'cookie of a pending sign-in',
    value: await pendingBytes(),
    unit: 'bytes',
  },
]
printFigures(
  figures,
  tableText(
    ['SAML', 'value', 'unit', 'reference', 'times'],
    figures.map(({ figure, value, unit, reference: of = '', ratio }) => [
      figure,
      String(rounded(value)),
      unit,
      of,
      ratio === undefined ? '' : String(rounded(ratio)),
    ]),
  ),
)
