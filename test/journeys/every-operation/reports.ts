import { allow, allowed, iam, type Step } from './step.ts'

const eva = { UserName: 'eva' }

/** What an auditor asks of an account: who may what, with which credentials. */
export const reports: readonly Step[] = [
  iam('CreateUser', eva),
  iam('PutUserPolicy', { ...eva, PolicyName: 'Own', PolicyDocument: allow('s3:Get*') }),
  iam(
    'GetAccountAuthorizationDetails',
    { Filter: ['User'] },
    {
      pageSize: 1,
      answers: {
        UserDetailList: [
          { UserName: 'admin' },
          {
            UserName: 'eva',
            UserPolicyList: [{ PolicyName: 'Own', PolicyDocument: allowed('s3:Get*') }],
            GroupList: [],
            AttachedManagedPolicies: [],
          },
        ],
      },
    },
  ),
  iam(
    'ListPoliciesGrantingServiceAccess',
    { Arn: 'arn:aws:iam::<account>:user/eva', ServiceNamespaces: ['s3', 'ec2'] },
    {
      answers: {
        PoliciesGrantingServiceAccess: [
          {
            ServiceNamespace: 's3',
            Policies: [
              {
                PolicyName: 'Own',
                PolicyType: 'INLINE',
                EntityType: 'USER',
                EntityName: 'eva',
                PolicyArn: undefined,
              },
            ],
          },
          { ServiceNamespace: 'ec2', Policies: [] },
        ],
      },
    },
  ),
  iam('GetCredentialReport', {}, { refused: ['ReportNotPresent', /^No report exists/] }),
  iam('GenerateCredentialReport', {}, { answers: { State: 'STARTED' } }),
  iam('GenerateCredentialReport', {}, { answers: { State: 'COMPLETE' } }),
  iam('GetCredentialReport', {}, { answers: { ReportFormat: 'text/csv' } }),
  iam('SetSecurityTokenServicePreferences', { GlobalEndpointTokenVersion: 'v1Token' }),
  iam(
    'GetAccountSummary',
    {},
    { answers: { SummaryMap: { GlobalEndpointTokenVersion: 1, Users: 2 } } },
  ),
  iam('SetSecurityTokenServicePreferences', { GlobalEndpointTokenVersion: 'v2Token' }),
  iam(
    'GenerateServiceLastAccessedDetails',
    { Arn: 'arn:aws:iam::<account>:user/eva', Granularity: 'ACTION_LEVEL' },
    { keeps: { job: 'JobId' } },
  ),
  iam(
    'GetServiceLastAccessedDetails',
    { JobId: '<job>' },
    {
      answers: {
        JobStatus: 'COMPLETED',
        JobType: 'ACTION_LEVEL',
        ServicesLastAccessed: [
          { ServiceName: 'Amazon S3', ServiceNamespace: 's3', TotalAuthenticatedEntities: 0 },
        ],
      },
    },
  ),
  iam(
    'GetServiceLastAccessedDetailsWithEntities',
    { JobId: '<job>', ServiceNamespace: 's3' },
    { answers: { EntityDetailsList: [{ EntityInfo: { ...{ Name: 'eva', Type: 'USER' } } }] } },
  ),
  iam('DeleteUserPolicy', { ...eva, PolicyName: 'Own' }),
  iam('DeleteUser', eva),
]
