import { iamArn } from '../../../kernel/arn.ts'
import type { Ids } from '../../../kernel/ids.ts'
import { longestSession } from '../../../kernel/role-sessions.ts'
import type { RoleRecord } from '../../../store/records.ts'
import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { roleShape } from '../roles/role-shape.ts'
import { serviceRoleOf } from './service-roles.ts'

interface Named {
  readonly AWSServiceName: string
  readonly CustomSuffix?: string | undefined
}

/** The model's limit for names of roles. */
const mostCharacters = 64

/**
 * Makes the role that a service takes by itself. Its trust names the service alone and stays so;
 * its permissions are the service's matter.
 */
export function createServiceLinkedRole({ ids }: { readonly ids: Pick<Ids, 'next'> }) {
  return operation(iamModel('CreateServiceLinkedRole'), {
    writes: true,

    authorize: (input, { account, caller }) => ({
      resource: iamArn(
        { partition: caller.partition, account },
        'role',
        nameOf(input) ?? '*',
        pathOf(input),
      ),
      conditions: { 'iam:AWSServiceName': input.AWSServiceName },
    }),

    async handle(input, call, _found, writes) {
      const { AWSServiceName: service, CustomSuffix, Description } = input
      const { account, caller, now, fault } = call
      const name = nameOf(input)
      if (name === undefined)
        throw fault('InvalidInput', `${service} is not a valid AWS service principal.`)
      if (CustomSuffix !== undefined && !serviceRoleOf(service)?.suffix)
        throw fault('InvalidInput', `Custom suffix is not allowed for ${service}`)
      if (name.length > mostCharacters)
        throw fault('InvalidInput', `The role name ${name} is longer than ${mostCharacters}.`)
      const record: RoleRecord = {
        account,
        id: ids.next('AROA'),
        name,
        path: pathOf(input),
        inlinePolicies: {},
        attachedPolicies: policiesOf(service, caller.partition),
        tags: [],
        trustPolicy: trustOf(service),
        serviceLinked: service,
        maxSessionDurationSeconds: longestSession.defaultSeconds,
        description: Description,
        createdAt: now.toISOString(),
        managedBy: 'api',
      }
      if ((await writes.count('role', account)) >= call.quotas.roles)
        throw fault(
          'LimitExceeded',
          `Cannot exceed quota for RolesPerAccount: ${call.quotas.roles}`,
        )
      if (!(await writes.insert('role', account, name.toLowerCase(), record)))
        throw fault(
          'InvalidInput',
          `Service role name ${name} has been taken in this account, ` +
            'please try a different suffix.',
        )
      const role = await roleShape(record, caller.partition, writes, { full: true })
      return { Role: { ...role, MaxSessionDuration: undefined } }
    },
  })
}

/** undefined: there is no such service. */
function nameOf({ AWSServiceName, CustomSuffix }: Named): string | undefined {
  const role = serviceRoleOf(AWSServiceName)
  if (!role) return undefined
  const suffix = CustomSuffix === undefined ? '' : `_${CustomSuffix}`
  return `AWSServiceRoleFor${role.name}${suffix}`
}

function pathOf({ AWSServiceName }: Named): string {
  return `/aws-service-role/${AWSServiceName}/`
}

/** The ready-made policy of the service's role, if it has one. */
function policiesOf(service: string, partition: string): readonly string[] {
  const policy = serviceRoleOf(service)?.policy
  return policy === undefined
    ? []
    : [iamArn({ partition, account: 'aws' }, 'policy', policy, '/aws-service-role/')]
}

function trustOf(service: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  })
}
