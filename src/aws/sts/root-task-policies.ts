/** What each root task may do: AWS's managed policies of the path `root-task` (IAM user guide, "Centrally manage root access"), by name. */
const actions: Readonly<Record<string, readonly string[]>> = {
  IAMAuditRootUserCredentials: ['iam:GetAccessKeyLastUsed', 'iam:GetAccountSummary', 'iam:GetLoginProfile', 'iam:GetUser', 'iam:ListAccessKeys', 'iam:ListMFADevices', 'iam:ListSigningCertificates'],
  IAMCreateRootUserPassword: ['iam:CreateLoginProfile', 'iam:GetLoginProfile'],
  IAMDeleteRootUserCredentials: [
    'iam:DeactivateMFADevice', 'iam:DeleteAccessKey', 'iam:DeleteLoginProfile', 'iam:DeleteSigningCertificate', 'iam:GetAccessKeyLastUsed',
    'iam:GetAccountSummary', 'iam:GetLoginProfile', 'iam:GetUser', 'iam:ListAccessKeys', 'iam:ListMFADevices', 'iam:ListSigningCertificates',
  ],
  S3UnlockBucketPolicy: ['s3:DeleteBucketPolicy', 's3:GetBucketPolicy', 's3:ListAllMyBuckets', 's3:PutBucketPolicy'],
  SQSUnlockQueuePolicy: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ListQueues', 'sqs:SetQueueAttributes'],
}

/** The session policy of a task, as JSON; undefined when the ARN is not that of a task in `partition`. */
export function rootTaskPolicy(arn: string, partition: string): string | undefined {
  const start = `arn:${partition}:iam::aws:policy/root-task/`
  const name = arn.slice(start.length)
  if (!arn.startsWith(start) || !Object.hasOwn(actions, name)) return undefined
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Sid: name, Effect: 'Allow', Action: actions[name], Resource: '*' },
      // Root's own credentials, and no user's: the calls without a name are root's.
      { Sid: 'OnlyRoot', Effect: 'Deny', NotAction: ['iam:GetAccountSummary', 's3:*', 'sqs:*'], NotResource: `arn:${partition}:iam::*:root` },
    ],
  })
}
