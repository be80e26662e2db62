/** Where a partition of AWS has its services. */
export interface Partition {
  /** The first part of its regions' names; `''`: those that no other has. */
  readonly regionPrefix: string
  /** The region that calls of IAM are signed for, and one that always exists. */
  readonly mainRegion: string
  /** The host of its STS, after `sts.REGION.`. */
  readonly suffix: string
  /** The host of its IAM, which is one for all regions. */
  readonly iam: string
  /** Signs in to its console, after `REGION.`. */
  readonly signIn: string
  /** Whether the sign-in to the console is the region's own; `main` has no region in its name. */
  readonly regionalSignIn: 'always' | 'but-main' | 'never'
  readonly console: string
}

/**
 * The partitions that Gatehouse knows, by the first part of ARNs. Sources: AWS General Reference
 * ("Service endpoints", "AWS Sign-In"), IAM user guide ("Enabling custom identity broker access to
 * the AWS console"), that of the European Sovereign Cloud (docs.aws.eu), and the rules of the SDK's
 * IAM client. The isolated partitions (`aws-iso…`) are left out: their networks are closed.
 */
export const partitions = {
  aws: {
    regionPrefix: '',
    mainRegion: 'us-east-1',
    suffix: 'amazonaws.com',
    iam: 'iam.amazonaws.com',
    signIn: 'signin.aws.amazon.com',
    regionalSignIn: 'but-main',
    console: 'console.aws.amazon.com',
  },
  'aws-us-gov': {
    regionPrefix: 'us-gov-',
    mainRegion: 'us-gov-west-1',
    suffix: 'amazonaws.com',
    iam: 'iam.us-gov.amazonaws.com',
    signIn: 'signin.amazonaws-us-gov.com',
    regionalSignIn: 'never',
    console: 'console.amazonaws-us-gov.com',
  },
  'aws-cn': {
    regionPrefix: 'cn-',
    mainRegion: 'cn-north-1',
    suffix: 'amazonaws.com.cn',
    iam: 'iam.cn-north-1.amazonaws.com.cn',
    signIn: 'signin.amazonaws.cn',
    regionalSignIn: 'never',
    console: 'console.amazonaws.cn',
  },
  'aws-eusc': {
    regionPrefix: 'eusc-',
    mainRegion: 'eusc-de-east-1',
    suffix: 'amazonaws.eu',
    iam: 'iam.eusc-de-east-1.amazonaws.eu',
    signIn: 'signin.amazonaws-eusc.eu',
    regionalSignIn: 'always',
    console: 'console.amazonaws-eusc.eu',
  },
} as const satisfies Readonly<Record<string, Partition>>

export type PartitionName = keyof typeof partitions
export const partitionNames = Object.keys(partitions) as [PartitionName, ...PartitionName[]]

export function findPartition(name: string): Partition | undefined {
  return Object.hasOwn(partitions, name) ? partitions[name as PartitionName] : undefined
}

/** The partition by the first part of a region's name; all others are commercial regions. */
export function partitionOfRegion(region: string): PartitionName {
  return (
    partitionNames.find((name) => {
      const { regionPrefix } = partitions[name]
      return regionPrefix !== '' && region.startsWith(regionPrefix)
    }) ?? 'aws'
  )
}
