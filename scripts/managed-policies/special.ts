/** Policies that no family of full and reading access makes. */
import type { AccessLevel, CataloguedAction } from '../../src/policy/index.ts'
import { audits, networks, reads, views } from './reading.ts'

export interface Statement {
  readonly Sid?: string
  readonly Effect: 'Allow' | 'Deny'
  readonly Action?: readonly string[]
  readonly NotAction?: readonly string[]
  readonly Resource: string
}

export interface Special {
  /** With its path. */
  readonly name: string
  readonly description: string
  readonly statements: readonly Statement[]
}

/** `pick` shortens what it finds: the actions of services for which `wanted` is true. */
export interface Picks {
  readonly services: readonly string[]
  pick(
    services: readonly string[],
    wanted: (action: CataloguedAction, service: string) => boolean,
  ): readonly string[]
}

const own = 'arn:aws:iam::*:user/' + '${aws:username}'
const all = (services: readonly string[]) => services.map((service) => `${service}:*`)
const allow = (Action: readonly string[], Resource = '*'): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
})
const upTo =
  (...levels: readonly AccessLevel[]) =>
  ({ level }: CataloguedAction) =>
    levels.includes(level)
const changes = upTo('List', 'Read', 'Write', 'Tagging')

/** What administers Gatehouse itself, and root of other accounts: administrators' alone. */
const administration = [
  'account:*',
  'gatehouse:*',
  'iam:*',
  'organizations:*',
  'sts:AssumeRoot',
  'sts:RevokeSessions',
]

export function specialPolicies(picks: Picks): readonly Special[] {
  return [...everything(picks), ...ofIam(picks), ...jobs(picks), ...templates(picks)]
}

function everything({ services, pick }: Picks): readonly Special[] {
  const reading = pick(services, reads)
  return [
    {
      name: 'AdministratorAccess',
      description: 'Allows every action on every resource.',
      statements: [allow(['*'])],
    },
    {
      name: 'PowerUserAccess',
      description:
        'Allows every action except the administration of users, accounts and Gatehouse.',
      statements: [
        { Effect: 'Allow', NotAction: administration, Resource: '*' },
        allow([
          'account:GetAccountInformation',
          'account:ListRegions',
          'iam:CreateServiceLinkedRole',
          'iam:DeleteServiceLinkedRole',
          'iam:ListRoles',
          'organizations:DescribeOrganization',
        ]),
      ],
    },
    {
      name: 'ReadOnlyAccess',
      description: 'Allows to read every service, without secrets and credentials.',
      statements: [allow(reading)],
    },
    {
      name: 'SecurityAudit',
      description: 'Allows to read how services are set up, and nothing of what they hold.',
      statements: [
        allow([
          ...pick(
            services.filter((one) => one !== 'iam'),
            audits,
          ),
          ...pick(['iam'], iamReads),
        ]),
      ],
    },
    {
      name: 'AWSDenyAll',
      description: 'Denies every action on every resource.',
      statements: [{ Effect: 'Deny', Action: ['*'], Resource: '*' }],
    },
  ]
}

/** Reports and simulations change nothing. */
function iamReads(action: CataloguedAction): boolean {
  return (
    reads(action, 'iam') || (action.level === 'Read' && /^(?:Generate|Simulate)/.test(action.name))
  )
}

function ofIam({ pick }: Picks): readonly Special[] {
  const organization = ['organizations:DescribeAccount', 'organizations:DescribeOrganization']
  const named = (end: string) =>
    pick(['iam'], ({ name }) => name.endsWith(end) || name.endsWith(`${end}s`))
  return [
    {
      name: 'IAMFullAccess',
      description: 'Allows every action of IAM.',
      statements: [allow(['iam:*', ...organization])],
    },
    {
      name: 'IAMReadOnlyAccess',
      description: 'Allows to read, report and simulate in IAM.',
      statements: [allow(pick(['iam'], iamReads))],
    },
    {
      name: 'IAMAccessAdvisorReadOnly',
      description: 'Allows to read what of their permissions users and roles last used.',
      statements: [
        allow([
          ...pick(['iam'], ({ name }) => /LastAccessed|OrganizationsAccessReport/.test(name)),
          ...pick(['iam'], (action) => views(action, 'iam') && !/Tags$/.test(action.name)),
          'iam:GetGroup',
          'iam:GetPolicy',
          'iam:GetPolicyVersion',
          'iam:GetRole',
          'iam:GetUser',
        ]),
      ],
    },
    {
      name: 'IAMUserChangePassword',
      description: 'Allows users to change their own password.',
      statements: [allow(['iam:ChangePassword'], own), allow(['iam:GetAccountPasswordPolicy'])],
    },
    {
      name: 'IAMSelfManageServiceSpecificCredentials',
      description: 'Allows users to manage their own service-specific credentials.',
      statements: [allow(named('ServiceSpecificCredential'), own)],
    },
    {
      name: 'IAMUserSSHKeys',
      description: 'Allows users to manage their own SSH public keys.',
      statements: [allow(named('SSHPublicKey'), own)],
    },
  ]
}

