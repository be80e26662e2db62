import { iamArn } from '../../kernel/arn.ts'
import type { RecordKinds } from '../../store/records.ts'
import type { Reads } from '../../store/store.ts'
import type { Call } from '../operation.ts'
import { parseIamArn } from './arn-entity.ts'
import { type NamedKind, namedTarget } from './entity.ts'

/** The user, group or role whose policies a call asks about. */
export type Source = {
  [K in NamedKind]: { readonly kind: K; readonly record: RecordKinds[K] }
}[NamedKind]

const kinds = ['user', 'group', 'role'] as const

type SourceCall = Call<'InvalidInput' | 'NoSuchEntity'>

/** Throws InvalidInput for an ARN that names no user, group or role. */
function parse(arn: string, call: SourceCall) {
  for (const kind of kinds) {
    const named = parseIamArn(arn, call, new RegExp(`^${kind}/(?:.*/)?([^/]+)$`, 's'))
    if (named) return { kind, ...named }
  }
  throw call.fault('InvalidInput', `Invalid Entity Arn: ${arn}`)
}

/** Finds the entity whose ARN is the given one exactly; undefined when there is none. */
export async function locateSource(
  arn: string,
  call: SourceCall,
  reads: Reads,
): Promise<Source | undefined> {
  const { kind, account, name } = parse(arn, call)
  if (account !== call.account) return undefined
  const record = await reads.find(kind, account, name.toLowerCase())
  if (!record || sourceArn({ kind, record } as Source, call) !== arn) return undefined
  return { kind, record } as Source
}

export function sourceTarget(arn: string, call: SourceCall, found: Source | undefined) {
  if (found) return namedTarget(found.kind, call, found.record.name, found.record)
  return { resource: arn, resourceAccount: parse(arn, call).account }
}

/** Throws NoSuchEntity. */
export function existingSource(arn: string, call: SourceCall, found: Source | undefined): Source {
  if (found) return found
  const { kind, name } = parse(arn, call)
  throw call.fault('NoSuchEntity', `The ${kind} with name ${name} cannot be found.`)
}

export function sourceArn(
  { kind, record: { account, name, path } }: Source,
  { caller }: Pick<SourceCall, 'caller'>,
): string {
  return iamArn({ partition: caller.partition, account }, kind, name, path)
}
