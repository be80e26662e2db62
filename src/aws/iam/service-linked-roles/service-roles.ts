interface ServiceRole {
  /** The name of the role after `AWSServiceRoleFor`. */
  readonly name: string
  /** Whether it takes a suffix. */
  readonly suffix?: boolean
  /** The ready-made policy that it has, under the path `/aws-service-role/`. */
  readonly policy?: string
  /** Services that the policy allows to read. */
  readonly reads?: readonly string[]
}

/**
 * Services whose role is not called as they are (their user guides, "Using service-linked roles"),
 * by the first part of their principal.
 */
export const serviceRoles: ReadonlyMap<string, ServiceRole> = new Map([
  [
    'access-analyzer',
    {
      name: 'AccessAnalyzer',
      policy: 'AccessAnalyzerServiceRolePolicy',
      reads: ['access-analyzer'],
    },
  ],
  ['apprunner', { name: 'AppRunner', policy: 'AppRunnerServiceRolePolicy', reads: ['apprunner'] }],
  [
    'autoscaling',
    {
      name: 'AutoScaling',
      suffix: true,
      policy: 'AutoScalingServiceRolePolicy',
      reads: ['autoscaling', 'ec2'],
    },
  ],
  [
    'backup',
    { name: 'Backup', policy: 'AWSBackupServiceLinkedRolePolicyForBackup', reads: ['backup'] },
  ],
  ['batch', { name: 'Batch', policy: 'BatchServiceRolePolicy', reads: ['batch', 'ecs'] }],
  [
    'cloudtrail',
    { name: 'CloudTrail', policy: 'CloudTrailServiceRolePolicy', reads: ['cloudtrail'] },
  ],
  ['config', { name: 'Config', policy: 'AWSConfigServiceRolePolicy', reads: ['config'] }],
  [
    'connect',
    {
      name: 'AmazonConnect',
      suffix: true,
      policy: 'AmazonConnectServiceLinkedRolePolicy',
      reads: ['connect'],
    },
  ],
  ['dax', { name: 'DAX', policy: 'DAXServiceRolePolicy', reads: ['dax'] }],
  [
    'ecs',
    { name: 'ECS', policy: 'AmazonECSServiceRolePolicy', reads: ['ecs', 'elasticloadbalancing'] },
  ],
  [
    'ecs.application-autoscaling',
    {
      name: 'ApplicationAutoScaling_ECSService',
      policy: 'AWSApplicationAutoscalingECSServicePolicy',
      reads: ['application-autoscaling', 'ecs'],
    },
  ],
  [
    'dynamodb.application-autoscaling',
    {
      name: 'ApplicationAutoScaling_DynamoDBTable',
      policy: 'AWSApplicationAutoscalingDynamoDBTablePolicy',
      reads: ['application-autoscaling'],
    },
  ],
  ['eks', { name: 'AmazonEKS', policy: 'AmazonEKSServiceRolePolicy', reads: ['eks'] }],
  [
    'eks-fargate',
    { name: 'AmazonEKSForFargate', policy: 'AmazonEKSForFargateServiceRolePolicy', reads: ['eks'] },
  ],
  [
    'eks-nodegroup',
    { name: 'AmazonEKSNodegroup', policy: 'AWSServiceRoleForAmazonEKSNodegroup', reads: ['eks'] },
  ],
  [
    'elasticache',
    { name: 'ElastiCache', policy: 'ElastiCacheServiceRolePolicy', reads: ['elasticache'] },
  ],
  [
    'elasticbeanstalk',
    {
      name: 'ElasticBeanstalk',
      policy: 'AWSElasticBeanstalkServiceRolePolicy',
      reads: ['elasticbeanstalk'],
    },
  ],
  [
    'elasticfilesystem',
    {
      name: 'AmazonElasticFileSystem',
      policy: 'AmazonElasticFileSystemServiceRolePolicy',
      reads: ['elasticfilesystem'],
    },
  ],
  [
    'elasticloadbalancing',
    {
      name: 'ElasticLoadBalancing',
      policy: 'AWSElasticLoadBalancingServiceRolePolicy',
      reads: ['elasticloadbalancing'],
    },
  ],
  [
    'es',
    {
      name: 'AmazonElasticsearchService',
      policy: 'AmazonElasticsearchServiceRolePolicy',
      reads: ['es'],
    },
  ],
  ['fms', { name: 'FMS', policy: 'FMSServiceRolePolicy', reads: ['fms'] }],
  [
    'globalaccelerator',
    {
      name: 'GlobalAccelerator',
      policy: 'AWSGlobalAcceleratorSLRPolicy',
      reads: ['globalaccelerator'],
    },
  ],
  [
    'guardduty',
    { name: 'AmazonGuardDuty', policy: 'AmazonGuardDutyServiceRolePolicy', reads: ['guardduty'] },
  ],
  [
    'inspector2',
    {
      name: 'AmazonInspector2',
      policy: 'AmazonInspector2ServiceRolePolicy',
      reads: ['inspector2'],
    },
  ],
  ['kafka', { name: 'Kafka', policy: 'KafkaServiceRolePolicy', reads: ['kafka'] }],
  ['lexv2', { name: 'LexV2Bots', suffix: true, policy: 'AmazonLexV2BotPolicy', reads: ['lex'] }],
  ['macie', { name: 'AmazonMacie', policy: 'AmazonMacieServiceRolePolicy', reads: ['macie2'] }],
  [
    'opensearchservice',
    { name: 'AmazonOpenSearchService', policy: 'AmazonOpenSearchServiceRolePolicy', reads: ['es'] },
  ],
  [
    'ops.apigateway',
    { name: 'APIGateway', policy: 'APIGatewayServiceRolePolicy', reads: ['apigateway'] },
  ],
  [
    'organizations',
    {
      name: 'Organizations',
      policy: 'AWSOrganizationsServiceTrustPolicy',
      reads: ['organizations'],
    },
  ],
  ['rds', { name: 'RDS', policy: 'AmazonRDSServiceRolePolicy', reads: ['rds'] }],
  [
    'redshift',
    { name: 'Redshift', policy: 'AmazonRedshiftServiceLinkedRolePolicy', reads: ['redshift'] },
  ],
  [
    'replication.dynamodb',
    {
      name: 'DynamoDBReplication',
      policy: 'DynamoDBReplicationServiceRolePolicy',
      reads: ['dynamodb'],
    },
  ],
  [
    'securityhub',
    { name: 'SecurityHub', policy: 'AWSSecurityHubServiceRolePolicy', reads: ['securityhub'] },
  ],
  ['spot', { name: 'EC2Spot', policy: 'AWSEC2SpotServiceRolePolicy', reads: ['ec2'] }],
  [
    'spotfleet',
    { name: 'EC2SpotFleet', policy: 'AWSEC2SpotFleetServiceRolePolicy', reads: ['ec2'] },
  ],
  ['ssm', { name: 'AmazonSSM', policy: 'AmazonSSMServiceRolePolicy', reads: ['ssm'] }],
  ['sso', { name: 'SSO', policy: 'AWSSSOServiceRolePolicy', reads: ['sso'] }],
  ['support', { name: 'Support', policy: 'AWSSupportServiceRolePolicy', reads: ['support'] }],
  [
    'transitgateway',
    { name: 'VPCTransitGateway', policy: 'AWSVPCTransitGatewayServiceRolePolicy', reads: ['ec2'] },
  ],
  [
    'trustedadvisor',
    {
      name: 'TrustedAdvisor',
      policy: 'AWSTrustedAdvisorServiceRolePolicy',
      reads: ['trustedadvisor'],
    },
  ],
  ['wafv2', { name: 'WAFV2Logging', policy: 'WAFV2LoggingServiceRolePolicy', reads: ['wafv2'] }],
])

const principal = /^([a-z0-9-]+(?:\.[a-z0-9-]+)*)\.amazonaws\.com(?:\.cn)?$/

/**
 * Returns the role of a service: a known one's, or one made of its name. Undefined for what is no
 * principal of a service.
 */
export function serviceRoleOf(service: string): ServiceRole | undefined {
  const [, own = ''] = principal.exec(service) ?? []
  if (own === '') return undefined
  return serviceRoles.get(own) ?? { name: camelOf(own), suffix: true }
}

/** `app-integrations.x` → `AppIntegrationsX` */
function camelOf(name: string): string {
  return name
    .split(/[.-]/)
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join('')
}
