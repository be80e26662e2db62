import { hashPassword } from '../../src/kernel/argon2id.ts'
import type { Signer } from '../bench/signed-requests.ts'

export const account = '111122223333'
export const roleArn = `arn:aws:iam::${account}:role/Engineer`
export const admin: Signer = {
  accessKeyId: 'AKIACHAOSADMIN222222',
  secretAccessKey: 'chaosSecret+chaosSecret+chaosSecret+2026',
}
export const broker: Signer = {
  accessKeyId: 'AKIACHAOSBROKER22222',
  secretAccessKey: 'chaosBroker+chaosBroker+chaosBroker+2026',
}
export const password = 'all-of-them-2026'
export const people = ['amina', 'jonas', 'priya', 'tomas'].map((username) => ({
  username,
  displayName: `${username.toUpperCase()} of the chaos`,
}))

const statement = (more: object) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', ...more }],
})

/** Accounts, people and rules of each node. JSON is YAML. */
export async function chaosSettings(): Promise<string> {
  const passwordHash = await hashPassword(password)
  const sections = {
    connectors: {
      staff: {
        ...{ type: 'file', label: 'Staff', accounts: [account] },
        people: people.map((person) => ({ ...person, passwordHash, groups: ['all'] })),
      },
    },
    mappings: [{ name: 'all', when: '"all" in identity.groups', grants: [{ role: roleArn }] }],
    accounts: {
      [account]: {
        rootAccessKeys: [admin],
        users: {
          broker: {
            accessKeys: [broker],
            policies: {
              Assume: statement({ Action: 'sts:AssumeRole', Resource: roleArn }),
            },
          },
        },
        roles: {
          Engineer: {
            policies: { Read: statement({ Action: 's3:*', Resource: '*' }) },
            trustPolicy: statement({
              Principal: {
                Federated: `arn:aws:iam::${account}:file-provider/staff`,
                AWS: `arn:aws:iam::${account}:user/broker`,
              },
              Action: ['sts:AssumeRole', 'sts:AssumeRoleWithLDAPIdentity'],
            }),
          },
        },
      },
    },
  }
  return Object.entries(sections)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join('\n')
}
