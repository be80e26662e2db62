import { iam, instant, type Step, trustOwn } from './step.ts'

const web = { InstanceProfileName: 'Web' }
const both = { ...web, RoleName: 'Server' }
const role = { RoleName: 'Server', Arn: 'arn:aws:iam::<account>:role/Server' }

/** What a Terraform run makes for its machines, asks of it, and takes away again. */
export const instanceProfiles: readonly Step[] = [
  iam('CreateRole', { RoleName: 'Server', AssumeRolePolicyDocument: trustOwn() }),
  iam(
    'CreateInstanceProfile',
    { ...web, Path: '/fleet/', Tags: [{ Key: 'team', Value: 'ops' }] },
    {
      answers: {
        InstanceProfile: {
          InstanceProfileName: 'Web',
          InstanceProfileId: /^AIPA/,
          Path: '/fleet/',
          Arn: 'arn:aws:iam::<account>:instance-profile/fleet/Web',
          CreateDate: instant,
          Roles: [],
          Tags: [{ Key: 'team', Value: 'ops' }],
        },
      },
    },
  ),
  iam('CreateInstanceProfile', web, { refused: ['EntityAlreadyExists', /Instance Profile Web/] }),
  iam('CreateInstanceProfile', { InstanceProfileName: 'Batch' }),
  iam('AddRoleToInstanceProfile', both),
  iam('AddRoleToInstanceProfile', both, { refused: ['LimitExceeded', /PerInstanceProfile: 1/] }),
  iam('GetInstanceProfile', web, {
    answers: { InstanceProfile: { Roles: [{ ...role, MaxSessionDuration: undefined }] } },
  }),
  iam(
    'ListInstanceProfiles',
    {},
    {
      pageSize: 1,
      answers: {
        InstanceProfiles: [
          { InstanceProfileName: 'Batch', Roles: [] },
          { InstanceProfileName: 'Web', Roles: [role], Tags: undefined },
        ],
      },
    },
  ),
  iam(
    'ListInstanceProfilesForRole',
    { RoleName: 'Server' },
    { answers: { InstanceProfiles: [{ InstanceProfileName: 'Web' }] } },
  ),
  iam('TagInstanceProfile', { ...web, Tags: [{ Key: 'cost', Value: '7' }] }),
  iam('UntagInstanceProfile', { ...web, TagKeys: ['team'] }),
  iam('ListInstanceProfileTags', web, { answers: { Tags: [{ Key: 'cost', Value: '7' }] } }),
  iam(
    'DeleteRole',
    { RoleName: 'Server' },
    { refused: ['DeleteConflict', /must remove roles from instance profile first/] },
  ),
  iam('DeleteInstanceProfile', web, { refused: ['DeleteConflict', /must remove roles/] }),
  iam('RemoveRoleFromInstanceProfile', both),
  iam('RemoveRoleFromInstanceProfile', both, { refused: ['NoSuchEntity', /Role Server in/] }),
  iam('DeleteRole', { RoleName: 'Server' }),
  iam('DeleteInstanceProfile', web),
  iam('DeleteInstanceProfile', { InstanceProfileName: 'Batch' }),
  iam('GetInstanceProfile', web, { refused: ['NoSuchEntity', /Instance Profile Web cannot/] }),
]
