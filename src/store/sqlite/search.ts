import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type AskSearch, searchWith } from '../search.ts'
import type { Reads } from '../store.ts'
import type { Patience } from './patience.ts'

/** Searches by statements that are prepared when they are first needed. */
export function sqliteSearch(db: DatabaseSync, patiently: Patience): Reads['search'] {
  const prepared = new Map<string, StatementSync>()
  const ask: AskSearch = ({ name, text }, values) =>
    patiently(() => {
      let statement = prepared.get(name)
      if (!statement) {
        statement = db.prepare(text)
        // A statement may use some of the values only.
        statement.setAllowUnknownNamedParameters(true)
        prepared.set(name, statement)
      }
      return statement.all(values)
    })
  return (kind, account, search) =>
    searchWith(ask, (text, part) => `instr(${text}, ${part})`, { kind, account }, search)
}
