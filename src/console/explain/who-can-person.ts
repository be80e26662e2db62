import {
  explainVersion,
  mostStarts,
  type WhoCanRequest,
  type WhoCanResponse,
} from '../../aws/gatehouse/explain/explain-model.ts'
import { type EvaluatedMapping, mappingVersion } from '../../aws/gatehouse/mapping/mapping-model.ts'
import type { AskContent } from '../ask-shown.ts'
import type { Call } from '../call.ts'
import { badge, type Cell, none, text } from '../cells.ts'
import type { GraphShown } from '../explained.ts'
import { words } from '../graphs/words.ts'
import type { Section } from '../shown.ts'
import { refusedAnswer } from '../sign-in-side/mapping.ts'
import { nameOf, partyCell, subOf } from './parties-shown.ts'
import { mostNodes } from './who-can-picture.ts'
import { words as explainWords } from './words.ts'

const { person: told } = words
const { whoCan } = explainWords

export interface AskedPerson {
  readonly connector: string
  readonly subject: string
}

type Ask = Call<'gatehouse:WhoCan' | 'gatehouse:EvaluateMapping'>
type Answer = Pick<AskContent, 'answers' | 'status' | 'problem'>

/** A person, the roles that the mapping gives, and those that are reached from them. */
interface Reached {
  readonly who: string
  readonly grants: EvaluatedMapping['Grants']
  readonly edges: WhoCanResponse['Edges']
  /** How the roles of the picture can what is asked about; undefined: nothing is. */
  readonly can: ReadonlyMap<string, 'yes' | 'depends'> | undefined
  readonly cut: boolean
}

/**
 * What a person of the directory reaches: by the rules in force, then from role to role. With an
 * action, which of these roles can do it.
 */
export async function personAnswer(
  call: Ask,
  { connector, subject }: AskedPerson,
  asked: WhoCanRequest | undefined,
): Promise<Answer> {
  if (connector === '' || subject === '')
    return { answers: [], status: 400, problem: { title: whoCan.nothing, next: told.both } }
  try {
    const mapped = await call('gatehouse:EvaluateMapping', {
      ...{ Version: mappingVersion, Connector: connector, Subject: subject },
    })
    const grants = mapped.Grants.filter(({ Permitted }) => Permitted)
    const roles = [...new Set(grants.map(({ RoleArn }) => RoleArn))].slice(0, mostStarts)
    const reached =
      roles.length === 0
        ? undefined
        : await call('gatehouse:WhoCan', { Version: explainVersion, FromAll: roles })
    const action = asked?.Action === undefined ? undefined : await call('gatehouse:WhoCan', asked)
    return {
      answers: sectionsOf({
        who: mapped.Person.UserName,
        grants,
        edges: reached?.Edges ?? [],
        can: action && new Map(action.Direct.map(({ Arn, Can }) => [Arn, Can])),
        cut: reached?.Cut !== undefined || action?.Cut !== undefined,
      }),
    }
  } catch (error) {
    return { answers: [], ...refusedAnswer(error, whoCan.nothing) }
  }
}

function sectionsOf(reached: Reached): readonly Section[] {
  const { grants } = reached
  const roles = rolesOf(reached)
  const decision = decisionOf(reached, roles)
  if (grants.length === 0) return [decision]
  const rows = roleRows(reached, roles)
  return roles.length < mostNodes ? [decision, rows, pictureOf(reached, roles)] : [decision, rows]
}

function rolesOf({ grants, edges }: Reached): readonly string[] {
  return [...new Set([...grants.map(({ RoleArn }) => RoleArn), ...edges.map(({ To }) => To)])]
}

function decisionOf({ who, grants, can, cut }: Reached, roles: readonly string[]): Section {
  const more = cut ? whoCan.cut.told : ''
  const able = roles.filter((arn) => can?.has(arn)).length
  const text = grants.length > 0 ? told.text(who, grants.length) : told.none(who)
  if (!can)
    return {
      kind: 'decision',
      tone: roles.length > 0 ? 'allow' : 'implicit',
      title: told.title(roles.length),
      text: text + more,
    }
  return {
    kind: 'decision',
    tone: able > 0 ? 'allow' : 'implicit',
    title: able > 0 ? told.can(who, able) : told.cannot(who),
    text: text + more,
  }
}

function roleRows({ grants, edges, can }: Reached, roles: readonly string[]): Section {
  const { heads } = told
  const byOf = (arn: string): string => {
    const rules = grants.filter(({ RoleArn }) => RoleArn === arn).map(({ Rule }) => Rule)
    const from = edges.filter(({ To }) => To === arn).map(({ From }) => told.byRole(nameOf(From)))
    return [...rules.map(told.byRule), ...from].join('; ')
  }
  const canCell = (arn: string): Cell => {
    const found = can?.get(arn)
    if (found === undefined) return none(told.no)
    return found === 'yes' ? badge(told.yes, 'allow') : badge(told.maybe, 'warn')
  }
  return {
    kind: 'rows',
    title: told.roles,
    heads: [{ head: heads.role }, { head: heads.by }, ...(can ? [{ head: heads.can }] : [])],
    rows: roles.map((arn) => [partyCell(arn), text(byOf(arn)), ...(can ? [canCell(arn)] : [])]),
    empty: '',
  }
}

function pictureOf({ who, grants, edges, can }: Reached, roles: readonly string[]): Section {
  const start = `person ${who}`
  const given = [...new Map(grants.map((grant) => [grant.RoleArn, grant])).values()]
  const graph: GraphShown = {
    nodes: [
      { id: start, name: who, sub: told.kind, look: 'outside' },
      ...roles.map((id) => ({
        id,
        name: nameOf(id),
        sub: subOf(id),
        look: can?.has(id) ? ('goal' as const) : ('plain' as const),
      })),
    ],
    edges: [
      ...given.map(({ RoleArn }) => ({ from: start, to: RoleArn, depends: false })),
      ...edges.map(({ From, To, Can }) => ({ from: From, to: To, depends: Can === 'depends' })),
    ],
  }
  const lines = [
    ...grants.map(({ Rule, RoleArn }) => told.gives(Rule, nameOf(RoleArn))),
    ...edges.map(({ From, To, Can }) => whoCan.takes(nameOf(From), nameOf(To), Can === 'depends')),
  ]
  return { kind: 'graph', title: whoCan.picture, note: whoCan.pictureNote, graph, words: lines }
}
