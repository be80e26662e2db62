import type { STSClient } from '@aws-sdk/client-sts'
import { assumedRoleArn, parseArn } from '../kernel/arn.ts'
import { type OwnCredentialsPorts, ownCredentials } from './own-credentials.ts'
import { audienceOf, type UpstreamSettings } from './settings.ts'
import type { UpstreamTokens } from './tokens.ts'
import type { UpstreamRequest, UpstreamSession } from './upstream.ts'
import { UpstreamFault } from './upstream-fault.ts'

export interface StsPorts extends OwnCredentialsPorts {
  readonly account: string
  readonly tokens: Pick<UpstreamTokens, 'sign'>
}

/** One call and two more tries, as AWS's SDKs make them. */
const mostTries = 3
/** Set, so that variables of the server's environment do not count. */
export const clientSettings = {
  maxAttempts: mostTries,
  useFipsEndpoint: false,
  useDualstackEndpoint: false,
} as const

/** Calls the STS of one account. The SDK is loaded at the first call. */
export function stsOf(settings: UpstreamSettings, ports: StsPorts) {
  let client: Promise<STSClient> | undefined
  const opened = () => {
    client ??= openClient(settings, ports)
    // A file that was missing may be there at the next call.
    client.catch(() => {
      client = undefined
    })
    return client
  }
  return async (request: UpstreamRequest, signal: AbortSignal): Promise<UpstreamSession> => {
    const sdk = await import('@aws-sdk/client-sts')
    const sts = await opened()
    const { credentials } = settings
    const shared = parametersOf(request)
    const options = { abortSignal: signal }
    const answer =
      credentials.from === 'signed-token'
        ? await sts.send(
            new sdk.AssumeRoleWithWebIdentityCommand({
              ...shared,
              WebIdentityToken: await ports.tokens.sign(
                ports.account,
                audienceOf(ports.account, settings),
                request,
              ),
            }),
            options,
          )
        : await sts.send(
            new sdk.AssumeRoleCommand({
              ...shared,
              ...(request.tags.length > 0 && { Tags: [...request.tags] }),
              ...(request.transitiveTagKeys.length > 0 && {
                TransitiveTagKeys: [...request.transitiveTagKeys],
              }),
              SourceIdentity: request.sourceIdentity,
              ExternalId: settings.externalId,
            }),
            options,
          )
    return sessionOf(answer, request, settings.type)
  }
}

async function openClient(settings: UpstreamSettings, ports: StsPorts): Promise<STSClient> {
  const sdk = await import('@aws-sdk/client-sts')
  const { endpoint, region, transport } = ports
  const { credentials } = settings
  return new sdk.STSClient({
    endpoint,
    region,
    requestHandler: transport,
    ...clientSettings,
    ...(credentials.from !== 'signed-token' && {
      credentials: await ownCredentials(credentials, ports),
    }),
  })
}

function parametersOf(request: UpstreamRequest) {
  const { roleArn, sessionName, durationSeconds, policy, policyArns } = request
  return {
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    DurationSeconds: durationSeconds,
    ...(policy !== undefined && { Policy: policy }),
    ...(policyArns.length > 0 && { PolicyArns: policyArns.map((arn) => ({ arn })) }),
  }
}

interface Answer {
  readonly Credentials?:
    | {
        readonly AccessKeyId?: string | undefined
        readonly SecretAccessKey?: string | undefined
        readonly SessionToken?: string | undefined
        readonly Expiration?: Date | undefined
      }
    | undefined
  readonly AssumedRoleUser?: { readonly Arn?: string | undefined } | undefined
  readonly PackedPolicySize?: number | undefined
  readonly $metadata: { readonly requestId?: string | undefined }
}

const mostTokenCharacters = 16_384
const printable = /^[\x21-\x7e]+$/

/** Checks that an answer is one: what it holds goes into headers, shells and files of people. */
function sessionOf(
  { Credentials = {}, AssumedRoleUser, PackedPolicySize, $metadata }: Answer,
  request: UpstreamRequest,
  type: UpstreamSettings['type'],
): UpstreamSession {
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '', Expiration } = Credentials
  const { requestId } = $metadata
  const unfit = (what: string) =>
    new UpstreamFault('unfit-answer', `the answer has no fit ${what}`, { requestId })
  if (!/^\w{8,128}$/.test(AccessKeyId)) throw unfit('AccessKeyId')
  if (!printable.test(SecretAccessKey) || SecretAccessKey.length > 256)
    throw unfit('SecretAccessKey')
  if (!printable.test(SessionToken) || SessionToken.length > mostTokenCharacters)
    throw unfit('SessionToken')
  if (!(Expiration instanceof Date) || Number.isNaN(Expiration.getTime())) throw unfit('Expiration')
  // Others leave it empty or write it in their own way. AWS keeps the spelling of the role.
  if (type === 'aws' && !sameText(AssumedRoleUser?.Arn ?? '', expectedArn(request)))
    throw unfit('Arn')
  return {
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration,
    },
    packedPolicySize: PackedPolicySize,
    requestId,
  }
}

function expectedArn({ roleArn, roleName, sessionName }: UpstreamRequest): string {
  const { partition = '', account = '' } = parseArn(roleArn) ?? {}
  return assumedRoleArn(partition, account, roleName, sessionName)
}

function sameText(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
