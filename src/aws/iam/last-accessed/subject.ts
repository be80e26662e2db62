import { iamArn } from '../../../kernel/arn.ts'
import type { Policy } from '../../../policy/index.ts'
import { parseManaged } from '../../../reference/managed-policies.ts'
import { linkTo } from '../../../store/links.ts'
import { membershipOf } from '../../../store/memberships.ts'
import type { PolicyRecord, RecordKinds } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import type { Call, Target } from '../../operation.ts'
import { managedPolicy } from '../managed-policies/managed-policy.ts'
import { existingSource, locateSource, type Source, sourceTarget } from '../policy-source.ts'
import { policiesOfSource } from '../simulator/policies-of-source.ts'

/** What a report is of: a user, group, role or managed policy. */
export type Subject =
  | { readonly kind: 'policy'; readonly record: PolicyRecord }
  | { readonly kind: 'source'; readonly source: Source }

/** A user or role that calls. */
export interface Caller {
  readonly kind: 'user' | 'role'
  readonly record: RecordKinds['user' | 'role']
  readonly arn: string
}

type SubjectCall = Call<'InvalidInput' | 'NoSuchEntity'>

const ofPolicy = (arn: string) => /^arn:[^:]*:iam:[^:]*:[^:]*:policy\//.test(arn)

/** Finds the entity or policy of exactly that ARN. Throws InvalidInput for any other ARN. */
export async function locateSubject(
  arn: string,
  call: SubjectCall,
  reads: Reads,
): Promise<Subject | undefined> {
  if (ofPolicy(arn)) {
    const record = await managedPolicy.find({ PolicyArn: arn }, call, reads)
    return record && { kind: 'policy', record }
  }
  const source = await locateSource(arn, call, reads)
  return source && { kind: 'source', source }
}

export function subjectTarget(arn: string, call: SubjectCall, found: Subject | undefined): Target {
  if (ofPolicy(arn))
    return managedPolicy.target(
      { PolicyArn: arn },
      call,
      found?.kind === 'policy' ? found.record : undefined,
    )
  return sourceTarget(arn, call, found?.kind === 'source' ? found.source : undefined)
}

/** Throws NoSuchEntity. */
export function existingSubject(
  arn: string,
  call: SubjectCall,
  found: Subject | undefined,
): Subject {
  if (found) return found
  if (ofPolicy(arn)) managedPolicy.existing({ PolicyArn: arn }, call, undefined)
  existingSource(arn, call, undefined)
  throw new Error('an absent subject exists')
}

/** The policies that say which services can be accessed; boundaries do not count (IAM guide). */
export async function policiesOf(subject: Subject, reads: Reads): Promise<readonly Policy[]> {
  if (subject.kind === 'source') {
    const held = await policiesOfSource(subject.source, reads)
    return held.map(({ policy }) => policy)
  }
  const { arn, defaultVersion, versions } = subject.record
  const { document = '' } = versions.find(({ id }) => id === defaultVersion) ?? {}
  const parsed = parseManaged('identity', { arn }, document)
  return parsed.ok ? [parsed.policy] : []
}

/**
 * The users and roles whose calls a report tells: of a group its members, of a policy whoever has
 * it, by a group too.
 */
export async function callersOf(
  subject: Subject,
  { account, caller }: Pick<SubjectCall, 'account' | 'caller'>,
  reads: Pick<Reads, 'linked'>,
): Promise<readonly Caller[]> {
  const callerOf =
    (kind: Caller['kind']) =>
    (record: Caller['record']): Caller => ({
      kind,
      record,
      arn: iamArn({ partition: caller.partition, account }, kind, record.name, record.path),
    })
  const members = async (group: Parameters<typeof membershipOf>[0]) => {
    const target = linkTo.group(membershipOf(group))
    return (await everyLinked(reads, 'user', account, target)).map(callerOf('user'))
  }
  if (subject.kind === 'source') {
    const { kind, record } = subject.source
    return kind === 'group' ? members(record) : [callerOf(kind)(record)]
  }
  const target = linkTo.policy(subject.record.arn)
  const groups = await everyLinked(reads, 'group', account, target)
  const found = [
    (await everyLinked(reads, 'user', account, target)).map(callerOf('user')),
    (await everyLinked(reads, 'role', account, target)).map(callerOf('role')),
    ...(await Promise.all(groups.map(members))),
  ].flat()
  return [...new Map(found.map((one) => [one.record.id, one])).values()]
}

async function everyLinked<K extends 'user' | 'group' | 'role'>(
  reads: Pick<Reads, 'linked'>,
  kind: K,
  account: string,
  target: string,
): Promise<readonly RecordKinds[K][]> {
  const found: RecordKinds[K][] = []
  for (let after = ''; ; ) {
    const rows = await reads.linked(kind, account, target, { limit: 500, after })
    found.push(...rows.map(({ record }) => record))
    if (rows.length < 500) return found
    after = rows.at(-1)!.key
  }
}
