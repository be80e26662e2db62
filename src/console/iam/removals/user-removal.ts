import { type Action, type Call, partOf, unlessAbsent } from '../../call.ts'
import type { Dependents, Removal } from '../../removal.ts'
import type { Task } from '../../tasks.ts'
import { mostItems } from '../parts.ts'
import { eachOf, policyDependents } from './dependents.ts'
import { words } from './words.ts'

const said = words.user

/** What a page or a bulk action calls to delete users. */
export const userRemovalCalls = [
  ...(['iam:GetUser', 'iam:ListAccessKeys', 'iam:GetLoginProfile', 'iam:ListMFADevices'] as const),
  ...(['iam:ListSigningCertificates', 'iam:ListSSHPublicKeys'] as const),
  ...(['iam:ListServiceSpecificCredentials', 'iam:ListGroupsForUser'] as const),
  ...(['iam:ListAttachedUserPolicies', 'iam:ListUserPolicies'] as const),
  ...(['iam:DeleteAccessKey', 'iam:DeleteLoginProfile', 'iam:DeactivateMFADevice'] as const),
  ...(['iam:DeleteVirtualMFADevice', 'iam:DeleteSigningCertificate'] as const),
  ...(['iam:DeleteSSHPublicKey', 'iam:DeleteServiceSpecificCredential'] as const),
  ...(['iam:RemoveUserFromGroup', 'iam:DetachUserPolicy', 'iam:DeleteUserPolicy'] as const),
  'iam:DeleteUser',
] satisfies readonly Action[]
type UserCall = Call<(typeof userRemovalCalls)[number]>

/** What is deleted with a user: first what the user signs in and calls with. */
export async function userRemoval(
  call: UserCall,
  name: string,
): Promise<Removal<(typeof userRemovalCalls)[number]>> {
  const { User: found } = await call('iam:GetUser', { UserName: name })
  const { UserName } = found
  return {
    name: UserName,
    title: said.title(UserName),
    says: words.says,
    dependents: [...(await credentials(call, UserName)), ...(await belongings(call, UserName))],
    last: {
      words: said.task(UserName),
      run: async (now) => {
        await now('iam:DeleteUser', { UserName })
      },
    },
    said: words.gone(UserName),
  }
}

type Each = Dependents<(typeof userRemovalCalls)[number]>

async function credentials(call: UserCall, UserName: string): Promise<readonly Each[]> {
  const asked = { UserName, MaxItems: mostItems }
  const [keys, password, devices, certificates, sshKeys, others] = await Promise.all([
    partOf(call('iam:ListAccessKeys', { UserName })),
    partOf(unlessAbsent(call('iam:GetLoginProfile', { UserName }))),
    partOf(call('iam:ListMFADevices', asked)),
    partOf(call('iam:ListSigningCertificates', asked)),
    partOf(call('iam:ListSSHPublicKeys', asked)),
    partOf(call('iam:ListServiceSpecificCredentials', { UserName })),
  ])
  return [
    eachOf(said.keys, keys, ({ AccessKeyMetadata }) =>
      AccessKeyMetadata.map(({ AccessKeyId = '' }) => ({
        words: said.key(AccessKeyId),
        run: (now) => done(now('iam:DeleteAccessKey', { UserName, AccessKeyId })),
      })),
    ),
    eachOf(said.password, password, (profile) =>
      profile
        ? [
            {
              words: said.passwordTask,
              run: (now) => done(now('iam:DeleteLoginProfile', { UserName })),
            },
          ]
        : [],
    ),
    eachOf(said.devices, devices, ({ MFADevices }) =>
      MFADevices.flatMap(({ SerialNumber }) => deviceTasks(UserName, SerialNumber)),
    ),
    eachOf(said.certificates, certificates, ({ Certificates }) =>
      Certificates.map(({ CertificateId }) => ({
        words: said.certificate(CertificateId),
        run: (now) => done(now('iam:DeleteSigningCertificate', { UserName, CertificateId })),
      })),
    ),
    eachOf(said.sshKeys, sshKeys, ({ SSHPublicKeys = [] }) =>
      SSHPublicKeys.map(({ SSHPublicKeyId }) => ({
        words: said.sshKey(SSHPublicKeyId),
        run: (now) => done(now('iam:DeleteSSHPublicKey', { UserName, SSHPublicKeyId })),
      })),
    ),
    eachOf(said.credentials, others, ({ ServiceSpecificCredentials = [] }) =>
      ServiceSpecificCredentials.map(({ ServiceSpecificCredentialId, ServiceName }) => ({
        words: said.credential(ServiceSpecificCredentialId, ServiceName),
        run: (now) =>
          done(
            now('iam:DeleteServiceSpecificCredential', { UserName, ServiceSpecificCredentialId }),
          ),
      })),
    ),
  ]
}

/** A virtual device is the user's own and goes with it; a token of a vendor stays on the shelf. */
function deviceTasks(
  UserName: string,
  SerialNumber: string,
): readonly Task<(typeof userRemovalCalls)[number]>[] {
  const take: Task<(typeof userRemovalCalls)[number]> = {
    words: said.deactivate(SerialNumber),
    run: (now) => done(now('iam:DeactivateMFADevice', { UserName, SerialNumber })),
  }
  if (!/^arn:[^:]*:iam::\d{12}:mfa\//.test(SerialNumber)) return [take]
  return [
    take,
    {
      words: said.device(SerialNumber),
      run: (now) => done(now('iam:DeleteVirtualMFADevice', { SerialNumber })),
    },
  ]
}

async function belongings(call: UserCall, UserName: string): Promise<readonly Each[]> {
  const asked = { UserName, MaxItems: mostItems }
  const [groups, attached, inline] = await Promise.all([
    partOf(call('iam:ListGroupsForUser', asked)),
    partOf(call('iam:ListAttachedUserPolicies', asked)),
    partOf(call('iam:ListUserPolicies', asked)),
  ])
  return [
    eachOf(said.groups, groups, ({ Groups }) =>
      Groups.map(({ GroupName }) => ({
        words: said.group(GroupName),
        run: (now) => done(now('iam:RemoveUserFromGroup', { UserName, GroupName })),
      })),
    ),
    ...policyDependents<(typeof userRemovalCalls)[number]>(attached, inline, {
      detach: (now, PolicyArn) => now('iam:DetachUserPolicy', { UserName, PolicyArn }),
      remove: (now, PolicyName) => now('iam:DeleteUserPolicy', { UserName, PolicyName }),
    }),
  ]
}

async function done(work: Promise<unknown>): Promise<void> {
  await work
}
