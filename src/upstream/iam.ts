import { parseArn } from '../kernel/arn.ts'
import { partitionOfRegion, partitions } from '../kernel/partitions.ts'
import { type OwnCredentials, type OwnCredentialsPorts, ownCredentials } from './own-credentials.ts'
import type { AwsSettings } from './settings.ts'
import { clientSettings } from './sts.ts'
import type { RolePolicy, UpstreamRequest, UpstreamSession } from './upstream.ts'
import { UpstreamFault } from './upstream-fault.ts'

export interface IamPorts extends OwnCredentialsPorts {
  /** Takes a role of the account. */
  readonly assume: (request: UpstreamRequest, signal: AbortSignal) => Promise<UpstreamSession>
}

/** What a session for one call of IAM may do. */
interface Permission {
  readonly Action: string
  readonly Resource: string
}

/**
 * Opens a client of AWS's IAM, with a session of `role` that may do nothing but `permission`, or
 * with Gatehouse's own credentials. The SDK is loaded on use.
 */
export async function openIam(settings: AwsSettings, ports: IamPorts, opened: OpenedWith) {
  const sdk = await import('@aws-sdk/client-iam')
  const { iam, mainRegion } = partitions[partitionOfRegion(settings.region)]
  const client = new sdk.IAMClient({
    endpoint: `https://${iam}`,
    region: mainRegion,
    requestHandler: ports.transport,
    credentials: await signedWith(settings, ports, opened),
    ...clientSettings,
  })
  return { sdk, client }
}

async function signedWith(
  { credentials }: AwsSettings,
  { assume, ...ports }: IamPorts,
  { role, permission, signal }: OpenedWith,
): Promise<OwnCredentials | (() => Promise<OwnCredentials>)> {
  if (role !== undefined)
    return (await assume(administration(role, permission), signal)).credentials
  if (credentials.from !== 'signed-token') return ownCredentials(credentials, ports)
  throw new UpstreamFault('not-known', 'a signed token needs a role for calls of IAM')
}

export interface OpenedWith {
  /** ARN of the role to take. */
  readonly role: string | undefined
  readonly permission: Permission
  readonly signal: AbortSignal
}

/** Puts an inline policy on a role of the account. Throws what the SDK throws. */
export async function putRolePolicy(
  settings: AwsSettings,
  ports: IamPorts,
  { roleArn, roleName, policyName, document }: RolePolicy,
  signal: AbortSignal,
): Promise<{ readonly requestId: string | undefined }> {
  const { sdk, client } = await openIam(settings, ports, {
    role: settings.revocation?.role,
    permission: { Action: 'iam:PutRolePolicy', Resource: roleArn },
    signal,
  })
  const { $metadata } = await client.send(
    new sdk.PutRolePolicyCommand({
      RoleName: roleName,
      PolicyName: policyName,
      PolicyDocument: document,
    }),
    { abortSignal: signal },
  )
  return { requestId: $metadata.requestId }
}

/** No person is the taker: the role is Gatehouse's own, and no mapping grants it. */
function administration(roleArn: string, permission: Permission): UpstreamRequest {
  const roleName = parseArn(roleArn)?.resource.split('/').at(-1) ?? ''
  return {
    roleArn,
    roleName,
    sessionName: 'gatehouse',
    durationSeconds: 900,
    tags: [],
    transitiveTagKeys: [],
    policy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', ...permission }],
    }),
    policyArns: [],
    taker: { from: 'gatehouse', name: 'administration' },
  }
}
