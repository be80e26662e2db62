import type { WhoCanRequest, WhoCanResponse } from '../../aws/gatehouse/explain/explain-model.ts'
import { text } from '../cells.ts'
import type { GraphShown } from '../explained.ts'
import { words as graphWords } from '../graphs/words.ts'
import type { Section } from '../shown.ts'
import { kindOf, nameOf, shortNameOf, subOf } from './parties-shown.ts'
import { words } from './words.ts'

const { whoCan: told } = words
const { rule } = graphWords

/** Nodes that a picture can show and a person can read. */
export const mostNodes = 60

/** No ARN begins so. */
const ruleId = (name: string) => `rule ${name}`

function ruleIn(id: string): Omit<GraphShown['nodes'][number], 'id'> | undefined {
  if (!id.startsWith('rule ')) return undefined
  return { name: id.slice('rule '.length), sub: rule.kind, look: 'outside' }
}

function lookOf(
  arn: string,
  goals: ReadonlySet<string>,
  outside: ReadonlySet<string>,
): GraphShown['nodes'][number]['look'] {
  if (outside.has(arn)) return 'outside'
  return goals.has(arn) ? 'goal' : 'plain'
}

/** The ways as a picture, with the same in words; a role that nobody takes is a dead end. */
export function pictureOf(
  asked: WhoCanRequest,
  { Direct, Edges, Outside, Rules }: WhoCanResponse,
): Section {
  const goals = new Set(Direct.map(({ Arn }) => Arn))
  const outside = new Set(Outside.map(({ Principal }) => Principal))
  const ids = new Set([
    ...Direct.filter(({ Arn }) => kindOf(Arn) === 'role').map(({ Arn }) => Arn),
    ...Edges.flatMap(({ From, To }) => [From, To]),
    ...Outside.flatMap(({ Principal, To }) => [Principal, To]),
    ...Rules.flatMap(({ Rule, To }) => [ruleId(Rule), To]),
  ])
  const taken = new Set([...Edges, ...Outside, ...Rules].map(({ To }) => To))
  const ends = [...ids].filter(
    (arn) => kindOf(arn) === 'role' && !taken.has(arn) && asked.From === undefined,
  )
  const lines = [
    ...Edges.map(({ From, To, Can }) => told.takes(nameOf(From), nameOf(To), Can === 'depends')),
    ...Outside.map(({ Principal, To }) => told.trusts(nameOf(To), Principal)),
    ...Rules.map(({ Rule, To, By }) =>
      By === 'name' ? rule.gives(Rule, nameOf(To)) : rule.mayGive(Rule, nameOf(To)),
    ),
    ...ends.map((arn) => told.deadEnd(nameOf(arn))),
  ]
  if (ids.size > mostNodes)
    return {
      kind: 'rows',
      title: told.picture,
      note: told.tooLarge(ids.size),
      heads: [{ head: told.picture }],
      rows: lines.map((line) => [text(line)]),
      empty: '',
    }
  const graph: GraphShown = {
    nodes: [...ids].map((id) => ({
      id,
      ...(ruleIn(id) ?? {
        name: shortNameOf(id),
        whole: nameOf(id),
        sub: outside.has(id) ? told.outside : subOf(id),
        look: lookOf(id, goals, outside),
      }),
    })),
    edges: [
      ...Edges.map(({ From, To, Can }) => ({ from: From, to: To, depends: Can === 'depends' })),
      ...Outside.map(({ Principal, To }) => ({ from: Principal, to: To, depends: true })),
      ...Rules.map(({ Rule, To }) => ({ from: ruleId(Rule), to: To, depends: true })),
    ],
  }
  return { kind: 'graph', title: told.picture, note: told.pictureNote, graph, words: lines }
}
