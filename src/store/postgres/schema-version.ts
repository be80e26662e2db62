import type { Client } from 'pg'
import { StoreFault } from '../store-fault.ts'

/** The version of the schema, which grows by each migration. */
export interface Version {
  readonly version: number
  /** The oldest one that a Gatehouse may know and still work on it. */
  readonly worksFrom: number
}

/** Undefined: the schema holds no store. */
export async function versionOf(client: Client): Promise<Version | undefined> {
  const there = await client.query("SELECT to_regclass('schema_version') IS NOT NULL AS there")
  if (!there.rows[0].there) return undefined
  const { rows } = await client.query('SELECT version, works_from FROM schema_version')
  return rows[0] && { version: rows[0].version, worksFrom: rows[0].works_from }
}

/** Throws a sentence for the operator where a Gatehouse that knows `known` can't work. */
export function refuseNewer({ version, worksFrom }: Version, known: number): void {
  if (version <= known || known >= worksFrom) return
  throw new Error(
    `the store has schema version ${version}, this Gatehouse knows ${known}: ` +
      'start the newer one again',
  )
}

/** SQL of `Version.worksFrom`, for a statement that has to know whether a newer node was here. */
export const worksFromNow = '(SELECT works_from FROM schema_version)'

/** Throws StoreFault where a newer node has changed the schema so that this one may not go on. */
export function refuseLeftBehind(worksFrom: number, known: number): void {
  if (known >= worksFrom) return
  throw new StoreFault(
    'failing',
    `a newer Gatehouse has changed the store: it works from schema version ${worksFrom} on, ` +
      `this one knows ${known}; start the newer one here too`,
  )
}
