import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'

export interface Signer {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

const region = 'eu-central-1'
const awsCli = 'aws-cli/2.9.19 Python/3.11.2 Linux/6.1 source/x86_64 prompt/off'
const versions = { sts: '2011-06-15', iam: '2010-05-08' } as const

/** A whole HTTP request to STS, signed by the SDK's signer, with the headers of the AWS CLI. */
export function signedRequest(
  port: number,
  credentials: Signer,
  parameters: Readonly<Record<string, string>>,
): Promise<Buffer> {
  return signedFor('sts', port, credentials, parameters)
}

/** The same for a call of `service`. */
export async function signedFor(
  service: keyof typeof versions,
  port: number,
  credentials: Signer,
  parameters: Readonly<Record<string, string>>,
): Promise<Buffer> {
  const body = new URLSearchParams({ ...parameters, Version: versions[service] }).toString()
  const host = `localhost:${port}`
  const signer = new SignatureV4({
    service,
    region,
    sha256: Sha256,
    applyChecksum: false,
    credentials,
  })
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: 'http:',
    hostname: 'localhost',
    port,
    path: '/',
    body,
    headers: { host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  })
  const sent = {
    ...headers,
    'user-agent': `${awsCli} command/${service}`,
    'accept-encoding': 'identity',
    'content-length': String(Buffer.byteLength(body)),
  }
  return Buffer.from(
    `POST / HTTP/1.1\r\n${Object.entries(sent)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n${body}`,
  )
}
