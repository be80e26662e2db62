import { hash } from 'node:crypto'
import {
  isReadyMade,
  type ManagedPolicy,
  managedPolicies,
} from '../../../reference/managed-policies.ts'
import type { PolicyRecord } from '../../../store/records.ts'
import type { Call } from '../../operation.ts'

type Caller = Pick<Call<never>, 'account' | 'caller'>

/**
 * Returns a ready-made policy of the caller's partition as a record, as if it were the account's
 * own, so that its uses are counted there; undefined when there is none. Nothing stores it.
 */
export async function readyMadePolicy(
  arn: string,
  { account, caller }: Caller,
): Promise<PolicyRecord | undefined> {
  const found = (await managedPolicies(caller.partition)).find(arn)
  return found && recordOf(found, account)
}

/** Returns the ready-made policies of the caller's partition after one of them, in order. */
export async function readyMadePolicies(
  { account, caller }: Caller,
  {
    after = '',
    pathPrefix = '/',
  }: { readonly after?: string | undefined; readonly pathPrefix?: string | undefined },
): Promise<readonly PolicyRecord[]> {
  const { arns, find } = await managedPolicies(caller.partition)
  return arns
    .filter((arn) => arn > after)
    .flatMap((arn) => find(arn) ?? [])
    .filter(({ path }) => path.startsWith(pathPrefix))
    .map((policy) => recordOf(policy, account))
}

/**
 * Why a policy is attached to nothing: those of roles that services take by themselves, and those
 * of AssumeRoot. Undefined for all others.
 */
export function notAttachable({
  arn,
  path,
}: Pick<PolicyRecord, 'arn' | 'path'>): string | undefined {
  if (!isReadyMade(arn)) return undefined
  if (path.startsWith('/aws-service-role/'))
    return 'Cannot attach a Service Role Policy to a Customer Role.'
  return path === '/root-task/' ? `Policy ${arn} is not attachable.` : undefined
}

function recordOf(policy: ManagedPolicy, account: string): PolicyRecord {
  const { arn, name, path, version, createdAt, changedAt, description, document } = policy
  const id = `v${version}`
  return {
    account,
    id: idOf(arn),
    name,
    path,
    arn,
    description,
    tags: [],
    defaultVersion: id,
    lastVersion: version,
    versions: [{ id, document, createdAt: changedAt }],
    createdAt,
    managedBy: 'config',
  }
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The same id for a policy at every node and in every release. */
function idOf(arn: string): string {
  const bytes = hash('sha256', arn.slice(arn.indexOf(':policy/')), 'buffer')
  return `ANPA${Array.from(bytes.subarray(0, 17), (byte) => letters[byte % 32]).join('')}`
}
