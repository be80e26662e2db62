import type { RootFeature } from '../../store/records.ts'

/**
 * The actions that each root task allows, from AWS's managed policies under the path `root-task`
 * (IAM user guide, "Centrally manage root access"), by policy name.
 */
const actions: Readonly<Record<string, readonly string[]>> = {
  IAMAuditRootUserCredentials: [
    'iam:GetAccessKeyLastUsed',
    'iam:GetAccountSummary',
    'iam:GetLoginProfile',
    'iam:GetUser',
    'iam:ListAccessKeys',
    'iam:ListMFADevices',
    'iam:ListSigningCertificates',
  ],
  IAMCreateRootUserPassword: ['iam:CreateLoginProfile', 'iam:GetLoginProfile'],
  IAMDeleteRootUserCredentials: [
    'iam:DeactivateMFADevice',
    'iam:DeleteAccessKey',
    'iam:DeleteLoginProfile',
    'iam:DeleteSigningCertificate',
    'iam:GetAccessKeyLastUsed',
    'iam:GetAccountSummary',
    'iam:GetLoginProfile',
    'iam:GetUser',
    'iam:ListAccessKeys',
    'iam:ListMFADevices',
    'iam:ListSigningCertificates',
  ],
  S3UnlockBucketPolicy: [
    's3:DeleteBucketPolicy',
    's3:GetBucketPolicy',
    's3:ListAllMyBuckets',
    's3:PutBucketPolicy',
  ],
  SQSUnlockQueuePolicy: [
    'sqs:GetQueueAttributes',
    'sqs:GetQueueUrl',
    'sqs:ListQueues',
    'sqs:SetQueueAttributes',
  ],
}

/** The names of the tasks. */
export const rootTasks: readonly string[] = Object.keys(actions)

/** The feature that has to be on for a task: those on root's credentials have one of their own. */
export function rootFeatureOf(arn: string): RootFeature {
  return /\/IAM\w+$/.test(arn) ? 'RootCredentialsManagement' : 'RootSessions'
}

/**
 * Returns the session policy of a task, as JSON; undefined when the ARN does not name a task in
 * `partition`.
 */
export function rootTaskPolicy(arn: string, partition: string): string | undefined {
  const start = `arn:${partition}:iam::aws:policy/root-task/`
  const name = arn.slice(start.length)
  if (!arn.startsWith(start) || !Object.hasOwn(actions, name)) return undefined
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Sid: name, Effect: 'Allow', Action: actions[name], Resource: '*' },
      // Allow root's own credentials only, not those of users: calls without a user name act on
      // root's.
      {
        Sid: 'OnlyRoot',
        Effect: 'Deny',
        NotAction: ['iam:GetAccountSummary', 's3:*', 'sqs:*'],
        NotResource: `arn:${partition}:iam::*:root`,
      },
    ],
  })
}
