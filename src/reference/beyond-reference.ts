/**
 * What policies rightly name and AWS's service authorization reference lacks. Sources: the AWS
 * Managed Policy Reference Guide, whose policies use the names; the product lifecycle page, for
 * services that have ended; the guides named below.
 */
export const beyondReference: Readonly<Record<string, Beyond>> = {
  // CloudFormation user guide, "Permissions required to use macros".
  cloudformation: {
    resources: {
      CreateChangeSet: 'arn:*:cloudformation:*:*:transform/*',
      DeleteChangeSet: 'arn:*:cloudformation:*:*:transform/*',
    },
  },
  cloud9: { actions: ['ValidateEnvironmentName'] },
  // VPC user guide, "Share security groups".
  ec2: { resources: { PutResourcePolicy: 'arn:*:ec2:*:*:security-group/*' } },
  lakeformation: { keys: ['lakeformation:GlueARN'] },
  memorydb: { actions: ['ReplicateMultiRegionClusterData'] },
  qapps: { actions: ['ImportDocumentToQApp', 'ImportDocumentToQAppSession'] },
  'route53-recovery-control-config': { actions: ['DescribeRoutingControlByName'] },
  // Systems Manager user guide, "Sample IAM policies for Session Manager".
  ssmmessages: { resources: { OpenDataChannel: 'arn:*:ssm:*:*:session/*' } },
}

export interface Beyond {
  /** Names of actions. */
  readonly actions?: readonly string[]
  /** Single-valued keys of type String. */
  readonly keys?: readonly string[]
  /** The ARN, with `*` for what varies, of one more type that an action works on. */
  readonly resources?: Readonly<Record<string, string>>
}

/** Services that ended or took another name: their actions do nothing any more. */
const ended = [
  'deepcomposer',
  'deeplens',
  'deepracer',
  'elastic-inference',
  'iot1click',
  'iotroborunner',
  'mobilehub',
  'sagemaker-groundtruth-synthetic',
  'zocalo',
]
/** Services at work whose actions are not documented. */
const unlisted = ['builderid', 'datazonecontrol']

export const absentServices: ReadonlyMap<string, 'ended' | 'unlisted'> = new Map([
  ...ended.map((service) => [service, 'ended'] as const),
  ...unlisted.map((service) => [service, 'unlisted'] as const),
])
