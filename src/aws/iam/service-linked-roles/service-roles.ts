/** The name of a service's role after `AWSServiceRoleFor`, and whether it takes a suffix. */
interface ServiceRole {
  readonly name: string
  readonly suffix?: boolean
}

/**
 * Services whose role is not called as they are (their user guides, "Using service-linked roles"),
 * by the first part of their principal.
 */
const roles: ReadonlyMap<string, ServiceRole> = new Map([
  ['access-analyzer', { name: 'AccessAnalyzer' }],
  ['apprunner', { name: 'AppRunner' }],
  ['autoscaling', { name: 'AutoScaling', suffix: true }],
  ['backup', { name: 'Backup' }],
  ['batch', { name: 'Batch' }],
  ['cloudtrail', { name: 'CloudTrail' }],
  ['config', { name: 'Config' }],
  ['connect', { name: 'AmazonConnect', suffix: true }],
  ['dax', { name: 'DAX' }],
  ['ecs', { name: 'ECS' }],
  ['ecs.application-autoscaling', { name: 'ApplicationAutoScaling_ECSService' }],
  ['dynamodb.application-autoscaling', { name: 'ApplicationAutoScaling_DynamoDBTable' }],
  ['eks', { name: 'AmazonEKS' }],
  ['eks-fargate', { name: 'AmazonEKSForFargate' }],
  ['eks-nodegroup', { name: 'AmazonEKSNodegroup' }],
  ['elasticache', { name: 'ElastiCache' }],
  ['elasticbeanstalk', { name: 'ElasticBeanstalk' }],
  ['elasticfilesystem', { name: 'AmazonElasticFileSystem' }],
  ['elasticloadbalancing', { name: 'ElasticLoadBalancing' }],
  ['es', { name: 'AmazonElasticsearchService' }],
  ['fms', { name: 'FMS' }],
  ['globalaccelerator', { name: 'GlobalAccelerator' }],
  ['guardduty', { name: 'AmazonGuardDuty' }],
  ['inspector2', { name: 'AmazonInspector2' }],
  ['kafka', { name: 'Kafka' }],
  ['lexv2', { name: 'LexV2Bots', suffix: true }],
  ['macie', { name: 'AmazonMacie' }],
  ['opensearchservice', { name: 'AmazonOpenSearchService' }],
  ['ops.apigateway', { name: 'APIGateway' }],
  ['organizations', { name: 'Organizations' }],
  ['rds', { name: 'RDS' }],
  ['redshift', { name: 'Redshift' }],
  ['replication.dynamodb', { name: 'DynamoDBReplication' }],
  ['securityhub', { name: 'SecurityHub' }],
  ['spot', { name: 'EC2Spot' }],
  ['spotfleet', { name: 'EC2SpotFleet' }],
  ['ssm', { name: 'AmazonSSM' }],
  ['sso', { name: 'SSO' }],
  ['support', { name: 'Support' }],
  ['transitgateway', { name: 'VPCTransitGateway' }],
  ['trustedadvisor', { name: 'TrustedAdvisor' }],
  ['wafv2', { name: 'WAFV2Logging' }],
])

const principal = /^([a-z0-9-]+(?:\.[a-z0-9-]+)*)\.amazonaws\.com(?:\.cn)?$/

/**
 * Returns the role of a service: a known one's, or one made of its name. Undefined for what is no
 * principal of a service.
 */
export function serviceRoleOf(service: string): ServiceRole | undefined {
  const [, own = ''] = principal.exec(service) ?? []
  if (own === '') return undefined
  return roles.get(own) ?? { name: camelOf(own), suffix: true }
}

/** `app-integrations.x` → `AppIntegrationsX` */
function camelOf(name: string): string {
  return name
    .split(/[.-]/)
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join('')
}
