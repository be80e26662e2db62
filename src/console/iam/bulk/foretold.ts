import { type Action, CallRefusal } from '../../call.ts'
import { type Cell, none, text } from '../../cells.ts'
import type { Removal } from '../../removal.ts'
import type { Section } from '../../shown.ts'
import type { AnyCall, Doing } from './doing.ts'
import { words } from './words.ts'

const said = words.foretold
/** Of so many it is told first what depends on them: each takes up to a dozen calls. */
const mostForetold = 20

/** What depends on the chosen, where the doing takes it away. */
export async function foretold(
  call: AnyCall,
  names: readonly string[],
  { removalOf }: Doing,
): Promise<readonly Section[]> {
  if (!removalOf) return []
  const rows: (readonly Cell[])[] = []
  for (const name of names.slice(0, mostForetold))
    rows.push([text(name), await cellOf(() => removalOf(call, name))])
  const more = names.length - rows.length
  return [
    {
      ...{ kind: 'rows', title: said.title, rows, empty: said.nothing },
      note: more > 0 ? said.more(more) : undefined,
      heads: [{ head: said.name }, { head: said.what }],
    },
  ]
}

async function cellOf(read: () => Promise<Removal<Action>>): Promise<Cell> {
  try {
    const { locked, dependents } = await read()
    if (locked !== undefined) return text(locked)
    const told = dependents.flatMap(({ title, part }) => {
      if ('denied' in part) return [said.withheld(title, part.denied.action)]
      return part.value.length === 0 ? [] : [said.many(title, part.value.length)]
    })
    return told.length === 0 ? none(said.nothing) : text(told.join('; '))
  } catch (error) {
    if (!(error instanceof CallRefusal)) throw error
    return text(error.fault.message)
  }
}
