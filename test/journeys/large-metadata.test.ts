import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeKey } from '../connectors/saml/identity-provider.ts'
import { idpMetadata } from '../connectors/saml/idp-metadata.ts'
import { requirePeer } from '../peers/require.ts'
import { awsCli } from './aws-cli.ts'
import { openRunning } from './running.ts'
import { account, brokerKey, samlSettings } from './saml-settings.ts'

const key = makeKey(new Date())
const root = { AccessKeyId: brokerKey.id, SecretAccessKey: brokerKey.secret }
const padded = (fill: string) =>
  idpMetadata(key).replace(
    '<md:IDPSSODescriptor',
    `<md:Extensions>${fill}</md:Extensions><md:IDPSSODescriptor`,
  )
/** The signed head of a call of IAM. */
function headOf(
  origin: string,
  { AccessKeyId, SecretAccessKey }: typeof root,
  body: string,
): Record<string, string> {
  const [amzDate, host] = [
    new Date().toISOString().replace(/[-:]|\.\d+/g, ''),
    new URL(origin).host,
  ]
  const scope = `${amzDate.slice(0, 8)}/us-east-1/iam/aws4_request`
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  const canonical = [
    'POST',
    '/',
    '',
    `host:${host}`,
    `x-amz-date:${amzDate}`,
    '',
    'host;x-amz-date',
    sha256(body),
  ].join('\n')
  const secret = scope
    .split('/')
    .reduce(
      (key: string | Buffer, part) => createHmac('sha256', key).update(part).digest(),
      `AWS4${SecretAccessKey}`,
    )
  const signature = createHmac('sha256', secret)
    .update(['AWS4-HMAC-SHA256', amzDate, scope, sha256(canonical)].join('\n'))
    .digest('hex')
  const authorization =
    `AWS4-HMAC-SHA256 Credential=${AccessKeyId}/${scope}, SignedHeaders=host;x-amz-date, ` +
    `Signature=${signature}`
  return {
    'x-amz-date': amzDate,
    authorization,
    'content-type': 'application/x-www-form-urlencoded',
  }
}

/** A signed form, its fields in this order. */
async function signedCall(
  origin: string,
  keys: typeof root,
  fields: Record<string, string>,
): Promise<string> {
  const body = new URLSearchParams(fields).toString()
  return (await fetch(origin, { method: 'POST', body, headers: headOf(origin, keys, body) })).text()
}

const codeOf = (answer: string) => /<Code>([^<]+)/.exec(answer)?.[1] ?? 'taken'

test('a known key may send metadata of a million characters, and nothing else', async () => {
  await using at = await openRunning(samlSettings({ keys: [key] }))
  const call = async (fields: Record<string, string>, keys = root) =>
    codeOf(await signedCall(at.origin, keys, fields))
  const two = padded('x'.repeat(600_000))
  const create = (Name: string, SAMLMetadataDocument: string) => ({
    Action: 'CreateSAMLProvider',
    Version: '2010-05-08',
    Name,
    SAMLMetadataDocument,
  })

  assert.equal(await call(create('two', two)), 'taken')
  assert.equal(
    await call({
      Action: 'UpdateSAMLProvider',
      Version: '2010-05-08',
      SAMLProviderArn: `arn:aws:iam::${account}:saml-provider/two`,
      SAMLMetadataDocument: padded('y'.repeat(990_000)),
    }),
    'taken',
  )
  assert.match(
    await signedCall(at.origin, root, {
      Action: 'GetSAMLProvider',
      Version: '2010-05-08',
      SAMLProviderArn: `arn:aws:iam::${account}:saml-provider/two`,
    }),
    /y{1000}/,
  )
  assert.equal(await call(create('long', padded('x'.repeat(1_000_000)))), 'InvalidInput')
  assert.equal(
    await call(create('many', padded('<x:a xmlns:x="u"/>'.repeat(10_000)))),
    'InvalidInput',
  )

  assert.equal(
    await call(create('forged', two), { ...root, SecretAccessKey: 'x'.repeat(40) }),
    'SignatureDoesNotMatch',
  )
  assert.equal(
    await call(create('unknown', two), { ...root, AccessKeyId: 'AKIANOBODYNOBODYNOB2' }),
    'RequestEntityTooLarge',
  )
  assert.equal(
    await call({
      Action: 'CreatePolicy',
      Version: '2010-05-08',
      PolicyName: 'x',
      PolicyDocument: two,
    }),
    'RequestEntityTooLarge',
  )
  assert.equal(
    await call({ SAMLMetadataDocument: two, Name: 'x', Action: 'CreateSAMLProvider' }),
    'RequestEntityTooLarge',
    'the operation has to come first',
  )
  assert.equal(await call(create('huge', 'x'.repeat(3_100_000))), 'RequestEntityTooLarge')
  const unsigned = await fetch(at.origin, {
    method: 'POST',
    body: new URLSearchParams(create('unsigned', two)),
  })
  assert.equal(unsigned.status, 413)
})

test('a stalled large body delays no call but large ones of its key and address', async () => {
  await using at = await openRunning(samlSettings({ keys: [key] }))
  const fields = {
    Action: 'CreateSAMLProvider',
    Version: '2010-05-08',
    Name: 'x',
    SAMLMetadataDocument: 'x'.repeat(300_000),
  }
  const wrong = { ...root, SecretAccessKey: 'x'.repeat(40) }
  /** What a whole large call is told. Its signature is wrong, so that it leaves nothing behind. */
  const told = async () => codeOf(await signedCall(at.origin, wrong, fields))
  const until = async (code: string) => {
    for (let tries = 0; tries < 200; tries++) if ((await told()) === code) return
    assert.fail(`never ${code}`)
  }
  const begun = [1].map(() => {
    const body = new URLSearchParams(fields).toString()
    const sent = request(at.origin, {
      method: 'POST',
      headers: { ...headOf(at.origin, wrong, body), 'content-length': body.length },
    })
    sent.on('error', () => undefined)
    sent.write(body.slice(0, 1000))
    return sent
  })
  await until('ServiceUnavailable')
  assert.match(await (await fetch(`${at.origin}/signin`)).text(), /Corp SSO/)
  for (const one of begun) one.destroy()
  await until('SignatureDoesNotMatch')
})

test('the AWS CLI sends large metadata as it always does', async (t) => {
  if (!requirePeer(t, 'awscli')) return
  await using at = await openRunning(samlSettings({ keys: [key] }))
  const file = join(at.folder, 'metadata.xml')
  await writeFile(file, padded('x'.repeat(990_000)))
  const { refused } = await awsCli(
    at.origin,
    root,
    'iam',
    'create-saml-provider',
    '--name',
    'large',
    '--saml-metadata-document',
    `file://${file}`,
  )
  assert.equal(refused, '')
})
