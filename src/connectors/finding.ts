/** What asking a directory or a provider shows about the settings of its connector. */
export interface Finding {
  /** Path within the connector's settings. */
  readonly path: readonly (string | number)[]
  readonly message: string
  /** True when nobody can sign in, or a rule may see less than the directory holds. */
  readonly serious: boolean
}
