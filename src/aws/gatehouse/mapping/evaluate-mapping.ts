import { setImmediate } from 'node:timers/promises'
import type { Identity } from '../../../kernel/identity.ts'
import type { Mappings, Rule } from '../../../mapping/index.ts'
import { type AnyOperation, type Call, operation } from '../../operation.ts'
import { absent, serving } from './connectors.ts'
import {
  EvaluateMapping,
  type EvaluateMappingRequest,
  mostJudged,
  type ReplayedMapping,
  ReplayMapping,
} from './mapping-model.ts'
import type { Judging, MappingPorts, Readable } from './ports.ts'

type MappingCall = Call<'InvalidInput' | 'NoSuchEntity'>

const dayMs = 86_400_000
const defaultDays = 30
/** People judged before others have a turn. */
const judgedAtOnce = 25

/** What the mappings in force make of a person, and what edited ones would. */
export function mappingOperations(ports: MappingPorts): readonly AnyOperation[] {
  return [evaluateMapping(ports), replayMapping(ports)]
}

function evaluateMapping(ports: MappingPorts) {
  return operation(EvaluateMapping, {
    authorize: () => ({ resource: '*' }),
    async handle(input, call, _found, reads) {
      const identity = await identityOf(ports, input, call, (person) =>
        ports.findRecent(reads, person),
      )
      const mappings = ports.mappings()
      const { outcomes, grants } = mappings.evaluate(identity)
      const own = grants.filter(({ roleArn }) => accountOf(roleArn) === call.account)
      const permitted = await ports.permitted(identity, own, call)
      const shown = new Set(rulesFor(mappings.rules, call.account).map(({ name }) => name))
      return {
        Person: { Connector: identity.connector, UserName: identity.username },
        Rules: outcomes
          .filter(({ rule }) => shown.has(rule))
          .map(({ rule, result, reason }) => ({ Name: rule, Result: result, Reason: reason })),
        Grants: own.map((grant) => {
          const found = permitted.find((one) => one.grant === grant)
          return {
            ...{ Rule: grant.rule, RoleArn: grant.roleArn, SessionName: grant.sessionName },
            Tags: Object.fromEntries(grant.tags),
            Permitted: found !== undefined,
            MaxDuration: found?.maxDurationSeconds,
          }
        }),
      }
    },
  })
}

function replayMapping(ports: MappingPorts) {
  return operation(ReplayMapping, {
    authorize: () => ({ resource: '*' }),
    async handle({ Rules, Days = defaultDays }, call, _found, reads) {
      const edited = read(ports.readRules(Rules), call)
      const own = (mappings: Mappings): Judging => ({
        evaluate: (identity) => ofAccount(mappings, identity, call.account),
      })
      const versions = [own(ports.mappings()), own(edited)] as const
      const since = new Date(call.now.getTime() - Days * dayMs)
      const People: ReplayedMapping['People'][number][] = []
      let judged = 0
      for (const { id: connector } of serving(ports.connectors(), call.account))
        for await (const { at, identity } of ports.recentOf(reads, { connector, since })) {
          if (judged >= mostJudged) return { Judged: judged, Truncated: true, People }
          judged += 1
          if (judged % judgedAtOnce === 0) await setImmediate()
          const found = await ports.compare(identity, versions, call)
          if (found.length === 0) continue
          const { subject, username } = identity
          People.push({
            ...{ Connector: connector, Subject: subject, UserName: username },
            At: at.toISOString(),
            Differences: found.map(({ kind, name, because }) => ({
              ...{ Kind: kind, RoleArn: name, Because: because },
            })),
          })
        }
      return { Judged: judged, Truncated: false, People }
    },
  })
}

async function identityOf(
  ports: MappingPorts,
  { Connector, Subject, Identity: text }: EvaluateMappingRequest,
  call: MappingCall,
  find: (person: { connector: string; subject: string }) => Promise<Identity | undefined>,
): Promise<Identity> {
  const own = serving(ports.connectors(), call.account).map(({ id }) => id)
  const refuse = (connector: string) => {
    if (!own.includes(connector)) throw absent(connector, call)
  }
  if (text !== undefined && Connector === undefined && Subject === undefined) {
    const identity = read(ports.readIdentity(text), call)
    refuse(identity.connector)
    return identity
  }
  if (Connector === undefined || Subject === undefined || text !== undefined)
    throw call.fault('InvalidInput', 'Give Identity, or Connector and Subject.')
  refuse(Connector)
  const found = await find({ connector: Connector, subject: Subject })
  if (!found) throw call.fault('NoSuchEntity', `Nothing is kept of a sign-in of ${Subject}.`)
  return found
}

function read<T>(found: Readable<T>, { fault }: Pick<Call<'InvalidInput'>, 'fault'>): T {
  if ('value' in found) return found.value
  const told = found.problems.slice(0, 20).map(({ line, message }) => `line ${line}: ${message}`)
  throw fault('InvalidInput', told.join('\n'))
}

/** The grants of one account alone: who administers it learns nothing of others. */
function ofAccount(mappings: Mappings, identity: Identity, account: string) {
  const { grants, outcomes } = mappings.evaluate(identity)
  return { grants: grants.filter(({ roleArn }) => accountOf(roleArn) === account), outcomes }
}

/** Rules without a role of another account, written out. */
function rulesFor(rules: readonly Rule[], account: string): readonly Rule[] {
  return rules.filter(({ grants }) =>
    grants.some(({ role }) => [account, undefined].includes(accountOf(role))),
  )
}

function accountOf(roleArn: string): string | undefined {
  return /^arn:[\w-]+:iam::(\d{12}):/.exec(roleArn)?.[1]
}
