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
 * it, by a group too. Who has it in two ways may come twice.
 */
export async function* callersOf(
  subject: Subject,
  { account, caller }: Pick<SubjectCall, 'account' | 'caller'>,
  reads: Pick<Reads, 'linked'>,
): AsyncGenerator<readonly Caller[]> {
  const callerOf =
    (kind: Caller['kind']) =>
    (record: Caller['record']): Caller => ({
      kind,
      record,
      arn: iamArn({ partition: caller.partition, account }, kind, record.name, record.path),
    })
  async function* linked(kind: Caller['kind'], target: string) {
    for await (const records of everyLinked(reads, kind, account, target))
      yield records.map(callerOf(kind))
  }
  const members = (group: Parameters<typeof membershipOf>[0]) =>
    linked('user', linkTo.group(membershipOf(group)))
  if (subject.kind === 'source') {
    const { kind, record } = subject.source
    if (kind === 'group') yield* members(record)
    else yield [callerOf(kind)(record)]
    return
  }
  const target = linkTo.policy(subject.record.arn)
  yield* linked('user', target)
  yield* linked('role', target)
  for await (const groups of everyLinked(reads, 'group', account, target))
    for (const group of groups) yield* members(group)
}

/** Records read per turn of the event loop. */
const readAtOnce = 100

async function* everyLinked<K extends 'user' | 'group' | 'role'>(
  reads: Pick<Reads, 'linked'>,
  kind: K,
  account: string,
  target: string,
): AsyncGenerator<readonly RecordKinds[K][]> {
  for (let after = ''; ; ) {
    const rows = await reads.linked(kind, account, target, { limit: readAtOnce, after })
    yield rows.map(({ record }) => record)
    if (rows.length < readAtOnce) return
    after = rows.at(-1)!.key
  }
}
