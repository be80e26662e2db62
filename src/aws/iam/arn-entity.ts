import { parseArn } from '../../kernel/arn.ts'
import type { AwsFaultCode } from '../../kernel/aws-fault.ts'
import type { RecordKinds } from '../../store/records.ts'
import type { Reads, Writes } from '../../store/store.ts'
import type { Call, Target } from '../operation.ts'
import { resourceTagConditions } from '../request-context.ts'
import type { Named } from './holders.ts'

/** The records that operations name by ARN. */
export type ArnKind = 'policy' | 'mfaDevice' | 'oidcProvider' | 'samlProvider'
/** `C`: the faults that `parse` may throw; `never` for a kind that accepts any text. */
type ArnCall<C extends AwsFaultCode> = Call<C | 'NoSuchEntity'>

/** The account of the entity that an ARN names, and its key in the store. */
export interface KeyOfArn {
  readonly account: string
  readonly key: string
}
/** The account and the name of the entity that an ARN names. */
export interface NamedByArn {
  readonly account: string
  readonly name: string
}

/** The properties in which the kinds of entity differ. */
export interface ArnRow<K extends ArnKind, M extends string, C extends AwsFaultCode> {
  readonly kind: K
  /** The input member that holds the ARN. */
  readonly member: M
  /** Throws InvalidInput for a text that is not an ARN of this kind. */
  parse(arn: string, call: ArnCall<C>): KeyOfArn
  /** Returns the store's key of a record. */
  keyOf(record: RecordKinds[K]): string
  arnOf(record: RecordKinds[K], partition: string): string
  /** Returns the message of NoSuchEntity. */
  missing(arn: string): string
  /** Returns how error messages for a refused change name the entity; absent: by its ARN. */
  called?(record: RecordKinds[K]): string
}

export interface ArnEntity<K extends ArnKind, M extends string, C extends AwsFaultCode> {
  readonly kind: K
  parse(arn: string, call: ArnCall<C>): KeyOfArn
  /**
   * Returns the entity whose ARN equals the given one exactly, in path and case, because policy
   * conditions compare ARNs as text. Searches only the caller's account. Throws InvalidInput.
   */
  find(
    input: Named<M>,
    call: ArnCall<C>,
    reads: Pick<Reads, 'find'>,
  ): Promise<RecordKinds[K] | undefined>
  /** Returns the target to decide on: the ARN, with the entity's tags. Throws InvalidInput. */
  target(
    input: Named<M>,
    call: ArnCall<C>,
    found: RecordKinds[K] | undefined,
    conditions?: Target['conditions'] | undefined,
  ): Target
  /** Throws NoSuchEntity. */
  existing(
    input: Named<M>,
    call: Call<'NoSuchEntity'>,
    found: RecordKinds[K] | undefined,
  ): RecordKinds[K]
  /** As `existing`, for changes. Throws AccessDenied for what the settings file manages. */
  changeable(
    input: Named<M>,
    call: Call<'NoSuchEntity'>,
    found: RecordKinds[K] | undefined,
  ): RecordKinds[K]
  /** Updates an existing record. */
  save(writes: Pick<Writes, 'update'>, record: RecordKinds[K]): Promise<void>
  remove(writes: Pick<Writes, 'remove'>, record: RecordKinds[K]): Promise<void>
}

/** Returns the functions by which operations find, check and save an entity named by ARN. */
export function arnEntity<K extends ArnKind, M extends string, C extends AwsFaultCode = never>(
  row: ArnRow<K, M, C>,
): ArnEntity<K, M, C> {
  const { kind, member, parse, keyOf, arnOf } = row
  const existing: ArnEntity<K, M, C>['existing'] = (input, { fault }, found) => {
    if (!found) throw fault('NoSuchEntity', row.missing(input[member]))
    return found
  }
  return {
    kind,
    parse,
    async find(input, call, reads) {
      const arn = input[member]
      const { account, key } = parse(arn, call)
      if (account !== call.account) return undefined
      const found = await reads.find(kind, account, key)
      return found && arnOf(found, call.caller.partition) === arn ? found : undefined
    },
    target(input, call, found, conditions = {}) {
      return {
        resource: input[member],
        resourceAccount: parse(input[member], call).account,
        conditions: { ...resourceTagConditions(found?.tags), ...conditions },
      }
    },
    existing,
    changeable(input, call, found) {
      const record = existing(input, call, found)
      if (record.managedBy !== 'config') return record
      const called = row.called?.(record) ?? input[member]
      throw call.fault(
        'AccessDenied',
        `${called} is put in place by the settings file: change it there.`,
      )
    },
    save: async (writes, record) => {
      await writes.update(kind, record.account, keyOf(record), record)
    },
    remove: async (writes, record) => {
      await writes.remove(kind, record.account, keyOf(record))
    },
  }
}

/**
 * Returns the account and the name of an IAM ARN in the caller's partition, or undefined for any
 * other text. The first group of `resource` has to capture the name.
 */
export function parseIamArn(
  text: string,
  { caller }: Pick<Call<never>, 'caller'>,
  resource: RegExp,
): NamedByArn | undefined {
  const arn = parseArn(text)
  const name = resource.exec(arn?.resource ?? '')?.[1]
  const ofIam = arn?.service === 'iam' && arn.region === '' && arn.partition === caller.partition
  return ofIam && name !== undefined ? { account: arn.account, name } : undefined
}
