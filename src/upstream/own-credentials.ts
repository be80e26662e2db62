import type { UpstreamSettings } from './settings.ts'
import type { Transport } from './transport.ts'

/** What Gatehouse signs its calls with. */
export interface OwnCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiration?: Date
}
export type OwnCredentialsProvider = () => Promise<OwnCredentials>
/** Every way but the signed token, which needs no credentials. */
export type KeySource = Exclude<UpstreamSettings['credentials'], { readonly from: 'signed-token' }>

export interface OwnCredentialsPorts {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly transport: Transport
  /** Of the STS that a web identity file is traded at. */
  readonly endpoint: string
  readonly region: string
}

/** What asking the instance's or task's metadata may take. */
const metadata = { timeout: 1000, maxRetries: 1 }

/**
 * Returns what reads our own credentials, one way and no other: a chain that falls through would
 * act as whoever it finds first. The SDK keeps what it gives until it ends.
 */
export async function ownCredentials(
  source: KeySource,
  { env, transport, endpoint, region }: OwnCredentialsPorts,
): Promise<OwnCredentialsProvider> {
  if (source.from === 'access-key') {
    const { accessKeyId, secretAccessKey } = source
    return async () => ({ accessKeyId, secretAccessKey })
  }
  if (source.from === 'environment') return async () => fromEnvironment(env)
  const sdk = await import('@aws-sdk/credential-providers')
  const clientConfig = { region, requestHandler: transport }
  switch (source.from) {
    case 'profile':
      return () => sdk.fromIni({ profile: source.profile, clientConfig })()
    case 'instance':
      return sdk.fromInstanceMetadata(metadata)
    case 'container':
      return sdk.fromHttp(metadata)
    case 'web-identity':
      return () =>
        sdk.fromTokenFile({
          webIdentityTokenFile: source.tokenFile,
          roleArn: source.role,
          roleSessionName: 'gatehouse',
          clientConfig: { ...clientConfig, endpoint },
        })()
  }
}

function fromEnvironment(env: OwnCredentialsPorts['env']): OwnCredentials {
  const accessKeyId = env.AWS_ACCESS_KEY_ID
  const secretAccessKey = env.AWS_SECRET_ACCESS_KEY
  const sessionToken = env.AWS_SESSION_TOKEN
  if (!accessKeyId || !secretAccessKey)
    throw new Error('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not in the environment')
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
}
