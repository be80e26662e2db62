import { iam, instant, type Step } from './step.ts'

const role = { RoleName: 'AWSServiceRoleForElasticBeanstalk' }

/** What a Terraform run makes before its service runs, and takes away after it. */
export const serviceLinkedRoles: readonly Step[] = [
  iam(
    'CreateServiceLinkedRole',
    { AWSServiceName: 'elasticbeanstalk.amazonaws.com', Description: 'runs' },
    {
      answers: {
        Role: {
          ...role,
          Path: '/aws-service-role/elasticbeanstalk.amazonaws.com/',
          CreateDate: instant,
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { Service: 'elasticbeanstalk.amazonaws.com' },
                Action: 'sts:AssumeRole',
              },
            ],
          },
        },
      },
    },
  ),
  iam(
    'CreateServiceLinkedRole',
    { AWSServiceName: 'elasticbeanstalk.amazonaws.com' },
    { refused: ['InvalidInput', /has been taken in this account/] },
  ),
  iam('DeleteRole', role, { refused: ['UnmodifiableEntity', /only modifiable by AWS$/] }),
  iam('DeleteServiceLinkedRole', role, { keeps: { task: 'DeletionTaskId' } }),
  iam(
    'GetServiceLinkedRoleDeletionStatus',
    { DeletionTaskId: '<task>' },
    { answers: { Status: 'SUCCEEDED', Reason: undefined } },
  ),
  iam('GetRole', role, { refused: ['NoSuchEntity'] }),
]
