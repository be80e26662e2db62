/**
 * Names of AWS's managed policies, as templates use them (AWS Managed Policy Reference Guide). One
 * line for each family: prefixes of actions, then names that allow all of them, then, after `/`,
 * names that allow to read. A name with `*` stands for `…FullAccess` and `…ReadOnlyAccess`. Where a
 * side has no name, one is made of the service's name. Only names are AWS's; the documents are
 * ours.
 */
const known = `
access-analyzer IAMAccessAnalyzer*
account AWSAccountManagement*
acm AWSCertificateManagerFullAccess / AWSCertificateManagerReadOnly
acm-pca AWSPrivateCAFullAccess AWSCertificateManagerPrivateCAFullAccess
  / AWSPrivateCAReadOnly AWSCertificateManagerPrivateCAReadOnly
airflow AmazonMWAA*
aoss AmazonOpenSearchServerless*
apigateway AmazonAPIGatewayAdministrator / AmazonAPIGatewayReadOnlyAccess
appfabric AWSAppFabric*
appflow AmazonAppFlow*
application-signals CloudWatchApplicationSignals*
applicationinsights CloudWatchApplicationInsights*
appmesh AWSAppMeshFullAccess / AWSAppMeshReadOnly
apprunner AWSAppRunner*
appstream AmazonAppStream*
appsync AWSAppSyncAdministrator
aps AmazonPrometheus*
auditmanager AWSAuditManagerAdministratorAccess
autoscaling AutoScaling* AutoScalingConsole*
autoscaling-plans AWSAutoScalingPlans*
aws-marketplace AWSMarketplaceFullAccess / AWSMarketplaceRead-only
bedrock AmazonBedrockFullAccess / AmazonBedrockReadOnly
bedrock-agentcore BedrockAgentCoreFullAccess
billing AWSBilling*
billingconductor AWSBillingConductor*
budgets AWSBudgets*
cassandra AmazonKeyspaces*
ce AWSCostExplorer*
chime AmazonChimeFullAccess / AmazonChimeReadOnly
cloud9 AWSCloud9Administrator
clouddirectory AmazonCloudDirectory*
cloudformation AWSCloudFormation*
cloudfront CloudFront*
cloudhsm AWSCloudHSM*
cloudsearch CloudSearch*
cloudtrail AWSCloudTrail_FullAccess AWSCloudTrailFullAccess
  / AWSCloudTrail_ReadOnlyAccess AWSCloudTrailReadOnlyAccess
cloudwatch CloudWatchFullAccess CloudWatchFullAccessV2 / CloudWatchReadOnlyAccess
codeartifact AWSCodeArtifactAdminAccess / AWSCodeArtifactReadOnlyAccess
codebuild AWSCodeBuildAdminAccess / AWSCodeBuildReadOnlyAccess
codecommit AWSCodeCommitFullAccess / AWSCodeCommitReadOnly
codeguru-profiler AmazonCodeGuruProfiler*
codeguru-reviewer AmazonCodeGuruReviewer*
codeguru-security AmazonCodeGuruSecurity*
codepipeline AWSCodePipeline_FullAccess AWSCodePipelineFullAccess
  / AWSCodePipeline_ReadOnlyAccess AWSCodePipelineReadOnlyAccess
cognito-idp,cognito-identity,cognito-sync AmazonCognitoPowerUser / AmazonCognitoReadOnly
comprehend ComprehendFullAccess / ComprehendReadOnly
comprehendmedical ComprehendMedical*
compute-optimizer ComputeOptimizer*
config AWSConfigFullAccess / AWSConfigUserAccess
connect AmazonConnect_FullAccess AmazonConnectFullAccess / AmazonConnectReadOnlyAccess
cost-optimization-hub CostOptimizationHubAdminAccess / CostOptimizationHubReadOnlyAccess
cur AWSCostAndUsageReport*
databrew AwsGlueDataBrewFullAccessPolicy
dataexchange AWSDataExchangeFullAccess / AWSDataExchangeReadOnly
datapipeline AWSDataPipeline_FullAccess
dax AmazonDynamoDBAccelerator*
docdb-elastic AmazonDocDBElastic*
drs AWSElasticDisasterRecoveryConsoleFullAccess / AWSElasticDisasterRecoveryReadOnlyAccess
ds AWSDirectoryService*
ds-data AWSDirectoryServiceData*
dsql AmazonAuroraDSQL*
dynamodb AmazonDynamoDBFullAccess AmazonDynamoDBFullAccess_v2 / AmazonDynamoDBReadOnlyAccess
ec2-instance-connect EC2InstanceConnect
ecr AmazonEC2ContainerRegistryFullAccess / AmazonEC2ContainerRegistryReadOnly
ecr-public AmazonElasticContainerRegistryPublicFullAccess
  / AmazonElasticContainerRegistryPublicReadOnly
ecs AmazonECS_FullAccess AmazonEC2ContainerServiceFullAccess / AmazonECSReadOnlyAccess
eks AmazonEKS*
elasticache AmazonElastiCache*
elasticbeanstalk AdministratorAccess-AWSElasticBeanstalk AWSElasticBeanstalkFullAccess
  / AWSElasticBeanstalkReadOnly AWSElasticBeanstalkReadOnlyAccess
elasticfilesystem AmazonElasticFileSystem*
elasticloadbalancing ElasticLoadBalancingFullAccess / ElasticLoadBalancingReadOnly
elasticmapreduce AmazonEMRFullAccessPolicy_v2 AmazonElasticMapReduceFullAccess
  / AmazonEMRReadOnlyAccessPolicy_v2 AmazonElasticMapReduceReadOnlyAccess
elastictranscoder AmazonElasticTranscoder_FullAccess / AmazonElasticTranscoder_ReadOnlyAccess
emr-containers AmazonEMRContainers*
entityresolution AWSEntityResolutionConsoleFullAccess / AWSEntityResolutionConsoleReadOnlyAccess
es AmazonOpenSearchServiceFullAccess AmazonESFullAccess
  / AmazonOpenSearchServiceReadOnlyAccess AmazonESReadOnlyAccess
events AmazonEventBridge* CloudWatchEvents*
evidently AmazonCloudWatchEvidently*
execute-api AmazonAPIGatewayInvokeFullAccess / AmazonAPIGatewayInvokeReadOnlyAccess
firehose AmazonKinesisFirehose*
fms AWSFMAdminFullAccess / AWSFMAdminReadOnlyAccess
frauddetector AmazonFraudDetectorFullAccessPolicy
fsx AmazonFSx* AmazonFSxConsole*
gamelift AmazonGameLift*
glacier AmazonGlacier*
globalaccelerator GlobalAccelerator*
glue AWSGlueConsoleFullAccess
grafana AWSGrafanaAccountAdministrator
greengrass AWSGreengrass*
guardduty AmazonGuardDutyFullAccess AmazonGuardDutyFullAccess_v2 / AmazonGuardDutyReadOnlyAccess
health AWSHealth*
healthlake AmazonHealthLake*
imagebuilder AWSImageBuilder*
importexport AWSImportExport*
inspector AmazonInspector*
inspector2 AmazonInspector2*
internetmonitor CloudWatchInternetMonitor*
iot AWSIoTFullAccess / AWSIoTConfigReadOnlyAccess
ivs IVS*
ivschat IVSChat*
kafka AmazonMSK*
kafka-cluster AmazonMSKCluster*
kafkaconnect AmazonMSKConnect*
kinesis AmazonKinesis*
kinesisanalytics AmazonKinesisAnalyticsFullAccess / AmazonKinesisAnalyticsReadOnly
kinesisvideo AmazonKinesisVideoStreams*
lakeformation AWSLakeFormationDataAdmin
lambda AWSLambda_FullAccess AWSLambdaFullAccess / AWSLambda_ReadOnlyAccess AWSLambdaReadOnlyAccess
launchwizard AmazonLaunchWizardFullAccessV2 AmazonLaunchWizardFullaccess
lex AmazonLexFullAccess / AmazonLexReadOnly
logs CloudWatchLogs*
lookoutequipment AmazonLookoutEquipment*
lookoutmetrics AmazonLookoutMetrics*
lookoutvision AmazonLookoutVision*
macie2 AmazonMacie*
mechanicalturk AmazonMechanicalTurkFullAccess / AmazonMechanicalTurkReadOnly
mediaconvert AWSElementalMediaConvertFullAccess / AWSElementalMediaConvertReadOnly
medialive AWSElementalMediaLiveFullAccess / AWSElementalMediaLiveReadOnly
mediapackage AWSElementalMediaPackageFullAccess / AWSElementalMediaPackageReadOnly
mediapackagev2 AWSElementalMediaPackageV2FullAccess / AWSElementalMediaPackageV2ReadOnly
mediastore AWSElementalMediaStoreFullAccess / AWSElementalMediaStoreReadOnly
mediatailor AWSElementalMediaTailorFullAccess / AWSElementalMediaTailorReadOnly
mgn AWSApplicationMigration*
mobiletargeting AmazonPinpoint*
mq AmazonMQ* AmazonMQApi*
neptune-graph NeptuneGraph*
oam OAM*
omics AmazonOmics*
opsworks AWSOpsWorks_FullAccess
osis AmazonOpenSearchIngestion*
pricing AWSPriceListService*
q AmazonQ*
qldb AmazonQLDBFullAccess AmazonQLDBConsoleFullAccess / AmazonQLDBReadOnly
ram AWSResourceAccessManager*
rds AmazonRDS* AmazonDocDB*
rds,neptune-db Neptune*
rds-data AmazonRDSDataFullAccess
redshift-data AmazonRedshiftData*
resource-explorer-2 AWSResourceExplorer*
resource-groups AWSResourceGroups*
resource-groups,tag,resource-explorer ResourceGroupsandTagEditor*
robomaker AWSRoboMaker_FullAccess / AWSRoboMakerReadOnlyAccess
rolesanywhere AWSRolesAnywhere*
route53-recovery-control-config AmazonRoute53RecoveryControlConfig*
rum AmazonCloudWatchRUM*
s3,s3-object-lambda AmazonS3*
sagemaker AmazonSageMakerFullAccess / AmazonSageMakerReadOnly
scheduler AmazonEventBridgeScheduler*
schemas AmazonEventBridgeSchemas*
secretsmanager SecretsManagerReadWrite
securitylake AmazonSecurityLakeAdministrator
servicecatalog AWSServiceCatalogAdminFullAccess / AWSServiceCatalogAdminReadOnlyAccess
servicediscovery AWSCloudMap*
servicequotas ServiceQuotas*
ses AmazonSES*
ssm AmazonSSM*
sso AWSSSOMasterAccountAdministrator / AWSSSOReadOnly
sso-directory AWSSSODirectoryAdministrator / AWSSSODirectoryReadOnly
states AWSStepFunctions* AWSStepFunctionsConsoleFullAccess
support AWSSupportAccess / AWSSupportReadOnlyAccess
swf SimpleWorkflow*
synthetics CloudWatchSynthetics*
timestream-influxdb AmazonTimestreamInfluxDB*
transfer AWSTransfer*
translate TranslateFullAccess / TranslateReadOnly
vpc-lattice VPCLattice*
vpc-lattice-svcs VPCLatticeServicesInvokeAccess
waf,waf-regional,wafv2 AWSWAF*
wellarchitected WellArchitectedConsole*
workspaces AmazonWorkSpacesAdmin
workspaces-web AmazonWorkSpacesWebFullAccess / AmazonWorkSpacesWebReadOnly
xray AWSXray*
`

