import { DatabaseSync } from 'node:sqlite'

/** An entity in a store, by its kind, account and folded name. */
export interface NamedEntity {
  readonly kind: string
  readonly account: string
  readonly key: string
}

/**
 * Returns the entities that the API created in a store file. Opens the file read-only, because a
 * command that only reads must not migrate the store of a running server to a newer schema. Throws
 * when the file is not a store.
 */
export function apiMadeEntities(file: string): readonly NamedEntity[] {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 1000 })
  try {
    const rows = db
      .prepare(
        `SELECT kind, account, key FROM records
         WHERE CASE WHEN json_valid(body) THEN json_extract(body, '$.managedBy') END = 'api'`,
      )
      .all()
    return rows.map(({ kind, account, key }) => ({
      kind: String(kind),
      account: String(account),
      key: String(key),
    }))
  } finally {
    db.close()
  }
}
