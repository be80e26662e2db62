import type { Environment } from '../../config/references.ts'
import { endpointOr } from '../sign-in/endpoint.ts'
import type { CalledAs } from './batch-client.ts'

export interface CallingOptions {
  readonly endpoint?: string | undefined
  /** Name of a role to take in each account that the own credentials are not of. */
  readonly role?: string | undefined
}

/** Calls in one account. */
export interface AccountCalls {
  readonly account: string
  readonly partition: string
  readonly as: CalledAs
}

/**
 * Calls with the credentials that the AWS CLI would use: of the environment, as `gatehouse exec`
 * sets them, or of a profile. Throws an Error where there are none.
 */
export async function ownCalls(options: CallingOptions, env: Environment): Promise<AccountCalls> {
  // Loaded here, since they take longer than everything else.
  const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers')
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts')
  const url = new URL(await endpointOr(options.endpoint ?? env.AWS_ENDPOINT_URL, env))
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? 'us-east-1'
  const credentials = await fromNodeProviderChain({ clientConfig: { region } })()
  const client = new STSClient({ endpoint: url.origin, region, credentials, maxAttempts: 1 })
  const { Account = '', Arn = '' } = await client.send(new GetCallerIdentityCommand({}))
  return {
    account: Account,
    partition: Arn.split(':')[1] ?? 'aws',
    as: { url, region, credentials },
  }
}

/**
 * Calls in another account, as a session of the role of this name there. Throws an Error where no
 * role is named, or it does not let the caller in.
 */
export async function callsIn(
  account: string,
  own: AccountCalls,
  { role }: CallingOptions,
): Promise<AccountCalls> {
  if (account === own.account) return own
  if (role === undefined)
    throw new Error(
      `the credentials are of account ${own.account}, not ${account}: ` +
        'name a role to take there with `--role`',
    )
  const { AssumeRoleCommand, STSClient } = await import('@aws-sdk/client-sts')
  const { url, region, credentials } = own.as
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  const client = new STSClient({
    endpoint: url.origin,
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
    maxAttempts: 1,
  })
  const RoleArn = `arn:${own.partition}:iam::${account}:role/${role}`
  const { Credentials: taken } = await client.send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'gatehouse-as-code' }),
  )
  return {
    account,
    partition: own.partition,
    as: {
      url,
      region,
      credentials: {
        accessKeyId: taken?.AccessKeyId ?? '',
        secretAccessKey: taken?.SecretAccessKey ?? '',
        sessionToken: taken?.SessionToken,
      },
    },
  }
}
