import { setImmediate } from 'node:timers/promises'
import { AwsFault, type AwsFaultCode, commonFault } from '../../kernel/aws-fault.ts'
import type { Ids } from '../../kernel/ids.ts'
import type { LastAccessed } from '../../sessions/last-accessed.ts'
import type { AuthorizationMessages } from '../authorization-message.ts'
import { leftEvent, type Trace } from '../call-audit.ts'
import { type AnyOperation, type Call, operation, type SignedOperation } from '../operation.ts'
import { callOf, performRead, performWrite } from '../perform-call.ts'
import { decodeJsonInput } from '../query/decode-json.ts'
import { type BatchedCall, BatchRead, BatchWrite } from './batch-model.ts'

export interface BatchPorts {
  /** Every operation of IAM. */
  readonly iam: readonly AnyOperation[]
  readonly messages: Pick<AuthorizationMessages, 'encode'>
  readonly ids: Pick<Ids, 'uuid'>
  /** Absent: nothing is noted. */
  readonly lastAccessed?: Pick<LastAccessed, 'note'> | undefined
}

/**
 * What a batch may change: entities and what they hold. Not credentials, whose answers have
 * secrets, and nothing that waits for something else while the store is locked.
 */
const changes: ReadonlySet<string> = new Set([
  ...['CreateUser', 'UpdateUser', 'DeleteUser', 'TagUser', 'UntagUser'],
  ...['CreateGroup', 'UpdateGroup', 'DeleteGroup', 'AddUserToGroup', 'RemoveUserFromGroup'],
  ...['CreateRole', 'UpdateRole', 'DeleteRole', 'UpdateAssumeRolePolicy', 'TagRole', 'UntagRole'],
  ...['CreatePolicy', 'DeletePolicy', 'CreatePolicyVersion', 'DeletePolicyVersion'],
  ...['SetDefaultPolicyVersion', 'TagPolicy', 'UntagPolicy'],
  ...['PutUserPolicy', 'PutGroupPolicy', 'PutRolePolicy'],
  ...['DeleteUserPolicy', 'DeleteGroupPolicy', 'DeleteRolePolicy'],
  ...['AttachUserPolicy', 'AttachGroupPolicy', 'AttachRolePolicy'],
  ...['DetachUserPolicy', 'DetachGroupPolicy', 'DetachRolePolicy'],
  ...['PutUserPermissionsBoundary', 'DeleteUserPermissionsBoundary'],
  ...['PutRolePermissionsBoundary', 'DeleteRolePermissionsBoundary'],
  ...['CreateInstanceProfile', 'DeleteInstanceProfile', 'TagInstanceProfile'],
  ...['UntagInstanceProfile', 'AddRoleToInstanceProfile', 'RemoveRoleFromInstanceProfile'],
  ...['CreateOpenIDConnectProvider', 'DeleteOpenIDConnectProvider'],
  ...['AddClientIDToOpenIDConnectProvider', 'RemoveClientIDFromOpenIDConnectProvider'],
  ...['UpdateOpenIDConnectProviderThumbprint', 'TagOpenIDConnectProvider'],
  ...['UntagOpenIDConnectProvider', 'CreateAccountAlias', 'DeleteAccountAlias'],
  ...['UpdateAccountPasswordPolicy', 'DeleteAccountPasswordPolicy'],
])

/** What a batch may read: entities, one by one or in pages. */
const questions = /^(?:Get|List)(?!CredentialReport|ContextKeys|.*LastAccessed)/

// biome-ignore lint/suspicious/noExplicitAny: the registry holds every input.
type AnySigned = SignedOperation<any, any, any, any>
type BatchCall = Call<AwsFaultCode>

/** How many calls that write are made before other requests have their turn. */
const atOnce = 20
/**
 * So many characters of answers one batch holds in memory, and one answer more: a few words of a
 * question ask for a list of everything.
 */
const mostAnswered = 8 * 1_048_576

/** The operations that make several IAM calls in one. */
export function batchOperations(ports: BatchPorts): readonly AnyOperation[] {
  const { iam, messages, ids, lastAccessed } = ports
  const byName = new Map(
    iam.flatMap((one) => (one.access === 'signed' ? [[one.model.name, one as AnySigned]] : [])),
  )
  const find = (name: string, may: boolean, kind: string): AnySigned => {
    const found = may ? byName.get(name) : undefined
    if (found) return found
    throw commonFault('InvalidAction', `${name} is no operation that a batch may ${kind} with`)
  }
  const begin = (found: AnySigned, asked: BatchedCall, call: BatchCall): Trace => {
    const { service, name: action } = found.model
    lastAccessed?.note(call.caller, { service, action, region: call.region }, call.now)
    return traceOf(found, asked, call)
  }
  return [
    /** Makes calls that read, each decided as if it had come alone. */
    operation(BatchRead, {
      authorize: () => 'caller-only',
      async handle({ Calls }, call, _found, reads) {
        const Results: string[] = []
        let answered = 0
        for (const [index, asked] of Calls.entries()) {
          // After each, since a list of everything takes long.
          if (index > 0) await setImmediate()
          await counted(asked, index, async () => {
            if (answered > mostAnswered)
              throw commonFault('ValidationError', 'the answers are too large for one batch')
            const found = find(asked.Operation, questions.test(asked.Operation), 'read')
            const trace = begin(found, asked, call)
            const output = performRead(trace, callOf(trace, call.quotas), { reads, messages })
            const result = await answerOf(output)
            answered += result.length
            Results.push(result)
          })
        }
        return { Results }
      },
    }),
    /**
     * Makes calls that write, all of them or none: each is located, decided and handled after the
     * ones before it, and has an event of its own. Who calls is decided by the policies that were
     * in force when the batch began.
     */
    operation(BatchWrite, {
      writes: true,
      authorize: () => 'caller-only',
      async handle({ Calls, DryRun }, call, _found, writes) {
        const Results: string[] = []
        for (const [index, asked] of Calls.entries()) {
          if (index % atOnce === atOnce - 1) await setImmediate()
          await counted(asked, index, async () => {
            const found = find(asked.Operation, changes.has(asked.Operation), 'write')
            const trace = begin(found, asked, call)
            const output = performWrite(trace, callOf(trace, call.quotas), { writes, messages })
            Results.push(await answerOf(output))
            if (!DryRun) call.left(await leftEvent(trace, writes, ids))
          })
        }
        if (DryRun)
          throw commonFault(
            'DryRunOperation',
            'Request would have succeeded, but DryRun flag is set.',
          )
        return { Results }
      },
    }),
  ]
}

async function answerOf(output: Promise<unknown>): Promise<string> {
  return JSON.stringify((await output) ?? {})
}

/** Says which call of the batch was refused. */
async function counted(
  { Operation }: BatchedCall,
  index: number,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error
    const { code, message, sealed } = error
    throw new AwsFault(code, `Call ${index + 1}, ${Operation}: ${message}`, { sealed })
  }
}

/** The trace of one call of a batch, from where the batch came. */
function traceOf(
  found: AnySigned,
  { Parameters }: BatchedCall,
  { now, requestId, sourceAddress, userAgent, secure, region, caller }: BatchCall,
): Trace {
  return {
    ...{ now, requestId, sourceAddress, userAgent, secure, region, caller },
    action: found.model.name,
    operation: found,
    accessKeyId: undefined,
    input: decodeJsonInput(found.model.input, Buffer.from(Parameters)),
    output: undefined,
    chain: {},
    requestBytes: Parameters.length,
  }
}
