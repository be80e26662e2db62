import { parsePolicy } from '../../../policy/index.ts'
import type { Reads } from '../../../store/store.ts'
import { managedPolicy } from '../../iam/managed-policies/managed-policy.ts'
import { type Call, operation } from '../../operation.ts'
import { findPrincipal } from '../explain/principal.ts'
import { StartCallReplay, type StartCallReplayRequest } from './analysis-model.ts'
import { withEdited } from './change.ts'
import { comparedCalls, type Edited } from './decided-calls.ts'
import type { AnalysisPorts } from './ports.ts'
import { tooMany } from './unused-access.ts'

const dayMs = 86_400_000
const defaultDays = 30

type ReplayCall = Call<'InvalidInput' | 'NoSuchEntity' | 'LimitExceeded'>

/** Decides the recorded calls of the account again, with an edited policy or edited rules. */
export function startCallReplay(ports: AnalysisPorts) {
  return operation(StartCallReplay, {
    authorize: () => ({ resource: '*' }),
    async handle(input, call, _found, reads) {
      const { account, now } = call
      const { Days = defaultDays, Rules, Document } = input
      if (Rules === undefined && Document === undefined)
        throw call.fault('InvalidInput', 'Document or Rules is required.')
      const edited: Edited = {
        change: Document === undefined ? undefined : await changeOf(input, Document, call, reads),
        rules: Rules === undefined ? undefined : rulesOf(ports, Rules, call),
      }
      const since = new Date(now.getTime() - Days * dayMs)
      const calls = { account, since, until: now, terms: {}, isWanted: () => true }
      const JobId = await ports.jobs.start({ account, since }, async (tell) => ({
        Replayed: { Days, ...(await comparedCalls(ports, calls, edited, tell)) },
      }))
      if (JobId === undefined) throw call.fault('LimitExceeded', tooMany)
      return { JobId }
    },
  })
}

async function changeOf(
  { PolicyArn, Principal, PolicyName }: StartCallReplayRequest,
  document: string,
  call: ReplayCall,
  reads: Reads,
) {
  const parsed = parsePolicy('identity', '', document)
  if (!parsed.ok) {
    const { line, column, message } = parsed.problems[0]!
    throw call.fault('InvalidInput', `Document, line ${line}, column ${column}: ${message}`)
  }
  if (PolicyArn !== undefined && Principal === undefined) {
    const found = await managedPolicy.find({ PolicyArn }, call, reads)
    return withEdited(managedPolicy.existing({ PolicyArn }, call, found).arn, document)
  }
  if (PolicyArn !== undefined || Principal === undefined || PolicyName === undefined)
    throw call.fault('InvalidInput', 'Give PolicyArn, or Principal and PolicyName.')
  const found = await findPrincipal(Principal, call, reads)
  if (!found || !Object.hasOwn(found.record.inlinePolicies, PolicyName))
    throw call.fault('NoSuchEntity', `${Principal.slice(0, 256)} has no policy ${PolicyName}.`)
  return withEdited(`${found.kind}/${found.record.name}/${PolicyName}`, document)
}

function rulesOf({ readRules }: AnalysisPorts, text: string, { fault }: ReplayCall) {
  const found = readRules(text)
  if ('value' in found) return found.value
  const told = found.problems.slice(0, 20).map(({ line, message }) => `line ${line}: ${message}`)
  throw fault('InvalidInput', told.join('\n'))
}