const money = [
  'aws-portal',
  'bcm-dashboards',
  'bcm-data-exports',
  'bcm-pricing-calculator',
  'bcm-recommended-actions',
  'billing',
  'billingconductor',
  'budgets',
  'ce',
  'consolidatedbilling',
  'cost-optimization-hub',
  'cur',
  'freetier',
  'invoicing',
  'payments',
  'pricing',
  'purchase-orders',
  'savingsplans',
  'sustainability',
  'tax',
]
const databases = [
  'cassandra',
  'dax',
  'dms',
  'docdb-elastic',
  'dsql',
  'dynamodb',
  'elasticache',
  'memorydb',
  'neptune-db',
  'neptune-graph',
  'pi',
  'rds',
  'rds-data',
  'redshift',
  'redshift-data',
  'redshift-serverless',
  'timestream',
]
const data = [
  'athena',
  'comprehend',
  'databrew',
  'elasticmapreduce',
  'emr-containers',
  'emr-serverless',
  'firehose',
  'forecast',
  'glue',
  'kinesis',
  'kinesisanalytics',
  'machinelearning',
  'personalize',
  'quicksight',
  'redshift-data',
  'rekognition',
  'sagemaker',
  'textract',
]
const network = [
  'cloudfront',
  'directconnect',
  'elasticloadbalancing',
  'globalaccelerator',
  'network-firewall',
  'networkmanager',
  'route53',
  'route53domains',
  'route53profiles',
  'route53resolver',
  'vpc-lattice',
]
const running = [
  'acm',
  'apprunner',
  'autoscaling',
  'backup',
  'batch',
  'cloudformation',
  'cloudtrail',
  'cloudwatch',
  'codecommit',
  'codedeploy',
  'codepipeline',
  'config',
  'ds',
  'ebs',
  'ec2',
  'ecr',
  'ecs',
  'eks',
  'elasticbeanstalk',
  'elasticfilesystem',
  'elasticloadbalancing',
  'events',
  'fsx',
  'imagebuilder',
  'lambda',
  'logs',
  'rds',
  'resource-groups',
  'route53',
  'scheduler',
  's3',
  'sns',
  'sqs',
  'ssm',
  'states',
  'storagegateway',
  'synthetics',
  'tag',
  'xray',
]
const watching = ['cloudwatch', 'logs', 'sns']

function jobs({ services, pick }: Picks): readonly Special[] {
  const job = (name: string, description: string, actions: readonly string[]): Special => ({
    name: `job-function/${name}`,
    description,
    statements: [allow(actions)],
  })
  return [
    job('ViewOnlyAccess', 'Allows to list what there is in every service.', pick(services, views)),
    job('Billing', 'For those who look after bills and budgets.', [
      ...all(money),
      ...pick(['account'], reads),
    ]),
    job('DatabaseAdministrator', 'For those who set up and run databases.', [
      ...all(databases),
      ...pick([...watching, 'ec2', 'iam', 'kms', 's3'], views),
    ]),
    job('DataScientist', 'For those who analyse data.', [
      ...all(data),
      ...pick(['dynamodb', 's3'], changes),
      ...pick([...watching, 'ec2', 'iam', 'kms', 'rds', 'redshift'], views),
    ]),
    job('NetworkAdministrator', 'For those who set up and run networks.', [
      ...all(network),
      ...pick(['ec2'], (action) => networks(action) || views(action, 'ec2')),
      ...pick([...watching, 'autoscaling', 'elasticbeanstalk', 'iam', 's3'], views),
    ]),
    job('SystemAdministrator', 'For those who set up and run what applications need.', [
      ...pick(running, changes),
      ...pick(['iam', 'kms'], views),
    ]),
    job('SupportUser', 'For those who find out what is wrong, and open cases.', [
      'support:*',
      ...pick(
        services.filter((one) => one !== 'support'),
        views,
      ),
    ]),
  ]
}

/** Small policies that templates attach to what runs by itself. */
function templates(picks: Picks): readonly Special[] {
  return [...ofFunctions(), ...ofContainers(picks), ...ofMachines(picks), ...ofPeople(picks)]
}

