import type { Json, Member } from '../json.ts'
import { memberPath } from '../json.ts'
import type { RuleFinding } from './finding.ts'
import type { PlacedStatement } from './placed-statement.ts'
import { finding } from './rule.ts'

/** Findings about elements that are written and say nothing, which the parser leaves out. */
export function* emptyElements(
  json: Json,
  placed: readonly PlacedStatement[],
): Generator<RuleFinding> {
  const written = statementsOf(json)
  for (const { statement, path } of placed) {
    const members = written[statement.index]
    const sid = memberOf(members, 'Sid')
    if (sid?.type === 'string' && sid.text === '')
      yield finding('empty-sid', memberPath(path, 'Sid'), 'the Sid is empty')
    const condition = memberOf(members, 'Condition')
    if (condition?.type !== 'object') continue
    const here = memberPath(path, 'Condition')
    if (condition.members.length === 0) yield finding('empty-condition', here, emptyText)
    for (const { name, value } of condition.members)
      if (value.type === 'object' && value.members.length === 0)
        yield finding('empty-condition', memberPath(here, name), emptyText)
  }
}

const emptyText = 'the condition is empty, and always holds'

function statementsOf(json: Json): readonly (readonly Member[])[] {
  const statement = json.type === 'object' ? memberOf(json.members, 'Statement') : undefined
  const items = statement?.type === 'array' ? statement.items : [statement]
  return items.map((item) => (item?.type === 'object' ? item.members : []))
}

function memberOf(members: readonly Member[] = [], name: string): Json | undefined {
  return members.find((member) => member.name === name)?.value
}
