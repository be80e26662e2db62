import { parseArn } from '../kernel/arn.ts'
import { partitionOfRegion, partitions } from '../kernel/partitions.ts'
import { type OwnCredentials, type OwnCredentialsPorts, ownCredentials } from './own-credentials.ts'
import type { AwsSettings } from './settings.ts'
import { clientSettings } from './sts.ts'
import type { Transport } from './transport.ts'
import type {
  RolePolicy,
  RolesAsked,
  RolesPage,
  UpstreamRequest,
  UpstreamSession,
} from './upstream.ts'
import { UpstreamFault } from './upstream-fault.ts'

export interface IamPorts extends OwnCredentialsPorts {
  /** Takes a role of the account. */
  readonly assume: (request: UpstreamRequest, signal: AbortSignal) => Promise<UpstreamSession>
}

/** What a session for one call of IAM may do. */
interface Permission {
  readonly Action: string | readonly string[]
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
    requestHandler: answeringAsIam(ports.transport),
    credentials: await signedWith(settings, ports, opened),
    ...clientSettings,
  })
  return { sdk, client }
}

/**
 * Refuses a success that is no answer of the call: of some, the SDK reads nothing, and would take
 * the page of a proxy for one.
 */
function answeringAsIam(transport: Transport): Transport {
  return {
    async handle(request, options) {
      const answer = await transport.handle(request, options)
      const { statusCode, body } = answer.response
      if (statusCode >= 300) return answer
      const action = /(?:^|&)Action=(\w+)/.exec(String(request.body))?.[1] ?? ''
      const text = Buffer.from(body).toString('utf8').trim()
      const begins = new RegExp(`^(?:<\\?xml[^>]*>\\s*)?<${action}Response[\\s>]`)
      if (begins.test(text) && text.endsWith(`</${action}Response>`)) return answer
      throw new UpstreamFault('unfit-answer', `the answer is none of IAM to ${action}`)
    },
  }
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

const rolesAPage = 100

/** Reads a page of the account's roles. Throws what the SDK throws. */
export async function rolesPage(
  settings: AwsSettings,
  ports: IamPorts,
  { kind, marker: Marker, role }: RolesAsked,
  signal: AbortSignal,
): Promise<RolesPage> {
  const Action = ['iam:GetAccountAuthorizationDetails', 'iam:ListRoles']
  const permission = { Action, Resource: '*' }
  const { sdk, client } = await openIam(settings, ports, { role, permission, signal })
  const page = { Marker, MaxItems: rolesAPage }
  const options = { abortSignal: signal }
  if (kind === 'list') {
    const { Roles, Marker: next } = await client.send(new sdk.ListRolesCommand(page), options)
    return pageOf(Roles, next)
  }
  const { RoleDetailList, Marker: next } = await client.send(
    new sdk.GetAccountAuthorizationDetailsCommand({ ...page, Filter: ['Role'] }),
    options,
  )
  return pageOf(RoleDetailList, next)
}

function pageOf(roles: readonly object[] | undefined, marker: string | undefined): RolesPage {
  if (!roles) throw new UpstreamFault('unfit-answer', 'the answer has no list of roles')
  return { roles, marker }
}

/**
 * Takes a role for a call of IAM, narrowed to it. No person is the taker: the role is Gatehouse's
 * own, and no mapping grants it.
 */
export function administration(roleArn: string, permission: Permission): UpstreamRequest {
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