const small = (name: string, description: string, actions: readonly string[]): Special => ({
  name,
  description,
  statements: [allow(actions)],
})
const logs = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']
const pull = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:BatchGetImage',
  'ecr:GetAuthorizationToken',
  'ecr:GetDownloadUrlForLayer',
]
const interfaces = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
]

function ofFunctions(): readonly Special[] {
  return [
    small('service-role/AWSLambdaBasicExecutionRole', 'Lets a function write its log.', logs),
    small(
      'service-role/AWSLambdaVPCAccessExecutionRole',
      'Lets a function write its log and use a network.',
      [...logs, ...interfaces],
    ),
    small(
      'service-role/AWSLambdaSQSQueueExecutionRole',
      'Lets a function write its log and take messages of a queue.',
      [...logs, 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
    ),
  ]
}

function ofContainers({ pick }: Picks): readonly Special[] {
  return [
    small(
      'service-role/AmazonECSTaskExecutionRolePolicy',
      'Lets a task load its image and write its log.',
      [...pull, 'logs:CreateLogStream', 'logs:PutLogEvents'],
    ),
    small('AmazonEC2ContainerRegistryPullOnly', 'Allows to load images.', pull),
    small('AmazonEKS_CNI_Policy', 'Lets a node give addresses to its pods.', [
      ...interfaces,
      'ec2:AttachNetworkInterface',
      'ec2:CreateTags',
      'ec2:DescribeInstances',
      'ec2:DescribeTags',
      'ec2:DetachNetworkInterface',
      'ec2:ModifyNetworkInterfaceAttribute',
    ]),
    small('AmazonEKSWorkerNodePolicy', 'Lets a node join its cluster.', [
      ...pick(['ec2'], views),
      'eks:DescribeCluster',
      'eks-auth:AssumeRoleForPodIdentity',
    ]),
    small('AmazonEKSClusterPolicy', 'Lets a cluster look after its nodes and load balancers.', [
      ...pick(['autoscaling', 'elasticloadbalancing'], changes),
      ...pick(['ec2'], (action) => networks(action) || views(action, 'ec2')),
      'kms:DescribeKey',
    ]),
  ]
}

function ofMachines({ pick }: Picks): readonly Special[] {
  return [
    small('AmazonSSMManagedInstanceCore', 'Lets a machine take orders of Systems Manager.', [
      ...all(['ec2messages', 'ssmmessages']),
      'ssm:DescribeAssociation',
      'ssm:DescribeDocument',
      'ssm:GetDeployablePatchSnapshotForInstance',
      'ssm:GetDocument',
      'ssm:GetManifest',
      'ssm:GetParameter',
      'ssm:GetParameters',
      'ssm:ListAssociations',
      'ssm:ListInstanceAssociations',
      'ssm:PutComplianceItems',
      'ssm:PutConfigurePackageResult',
      'ssm:PutInventory',
      'ssm:UpdateAssociationStatus',
      'ssm:UpdateInstanceAssociationStatus',
      'ssm:UpdateInstanceInformation',
    ]),
    small('CloudWatchAgentServerPolicy', 'Lets a machine send metrics and logs.', [
      ...logs,
      'cloudwatch:PutMetricData',
      'ec2:DescribeTags',
      'ec2:DescribeVolumes',
      'logs:DescribeLogGroups',
      'logs:DescribeLogStreams',
      'logs:PutRetentionPolicy',
    ]),
    small(
      'AWSXRayDaemonWriteAccess',
      'Lets a machine send traces.',
      pick(['xray'], ({ name }) => /^(?:Put(?:Tele|Trace)|GetSampling)/.test(name)),
    ),
  ]
}

function ofPeople({ pick }: Picks): readonly Special[] {
  const power = (service: string) => pick([service], changes)
  return [
    small('AmazonEC2ContainerRegistryPowerUser', 'Allows to load and store images.', power('ecr')),
    small('AWSCodeCommitPowerUser', 'Allows to work with repositories.', power('codecommit')),
    small(
      'AWSKeyManagementServicePowerUser',
      'Allows to create and look at keys, and to use none.',
      [
        ...pick(['kms'], reads),
        ...pick(['kms'], ({ name }) => /^(?:Create|Update|Delete)(?:Key|Alias)$/.test(name)),
        ...pick(['kms'], upTo('Tagging')),
      ],
    ),
    small(
      'AmazonVPCFullAccess',
      'Allows every action on networks of EC2.',
      pick(['ec2'], networks),
    ),
    small(
      'AmazonVPCReadOnlyAccess',
      'Allows to read networks of EC2.',
      pick(['ec2'], (action) => networks(action) && reads(action, 'ec2')),
    ),
  ]
}
