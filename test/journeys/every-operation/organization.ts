import { iam, type Step, sts } from './step.ts'

const both = ['RootCredentialsManagement', 'RootSessions']
const task = {
  TargetPrincipal: '<member>',
  TaskPolicyArn: { arn: 'arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy' },
}

/** The account that manages another decides what it may do there as root. */
export const organization: readonly Step[] = [
  iam(
    'ListOrganizationsFeatures',
    {},
    { answers: { OrganizationId: /^o-[a-z0-9]{10}$/, EnabledFeatures: both } },
  ),
  iam(
    'DisableOrganizationsRootSessions',
    {},
    { answers: { EnabledFeatures: ['RootCredentialsManagement'] } },
  ),
  sts('AssumeRoot', task, { refused: ['AccessDenied', /sts:AssumeRoot/] }),
  iam('EnableOrganizationsRootSessions', {}, { answers: { EnabledFeatures: both } }),
  sts('AssumeRoot', task, { answers: { Credentials: { AccessKeyId: /^ASIA/ } } }),
  iam(
    'DisableOrganizationsRootCredentialsManagement',
    {},
    { answers: { EnabledFeatures: ['RootSessions'] } },
  ),
  iam('EnableOrganizationsRootCredentialsManagement', {}, { answers: { EnabledFeatures: both } }),
]
