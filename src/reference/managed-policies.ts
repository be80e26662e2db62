import { type ParsedPolicy, type PolicyKind, parseOwnPolicy, parsePolicy } from '../policy/index.ts'

/**
 * One row of managed-policies.gen.json: the number of its version, the dates of the first and of
 * this version, what it is for, and its document for the partition `aws`.
 */
export type ManagedPolicyRow = readonly [
  version: number,
  createdOn: string,
  changedOn: string,
  description: string,
  document: string,
]

/** A ready-made policy, under the name that AWS's has, for one partition. */
export interface ManagedPolicy {
  readonly arn: string
  readonly name: string
  readonly path: string
  readonly version: number
  readonly createdAt: string
  readonly changedAt: string
  readonly description: string
  readonly document: string
}

/** Ready-made policies of a partition. */
export interface ManagedPolicies {
  /** `arn` has to be that of the policy exactly, in path and case. */
  find(arn: string): ManagedPolicy | undefined
  /** In order of path and name. */
  readonly arns: readonly string[]
}

const byPartition = new Map<string, Promise<ManagedPolicies>>()

/** The file is read at first use. */
export function managedPolicies(partition: string): Promise<ManagedPolicies> {
  const known = byPartition.get(partition)
  if (known) return known
  const made = import('./managed-policies.gen.json', { with: { type: 'json' } }).then((module) =>
    ofPartition(module.default as unknown as Readonly<Record<string, ManagedPolicyRow>>, partition),
  )
  byPartition.set(partition, made)
  return made
}

/** The ready-made policies of several partitions, for those who can't wait for each. */
export async function managedPoliciesOf(
  partitions: Iterable<string>,
): Promise<ReadonlyMap<string, ManagedPolicies>> {
  const each = [...new Set(partitions)].map(
    async (partition) => [partition, await managedPolicies(partition)] as const,
  )
  return new Map(await Promise.all(each))
}

/**
 * Parses the document of a managed policy. Ready-made ones may be longer than an account's own, as
 * AWS's are: one that lets read every service names them all.
 */
export function parseManaged(
  kind: PolicyKind,
  { arn, id = arn }: { readonly arn: string; readonly id?: string },
  document: string,
): ParsedPolicy {
  return (isReadyMade(arn) ? parseOwnPolicy : parsePolicy)(kind, id, document)
}

/** Whether an ARN is of AWS's own account, which has the ready-made policies. */
export function isReadyMade(arn: string): boolean {
  return /^arn:[^:]*:iam::aws:policy\//.test(arn)
}

function ofPartition(
  rows: Readonly<Record<string, ManagedPolicyRow>>,
  partition: string,
): ManagedPolicies {
  const start = `arn:${partition}:iam::aws:policy/`
  return {
    arns: Object.keys(rows).map((name) => start + name),
    find(arn) {
      const full = arn.slice(start.length)
      if (!arn.startsWith(start) || !Object.hasOwn(rows, full)) return undefined
      const [version, createdOn, changedOn, description, document] = rows[full]!
      const nameAt = full.lastIndexOf('/') + 1
      return {
        arn,
        name: full.slice(nameAt),
        path: `/${full.slice(0, nameAt)}`,
        version,
        createdAt: `${createdOn}T00:00:00.000Z`,
        changedAt: `${changedOn}T00:00:00.000Z`,
        description,
        document: document.replaceAll('"arn:aws:', `"arn:${partition}:`),
      }
    },
  }
}