/** Policies of some services together. */
export interface Family {
  readonly services: readonly string[]
  readonly full: readonly string[]
  readonly read: readonly string[]
}

/** The families of all services: those with names of AWS, and one for every other service. */
export function familiesOf(
  services: readonly string[],
  nameOf: (service: string) => string,
): readonly Family[] {
  const named = known
    .trim()
    .split(/\n(?! )/)
    .map(familyOf)
  for (const { services: own } of named)
    for (const service of own)
      if (!services.includes(service)) throw new Error(`no service ${service} in the reference`)
  const alone = new Map(
    named.flatMap((family) =>
      family.services.length === 1 ? [[family.services[0]!, family]] : [],
    ),
  )
  const several = named.filter((family) => family.services.length > 1)
  const taken = new Set(named.flatMap(({ full, read }) => [...full, ...read]))
  const each = services.map((service): Family => {
    const { full, read } = alone.get(service) ?? { full: [], read: [] }
    const stem = stemOf(nameOf(service))
    const inFamily = several.some((family) => family.services[0] === service)
    const made = (suffix: string): readonly string[] =>
      inFamily && taken.has(`${stem}${suffix}`) ? [] : [`${stem}${suffix}`]
    return {
      services: [service],
      full: full.length > 0 ? full : made('FullAccess'),
      read: read.length > 0 ? read : made('ReadOnlyAccess'),
    }
  })
  return [...several, ...each]
}

function familyOf(line: string): Family {
  const [prefixes = '', ...names] = line.split(/\s+/)
  const slash = names.indexOf('/')
  const full = slash === -1 ? names : names.slice(0, slash)
  const read = slash === -1 ? names.filter((name) => name.endsWith('*')) : names.slice(slash + 1)
  return {
    services: prefixes.split(','),
    full: full.map((name) => name.replace('*', 'FullAccess')),
    read: read.map((name) => name.replace('*', 'ReadOnlyAccess')),
  }
}

/** `AWS Database Migration Service` → `AWSDatabaseMigrationService` */
function stemOf(name: string): string {
  const words = name.replace(/\(.*?\)|-/g, ' ').match(/[A-Za-z0-9]+/g) ?? []
  const stem = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('')
  return /^(?:AWS|Amazon)/.test(stem) ? stem : `AWS${stem}`
}
