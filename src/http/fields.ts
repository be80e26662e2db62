/** A request that no page of ours makes. */
export class RequestFault extends Error {
  readonly status: number

  constructor(message: string, status = 400) {
    super(message)
    this.name = 'RequestFault'
    this.status = status
  }
}

/** One value of a parsed query or form. Throws RequestFault when the name occurs twice: which one would count? */
export function field(parsed: unknown, name: string): string | undefined {
  if (typeof parsed !== 'object' || parsed === null || !Object.hasOwn(parsed, name)) return undefined
  const value: unknown = (parsed as Record<string, unknown>)[name]
  if (value === undefined || typeof value === 'string') return value
  throw new RequestFault(`\`${name}\` occurs twice`)
}

/** As `field`, from query and body together: /federation takes both. */
export function eitherField(query: unknown, body: unknown, name: string): string | undefined {
  const inQuery = field(query, name)
  const inBody = field(body, name)
  if (inQuery !== undefined && inBody !== undefined) throw new RequestFault(`\`${name}\` occurs twice`)
  return inQuery ?? inBody
}
