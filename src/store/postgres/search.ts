import { type AskSearch, type SearchStatement, searchWith } from '../search.ts'
import type { Reads } from '../store.ts'
import type { Ask, Statement } from './connections.ts'

interface Numbered extends Statement {
  /** The names of the parameters `$1`, `$2` and so on. */
  readonly names: readonly string[]
}

const numbered = new Map<string, Numbered>()

/** Searches with the statements of `ask`. */
export function postgresSearch(ask: Ask): Reads['search'] {
  const askNamed: AskSearch = (statement, values) => {
    let one = numbered.get(statement.name)
    if (!one) {
      one = withNumbers(statement)
      numbered.set(statement.name, one)
    }
    return ask(
      one,
      one.names.map((name) => values[name]),
    )
  }
  return (kind, account, search) =>
    searchWith(askNamed, (text, part) => `strpos(${text}, ${part})`, { kind, account }, search)
}

function withNumbers({ name, text }: SearchStatement): Numbered {
  const names: string[] = []
  const replaced = text.replace(/:(\w+)/g, (_, parameter: string) => {
    if (!names.includes(parameter)) names.push(parameter)
    return `$${names.indexOf(parameter) + 1}`
  })
  return { name, text: replaced, names }
}
