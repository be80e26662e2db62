import { iamArn } from '../../../kernel/arn.ts'
import type { Ids } from '../../../kernel/ids.ts'
import type { Writes } from '../../../store/store.ts'
import { type Call, operation, type Target } from '../../operation.ts'
import { findNamed, namedTarget } from '../entity.ts'
import { iamModel } from '../iam-model.ts'

/** The tasks of an account that are remembered; older ones are forgotten. */
const mostTasks = 100

/**
 * Deletes the role at once, with its sessions: no service runs on Gatehouse that could still use
 * it. Only roles that CreateServiceLinkedRole made are deleted.
 */
export function deleteServiceLinkedRole({ ids }: { readonly ids: Pick<Ids, 'uuid'> }) {
  return operation(iamModel('DeleteServiceLinkedRole'), {
    writes: true,
    locate: ({ RoleName }, call, reads) => findNamed(reads, 'role', call, RoleName),

    authorize({ RoleName }, call, found): Target {
      const target = namedTarget('role', call, RoleName, found)
      const conditions = { ...target.conditions, 'iam:AWSServiceName': found?.serviceLinked }
      return { ...target, conditions }
    },

    async handle({ RoleName }, { account, now, fault }, found, writes) {
      if (found?.serviceLinked === undefined)
        throw fault('NoSuchEntity', `The service-linked role ${RoleName} cannot be found.`)
      await writes.remove('role', account, found.name.toLowerCase())
      const id = `task${found.path}${found.name}/${ids.uuid()}`
      await forgetOldest(account, writes)
      await writes.insert('roleDeletion', account, id, {
        account,
        createdAt: now.toISOString(),
        managedBy: 'api',
      })
      return { DeletionTaskId: id }
    },
  })
}

async function forgetOldest(account: string, writes: Writes): Promise<void> {
  if ((await writes.count('roleDeletion', account)) < mostTasks) return
  const tasks = await writes.list('roleDeletion', account, { limit: mostTasks })
  const [oldest] = tasks.toSorted((a, b) => (a.record.createdAt < b.record.createdAt ? -1 : 1))
  if (oldest) await writes.remove('roleDeletion', account, oldest.key)
}

const taskId = /^task(\/aws-service-role\/[^/]+\/)([^/]+)\/[0-9a-f-]{1,36}$/

/** Decided on the role that the task deleted. */
export const getServiceLinkedRoleDeletionStatus = operation(
  iamModel('GetServiceLinkedRoleDeletionStatus'),
  {
    authorize({ DeletionTaskId }, call) {
      const [, path, name = '*'] = taskId.exec(DeletionTaskId) ?? []
      return { resource: roleArn(call, name, path) }
    },
    async handle({ DeletionTaskId }, { account, fault }, _found, reads) {
      if (!taskId.test(DeletionTaskId))
        throw fault('InvalidInput', `${DeletionTaskId.slice(0, 256)} is not a deletion task.`)
      if (!(await reads.find('roleDeletion', account, DeletionTaskId)))
        throw fault('NoSuchEntity', `The deletion task ${DeletionTaskId} cannot be found.`)
      return { Status: 'SUCCEEDED' as const }
    },
  },
)

function roleArn(
  { account, caller }: Pick<Call<never>, 'account' | 'caller'>,
  name: string,
  path: string | undefined,
): string {
  return iamArn({ partition: caller.partition, account }, 'role', name, path)
}
